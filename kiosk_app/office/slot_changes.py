"""What staff change in a day's lanes: the lanes after it, and what it would do, before anybody commits to it. Pure.

Everything begins at the next boundary of each lane. Promises stay where they are; what a change can do is press them,
and the preview says whom. A closure is no change of the plan: it is laid over it (slot_plans.py) and ends by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from kiosk_app.api_slots import SlotChange
from kiosk_app.office import slots
from kiosk_app.office.slot_days import Plan, SlotDay, copied
from kiosk_app.office.slots import DAY_MIN, LANES_MAX, Behind, Lane, Owner, Promise, Start, Stretch, free_starts

ALL: tuple[Owner, ...] = ("office", "central")


class Changed(NamedTuple):
    """`base`: the lanes without closures. `said`: 「10分 → 7分」."""

    base: tuple[Lane, ...]
    said: str


def changed(day: SlotDay, change: SlotChange, now_min: int, lanes_max: int) -> Changed | str:
    """Or one sentence why not. `now_min` is 0 for a day to come; `lanes_max`: counters of the group."""
    if not day.base:
        return "この日には予約枠がありません。別の日を選んでください。"
    if now_min >= _ends(day.base):
        return "この日の予約枠は終わっています。別の日を選んでください。"
    base, said, promises = day.base, [], day.promises()
    if change.lane and change.lane not in {lane.number for lane in base}:
        return "その予約枠の列はありません。画面を確かめて、もう一度選んでください。"
    if change.length_min is not None or change.after_min is not None:
        before = base
        base = tuple(_with_length(lane, promises, now_min, change) for lane in base)
        if base != before:
            said.append(_lengths(before, base, now_min))
    if change.take_back:
        before = base
        base = tuple(slots.handed_over(lane, promises, now_min) for lane in base)
        if base != before:
            said.append("Webの枠 → 窓口の枠")
    if change.lanes is not None:
        if change.lanes > lanes_max:
            return f"この区分の窓口は{lanes_max}つです。{lanes_max}列までにしてください。"
        before, count = base, len(open_lanes(base, now_min))
        base = _with_lanes(base, promises, now_min, change.lanes)
        if base != before:
            said.append(f"{count}列 → {change.lanes}列")
    if base == day.base:
        return "いまと同じです。変えるものを選んでください。"
    if wrong := slots.fault(base):
        raise AssertionError(wrong)
    return Changed(base, "、".join(said) or "予約枠の変更")


def undone(day: SlotDay, now_min: int) -> tuple[Lane, ...] | None:
    """As before the last change, from the next boundary on; None where there is nothing to take back. What has passed
    since stays as it was."""
    latest = day.latest
    if latest is None or not latest.before:
        return None
    promises = day.promises()
    before = {lane.number: lane for lane in latest.before}
    now = {lane.number: lane for lane in day.base}
    made = []
    for number in sorted(before.keys() | now.keys()):
        old, new = before.get(number, Lane(number=number, stretches=())), now.get(number)
        if new is None:
            made.append(old)
            continue
        cut = slots.boundary(new, promises, now_min)
        kept = slots.closed(new, cut, DAY_MIN).stretches
        lane = Lane(number=number, stretches=(*kept, *slots.closed(old, 0, cut).stretches))
        if lane.stretches or number in before:
            made.append(lane)
    return tuple(made)


def with_plan(day: SlotDay, lanes: tuple[Lane, ...], base: tuple[Lane, ...]) -> SlotDay:
    """The day as it would be with these lanes as its latest plan."""
    after, (epoch, number) = copied(day), day.version
    after.plans.append(Plan(version=(epoch, number + 1), lanes=lanes, base=base if base != lanes else ()))
    return after


def _with_length(lane: Lane, promises: Sequence[Promise], now_min: int, change: SlotChange) -> Lane:
    """Each stretch from the boundary on, whoever sells it: central does so by the new plan once it has taken it."""
    if change.lane not in (0, lane.number):
        return lane
    for owner in ALL:
        lane = slots.with_length(lane, promises, now_min, change.length_min, owner, change.after_min)
    return lane


def _with_lanes(base: tuple[Lane, ...], promises: Sequence[Promise], now_min: int, count: int) -> tuple[Lane, ...]:
    lanes = {lane.number: lane for lane in base}
    opened = open_lanes(base, now_min)
    # Where the fewest are promised anything; of equal ones the last.
    opened.sort(key=lambda lane: (_promised(lane, promises, now_min), -lane.number))
    for gone in opened[: max(0, len(opened) - count)]:
        lanes[gone.number] = slots.closed(gone, slots.boundary(gone, promises, now_min), DAY_MIN)
    like = max(opened or base, key=lambda lane: (_minutes_left(lane, now_min), -lane.number))
    empty = [lane.number for lane in base if not _minutes_left(lane, now_min)]
    for number in [*empty, *range(max(lanes) + 1, LANES_MAX + 1)][: max(0, count - len(opened))]:
        kept = lanes[number].stretches if number in lanes else ()
        added = _like(like, max([now_min, *(one.until_min for one in kept)]))
        if added:
            lanes[number] = Lane(number=number, stretches=(*kept, *added))
    return tuple(lanes[number] for number in sorted(lanes))


def _like(lane: Lane, from_min: int) -> tuple[Stretch, ...]:
    """The rest of the day of another lane, to be sold here, on the same grid."""
    made = []
    for one in lane.stretches:
        start = _on_grid(one, from_min)
        if start < one.until_min:
            made.append(msgspec.structs.replace(one, start_min=start, owner="office"))
    return tuple(made)


def _on_grid(one: Stretch, from_min: int) -> int:
    """Its first boundary that is not before."""
    return one.start_min + max(0, -(-(from_min - one.start_min) // one.pitch_min)) * one.pitch_min


def open_lanes(lanes: Sequence[Lane], now_min: int) -> list[Lane]:
    """Lanes of which more than the slot that is under way is still to come."""
    return [lane for lane in lanes if _minutes_left(lane, now_min) > 0]


def _minutes_left(lane: Lane, now_min: int) -> int:
    return sum(_left(one, now_min) for one in lane.stretches)


def _left(one: Stretch, now_min: int) -> int:
    """Whole slots of its grid from now on, in minutes."""
    return max(0, (one.until_min - _on_grid(one, now_min)) // one.pitch_min * one.pitch_min)


def _promised(lane: Lane, promises: Sequence[Promise], now_min: int) -> int:
    return sum(1 for one in promises if one.lane == lane.number and one.start_min >= now_min)


def _ends(lanes: Sequence[Lane]) -> int:
    return max((one.until_min for lane in lanes for one in lane.stretches), default=0)


def begins_min(before: Sequence[Lane], after: Sequence[Lane], now_min: int) -> int:
    """次の区切り: the first minute from now on that is otherwise; DAY_MIN where none is."""
    first = DAY_MIN
    old, new = ({lane.number: lane for lane in lanes} for lanes in (before, after))
    for number in old.keys() | new.keys():
        here = [_pieces(lanes.get(number), now_min) for lanes in (old, new)]
        differing = set(here[0]) ^ set(here[1])
        first = min([first, *(_first_difference(piece, here) for piece in differing)])
    # A stretch that ends just now is no piece any more, and what it was cut from began long before.
    return max(first, now_min)


def _pieces(lane: Lane | None, now_min: int) -> list[tuple[int, int, int, int, str]]:
    stretches = lane.stretches if lane is not None else ()
    return [
        (one.start_min, one.until_min, one.length_min, one.after_min, one.owner)
        for one in stretches
        if one.until_min > now_min
    ]


def _first_difference(
    piece: tuple[int, int, int, int, str], here: Sequence[list[tuple[int, int, int, int, str]]]
) -> int:
    """A stretch that was cut short differs from where it was cut."""
    start, until, *kind = piece
    others = [one for pieces in here for one in pieces if one != piece and one[0] == start and list(one[2:]) == kind]
    return min((min(until, one[1]) for one in others), default=start)


def _lengths(before: Sequence[Lane], after: Sequence[Lane], now_min: int) -> str:
    old, new = length_now(before, now_min), length_now(after, now_min)
    told = []
    if old[0] != new[0]:
        told.append(f"{old[0]}分 → {new[0]}分" if old[0] and new[0] else "1枠の長さ")
    if old[1] != new[1]:
        told.append(f"後処理 {old[1]}分 → {new[1]}分" if old[1] is not None and new[1] is not None else "後処理")
    return "、".join(told) or "1枠の長さ"


def length_now(lanes: Sequence[Lane], now_min: int) -> tuple[int | None, int | None]:
    """Length and after-work of all that is still to come, by the last stretch of each lane; None where lanes differ."""
    last = [lane.stretches[-1] for lane in lanes if lane.stretches and lane.stretches[-1].until_min > now_min]
    lengths, afters = {one.length_min for one in last}, {one.after_min for one in last}
    return (lengths.pop() if len(lengths) == 1 else None, afters.pop() if len(afters) == 1 else None)


# --- what it would do ------------------------------------------------------------------------------------------------


def free_of(lanes: Sequence[Lane], promises: Sequence[Promise], now_min: int) -> list[Start]:
    """今日の残り枠: whoever sells them."""
    return sorted(start for owner in ALL for start in free_starts(lanes, promises, owner, now_min))


def pressed(
    lanes: Sequence[Lane], promises: Sequence[Promise], now_min: int, pace_min: float | None = None
) -> list[Behind]:
    """Promises that would begin late if every visit took `pace_min`, each lane one after the other. One whose lane is
    closed is taken by the lane that is open and free first, and presses those there; where none is open it is late to
    the end of the day."""
    free_from: dict[int, float] = {}
    known = {lane.number: lane for lane in lanes}
    late = []
    for one in sorted(promises, key=lambda promise: (promise.start_min, promise.lane, promise.booking)):
        if one.until_min <= now_min:
            continue
        number = one.lane
        if not _is_open(known.get(number), one.start_min):
            others = [lane.number for lane in lanes if _is_open(lane, one.start_min)]
            if not others:
                late.append(Behind(one.booking, one.start_min, DAY_MIN - one.start_min))
                continue
            number = min(others, key=lambda other: (free_from.get(other, 0), other))
        begins = max(free_from.get(number, 0), one.start_min)
        takes = (one.length_min if pace_min is None else pace_min) + one.after_min
        free_from[number] = begins + takes
        if (behind := round(begins - one.start_min)) > 0:
            late.append(Behind(one.booking, one.start_min, behind))
    return late


def _is_open(lane: Lane | None, minute: int) -> bool:
    return lane is not None and any(one.start_min <= minute < one.until_min for one in lane.stretches)


def load_percent(
    lanes: Sequence[Lane], promises: Sequence[Promise], now_min: int, pace_min: float | None
) -> int | None:
    """None: promises and no lane left."""
    share = slots.load(lanes, promises, now_min, pace_min)
    return None if share == float("inf") else round(100 * share)


def by_hour(before: Sequence[Start], after: Sequence[Start]) -> list[tuple[int, int, int]]:
    """(hour, before, after), hours without any left out."""
    hours = sorted({one.start_min // 60 for one in (*before, *after)})
    counts = [[sum(1 for one in starts if one.start_min // 60 == hour) for starts in (before, after)] for hour in hours]
    return [(hour, old, new) for hour, (old, new) in zip(hours, counts, strict=True)]


def version(day: SlotDay) -> str:
    """Differs after every plan, sale, cancellation and no-show, and after every word of central."""
    plan, taken = ".".join(map(str, day.version)), ".".join(map(str, day.taken))
    return f"{plan}-{taken}{'c' * day.closed}-{len(day.bookings)}-{len(day.cancelled)}-{len(day.missed)}"
