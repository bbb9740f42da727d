"""Time slots: which starts of a service group's day may still be sold, now and after staff have changed something.

A day is a number of lanes (counters that are given to slots). What was sold is a promise: no change ever moves it. Free
starts are computed around the promises, so two owners who each sell only their own time can never sell one twice.
Pure; the hub and the central server both compute with it. Minutes are those of the office's local day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

Owner = Literal["central", "office"]
DAY_MIN = 24 * 60
LENGTH_MIN, LENGTH_MAX = 3, 240
AFTER_MAX_MIN = 60
LANES_MAX = 50
STRETCHES_MAX = 100
"""Of one lane: each change of a length on a day adds one."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A piece of one lane's day that one owner sells on one grid: [start, until). `length_min` is what a visitor is
    told, `after_min` the after-work (後処理) that follows it."""

    start_min: int
    until_min: int
    length_min: int
    after_min: int = 0
    owner: Owner = "office"

    @property
    def pitch_min(self) -> int:
        return self.length_min + self.after_min


class Lane(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`stretches` in order, none over another. Between them the lane is closed."""

    number: int
    stretches: tuple[Stretch, ...]


class Promise(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody was promised [start, start + length) of a lane; it is occupied until the after-work is done too."""

    booking: str
    lane: int
    start_min: int
    length_min: int
    after_min: int = 0

    @property
    def until_min(self) -> int:
        return self.start_min + self.length_min + self.after_min


class Start(NamedTuple):
    """A start that may be sold. Ordered by time, then lane."""

    start_min: int
    lane: int
    length_min: int
    after_min: int

    @property
    def until_min(self) -> int:
        return self.start_min + self.length_min + self.after_min


class Need(NamedTuple):
    """What one booking takes of a lane: a matter of `minutes`, for `people` one after the other. `length_min` and
    `after_min`: the slots for which the office planned it; 0 where it planned none."""

    minutes: int
    length_min: int = 0
    after_min: int = 0
    people: int = 1

    def places(self, stretch: Stretch) -> int:
        """Slots in a row. Fewer where slots are longer than planned. Not more where staff have made them shorter: they
        do so when they see that visits take less."""
        own = _slots_for(self.minutes, stretch.length_min, stretch.after_min)
        planned = _slots_for(self.minutes, self.length_min, self.after_min) if self.length_min else own
        return self.people * min(own, planned)


Places = int | Need
"""So many slots in a row, or as many as a matter takes."""


def _slots_for(minutes: int, length_min: int, after_min: int) -> int:
    """The after-work of all but the last is time of the visit too."""
    return max(1, -(-(minutes + after_min) // (length_min + after_min)))


class Behind(NamedTuple):
    """A promise that would begin late if every visit took as long as is planned now."""

    booking: str
    start_min: int
    late_min: int


def fault(lanes: Sequence[Lane]) -> str:
    """What is wrong with a day's lanes, for whoever wrote them; empty when nothing is."""
    if len(lanes) > LANES_MAX:
        return f"expected at most {LANES_MAX} lanes"
    if len({lane.number for lane in lanes}) < len(lanes):
        return "expected each lane once"
    for lane in lanes:
        if len(lane.stretches) > STRETCHES_MAX:
            return f"lane {lane.number}: expected at most {STRETCHES_MAX} stretches"
        before = 0
        for one in lane.stretches:
            if not before <= one.start_min < one.until_min <= DAY_MIN:
                return f"lane {lane.number}: expected stretches in order within one day"
            if not LENGTH_MIN <= one.length_min <= LENGTH_MAX:
                return f"lane {lane.number}: expected a slot of {LENGTH_MIN} to {LENGTH_MAX} minutes"
            if not 0 <= one.after_min <= AFTER_MAX_MIN:
                return f"lane {lane.number}: expected 0 to {AFTER_MAX_MIN} minutes after each slot"
            before = one.until_min
    return ""


# --- what may be sold ----------------------------------------------------------------------------------------------


def free_starts(
    lanes: Iterable[Lane], promises: Iterable[Promise], owner: Owner, from_min: int, places: Places = 1
) -> list[Start]:
    """Starts of `owner`'s time from `from_min` on that touch no promise and make none late, earliest first.

    `places`: slots in a row, for a family or a long matter.
    """
    by_lane = _by_lane(promises)
    found: list[Start] = []
    for lane in lanes:
        kept = by_lane.get(lane.number, [])
        for one in lane.stretches:
            if one.owner == owner:
                in_a_row = places if isinstance(places, int) else places.places(one)
                found += _free_of(lane.number, one, kept, from_min, in_a_row)
    return sorted(found)


def may_sell(lanes: Iterable[Lane], promises: Sequence[Promise], owner: Owner, start: Start) -> bool:
    """Whether just this start is free: what a seller asks again in the moment of selling."""
    return any(
        one.start_min == start.start_min and one.lane == start.lane and one.until_min >= start.until_min
        for one in free_starts(
            [lane for lane in lanes if lane.number == start.lane],
            promises,
            owner,
            start.start_min,
            max(1, _places(lanes, start)),
        )
    )


def _places(lanes: Iterable[Lane], start: Start) -> int:
    for lane in lanes:
        for one in lane.stretches:
            if lane.number == start.lane and one.start_min <= start.start_min < one.until_min:
                return -(-(start.until_min - start.start_min) // one.pitch_min)
    return 1


def _free_of(lane: int, stretch: Stretch, promises: Sequence[Promise], from_min: int, places: int) -> Iterator[Start]:
    """Each gap between promises has its own grid, from where the work before it is done."""
    needed_min = places * stretch.pitch_min
    for gap_from, gap_until in _gaps(stretch, promises):
        at = gap_from
        while at + needed_min <= gap_until:
            if at >= from_min:
                yield Start(at, lane, needed_min - stretch.after_min, stretch.after_min)
            at += stretch.pitch_min


def _gaps(stretch: Stretch, promises: Sequence[Promise]) -> Iterator[tuple[int, int]]:
    """Where nobody is promised anything. After promises that were sold on a shorter grid it begins later, by what they
    are expected to run over: so a return from 7 minutes to 10 withholds the starts next to them until the load fits."""
    behind_min = at = stretch.start_min
    for promise in promises:
        if promise.until_min <= stretch.start_min or promise.start_min >= stretch.until_min:
            continue
        free_from = max(at, behind_min)
        if promise.start_min > free_from:
            yield free_from, promise.start_min
        begins_min = max(behind_min, promise.start_min)
        behind_min = begins_min + max(promise.until_min - promise.start_min, stretch.pitch_min)
        at = promise.until_min
    free_from = max(at, behind_min)
    if free_from < stretch.until_min:
        yield free_from, stretch.until_min


def _by_lane(promises: Iterable[Promise]) -> dict[int, list[Promise]]:
    found: dict[int, list[Promise]] = {}
    for promise in sorted(promises, key=lambda one: (one.lane, one.start_min, one.booking)):
        found.setdefault(promise.lane, []).append(promise)
    return found


# --- what staff change ---------------------------------------------------------------------------------------------


def boundary(lane: Lane, promises: Iterable[Promise], now_min: int) -> int:
    """From when a change of this lane can begin: the first moment, now or later, at which no slot of its present grid
    is under way, sold or not. A visitor who reads the old grid on a screen is not lied to."""
    kept = [one for one in promises if one.lane == lane.number]
    at = now_min
    for one in lane.stretches:
        if one.start_min <= now_min < one.until_min:
            for gap_from, gap_until in _gaps(one, _by_lane(kept).get(lane.number, [])):
                if gap_from <= now_min < gap_until:
                    at = gap_from + -(-(now_min - gap_from) // one.pitch_min) * one.pitch_min
                    at = min(at, gap_until)
    return _after_promises(kept, at)


def _after_promises(promises: Iterable[Promise], at: int) -> int:
    """The first moment from `at` on that lies in no promise."""
    for promise in sorted(promises, key=lambda one: one.start_min):
        if promise.start_min < at < promise.until_min:
            at = promise.until_min
    return at


def with_length(
    lane: Lane,
    promises: Iterable[Promise],
    now_min: int,
    length_min: int | None,
    owner: Owner,
    after_min: int | None = None,
) -> Lane:
    """The lane with another slot length, or only another after-work, for the rest of `owner`'s day. What the other
    owner sells stays."""
    cut = boundary(lane, promises, now_min)
    made: list[Stretch] = []
    for one in lane.stretches:
        if one.owner != owner or one.until_min <= cut:
            made.append(one)
            continue
        new = msgspec.structs.replace(
            one,
            length_min=one.length_min if length_min is None else length_min,
            after_min=one.after_min if after_min is None else after_min,
        )
        if one.start_min < cut:
            made.append(msgspec.structs.replace(one, until_min=cut))
            new = msgspec.structs.replace(new, start_min=cut)
        made.append(new)
    return Lane(number=lane.number, stretches=_joined(made))


def closed(lane: Lane, from_min: int, until_min: int) -> Lane:
    """Without this part of the day (計画運休, a lane less): nothing more is sold in it; promises are the caller's."""
    made: list[Stretch] = []
    for one in lane.stretches:
        if one.until_min <= from_min or one.start_min >= until_min:
            made.append(one)
            continue
        if one.start_min < from_min:
            made.append(msgspec.structs.replace(one, until_min=from_min))
        if one.until_min > until_min:
            made.append(msgspec.structs.replace(one, start_min=until_min))
    return Lane(number=lane.number, stretches=tuple(made))


def handed_over(lane: Lane, promises: Iterable[Promise], from_min: int) -> Lane:
    """What central has not sold falls to the office, from the first moment that lies in no promise."""
    cut = _after_promises([one for one in promises if one.lane == lane.number], from_min)
    made: list[Stretch] = []
    for one in lane.stretches:
        if one.owner == "office" or one.until_min <= cut:
            made.append(one)
            continue
        if one.start_min < cut:
            made.append(msgspec.structs.replace(one, until_min=cut))
        made.append(msgspec.structs.replace(one, start_min=max(cut, one.start_min), owner="office"))
    return Lane(number=lane.number, stretches=_joined(made))


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours that do not differ are one; their grid then begins at the first."""
    made: list[Stretch] = []
    for one in stretches:
        before = made[-1] if made else None
        same = (
            before is not None
            and before.until_min == one.start_min
            and (before.length_min, before.after_min, before.owner) == (one.length_min, one.after_min, one.owner)
            and (one.start_min - before.start_min) % one.pitch_min == 0
        )
        if before is not None and same:
            made[-1] = msgspec.structs.replace(before, until_min=one.until_min)
        else:
            made.append(one)
    return tuple(made)


# --- what a change would do ----------------------------------------------------------------------------------------


class Preview(NamedTuple):
    """What staff see before they commit. `behind`: promises that would begin late at the new pace, with how late."""

    free_before: int
    free_after: int
    behind: tuple[Behind, ...]
    load_before: float
    load_after: float
    """Promised minutes at the measured pace, over the minutes of the lanes that are left today."""


def preview(
    before: Sequence[Lane],
    after: Sequence[Lane],
    promises: Sequence[Promise],
    now_min: int,
    owner: Owner,
    pace_min: float | None = None,
) -> Preview:
    """`pace_min`: how long a visit is measured to take; None where nothing is known, then as long as its slot."""
    return Preview(
        free_before=len(free_starts(before, promises, owner, now_min)),
        free_after=len(free_starts(after, promises, owner, now_min)),
        behind=tuple(behind(after, promises, now_min, pace_min)),
        load_before=load(before, promises, now_min, pace_min),
        load_after=load(after, promises, now_min, pace_min),
    )


def behind(
    lanes: Iterable[Lane], promises: Iterable[Promise], now_min: int, pace_min: float | None = None
) -> Iterator[Behind]:
    """One visit after the other in each lane; a promise outside every stretch of its lane is nobody's any more and
    is told as late to the end of the day."""
    by_lane = _by_lane(promises)
    known = {lane.number: lane for lane in lanes}
    for number, kept in sorted(by_lane.items()):
        free_from: float = 0
        lane = known.get(number)
        for promise in kept:
            if promise.until_min <= now_min:
                continue
            if lane is None or not _is_open(lane, promise):
                yield Behind(promise.booking, promise.start_min, DAY_MIN - promise.start_min)
                continue
            begins = max(free_from, promise.start_min)
            free_from = begins + _takes_min(promise, pace_min)
            if (late := round(begins - promise.start_min)) > 0:
                yield Behind(promise.booking, promise.start_min, late)


def load(lanes: Iterable[Lane], promises: Iterable[Promise], now_min: int, pace_min: float | None = None) -> float:
    """0 without promises; above 1 more is promised than the lanes can do. With promises and no lane: infinite."""
    promised = sum(_takes_min(one, pace_min) for one in promises if one.start_min >= now_min)
    open_min = sum(max(0, one.until_min - max(now_min, one.start_min)) for lane in lanes for one in lane.stretches)
    return promised / open_min if open_min else (float("inf") if promised else 0.0)


def _is_open(lane: Lane, promise: Promise) -> bool:
    at = promise.start_min
    for one in lane.stretches:
        if one.start_min <= at < one.until_min:
            at = one.until_min
    return at >= promise.start_min + promise.length_min


def _takes_min(promise: Promise, pace_min: float | None) -> float:
    planned = promise.length_min + promise.after_min
    return planned if pace_min is None else pace_min + promise.after_min


def overlaps(promises: Iterable[Promise]) -> list[tuple[str, str]]:
    """Pairs that were promised one and the same minute of a lane. There must never be one."""
    found: list[tuple[str, str]] = []
    for kept in _by_lane(promises).values():
        last: Promise | None = None
        for promise in kept:
            if last is not None and promise.start_min < last.until_min:
                found.append((last.booking, promise.booking))
            if last is None or promise.until_min > last.until_min:
                last = promise
    return found
