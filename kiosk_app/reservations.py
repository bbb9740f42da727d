"""Reservations and times at one ticket machine: the reader of codes, check-in, and what can be done at this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.ports import CodeEvent, CodeRead
from kiosk_app.book import DurableBook
from kiosk_app.check_in_desk import CheckInDesk
from kiosk_app.in_the_office import InTheOffice
from kiosk_app.issuing import SlotWish
from kiosk_app.journeys import messages as m
from kiosk_app.office.catalogue import Office
from kiosk_app.office.check_in import Answer, Booked
from kiosk_app.runtime import RuntimeFile
from kiosk_app.settings import MachineSettings

if TYPE_CHECKING:
    from kiosk_app.code_device import CodeDevice
    from kiosk_app.expected import Expected


class Reservations:
    """`key`: of reservation codes, empty where this machine has none. `local`: office time in the office's zone."""

    def __init__(
        self,
        settings: MachineSettings,
        office: Office,
        book: DurableBook,
        place: InTheOffice,
        local: Callable[[], datetime],
        key: bytes,
        codes: CodeDevice | None,
    ) -> None:
        self._place, self._key, self._codes = place, key, codes
        self.expected: Expected | None = None
        """Today's rows, where this machine is the hub."""
        self.check_in = CheckInDesk(
            book,
            office,
            settings.code,
            key,
            local,
            self._find_phones,
            RuntimeFile(Path(settings.runtime_dir) / "check_in.json"),
        )

    def start(
        self, scanned: Callable[[str], None], changed: Callable[[], None], bug: Callable[[BaseException], None]
    ) -> None:
        def shown(event: CodeEvent) -> None:
            # What is no whole code is held there again by whoever holds it.
            if isinstance(event, CodeRead):
                scanned(event.text)

        if self._codes is not None:
            self._codes.start(shown, lambda status: changed(), bug)

    async def stop(self) -> None:
        if self._codes is not None:
            await self._codes.stop()

    def ways(self) -> m.Ways:
        ready = self._codes is not None and self._codes.status == "ready" and bool(self._key)
        return m.Ways(
            code_reader=self._codes.place if ready and self._codes is not None else "",
            reads_codes=bool(self._key),
            finds_phones=self._can_find_phones(),
        )

    async def look_up(self, asked: m.LookUp) -> Answer:
        return await self.check_in.look_up(asked)

    def wish(self, booked: Booked) -> SlotWish | None:
        return self.check_in.wish(booked)

    def _can_find_phones(self) -> bool:
        """Of a machine whose hub is elsewhere: it hears it, and the office has reservations at all."""
        hearing = self._place.hearing()
        if hearing == "hub":
            return self.expected is not None and bool(self.expected.date)
        return hearing == "linked" and bool(self._key)

    async def _find_phones(self, digits: str) -> tuple[str, ...] | None:
        if self._place.is_hub and self.expected is not None:
            return tuple(row.booking for row in self.expected.with_digits(digits))
        return None
