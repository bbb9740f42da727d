"""The hands of a check-in at one ticket machine: who may be meant, how often it may be guessed, what its ticket is.

What may be done is decided in office/check_in.py. Digits of a telephone are asked of the hub, which alone has today's
rows; while it cannot be heard, a code still proves itself here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from kiosk_app.book import Book
from kiosk_app.issuing import SlotWish
from kiosk_app.journeys import messages as m
from kiosk_app.office import check_in
from kiosk_app.office.catalogue import Office
from kiosk_app.office.check_in import Answer, Booked, Known
from kiosk_app.office.doubles import UNHEARD
from kiosk_app.runtime import RuntimeFile

FindPhones = Callable[[str], Awaitable[tuple[str, ...] | None]]
"""Bookings of today by the last digits of a telephone; None while nobody can be asked."""


class WrongTries(msgspec.Struct):
    """When wrong codes and digits were tried at this machine, UTC milliseconds; kept over a restart of the core."""

    at_utc_ms: list[int] = []


class CheckInDesk:
    def __init__(
        self,
        book: Book,
        office: Office,
        machine_code: str,
        key: bytes,
        local: Callable[[], datetime],
        find_phones: FindPhones,
        kept: RuntimeFile,
    ) -> None:
        self._book, self._office, self._machine_code, self._key = book, office, machine_code, key
        self._local, self._find_phones, self._kept = local, find_phones, kept
        self._tries = kept.load(WrongTries) or WrongTries()

    def known(self) -> Known:
        state = self._book.state
        slots = state.slots.get(state.day.date, {})
        return Known(self._office, state.day, slots, self._local(), self._machine_code, self._key or None)

    async def look_up(self, asked: m.LookUp) -> Answer:
        if asked.booked is not None:
            return check_in.chosen(self.known(), asked.booked)
        if not check_in.tries_left(self._tries.at_utc_ms, self._book.clock.now_utc_ms()):
            return Answer(what="tries")
        answer = await self._found(asked)
        if answer.what in ("wrong_code", "wrong_phone"):
            self._count()
        return answer

    async def _found(self, asked: m.LookUp) -> Answer:
        if asked.way == "scan":
            return check_in.scanned(self.known(), asked.text)
        if asked.way == "code":
            return check_in.typed_code(self.known(), asked.text)
        bookings = await self._find_phones(asked.text)
        return Answer(what="away") if bookings is None else check_in.found_by_phone(self.known(), bookings)

    def _count(self) -> None:
        now = self._book.clock.now_utc_ms()
        lately = [at for at in self._tries.at_utc_ms if 0 <= now - at < check_in.TRIES_WITHIN_MS]
        self._tries = WrongTries([*lately, now][-check_in.TRIES_MAX :])
        self._kept.save(self._tries)

    def wish(self, booked: Booked) -> SlotWish | None:
        """For the ticket, as it is decided at this moment. None: something else may be done for it now."""
        known = self.known()
        answer = check_in.chosen(known, booked)
        if answer.what != "ready":
            return None
        return SlotWish(
            kind="late" if answer.late else "reservation",
            booked=booked,
            start_utc_ms=check_in.start_utc_ms(known.local, booked.start_min),
        )


def kind_of(promise: str, booking: str) -> m.TicketKind:
    """What the screen tells of a ticket that the log has."""
    if not booking:
        return ""
    return "slot" if promise == "slot" else "reservation" if promise == "reservation" else "late"


def is_unheard(booking: str) -> bool:
    return booking.startswith(UNHEARD)
