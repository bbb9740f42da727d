"""Call → displays: from the press of 次を呼ぶ to the number at the last of a hundred displays.

What counts is the slowest display of each call. Calls are a tenth of a second apart, because a display that has just
been given a view waits so long for the next. The consoles and the citizen's screen follow the same call meanwhile.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid

from bench.house import House, milliseconds
from bench.office_day import tokens
from bench.row import Row, percentile, row
from kiosk_app import api
from kiosk_app.client import Client
from kiosk_app.core import PACE_S

DISPLAYS = 100
CALLS = 140
PATIENCE_S = 10.0


class Wall:
    """A hundred displays of the whole office: when did each first show the number that is looked for?"""

    def __init__(self, first: int) -> None:
        self._first = first
        self._looked_for = b'"newest"'
        self._received: dict[int, bytes] = {}
        self._shown_s: dict[int, float] = {}
        self._all_show = threading.Condition()

    def look_for(self, number: str, counter: int) -> None:
        with self._all_show:
            self._looked_for = f'"newest":[{{"number":"{number}","counter":{counter},'.encode()
            self._received, self._shown_s = {}, {}

    def heard(self, which: int, data: bytes, at_s: float) -> None:
        if which < self._first:
            return
        with self._all_show:
            if which in self._shown_s:
                return
            received = self._received[which] = self._received.get(which, b"") + data
            if self._looked_for in received:
                self._shown_s[which] = at_s
                self._all_show.notify_all()

    def last_shown_s(self) -> float:
        with self._all_show:
            if not self._all_show.wait_for(lambda: len(self._shown_s) == DISPLAYS, PATIENCE_S):
                raise RuntimeError(f"{len(self._shown_s)} of {DISPLAYS} displays show {self._looked_for!r}")
            return max(self._shown_s.values())


def calls(house: House, count: int = CALLS) -> list[float]:
    """Milliseconds from each press to its slowest display."""
    clerks = {counter: Client(house.client.core, token=token) for counter, token in tokens(house.office).items()}
    before = 1 + len(clerks) + len(house.office.floors)
    wall = Wall(before)
    everybody = house.listeners(wall.heard)
    for _ in range(DISPLAYS):
        everybody.add("/v1/display/events")
    everybody.start()
    wall.last_shown_s()
    spans_s: list[float] = []
    for counter in itertools.cycle(clerks):
        if not (number := clerks[counter].staff_view().next_number):
            continue
        time.sleep(PACE_S)
        wall.look_for(number, counter)
        pressed_s = time.monotonic()
        reply = clerks[counter].act(api.StaffAct(intent=str(uuid.uuid4()), verb="call_next", counter=counter))
        if not reply.ok:
            raise RuntimeError(reply.message)
        spans_s.append(wall.last_shown_s() - pressed_s)
        if len(spans_s) == count:
            break
    everybody.stop()
    return milliseconds(spans_s)


def rows() -> list[Row]:
    with House() as house:
        spans_ms = calls(house)
    return [row(f"display: call on all of {DISPLAYS} displays, p99", percentile(spans_ms, 99), "ms", 50)]
