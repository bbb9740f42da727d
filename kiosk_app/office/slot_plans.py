"""The lanes of each day as the catalogue and the leader's closures have them, and which plans are not so yet. Pure.

The hub writes those, and nothing where nothing differs. What staff have changed on a day stays theirs: only closures
are laid over it. A promise is no part of a plan and is never moved by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from kiosk_app.office import calendar, matters, slots
from kiosk_app.office.across_days import Suspension
from kiosk_app.office.catalogue import Group, Office
from kiosk_app.office.facts import SlotsPlanned
from kiosk_app.office.slot_days import SlotDay, Version
from kiosk_app.office.slot_times import local_day, minute_of
from kiosk_app.office.slots import DAY_MIN, Lane, Stretch
from kiosk_app.office.state import OfficeState

PLANS_AT_ONCE = 100
"""So many are written in one commit, some ten milliseconds: no touch waits for the months of a large office."""


def slot_day(state: OfficeState, day: str, letter: str) -> SlotDay:
    """What is known of it; an empty one that is not kept where nothing is."""
    return state.slots.get(day, {}).get(letter) or SlotDay()


def bookable_days(group: Group, today: date) -> list[str]:
    """Today first. Empty for a group without reservations."""
    ahead = group.booking.days_ahead if group.booking is not None else -1
    return [(today + timedelta(days=n)).isoformat() for n in range(ahead + 1)]


def of_catalogue(office: Office, group: Group, day: date, online: bool) -> tuple[Lane, ...]:
    """`online`: whether the office has a central server that sells its lanes; without one all are the office's own."""
    plan = matters.plan_of(group, day)
    if plan is None:
        return ()
    spans = [
        (max(_minute(plan.start), _of_day(day, start)), min(_minute(plan.until), _of_day(day, until)))
        for start, until in calendar.counter_spans(office, group.letter, day)
    ]
    for closed in plan.closed:
        spans = _without(spans, _minute(closed.start), _minute(closed.until))
    pieces = [(start, until) for start, until in spans if until - start >= plan.length_minutes + plan.after_minutes]
    if not pieces:
        return ()
    return tuple(
        Lane(
            number=number,
            stretches=tuple(
                Stretch(
                    start_min=start,
                    until_min=until,
                    length_min=plan.length_minutes,
                    after_min=plan.after_minutes,
                    owner="central" if online and number <= plan.online_lanes else "office",
                )
                for start, until in pieces
            ),
        )
        for number in range(1, plan.lanes + 1)
    )


# --- closures of a leader --------------------------------------------------------------------------------------------


def closures_of(office: Office, state: OfficeState, letter: str, day: str) -> list[tuple[str, Suspension, int, int]]:
    """(id, closure, from, until) of those that take minutes of this day away, in order. One of a single service leaves
    the group's lanes to its other services."""
    found = []
    for key, one in state.suspensions.items():
        whole = not one.groups and not one.services
        start = minute_of(office, day, one.from_utc_ms)
        until = minute_of(office, day, one.until_utc_ms, up=True)
        if (whole or letter in one.groups) and start < until:
            found.append((key, one, start, until))
    return sorted(found, key=lambda closure: (closure[2], closure[3], closure[0]))


def with_closures(
    office: Office, state: OfficeState, letter: str, day: str, base: tuple[Lane, ...]
) -> tuple[Lane, ...]:
    lanes = base
    for _, _, start, until in closures_of(office, state, letter, day):
        lanes = tuple(slots.closed(lane, start, until) for lane in lanes)
    return lanes


# --- what is to be written -------------------------------------------------------------------------------------------


def plans_due(state: OfficeState, office: Office, now_utc_ms: int, epoch: int, online: bool) -> Iterator[SlotsPlanned]:
    """Of today and every day that can be booked, the earliest first."""
    today = local_day(office, now_utc_ms)
    wanted = [(day, group) for group in office.groups for day in bookable_days(group, today)]
    for day, group in sorted(wanted, key=lambda pair: (pair[0], pair[1].letter)):
        known = slot_day(state, day, group.letter)
        latest = known.latest
        if latest is not None and latest.by == "staff":
            base = known.base
        else:
            base = of_catalogue(office, group, date.fromisoformat(day), online)
        lanes = with_closures(office, state, group.letter, day, base)
        if (known.lanes, known.base) == (lanes, base):
            continue
        if latest is not None and latest.by == "staff":
            yield planned(known, group.letter, day, epoch, lanes, base, latest.before, "staff", latest.reason)
        else:
            yield planned(known, group.letter, day, epoch, lanes, base)


def planned(
    known: SlotDay,
    letter: str,
    day: str,
    epoch: int,
    lanes: tuple[Lane, ...],
    base: tuple[Lane, ...],
    before: tuple[Lane, ...] = (),
    by: str = "catalogue",
    reason: str = "",
    intent: str = "",
) -> SlotsPlanned:
    """The next plan after those that are known."""
    return SlotsPlanned(
        letter=letter,
        date=day,
        epoch=max(epoch, known.version[0]),
        number=next_number(known.version, epoch),
        lanes=lanes,
        base=base if base != lanes else (),
        before=before,
        by="staff" if by == "staff" else "catalogue",
        reason=reason,
        intent=intent,
    )


def next_number(known: Version, epoch: int) -> int:
    return known[1] + 1 if known[0] >= epoch else 1


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def _of_day(day: date, moment: datetime) -> int:
    """A local moment as a minute of the day, within it."""
    if moment.date() != day:
        return 0 if moment.date() < day else DAY_MIN
    return moment.hour * 60 + moment.minute


def _without(spans: list[tuple[int, int]], start: int, until: int) -> list[tuple[int, int]]:
    pieces = [piece for a, b in spans for piece in ((a, min(b, start)), (max(a, until), b))]
    return [(a, b) for a, b in pieces if a < b]
