"""Who does not know what they need: a life event, a few questions, one ticket for every counter, a list on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kiosk_app import procedure_files, words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import CallStaff, Context, Issue, ListPrinted, PrintList, Restarted
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office.catalogue import Office
from kiosk_app.office.procedures import ANSWERS, Procedures
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk
from tests.kiosk_app.journeys.test_ticket_walks import Walk, check_view, run

FOLDER = Path(procedure_files.__file__).parents[1] / "config" / "procedures"
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def shipped() -> Procedures:
    return procedure_files.load(FOLDER)


@pytest.fixture(scope="module")
def with_procedures(context: Context, shipped: Procedures) -> Context:
    said = words.load(domains=words.domains_of(False, True))
    return msgspec.structs.replace(context, procedures=shipped, words=said)


@pytest.fixture
def desk(with_procedures: Context) -> Desk:
    return Desk(context=with_procedures, state=ticket.start(with_procedures))


@pytest.fixture(scope="module")
def new(with_procedures: Context) -> Callable[[], Desk]:
    return lambda: Desk(context=with_procedures, state=ticket.start(with_procedures))


def answer(desk: Desk, coded: str) -> None:
    desk.press(*(f"reply:{next(one for one in ANSWERS if one[0] == letter)}" for letter in coded))


def to_list(desk: Desk, life: str = "move-in", coded: str = "nynyynny") -> None:
    desk.press("find", f"life:{life}")
    answer(desk, coded)
    assert desk.state.screen == "proc_list"


def to_visit(desk: Desk) -> None:
    to_list(desk)
    desk.press("go_on", "go_on")
    assert desk.state.screen == "proc_visit"


# --- the way ---------------------------------------------------------------------------------------------------------


def test_without_life_events_there_is_no_door(context: Context) -> None:
    shown = ticket.view(ticket.start(context), context)
    assert [door.id for door in shown.doors] == ["ticket"]


def test_one_number_for_every_counter_in_their_order(desk: Desk) -> None:
    to_list(desk)
    rows = desk.view().rows
    assert [row.state for row in rows] == ["selected"] * 6
    assert rows[0].label == "転入の届" and rows[0].note == "引っ越した日から14日以内"
    assert [item.name for item in desk.view().bring] == ["学校を変わる手続き"]
    desk.press("go_on")
    assert "転出証明書" in [item.name for item in desk.view().bring]
    desk.press("go_on")
    shown = desk.view()
    assert [item.name for item in shown.summary] == [
        "1 引っ越し・戸籍",
        "2 マイナンバーカード",
        "3 健康保険・年金",
        "4 子ども・子育て",
        "5 証明書",
    ]
    assert shown.summary[3].note == "2階 25〜27番窓口\n児童手当　子ども医療費"
    assert shown.letter == "H" and shown.wait is not None
    (issue,) = desk.press("take_route")
    assert isinstance(issue, Issue)
    assert (issue.service, issue.further) == (
        "move-in",
        ("card-address-change", "health-insurance-change", "child-allowance", "child-medical", "resident-record-copy"),
    )
    desk.issued("H-201")
    (listed,) = desk.printed()
    assert isinstance(listed, PrintList)
    assert (listed.event, listed.without, listed.language) == ("move-in", (), "ja")
    shown = desk.view()
    assert shown.screen == "take"
    assert shown.notice == "同じ番号で、次の窓口でもお呼びします。順番は番号札にあります。\n手続きの一覧も出ます。"
    assert desk.state.ticket is not None and len(desk.state.ticket.services) == 6
    desk.step(ListPrinted(job=listed.job, is_printed=False))
    assert desk.view().notice.endswith("手続きの一覧は印刷できませんでした。")


def test_back_leads_to_the_question_before_as_it_was(desk: Desk) -> None:
    desk.press("find", "life:move-in")
    titles = [desk.view().title]
    for letter in "nynyynn":
        answer(desk, letter)
        titles.append(desk.view().title)
    answer(desk, "y")
    desk.press("go_on", "go_on")
    for screen in ("proc_bring", "proc_list"):
        desk.press("back")
        assert desk.state.screen == screen
    for title in reversed(titles):
        desk.press("back")
        assert desk.view().title == title
    desk.press("back")
    assert desk.state.screen == "proc_events"
    desk.press("back")
    assert desk.state.screen == "idle" and desk.state.finding is None


def test_other_questions_follow_from_another_answer(desk: Desk) -> None:
    desk.press("find", "life:move-in")
    answer(desk, "nynn")
    # No children: schools are not asked about.
    assert desk.view().title == "介護保険を使っている方がいますか。"
    assert desk.view().foot == "引っ越してきた　あと2問までです。"


def test_what_can_wait_is_left_out_by_a_press(desk: Desk) -> None:
    to_list(desk)
    desk.press("do:child-medical", "do:record-copy", "do:child-medical")
    assert {row.id: row.state for row in desk.view().rows}["do:record-copy"] == "open"
    desk.press("go_on", "go_on")
    (issue,) = desk.press("take_route")
    assert isinstance(issue, Issue)
    assert "resident-record-copy" not in issue.further and "child-medical" in issue.further


def test_with_nothing_left_for_today_there_is_only_the_list(desk: Desk) -> None:
    to_list(desk, "move-within", "nnnnnn")
    desk.press("do:move-within")
    shown = desk.view()
    assert shown.notice == "今日ここでする手続きはありません。一覧を印刷できます。"
    assert [action.id for action in shown.actions] == ["list_only"]
    (listed,) = desk.press("list_only")
    assert isinstance(listed, PrintList) and listed.without == ("move-within",)


def test_a_counter_that_is_closed_says_when_it_opens_and_is_not_on_the_way(desk: Desk) -> None:
    desk.change(now_utc_ms=MONDAY_1012_MS + 6 * HOUR_MS + 25 * 60_000)
    to_list(desk)
    row = desk.view().rows[0]
    assert row.state == "closed" and row.why
    desk.press("do:move-in")
    assert desk.state.screen == "explain" and desk.view().notice == "転入の届"
    desk.press("ok")
    assert desk.state.screen == "proc_list"
    desk.press("go_on", "go_on")
    (issue,) = desk.press("take_route")
    assert isinstance(issue, Issue) and issue.service == "card-address-change"


def test_a_counter_that_closes_while_somebody_reads(desk: Desk) -> None:
    to_visit(desk)
    desk.press("take_route")
    assert desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="closed")) == ()
    assert desk.state.screen == "proc_list" and desk.state.further == ()


def test_without_paper_the_visitor_comes_back_to_the_list(desk: Desk) -> None:
    to_visit(desk)
    desk.press("take_route")
    desk.change(printer_status="paper_out")
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="paper_out"))
    assert desk.state.screen == "trouble"
    # The obstacle goes away, and the same way is asked for once more.
    desk.change(printer_status="ready")
    (issue, *_) = [c for c in desk.step(ticket.PrinterStatusChanged(status="ready")) if isinstance(c, Issue)]
    assert issue.service == "move-in" and len(issue.further) == 5
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="cover_open"))
    desk.press("back")
    assert desk.state.screen == "proc_list" and desk.state.further == ()


def test_an_ordinary_ticket_afterwards_has_one_service(desk: Desk) -> None:
    to_visit(desk)
    desk.press("take_route")
    desk.issued("H-201")
    desk.printed()
    desk.press("end")
    desk.to_confirm()
    (issue,) = desk.press("take")
    assert isinstance(issue, Issue) and issue.further == ()


def test_a_further_service_joins_the_same_number(desk: Desk) -> None:
    to_list(desk, "move-within", "nnnnnn")
    desk.press("go_on", "go_on", "take_route")
    desk.issued("H-201")
    desk.printed()
    desk.press("another", "group:A", "service:seal-certificate", "take")
    assert desk.state.ticket is not None
    assert desk.state.ticket.services == ("move-within", "seal-certificate")
    assert not desk.view().notice


def test_a_service_that_comes_too_late_for_the_visit_has_a_number_for_itself_alone(desk: Desk) -> None:
    to_list(desk, "birth", "yynnn")
    desk.press("go_on", "go_on", "take_route")
    desk.issued("H-201")
    desk.printed()
    desk.press("another", "group:A", "service:seal-certificate", "take")
    desk.step(ticket.CannotIssue(intent=desk.state.intent, cause="gone"))
    (issue,) = desk.press("take")
    assert isinstance(issue, Issue) and (issue.service, issue.further) == ("seal-certificate", ())


def test_whoever_takes_many_gets_them_and_staff_hear_of_it(desk: Desk) -> None:
    for name in ("t1", "t2"):
        desk.has_ticket(name=name)
        desk.press("end")
    to_list(desk, "move-within", "nnnnnn")
    desk.press("go_on", "go_on")
    commands = desk.press("take_route")
    assert [type(command) for command in commands] == [Issue, CallStaff]


# --- the list --------------------------------------------------------------------------------------------------


def test_the_list_alone_is_no_ticket_and_says_so(desk: Desk) -> None:
    to_list(desk)
    (listed,) = desk.press("list_only")
    assert isinstance(listed, PrintList)
    assert desk.state.screen == "proc_paper" and [one.id for one in desk.view().actions] == ["end"]
    desk.step(ListPrinted(job="another", is_printed=True))
    assert desk.view().title == "一覧を印刷しています。"
    desk.step(ListPrinted(job=listed.job, is_printed=True))
    shown = desk.view()
    assert shown.title == "一覧をお取りください。" and shown.subtitle == "番号札ではありません。番号は出ていません。"
    desk.wait(21)
    assert desk.state.screen == "idle"


def test_a_list_that_does_not_come_is_said(desk: Desk) -> None:
    to_list(desk)
    (listed,) = desk.press("list_only")
    assert isinstance(listed, PrintList)
    desk.step(ListPrinted(job=listed.job, is_printed=False))
    assert desk.view().tone == "care" and "end" in controls(desk.view())


def test_no_word_of_the_printer_leads_home_all_the_same(desk: Desk) -> None:
    to_list(desk)
    desk.press("list_only")
    desk.wait(21)
    assert desk.state.screen == "idle"


# --- other questions after a restart -----------------------------------------------------------------------------


@pytest.mark.parametrize("coded", ["", "ny", "nynyynny"])
def test_a_restart_with_the_same_questions_changes_nothing(desk: Desk, coded: str) -> None:
    desk.press("find", "life:move-in")
    answer(desk, coded)
    before = desk.state
    desk.step(Restarted())
    assert desk.state == before


def test_a_restart_without_these_questions_begins_anew(desk: Desk, shipped: Procedures) -> None:
    desk.press("find", "life:move-in")
    answer(desk, "ny")
    others = tuple(life for life in shipped.events if life.id != "move-in")
    desk.change(procedures=msgspec.structs.replace(shipped, events=others))
    desk.step(Restarted())
    assert desk.state.screen == "idle"


def test_a_restart_with_fewer_questions_begins_anew(desk: Desk, shipped: Procedures) -> None:
    to_list(desk)
    shorter = tuple(msgspec.structs.replace(life, steps=life.steps[:2]) for life in shipped.events)
    desk.change(procedures=msgspec.structs.replace(shipped, events=shorter))
    desk.step(Restarted())
    assert desk.state.screen == "idle"


def test_an_office_that_offers_none_of_it_leads_to_a_person(desk: Desk, office: Office) -> None:
    without = tuple(one for one in office.services if one.id != "move-within")
    desk.change(office=msgspec.structs.replace(office, services=without))
    to_list(desk, "move-within", "nnnnnn")
    assert desk.view().title == "職員がご案内します。"
    (call,) = desk.press("ask_staff")
    assert isinstance(call, CallStaff)


# --- every screen --------------------------------------------------------------------------------------------------


def walks(shipped: Procedures) -> Iterator[tuple[str, int]]:
    for life in shipped.events:
        for style in range(len(ANSWERS)):
            yield life.id, style


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_life_event_walked_in_every_language_ends_in_a_ticket_or_a_list(
    new: Callable[[], Desk], shipped: Procedures, language: Language
) -> None:
    """Always yes, always no, and わからない wherever it is offered."""
    for life, style in walks(shipped):
        desk = new()
        desk.press(f"language:{language}", "find", f"life:{life}")
        asked = 0
        while desk.state.screen == "proc_question":
            check_view(desk.state, desk.context)
            offered = [row.id for row in desk.view().rows]
            desk.press(offered[min(style, len(offered) - 1)])
            asked += 1
        assert asked <= 10
        check_view(desk.state, desk.context)
        while "go_on" in controls(desk.view()):
            desk.press("go_on")
            check_view(desk.state, desk.context)
        if "take_route" not in controls(desk.view()):
            desk.press("list_only")
            check_view(desk.state, desk.context)
            continue
        desk.press("take_route")
        desk.issued("H-201")
        desk.printed()
        check_view(desk.state, desk.context)
        assert desk.state.screen == "take"


class AmongQuestions(Walk):
    """Now and then somebody answers every question, so that what comes after them is tried too."""

    @precondition(lambda self: self.desk.state.screen == "idle")
    @rule(answers=st.lists(st.integers(0, 1), min_size=10, max_size=10))
    def walk_to_the_list(self, answers: list[int]) -> None:
        for control in ("find", "life:move-in"):
            self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=control))
        for which in answers:
            if self.desk.state.screen == "proc_question":
                rows = self.desk.view().rows
                self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=rows[which].id))

    @precondition(lambda self: self.desk.state.screen in ("proc_list", "proc_bring"))
    @rule()
    def go_on(self) -> None:
        if "go_on" in controls(self.desk.view()):
            self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control="go_on"))


@pytest.mark.slow
def test_random_visits_among_questions_leave_nobody_stuck(new: Callable[[], Desk]) -> None:
    walk: type[Walk] = type("Walk", (AmongQuestions,), {"new_desk": staticmethod(new), "visited": set()})
    run(walk, examples=60, steps=30, derandomize=True)
    assert walk.visited >= {
        "proc_events",
        "proc_question",
        "proc_list",
        "proc_bring",
        "proc_visit",
        "proc_paper",
        "PrintList",
    }
