"""What became of a press whose answer was lost: it was done, or it will never be done. A console never presses twice.

To say only "not done" would not do: the request may still lie in a line that nobody hears any more, and act later.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from kiosk_app.api import IntentSettled, Reply

REMEMBERED_MAX = 2_000
"""Acts whose answer is kept in memory, and as many that were given up; the log knows those that left a fact."""
GIVEN_UP = "この操作は取りやめになっています。必要なら、もう一度押してください。"


class Settling:
    """Of one hub. After its end nothing can come of an old line, so nothing need be kept."""

    def __init__(self) -> None:
        self._under_way: Counter[str] = Counter()
        self._answered: OrderedDict[str, Reply] = OrderedDict()
        self._given_up: OrderedDict[str, None] = OrderedDict()

    async def once(self, intent: str, act: Callable[[], Awaitable[Reply]]) -> Reply:
        """The answer of `act`, which is not even begun where a console was told that it never will be."""
        if intent in self._given_up:
            return Reply(ok=False, message=GIVEN_UP)
        with self._while(intent):
            reply = await act()
        self._answered[intent] = reply
        _forget_oldest(self._answered)
        return reply

    def settle(self, intent: str, in_the_log: Callable[[], Reply | None]) -> IntentSettled:
        """`in_the_log`: the answer that follows from the facts of this intent."""
        if self._under_way[intent]:
            return IntentSettled(state="under_way")
        reply = self._answered.get(intent) or in_the_log()
        if reply is not None:
            return IntentSettled(state="answered", ok=reply.ok, message=reply.message)
        self._given_up[intent] = None
        _forget_oldest(self._given_up)
        return IntentSettled(state="given_up")

    @contextmanager
    def _while(self, intent: str) -> Iterator[None]:
        self._under_way[intent] += 1
        try:
            yield
        finally:
            self._under_way[intent] -= 1
            if not self._under_way[intent]:
                del self._under_way[intent]


def _forget_oldest(kept: OrderedDict[str, Reply] | OrderedDict[str, None]) -> None:
    while len(kept) > REMEMBERED_MAX:
        kept.popitem(last=False)
