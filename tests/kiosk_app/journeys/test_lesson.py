"""Practice mode: the whole way of a certificate without card, PIN, money or core; every screen marked, nobody stuck."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from kiosk_app import words
from kiosk_app.api import LANGUAGES, CitizenView, Language
from kiosk_app.journeys import lesson as practice
from kiosk_app.journeys.lesson import MEMBERS, PRACTICE_PIN, STEPS, Lesson, LessonCommand, PrintLesson, Sample
from kiosk_app.journeys.lesson_view import view
from kiosk_app.journeys.messages import CallStaff, Context, GroupLoad
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import catalogue
from tests.depth import examples
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, OFFICE_FILE
from tests.kiosk_app.journeys.test_ticket_walks import texts
from tests.kiosk_app.test_words import KANJI_WITHOUT_READING

OFFICE = catalogue.parse(OFFICE_FILE.read_text(), OFFICE_FILE.name)
WORDS = words.load(domains=words.LESSON_DOMAINS)
OWN = words.load(domains=("lesson",))
SAMPLE = Sample(picture="data:image/png;base64,QUJD", width_px=210, height_px=297)
DAY_MS = 86_400_000
SUNDAY_NIGHT_MS = MONDAY_1012_MS - 12 * 3_600_000
CONTEXT = Context(
    now_utc_ms=SUNDAY_NIGHT_MS,
    office=OFFICE,
    words=WORDS,
    printer_status="paper_out",
    loads={"A": GroupLoad(waiting=1, estimate_from_ms=0, estimate_to_ms=0)},
    new_id="id0",
    machine_name="練習1",
)


class Learner:
    """On a Sunday night, on a laptop without anything."""

    def __init__(self, language: Language = "ja") -> None:
        self.ids, self.context = 0, CONTEXT
        self.lesson: Lesson = practice.start(CONTEXT, MONDAY_1012_MS - SUNDAY_NIGHT_MS)
        self.lesson = replace(self.lesson, inner=replace(self.lesson.inner, language=language))
        self.commands: list[LessonCommand] = []

    def view(self) -> CitizenView:
        return view(self.lesson, self.context, SAMPLE)

    def press(self, *names: str) -> None:
        for name in names:
            assert name in controls(self.view()), f"{name} is not on {self.lesson.inner.screen}"
            self.ids += 1
            self.context = replace(self.context, new_id=f"id{self.ids}")
            self.lesson, commands = practice.pressed(self.lesson, name, self.context, SAMPLE)
            assert json.decode(json.encode(self.lesson), type=Lesson) == self.lesson
            self.commands += commands

    def go(self, *names: str) -> None:
        """Each after its guidance was read."""
        for name in names:
            if "understood" in controls(self.view()):
                self.press("understood")
            self.press(name)

    def to_the_end(self) -> None:
        self.press("begin_lesson")
        self.go("lay_card", "whose:here", "kind:resident-record", "scope:self", "next", "copies:1")
        self.go(*(f"pin:{digit}" for digit in PRACTICE_PIN), "pin:enter")
        self.go("take_card", "buy", "insert", "end")


def test_the_whole_way_without_anything_real() -> None:
    learner = Learner()
    learner.to_the_end()
    assert learner.lesson.page == "end" and learner.lesson.furthest == STEPS[-1]
    assert learner.commands == []


def test_each_step_says_first_what_to_do_and_why() -> None:
    learner = Learner()
    learner.press("begin_lesson")
    dialog = learner.view().dialog
    assert dialog is not None and dialog.title == "カードを置きます。"
    assert dialog.note == "1／11\nだれの証明書か、カードで確かめるためです。"
    learner.press("understood")
    assert learner.view().dialog is None
    learner.press("lay_card")
    dialog = learner.view().dialog
    assert dialog is not None and dialog.title == "どこの証明書かを選びます。"


def test_no_digit_but_the_one_on_the_screen_does_anything() -> None:
    """So nobody's own PIN can be typed, and none is in what is saved."""
    learner = Learner()
    learner.press("begin_lesson")
    learner.go("lay_card", "whose:here", "kind:resident-record", "scope:self", "next", "copies:1")
    learner.press("understood")
    assert learner.view().title == "練習では 1 2 3 4 を押してください。"
    for digit in "98765":
        learner.press(f"pin:{digit}")
    assert learner.lesson.inner.card is not None and learner.lesson.inner.card.typed == 0
    for digit in PRACTICE_PIN:
        learner.press(f"pin:{digit}")
    assert learner.lesson.inner.card is not None and learner.lesson.inner.card.typed == 4


def test_part_of_a_household_is_of_people_who_are_nobody() -> None:
    learner = Learner()
    learner.press("begin_lesson")
    learner.go("lay_card", "whose:here", "kind:resident-record", "scope:part", "next", "copies:2")
    learner.go(*(f"pin:{digit}" for digit in PRACTICE_PIN), "pin:enter", "take_card")
    rows = [row.label for row in learner.view().rows]
    assert rows == [member.name for member in MEMBERS]
    learner.go("member:1", "next", "buy", "insert", "end")
    assert learner.lesson.page == "end"


@pytest.mark.parametrize("at_the_end", [False, True])
def test_language_and_how_to_see_are_chosen_before_and_after(at_the_end: bool) -> None:
    learner = Learner()
    if at_the_end:
        learner.to_the_end()
    learner.press("language", "language:vi", "ease", "mode:large", "close_sheet")
    shown = learner.view()
    assert (shown.language, shown.large, shown.sheet) == ("vi", True, None)


def test_help_is_real() -> None:
    learner = Learner()
    learner.press("begin_lesson", "staff")
    (call,) = learner.commands
    assert isinstance(call, CallStaff)
    learner.press("close")
    assert learner.lesson.inner.screen == "card_place"


def test_paper_comes_only_when_it_is_asked_for_and_once() -> None:
    learner = Learner("vi")
    learner.to_the_end()
    learner.press("sheet", "sheet")
    (wish,) = learner.commands
    assert isinstance(wish, PrintLesson) and (wish.what, wish.language) == ("sheet", "vi")
    learner.lesson = practice.printed(learner.lesson, "another")
    assert learner.lesson.printing
    learner.lesson = practice.printed(learner.lesson, wish.job)
    learner.press("sample")
    assert len(learner.commands) == 2


def test_again_begins_anew_in_the_same_language() -> None:
    learner = Learner("ko")
    learner.to_the_end()
    learner.press("again")
    assert learner.lesson.inner.screen == "card_place" and learner.lesson.inner.language == "ko"


def test_nobody_is_hurried_and_who_has_gone_makes_room() -> None:
    learner = Learner()
    learner.press("begin_lesson")
    for minutes, page in ((9, "lesson"), (11, "start")):
        learner.context = replace(CONTEXT, now_utc_ms=CONTEXT.now_utc_ms + minutes * 60_000)
        learner.lesson = practice.tick(learner.lesson, learner.context)
        assert learner.lesson.page == page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_the_lesson_is_marked_and_whole_in_every_language(language: Language) -> None:
    learner = Learner(language)
    steps = ["lay_card", "whose:here", "kind:resident-record", "scope:self", "next", "copies:1"]
    steps += [*(f"pin:{digit}" for digit in PRACTICE_PIN), "pin:enter", "take_card", "buy", "insert", "end"]
    learner.press("begin_lesson")
    for name in steps:
        for _ in range(2):
            shown = learner.view()
            assert shown.office == WORDS.say(language, "lesson.mark") and shown.title and shown.spoken
            assert not [text for text in texts(shown) if re.search(r"[{}]", text)]
            if "understood" in controls(shown):
                learner.press("understood")
        learner.press(name)
    assert learner.view().screen == "lesson_end" and learner.view().office == WORDS.say(language, "lesson.mark")


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.integers(0, 40), max_size=60))
def test_whatever_is_pressed_there_is_a_way_on_and_nothing_real_happens(presses: list[int]) -> None:
    learner = Learner()
    for number in presses:
        offered = sorted(name for name, one in controls(learner.view()).items() if one.state not in ("off", "closed"))
        assert offered
        learner.press(offered[number % len(offered)])
        assert learner.view().office == WORDS.say(learner.lesson.inner.language, "lesson.mark")
    assert {type(command).__name__ for command in learner.commands} <= {"CallStaff", "ClearAlert", "PrintLesson"}


# --- words -----------------------------------------------------------------------------------------------------------


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    root = Path(practice.__file__).parents[1]
    source = "\n".join(path.read_text() for path in [*root.glob("journeys/lesson*.py"), *root.glob("lesson_*.py")])
    used = set(re.findall(r'"(lesson\.[a-z_.]+)"', source))
    used |= {f"lesson.{what}.{step}" for what in ("do", "why") for step in STEPS}
    assert used == OWN.keys("ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked(language: str) -> None:
    with (words.LOCALES_FOLDER / language / "LC_MESSAGES" / "lesson.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    marked = {message.id for message in messages if "unreviewed" in message.user_comments}
    assert marked == (set() if language in ("ja", "en") else {message.id for message in messages})


def test_every_kanji_of_the_easy_words_has_its_reading() -> None:
    forms = [form for key in OWN.keys("easy") for form in OWN.forms("easy", key)]
    assert [form for form in forms if KANJI_WITHOUT_READING.search(form)] == []
