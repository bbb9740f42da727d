"""Every screen of practice as the real journey comes to it, on a machine without a reader."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app import procedure_files
from kiosk_app.api import CitizenView, Language
from kiosk_app.journeys.messages import SamplePrinted, Ways
from tests.kiosk_app.journeys import practice_house as h
from tests.kiosk_app.journeys.conftest import Desk
from tests.ui.citizen.procedure_views import FOLDER


def _items(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:here", "kind:resident-record", "scope:self", "item:domicile")


def _printed(desk: Desk) -> None:
    h.to_lesson(desk)
    desk.press("practice:print_lesson")
    desk.step(SamplePrinted(paper=h.lesson(desk).paper, printed=True))


def _who(desk: Desk) -> None:
    h.to_card_out(desk, "part")
    desk.press("practice:take")
    desk.wait(3)


def _why(desk: Desk) -> None:
    h.to_pin(desk)
    desk.press("practice:why")


def _said(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:other")


def _all_doors(desk: Desk) -> None:
    """Of a certificate kiosk with a reader of codes and life events: as many as there can be."""
    desk.context = h.practice_context(sells=True)
    ways = Ways(code_reader="below", reads_codes=True, finds_phones=True)
    desk.change(ways=ways, procedures=procedure_files.load(FOLDER))


PRACTICE_SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle": lambda desk: None,
    "idle-doors": _all_doors,
    "about": lambda desk: desk.press("practice:begin"),
    "place": lambda desk: desk.press("practice:begin", "practice:sample"),
    "place-own": lambda desk: desk.press("practice:begin", "practice:own"),
    "reading": lambda desk: desk.press("practice:begin", "practice:sample", "practice:place"),
    "where": h.to_where,
    "pin-wrong": lambda desk: (h.to_pin(desk), desk.press("practice:wrong")),
    "kind": lambda desk: (h.to_where(desk), desk.press("whose:here")),
    "scope": lambda desk: (h.to_where(desk), desk.press("whose:here", "kind:resident-record")),
    "items": _items,
    "copies": lambda desk: (_items(desk), desk.press("next")),
    "pin": h.to_pin,
    "why": _why,
    "card": h.to_card_out,
    "wait": lambda desk: (h.to_card_out(desk), desk.press("practice:take")),
    "who": _who,
    "confirm": h.to_confirm,
    "pay": h.to_pay,
    "print": lambda desk: (h.to_pay(desk), desk.press("practice:pay")),
    "take": h.to_take,
    "said": _said,
    "lesson": h.to_lesson,
    "lesson-printed": _printed,
}


def practice_view(name: str, language: Language = "ja", *modes: str) -> CitizenView:
    """`name` of PRACTICE_SCREENS, or `alone`: the first screen of a machine for lessons."""
    desk = h.machine(language, frozenset(modes), alone=name == "alone")
    if name != "alone":
        PRACTICE_SCREENS[name](desk)
    return desk.view()
