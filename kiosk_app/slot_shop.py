"""The hub sells times of today to ticket machines, its own and others, and takes back what nobody got a number for.

A machine whose answer was lost asks again under the same id. One that fell silent may have given the ticket, so its
time stays sold until everything that it wrote since is here.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.book import DurableBook
from kiosk_app.office import same_day, slot_sale
from kiosk_app.office.catalogue import Office
from kiosk_app.office.check_in import Booked

ACTOR = "hub"


class SlotShop:
    """`machines`: all that may have bought something."""

    def __init__(
        self,
        book: DurableBook,
        office: Office,
        machine_code: str,
        machines: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._book, self._office = book, office
        self._machine_code, self._machines = machine_code, machines
        self.sold: Callable[[same_day.Wish], same_day.Sold | same_day.Offers] | None = None
        """The sale itself, once its fact is kept."""
        self.find_phones: Callable[[str], tuple[str, ...]] = lambda digits: ()
        """Bookings of today by the last digits of a telephone."""
        self._began_utc_ms = book.clock.now_utc_ms()
        self._answered: dict[str, tuple[str, int]] = {}
        """By booking: the machine, and when it was last told of it."""
        self._heard_all: dict[str, int] = {}

    def sell(self, machine_code: str, sale: str, service: str, start_min: int, language: str) -> Booked | str:
        """Or why not: time_gone, not_offered. Raises StoreFull; then nothing is sold."""
        if self.sold is None:
            return "not_offered"
        wish = same_day.Wish(intent=f"{machine_code} {sale}", service=service, start_min=start_min, language=language)
        found = self.sold(wish)
        if isinstance(found, same_day.Offers):
            return "time_gone" if found.why in ("", "none") else "not_offered"
        self._answered[found.booking] = machine_code, self._book.clock.now_utc_ms()
        start = found.start
        return Booked(
            letter=next(one.group for one in self._office.services if one.id == service),
            lane=start.lane,
            start_min=start.start_min,
            length_min=start.length_min,
            booking=found.booking,
            service=service,
        )

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
