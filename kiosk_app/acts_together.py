"""Acts that arrive while another is being made durable are decided one after the other and become durable together.

A disk needs its time for each commit, however little is in it: with 64 counters pressing at once that is most of what
they wait for. Each act is decided on the state that the one before it left, as ever, and none is answered before all
are on the disk (docs/decisions/028-one-commit-for-several-acts.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kiosk_app import api
from kiosk_app.api import StaffVerb
from kiosk_app.book import DurableBook
from offline_store.errors import StoreFull

TOGETHER_MAX = 64
AT_ONE_COUNTER: frozenset[StaffVerb] = frozenset(
    {"call_next", "call_number", "recall", "complete", "no_show", "hold", "undo"}
)
"""What touches only its own counter and whom it calls: of each counter one act at most is in a commit, so that what is
told of it afterwards is still so."""

Act = Callable[[], api.Reply]
"""Decides, commits and answers, without a wait. Raises StoreFull."""
Waiting = tuple[int, Act, asyncio.Future[api.Reply]]
"""At which counter, what, and who waits for the answer."""


class ActsTogether:
    """Of one book. `full` is answered when there is no room on the disk."""

    def __init__(self, book: DurableBook, full: api.Reply) -> None:
        self._book = book
        self._full = full
        self._waiting: list[Waiting] = []
        self._one_by_one = False
        """Since the disk had no room for several: until there is room for one."""

    async def act(self, counter: int, act: Act) -> api.Reply:
        loop = asyncio.get_running_loop()
        if not self._waiting:
            # Behind all requests that have arrived by now.
            loop.call_soon(self._do)
        answered: asyncio.Future[api.Reply] = loop.create_future()
        self._waiting.append((counter, act, answered))
        return await answered

    def _do(self) -> None:
        chosen, later = self._choose()
        self._waiting = later
        if later:
            asyncio.get_running_loop().call_soon(self._do)
        acts = [act for _, act, _ in chosen]
        try:
            replies = self._all_at_once(acts) if len(acts) > 1 and not self._one_by_one else None
            if replies is None:
                replies = [self._alone(act) for act in acts]
        except Exception as bug:
            # Whoever asked hears of it, and the core ends there.
            for _, _, answered in chosen:
                if not answered.done():
                    answered.set_exception(bug)
            return
        for (_, _, answered), reply in zip(chosen, replies, strict=True):
            # Who asked may have gone meanwhile.
            if not answered.done():
                answered.set_result(reply)

    def _choose(self) -> tuple[list[Waiting], list[Waiting]]:
        chosen: list[Waiting] = []
        later: list[Waiting] = []
        counters: set[int] = set()
        for one in self._waiting:
            if len(chosen) < TOGETHER_MAX and one[0] not in counters:
                counters.add(one[0])
                chosen.append(one)
            else:
                later.append(one)
        return chosen, later

    def _all_at_once(self, acts: list[Act]) -> list[api.Reply] | None:
        """None: nothing of it happened."""
        try:
            with self._book.together():
                return [act() for act in acts]
        except StoreFull:
            self._one_by_one = True
            return None

    def _alone(self, act: Act) -> api.Reply:
        before = self._book.changed.version
        try:
            reply = act()
        except StoreFull:
            return self._full
        if self._book.changed.version != before:
            self._one_by_one = False
        return reply
