"""The views of all consoles: what they show alike is made once a change, what is a console's own each time.

Twenty-two consoles follow every press at the ticket machine, and the press must not wait for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import msgspec
from msgspec.structs import replace

from kiosk_app.api import HubPart, Mark, MoneySign, OverDay, TechnicianPart
from kiosk_app.book import Book
from kiosk_app.office.catalogue import Office
from kiosk_app.office.growing_day import GrowingDay
from kiosk_app.sessions import Session
from kiosk_app.staff_view import Shared, curve, names_of, shared, staff_view

AGES_MS = 10_000
"""Without any change a view is made again this often, for the minutes waited and the time left to undo."""
CURVE_AGES_MS = 60_000


class Consoles:
    """Of one core; the office's book and each practice book have their own shared part."""

    def __init__(self, office: Office, machine_name: str, machine_code: str, reads_forms: bool = False) -> None:
        self._office = office
        self._reads_forms = reads_forms
        self._name_of = names_of(machine_code, machine_name)
        self._shared: WeakKeyDictionary[Book, tuple[tuple[int, int], Shared]] = WeakKeyDictionary()
        self._curves: WeakKeyDictionary[Book, tuple[tuple[str, int], OverDay]] = WeakKeyDictionary()
        self._figures: WeakKeyDictionary[Book, GrowingDay] = WeakKeyDictionary()

    def stamp(self, book: Book, session: Session) -> tuple[object, ...]:
        """Differs whenever the view of this session has something else to say than the time."""
        return (*_stamp(book), session.counter, session.role)

    def view(
        self,
        book: Book,
        session: Session,
        marks: Mapping[str, tuple[Mark, ...]],
        technician: TechnicianPart | None = None,
        hub: HubPart | None = None,
        money: MoneySign | None = None,
    ) -> bytes:
        now = book.clock.now_utc_ms()
        stamp = _stamp(book)
        known = self._shared.get(book)
        if known is None or known[0] != stamp:
            services = self._figures.setdefault(book, GrowingDay()).services(book.state.day, book.touched.take())
            over_day = self._curve(book, now)
            common = shared(book.state, self._office, now, self._name_of, marks, over_day, services)
            known = (stamp, common)
            self._shared[book] = known
        common = known[1]
        view = staff_view(book.state, self._office, now, session, self._name_of, common)
        more = technician is not None or hub is not None or money is not None
        view = replace(view, technician=technician, hub=hub, money=money) if more else view
        view = replace(view, reads_forms=True) if self._reads_forms else view
        return msgspec.json.encode(view)

    def _curve(self, book: Book, now_utc_ms: int) -> OverDay:
        """It reads every ticket of the day, and a call must not wait for that."""
        stamp = (book.state.day.date, now_utc_ms // CURVE_AGES_MS)
        known = self._curves.get(book)
        if known is None or known[0] != stamp:
            known = (stamp, curve(book.state, self._office, now_utc_ms))
            self._curves[book] = known
        return known[1]


def _stamp(book: Book) -> tuple[int, int]:
    return book.changed.version, book.clock.now_utc_ms() // AGES_MS
