"""Who is put aside comes back by itself, in the place that was theirs, and nobody is forgotten or favoured by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office.held import back_in_line
from kiosk_app.office.queue import waiting
from kiosk_app.office.rows import held_rows
from kiosk_app.office.state import visit_of
from tests.kiosk_app.office.scenario import DESK, Office

HOLD_MIN = DESK.hold_s / 60


def test_a_held_ticket_comes_back_by_itself_when_its_time_has_come_and_not_before() -> None:
    office = Office().open_day()
    first = office.issue()
    assert office.called(1) == first
    office.act("hold", counter=1)
    assert [(row.number, row.back) for row in held_rows(office.state, office.now_utc_ms)] == [("A-001", "9:15")]
    office.pass_min(HOLD_MIN - 0.01).tick()
    assert office.called(1) == ""
    office.pass_min(0.01).tick()
    assert back_in_line(office.state, office.now_utc_ms) == ()
    assert [record[4] for record in office.log if isinstance(record[4], f.Resumed)] == [f.Resumed(ticket=first)]
    assert office.called(1) == first


@given(st.lists(st.integers(-30, 90), min_size=2, max_size=12), st.data())
def test_coming_back_is_as_if_nobody_had_been_put_aside(due_min: list[int], data: st.DataObject) -> None:
    """Neither ahead of the promise nor behind it: the line is the one that it was before."""
    office = Office().open_day()
    tickets = [office.pass_min(0.1).issue(due_min=due) for due in due_min]
    aside = data.draw(st.lists(st.sampled_from(tickets), unique=True, min_size=1, max_size=3))
    order = [(one.effective_utc_ms, one.ticket_id) for one in waiting(office.state)]
    for ticket in aside:
        office.act("call_number", counter=1, ticket=ticket, reason="窓口の都合")
        office.act("hold", counter=1)
    assert {one.ticket_id for one in waiting(office.state)} == set(tickets) - set(aside)
    office.pass_min(HOLD_MIN).tick()
    assert [(one.effective_utc_ms, one.ticket_id) for one in waiting(office.state)] == order


def test_staff_call_whoever_is_on_hold_and_the_time_means_nothing_any_more() -> None:
    office = Office().open_day()
    first = office.issue()
    office.called(1)
    office.act("hold", counter=1)
    office.act("call_number", counter=2, ticket=first)
    assert visit_of(office.state.day, first).held_until_utc_ms == 0
    office.pass_min(HOLD_MIN * 2).tick()
    assert visit_of(office.state.day, first).counter == 2
    assert visit_of(office.state.day, first).status == "called"


def test_a_hold_that_is_taken_back_does_not_come_back_later() -> None:
    office = Office().open_day()
    first = office.issue()
    office.called(1)
    office.act("hold", counter=1)
    office.act("undo", counter=1)
    office.pass_min(HOLD_MIN * 2).tick()
    assert office.state.day.counters["1"].current == first


def test_papers_to_hand_over_come_back_to_their_own_line() -> None:
    office = Office().open_day()
    seal = office.issue("seal")
    office.called(1)
    office.act("ready_for_handover", counter=1)
    assert office.called(1) == seal
    office.act("hold", counter=1)
    office.pass_min(HOLD_MIN).tick()
    assert [one.kind for one in waiting(office.state)] == ["handover"]


def test_whoever_was_missed_comes_back_to_the_place_that_was_theirs_and_needs_no_new_number() -> None:
    """Late is no fault: the promise of the ticket counts, and nobody behind it is passed."""
    office = Office().open_day()
    late, other = office.issue(due_min=5), office.pass_min(1).issue(due_min=5)
    assert office.called(1) == late
    office.act("no_show", counter=1)
    office.pass_min(90).tick()
    assert [one.ticket_id for one in waiting(office.state)] == [other]
    office.act("resume", ticket=late)
    assert [office.called(1), office.called(1)] == [late, other]


def test_on_hold_of_an_older_program_only_staff_bring_back() -> None:
    office = Office().open_day()
    first = office.issue()
    office.called(1)
    office.append(f.Held(ticket=first, counter=1))
    office.pass_min(600).tick()
    assert visit_of(office.state.day, first).status == "held"
    assert [row.back for row in held_rows(office.state, office.now_utc_ms)] == [""]
