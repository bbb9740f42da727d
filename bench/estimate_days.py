"""Synthetic working days for `bench/estimates.py`: visitors, clerks and their breaks, from a seed. No person stands
behind them. Who is called next is decided by the product itself; only what people do is invented here.

Every estimator is asked with the folds as they are when the ticket is issued. What the day will bring (arrivals, the
true length of each call, who stays away, when a counter opens) is drawn in here and never handed out.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kiosk_app.api import StaffAct, StaffVerb
from kiosk_app.office import facts as f
from kiosk_app.office.calls import decide
from kiosk_app.office.decision import Decision, Desk, Staff
from kiosk_app.office.floor_plan import GroupDay
from kiosk_app.office.folds import apply
from kiosk_app.office.rates import Rates
from kiosk_app.office.state import OfficeState

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
OPENS_MS = 1_775_431_800_000  # 2026-04-06 08:30 in Japan
CLOSES_MIN, LAST_TICKET_MIN = 525, 510
LUNCH_MIN = (210, 270)
COUNTERS: dict[int, tuple[str, ...]] = {
    1: ("A",), 2: ("A",), 3: ("A",), 4: ("A", "H"), 5: ("H",), 6: ("H",), 7: ("H",), 8: ("M",), 9: ("M",),
}  # fmt: skip
MORNING, AFTERNOON = (60, 180), (285, 390)


@dataclass(frozen=True)
class Service:
    """`minutes` is what the catalogue says, `true` how many times that the staff really need."""

    group: str
    minutes: int
    true: float
    share: float
    """Of the group's visitors."""
    handover_minutes: float = 0


SERVICES = {
    "copy": Service("A", 5, 0.9, 0.5),
    "seal": Service("A", 7, 1.25, 0.3),
    "tax": Service("A", 5, 1.4, 0.2),
    "move": Service("H", 15, 0.8, 0.6),
    "name": Service("H", 20, 1.1, 0.4),
    "card": Service("M", 10, 0.7, 0.7, handover_minutes=3),
    "renew": Service("M", 10, 1.2, 0.3),
}
STOPS = {
    name: f.Stop(service=name, group=one.group, service_name=name, counters=(), two_stage=one.handover_minutes > 0)
    for name, one in SERVICES.items()
}
DEFAULT_S = {name: one.minutes * 60 for name, one in SERVICES.items()}
SPREAD = 0.5
"""Of the logarithm of a call's length: one in ten takes about twice as long as the usual one."""
PAPERS_MIN = 12.0
"""From the end of a reception until its papers are ready."""
AT_ONCE_SHARE = 0.3
"""Of the papers: ready when the reception ends."""
NO_SHOW_SHARE, NO_SHOW_MIN = 0.06, 1.5
SECOND_SERVICE_SHARE = 0.06
BREAK_MIN, BREAK_EVERY_MIN = 10.0, 150.0


@dataclass(frozen=True)
class Kind:
    """One class of day. `load` is what visitors ask for, as a share of the time of all counters."""

    load: float
    waves: float = 1.25
    """So many times the usual number come in the two busy spans."""
    absent: tuple[int, ...] = ()
    slow: Mapping[int, float] = field(default_factory=dict)
    opens_late: Mapping[int, int] = field(default_factory=dict)
    """Minutes after the opening, by counter; nobody has announced it."""


KINDS = {
    "ordinary": Kind(load=0.80),
    "April peak": Kind(load=0.95, waves=1.4),
    "short-staffed": Kind(load=0.65, absent=(3, 7), slow={2: 1.3}),
    "opening in mid-morning": Kind(load=0.80, opens_late={3: 105, 5: 105}),
}
Ask = Callable[["SyntheticOffice", f.Stop], int]
"""Promises a due time (UTC milliseconds) to who takes a ticket for this stop now, and may note what else it thinks."""


@dataclass
class SyntheticOffice:
    """One office over several days: the folds are never reset, so that what was measured yesterday is known today."""

    random: random.Random
    ask: Ask
    state: OfficeState = field(default_factory=OfficeState)
    now_utc_ms: int = OPENS_MS
    seq: int = 0
    called_utc_ms: dict[str, int] = field(default_factory=dict)
    """The first call of each ticket."""
    completed_s: dict[str, list[int]] = field(default_factory=dict)
    """Measured calls of each group, oldest first: what a peer's average is made of."""
    kind: Kind = KINDS["ordinary"]
    day: int = 0
    events: list[tuple[float, int, str, str]] = field(default_factory=list)
    idle: set[int] = field(default_factory=set)
    away: set[int] = field(default_factory=set)
    """Counters that leave when their visitor has gone."""

    # --- what is known of the day before it begins --------------------------------------------------------------

    @property
    def opens_utc_ms(self) -> int:
        return OPENS_MS + self.day * DAY_MS

    @property
    def plan(self) -> dict[str, GroupDay]:
        lunch = (self._at_minute(LUNCH_MIN[0]), self._at_minute(LUNCH_MIN[1]))
        one = GroupDay(self.opens_utc_ms, self._at_minute(CLOSES_MIN), lunch)
        return dict.fromkeys("AHM", one)

    def true_rates(self) -> Rates:
        """What only the oracle knows: the mean of everything that is drawn here."""
        return Rates(
            service_s={name: 60 * one.minutes * one.true * self._pace(one.group) for name, one in SERVICES.items()},
            handover_s={name: 60 * one.handover_minutes * self._pace(one.group) for name, one in SERVICES.items()},
            no_show_share=NO_SHOW_SHARE,
            no_show_s=60 * NO_SHOW_MIN,
            papers_s=60 * ((1 - AT_ONCE_SHARE) * PAPERS_MIN + SERVICES["card"].minutes * SERVICES["card"].true),
            break_s=60 * BREAK_MIN,
            away_share=BREAK_MIN / (BREAK_MIN + BREAK_EVERY_MIN),
        )

    def _pace(self, group: str) -> float:
        """A slow counter serves fewer than its colleagues, so it counts less in the mean."""
        serving = [one for one in self._staffed() if group in COUNTERS[one]]
        return len(serving) / sum(1 / self.kind.slow.get(one, 1.0) for one in serving)

    # --- the day --------------------------------------------------------------------------------------------------

    def play(self, kind: Kind) -> None:
        """One whole day, until everybody has been served."""
        self.kind, self.events, self.idle, self.away = kind, [], set(), set()
        self.now_utc_ms = self.opens_utc_ms
        self._append(f.DayOpened(date=f"2026-04-{6 + self.day:02d}", office="bench"))
        for counter in self._staffed():
            self._at(kind.opens_late.get(counter, 0), "open", counter)
            self._breaks(counter)
        self._lunches()
        for group in "AHM":
            self._arrivals(group)
        while self.events:
            at, _, what, which = heapq.heappop(self.events)
            self.now_utc_ms = int(at)
            if what == "arrive":
                self._arrive(which)
            elif what == "papers":
                self._act("ready_for_handover", self._open_counter(), ticket=which)
                self._wake("M")
            else:
                self._counter(what, int(which))
        self._append(f.DayClosed(date=self.state.day.date))
        self.day += 1

    def _staffed(self) -> list[int]:
        return [counter for counter in COUNTERS if counter not in self.kind.absent]

    def _at_minute(self, minute: float) -> int:
        return self.opens_utc_ms + int(minute * MINUTE_MS)

    def _at(self, minute: float, what: str, which: object) -> None:
        heapq.heappush(self.events, (self._at_minute(minute), len(self.events) + self.seq * 1000, what, f"{which}"))

    def _minute(self) -> float:
        return (self.now_utc_ms - self.opens_utc_ms) / MINUTE_MS

    def _breaks(self, counter: int) -> None:
        minute = self.kind.opens_late.get(counter, 0) + self.random.expovariate(1 / BREAK_EVERY_MIN)
        while minute < CLOSES_MIN - 30:
            if not LUNCH_MIN[0] - 20 < minute < LUNCH_MIN[1]:
                self._at(minute, "pause", counter)
            minute += BREAK_MIN + self.random.expovariate(1 / BREAK_EVERY_MIN)

    def _lunches(self) -> None:
        for group in "AHM":
            staffed = [one for one in self._staffed() if COUNTERS[one][0] == group]
            for counter in self.random.sample(staffed, len(staffed) // 2):
                self._at(LUNCH_MIN[0] + self.random.uniform(-3, 3), "lunch", counter)

    def _arrivals(self, group: str) -> None:
        services = {name: one for name, one in SERVICES.items() if one.group == group}
        mean_min = sum(one.share * (one.minutes * one.true + one.handover_minutes) for one in services.values())
        share = sum((group in groups) / len(groups) for groups in COUNTERS.values())
        rate = self.kind.load * share / mean_min
        minute = 0.0
        while True:
            busy = any(start <= minute < until for start, until in (MORNING, AFTERNOON))
            minute += self.random.expovariate(rate * (self.kind.waves if busy else 2 - self.kind.waves))
            if minute >= LAST_TICKET_MIN:
                return
            names = list(services)
            self._at(minute, "arrive", self.random.choices(names, [one.share for one in services.values()])[0])

    def _arrive(self, service: str) -> None:
        stop, ticket = STOPS[service], f"t{self.seq}"
        due = self.ask(self, stop)
        stops = [stop]
        if self.random.random() < SECOND_SERVICE_SHARE and stop.group != "M":
            stops.append(STOPS["move" if stop.group == "A" else "copy"])
        issued = f.TicketIssued(
            ticket=ticket,
            intent=ticket,
            letter=stop.group,
            number=self.seq,
            stops=tuple(stops),
            language="ja",
            machine_code="1",
            due_utc_ms=due,
            estimate_from_utc_ms=due,
            estimate_to_utc_ms=due,
            waiting_ahead=0,
        )
        self._append(issued, f.PrintStarted(job=f"{ticket}.1", ticket=ticket, attempt=1, printer="p"))
        self._append(f.PrintEnded(job=f"{ticket}.1", ticket=ticket, verdict="issued"))
        self._wake(stop.group)

    # --- counters -------------------------------------------------------------------------------------------------

    def _wake(self, group: str) -> None:
        free = sorted(counter for counter in self.idle if group in COUNTERS[counter])
        if free:
            self._call(free[0])

    def _counter(self, what: str, counter: int) -> None:
        if what == "open":
            self._act("open_counter", counter)
            self._call(counter)
        elif what in ("pause", "lunch"):
            self._leaves(what, counter)
        elif what == "back":
            self._act("open_counter", counter)
            self._call(counter)
        elif what == "gone":
            self._act("no_show", counter)
            self._next(counter)
        else:
            self._ends(counter)

    def _leaves(self, why: str, counter: int) -> None:
        if counter in self.idle:
            self._goes(counter)
        elif counter not in self.away and str(counter) in self.state.day.counters:
            self.away.add(counter)

    def _goes(self, counter: int) -> None:
        self.idle.discard(counter)
        self.away.discard(counter)
        minute = self._minute()
        if LUNCH_MIN[0] - 5 <= minute < LUNCH_MIN[1] - 20:
            back = max(LUNCH_MIN[1], minute + 40) + self.random.uniform(-2, 5)
        else:
            back = minute + BREAK_MIN * self.random.uniform(0.7, 1.3)
        self._act("pause_counter", counter)
        self._at(back, "back", counter)

    def _ends(self, counter: int) -> None:
        day = self.state.day
        ticket = day.counters[str(counter)].current
        visit = day.visits[ticket]
        group = STOPS[visit.service].group
        self.completed_s.setdefault(group, []).append((self.now_utc_ms - visit.called_utc_ms) // 1000)
        if not STOPS[visit.service].two_stage or visit.stage == "handover":
            self._act("complete", counter)
            if ticket in day.live:
                done = day.visits[ticket].done
                self._wake(next(one.group for one in day.tickets[ticket].stops if one.service not in done))
        elif self.random.random() < AT_ONCE_SHARE:
            self._act("ready_for_handover", counter)
            self._wake(group)
        else:
            self._act("complete", counter)
            self._at(self._minute() + PAPERS_MIN * self.random.uniform(0.5, 1.5), "papers", ticket)
        self._next(counter)

    def _next(self, counter: int) -> None:
        if counter in self.away:
            self._goes(counter)
        elif counter not in self.idle:
            self._call(counter)

    def _call(self, counter: int) -> None:
        facts = self._act("call_next", counter)
        called = [fact for fact in facts if isinstance(fact, f.Called)]
        if not called:
            self.idle.add(counter)
            return
        self.idle.discard(counter)
        call = called[0]
        first = self.called_utc_ms.setdefault(call.ticket, self.now_utc_ms) == self.now_utc_ms
        if first and self.random.random() < NO_SHOW_SHARE:
            self._at(self._minute() + NO_SHOW_MIN * self.random.uniform(0.7, 1.3), "gone", counter)
            return
        service = SERVICES[call.service]
        mean_min = service.handover_minutes if call.stage == "handover" else service.minutes * service.true
        mean_min *= self.kind.slow.get(counter, 1.0)
        length_min = self.random.lognormvariate(math.log(mean_min) - SPREAD**2 / 2, SPREAD)
        self._at(self._minute() + length_min, "free", counter)

    def _open_counter(self) -> int:
        return next(one.number for one in self.state.day.counters.values() if one.state == "open")

    def _act(self, verb: StaffVerb, counter: int, ticket: str = "") -> tuple[f.Fact, ...]:
        act = StaffAct(intent=f"a{self.seq}", verb=verb, counter=counter, ticket=ticket)
        desk = Desk(counters=COUNTERS, services=STOPS)
        answer = decide(self.state, act, Staff(code="1001", role="clerk"), self.now_utc_ms, desk)
        if not isinstance(answer, Decision):
            if verb == "call_next":
                return ()
            raise AssertionError(f"{verb} at {counter}: {answer.message_ja}")
        self._append(*answer.facts)
        return answer.facts

    def _append(self, *facts: f.Fact) -> None:
        for fact in facts:
            self.seq += 1
            apply(self.state, "hub", self.seq, self.now_utc_ms, "1001", fact)
