"""The journey of forms: nobody is stuck, nothing of a person is saved, and which PIN is asked is always said."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app import words
from kiosk_app.api import LANGUAGES
from kiosk_app.journeys import form_events as f
from kiosk_app.journeys.messages import (
    CallStaff,
    CardAnswered,
    CardOpened,
    CardSeen,
    ClearAlert,
    EndCard,
    PinTyped,
    Restarted,
)
from kiosk_app.journeys.ticket_view import controls
from tests.depth import examples
from tests.kiosk_app.journeys import forms_house as h
from tests.kiosk_app.journeys.conftest import Desk
from tests.kiosk_app.office.forms_house import ALL_FORMS, form_set
from tests.kiosk_app.test_words import KANJI_WITHOUT_READING

JOURNEYS = Path(words.__file__).parent / "journeys"
APART = "別に数えます"


@pytest.fixture
def desk() -> Desk:
    return h.machine()


def screen(desk: Desk) -> str:
    return desk.state.screen


def test_a_machine_without_forms_has_no_such_door(desk: Desk) -> None:
    assert "forms" in controls(desk.view())
    desk.change(forms=None)
    assert "forms" not in controls(desk.view())


def test_forms_are_made_in_the_order_in_which_they_are_offered(desk: Desk) -> None:
    h.to_people(desk, "proxy", "resident-move")
    assert screen(desk) == "form_people"
    (begun,) = desk.press("people:4")
    assert begun == f.BeginForms(visit=h.visit(desk), forms=("resident-move", "proxy"), people=4)


def test_forms_without_people_ask_for_no_number_of_them(desk: Desk) -> None:
    h.to_people(desk, "proxy")
    assert screen(desk) == "form_way"


def test_every_screen_with_that_pin_says_that_its_tries_are_apart(desk: Desk) -> None:
    h.to_pin(desk)
    assert "券面事項入力補助用" in desk.view().title and APART in desk.view().rows[0].note
    h.locked(other := h.machine())
    assert "券面事項入力補助用" in other.view().title and APART in other.view().notice
    assert "way:type" in controls(other.view()), "a locked PIN stops nobody"
    h.to_pin(last := h.machine(), tries=1)
    assert screen(last) == "card_last" and APART in last.view().notice


def test_a_wrong_pin_tells_the_tries_left_and_the_last_is_asked_for(desk: Desk) -> None:
    h.to_pin(desk)
    desk.step(PinTyped(typed=4))
    (sent,) = desk.press("pin:enter")
    assert sent == f.ReadAttributes(session=h.session(desk), person=1)
    desk.step(CardAnswered(session=h.session(desk), tries=2))
    pad = desk.view().keypad
    assert pad is not None and pad.tries_left == 2 and "ちがいます" in desk.view().notice
    desk.step(PinTyped(typed=4))
    desk.press("pin:enter")
    desk.step(CardAnswered(session=h.session(desk), tries=1))
    assert screen(desk) == "card_last"
    desk.press("spend")
    desk.step(PinTyped(typed=4))
    (sent,) = desk.press("pin:enter")
    assert isinstance(sent, f.ReadAttributes) and sent.spend_last_try


def test_a_card_that_is_pulled_while_it_is_read_begins_anew(desk: Desk) -> None:
    h.to_pin(desk)
    desk.step(PinTyped(typed=4))
    desk.press("pin:enter")
    h.lay(desk, "empty")
    assert screen(desk) == "card_reading"
    desk.step(CardAnswered(session=h.session(desk), trouble="gone"))
    assert screen(desk) == "card_place"
    late = f.AttributesRead(session="other")
    desk.step(late)
    assert screen(desk) == "card_place", "an answer for another card"
    h.lay(desk, "card")
    assert screen(desk) == "card_reading"


@pytest.mark.parametrize("trouble", ["nonsense", "refused", "pin_unknown", "silent", "in_use", "gone"])
def test_what_a_card_answers_wrongly_is_said_with_a_next_step(desk: Desk, trouble: str) -> None:
    h.to_way(desk)
    desk.press("way:card")
    h.lay(desk, "card")
    desk.step(CardOpened(session=h.session(desk), trouble=trouble))  # type: ignore[arg-type]
    view = desk.view()
    assert screen(desk) == "card_place" and view.subtitle and view.reader is not None
    desk.press("back")
    assert screen(desk) == "form_way" and "way:type" in controls(desk.view())


def test_the_card_of_one_is_not_read_for_the_next(desk: Desk) -> None:
    h.second_person(desk)
    assert screen(desk) == "card_place" and desk.view().reader is not None
    assert not [one for one in desk.commands[-2:] if isinstance(one, f.OpenAttributes)]
    h.lay(desk, "empty")
    h.lay(desk, "card")
    assert isinstance(desk.commands[-1], f.OpenAttributes)


def test_what_a_card_says_wrongly_is_forgotten(desk: Desk) -> None:
    h.to_check(desk)
    assert desk.view().summary[0].note == "髙﨑　美咲"
    assert f.ForgetPerson(visit=h.visit(desk), person=1) in desk.press("wrong")
    assert screen(desk) == "form_way"


def test_half_of_the_paper_is_told_and_the_rest_is_printed_when_the_visitor_says_so(desk: Desk) -> None:
    h.half_printed(desk)
    assert screen(desk) == "form_said" and "7枚のうち3枚" in desk.view().notice
    assert desk.press("again")[-1] == f.PrintForms(visit=h.visit(desk))
    desk.step(f.FormsPrinted(visit=h.visit(desk), printed=7, sheets=7))
    assert screen(desk) == "form_take"


def test_everything_is_overwritten_at_the_end_at_a_time_out_and_on_another_day(desk: Desk) -> None:
    h.to_take(desk)
    assert f.EndForms() in desk.press("end") and screen(desk) == "idle" and desk.state.forms is None
    h.asking(waiting := h.machine(), "kana", *h.letters("タ"))
    assert f.EndForms() in waiting.wait(61) and screen(waiting) == "idle"
    h.to_check(reset := h.machine())
    from kiosk_app.journeys.messages import NewSession

    assert f.EndForms() in reset.step(NewSession(session="x")) and EndCard() in reset.commands[-1:]


def test_after_a_restart_the_visitor_is_told_and_begins_again(desk: Desk) -> None:
    h.interrupted(desk)
    assert screen(desk) == "form_said"
    assert f.EndForms() in desk.press("again")
    assert screen(desk) == "form_choose" and desk.state.forms is not None and desk.state.forms.chosen == h.MOVE
    h.to_people(choosing := h.machine())
    choosing.step(Restarted())
    assert screen(choosing) == "form_people", "nothing was said yet that could be lost"


def test_nothing_of_a_person_is_saved(desk: Desk) -> None:
    h.to_check(desk)
    h.asking(typing := h.machine(), "kana", *h.letters("カナリア"))
    h.to_confirm(last := h.machine(), "data:image/png;base64,Q0FOQVJZ")
    for one in (desk, typing, last):
        saved = msgspec.json.encode(one.state).decode() + repr(one.state) + repr(one.context.forms) + repr(one.commands)
        assert not re.search("髙﨑|カナリア|紺屋町|Q0FOQVJZ|1985", saved)
        assert repr(one.view().kana) in ("None", "KanaPad(…)")


PRESSES = st.lists(st.integers(0, 40), max_size=40)


@settings(max_examples=examples(25))
@given(PRESSES, st.integers(0, 10))
def test_nobody_is_stuck(presses: list[int], at: int) -> None:
    """Whatever is pressed: there is always a way to the end, and the screen can be drawn and spoken."""
    desk = h.machine()
    h.to_people(desk, *ALL_FORMS[: 1 + at % 6])
    for press in presses:
        offered = [name for name, control in controls(desk.view()).items() if control.state != "off"]
        commands = desk.press(offered[press % len(offered)])
        _answer(desk, commands)
        assert desk.view().spoken
    desk.wait(700)
    assert screen(desk) in ("idle", "card_take") or desk.state.visitor_alert is not None


def _answer(desk: Desk, commands: tuple[object, ...]) -> None:
    """As a core would, without any trouble."""
    for command in commands:
        match command:
            case f.PrepareForms(visit=visit):
                desk.step(f.FormsReady(visit=visit, sheets=2))
            case f.PrintForms(visit=visit):
                desk.step(f.FormsPrinted(visit=visit, printed=2, sheets=2))
            case f.OpenAttributes(session=session):
                desk.step(CardOpened(session=session, tries=3))


def test_a_card_of_a_child_without_certificate_is_read_too(desk: Desk) -> None:
    h.to_way(desk)
    desk.press("way:card")
    desk.change(card_seen="no_certificate")
    (asked,) = desk.step(CardSeen())
    assert isinstance(asked, f.OpenAttributes)


# --- paper ---------------------------------------------------------------------------------------------------


def stopped(desk: Desk, cause: str, unsure: bool = False) -> tuple[object, ...]:
    h.to_confirm(desk)
    desk.press("print")
    return desk.step(f.FormsPrinted(visit=h.visit(desk), printed=3, sheets=7, cause=cause, unsure=unsure))


def test_staff_are_called_to_a_printer_that_stops_and_the_rest_goes_on_by_itself(desk: Desk) -> None:
    calls = [one for one in stopped(desk, "paper_out") if isinstance(one, CallStaff)]
    assert [(one.cause, one.detail) for one in calls] == [("form_paper", "paper_out")]
    assert screen(desk) == "form_said" and desk.view().notice == "7枚のうち3枚が出ています。"
    commands = desk.step(f.FormsMended(visit=h.visit(desk)))
    assert commands == (ClearAlert(alert=calls[0].alert), f.PrintForms(visit=h.visit(desk)))
    assert screen(desk) == "form_print" and desk.state.visitor_alert is None
    assert desk.step(f.FormsMended(visit=h.visit(desk))) == (), "once"
    desk.step(f.FormsPrinted(visit=h.visit(desk), printed=7, sheets=7))
    assert screen(desk) == "form_take"


def test_what_may_be_on_paper_is_printed_again_only_by_a_press(desk: Desk) -> None:
    stopped(desk, "silent", unsure=True)
    assert "確かめて" in desk.view().subtitle
    assert desk.step(f.FormsMended(visit=h.visit(desk))) == () and screen(desk) == "form_said"
    assert f.PrintForms(visit=h.visit(desk)) in desk.press("again")


def test_whoever_called_staff_before_is_not_called_for_twice(desk: Desk) -> None:
    h.to_confirm(desk)
    desk.press("staff", "close", "print")
    commands = desk.step(f.FormsPrinted(visit=h.visit(desk), printed=0, sheets=7, cause="cover_open"))
    assert not [one for one in commands if isinstance(one, CallStaff)]
    # The paper is there; who was called for something else still comes.
    desk.step(f.FormsMended(visit=h.visit(desk)))
    assert desk.state.visitor_alert is not None


def test_whoever_leaves_a_printer_without_paper_ends_the_call(desk: Desk) -> None:
    (call,) = [one for one in stopped(desk, "paper_out") if isinstance(one, CallStaff)]
    visit = h.visit(desk)
    assert ClearAlert(alert=call.alert) in desk.press("end")
    assert screen(desk) == "idle" and desk.step(f.FormsMended(visit=visit)) == ()


# --- words ---------------------------------------------------------------------------------------------------


def test_every_word_is_used_and_every_key_is_there() -> None:
    loaded = words.load(domains=(words.FORM_DOMAIN,))
    source = "\n".join(path.read_text() for path in JOURNEYS.glob("form*.py"))
    literal = set(re.findall(r'"(form(?:\.[a-z_]+)+)"', source))
    prefixes = tuple(re.findall(r'f"(form\.(?:[a-z]+\.)?)\{', source))
    assert literal <= loaded.keys("ja")
    short = tuple(prefix for prefix in prefixes if prefix != "form.")
    said = {"form.today", "form.yesterday", "form.yes", "form.no"}
    assert {k for k in loaded.keys("ja") if k not in literal | said and not k.startswith(short)} == set()
    assert not loaded.keys("ja") & words.load(domains=words.KIOSK_DOMAINS).keys("ja")


def test_every_kanji_of_the_easy_words_has_its_reading() -> None:
    loaded = words.load(domains=(words.FORM_DOMAIN,))
    texts = [form for key in loaded.keys("easy") for form in loaded.forms("easy", key)]
    for question in form_set().questions:
        texts += [question.text["easy"], question.why["easy"], *(one.text["easy"] for one in question.options)]
    for form in form_set().forms:
        texts += [form.title["easy"], form.note["easy"]]
    assert [text for text in texts if KANJI_WITHOUT_READING.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked(language: str) -> None:
    path = words.LOCALES_FOLDER / language / "LC_MESSAGES" / f"{words.FORM_DOMAIN}.po"
    marked = path.read_text().count("# unreviewed\n")
    assert marked == (0 if language in ("ja", "en") else len(words.load(domains=(words.FORM_DOMAIN,)).keys("ja")))
