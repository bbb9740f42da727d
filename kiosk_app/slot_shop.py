"""The hub sells times of today to ticket machines, its own and others, and takes back what nobody got a number for.

A machine whose answer was lost asks again under the same id. One that fell silent may have given the ticket, so its
time stays sold until everything that it wrote since is here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk_app.book import DurableBook
from kiosk_app.office import slot_sale
from kiosk_app.office.catalogue import Office
from kiosk_app.office.check_in import Booked

ACTOR = "hub"


class SlotShop:
    """`local`: office time in the office's zone, None while the clock is in doubt: then nothing is sold. `machines`:
    all that may have bought something. `find_phones`: bookings of today by the last digits of a telephone."""

    def __init__(
        self,
        book: DurableBook,
        office: Office,
        local: Callable[[], datetime | None],
        machine_code: str,
        machines: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._book, self._office, self._local = book, office, local
        self._machine_code, self._machines = machine_code, machines
        self.find_phones: Callable[[str], tuple[str, ...]] = lambda digits: ()
        self._began_utc_ms = book.clock.now_utc_ms()
        self._answered: dict[str, tuple[str, int]] = {}
        """By booking: the machine, and when it was last told of it."""
        self._heard_all: dict[str, int] = {}

    def sell(
        self, machine_code: str, sale: str, service: str, start_min: int, language: str
    ) -> Booked | slot_sale.NotSold:
        """Raises StoreFull; then nothing is sold."""
        local = self._local()
        if local is None:
            return "not_offered"
        found = slot_sale.sell(self._book.state, self._office, local, machine_code, sale, service, start_min, language)
        if not isinstance(found, slot_sale.Sold):
            return found
        if found.facts:
            self._book.commit(ACTOR, list(found.facts))
        self._answered[found.booked.booking] = machine_code, self._book.clock.now_utc_ms()
        return found.booked

    def heard_all(self, machine_code: str) -> None:
        """Everything that this machine has written is here now."""
        self._heard_all[machine_code] = self._book.clock.now_utc_ms()

    def tick(self) -> None:
        """Raises StoreFull."""
        day = self._book.state.day
        back = [one for one in slot_sale.untaken(self._book.state) if one.given_up or self._is_given_up(one.booking)]
        if back:
            self._book.commit(ACTOR, [slot_sale.given_back(day.date, one) for one in back])
        for one in back:
            self._answered.pop(one.booking, None)

    def _is_given_up(self, booking: str) -> bool:
        """A hub that began later does not know who asked: then any of them may have given the ticket."""
        machine, at = self._answered.get(booking, ("", self._began_utc_ms))
        machines = (machine,) if machine else (self._machine_code, *self._machines())
        return all(self._heard_utc_ms(one) >= at + slot_sale.UNTAKEN_MS for one in machines)

    def _heard_utc_ms(self, machine_code: str) -> int:
        if machine_code == self._machine_code:
            return self._book.clock.now_utc_ms()
        return self._heard_all.get(machine_code, 0)
