"""What a day's figures say by service, hour and counter, and that their parts always add up to the whole."""

from __future__ import annotations

import msgspec
from hypothesis import example, given, settings
from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.across_days import DayFigures, Figures
from kiosk_app.office.figures import calls_of, day_figures, figures_of
from kiosk_app.office.state import MEASURABLE_S, Day, stops_of, visit_of
from kiosk_app.office.statistics import day_totals
from tests.depth import examples
from tests.kiosk_app.office.scenario import Office
from tests.kiosk_app.office.test_folds import moves, played

COUNTED = ("calls", "recalls", "no_shows", "cancelled", "transfers", "forgotten", "unmeasured")
ENDS = ("Completed", "ReadyForHandover")
NAMED_READY = ("ready_for_handover", 1, "move")
MEASURED = ("waits", "wait_sum_s", "handlings", "handling_sum_s", "stays", "stay_sum_s")


def by_key(rows: tuple[Figures, ...]) -> dict[str, Figures]:
    return {row.key: row for row in rows}


def figures(office: Office, over: bool = False) -> DayFigures:
    return day_figures(office.state.day, over)


def test_each_part_of_a_morning_has_its_own_figures() -> None:
    office = Office().open_day()
    for _ in range(3):
        office.issue()
    office.pass_min(50).called(1)
    office.act("recall", counter=1)
    office.pass_min(6).called(2)
    office.pass_min(8).act("complete", counter=1)
    office.pass_min(1).act("no_show", counter=2)
    found = figures(office)
    hours, counters = by_key(found.by_hour), by_key(found.by_counter)
    assert (found.whole.issued, found.whole.completed, found.whole.no_shows) == (3, 1, 1)
    assert (found.whole.wait_median_s, found.whole.wait_p90_s) == (50 * 60, 56 * 60)
    assert (found.whole.handlings, found.whole.handling_sum_s, found.whole.stay_sum_s) == (1, 14 * 60, 64 * 60)
    assert set(hours) == {"09", "10"} and set(counters) == {"1", "2"}
    # Who came at 9 waited in the hour of 9; what happened at 10 counts there.
    assert (hours["09"].issued, hours["09"].calls, hours["09"].completed, hours["10"].completed) == (3, 2, 0, 1)
    assert (hours["09"].waits, hours["10"].no_shows) == (2, 1)
    assert (counters["1"].recalls, counters["1"].completed, counters["1"].wait_median_s) == (1, 1, 50 * 60)
    assert (counters["2"].no_shows, counters["2"].completed, counters["2"].handlings) == (1, 0, 0)


def test_where_tickets_come_from() -> None:
    office = Office().open_day()
    office.issue()
    office.issue(promise="reservation", due_min=30)
    office.issue(promise="slot", due_min=30)
    found = office.log[-3][4]
    assert isinstance(found, f.TicketIssued)
    by_staff = {"ticket": "t-staff", "intent": "i-staff", "number": 90, "promise": "walk_in", "by_staff": True}
    office.append(f.TicketIssued(**{**{n: getattr(found, n) for n in found.__struct_fields__}, **by_staff}))
    (row,) = figures(office).by_service
    assert (row.name, row.issued, row.by_staff, row.reservations) == ("住民票の写し", 4, 1, 2)


def test_a_forgotten_end_is_counted_and_spoils_no_time() -> None:
    office = Office().open_day()
    office.issue()
    office.issue()
    office.called(1)
    office.pass_min(MEASURABLE_S / 60 + 1).act("complete", counter=1)
    office.called(2)
    (row,) = figures(office).by_service
    assert (row.completed, row.forgotten, row.handlings, row.stays) == (1, 1, 0, 0)
    # An open call may still end today; when the day is over it was forgotten.
    (row,) = figures(office, over=True).by_service
    assert (row.calls, row.forgotten) == (2, 2)
    assert figures_of(day_totals(office.state.day)) == figures(office, over=True)


def test_an_outage_spoils_no_time_and_is_no_forgetting() -> None:
    office = Office().open_day()
    ticket = office.issue()
    office.called(1)
    office.pass_min(5).append(f.Completed(ticket=ticket, counter=1, service="residence", service_s=None, intent="x"))
    found = figures(office, over=True).whole
    assert (found.completed, found.unmeasured, found.forgotten, found.handlings, found.stays) == (1, 1, 0, 0, 0)


def test_what_was_taken_back_did_not_happen() -> None:
    office = Office().open_day()
    office.issue()
    office.issue()
    office.pass_min(3).called(1)
    office.pass_min(2).called(1)
    before = figures(office)
    office.act("complete", counter=1)
    office.act("undo", counter=1)
    assert figures(office) == before
    # The second call also completed the first visitor: one press takes both back, and the first call goes on.
    office.act("undo", counter=1)
    assert [(call.called_utc_ms, call.end) for call in calls_of(office.state.day)] == [
        (office.log[0][2] + 180_000, None)
    ]
    office.pass_min(4).act("complete", counter=1)
    assert figures(office).whole.handling_sum_s == 6 * 60


def test_two_stages_are_two_calls_of_one_visit() -> None:
    office = Office().open_day()
    office.issue("seal")
    office.called(1)
    office.pass_min(4).act("ready_for_handover", counter=1)
    office.pass_min(10).called(2)
    office.pass_min(1).act("complete", counter=2)
    assert [(call.handover, call.handling_s()) for call in calls_of(office.state.day)] == [(False, 240), (True, 60)]
    found = figures(office)
    (row,) = found.by_service
    assert (row.issued, row.calls, row.completed, row.handlings, row.stay_sum_s) == (1, 2, 1, 2, 15 * 60)
    assert [(one.key, one.completed) for one in found.by_counter] == [("1", 0), ("2", 1)]


def test_a_transfer_belongs_to_the_service_it_came_from() -> None:
    office = Office().open_day()
    office.issue()
    office.called(1)
    office.pass_min(2).act("transfer", counter=1, service="move")
    rows = by_key(figures(office).by_service)
    assert (rows["residence"].transfers, rows["residence"].handlings, rows["move"].transfers) == (1, 0, 0)
    assert rows["residence"].name == "住民票の写し"
    # The visitor waits for it now, and for nothing else.
    assert (rows["move"].issued, rows["residence"].issued) == (1, 0)


def _times(day: Day, ticket: str, stop: f.Stop) -> int:
    return sum(other.service == stop.service for other in stops_of(day, ticket))


@given(moves)
@settings(max_examples=examples(60), deadline=None)
def test_the_parts_add_up_to_the_whole(plan: list[tuple[str, str | int, str]]) -> None:
    office = played(plan)
    day = office.state.day
    found = figures(office)
    for name in (*COUNTED, *MEASURED):
        whole = getattr(found.whole, name)
        assert sum(getattr(row, name) for row in found.by_hour) == whole, name
        assert sum(getattr(row, name) for row in found.by_service) == whole, name
    for name in ("issued", "by_staff", "reservations"):
        assert sum(getattr(row, name) for row in found.by_hour) == getattr(found.whole, name)
    totals = day_totals(day, over=False)
    assert (totals.issued, totals.completed) == (found.whole.issued, found.whole.completed)
    assert totals.no_shows == found.whole.no_shows
    services = {row.service: row for row in totals.services}
    # A visit that has one service twice completes both stops with one 完了.
    twice = {stop.service for ticket in day.tickets for stop in stops_of(day, ticket) if _times(day, ticket, stop) > 1}
    for row in found.by_service:
        known = services.get(row.key)
        # Everybody was sent on from it: calls stand under it, and nobody's visit has it.
        counted = (0, 0) if known is None else (known.issued, known.completed)
        assert row.key in twice or (row.issued, row.completed) == counted
    assert sum(row.completed for row in found.by_hour) == sum(row.completed for row in found.by_counter)
    open_calls = sum(1 for visit in day.visits.values() if visit.status == "called")
    assert sum(1 for call in calls_of(day) if call.end is None) == open_calls


def test_what_a_later_program_kept_is_still_read() -> None:
    office = Office().open_day()
    office.issue()
    totals = day_totals(office.state.day)
    kept = msgspec.json.decode(totals.figures)
    more = [kept[0] + [7, "new"], *kept[1:], ["another kind"]]
    assert figures_of(replace(totals, figures=msgspec.json.encode(more).decode())) == figures_of(totals)
    assert figures_of(replace(totals, figures="")) is None


@given(moves)
@example([("issue", "hub", "move")] * 2 + [("cancel_many", 1, ""), ("call_next", 2, "move"), NAMED_READY])
@settings(max_examples=examples(60), deadline=None)
def test_the_measured_calls_are_those_of_the_fold(plan: list[tuple[str, str | int, str]]) -> None:
    day = played(plan).state.day
    found: dict[bool, dict[str, list[int]]] = {False: {}, True: {}}
    for call in calls_of(day):
        if call.end is not None and call.end.kind in ENDS and call.end.service_s is not None:
            found[call.handover].setdefault(call.end.service or call.service, []).append(call.end.service_s)
    for handover, folded in ((False, day.service_s), (True, day.handover_s)):
        assert {service: sorted(samples) for service, samples in found[handover].items()} == {
            service: sorted(samples) for service, samples in folded.items() if samples
        }
    first_calls = {call.ticket: call.called_utc_ms for call in reversed(calls_of(day))}
    assert first_calls == {
        ticket: visit_of(day, ticket).first_called_utc_ms for ticket in day.visits if ticket in first_calls
    }
