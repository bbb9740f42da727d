"""Random visitors, printers and clocks: whatever happens, the screen says something and leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk_app import words
from kiosk_app.api import LANGUAGES, CitizenView, Control
from kiosk_app.api_base import Id
from kiosk_app.journeys import ticket
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office.calendar import Open, next_opening, opening
from kiosk_app.words import plain
from tests.depth import examples

STATUSES = ("ready", "near_end", "paper_out", "cover_open", "cutter_error", "head_hot", "offline", "silent", "unknown")
VERDICTS = ("issued", "uncut", "maybe", "not_issued", "unknown")
CAUSES = ("paper_out", "cover_open", "silent", "disk_full", "closed", "gone")
BRACE = re.compile(r"[{}]")
AROUND = ("staff", "ease", "language", "back", "leave", "end")
ONWARD = ("group:", "event:", "service:", "answer:", "life:", "reply:")
WAYS_HOME = ("end", "leave", "ok", "close", "close_sheet", "has_paper", "cancel_call", "back", "continue")


def texts(value: Any) -> list[str]:
    """Every text of a view, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts(item)]
    if isinstance(value, msgspec.Struct):
        return [text for name in value.__struct_fields__ for text in texts(getattr(value, name))]
    return []


def all_controls(shown: CitizenView) -> list[Control]:
    page = (*shown.doors, *shown.groups, *shown.events, *shown.rows, *shown.actions, *shown.languages, *shown.bar)
    sheet = (*shown.sheet.options, shown.sheet.close) if shown.sheet else ()
    return [*page, *sheet, *(shown.dialog.actions if shown.dialog else ())]


def check_view(state: ticket.TicketJourney, context: ticket.Context) -> None:
    shown = ticket.view(state, context)
    assert shown.title.strip()
    assert shown.spoken.strip()
    ids = [control.id for control in all_controls(shown)]
    assert len(ids) == len(set(ids)), ids
    for control in all_controls(shown):
        assert plain(control.label).strip(), control.id
        msgspec.convert(control.id, Id), "a press of it can be sent"
        assert control.state != "closed" or control.why, control.id
    assert "staff" in ids
    assert "ease" in ids
    assert {"language", "language:ja"} & set(ids), "the language can be chosen on every screen"
    assert not [text for text in texts(shown) if BRACE.search(text)]
    assert shown.dialog is None or 0 <= shown.dialog.seconds <= shown.dialog.of_seconds
    if shown.slip is not None and shown.screen not in ("take", "check_in_said", "cert_pay", "cert_claim"):
        assert shown.slip.number == "", "no number before its paper is certain"


EVERYTHING = {
    *("idle", "closed", "choose", "questions", "services", "confirm", "printing", "take", "trouble", "doubt"),
    *("explain", "Issue", "AddStop", "Reprint", "ConfirmPaper", "VoidTicket", "CallStaff", "ClearAlert"),
}


class Walk(RuleBasedStateMachine):
    """The core here answers as the real one may, at any time or never."""

    desk: Any
    new_desk: Callable[[], Any]
    visited: set[str]
    """Screens and commands over all walks: a walk that never leaves the start proves nothing."""
    old_screens = Bundle("old_screens")

    @initialize()
    def begin(self) -> None:
        self.desk = type(self).new_desk()
        self.intents: list[str] = []
        self.answered: set[str] = set()
        self.given = 0
        self.seen: set[str] = set()

    def step(self, event: Any) -> None:
        commands = self.desk.step(event)
        self.seen.add(self.desk.state.screen)
        for command in commands:
            if isinstance(command, ticket.Issue):
                assert command.intent not in self.intents, "one intent, one Issue"
                self.intents.append(command.intent)

    @rule(target=old_screens, pick=st.randoms(use_true_random=False), presses=st.integers(1, 8))
    def press_something(self, pick: Any, presses: int) -> tuple[str, str]:
        for _ in range(presses):
            offered = controls(self.desk.view())
            # Onward more often than around: the bar is on every screen, a language on the first.
            onward = [c for c in offered if (c not in AROUND and ":" not in c) or c.startswith(ONWARD)]
            control = pick.choice(sorted(onward or offered) if pick.random() < 0.85 else [*sorted(offered), "voice"])
            screen_id = self.desk.state.screen_id
            off = control in offered and offered[control].state == "off"
            self.step(ticket.Pressed(screen_id=screen_id, control=control))
            assert off or self.desk.state.screen_id != screen_id
        return screen_id, control

    @precondition(lambda self: self.desk.state.screen == "idle")
    @rule()
    def walk_to_the_ticket(self) -> None:
        for control in ("ticket", "group:A", "service:resident-record-copy", "take"):
            screen_id = self.desk.state.screen_id
            self.step(ticket.Pressed(screen_id=screen_id, control=control))

    @precondition(lambda self: self.desk.state.screen == "trouble" and self.desk.state.ticket is not None)
    @rule()
    def leave_a_number_behind(self) -> None:
        if "leave" in controls(self.desk.view()):
            self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control="leave"))

    @rule(old=old_screens)
    def tap_again(self, old: tuple[str, str]) -> None:
        screen_id, control = old
        if screen_id == self.desk.state.screen_id:
            return
        place = self.desk.state.place
        assert self.desk.step(ticket.Pressed(screen_id=screen_id, control=control)) == ()
        assert self.desk.state.place == place

    @rule(seconds=st.sampled_from((1, 1, 1, 6, 6, 19, 41, 61, 121, 301, 3600, 86400)))
    def wait(self, seconds: int) -> None:
        self.desk.change(now_utc_ms=self.desk.context.now_utc_ms + seconds * 1000)
        self.step(ticket.Tick())

    @precondition(lambda self: self.desk.state.screen == "idle")
    @rule()
    def doors_close(self) -> None:
        context = self.desk.context
        hours = opening(context.office, None, local_time(context.office, context.now_utc_ms))
        if isinstance(hours, Open):
            self.desk.change(now_utc_ms=int(hours.until.timestamp() * 1000))
            self.step(ticket.Tick())
            assert self.desk.state.screen == "closed"

    @precondition(lambda self: self.desk.state.screen == "closed")
    @rule()
    def doors_open(self) -> None:
        context = self.desk.context
        opens = next_opening(context.office, None, local_time(context.office, context.now_utc_ms))
        assert opens is not None
        self.desk.change(now_utc_ms=int(opens.timestamp()) * 1000 + 6_000_000)
        self.step(ticket.Tick())

    @rule(status=st.sampled_from(STATUSES), told=st.booleans())
    def printer(self, status: str, told: bool) -> None:
        self.desk.change(printer_status=status)
        if told:
            self.step(ticket.PrinterStatusChanged(status=status))

    @precondition(lambda self: set(self.intents) - self.answered)
    @rule(prints=st.booleans(), verdict=st.sampled_from(VERDICTS), cause=st.sampled_from(("", "paper_out")))
    def issue_is_answered(self, prints: bool, verdict: str, cause: str) -> None:
        intent = next(i for i in self.intents if i not in self.answered)
        self.answered.add(intent)
        self.given += 1
        now = self.desk.context.now_utc_ms
        self.step(
            ticket.Issued(
                intent=intent,
                ticket=f"t{self.given}",
                number=f"A-{100 + self.given}",
                waiting=3,
                estimate_from_ms=now,
                estimate_to_ms=now + 900_000,
            )
        )
        if prints:
            self.step(ticket.PrintFinished(ticket=f"t{self.given}", verdict=verdict, cause=cause))  # type: ignore[arg-type]

    @precondition(lambda self: self.given)
    @rule(verdict=st.sampled_from(VERDICTS), cause=st.sampled_from(("", "paper_out")), back=st.integers(0, 2))
    def print_ends(self, verdict: str, cause: str, back: int) -> None:
        name = f"t{max(1, self.given - back)}"
        self.step(ticket.PrintFinished(ticket=name, verdict=verdict, cause=cause))  # type: ignore[arg-type]

    @precondition(lambda self: set(self.intents) - self.answered)
    @rule(cause=st.sampled_from(CAUSES))
    def issue_is_refused(self, cause: str) -> None:
        intent = next(i for i in self.intents if i not in self.answered)
        self.answered.add(intent)
        self.step(ticket.CannotIssue(intent=intent, cause=cause))

    @rule(what=st.sampled_from(("visitor_alert", "machine_alert", "unstaffed", "gone", "new_session")))
    def something_rare(self, what: str) -> None:
        state = self.desk.state
        self.desk.change(counter_staffed=None if what == "unstaffed" else "7")
        if what.endswith("_alert"):
            alert = getattr(state, what)
            self.step(ticket.AlertAccepted(alert=alert.id if alert else "other"))
        elif what == "gone" and state.added:
            self.step(ticket.CannotIssue(intent=state.intent, cause="gone"))
        elif what == "new_session":
            self.step(ticket.NewSession(session=f"s{self.desk.ids}"))

    @invariant()
    def the_screen_is_whole(self) -> None:
        state, context = self.desk.state, self.desk.context
        language = LANGUAGES[state.ordinal % len(LANGUAGES)]
        check_view(state, context)
        check_view(msgspec.structs.replace(state, language=language), context)

    @invariant()
    def alerts_balance(self) -> None:
        """What rings is known to the state, and rings once."""
        ringing: set[str] = set()
        for command in self.desk.commands:
            if isinstance(command, ticket.CallStaff) and command.cause != "many_tickets":
                assert command.alert not in ringing
                ringing.add(command.alert)
            elif isinstance(command, ticket.ClearAlert):
                assert command.alert in ringing
                ringing.discard(command.alert)
        known = {a.id for a in (self.desk.state.visitor_alert, self.desk.state.machine_alert) if a is not None}
        assert ringing == known

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            type(self).visited.update(self.seen, (type(command).__name__ for command in self.desk.commands))
            go_home(self.desk)


def go_home(desk: Any) -> None:
    """A patient visitor, a printer that works again and a core that answers always come back to the start."""
    desk.change(printer_status="ready")
    desk.step(ticket.PrinterStatusChanged(status="ready"))
    for n in range(60):
        state = desk.state
        if state.screen in ("idle", "closed") and not state.dialog and not state.sheet:
            return
        if state.screen == "printing" and not state.dialog and not state.sheet:
            if state.ticket is None:
                desk.issued(name=f"home{n}")
            desk.printed(name=desk.state.ticket.ticket)
            continue
        way = next((way for way in WAYS_HOME if way in controls(desk.view())), None)
        assert way is not None, f"no way out of {state.screen}"
        desk.press(way)
    raise AssertionError(f"walks in circles: {desk.state}")


@pytest.fixture
def walk(new_desk: Callable[[], Any]) -> type[Walk]:
    return type("Walk", (Walk,), {"new_desk": staticmethod(new_desk), "visited": set()})


def run(walk: type[Walk], examples: int, steps: int, derandomize: bool) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        walk,
        settings=settings(
            derandomize=derandomize,
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_random_visits(walk: type[Walk]) -> None:
    run(walk, examples=120, steps=40, derandomize=True)
    assert walk.visited >= EVERYTHING


@pytest.mark.long
@pytest.mark.timeout(900)
def test_long_random_visits(walk: type[Walk]) -> None:
    run(walk, examples=1500, steps=80, derandomize=False)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=st.lists(st.sampled_from(("take", "join", "separate", "staff", "another", "end")), max_size=8))
def test_any_burst_of_taps_on_one_screen_issues_once(new_desk: Callable[[], Any], taps: list[str]) -> None:
    desk = new_desk()
    desk.to_confirm()
    screen_id = desk.state.screen_id
    for tap in ("take", *taps):
        desk.step(ticket.Pressed(screen_id=screen_id, control=tap))
    assert [type(command) for command in desk.commands] == [ticket.Issue]


@settings(max_examples=examples(60), deadline=None)
@given(control=st.text(max_size=12) | st.sampled_from(("service:", "group:Z", "answer:9", "language:", "mode:")))
def test_a_control_that_is_not_on_the_screen_does_nothing(new_desk: Callable[[], Any], control: str) -> None:
    desk = new_desk()
    desk.press("ticket")
    place = desk.state.place
    if control not in controls(desk.view()):
        assert desk.step(ticket.Pressed(screen_id=desk.state.screen_id, control=control)) == ()
        assert desk.state.place == place


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_a_visit_is_whole_in_every_language(new_desk: Callable[[], Any], language: str) -> None:
    desk = new_desk()
    desk.press(f"language:{language}", "ticket")
    seen = [desk.view()]
    for group in desk.context.office.groups:
        desk.press(f"group:{group.letter}")
        for row in desk.view().rows:
            if row.id.startswith("service:") and row.state == "open":
                desk.press(row.id)
                check_view(desk.state, desk.context)
                desk.press("back")
        desk.press("back")
    for event in desk.context.office.events:
        desk.press(f"event:{event.id}")
        check_view(desk.state, desk.context)
        desk.press("back")
    desk.press("unsure")
    seen.append(desk.view())
    assert {shown.language for shown in seen} == {language}
    assert words.plain(desk.view().title)
