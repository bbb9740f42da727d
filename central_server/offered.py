"""Free slots as the JSON API sends them, made again only for days that have changed and once a minute for all.

Of thirty days one has changed since somebody looked last; to make JSON of all of them again would cost more than all
the rest of the request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from central_server import api_types as t
from central_server import window
from central_server.days import Shown
from kiosk_app.office.catalogue import Office
from kiosk_app.office.slots import Start

REMEMBERED_MAX = 10_000
"""Days, each of one service: about a kilobyte each."""
MINUTE_S = 60
_encoder = msgspec.json.Encoder()


class _Made(NamedTuple):
    """`free` and `minute` are what it was made from."""

    free: tuple[Start, ...]
    minute: tuple[float, bool]
    day: msgspec.Raw


class Offered:
    """One a process."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, str, str, date], _Made] = OrderedDict()

    def encoded(self, office: Office, letter: str, service: str, seen: Mapping[date, Shown], now: datetime) -> bytes:
        """An `api_types.Slots`. The rules of window.py are all of whole minutes: within one nothing else changes."""
        if not any(one.id == service and one.group == letter for one in office.services):
            # Nothing is remembered of names that anybody could make up.
            return _encoder.encode({"days": [t.DaySlots(day=day.isoformat(), slots=()) for day in seen]})
        at_s = now.timestamp()
        minute = at_s // MINUTE_S, at_s % MINUTE_S == 0
        keys = {day: (office.id, letter, service, day) for day in seen}
        changed = {day: one.free for day, one in seen.items() if not self._holds(keys[day], one.free, minute)}
        for day, starts in window.open_starts(office, letter, service, changed, now).items():
            raw = msgspec.Raw(_encoder.encode(t.DaySlots(day=day.isoformat(), slots=slots(starts))))
            self._made[keys[day]] = _Made(changed[day], minute, raw)
        told = []
        for key in keys.values():
            self._made.move_to_end(key)
            told.append(self._made[key].day)
        while len(self._made) > REMEMBERED_MAX:
            self._made.popitem(last=False)
        return _encoder.encode({"days": told})

    def _holds(self, key: tuple[str, str, str, date], free: tuple[Start, ...], minute: tuple[float, bool]) -> bool:
        made = self._made.get(key)
        return made is not None and made.free is free and made.minute == minute


def slots(starts: tuple[Start, ...]) -> tuple[t.Slot, ...]:
    """One lane of each start is enough to offer it."""
    by_time = {one.start_min: one for one in reversed(starts)}
    return tuple(t.Slot(start_min=start, length_min=one.length_min) for start, one in sorted(by_time.items()))
