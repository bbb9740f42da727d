"""Refuses what the hall could not show or say: displays of groups that there are none of, volumes that contradict.

Each fault is one sentence that begins with the key's path, as in catalogue_check.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kiosk_app.office.catalogue_parts import Notice, Office

QUIETEST_PERCENT = 10
"""Softer than a tenth is 20 dB down: nobody in a hall hears it, and nobody knows that it is not silence."""
NOTICES_MAX = 6
"""At once on one floor; each language of each is shown for some seconds, and the first must come back in time."""
DISPLAY_GROUPS_MAX = 4
"""More do not stand on a display with their times."""


def hall_faults(office: Office) -> Iterator[str]:
    yield from _displays(office)
    yield from _volumes(office)
    yield from _notices(office)


def _displays(office: Office) -> Iterator[str]:
    floors, letters = {f.id for f in office.floors}, {g.letter for g in office.groups}
    for d in office.displays:
        path = f"displays[{d.id}]"
        if d.id in floors:
            yield f"{path}.id: expected another name than that of a floor"
        if not 1 <= len(d.groups) <= DISPLAY_GROUPS_MAX:
            yield f"{path}.groups: expected 1 to {DISPLAY_GROUPS_MAX} groups, got {len(d.groups)}"
        if len(set(d.groups)) < len(d.groups):
            yield f"{path}.groups: expected each group only once"
        for letter in d.groups:
            if letter not in letters:
                yield f"{path}.groups: expected the letter of a group, {letter!r} is unknown"


def _volumes(office: Office) -> Iterator[str]:
    floors = {f.id for f in office.floors}
    for f in office.floors:
        yield from _volume(f"floors[{f.id}].volume", f.volume)
    for n, hours in enumerate(office.volume_hours, 1):
        path = f"volume_hours[#{n}]"
        yield from _volume(f"{path}.volume", hours.volume)
        if hours.start >= hours.until:
            yield f"{path}: expected start before until, got {hours.start} to {hours.until}"
        yield from _floors(f"{path}.floors", hours.floors, floors)
        for m, other in enumerate(office.volume_hours[: n - 1], 1):
            shared = sorted(set(hours.floors or floors) & set(other.floors or floors))
            if shared and hours.start < other.until and other.start < hours.until:
                yield f"{path}: expected one volume at a time, {shared[0]} has #{m} at the same time"


def _volume(path: str, percent: int) -> Iterator[str]:
    if percent != 0 and not QUIETEST_PERCENT <= percent <= 100:
        yield f"{path}: expected 0 (silent) or {QUIETEST_PERCENT} to 100 (percent), got {percent}"


def _floors(path: str, named: tuple[str, ...], floors: set[str]) -> Iterator[str]:
    for floor in named:
        if floor not in floors:
            yield f"{path}: expected the id of a floor, {floor!r} is unknown"


def _notices(office: Office) -> Iterator[str]:
    floors = {f.id for f in office.floors}
    for n, notice in enumerate(office.notices, 1):
        yield from _floors(f"notices[#{n}].floors", notice.floors, floors)
        if notice.valid_until and notice.valid_until < notice.valid_from:
            path = f"notices[#{n}].valid_until"
            yield f"{path}: expected a day on or after valid_from {notice.valid_from}, got {notice.valid_until}"
    for floor in sorted(floors):
        for day in sorted({n.valid_from for n in office.notices}):
            at_once = sum(_shown(notice, floor, day) for notice in office.notices)
            if at_once > NOTICES_MAX:
                yield f"notices: expected at most {NOTICES_MAX} at once, {floor} has {at_once} on {day}"


def _shown(notice: Notice, floor: str, day: date) -> bool:
    return floor in (notice.floors or (floor,)) and notice.valid_from <= day <= (notice.valid_until or date.max)
