"""What one core is in an office of several computers: the hub that others come to, a machine with its hub elsewhere, or
the one computer of a small office, which is both and has nobody to talk to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from kiosk_app import joining, opening
from kiosk_app.away import Away
from kiosk_app.book import DurableBook
from kiosk_app.clock import DrivenClock, OfficeClock, boot_ms
from kiosk_app.hub_door import Door, Elsewhere
from kiosk_app.hub_link import Link
from kiosk_app.hub_lookout import Lookout
from kiosk_app.hub_role import HubRole
from kiosk_app.office.catalogue import Office
from kiosk_app.office.fleet import Heard
from kiosk_app.program import program_version
from kiosk_app.replication import Reply, Request
from kiosk_app.settings import MachineSettings, load_token
from kiosk_app.shelf import MachineShelf
from kiosk_app.slot_shop import SlotShop
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.hub_line import HubLine


class InTheOffice:
    """Raises SettingsError where the token cannot be read. `local`: office time in the office's zone."""

    def __init__(
        self,
        settings: MachineSettings,
        office: Office,
        book: DurableBook,
        clock: OfficeClock | DrivenClock,
        local: Callable[[], datetime],
    ) -> None:
        self._office, self._book, self._clock, self._local_time = office, book, clock, local
        hub = settings.hub
        self.role = HubRole(
            book,
            settings.code,
            office.id,
            hub.candidates if hub is not None else (),
            settings.is_first_hub,
            settings.is_hub,
        )
        book.allows = self.role.allows
        self._began_as_machine = self.role.now == "machine"
        self._code = settings.code
        self.role_changed: Callable[[], None] = lambda: None
        self.door: Door | Elsewhere | None = None
        self.away: Away | None = None
        self.line: HubLine | None = None
        self._link: Link | None = None
        self._lookout: Lookout | None = None
        self._carrying: asyncio.Task[None] | None = None
        self.shop = SlotShop(book, office, settings.code)
        if hub is None:
            return
        if hub.listen and self._began_as_machine:
            self.door = Elsewhere(self.role, book, tuple(hub.machines))
        elif hub.listen:
            door = Door(book, office, tuple(hub.machines), self.local, settings.code, self.role, self._doubted)
            self.door, self.away = door, Away(book, office, lambda: door.machines, door.heard, self.local)
            self.shop = door.shop
        if not hub.in_turn:
            return
        if self._began_as_machine:
            shelf = MachineShelf(book, clock, settings.code, office, self.role.heard_of)
            self._link = Link(shelf, len(hub.in_turn), version=program_version())
        else:
            self._lookout = Lookout(self.role, len(hub.in_turn))
        # The library of the line is loaded only where there is one.
        from kiosk_app.hub_line import HubLine

        asking = self._link or self._lookout
        assert asking is not None
        self.line = HubLine(asking, hub.in_turn, load_token(hub), hub.ca_file)

    @property
    def is_hub(self) -> bool:
        """Whether this machine orders calls now, and nobody else."""
        return self.role.now == "hub"

    def look(self) -> None:
        """When time has passed or facts have come: where the hub is another one now, this core begins anew. On a full
        disk the next look tries again."""
        with contextlib.suppress(StoreFull):
            self.role.settle()
        if (self.role.now == "machine") != self._began_as_machine:
            self.role_changed()

    def _doubted(self) -> None:
        if self._lookout is not None:
            self._lookout.look_soon()

    def start(self, give_up: Callable[[BaseException], None]) -> None:
        if self.line is None:
            return

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                give_up(error)

        self._carrying = asyncio.get_running_loop().create_task(self.line.run())
        self._carrying.add_done_callback(ended)

    async def stop(self) -> None:
        if self._carrying is not None:
            self._carrying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._carrying

    def wrote(self) -> None:
        if self.line is not None:
            self.line.wake()

    def tick(self) -> None:
        """Of the hub: what its ticket machines have sent late, and which of them are silent."""
        if isinstance(self.door, Door):
            self.door.match()
        with contextlib.suppress(StoreFull):
            self.shop.tick()
        if self.away is not None:
            self.away.tick()

    async def ask_hub(self, ask: Callable[[str], Request]) -> Reply | None:
        """Of a machine whose hub is elsewhere. None: nothing is known of it, and it may be asked again."""
        if self._link is None or self.line is None:
            return None
        answer: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self._link.send(ask, lambda reply: None if answer.done() else answer.set_result(reply), boot_ms())
        self.line.wake()
        return await answer

    def unheard(self) -> tuple[str, ...]:
        """Ticket machines that may have printed what is not known here."""
        return self.away.unheard() if self.away is not None else ()

    def machines(self) -> dict[str, Heard]:
        """Of a hub: what it knows of each of its machines beside the log, of itself too; for central."""
        found = self.door.fleet() if isinstance(self.door, Door) else {}
        return {**found, self._code: Heard(program_version(), self._clock.now_utc_ms())}

    def local(self) -> datetime | None:
        return None if self._clock.doubt is not None else self._local_time()

    def knows_no_day(self) -> bool:
        """A machine that can ask nobody what day it is."""
        return not self.is_hub and self._clock.doubt is not None

    def roll_day(self) -> bool:
        """Opens, closes or joins the day that it is: True when another one began here. Raises StoreFull."""
        before = self._book.state.day.date
        if not self.is_hub:
            joining.join_day(self._book, self._office, self.local())
            return self._book.state.day.date != before
        rolled = self._clock.doubt is None and opening.roll_day(self._book, self._office, self._local_time())
        if isinstance(self.door, Door):
            self.door.lease()
        return rolled

    def obstacle(self) -> str:
        """Why no number may be given now. A day that could not be opened before is opened first."""
        try:
            self.roll_day()
        except StoreFull:
            return "disk_full"
        return joining.no_day(self._book)

    def hearing(self) -> Literal["hub", "linked", "away"]:
        """Whether what only the hub may write can be written here, asked for, or neither."""
        if self.is_hub:
            return "hub"
        return "linked" if self.link == "linked" else "away"

    def delivered(self) -> int | None:
        """Up to where the hub has for certain what this log has; None on the hub itself."""
        if self.is_hub:
            return None
        return self._link.delivered if self._link is not None else 0

    @property
    def link(self) -> str:
        """For whoever looks after the machine: "linked", "away" or why it is refused; empty where there is no other."""
        if self._link is None:
            return ""
        return self._link.trouble or ("linked" if self._link.linked else "away")
