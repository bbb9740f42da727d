"""Every screen of the ticket journey as the real `view()` makes it over the sample office, in any language and mode."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Literal

from msgspec.structs import replace

from kiosk_app import words
from kiosk_app.api import CitizenView, Language
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import (
    CardAnswered,
    CardOpened,
    CardResult,
    CardSeen,
    CardSeenAs,
    CardTrouble,
    Context,
    GroupLoad,
    PinTyped,
)
from kiosk_app.office import catalogue
from tests.kiosk_app.journeys.conftest import MINUTE_MS, MONDAY_1012_MS, OFFICE_FILE, Desk
from tests.ui.citizen.booked_views import ALWAYS_LOOKED_AT, BOOKED_SCREENS

HOUR_MS = 60 * MINUTE_MS


@cache
def _context() -> Context:
    office = catalogue.parse(OFFICE_FILE.read_text(), OFFICE_FILE.name)
    loads = {
        group.letter: GroupLoad(
            waiting=waiting,
            estimate_from_ms=MONDAY_1012_MS + 28 * MINUTE_MS,
            estimate_to_ms=MONDAY_1012_MS + 43 * MINUTE_MS,
        )
        for group, waiting in zip(office.groups, (12, 5, 109, 4, 0, 3), strict=True)
    }
    return Context(
        now_utc_ms=MONDAY_1012_MS,
        office=office,
        words=words.load(),
        printer_status="ready",
        loads=loads,
        new_id="id0",
        counter_staffed="7",
        machine_name="1号機",
    )


def a_desk(language: Language = "ja", modes: frozenset[str] = frozenset(), now_ms: int = MONDAY_1012_MS) -> Desk:
    """A visitor who has just chosen a language and how to see."""
    context = replace(_context(), now_utc_ms=now_ms)
    return Desk(context=context, state=replace(ticket.start(context), language=language, modes=modes))


def _no_paper(desk: Desk, cause: str) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.change(printer_status=cause if cause != "disk_full" else "ready")
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause=cause))


def _doubt(desk: Desk) -> None:
    desk.to_confirm()
    desk.press("take")
    desk.issued()
    desk.change(printer_status="cutter_error")
    desk.printed("maybe", "cutter_error")


def _many(desk: Desk) -> None:
    keep = (desk.state.language, desk.state.modes)
    for n in (1, 2):
        desk.has_ticket(f"A-10{n}", f"t{n}")
        desk.press("end")
        desk.state = replace(desk.state, language=keep[0], modes=keep[1])
    desk.to_confirm()
    desk.press("take")


def _add(desk: Desk) -> None:
    desk.has_ticket()
    desk.press("another", "group:M", "service:card-pin-reset")


def _added(desk: Desk) -> None:
    _add(desk)
    desk.press("take")


def _off(desk: Desk) -> None:
    desk.has_ticket()
    desk.press("another", "group:A")


def _waiting(desk: Desk) -> None:
    _no_paper(desk, "paper_out")
    desk.wait(121)


def _trouble_nobody(desk: Desk) -> None:
    desk.change(counter_staffed=None)
    _waiting(desk)


def _called(desk: Desk, from_min: int, to_min: int) -> None:
    now = desk.context.now_utc_ms
    load = GroupLoad(waiting=1, estimate_from_ms=now + from_min * MINUTE_MS, estimate_to_ms=now + to_min * MINUTE_MS)
    desk.change(loads={group.letter: load for group in desk.context.office.groups})
    desk.to_confirm()


def _timeout(desk: Desk) -> None:
    desk.press("ticket", "group:A")
    desk.wait(47)


def _idle_broken(desk: Desk) -> None:
    desk.change(printer_status="paper_out")


def _taken(desk: Desk, service: str, letter: str) -> None:
    desk.press("ticket", f"group:{letter}", f"service:{service}")
    desk.press("take")
    desk.issued(f"{letter}-105")
    desk.printed()


def _reader(desk: Desk, seen: CardSeenAs = "empty", place: Literal["below", "left", "right"] = "below") -> Desk:
    desk.change(card_reader=place, card_seen=seen)
    return desk


def _lays(desk: Desk, seen: CardSeenAs) -> None:
    desk.change(card_seen=seen)
    desk.step(CardSeen())


def _to_place(desk: Desk, place: Literal["below", "left", "right"] = "below") -> None:
    _reader(desk, place=place)
    desk.press("card", "begin")


def _to_reading(desk: Desk) -> str:
    _to_place(desk)
    _lays(desk, "card")
    assert desk.state.card is not None
    return desk.state.card.session


def _to_pin(desk: Desk, tries: int = 3, typed: int = 0) -> str:
    session = _to_reading(desk)
    desk.step(CardOpened(session=session, tries=tries))
    if tries > 1 and typed:
        desk.step(PinTyped(typed=typed))
    return session


def _wrong(desk: Desk) -> None:
    session = _to_pin(desk, 3, 4)
    desk.press("pin:enter")
    desk.step(CardAnswered(session=session, tries=2))


def _card_result(result: CardResult, day: date | None = date(2028, 5, 10)) -> Callable[[Desk], object]:
    def visit(desk: Desk) -> None:
        if result == "no_certificate":
            _to_place(desk)
            _lays(desk, "no_certificate")
            return
        session = _to_reading(desk)
        desk.change(card_last_day=day)
        desk.step(CardOpened(session=session, result=result))

    return visit


def _card_trouble(seen: CardSeenAs) -> Callable[[Desk], object]:
    return lambda desk: (_to_place(desk), _lays(desk, seen))


def _card_fault(trouble: CardTrouble) -> Callable[[Desk], object]:
    return lambda desk: desk.step(CardOpened(session=_to_reading(desk), trouble=trouble))


def _card_take(desk: Desk, control: str = "end") -> None:
    _card_result("locked")(desk)
    desk.press(control)


def _left(desk: Desk) -> None:
    _card_take(desk)
    desk.press("not_mine")


def _presses(*names: str) -> Callable[[Desk], object]:
    return lambda desk: desk.press(*names)


SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle": lambda desk: None,
    "idle-broken": _idle_broken,
    "choose": _presses("ticket"),
    "choose-further": lambda desk: (desk.has_ticket(), desk.press("another")),
    "questions": _presses("ticket", "unsure"),
    "questions-2": _presses("ticket", "unsure", "answer:1"),
    "services": _presses("ticket", "group:A"),
    "services-H": _presses("ticket", "group:H"),
    "services-M": _presses("ticket", "group:M"),
    "services-R": _presses("ticket", "group:R"),
    "services-W": _presses("ticket", "group:W"),
    "services-Y": _presses("ticket", "group:Y"),
    "services-event": _presses("ticket", "event:marriage"),
    "services-joined": _off,
    "confirm": lambda desk: desk.to_confirm(),
    "confirm-long": _presses("ticket", "group:H", "service:bereavement"),
    "confirm-plain": _presses("ticket", "group:Y", "service:living-support"),
    "confirm-soon": lambda desk: _called(desk, -2, 3),
    "confirm-late": lambda desk: _called(desk, 400, 430),
    "confirm-add": _add,
    "printing": lambda desk: (desk.to_confirm(), desk.press("take")),
    "take": lambda desk: desk.has_ticket(),
    "take-long": lambda desk: _taken(desk, "living-support", "Y"),
    "take-added": _added,
    "trouble": lambda desk: _no_paper(desk, "paper_out"),
    "trouble-wait": _waiting,
    "trouble-nobody": _trouble_nobody,
    "trouble-disk": lambda desk: _no_paper(desk, "disk_full"),
    "doubt": _doubt,
    "explain": _presses("ticket", "group:A", "service:family-register-elsewhere"),
    "sheet-language": _presses("ticket", "group:A", "language"),
    "sheet-ease": _presses("ticket", "group:A", "ease"),
    "dialog-timeout": _timeout,
    "dialog-staff": _presses("staff"),
    "dialog-many": _many,
}
CARD_SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle-card": _reader,
    "idle-card-away": lambda desk: _reader(desk, "reader_away"),
    "idle-card-left": _left,
    "card-about": lambda desk: _reader(desk).press("card"),
    "card-place": _to_place,
    "card-place-right": lambda desk: _to_place(desk, "right"),
    "card-place-left": lambda desk: _to_place(desk, "left"),
    "card-licence": _card_trouble("driving_licence"),
    "card-unreadable": _card_trouble("unreadable"),
    "card-away": _card_trouble("reader_away"),
    "card-pin-unknown": _card_fault("pin_unknown"),
    "card-reading": _to_reading,
    "card-pin": lambda desk: _to_pin(desk, 3, 3),
    "card-pin-whole": lambda desk: _to_pin(desk, 3, 4),
    "card-wrong": _wrong,
    "card-last": lambda desk: _to_pin(desk, 1),
    "card-last-pin": lambda desk: (_to_pin(desk, 1), desk.press("spend")),
    "card-locked": _card_result("locked"),
    "card-works": _card_result("works"),
    "card-unconfirmed": _card_result("unconfirmed"),
    "card-expired": _card_result("expired", date(2026, 3, 31)),
    "card-no-certificate": _card_result("no_certificate"),
    "card-not-genuine": _card_result("not_genuine"),
    "card-take": _card_take,
    "card-take-reset": lambda desk: _card_take(desk, "reset"),
}
SCREENS |= CARD_SCREENS | BOOKED_SCREENS


@cache
def view(name: str, language: Language = "ja", *modes: str) -> CitizenView:
    """Made once: a screen is looked at upright and lying, and asked for by several files."""
    now_ms = MONDAY_1012_MS + 9 * HOUR_MS if name == "closed" else MONDAY_1012_MS
    desk = a_desk(language, frozenset(modes), now_ms)
    if name != "closed":
        SCREENS[name](desk)
    return desk.view()


NAMES = (*SCREENS, "closed")
SIMILAR = frozenset(CARD_SCREENS | BOOKED_SCREENS) - {
    *ALWAYS_LOOKED_AT,
    "idle-card",
    "idle-card-left",
    "card-about",
    "card-place-right",
    "card-pin-unknown",
    "card-wrong",
    "card-last",
    "card-locked",
    "card-works",
    "card-take-reset",
}
"""Made of the same parts as one of those, with other words: looked at where words are longest and type is largest."""
