"""From what has to be done to the forms for it, and on to one number: who moves in is asked everything once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from kiosk_app import procedure_files, words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.journeys import form_events as f
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import CardOpened, CardSeen, Context, Issue, PrintList, Restarted
from kiosk_app.journeys.ticket_view import controls
from tests.kiosk_app.journeys import forms_house as h
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk
from tests.kiosk_app.journeys.test_procedures import FOLDER, to_list, walks
from tests.kiosk_app.journeys.test_ticket_walks import check_view

IN_ORDER = ("resident-move", "resident-record", "health-insurance", "child-allowance")
"""As the forms' own folder has them."""


@pytest.fixture(scope="module")
def whole() -> Context:
    """A machine that finds procedures and makes forms."""
    said = words.load(domains=words.domains_of(False, True, True))
    found = procedure_files.load(FOLDER)
    return replace(h.forms_context(), words=said, procedures=found, now_utc_ms=MONDAY_1012_MS)


@pytest.fixture
def desk(whole: Context) -> Desk:
    return Desk(context=whole, state=ticket.start(whole))


def to_offer(desk: Desk) -> None:
    to_list(desk)
    desk.press("go_on", "go_on")
    assert desk.state.screen == "proc_forms"


def begun(desk: Desk, people: int = 4) -> f.BeginForms:
    to_offer(desk)
    desk.press("forms", "next")
    (begin,) = desk.press(f"people:{people}")
    assert isinstance(begin, f.BeginForms)
    return begin


def made(desk: Desk, printed: int = 7) -> None:
    """All of them by keys, to the paper."""
    begun(desk, 1)
    h.now(desk, ask=None, typing=None)
    desk.press("way:type")
    desk.step(f.FormsReady(visit=h.visit(desk), sheets=7))
    desk.press("print")
    cause = "paper_out" if printed < 7 else ""
    desk.step(f.FormsPrinted(visit=h.visit(desk), printed=printed, sheets=7, cause=cause))


def test_the_forms_of_what_is_done_today_are_offered_with_one_plate(desk: Desk) -> None:
    to_offer(desk)
    shown = desk.view()
    assert shown.title == "書類をここで作りますか。"
    assert [(one.name, one.note) for one in shown.bring] == [
        ("住民異動届", "転入の届"),
        ("住民票の写し等交付請求書", "住民票の写し"),
        ("国民健康保険 資格取得・喪失届", "国民健康保険に入る届"),
        ("児童手当認定請求書", "児童手当"),
    ]
    assert [(one.id, one.state) for one in shown.actions] == [("forms", "go"), ("without_forms", "open")]


def test_they_are_chosen_and_what_the_way_has_said_is_not_asked_again(desk: Desk) -> None:
    begin = begun(desk)
    assert begin.forms == IN_ORDER and begin.people == 4
    assert dict(begin.known) == {"move_kind": "move_in", "nhi_kind": "join", "nhi_reason": "moved"}


def test_what_is_left_for_another_day_has_no_form_today(desk: Desk) -> None:
    to_list(desk)
    desk.press("do:insurance-join-moved", "do:record-copy", "go_on", "go_on", "forms")
    assert desk.state.forms is not None and desk.state.forms.chosen == ("resident-move", "child-allowance")


def test_with_the_paper_in_hand_the_way_goes_on_to_one_number(desk: Desk) -> None:
    made(desk)
    assert desk.view().actions[0].label == "番号札へ進む"
    commands = desk.press("end")
    assert f.EndForms() in commands and desk.state.forms is None
    assert desk.state.screen == "proc_visit"
    (issue,) = desk.press("take_route")
    assert isinstance(issue, Issue) and len(issue.further) == 5
    desk.issued("H-201")
    (listed,) = desk.printed()
    assert isinstance(listed, PrintList)
    assert desk.view().notice.startswith("作った書類も、窓口へお持ちください。")
    # Nothing of the visit for forms is on the way back from here.
    assert [place.screen for place in desk.state.way_back] == ["idle"]


def test_whoever_has_made_them_is_not_asked_again_and_whoever_has_not_may_come_back(desk: Desk) -> None:
    made(desk)
    desk.press("end", "back")
    assert desk.state.screen == "proc_bring"
    desk.press("go_on")
    assert desk.state.screen == "proc_visit"


def test_without_forms_the_way_is_as_before(desk: Desk) -> None:
    to_offer(desk)
    desk.press("without_forms")
    assert desk.state.screen == "proc_visit"
    for screen in ("proc_forms", "proc_bring", "proc_list"):
        desk.press("back")
        assert desk.state.screen == screen


def test_back_from_the_choice_of_forms_leads_to_the_offer(desk: Desk) -> None:
    to_offer(desk)
    desk.press("forms")
    assert f.EndForms() in desk.press("back")
    assert desk.state.screen == "proc_forms" and desk.state.forms is None
    begun_again = desk.press("forms", "next", "people:1", "back", "back")
    assert f.EndForms() in begun_again and desk.state.screen == "proc_forms"


def test_without_all_of_the_paper_the_way_goes_on_all_the_same(desk: Desk) -> None:
    made(desk, printed=3)
    assert desk.state.screen == "form_said"
    desk.press("end")
    assert desk.state.screen == "proc_visit" and desk.state.finding is not None and desk.state.finding.has_forms


def test_a_card_that_lies_there_is_taken_before_the_number(desk: Desk) -> None:
    begun(desk, 1)
    desk.press("way:card")
    h.lay(desk, "card")
    desk.step(CardOpened(session=h.session(desk), result="locked"))
    assert "reset" not in controls(desk.view()), "the way leads to that counter all the same"
    desk.press("end")
    assert desk.state.screen == "card_take"
    desk.change(card_seen="empty")
    desk.step(CardSeen())
    assert desk.state.screen == "proc_visit"


def test_walking_away_in_the_middle_ends_everything(desk: Desk) -> None:
    begun(desk, 1)
    desk.wait(70)
    desk.wait(70)
    assert desk.state.screen == "idle" and desk.state.finding is None and desk.state.forms is None


def test_a_restart_in_the_middle_of_the_forms_keeps_the_way(desk: Desk) -> None:
    begun(desk, 1)
    desk.step(Restarted())
    assert desk.state.screen == "form_said"
    desk.press("end")
    assert desk.state.screen == "proc_visit"


def test_a_restart_without_these_questions_begins_anew_after_the_forms(desk: Desk) -> None:
    begun(desk, 1)
    desk.step(Restarted())
    assert desk.context.procedures is not None
    others = tuple(life for life in desk.context.procedures.events if life.id != "move-in")
    desk.change(procedures=replace(desk.context.procedures, events=others))
    desk.press("end")
    assert desk.state.screen == "idle"


def test_where_nothing_can_be_printed_nothing_is_offered(desk: Desk) -> None:
    h.now(desk, stopped="printer")
    to_list(desk)
    desk.press("go_on", "go_on")
    assert desk.state.screen == "proc_visit"


def test_a_printer_that_stops_while_somebody_reads_is_told(desk: Desk) -> None:
    to_offer(desk)
    h.now(desk, stopped="printer")
    make = desk.view().actions[0]
    assert (make.state, make.note) == ("off", "プリンターがいま使えません")
    desk.press("without_forms")
    assert desk.state.screen == "proc_visit"


@pytest.fixture(scope="module")
def new(whole: Context) -> Callable[[], Desk]:
    return lambda: Desk(context=whole, state=ticket.start(whole))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_life_event_in_every_language_leads_through_its_forms_to_a_number(
    new: Callable[[], Desk], language: Language
) -> None:
    offered = set()
    have = procedure_files.load(FOLDER)
    for life, style in walks(have):
        desk = new()
        desk.press(f"language:{language}", "find", f"life:{life}")
        while desk.state.screen == "proc_question":
            rows = [row.id for row in desk.view().rows]
            desk.press(rows[min(style, len(rows) - 1)])
        while "go_on" in controls(desk.view()):
            desk.press("go_on")
        if desk.state.screen != "proc_forms":
            continue
        check_view(desk.state, desk.context)
        said = len(desk.view().bring)
        desk.press("forms")
        check_view(desk.state, desk.context)
        assert desk.state.forms is not None and len(desk.state.forms.chosen) == said
        offered |= set(desk.state.forms.chosen)
        desk.press("back", "without_forms")
        assert "take_route" in controls(desk.view())
    assert offered == set(IN_ORDER)
