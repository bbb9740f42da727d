"""Staff at the ticket machine, step by step: nothing is shown before somebody has signed in, and it always ends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.api import Role
from kiosk_app.journeys import staff_mode as s
from kiosk_app.journeys.messages import PinTyped, Tick
from kiosk_app.journeys.staff_mode_view import CUT_OFF, view
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Office
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, OFFICE_FILE

ROWS = (
    s.NumberRow(ticket="t2", number="A-002", note="10:05　お待ち", keeps_place=True),
    s.NumberRow(
        ticket="t1", number="A-001", note="10:01　呼出中", no_cancel="窓口で対応中です。", no_other="窓口で対応中です。"
    ),
)


@cache
def office() -> Office:
    return catalogue.parse(OFFICE_FILE.read_text(), OFFICE_FILE.name)


def context(now_ms: int = MONDAY_1012_MS, rows: Sequence[s.NumberRow] = ROWS, cut_off: bool = False) -> s.StaffContext:
    return s.StaffContext(now_utc_ms=now_ms, new_id="n1", office=office(), numbers=tuple(rows), cut_off=cut_off)


def walked(*events: s.AnyEvent, at: s.StaffContext | None = None) -> tuple[s.StaffMode | None, list[s.AnyCommand]]:
    at = at or context()
    state: s.StaffMode | None = s.begin(at)
    done: list[s.AnyCommand] = []
    for event in events:
        assert state is not None
        if isinstance(event, s.Pressed):
            assert event.control in controls(view(state, at)), (event.control, state.page)
        state, commands = s.step(state, event, at)
        done += commands
    return state, done


def signed_in(role: Role = "clerk") -> tuple[s.AnyEvent, ...]:
    return (
        PinTyped(typed=4),
        s.Pressed(control="pin:enter"),
        s.CodeRead(staff_code="1001"),
        PinTyped(typed=4),
        s.Pressed(control="pin:enter"),
        s.Admitted(staff_code="1001", role=role),
    )


def test_code_then_pin_then_the_numbers_of_this_machine() -> None:
    state, done = walked(*signed_in())
    assert state is not None
    assert done == [s.ReadCode(), s.Check(staff_code="1001")]
    shown = view(state, context())
    assert [row.label for row in shown.rows] == ["A-002", "A-001"]
    assert (shown.title, shown.subtitle) == ("この機械の番号札", "係員 1001")


def test_each_act_is_asked_for_with_an_intent_and_its_answer_is_said() -> None:
    for presses, command in (
        (["do:reprint"], s.Reprint(intent="n1", ticket="t2")),
        (
            ["do:other", "group:H", "service:move-in"],
            s.GiveOther(intent="n1", ticket="t2", service="move-in", keep=True),
        ),
        (["do:cancel", "reason:1"], s.Cancel(intent="n1", ticket="t2", reason=office().cancel_reasons[1])),
    ):
        if presses[-1].startswith("service:"):
            first = next(x.id for x in office().services if x.group == "H")
            presses[-1], command = f"service:{first}", replace(command, service=first)
        events = (*signed_in(), s.Pressed(control="number:t2"), *(s.Pressed(control=c) for c in presses))
        state, done = walked(*events)
        assert done[-1] == command and state is not None and state.page == "working"
        assert controls(view(state, context())) == {}, "nothing can be pressed meanwhile"
        other, _ = s.step(state, s.Done(intent="older", ok=True, message="x"), context())
        assert other == state
        said, _ = s.step(state, s.Done(intent="n1", ok=True, message="A-002を再発行しました。"), context())
        assert said is not None and view(said, context()).title == "A-002を再発行しました。"


def test_what_may_not_be_done_says_why_and_cannot_be_pressed() -> None:
    at_called = (*signed_in(), s.Pressed(control="number:t1"))
    state, _ = walked(*at_called)
    assert state is not None
    offered = {row.id: (row.state, row.note) for row in view(state, context()).rows}
    assert offered["do:cancel"] == ("off", "窓口で対応中です。")
    assert offered["do:reprint"][0] == "open"
    guide, _ = walked(*signed_in("guide"), s.Pressed(control="number:t2"))
    assert guide is not None
    offered = {row.id: (row.state, row.note) for row in view(guide, context()).rows}
    assert offered["do:cancel"] == ("off", "案内係にはできません。係員に頼んでください。")
    assert offered["do:other"] == ("open", "順番はそのままで、新しい番号になります。")


def test_a_machine_that_is_cut_off_says_how_old_its_knowledge_is() -> None:
    state, _ = walked(*signed_in())
    assert state is not None
    assert view(state, context(cut_off=True)).notice == CUT_OFF
    assert view(state, context()).notice == ""


def test_a_wrong_pin_begins_again_and_a_locked_machine_only_ends() -> None:
    to_check = signed_in()[:-1]
    state, _ = walked(*to_check, s.Refused(message="ちがいます。", again=True))
    assert state is not None
    assert (state.page, view(state, context()).notice) == ("code", "ちがいます。")
    state, _ = walked(*to_check, s.Refused(message="10:22まで使えません。", again=False))
    assert state is not None
    assert list(controls(view(state, context()))) == ["end"]


def test_it_ends_by_itself_on_every_screen_but_not_in_the_middle_of_printing() -> None:
    for events in ((), signed_in()[:2], signed_in(), (*signed_in(), s.Pressed(control="number:t2"))):
        state, _ = walked(*events)
        assert state is not None
        assert s.step(state, Tick(), context(MONDAY_1012_MS + s.PATIENCE_MS - 1))[0] is state
        assert s.step(state, Tick(), context(MONDAY_1012_MS + s.PATIENCE_MS)) == s.OVER
    working, _ = walked(*signed_in(), s.Pressed(control="number:t2"), s.Pressed(control="do:reprint"))
    assert working is not None
    assert s.step(working, Tick(), context(MONDAY_1012_MS + s.LONGEST_MS))[0] is working
    busy = s.begin(context())
    for after_ms in range(0, s.LONGEST_MS, s.PATIENCE_MS // 2):
        now = context(MONDAY_1012_MS + after_ms)
        moved, _ = s.step(busy, PinTyped(typed=1), now)
        assert moved is not None
        busy, ended = s.step(moved, Tick(), now)
        assert busy is not None and ended == (), after_ms
    assert s.step(busy, Tick(), context(MONDAY_1012_MS + s.LONGEST_MS)) == s.OVER, "whatever is touched"


ANSWERS: st.SearchStrategy[s.AnyEvent] = st.one_of(
    st.builds(PinTyped, typed=st.integers(0, 70)),
    st.sampled_from([s.CodeRead(staff_code="1001"), Tick(), s.Done(intent="n1", ok=False, message="x")]),
    st.builds(s.Refused, message=st.just("x"), again=st.booleans()),
)


@given(st.integers(0, 5), st.lists(ANSWERS | st.integers(0, 30), max_size=40))
def test_whatever_is_pressed_no_number_is_shown_to_who_has_not_signed_in(
    already: int, events: list[s.AnyEvent | int]
) -> None:
    """A number presses the control of that place on the screen."""
    state, _ = walked(*signed_in()[:already])
    for event in (*events, 0):
        assert state is not None
        shown = view(state, context())
        assert "A-00" not in repr(shown)
        offered = [c.id for c in controls(shown).values() if c.state != "off"]
        assert offered or state.page == "checking"
        if isinstance(event, int):
            if not offered:
                continue
            event = s.Pressed(control=offered[event % len(offered)])
        state, commands = s.step(state, event, context())
        assert not any(isinstance(c, s.Reprint | s.GiveOther | s.Cancel) for c in commands)
        if state is None:
            return
        assert not state.admitted
