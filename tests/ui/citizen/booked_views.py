"""Every screen of check-in and of choosing a time, as the real journey comes to it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import LookedUp, Scanned, TicketKind, TimeOffered, Ways
from kiosk_app.office.check_in import Answer, Booked, What
from tests.kiosk_app.journeys.conftest import Desk

CODE = "0126000123456789"
MINE = Booked(letter="M", lane=1, start_min=630, length_min=10, booking="b1", service="card-pickup")
OTHERS = (
    MINE,
    Booked(letter="H", lane=2, start_min=660, length_min=15, booking="b2", service="moving-in"),
    Booked(letter="H", lane=3, start_min=825, length_min=15, booking="b3", service="bereavement"),
)
FULL = frozenset({690, 720, 740, 750, 790, 820, 900})


def _times(every: int, full: frozenset[int] = FULL) -> tuple[TimeOffered, ...]:
    starts = range(680, 990 if every == 10 else 985, every)
    return tuple(TimeOffered(start_min=at, length_min=every, free=at not in full) for at in starts)


def booked(desk: Desk, reader: bool = True, phones: bool = True) -> Desk:
    desk.change(ways=Ways(code_reader="below" if reader else "", reads_codes=True, finds_phones=phones))
    return desk


def _how(desk: Desk, reader: bool = True, phones: bool = True) -> None:
    booked(desk, reader, phones).press("booked")


def _typed(desk: Desk, way: str, digits: str) -> None:
    _how(desk)
    desk.press(f"way:{way}", *(f"pin:{digit}" for digit in digits))


def answered(desk: Desk, answer: Answer) -> None:
    assert desk.state.check_in is not None
    desk.step(LookedUp(question=desk.state.check_in.asked, answer=answer))


def _entered(desk: Desk, answer: Answer, way: str = "code") -> None:
    _typed(desk, way, CODE if way == "code" else "4821")
    desk.press("pin:enter")
    answered(desk, answer)


def _scanned(desk: Desk, answer: Answer) -> None:
    _how(desk)
    desk.step(Scanned(text=CODE))
    answered(desk, answer)


def _said(what: What, way: str = "code", **known: object) -> Callable[[Desk], object]:
    return lambda desk: _entered(desk, Answer(what=what, **known), way)  # type: ignore[arg-type]


def _unheard(desk: Desk) -> None:
    _entered(desk, Answer(what="ready", booked=(Booked(letter="H", lane=1, start_min=630, length_min=15),)))


def _ticket(desk: Desk, kind: TicketKind, unheard: bool = False) -> None:
    _entered(desk, Answer(what="ready", booked=(MINE,), late=kind == "late"))
    desk.step(
        ticket.Issued(
            intent=desk.state.intent,
            ticket="t1",
            number="M-105",
            waiting=12,
            estimate_from_ms=desk.context.now_utc_ms + 13 * 60_000,
            estimate_to_ms=desk.context.now_utc_ms + 28 * 60_000,
            kind=kind,
            start_min=600 if kind == "late" else 630,
            length_min=10,
            unheard=unheard,
        )
    )
    desk.printed()


def _confirm(desk: Desk, every: int = 10) -> None:
    desk.change(ways=Ways(times={"card-pickup": _times(every)}))
    desk.press("ticket", "group:M", "service:card-pickup")


def _chosen(desk: Desk, every: int = 10, start: int = 680) -> None:
    _confirm(desk, every)
    desk.press("times", f"start:{start}")


def _gone(desk: Desk) -> None:
    _chosen(desk)
    desk.press("take_time")
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="time_gone"))


def _slot_ticket(desk: Desk) -> None:
    _chosen(desk)
    desk.press("take_time")
    desk.step(
        ticket.Issued(
            intent=desk.state.intent,
            ticket="t1",
            number="M-105",
            waiting=0,
            estimate_from_ms=0,
            estimate_to_ms=0,
            kind="slot",
            start_min=680,
            length_min=10,
        )
    )
    desk.printed()


def _with_card(desk: Desk) -> None:
    booked(desk).change(card_reader="below", card_seen="empty")


BOOKED_SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle-booked": booked,
    "idle-booked-card": _with_card,
    "choose-booked": lambda desk: booked(desk).press("ticket"),
    "check-in": _how,
    "check-in-typing": lambda desk: _how(desk, reader=False, phones=False),
    "check-in-unreadable": lambda desk: _scanned(desk, Answer(what="unreadable")),
    "check-in-code": lambda desk: _typed(desk, "code", CODE[:6]),
    "check-in-wrong": lambda desk: _entered(desk, Answer(what="wrong_code")),
    "check-in-phone": lambda desk: _typed(desk, "phone", "48"),
    "check-in-which": lambda desk: _entered(desk, Answer(what="choose", booked=OTHERS), "phone"),
    "check-in-what": _unheard,
    "check-in-wait": lambda desk: (_how(desk), desk.step(Scanned(text=CODE))),
    "said-early": _said("early", booked=(MINE,), from_min=620),
    "said-already": _said("already", booked=(MINE,), ticket="t1", number="M-105", on_paper=True, again=True),
    "said-elsewhere": _said("elsewhere", office=2),
    "said-other-day": _said("other_day", date="2026-04-09", start_min=630),
    "said-not-found": _said("not_found"),
    "said-my-ticket": _said("my_ticket", ticket="t1", number="M-105", on_paper=True),
    "said-cancelled": _said("cancelled"),
    "said-tries": _said("tries"),
    "said-away": _said("away"),
    "take-reservation": lambda desk: _ticket(desk, "reservation"),
    "take-late": lambda desk: _ticket(desk, "late"),
    "take-unconfirmed": lambda desk: _ticket(desk, "reservation", unheard=True),
    "confirm-times": _confirm,
    "times": lambda desk: (_confirm(desk), desk.press("times")),
    "times-chosen": _chosen,
    "times-gone": _gone,
    "times-seven": lambda desk: _chosen(desk, 7, 701),
    "times-fifteen": lambda desk: _chosen(desk, 15, 755),
    "take-slot": _slot_ticket,
}
ALWAYS_LOOKED_AT = ("idle-booked-card", "check-in-wrong", "times-chosen", "take-late")
"""The others are made of the same parts, with other words."""
