"""How full a group is and what a ticket taken now would promise: one answer for screens, paper and displays."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from kiosk_app.loads import estimate_for, group_loads, stop_of
from kiosk_app.office import catalogue, folds
from kiosk_app.office import facts as f
from kiosk_app.office.state import OfficeState
from tests.kiosk_app.house import SERVICE, ZONE, the_office


def at(when: str) -> int:
    return int(datetime.fromisoformat(f"2026-04-06T{when}").replace(tzinfo=ZONE).timestamp() * 1000)


def clock(utc_ms: int) -> str:
    return datetime.fromtimestamp(utc_ms / 1000, ZONE).strftime("%H:%M")


def waiting(service: str, people: int, now: int) -> OfficeState:
    """So many wait for one service, all in possession of their paper."""
    state, office = OfficeState(), the_office()
    found = catalogue.service(office, service)
    facts: list[f.Fact] = [f.DayOpened(date="2026-04-06", office=office.id)]
    for number in range(1, people + 1):
        issued = f.TicketIssued(
            ticket=f"t{number}",
            intent=f"i{number}",
            letter=found.group,
            number=number,
            stops=(stop_of(office, found),),
            language="ja",
            machine_code="m1",
            due_utc_ms=now,
            estimate_from_utc_ms=now,
            estimate_to_utc_ms=now,
            waiting_ahead=0,
        )
        facts += [issued, f.PrintEnded(job=f"t{number}.1", ticket=f"t{number}", verdict="issued")]
    for seq, fact in enumerate(facts, 1):
        folds.apply(state, "m1", seq, now, "core", fact)
    return state


def wait_min(service: str, people: int, when: str) -> float:
    now = at(when)
    office = the_office()
    told = estimate_for(waiting(service, people, now), office, catalogue.service(office, service), now)
    assert told.waiting_ahead == people
    assert told.from_utc_ms <= told.due_utc_ms <= told.to_utc_ms
    assert told.from_utc_ms % 300_000 == told.to_utc_ms % 300_000 == 0
    return (told.due_utc_ms - now) / 60_000


def test_nobody_waits_nobody_promises_long() -> None:
    assert wait_min(SERVICE, 0, "10:00") == 0


def test_the_promise_grows_with_the_queue_and_counts_on_all_counters_of_the_group() -> None:
    minutes = catalogue.service(the_office(), SERVICE).minutes
    assert wait_min(SERVICE, 4, "10:00") == minutes
    assert wait_min(SERVICE, 8, "10:00") == 2 * minutes


def test_at_lunch_half_the_counters_are_counted_on() -> None:
    assert wait_min(SERVICE, 4, "12:10") == 2 * wait_min(SERVICE, 4, "11:00")


def test_a_group_closed_at_lunch_is_promised_for_after_lunch() -> None:
    now = at("12:10")
    office = the_office()
    load = group_loads(waiting("card-pickup", 0, now), office, now)["M"]
    assert clock(load.from_utc_ms) == "13:00"
    assert clock(load.to_utc_ms) == "13:05"
    told = estimate_for(waiting("card-pickup", 0, now), office, catalogue.service(office, "card-pickup"), now)
    assert clock(told.due_utc_ms) == "13:00"


def test_before_the_counters_open_the_promise_begins_with_them() -> None:
    now = at("07:00")
    office = the_office()
    told = estimate_for(waiting(SERVICE, 0, now), office, catalogue.service(office, SERVICE), now)
    assert clock(told.due_utc_ms) == "08:30"


def test_a_counter_that_is_really_open_at_lunch_counts_as_it_is() -> None:
    now = at("12:10")
    office, state = the_office(), waiting(SERVICE, 4, at("12:10"))
    folds.apply(state, "m1", 1000, now, "1001", f.CounterOpened(counter=3, groups=("A",)))
    told = estimate_for(state, office, catalogue.service(office, SERVICE), now)
    assert (told.due_utc_ms - now) / 60_000 == 4 * catalogue.service(office, SERVICE).minutes


def test_nothing_is_promised_for_a_group_at_which_nobody_serves_nor_for_a_call_after_closing() -> None:
    office, state = the_office(), waiting(SERVICE, 4, at("10:00"))
    folds.apply(state, "m1", 1000, at("10:00"), "1001", f.CounterOpened(counter=3, groups=("A",)))
    loads = group_loads(state, office, at("10:00"))
    assert loads["A"].to_utc_ms > 0
    assert (loads["H"].from_utc_ms, loads["H"].to_utc_ms) == (0, 0)
    late = group_loads(state, office, at("17:00"))["A"]
    assert (late.waiting, late.from_utc_ms, late.to_utc_ms) == (4, 0, 0), "the counters close at 17:15"
    assert clock(group_loads(waiting(SERVICE, 0, at("17:00")), office, at("17:00"))["A"].to_utc_ms) <= "17:15"


def test_before_a_lunch_at_which_all_rest_nobody_is_promised_a_call_within_it() -> None:
    office, now = the_office(), at("11:55")
    state = waiting("card-pickup", 3, now)
    folds.apply(state, "m1", 1000, now, "1001", f.CounterOpened(counter=19, groups=("M",)))
    told = estimate_for(state, office, catalogue.service(office, "card-pickup"), now)
    assert clock(told.due_utc_ms) >= "13:00"


def test_a_group_whose_services_are_not_offered_today_still_has_a_load() -> None:
    office = the_office()
    gone = tuple(replace(s, valid_until=s.valid_from) if s.group == "A" else s for s in office.services)
    now = at("10:00")
    load = group_loads(waiting(SERVICE, 3, now), replace(office, services=gone), now)["A"]
    assert (load.waiting, load.from_utc_ms, load.to_utc_ms) == (3, now, now)


def test_a_closed_day_does_not_break_the_estimate() -> None:
    now = int(datetime(2026, 1, 1, 10, tzinfo=ZONE).timestamp() * 1000)
    office = the_office()
    service = replace(catalogue.service(office, SERVICE), valid_from=datetime(2020, 1, 1).date())
    assert estimate_for(OfficeState(), office, service, now).due_utc_ms >= now
