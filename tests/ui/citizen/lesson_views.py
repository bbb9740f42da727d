"""The screens of practice mode as a learner comes to them; the page is the sample that a machine makes itself."""

from __future__ import annotations

from functools import cache, lru_cache

from msgspec.structs import replace

from kiosk_app.api import CitizenView, Language
from kiosk_app.journeys.lesson import PRACTICE_PIN, Sample
from kiosk_app.journeys.lesson_view import view
from kiosk_app.lesson_lobby import sample
from tests.kiosk_app.journeys.test_lesson import Learner

BEFORE_PIN = ("lay_card", "whose:here", "kind:resident-record", "scope:self", "next", "copies:1")
PIN = (*(f"pin:{digit}" for digit in PRACTICE_PIN), "pin:enter")
LESSON_SCREENS: dict[str, tuple[str, ...] | None] = {
    "start": None,
    "guidance": (),
    "place": ("understood",),
    "pin-guidance": BEFORE_PIN,
    "pin": (*BEFORE_PIN, "understood"),
    "card-out": (*BEFORE_PIN, *PIN, "understood"),
    "confirm": (*BEFORE_PIN, *PIN, "take_card", "understood"),
    "pay": (*BEFORE_PIN, *PIN, "take_card", "buy", "understood"),
    "take": (*BEFORE_PIN, *PIN, "take_card", "buy", "insert", "understood"),
    "end": (*BEFORE_PIN, *PIN, "take_card", "buy", "insert", "end"),
}


@lru_cache
def _sample() -> Sample:
    return sample()


@cache
def lesson_view(name: str, language: Language = "ja", *modes: str) -> CitizenView:
    learner = Learner(language)
    learner.lesson = replace(learner.lesson, inner=replace(learner.lesson.inner, modes=frozenset(modes)))
    steps = LESSON_SCREENS[name]
    if steps is not None:
        learner.press("begin_lesson")
        learner.go(*(step for step in steps if step != "understood"))
        if steps[-1:] == ("understood",):
            learner.press("understood")
    return view(learner.lesson, learner.context, _sample())
