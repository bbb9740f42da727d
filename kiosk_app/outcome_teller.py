"""Tells central what became of each document's paper and money: whatever the facts say is untold, in the background,
for as long as it takes. A restart finds the same again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

from kiosk_app import certificate_messages as wire
from kiosk_app.book import Book
from kiosk_app.certificate_central import Central
from kiosk_app.certificate_line import NoAnswer
from kiosk_app.office.facts import OutcomeTold
from kiosk_app.office.outcomes import Word, untold

ACTOR = "core"
ANSWER_S = 10.0
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0
"""After a question without an answer; each longer than the one before."""


class OutcomeTeller:
    """Its line to central is its own: a visitor never waits behind it."""

    def __init__(self, book: Book, central: Central, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._book = book
        self._central = central
        self._first_pause_s = first_pause_s
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, bug: Callable[[BaseException], None]) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                bug(error)

        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(ended)

    def wake(self) -> None:
        """Facts were written or heard."""
        self._woken.set()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._central.stop()

    async def _run(self) -> None:
        pause_s = 0.0
        while True:
            self._woken.clear()
            words = untold(self._book.state, self._book.machine)
            if not words:
                await self._woken.wait()
                continue
            told = await self._tell(words)
            # Also while the disk is full: what was answered cannot be kept, and is told again.
            goes_on = told and untold(self._book.state, self._book.machine) != words
            pause_s = 0.0 if goes_on else min(LAST_PAUSE_S, max(self._first_pause_s, 2 * pause_s))
            # What is written meanwhile does not shorten it: central is away for that too.
            await asyncio.sleep(pause_s)

    async def _tell(self, words: list[Word]) -> bool:
        """Whether all were answered. What central cannot read keeps nothing behind it waiting."""
        all_answered = True
        for word in words:
            asked = partial(
                wire.OutcomeAsked,
                issuance=word.issuance,
                verdict=word.verdict,
                settled=word.settled,
                claim=word.claim,
            )
            answer = await self._central.ask(asked, ANSWER_S)
            if isinstance(answer, wire.OutcomeTaken) or answer == wire.Refused(why="ended"):
                self._book.settle(ACTOR, [_told(word, answer)])
                continue
            all_answered = False
            if not isinstance(answer, NoAnswer) or answer.why != "garbled":
                break
        return all_answered


def _told(word: Word, answer: wire.Reply) -> OutcomeTold:
    """Of a document that central does not know as this kiosk's nothing more will ever be said."""
    known = isinstance(answer, wire.OutcomeTaken)
    return OutcomeTold(
        payment=word.payment,
        issuance=word.issuance,
        verdict=word.verdict,
        settled=word.settled,
        answer=answer.state if isinstance(answer, wire.OutcomeTaken) else "",
        last=word.last or not known,
    )
