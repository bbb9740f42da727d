"""A hub asks the other machines that may be hub, now and then, whether one of them is it now: so it hears of its
successor although that one never asks for anything.

A state machine like hub_link.py, carried by the same line.
"""

from __future__ import annotations

from typing import Protocol

from kiosk_app.hub_link import ANSWER_MS, Ask
from kiosk_app.office.reigns import Rank, code_of, rank
from kiosk_app.replication import PROTOCOL, Hello, No, Reply, Welcome
from offline_store.exchange import NOTHING

LOOK_MS = 5_000
SOON_MS = 500
"""While it hands over, or after somebody has said that there is another one."""
SOON_TIMES = 20


class Watch(Protocol):
    """What a lookout knows of its machine."""

    @property
    def code(self) -> str: ...

    @property
    def office(self) -> str: ...

    @property
    def machine(self) -> str: ...

    @property
    def hurried(self) -> bool:
        """While this machine hands over."""
        ...

    def hub(self) -> Rank:
        """The highest that it knows; mostly itself."""
        ...

    def overtaken(self, rank: Rank) -> None:
        """Another machine is the hub under a higher epoch."""
        ...


class Lookout:
    """Times are milliseconds of any clock that never runs backwards."""

    def __init__(self, watch: Watch, places: int) -> None:
        self._watch = watch
        self._places = places
        self._where = 0
        self._number = 0
        self._asked: Ask | None = None
        self._deadline_ms = 0
        self._next_ms = 0
        self._soon = 0

    def look_soon(self) -> None:
        self._soon, self._next_ms = SOON_TIMES, 0

    def tick(self, now_ms: int, jitter: float) -> Ask | None:
        if self._asked is not None and now_ms >= self._deadline_ms:
            self.failed(now_ms, self._asked.number, jitter)
        if self._asked is not None or now_ms < self._next_ms:
            return None
        watch, known = self._watch, self._watch.hub()
        hello = Hello(PROTOCOL, watch.code, watch.machine, watch.office, known.epoch, NOTHING, {}, known.code)
        self._number += 1
        self._asked = Ask(self._number, hello, self._where)
        self._deadline_ms = now_ms + ANSWER_MS
        return self._asked

    def failed(self, now_ms: int, number: int, jitter: float) -> None:
        if self._asked is None or self._asked.number != number:
            return
        self._asked = None
        self._where = (self._where + 1) % self._places
        soon = self._watch.hurried or self._soon > 0
        self._soon = max(0, self._soon - 1)
        self._next_ms = now_ms + int((SOON_MS if soon else LOOK_MS // self._places) * (0.5 + jitter / 2))

    def answered(self, now_ms: int, number: int, reply: Reply, jitter: float) -> None:
        if self._asked is None or self._asked.number != number:
            return
        self.failed(now_ms, number, jitter)
        theirs = rank(0, "")
        if isinstance(reply, Welcome):
            theirs = rank(reply.epoch, reply.hub or code_of(reply.machine))
        elif isinstance(reply, No):
            theirs = rank(reply.epoch, reply.hub)
        if theirs > self._watch.hub():
            self._watch.overtaken(theirs)
