"""Is the told range honest? Simulated days with arrivals, service times and a lunch that no estimate knows in advance.

Prints the shares (pytest -s); docs/decisions has them with the reasons.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter

import pytest
from msgspec.structs import replace

from kiosk_app.office.decision import Decision
from kiosk_app.office.estimates import Estimate, estimate
from kiosk_app.office.facts import Called
from kiosk_app.office.state import counter_of
from tests.kiosk_app.office.scenario import DESK, MINUTE_MS, MORNING_MS, SERVICES, Office

TIMES_S = {"residence": 300, "move": 600}
COUNTERS = {1: ("A",), 2: ("A",), 3: ("A",), 4: ("A",), 5: ("H",), 6: ("H",)}
PER_GROUP = {"residence": 4, "move": 2}
LUNCH = (MORNING_MS + 180 * MINUTE_MS, MORNING_MS + 240 * MINUTE_MS)
REST_AT_LUNCH = (3, 4, 6)
DAY_MIN = 480
SPREAD = 0.5
"""Of the logarithm of a service time: one in ten takes about twice as long as the usual one."""
BUSY_MIN = ((60, 210), (270, 360))


class Day:
    """`slower` is what the staff need of the catalogue's time; `load` the share of their time that visitors ask for."""

    def __init__(self, seed: int, slower: float, load: float) -> None:
        self.random, self.slower = random.Random(seed), slower
        self.office = Office(replace(DESK, counters=COUNTERS)).open_day(counters=tuple(COUNTERS))
        self.told: dict[str, Estimate] = {}
        self.called_utc_ms: dict[str, int] = {}
        self.events: list[tuple[float, int, str, str]] = []
        self.idle = set(COUNTERS)
        self.leaving: set[int] = set()
        for service, counters in PER_GROUP.items():
            self._arrivals(service, load * counters / (TIMES_S[service] * slower * 1000))
        for counter in REST_AT_LUNCH:
            self._at(LUNCH[0], "rest", f"{counter}")
            self._at(LUNCH[1], "return", f"{counter}")

    def _at(self, utc_ms: float, what: str, which: str) -> None:
        heapq.heappush(self.events, (utc_ms, len(self.events), what, which))

    def _arrivals(self, service: str, rate: float) -> None:
        at = float(MORNING_MS)
        while True:
            minute = (at - MORNING_MS) / MINUTE_MS
            busy = any(start <= minute < until for start, until in BUSY_MIN)
            at += self.random.expovariate(rate * (1.2 if busy else 0.8))
            if at >= MORNING_MS + DAY_MIN * MINUTE_MS:
                return
            self._at(at, "arrive", service)

    def run(self) -> Counter[str]:
        while self.events:
            at, _, what, which = heapq.heappop(self.events)
            self.office.now_utc_ms = int(at)
            if what == "arrive":
                self._arrive(which)
            else:
                self._counter(what, int(which))
        return Counter(map(self._verdict, self.told))

    def _arrive(self, service: str) -> None:
        office, stop = self.office, SERVICES[service]
        told = estimate(office.state, stop, office.now_utc_ms, TIMES_S, COUNTERS, lunch=LUNCH)
        ticket = office.issue(service, due_min=(told.due_utc_ms - office.now_utc_ms) / MINUTE_MS)
        self.told[ticket] = told
        free = sorted(counter for counter in self.idle if stop.group in COUNTERS[counter])
        if free:
            self._call(free[0])

    def _call(self, counter: int) -> None:
        answer = self.office.act("call_next", counter=counter)
        called = [f for f in answer.facts if isinstance(f, Called)] if isinstance(answer, Decision) else []
        if not called:
            self.office.act("complete", counter=counter)
            self.idle.add(counter)
            return
        self.idle.discard(counter)
        ticket = called[0].ticket
        self.called_utc_ms[ticket] = self.office.now_utc_ms
        usual_ms = 1000 * self.slower * TIMES_S[self.office.state.day.tickets[ticket].stops[0].service]
        needs_ms = self.random.lognormvariate(math.log(usual_ms) - SPREAD**2 / 2, SPREAD)
        self._at(self.office.now_utc_ms + needs_ms, "free", f"{counter}")

    def _counter(self, what: str, counter: int) -> None:
        if what == "rest" and counter not in self.idle:
            self.leaving.add(counter)
        elif what == "rest" or (what == "free" and counter in self.leaving):
            self.office.act("complete", counter=counter)
            self.office.act("close_counter", counter=counter)
            self.idle.discard(counter)
            self.leaving.discard(counter)
        elif what == "return":
            self.leaving.discard(counter)
            if counter_of(self.office.state.day, counter).state != "open":
                self.office.act("open_counter", counter=counter)
                self._call(counter)
        else:
            self._call(counter)

    def _verdict(self, ticket: str) -> str:
        told, called = self.told[ticket], self.called_utc_ms[ticket]
        if called < told.from_utc_ms:
            return "early"
        return "within" if called < told.to_utc_ms else "late"


@pytest.mark.slow
@pytest.mark.parametrize(("slower", "load"), [(0.8, 0.9), (1.0, 0.7), (1.0, 0.9), (1.3, 0.9)])
def test_most_visitors_are_called_within_their_range_and_few_before_it(slower: float, load: float) -> None:
    verdicts = Day(seed=1, slower=slower, load=load).run()
    share = {verdict: count / verdicts.total() for verdict, count in verdicts.items()}
    print(f"staff need {slower} of the usual time, load {load}, {verdicts.total()} visitors: {share}")
    assert share["within"] >= 0.8
    assert share.get("early", 0) <= 0.10
