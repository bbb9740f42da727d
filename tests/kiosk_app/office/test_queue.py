"""The order of the queue is what visitors quarrel about: these are its promises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.queue import RETURN_BEFORE_MIN, callable_now, next_ticket, waiting, why_next
from kiosk_app.office.state import CREDIT_MAX_S, number_of
from tests.kiosk_app.office.scenario import MINUTE_MS, MORNING_MS, Office

dues = st.lists(st.integers(-30, 90), min_size=1, max_size=25)
visitors = st.lists(
    st.tuples(
        st.sampled_from(["walk_in", "walk_in", "reservation", "slot"]),
        st.sampled_from(["residence", "seal", "move"]),
        st.integers(0, 90),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=25,
)


@given(dues)
def test_walk_ins_of_a_line_are_strictly_first_come_first_served(due_min: list[int]) -> None:
    office = Office().open_day()
    tickets = [office.pass_min(1).issue(due_min=due) for due in due_min]
    assert [office.called(1) for _ in tickets] == tickets


@given(dues, st.lists(st.integers(-24 * 60, 60), min_size=25, max_size=25))
def test_a_clock_that_jumps_does_not_change_who_came_first(due_min: list[int], jumps_min: list[int]) -> None:
    office = Office().open_day()
    tickets = []
    for due, jump in zip(due_min, jumps_min, strict=False):
        office.now_utc_ms = MORNING_MS + jump * MINUTE_MS
        tickets.append(office.issue(due_min=due))
    assert [one.ticket_id for one in waiting(office.state)] == tickets


@given(visitors, st.data())
def test_nobody_overtakes_beyond_the_bound_and_nobody_is_forgotten(
    people: list[tuple[str, str, int, int]], data: st.DataObject
) -> None:
    office = Office().open_day()
    tickets = [
        office.pass_min(gap).issue(service, due_min=due, promise=promise) for promise, service, due, gap in people
    ]
    favoured = data.draw(st.lists(st.sampled_from(tickets), unique=True, max_size=3))
    for ticket in favoured:
        office.act("grant_priority", ticket=ticket, reason="体調不良")
    everybody = {one.ticket_id: one for one in waiting(office.state)}
    assert set(everybody) == set(tickets)
    called: list[str] = []
    here = {one.ticket_id for one in callable_now(everybody.values(), office.now_utc_ms)}
    for wait_min in (0, 24 * 60):
        # Whoever chose a time is called when it has come.
        office.pass_min(wait_min)
        while found := next_ticket(office.state, ("A", "H"), office.now_utc_ms):
            assert office.called(2) == found
            called.append(found)
    assert sorted(called) == sorted(tickets)
    place = {ticket: index for index, ticket in enumerate(called)}
    for earlier in everybody.values():
        for later in everybody.values():
            if earlier.ticket_id not in here and later.ticket_id in here:
                # Its visitor was outside, as it was told.
                assert earlier.kind == "slot"
            elif place[later.ticket_id] < place[earlier.ticket_id]:
                bound_ms = CREDIT_MAX_S * 1000 if later.visit.credit_s else 0
                # Without a credit nothing changes on the way: the order is that of the first look.
                assert favoured or later.effective_utc_ms <= earlier.effective_utc_ms
                own = min(later.due_utc_ms, *(o.due_utc_ms for o in everybody.values() if behind(o, later)))
                assert own - bound_ms <= earlier.due_utc_ms


def behind(one: object, other: object) -> bool:
    same_line = one.stop.group == other.stop.group and one.kind == other.kind == "walk_in"  # type: ignore[attr-defined]
    return one is other or (same_line and one.arrival > other.arrival)  # type: ignore[attr-defined,no-any-return]


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_reservation_passes_a_walk_in_only_when_its_slot_is_before_the_promise(walk_in: int, slot: int) -> None:
    office = Office().open_day()
    first = office.issue(due_min=walk_in)
    booked = office.issue(due_min=slot, promise="reservation")
    assert next_ticket(office.state, ("A",), office.now_utc_ms) == (booked if slot < walk_in else first)


def test_paper_decides_who_can_be_called() -> None:
    office = Office().open_day()
    for verdict in (None, "not_issued"):
        office.issue(verdict=verdict)  # type: ignore[arg-type]
    assert waiting(office.state) == []
    doubtful = [office.pass_min(1).issue(verdict=verdict) for verdict in ("unknown", "maybe", "uncut")]  # type: ignore[arg-type]
    assert [one.ticket_id for one in waiting(office.state)] == doubtful


def test_a_held_ticket_is_not_called_and_keeps_its_due() -> None:
    office = Office().open_day()
    first, second = office.issue(), office.pass_min(1).issue()
    assert office.called(1) == first
    office.act("hold", counter=1)
    assert office.called(1) == second
    office.act("resume", ticket=first)
    assert office.called(1) == first


def test_the_reasons_are_plain() -> None:
    office = Office().open_day()
    office.issue(due_min=50)
    booked = office.issue(due_min=120, promise="reservation")
    reasons = why_next(office.state, ("A",), office.now_utc_ms)
    number = number_of(office.state.day, booked)
    assert reasons == (
        "約束が9:50で、いちばん早い方です。",
        f"予約の{number}は11:00の枠のため、まだお呼びしません。",
    )


def test_handover_is_a_line_of_its_own_from_when_it_was_ready() -> None:
    office = Office().open_day()
    first = office.issue("seal")
    walk_in = office.issue("residence", due_min=10)
    late = office.issue("residence", due_min=30)
    assert office.called(1) == first
    office.pass_min(20).act("ready_for_handover", counter=1)
    assert [one.kind for one in waiting(office.state)] == ["walk_in", "handover", "walk_in"]
    assert [office.called(1), office.called(1), office.called(1)] == [walk_in, first, late]


def test_the_next_stop_of_a_visit_keeps_the_first_issue_time() -> None:
    office = Office().open_day()
    both = office.issue("residence", "move")
    later = office.pass_min(1).issue("move", due_min=5)
    assert office.called(1) == both
    assert next_ticket(office.state, ("H",), office.now_utc_ms) == later
    office.act("complete", counter=1)
    assert office.called(3) == both
    assert office.called(3) == later


def test_who_chose_a_time_is_called_from_just_before_it_and_not_while_they_are_outside() -> None:
    office = Office().open_day()
    slot = office.issue("residence", due_min=60, promise="slot")
    assert office.called(1) == "", "nobody else waits, and its holder may be outside"
    assert "まだお呼びしません" in why_next(office.state, ("A",), office.now_utc_ms)[0]
    walk_in = office.issue("residence", due_min=90)
    assert office.called(1) == walk_in, "an idle counter serves whoever is here"
    office.act("complete", counter=1)
    office.pass_min(60 - RETURN_BEFORE_MIN)
    office.issue("residence", due_min=10)
    assert office.called(1) == slot


def test_a_reservation_that_is_checked_in_early_is_here_and_goes_by_its_time() -> None:
    office = Office().open_day()
    reservation = office.issue("residence", due_min=30, promise="reservation")
    first, second = (office.issue("residence", due_min=due) for due in (10, 40))
    assert [office.called(1) for _ in range(3)] == [first, reservation, second]
