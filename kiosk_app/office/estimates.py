"""When a visitor will be called: a short deterministic simulation of the queue, shown as a range in 5-minute steps."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping

import msgspec

from kiosk_app.office.facts import Stop
from kiosk_app.office.queue import Waiting, waiting
from kiosk_app.office.state import OfficeState, current_stop, visit_of

STEP_MS = 5 * 60 * 1000
RECENT = 20
FADING = 0.9
"""Each older measurement counts this much of the next younger."""
DEFAULT_WEIGHT = 3.0
"""The catalogue's figure counts as so many measurements, until there are many."""
OVERDUE_SHARE = 0.25
"""A call that lasts longer than usual is expected to last this share of the usual time more."""
EARLY, LATE = 0.8, 1.3
"""So much of the expected wait is told as its range. Who is called before it may have gone for a walk, so it begins
early; test_range.py measures how often the true call falls within."""
Span = tuple[int, int]
"""From..until, UTC milliseconds."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """`due_utc_ms` is the promise that orders the queue, `from`..`to` what the visitor reads."""

    due_utc_ms: int
    from_utc_ms: int
    to_utc_ms: int
    waiting_ahead: int


def service_time_s(state: OfficeState, service: str, default_s: int) -> float:
    """The usual service time, today's latest measurements first."""
    samples = state.day.service_s.get(service, [])[-RECENT:]
    if len(samples) < RECENT:
        samples = [*state.past_service_s.get(service, []), *samples][-RECENT:]
    total, weights, weight = default_s * DEFAULT_WEIGHT, DEFAULT_WEIGHT, 1.0
    for sample in reversed(samples):
        total, weights, weight = total + sample * weight, weights + weight, weight * FADING
    return total / weights


def estimate(
    state: OfficeState,
    stop: Stop,
    now_utc_ms: int,
    default_service_s: Mapping[str, int],
    expected_counters: Mapping[int, tuple[str, ...]],
    opens_utc_ms: int = 0,
    line: list[Waiting] | None = None,
    lunch: Span | None = None,
) -> Estimate:
    """The estimate for a walk-in who takes a ticket for `stop` now.

    `expected_counters` are the counters with their groups that will serve today: they count from `opens_utc_ms` where
    no counter that serves the group is open. `default_service_s` is the catalogue's time of each service. `line` is
    `waiting(state)` where the caller has it. During `lunch` half of the group's counters rest.
    """
    line = waiting(state) if line is None else line
    free = _open_counters(state, now_utc_ms, default_service_s)
    serving = sorted(number for _, number, groups in free if stop.group in groups)
    begins = now_utc_ms
    if not serving:
        begins = max(now_utc_ms, opens_utc_ms)
        known = {number for _, number, _ in free}
        free += [(begins, number, groups) for number, groups in expected_counters.items() if number not in known]
    resting: list[int] = []
    if lunch is not None and now_utc_ms < lunch[0]:
        resting = serving[(len(serving) + 1) // 2 :]
    elif lunch is not None and now_utc_ms < lunch[1] and serving:
        free += _back_after_lunch(state, stop.group, lunch[1])
    free = [_rested(at, number, groups, resting, lunch) for at, number, groups in free]
    heapq.heapify(free)
    due = _simulated_start(line, free, stop.group, state, default_service_s, now_utc_ms, resting, lunch)
    ahead = sum(1 for one in line if one.stop.group == stop.group)
    # What is certain, the time until the counters open, does not make the range wider.
    begins = min(begins, due)
    return Estimate(
        due_utc_ms=due,
        from_utc_ms=_floor(begins + int((due - begins) * EARLY)),
        to_utc_ms=_ceiling(begins + int((due - begins) * LATE) + 1),
        waiting_ahead=ahead,
    )


def _floor(utc_ms: int) -> int:
    return utc_ms - utc_ms % STEP_MS


def _ceiling(utc_ms: int) -> int:
    return -(-utc_ms // STEP_MS) * STEP_MS


Free = list[tuple[int, int, tuple[str, ...]]]
"""A heap of (free from, counter, its groups)."""


def _open_counters(state: OfficeState, now_utc_ms: int, default_service_s: Mapping[str, int]) -> Free:
    free: Free = []
    for counter in state.day.counters.values():
        if counter.state == "open" or counter.current:
            at = now_utc_ms
            stop = current_stop(state.day, counter.current) if counter.current else None
            if stop is not None:
                usual = 1000 * service_time_s(state, stop.service, default_service_s.get(stop.service, 300))
                begun = visit_of(state.day, counter.current).called_utc_ms
                at = max(int(begun + usual), now_utc_ms + int(usual * OVERDUE_SHARE))
            free.append((at, counter.number, counter.groups))
    return free


def _back_after_lunch(state: OfficeState, group: str, until_utc_ms: int) -> Free:
    """Counters that served the group this morning and have nobody now."""
    return [
        (until_utc_ms, counter.number, counter.groups)
        for counter in state.day.counters.values()
        if counter.state != "open" and not counter.current and group in counter.groups
    ]


def _rested(
    at: int, number: int, groups: tuple[str, ...], resting: Collection[int], lunch: Span | None
) -> tuple[int, int, tuple[str, ...]]:
    """A counter that would be free in the middle of its rest is free after it."""
    if lunch is not None and number in resting and lunch[0] <= at < lunch[1]:
        at = lunch[1]
    return at, number, groups


def _simulated_start(
    line: list[Waiting],
    free: Free,
    group: str,
    state: OfficeState,
    default_service_s: Mapping[str, int],
    now_utc_ms: int,
    resting: Collection[int],
    lunch: Span | None,
) -> int:
    """When the first counter that serves the group has nobody left ahead of a walk-in at the end of the line."""
    lines: dict[str, list[tuple[int, int]]] = {}
    usual_ms: dict[str, int] = {}
    for place, one in enumerate(reversed(line)):
        service = one.stop.service
        if service not in usual_ms:
            default_s = default_service_s.get(service, 300)
            usual_ms[service] = int(1000 * service_time_s(state, service, default_s))
        lines.setdefault(one.stop.group, []).append((place, usual_ms[service]))
    while free:
        at, number, groups = heapq.heappop(free)
        first: list[tuple[int, int]] | None = None
        for served in groups:
            queue = lines.get(served)
            if queue and (first is None or queue[-1][0] > first[-1][0]):
                first = queue
        if group in groups and not lines.get(group):
            return at
        if first is not None:
            heapq.heappush(free, _rested(at + first.pop()[1], number, groups, resting, lunch))
    rest_ms = sum(usual for _, usual in lines.get(group, []))
    return now_utc_ms + rest_ms
