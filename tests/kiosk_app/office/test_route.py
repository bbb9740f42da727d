"""Several services in one visit are a route: one open call, in order, and the next line knows when the visitor came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import current_stop, stops_of
from tests.kiosk_app.office.scenario import DESK, SERVICES, Office

routes = st.lists(
    st.lists(st.sampled_from(sorted(SERVICES)), min_size=1, max_size=3, unique=True), min_size=1, max_size=10
)
presses = st.lists(st.tuples(st.sampled_from(sorted(DESK.counters)), st.integers(0, 4)), max_size=60)


def ticket_calls(office: Office) -> dict[str, list[tuple[str, str]]]:
    calls: dict[str, list[tuple[str, str]]] = {}
    for record in office.log:
        if isinstance(record[4], f.Called):
            calls.setdefault(record[4].ticket, []).append((record[4].service, record[4].stage))
    return calls


@given(routes, presses)
def test_each_visit_goes_its_way_in_order_and_nobody_is_called_twice_for_one_thing(
    plan: list[list[str]], pressed: list[tuple[int, int]]
) -> None:
    office = Office().open_day()
    tickets = {office.pass_min(0.5).issue(*route): route for route in plan}
    for counter, minutes in pressed:
        office.pass_min(minutes)
        stop = current_stop(office.state.day, office.state.day.counters[str(counter)].current)
        if stop is not None and stop.two_stage:
            office.act("ready_for_handover", counter=counter)
        office.called(counter)
        at_counters = [c.current for c in office.state.day.counters.values() if c.current]
        assert len(set(at_counters)) == len(at_counters)
    for _ in range(6 * len(plan)):
        for counter in DESK.counters:
            stop = current_stop(office.state.day, office.state.day.counters[str(counter)].current)
            if stop is not None and stop.two_stage:
                office.act("ready_for_handover", counter=counter)
            office.called(counter)
    assert waiting(office.state) == []
    for ticket, route in tickets.items():
        calls = ticket_calls(office)[ticket]
        # Handing over comes before the next service, and nothing comes twice.
        assert [call for n, call in enumerate(calls) if call not in calls[:n]] == calls
        wanted = [
            (s, stage) for s in route for stage in ("reception", "handover") if stage == "reception" or s == "seal"
        ]
        assert calls == wanted


@given(st.integers(1, 6), st.integers(0, 6))
def test_in_the_next_line_the_visitor_stands_where_the_first_issue_says(before: int, after: int) -> None:
    """Whoever was sent here first is not sent to the end of the second line."""
    office = Office().open_day()
    early = [office.pass_min(1).issue("move", due_min=10) for _ in range(before)]
    both = office.pass_min(1).issue("residence", "move", due_min=10)
    late = [office.pass_min(1).issue("move", due_min=10) for _ in range(after)]
    assert office.called(1) == both
    office.pass_min(30).act("complete", counter=1)
    line = [one.ticket_id for one in waiting(office.state)]
    assert line == [*early, both, *late]
    ticket = office.state.day.tickets[both]
    assert [one.due_utc_ms for one in waiting(office.state) if one.ticket_id == both] == [ticket.due_utc_ms]


def test_what_comes_first_is_done_first_even_where_the_second_counter_is_free() -> None:
    office = Office().open_day()
    both = office.issue("residence", "move")
    assert office.called(3) == ""
    office.called(1)
    # And while the visitor is there, nobody else calls.
    assert office.called(3) == ""
    office.act("complete", counter=1)
    assert office.called(3) == both


def test_a_service_that_joins_a_visit_under_way_is_its_last_stop() -> None:
    office = Office().open_day()
    ticket = office.issue("residence")
    office.called(1)
    office.append(f.StopAdded(ticket=ticket, intent="more", stop=SERVICES["move"]))
    assert [stop.service for stop in stops_of(office.state.day, ticket)] == ["residence", "move"]
    office.act("complete", counter=1)
    assert office.called(3) == ticket


def test_missed_at_the_second_counter_only_the_second_service_is_still_to_do() -> None:
    office = Office().open_day()
    both = office.issue("residence", "move")
    office.called(1)
    office.act("complete", counter=1)
    assert office.called(3) == both
    office.act("no_show", counter=3)
    office.act("resume", ticket=both)
    assert [(one.ticket_id, one.stop.service) for one in waiting(office.state)] == [(both, "move")]
    assert office.called(1) == ""
