"""How those whom a closure has hit can be reached: held in this hub's memory while a leader looks, and forgotten then.

Central alone keeps contacts. It is asked again every few seconds as long as somebody looks (sync.py), so that whoever a
mail has reached meanwhile leaves the list of those to be rung up. That somebody has seen them is a fact; whom is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.office.catalogue import zone
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.office.facts import ContactsShown
from kiosk_app.sessions import Session
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core


class WhomToCall:
    """Of one hub."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._looking = 0
        self._rows: dict[str, ContactRow] = {}
        self._heard_utc_ms = 0
        self._bookings: tuple[int, tuple[str, ...]] = (-1, ())
        self._recorded: dict[tuple[str, int, str], int] = {}
        """By sign-in: how many it is written that they have seen."""

    @contextmanager
    def looked_at(self, really: bool = True) -> Iterator[None]:
        """As long as the list is open on some screen. Not `really`: on that of a trainee, for whom nobody is asked."""
        if not really:
            yield
            return
        self._looking += 1
        if self._core.central is not None:
            self._core.central.wake()
        try:
            yield
        finally:
            self._looking -= 1
            if not self._looking:
                self._forget()

    def _forget(self) -> None:
        self._rows, self._heard_utc_ms, self._recorded = {}, 0, {}

    # --- from central ----------------------------------------------------------------------------------------------

    def wanted(self) -> tuple[str, ...]:
        """Bookings; none while nobody looks."""
        if not self._looking:
            return ()
        version = self._core.book.changed.version
        if self._bookings[0] != version:
            self._bookings = version, self._core.slots.to_call()
        return self._bookings[1]

    def put(self, rows: Sequence[ContactRow]) -> None:
        """In the place of those before; an answer that comes when nobody looks any more is dropped."""
        if not self._looking:
            return
        self._rows = {one.booking: one for one in rows}
        self._heard_utc_ms = self._core.clock.now_utc_ms()
        self._core.changed.bump()

    # --- to a console ----------------------------------------------------------------------------------------------

    def view(self, book: Book, session: Session) -> bytes:
        return msgspec.json.encode(self._view(book, session))

    def _view(self, book: Book, session: Session) -> api.HitContacts:
        core = self._core
        if book is not core.book:
            return api.HitContacts(state="training")
        printer = core.settings.name if core.settings.printer is not None else ""
        if core.central is None:
            return api.HitContacts(state="none", printer=printer)
        away = core.central.state != "linked"
        if not self._heard_utc_ms:
            return api.HitContacts(state="away" if away else "asking", printer=printer)
        try:
            self._record(session)
        except StoreFull:
            return api.HitContacts(state="full", printer=printer)
        return api.HitContacts(
            state="away" if away else "here",
            rows=tuple(
                api.HitContact(booking=one.booking, told=one.told, name=one.name, phone=one.phone)
                for one in self.rows.values()
            ),
            heard=f"{datetime.fromtimestamp(self._heard_utc_ms / 1000, zone(core.office)):%-H:%M}",
            printer=printer,
        )

    @property
    def rows(self) -> dict[str, ContactRow]:
        """By booking, of those who are still to be told alone: who was given another time is nobody's business."""
        wanted = set(self.wanted())
        return {booking: one for booking, one in self._rows.items() if booking in wanted}

    def _record(self, session: Session) -> None:
        """Before they are shown, and once for each sign-in unless there are more of them. Raises StoreFull."""
        people = sum(1 for one in self.rows.values() if one.name or one.phone)
        who = session.staff_code, session.since_utc_ms, session.device
        if people > self._recorded.get(who, 0):
            self._core.book.commit(session.staff_code, [ContactsShown(place="screen", people=people)])
            self._recorded[who] = people
