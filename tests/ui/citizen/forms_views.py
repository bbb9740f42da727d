"""Every screen of forms as the real journey comes to it; the people are nobody."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.api import CitizenView, Language
from tests.kiosk_app.journeys import forms_house as h
from tests.kiosk_app.journeys.conftest import Desk
from tests.ui.citizen.certificate_views import page

FORM_SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle": lambda desk: None,
    "choose": lambda desk: desk.press("forms", "form:resident-move", "form:child-allowance"),
    "people": lambda desk: h.to_people(desk),
    "way": lambda desk: h.to_way(desk),
    "place": lambda desk: (h.to_way(desk), desk.press("way:card")),
    "pin": lambda desk: h.to_pin(desk),
    "last": lambda desk: h.to_pin(desk, tries=1),
    "locked": lambda desk: h.locked(desk),
    "check": lambda desk: h.to_check(desk),
    "other-card": lambda desk: h.second_person(desk),
    "choice": lambda desk: h.asking(desk, "move_kind"),
    "era": lambda desk: h.asking(desk, "moved_on"),
    "day": lambda desk: h.asking(desk, "moved_on", "era:reiwa", *h.letters("0804")),
    "day-wrong": lambda desk: h.asking(desk, "birth", "era:heisei", *h.letters("310501"), "key:enter"),
    "kana": lambda desk: h.asking(desk, "kana", *h.letters("タカサ")),
    "latin": lambda desk: h.asking(desk, "name", "pad:latin", *h.letters("ＯＢＲＩＥＮ")),
    "postal": lambda desk: h.asking(desk, "address", *h.letters("80308")),
    "town": lambda desk: h.asking(desk, "address", *h.letters("4980000"), "key:enter"),
    "rest": lambda desk: h.asking(desk, "address", *h.letters("8030814"), "key:enter", *h.letters("１")),
    "phone": lambda desk: h.asking(desk, "phone", *h.letters("09358")),
    "confirm": lambda desk: h.to_confirm(desk, page()),
    "wait": lambda desk: h.preparing(desk),
    "take": lambda desk: h.to_take(desk),
    "paper": lambda desk: h.half_printed(desk),
    "interrupted": lambda desk: h.interrupted(desk),
    "timeout": lambda desk: (h.asking(desk, "kana", *h.letters("タ")), desk.wait(47)),
}


def forms_view(name: str, language: Language = "ja", *modes: str) -> CitizenView:
    desk = h.machine(language, frozenset(modes))
    FORM_SCREENS[name](desk)
    return desk.view()
