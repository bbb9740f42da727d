"""When a visitor will be called: a short deterministic simulation of the queue, shown as a range in 5-minute steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import msgspec

from kiosk_app.office.facts import Stop
from kiosk_app.office.floor_plan import GroupDay, seats
from kiosk_app.office.people import lines, papers_in_the_making
from kiosk_app.office.queue import Waiting, waiting
from kiosk_app.office.rates import Rates, learnt
from kiosk_app.office.simulation import Booked, Span, Turn, turns
from kiosk_app.office.state import OfficeState

STEP_MS = 5 * 60 * 1000
EARLY, LATE = 0.12, 0.2
"""So much of the expected wait may be wrong however many calls it is made of."""
SPREAD = 0.6
"""Of one call, as a share of its usual time: so a wait of few calls is told more widely than one of many."""
EARLY_SPREAD, LATE_SPREAD = 0.6, 0.8


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """`due_utc_ms` is the promise that orders the queue, `from`..`to` what the visitor reads: both 0 for no promise."""

    due_utc_ms: int
    from_utc_ms: int
    to_utc_ms: int
    waiting_ahead: int

    @property
    def is_promised(self) -> bool:
        """False when nobody knows: no counter of the group is open, or the call would be after closing."""
        return self.to_utc_ms > 0


def estimates(
    state: OfficeState,
    now_utc_ms: int,
    groups: Mapping[str, GroupDay],
    counters: Mapping[int, tuple[str, ...]],
    default_service_s: Mapping[str, int],
    *,
    line: list[Waiting] | None = None,
    booked: Iterable[Booked] = (),
    rates: Rates | None = None,
) -> dict[str, Estimate]:
    """By group: what a walk-in is promised who takes its ticket now. One simulation answers for all of them.

    `counters` are those that are expected to serve today: they count where no counter that serves the group is open.
    `default_service_s` is the catalogue's time of each service. `line` is `waiting(state)` where the caller has it.
    `booked` are the slots that are sold and not checked in. `rates` are learnt from the state where they are not given.
    """
    line = waiting(state) if line is None else line
    two_stage = {stop.service for one in line for stop in one.ticket.stops if stop.two_stage}
    if rates is None:
        rates = learnt(state, now_utc_ms, default_service_s, two_stage)
    people = lines(state.day, line, rates)
    making = papers_in_the_making(state.day, two_stage, now_utc_ms, rates) if two_stage else []
    free, unknown = seats(state.day, now_utc_ms, groups, counters, rates)
    found = turns(groups, people, free, [*booked], making)
    told = {}
    for group, plan in groups.items():
        ahead = sum(1 for one in line if one.stop.group == group)
        turn = found.get(group) or _one_by_one(now_utc_ms, [one.busy_ms for one in people.get(group, [])])
        begins = min(turn.utc_ms, max(now_utc_ms, plan.opens_utc_ms))
        told[group] = _told(turn, begins, plan, ahead, promised=group in found and group not in unknown)
    return told


def estimate(
    state: OfficeState,
    stop: Stop,
    now_utc_ms: int,
    default_service_s: Mapping[str, int],
    expected_counters: Mapping[int, tuple[str, ...]],
    opens_utc_ms: int = 0,
    line: list[Waiting] | None = None,
    lunch: Span | None = None,
    closes_utc_ms: int = 0,
    booked: Iterable[Booked] = (),
    rates: Rates | None = None,
) -> Estimate:
    """As `estimates`, for the line of one service."""
    plan = GroupDay(opens_utc_ms=opens_utc_ms, closes_utc_ms=closes_utc_ms, lunch=lunch)
    found = estimates(
        state,
        now_utc_ms,
        {stop.group: plan},
        expected_counters,
        default_service_s,
        line=line,
        booked=booked,
        rates=rates,
    )
    return found[stop.group]


def _one_by_one(now_utc_ms: int, busy_ms: list[int]) -> Turn:
    """Nobody is there to call: the order of the queue needs a time all the same."""
    return Turn(now_utc_ms + sum(busy_ms), len(busy_ms))


def _told(turn: Turn, begins: int, plan: GroupDay, ahead: int, *, promised: bool) -> Estimate:
    """What is certain, the time until the counters open, does not make the range wider."""
    due, wait = turn.utc_ms, turn.utc_ms - begins
    spread = SPREAD / math.sqrt(turn.calls + 1)
    earliest = _floor(due - int(wait * min(1.0, EARLY + EARLY_SPREAD * spread)))
    latest = _ceiling(due + int(wait * (LATE + LATE_SPREAD * spread)) + 1)
    if plan.closes_utc_ms:
        latest = min(latest, _floor(plan.closes_utc_ms))
        promised = promised and due < latest
    if not promised:
        return Estimate(due_utc_ms=due, from_utc_ms=0, to_utc_ms=0, waiting_ahead=ahead)
    return Estimate(due_utc_ms=due, from_utc_ms=earliest, to_utc_ms=latest, waiting_ahead=ahead)


def _floor(utc_ms: int) -> int:
    return utc_ms - utc_ms % STEP_MS


def _ceiling(utc_ms: int) -> int:
    return -(-utc_ms // STEP_MS) * STEP_MS
