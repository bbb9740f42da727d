"""Which counters serve and from when, as far as anybody knows it: open ones, breaks, lunch, and those only expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from kiosk_app.office.outages import running_ms
from kiosk_app.office.people import legs_after
from kiosk_app.office.rates import Rates, pauses
from kiosk_app.office.simulation import Seat, Span
from kiosk_app.office.state import Counter, Day, current_stop, visit_of

LATE_OPENING_MS = 10 * 60 * 1000
"""Counters that are not open so long after their time are not expected any more: nobody knows when they will be."""
ELAPSED_COUNTS, REMAINS_SHARE = 0.75, 0.45
"""Of a time that spreads like service times do, what remains is less by this much of what has passed, and never less
than this share of the usual: a call that is long already is likely to be a long one."""
BREAK_MAX = 3
"""Who is away for so many usual breaks is not expected back."""


class GroupDay(NamedTuple):
    """The hours of a group's counters, UTC milliseconds; 0 is unknown. During `lunch` half of them rest, or all."""

    opens_utc_ms: int = 0
    """Also after a lunch at which all of them rest."""
    closes_utc_ms: int = 0
    lunch: Span | None = None
    all_rest: bool = False


def seats(
    day: Day,
    now_utc_ms: int,
    groups: Mapping[str, GroupDay],
    counters: Mapping[int, tuple[str, ...]],
    rates: Rates,
) -> tuple[list[Seat], set[str]]:
    """The counters with whoever is there now, and the groups for which nothing can be promised."""
    known = {one.number: one for one in day.counters.values()}
    at_work = [one for one in known.values() if one.state == "open" or one.current]
    found = {one.number: _at_work(day, one, now_utc_ms, rates) for one in at_work}
    for number, back_utc_ms in _back(day, known, now_utc_ms, groups, rates).items():
        found[number] = Seat(back_utc_ms, number, known[number].groups)
    served = {group for one in found.values() for group in one.groups}
    unknown = set()
    expected: dict[int, Seat] = {}
    for group, plan in sorted(groups.items()):
        if group in served:
            continue
        if known and now_utc_ms >= plan.opens_utc_ms + LATE_OPENING_MS:
            unknown.add(group)
        begins = max(now_utc_ms, plan.opens_utc_ms)
        for number, can in counters.items():
            if group in can and number not in found:
                old = expected.get(number)
                expected[number] = Seat(begins, number, (*old.groups, group) if old else (group,))
    found.update(expected)
    for number, lunch in _resting(at_work, now_utc_ms, groups).items():
        found[number] = found[number]._replace(rest=lunch)
    return [found[number] for number in sorted(found)], unknown


def remaining_ms(usual_ms: int, elapsed_ms: int) -> int:
    """How much longer something takes that has begun."""
    return max(int(usual_ms - ELAPSED_COUNTS * elapsed_ms), int(usual_ms * REMAINS_SHARE))


def _at_work(day: Day, counter: Counter, now_utc_ms: int, rates: Rates) -> Seat:
    groups = counter.groups if counter.state == "open" else ()
    stop = current_stop(day, counter.current) if counter.current else None
    if stop is None:
        return Seat(now_utc_ms, counter.number, groups)
    visit = visit_of(day, counter.current)
    usual_ms = rates.call_ms(stop.service, handover=visit.stage == "handover")
    ends = now_utc_ms + remaining_ms(usual_ms, running_ms(day, visit.called_utc_ms, now_utc_ms))
    then = legs_after(day, counter.current, stop, visit.stage, rates) if counter.current in day.tickets else ()
    return Seat(ends, counter.number, groups, then=then)


def _back(
    day: Day, known: Mapping[int, Counter], now_utc_ms: int, groups: Mapping[str, GroupDay], rates: Rates
) -> dict[int, int]:
    """When each counter returns that served this morning: from its lunch, or from a short break."""
    lunches = {group: plan.lunch for group, plan in groups.items() if plan.lunch is not None}
    found = {}
    for one in known.values():
        if one.state == "open" or one.current:
            continue
        ends = [lunch[1] for group in one.groups if (lunch := lunches.get(group)) and lunch[0] <= now_utc_ms < lunch[1]]
        if ends:
            found[one.number] = max(ends)
    usual_ms = int(1000 * rates.break_s)
    on_break = any(one.state == "paused" for one in known.values())
    for number, since in pauses(day).since_utc_ms.items() if on_break else ():
        away_ms = running_ms(day, since, now_utc_ms)
        if known[number].state == "paused" and number not in found and away_ms < BREAK_MAX * usual_ms:
            found[number] = now_utc_ms + remaining_ms(usual_ms, away_ms)
    return found


def _resting(at_work: Collection[Counter], now_utc_ms: int, groups: Mapping[str, GroupDay]) -> dict[int, Span]:
    """Counters of each group, before a lunch begins: the half of them, or all."""
    found: dict[int, Span] = {}
    for group, plan in sorted(groups.items()):
        if plan.lunch is None or now_utc_ms >= plan.lunch[0]:
            continue
        serving = sorted(one.number for one in at_work if group in one.groups)
        wanted = (len(serving) if plan.all_rest else len(serving) // 2) - sum(one in found for one in serving)
        for number in [one for one in reversed(serving) if one not in found][: max(0, wanted)]:
            found[number] = plan.lunch
    return found
