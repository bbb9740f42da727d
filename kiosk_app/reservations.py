"""Reservations and times at one ticket machine: the reader of codes, check-in, and what can be done at this moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.ports import CodeEvent, CodeRead
from kiosk_app.book import DurableBook
from kiosk_app.central_settings import read_booking_key
from kiosk_app.check_in_desk import CheckInDesk
from kiosk_app.in_the_office import InTheOffice
from kiosk_app.issuing import SlotWish
from kiosk_app.journeys import messages as m
from kiosk_app.loads import Loads
from kiosk_app.office import check_in, same_day, slot_sale
from kiosk_app.office.catalogue import Office
from kiosk_app.office.check_in import Answer, Booked
from kiosk_app.replication import Find, Found, Reply, Request, Sell, Sold
from kiosk_app.runtime import RuntimeFile
from kiosk_app.settings import MachineSettings
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.code_device import CodeDevice
    from kiosk_app.expected import Expected


FIND_S, SALE_S, AGAIN_S = 15.0, 25.0, 0.5
"""So long a visitor waits for the hub's answer, and so long after one that was lost it is asked for again. A link waits
ten seconds for each."""


def booking_key_of(settings: MachineSettings) -> bytes:
    """On a machine without [central]. Raises ConfigError."""
    named = settings.booking_key_file
    return read_booking_key(Path(named), "booking_key_file") if named else b""


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
        loads: Loads,
    ) -> None:
        self._place, self._key, self._codes = place, key, codes
        self._book, self._office, self._local, self._machine_code = book, office, local, settings.code
        self._loads = loads
        self._stamp = (-1, -1)
        self._offers: Mapping[str, tuple[m.TimeOffered, ...]] = {}
        place.shop.find_phones = self._with_digits
        self._expected: Expected | None = None
        self.check_in = CheckInDesk(
            book,
            office,
            settings.code,
            key,
            local,
            self._find_phones,
            RuntimeFile(Path(settings.runtime_dir) / "check_in.json"),
        )

    def of_the_hub(self, expected: Expected, sold: Callable[[same_day.Wish], same_day.Sold | same_day.Offers]) -> None:
        """Today's rows, and the sale of a time: both mean something only where this machine is the hub."""
        self._expected, self._place.shop.sold = expected, sold

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

    def look_again(self) -> None:
        """Whoever holds a code there already, and then reads on the screen that this is the way, is not to lift it."""
        if self._codes is not None:
            self._codes.forget()

    @property
    def reader(self) -> str:
        """unknown, ready, away or nonsense; empty where there is none."""
        return self._codes.status if self._codes is not None else ""

    def ways(self) -> m.Ways:
        ready = self._codes is not None and self._codes.status == "ready" and bool(self._key)
        return m.Ways(
            code_reader=self._codes.place if ready and self._codes is not None else "",
            reads_codes=bool(self._key),
            finds_phones=self._can_find_phones(),
            times=self._times(),
        )

    async def look_up(self, asked: m.LookUp) -> Answer:
        return await self.check_in.look_up(asked)

    def wish(self, booked: Booked) -> SlotWish | None:
        return self.check_in.wish(booked)

    def _can_find_phones(self) -> bool:
        """Of a machine whose hub is elsewhere: it hears it, and the office has reservations at all."""
        hearing = self._place.hearing()
        if hearing == "hub":
            return self._expected is not None and bool(self._expected.date)
        return hearing == "linked" and bool(self._key)

    async def _find_phones(self, digits: str) -> tuple[str, ...] | None:
        if self._place.is_hub:
            return self._with_digits(digits)
        reply = await self._answer(lambda session: Find(session, digits), FIND_S)
        return reply.bookings if isinstance(reply, Found) else None

    def _with_digits(self, digits: str) -> tuple[str, ...]:
        return tuple(row.booking for row in self._expected.with_digits(digits)) if self._expected is not None else ()

    # --- times -------------------------------------------------------------------------------------------------

    def _times(self) -> Mapping[str, tuple[m.TimeOffered, ...]]:
        """Once a change and once a minute. A machine sees what its hub sees, a moment later; the hub decides."""
        if self._place.local() is None or self._place.hearing() == "away":
            return {}
        stamp = (self._book.changed.version, self._book.clock.now_utc_ms() // 60_000)
        if stamp != self._stamp:
            self._offers = slot_sale.Asked(self._shown_times)
            self._stamp = stamp
        return self._offers

    def _shown_times(self) -> dict[str, tuple[m.TimeOffered, ...]]:
        now_utc_ms = self._book.clock.now_utc_ms()
        return slot_sale.shown_times(self._book.state, self._office, self._loads.all(), now_utc_ms)

    async def buy(self, wish: m.Issue) -> SlotWish | str:
        """The promise that the ticket is for, or why there is none: time_gone or times_away."""
        booked = await self._buy(wish)
        if isinstance(booked, str):
            return "time_gone" if booked == "time_gone" else "times_away"
        return SlotWish("slot", booked, check_in.start_utc_ms(self._local(), booked.start_min))

    async def _buy(self, wish: m.Issue) -> Booked | str:
        code, service = self._machine_code, wish.service
        if self._place.is_hub:
            try:
                return self._place.shop.sell(code, wish.sale, service, wish.start_min, wish.language)
            except StoreFull:
                return "disk_full"
        reply = await self._answer(
            lambda session: Sell(session, wish.sale, service, wish.start_min, wish.language), SALE_S
        )
        if not isinstance(reply, Sold):
            # Whether it was sold is not known; where it was, the hub takes it back.
            return "away"
        return reply.cause or Booked(
            letter=reply.letter,
            lane=reply.lane,
            start_min=reply.start_min,
            length_min=reply.length_min,
            booking=reply.booking,
            service=service,
        )

    async def _answer(self, ask: Callable[[str], Request], patience_s: float) -> Reply | None:
        """The same question again while its answer is lost. What cannot even be asked is given up at once."""
        if self._place.hearing() == "away":
            return None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while True:
                    if (reply := await self._place.ask_hub(ask)) is not None:
                        return reply
                    await asyncio.sleep(AGAIN_S)
        return None
