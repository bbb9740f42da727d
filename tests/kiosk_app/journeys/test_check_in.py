"""Whoever has a reservation gets one number, or is told what comes next; and nobody sees whose reservation it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.api import LANGUAGES
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import Issue, LookUp, Reprint, TimeOffered, Ways
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office.check_in import Answer, Booked
from tests.depth import examples
from tests.kiosk_app.journeys.test_ticket_walks import check_view, go_home

CODE = "0196123456712345"
ONE = Booked(letter="H", lane=1, start_min=630, length_min=15, booking="b1", service="move-in", language="ja")
TWO = Booked(letter="M", lane=1, start_min=660, length_min=10, booking="b2", service="card-pin-reset", language="ja")
UNHEARD = Booked(letter="H", lane=2, start_min=630, length_min=0)
TIMES = tuple(TimeOffered(start_min=680 + 10 * n, length_min=10, free=n != 1) for n in range(12))
WAYS = Ways(code_reader="below", reads_codes=True, finds_phones=True)
ANSWERS = (
    Answer(what="ready", booked=(ONE,)),
    Answer(what="ready", booked=(ONE,), late=True),
    Answer(what="ready", booked=(UNHEARD,)),
    Answer(what="choose", booked=(ONE, TWO)),
    Answer(what="early", booked=(ONE,), from_min=570),
    Answer(what="already", booked=(ONE,), ticket="t9", number="H-109", on_paper=True, again=True),
    Answer(what="already", booked=(ONE,), ticket="t9", number="H-109", on_paper=True),
    Answer(what="my_ticket", ticket="t9", number="H-109", on_paper=True),
    Answer(what="elsewhere", office=2),
    Answer(what="other_day", date="2026-04-07", start_min=630),
    *(
        Answer(what=what)
        for what in ("cancelled", "not_found", "tries", "away", "unreadable", "wrong_code", "wrong_phone", "my_ticket")
    ),
)


@pytest.fixture
def booked(desk: Any) -> Any:
    desk.change(ways=WAYS)
    return desk


def answer(desk: Any, what: Answer) -> Any:
    return desk.step(ticket.LookedUp(question=desk.state.check_in.asked, answer=what))


def issues(commands: Any) -> list[Issue]:
    return [command for command in commands if isinstance(command, Issue)]


def to_pad(desk: Any, way: str = "code") -> None:
    desk.press("booked", f"way:{way}")


def type_in(desk: Any, digits: str = CODE) -> Any:
    desk.press(*(f"pin:{digit}" for digit in digits))
    return desk.press("pin:enter")


def issued(desk: Any, **fields: Any) -> None:
    now = desk.context.now_utc_ms
    desk.step(
        ticket.Issued(
            intent=desk.state.intent,
            ticket="t1",
            number="H-101",
            waiting=2,
            estimate_from_ms=now,
            estimate_to_ms=now + 900_000,
            **fields,
        )
    )
    desk.printed()


# --- a plain check-in ----------------------------------------------------------------------------------------------


def test_a_code_that_is_held_before_the_reader_needs_no_press_at_all(booked: Any) -> None:
    (asked,) = booked.step(ticket.Scanned(text=CODE))
    assert (type(asked), asked.way, asked.text) == (LookUp, "scan", CODE)
    (issue,) = answer(booked, ANSWERS[0])
    assert (type(issue), issue.service, issue.booked) == (Issue, "move-in", ONE)
    assert ticket.resumed(booked.state) == (issue,), "after a crash the same is asked for again"
    issued(booked, kind="reservation", start_min=630, length_min=15)
    shown = booked.view()
    assert (shown.screen, shown.title) == ("take", "受付しました。\n番号札をお取りください。")
    assert (shown.slip.number, shown.slip.slot, shown.slip.estimate) == ("H-101", "10:30〜10:45", "")


def test_the_next_visitor_need_not_wait_until_the_screen_is_free(booked: Any) -> None:
    booked.has_ticket()
    session = booked.state.session
    booked.step(ticket.Scanned(text=CODE))
    assert (booked.state.screen, booked.state.ticket) == ("check_in_wait", None)
    assert booked.state.session != session


def test_a_code_is_typed_four_by_four_corrected_and_entered_with_keys(booked: Any) -> None:
    to_pad(booked)
    booked.press(*(f"pin:{digit}" for digit in "019612"))
    pad = booked.view().keypad
    assert (pad.text, pad.typed, pad.of, pad.enter.state) == ("0196 12", 6, 16, "off")
    booked.press("pin:erase")
    assert booked.view().keypad.text == "0196 1"
    (asked,) = type_in(booked, CODE[5:])
    assert (asked.way, asked.text) == ("code", CODE)
    booked.step(ticket.Pressed(screen_id=booked.state.screen_id, control="pin:5"))
    assert booked.state.screen == "check_in_wait", "a digit too many does nothing"


def test_late_is_told_kindly_with_what_comes_now(booked: Any) -> None:
    booked.step(ticket.Scanned(text=CODE))
    answer(booked, ANSWERS[1])
    issued(booked, kind="late", start_min=630, length_min=15)
    shown = booked.view()
    assert shown.notice == "ご予約は10:30でした。受付しました。\nいまから順番にお呼びします。"
    assert shown.slip.slot == "" and shown.slip.estimate, "a walk-in's estimate stands there now"


def test_a_reservation_that_nobody_has_heard_of_is_asked_what_it_is_for(booked: Any) -> None:
    booked.step(ticket.Scanned(text=CODE))
    answer(booked, ANSWERS[2])
    assert booked.state.screen == "check_in_which"
    (issue,) = booked.press("what:move-in")
    assert issue.booked == msgspec.structs.replace(UNHEARD, service="move-in")
    issued(booked, kind="reservation", start_min=630, unheard=True)
    assert "受付しました" in booked.view().notice


def test_digits_of_a_telephone_show_times_and_services_to_choose_from(booked: Any) -> None:
    to_pad(booked, "phone")
    (asked,) = type_in(booked, "4321")
    assert (asked.way, asked.text) == ("phone", "4321")
    answer(booked, ANSWERS[3])
    rows = booked.view().rows
    assert [(row.id, row.label) for row in rows[:2]] == [("booking:1", "10:30"), ("booking:2", "11:00")]
    assert "4321" not in str(booked.view())
    (asked,) = booked.press("booking:2")
    assert (asked.way, asked.booked) == ("chosen", TWO)


def test_too_early_says_when_to_come_and_ends(booked: Any) -> None:
    booked.step(ticket.Scanned(text=CODE))
    answer(booked, ANSWERS[4])
    shown = booked.view()
    assert (shown.title, shown.emphasis) == ("ご予約は10:30です。", "9:30から受付できます。")
    booked.press("leave")
    assert booked.state.screen == "idle"


def test_the_same_number_is_printed_again_and_never_a_second_one(booked: Any) -> None:
    booked.step(ticket.Scanned(text=CODE))
    answer(booked, ANSWERS[5])
    assert booked.view().slip.number == "H-109"
    (again,) = booked.press("again")
    assert (type(again), again.ticket) == (Reprint, "t9")
    assert ticket.resumed(booked.state) == ()
    booked.step(ticket.PrintFinished(ticket="t9", verdict="issued"))
    assert (booked.state.screen, booked.view().slip.number) == ("take", "H-109")


def test_who_was_checked_in_elsewhere_in_that_moment_is_told_so(booked: Any) -> None:
    booked.step(ticket.Scanned(text=CODE))
    (issue,) = answer(booked, ANSWERS[0])
    (asked,) = booked.step(ticket.CannotIssue(intent=issue.intent, cause="booking"))
    assert (type(asked), asked.booked) == (LookUp, ONE)
    answer(booked, ANSWERS[6])
    assert "H-109" in booked.view().emphasis


def test_wrong_codes_stay_to_be_corrected_and_after_three_a_person_helps(booked: Any) -> None:
    to_pad(booked)
    for n in range(2):
        type_in(booked, CODE if not n else "")
        answer(booked, Answer(what="wrong_code"))
        assert booked.view().notice and len(booked.state.check_in.typed) == 16
    booked.press("pin:enter")
    answer(booked, Answer(what="wrong_code"))
    assert (booked.state.screen, booked.state.check_in.typed) == ("check_in_said", "")
    assert {"ticket", "help"} <= controls(booked.view()).keys()


def test_a_hub_that_does_not_answer_is_given_up_and_its_late_answer_is_for_nobody(booked: Any) -> None:
    to_pad(booked, "phone")
    type_in(booked, "4321")
    asked = booked.state.check_in.asked
    booked.wait(21)
    assert booked.view().title == "いまは調べられません。"
    booked.step(ticket.LookedUp(question=asked, answer=ANSWERS[3]))
    assert booked.state.screen == "check_in_said"


def test_a_restart_in_the_middle_says_so_and_digits_do_not_outlive_their_screen(booked: Any) -> None:
    to_pad(booked, "phone")
    type_in(booked, "4321")
    booked.step(ticket.Restarted())
    assert booked.state.screen == "check_in_said"
    assert "4321" not in repr(booked.state)


def test_a_printer_without_paper_keeps_the_reservation_for_when_it_has_some(booked: Any) -> None:
    booked.step(ticket.Scanned(text=CODE))
    (issue,) = answer(booked, ANSWERS[0])
    booked.change(printer_status="paper_out")
    booked.step(ticket.CannotIssue(intent=issue.intent, cause="paper_out"))
    assert booked.state.screen == "trouble"
    booked.change(printer_status="ready")
    (again,) = issues(booked.step(ticket.PrinterStatusChanged(status="ready")))
    assert again.booked == ONE and again.intent != issue.intent


def test_a_crowd_with_reservations_is_nobody_who_presses_everything(booked: Any) -> None:
    for _ in range(3):
        booked.step(ticket.Scanned(text=CODE))
        answer(booked, ANSWERS[0])
        issued(booked, kind="reservation", start_min=630, length_min=15)
    booked.press("end")
    booked.to_confirm()
    (issue,) = booked.press("take")
    assert isinstance(issue, Issue)


def test_without_any_way_there_is_no_such_door(desk: Any) -> None:
    assert "booked" not in controls(desk.view())
    desk.change(ways=Ways(reads_codes=True))
    assert "booked" in controls(desk.view())
    desk.press("booked")
    assert controls(desk.view())["way:phone"].state == "off"


# --- a chosen time -------------------------------------------------------------------------------------------------


def to_times(desk: Any) -> None:
    desk.change(ways=Ways(times={"move-in": TIMES}))
    desk.press("ticket", "group:H", "service:move-in")


def test_a_walk_in_chooses_a_time_and_may_leave(desk: Any) -> None:
    to_times(desk)
    assert [(c.id, c.label) for c in desk.view().actions] == [("take", "今すぐ並ぶ"), ("times", "時間を選ぶ")]
    desk.press("times")
    shown = desk.view()
    assert [(row.label, row.skip, len(row.starts)) for row in shown.hours] == [("11", 2, 4), ("12", 0, 6), ("13", 0, 2)]
    assert [c.state for c in shown.hours[0].starts] == ["open", "off", "open", "open"]
    assert (shown.chosen, controls(shown)["take_time"].state) == (None, "off")
    desk.press("start:680")
    chosen = desk.view().chosen
    assert (chosen.range, chosen.return_by) == ("11:20〜11:30", "11:15までにお戻りください。")
    (issue,) = desk.press("take_time")
    assert (issue.service, issue.start_min, issue.sale) == ("move-in", 680, issue.sale)
    assert ticket.resumed(desk.state) == (issue,)
    issued(desk, kind="slot", start_min=680, length_min=10)
    slip = desk.view().slip
    assert (slip.slot, slip.return_by) == ("11:20〜11:30", "11:15までにお戻りください。")


def test_no_time_is_bought_twice_for_want_of_paper(desk: Any) -> None:
    to_times(desk)
    desk.press("times", "start:680")
    (first,) = desk.press("take_time")
    desk.change(printer_status="paper_out")
    desk.step(ticket.CannotIssue(intent=first.intent, cause="paper_out"))
    desk.change(printer_status="ready")
    (second,) = issues(desk.step(ticket.PrinterStatusChanged(status="ready")))
    assert second.intent != first.intent and second.sale == first.sale


@pytest.mark.parametrize(("cause", "screen"), [("time_gone", "times"), ("times_away", "confirm")])
def test_who_was_too_slow_chooses_again_and_who_is_cut_off_joins_the_line(desk: Any, cause: str, screen: str) -> None:
    to_times(desk)
    desk.press("times", "start:680")
    (issue,) = desk.press("take_time")
    if cause == "times_away":
        desk.change(ways=Ways())
    desk.step(ticket.CannotIssue(intent=issue.intent, cause=cause))
    assert desk.state.screen == screen
    assert desk.view().notice
    if screen == "confirm":
        assert [c.id for c in desk.view().actions] == ["take"]


def test_a_time_that_goes_while_it_is_looked_at_cannot_be_taken(desk: Any) -> None:
    to_times(desk)
    desk.press("times", "start:680")
    desk.change(ways=Ways(times={"move-in": TIMES[2:]}))
    assert desk.view().notice
    assert controls(desk.view())["take_time"].state == "off"


def test_a_further_service_of_a_visit_has_no_time_of_its_own(desk: Any) -> None:
    desk.has_ticket()
    desk.change(ways=Ways(times={"move-in": TIMES}))
    desk.press("another", "group:H", "service:move-in")
    assert [c.id for c in desk.view().actions] == ["take"]


# --- whatever happens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_whole_in_every_language_and_leads_home(new_desk: Callable[[], Any], language: str) -> None:
    for what in ANSWERS:
        desk = new_desk()
        desk.change(ways=msgspec.structs.replace(WAYS, times={"move-in": TIMES}))
        desk.press(f"language:{language}", "booked")
        check_view(desk.state, desk.context)
        desk.press("way:code")
        check_view(desk.state, desk.context)
        type_in(desk)
        check_view(desk.state, desk.context)
        answer(desk, what)
        check_view(desk.state, desk.context)
        go_home(desk)


DEEDS = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 40)),
    st.tuples(st.just("answer"), st.integers(0, len(ANSWERS) - 1)),
    st.tuples(st.sampled_from(("scan", "issued", "refused", "again")), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from((1, 21, 61, 301))),
    st.tuples(st.just("change"), st.integers(0, 7)),
)


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, max_size=40))
def test_nobody_is_stuck_and_nothing_happens_twice(new_desk: Callable[[], Any], deeds: list[tuple[str, int]]) -> None:
    desk = new_desk()
    desk.change(ways=msgspec.structs.replace(WAYS, times={"move-in": TIMES}))
    given_out, intents = 0, []
    for deed, n in deeds:
        waits = desk.state.check_in
        if deed == "press":
            offered = sorted(controls(desk.view()))
            commands = desk.step(ticket.Pressed(screen_id=desk.state.screen_id, control=offered[n % len(offered)]))
        elif deed == "answer":
            asked = waits.asked if waits is not None else "none"
            commands = desk.step(ticket.LookedUp(question=asked, answer=ANSWERS[n]))
        elif deed == "scan":
            commands = desk.step(ticket.Scanned(text=CODE))
        elif deed == "issued" and desk.state.screen == "printing" and desk.state.ticket is None:
            given_out += 1
            kind = "slot" if desk.state.sale else "reservation" if desk.state.booked else ""
            desk.step(
                ticket.Issued(
                    intent=desk.state.intent,
                    ticket=f"t{given_out}",
                    number=f"H-{given_out:03}",
                    waiting=0,
                    estimate_from_ms=0,
                    estimate_to_ms=0,
                    kind=kind,  # type: ignore[arg-type]
                    start_min=680,
                    length_min=10,
                )
            )
            commands = desk.step(ticket.PrintFinished(ticket=f"t{given_out}", verdict="issued"))
        elif deed == "refused":
            cause = ("booking", "time_gone", "times_away", "paper_out")[n]
            commands = desk.step(ticket.CannotIssue(intent=desk.state.intent or "none", cause=cause))
        elif deed == "again":
            commands = desk.step(ticket.Restarted())
        else:
            if deed == "wait":
                desk.change(now_utc_ms=desk.context.now_utc_ms + 1000 * n)
            elif deed == "change":
                reads = bool(n & 1)
                times = {"move-in": TIMES[n:]} if n & 4 else {}
                place: Any = "below" if reads else ""
                desk.change(ways=Ways(code_reader=place, reads_codes=reads, finds_phones=bool(n & 2), times=times))
            commands = desk.step(ticket.Tick())
        intents += [command.intent for command in commands if isinstance(command, Issue)]
        check_view(desk.state, desk.context)
    assert len(set(intents)) == len(intents), "one intent, one number"
    if desk.state.screen == "check_in_wait":
        desk.wait(21)
    go_home(desk)
