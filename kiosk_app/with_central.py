"""What a hub has to do with central, in one place for the core: the way there, what is kept of it, what people are
told.

Only the hub that reigns has it. Where the role changes the core begins anew, and the new hub goes on where its own log
is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_app import api, board_now
from kiosk_app.central_catalogue import FILE, CentralCatalogue
from kiosk_app.central_settings import CentralKeys, CentralTable
from kiosk_app.central_shelf import CentralShelf, Done
from kiosk_app.clock import boot_ms
from kiosk_app.hub_link import NotNow
from kiosk_app.office import catalogue, fleet, from_central
from kiosk_app.office.board import Board
from kiosk_app.office.facts import Fact
from kiosk_app.office.slot_times import local_day
from kiosk_app.program import program_version
from kiosk_app.runtime import RuntimeFile
from kiosk_app.sync import Sync
from offline_store.errors import StoreError
from offline_store.wire import Batch

if TYPE_CHECKING:
    from kiosk_app.central_line import CentralLine
    from kiosk_app.core import Core

MINUTE_MS = 60_000
SENTENCES = {
    "token": "中央サーバーがこの庁舎の合言葉を受け付けません。配られた central.token を入れ直してください。",
    "protocol": "中央サーバーとプログラムの版が合いません。新しい版を入れてください。",
    "not_its_name": "中央サーバーが、この庁舎の名前を受け付けません。office_file の id を確かめてください。",
    "not_its_kind": "中央サーバーが記録を受け付けません。中央サーバーの担当者に連絡してください。",
    "counter_ahead": "中央サーバーが記録を受け付けません。中央サーバーの担当者に連絡してください。",
    "malformed": "中央サーバーと読み合えない記録があります。中央サーバーの担当者に連絡してください。",
    "forked": "同じ名前の記録が2通りあります。中央サーバーの担当者に連絡してください。",
    "implausible": "中央サーバーから、ありえない予約が届きました。中央サーバーの担当者に連絡してください。",
    "older_hub": "別の機械がハブになっています。ハブの表示を確かめてください。",
}
FAILURES = {
    "away": "中央サーバーにつながりません。ネットワークを確かめてください。",
    "untrusted": "中央サーバーの証明書が違います。central.ca_file を確かめてください。",
    "busy": "中央サーバーが混み合っています。操作はいりません。",
    "garbled": "中央サーバーの返事を読めません。中央サーバーの担当者に連絡してください。",
}
OTHER = "中央サーバーが受け付けません。中央サーバーの担当者に連絡してください。"


class WithCentral:
    """Of one core. Raises SettingsError's base ConfigError where files cannot be used."""

    def __init__(self, core: Core, table: CentralTable, keys: CentralKeys) -> None:
        # The library of the line is loaded only where there is one.
        from kiosk_app.central_line import CentralLine

        self._core = core
        settings = core.settings
        self.catalogue = CentralCatalogue(
            RuntimeFile(Path(settings.data_dir) / FILE), core.office, Path(settings.office_file)
        )
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="central-reader")
        shelf = CentralShelf(
            core.book,
            settings.code,
            core.office.id,
            core.expected,
            self._board,
            self._version,
            self.catalogue,
            self._in_thread,
            self.wake,
            self._judge,
            core.whom_to_call,
            self._machines,
        )
        self.sync = Sync(shelf, program_version())
        self.line: CentralLine = CentralLine(self.sync, table.url, keys.token, table.ca_file)
        self._running: asyncio.Task[None] | None = None
        self._give_up: Callable[[BaseException], None] = lambda error: None
        self._started_utc_ms = core.clock.now_utc_ms()
        self._heard_ms: int | None = None
        self._heard_utc_ms = 0
        self._told = self.state

    # --- life --------------------------------------------------------------------------------------------------------

    def start(self, give_up: Callable[[BaseException], None]) -> None:
        self._give_up = give_up

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                give_up(error)

        self._running = asyncio.get_running_loop().create_task(self.line.run())
        self._running.add_done_callback(ended)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        self._reader.shutdown(wait=True, cancel_futures=True)

    def wake(self) -> None:
        self.line.wake()

    def tick(self) -> None:
        """Whoever looks at the technician's screen sees soon that central has gone, or is there again."""
        if self.state != self._told:
            self._told = self.state
            self._core.changed.bump()

    def _in_thread(self, job: Callable[[], Batch | None], done: Done) -> None:
        loop = asyncio.get_running_loop()

        def read() -> None:
            found: Batch | BaseException | None
            try:
                found = job()
            except StoreError:
                # Closed to be mended, or damaged: whoever looks after the log hears of it there. It is asked again.
                found = None
            except Exception as bug:
                found = bug
            with contextlib.suppress(RuntimeError):
                # The loop may have ended meanwhile.
                loop.call_soon_threadsafe(told, found)

        def told(found: Batch | BaseException | None) -> None:
            if isinstance(found, BaseException):
                self._give_up(found)
            else:
                done(found)

        self._reader.submit(read)

    def _judge(self, fact: Fact) -> str:
        core = self._core
        today = max(local_day(core.office, core.clock.now_utc_ms()).isoformat(), core.book.state.day.date)
        why = from_central.fault(core.office, core.book.state, date.fromisoformat(today), fact)
        if why == "day_ahead" and core.clock.doubt is not None:
            raise NotNow
        return why

    # --- the picture of the office -----------------------------------------------------------------------------------

    def _version(self) -> int:
        """Also once a minute: estimates follow the clock."""
        return self._core.changed.version + self._core.clock.now_utc_ms() // MINUTE_MS

    def _board(self) -> Board:
        now_utc_ms, core = self._core.clock.now_utc_ms(), self._core
        return board_now.board(core.book.state, core.office, now_utc_ms, core.loads.all())

    def _machines(self) -> tuple[fleet.MachineNow, ...]:
        return fleet.now(self._core.book.state, self._core.settings.code, self._core.place.machines())

    # --- for people --------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """As the link to a hub tells it: linked, away, or why it is refused."""
        return self.sync.link.trouble or self.sync.failure or ("linked" if self.sync.linked else "away")

    def part(self) -> api.CentralPart:
        """For the technician's screen."""
        self._look()
        trouble, failure = self.sync.link.trouble, self.sync.failure
        sentence = SENTENCES.get(trouble, OTHER) if trouble else FAILURES.get(failure, "")
        linked = self.state == "linked"
        pending = self.sync.pending()
        return api.CentralPart(
            linked=linked,
            pending=-1 if pending is None else pending,
            since="" if linked else self._clock(self._heard_utc_ms or self._started_utc_ms),
            heard=self._clock(self._heard_utc_ms) if self._heard_utc_ms else "",
            trouble=sentence,
            catalogue=self._catalogue_told(),
        )

    def _look(self) -> None:
        """When central last answered, in office time."""
        heard_ms = self.sync.heard_ms
        if heard_ms is not None and heard_ms != self._heard_ms:
            self._heard_ms = heard_ms
            self._heard_utc_ms = self._core.clock.now_utc_ms() - (boot_ms() - heard_ms)

    def _catalogue_told(self) -> str:
        if self.catalogue.refused:
            return f"中央サーバーの設定ファイルは使えません: {self.catalogue.refused}"
        return (
            "中央サーバーから新しい設定ファイルが届きました。次の開庁日から使います。" if self.catalogue.waits else ""
        )

    def _clock(self, utc_ms: int) -> str:
        zone = catalogue.zone(self._core.office)
        here, today = (datetime.fromtimestamp(ms / 1000, zone) for ms in (utc_ms, self._core.clock.now_utc_ms()))
        return here.strftime("%-H:%M") if here.date() == today.date() else here.strftime("%-m月%-d日 %-H:%M")


def made(core: Core, keys: CentralKeys | None) -> WithCentral | None:
    """None in an office without central, and on a machine that is not the hub now."""
    table = core.settings.central
    if table is None or keys is None or core.place.role.now == "machine":
        return None
    return WithCentral(core, table, keys)
