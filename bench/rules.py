"""The pure rules against their budgets: folding a day, and the promise made while a visitor stands at the screen."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from bench.row import Row, row
from kiosk_app.office import facts as f
from kiosk_app.office.estimates import estimate
from kiosk_app.office.folds import apply
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import OfficeState, dump, load
from kiosk_app.office.statistics import service_days

GROUPS = "AHMRYW"
START_UTC_MS = 1_775_433_600_000
COUNTERS = {number: (GROUPS[number % 6], GROUPS[(number + 1) % 6]) for number in range(1, 13)}


def issued(number: int) -> list[f.Fact]:
    letter = GROUPS[number % 6]
    stop = f.Stop(service=f"{letter}-1", group=letter, service_name="用件", counters=(1,))
    ticket = f.TicketIssued(
        ticket=f"t{number}",
        intent=f"i{number}",
        letter=letter,
        number=number,
        stops=(stop,),
        language="ja",
        machine_code="1号機",
        due_utc_ms=START_UTC_MS + number * 10_000,
        estimate_from_utc_ms=0,
        estimate_to_utc_ms=0,
        waiting_ahead=0,
    )
    started = f.PrintStarted(job=f"j{number}", ticket=ticket.ticket, attempt=1, printer="p")
    return [ticket, started, f.PrintEnded(job=started.job, ticket=ticket.ticket, verdict="issued")]


def served(number: int) -> list[f.Fact]:
    ticket, counter, service = f"t{number}", number % 12 + 1, f"{GROUPS[number % 6]}-1"
    called = f.Called(ticket=ticket, counter=counter, call=number, service=service, intent=f"c{number}")
    return [called, f.Completed(ticket=ticket, counter=counter, service=service, service_s=240)]


def office(days: int, tickets: int, unserved: int) -> Iterator[f.Fact]:
    for day in range(days):
        yield f.DayOpened(date=f"2026-04-{day + 1:02d}", office="bench")
        yield from (f.CounterOpened(counter=number, groups=groups) for number, groups in COUNTERS.items())
        for number in range(tickets):
            yield from issued(number)
            if number < tickets - unserved:
                yield from served(number)


def folded(facts: list[f.Fact]) -> OfficeState:
    state = OfficeState()
    for seq, fact in enumerate(facts):
        apply(state, "hub", seq, START_UTC_MS + seq * 100, "2041", fact)
    return state


def median_ms(call: Callable[[], object], times: int = 50) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def rows() -> list[Row]:
    facts = list(office(days=10, tickets=2_000, unserved=0))
    begun = time.perf_counter()
    folded(facts)
    facts_per_s = len(facts) / (time.perf_counter() - begun)
    state = folded(list(office(days=1, tickets=2_000, unserved=200)))
    assert len(waiting(state)) == 200
    stop = f.Stop(service="A-1", group="A", service_name="用件", counters=(1,))
    now_utc_ms = START_UTC_MS + 3_600_000
    promise_ms = median_ms(lambda: estimate(state, stop, now_utc_ms, {}, COUNTERS))
    snapshot = dump(state)
    return [
        row("rules: fold", facts_per_s, "facts/s", 100_000, more_is_better=True),
        row("rules: estimate, 200 waiting", promise_ms, "ms", 2.0),
        row("rules: queue order, 200 waiting", median_ms(lambda: waiting(state)), "ms", 2.0),
        row("rules: service figures, 2,000 tickets", median_ms(lambda: service_days(state.day), 10), "ms", 20.0),
        row("rules: snapshot of 2,000 tickets, written", median_ms(lambda: dump(state), 10), "ms", 50.0),
        row("rules: snapshot of 2,000 tickets, read", median_ms(lambda: load(snapshot), 10), "ms", 50.0),
    ]
