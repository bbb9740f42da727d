"""Tells receivers outside what has changed (webhooks), beside the office and never in its way.

News is looked for with the core's tick, delivered by one thread, and kept under the runtime directory: a killed core
sends again what was on its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from drivers.ports import PRINTS
from kiosk_app.api import WebhookHealth
from kiosk_app.api_tools import Counts
from kiosk_app.clock import jitter
from kiosk_app.measured import Measured, counts_of_totals, iso_minute
from kiosk_app.office import news
from kiosk_app.office.delivery import Answered, Event, Line, Offered, Outcome, Tick, resumed, step
from kiosk_app.office.state import DayTotals
from kiosk_app.office.statistics import day_totals
from kiosk_app.runtime import RuntimeFile
from kiosk_app.webhook_files import Receiver

if TYPE_CHECKING:
    from kiosk_app.book import Book
    from kiosk_app.webhook_sender import Sender

LOOK_EVERY_MS = 2_000


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    told: news.Told = news.Told()
    lines: dict[str, Line] = {}


class Webhooks:
    """Of one core. Without receivers it does nothing, and the library of HTTP is not even loaded."""

    def __init__(
        self,
        book: Book,
        measured: Measured,
        receivers: Sequence[Receiver],
        file: RuntimeFile,
        bug: Callable[[BaseException], None],
    ) -> None:
        self._book = book
        self._measured = measured
        self._receivers = receivers
        self._file = file
        self._bug = bug
        found = (file.load(Kept) if receivers else None) or Kept()
        self._told = found.told
        self._lines = {one.name: resumed(found.lines.get(one.name, Line())) for one in receivers}
        self._saved = found
        self._looked_utc_ms = 0
        self._stopped = False
        self._sending: set[asyncio.Future[Outcome]] = set()
        if receivers:
            from kiosk_app.webhook_sender import Sender

            self._sender: Sender = Sender()
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")

    def tick(self) -> None:
        if not self._receivers or self._stopped:
            return
        events = self._news()
        for receiver in self._receivers:
            for event in events:
                if event.kind in receiver.kinds:
                    self._do(receiver, Offered(event, supersedes=event.kind == "congestion.changed"))
            self._do(receiver, Tick())
        self._save()

    async def stop(self) -> None:
        """What is on its way is left and sent again by the next start."""
        self._stopped = True
        if self._receivers:
            self._sender.stop()
            await asyncio.gather(*self._sending, return_exceptions=True)
            self._thread.shutdown(cancel_futures=True)

    def health(self) -> tuple[WebhookHealth, ...]:
        return tuple(
            WebhookHealth(
                name=name,
                waiting=len(line.queue),
                delivered=line.delivered,
                dropped=line.dropped,
                failures=line.failures,
            )
            for name, line in self._lines.items()
        )

    # --- news ------------------------------------------------------------------------------------------------

    def _news(self) -> list[Event]:
        now_utc_ms, state = self._book.clock.now_utc_ms(), self._book.state
        if now_utc_ms - self._looked_utc_ms < LOOK_EVERY_MS:
            return []
        self._looked_utc_ms = now_utc_ms
        told, found = news.congestion_news(self._told, now_utc_ms, self._measured.congestion)
        told, more = news.printer_news(told, state.printers, PRINTS)
        found += more
        over = state.day.date if state.day.closed else (state.days[-1].date if state.days else "")
        told, more = news.counts_news(told, over, self._book.machine, self._counts)
        found += more
        self._told = told
        return [self._event(one, now_utc_ms) for one in found]

    def _counts(self) -> Counts:
        return counts_of_totals(self._latest_over(), self._measured.office_name, self._at(), True)

    def _latest_over(self) -> DayTotals:
        state = self._book.state
        return day_totals(state.day) if state.day.closed else state.days[-1]

    def _at(self) -> str:
        return iso_minute(datetime.fromtimestamp(self._book.clock.now_utc_ms() / 1000, self._measured.zone))

    def _event(self, found: news.Found, now_utc_ms: int) -> Event:
        event_id = found.id or self._book.clock.new_id()
        notice = news.Notice(
            id=event_id,
            kind=found.kind,
            at=self._at(),
            office=self._measured.office_name,
            machine=self._book.machine,
            data=found.data,
        )
        body = msgspec.json.encode(notice).decode()
        return Event(id=event_id, kind=found.kind, at_utc_ms=now_utc_ms, body=body)

    # --- delivery --------------------------------------------------------------------------------------------

    def _do(self, receiver: Receiver, what: Offered | Answered | Tick) -> None:
        now_utc_ms = self._book.clock.now_utc_ms()
        self._lines[receiver.name], event = step(self._lines[receiver.name], what, now_utc_ms, jitter())
        if event is None:
            return
        loop = asyncio.get_running_loop()
        sending = loop.run_in_executor(self._thread, self._sender.send, receiver, event, now_utc_ms // 1000)
        self._sending.add(sending)

        def done(answer: asyncio.Future[Outcome]) -> None:
            self._sending.discard(answer)
            if answer.cancelled() or self._stopped:
                return
            if (error := answer.exception()) is not None:
                self._bug(error)
                return
            self._do(receiver, Answered(event.id, answer.result()))
            self._save()

        sending.add_done_callback(done)

    def _save(self) -> None:
        kept = Kept(told=self._told, lines=dict(self._lines))
        if kept != self._saved:
            # Without room the older one must do: then some events are sent twice, or lost with the machine.
            self._file.save(kept)
            self._saved = kept
