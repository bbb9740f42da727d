"""Room on the disk: while there is little the machine refuses politely, and it goes on by itself when there is more."""

from __future__ import annotations

from kiosk_app.book import DurableBook
from kiosk_app.office.facts import AlertCleared, DiskLow, StaffCalled
from kiosk_app.office.state import ringing_for
from offline_store.reserve import free_bytes

ACTOR = "core"
MIB = 1024 * 1024
LOW_MIB = 64
"""Below this no number is given: the log could still take thousands of facts, and a person has time to come."""
ENOUGH_MIB = 80
"""From here on it is called good again: more than LOW_MIB, so that the bell does not flutter."""
CAUSE = "disk_full"


class Disk:
    """The disk on which the log lies."""

    def __init__(self, book: DurableBook, machine_code: str) -> None:
        self._book = book
        self._machine_code = machine_code

    def free_mib(self) -> int:
        return free_bytes(self._book.log.path) // MIB

    def has_room(self) -> bool:
        return self.free_mib() >= LOW_MIB

    def tick(self) -> None:
        """Rings when it gets low. When there is room: takes the reserve again, and the bell is quiet."""
        free = self.free_mib()
        alert = ringing_for(self._book.state, self._machine_code, CAUSE)
        known_low = self._book.state.disk_low.get(self._book.machine, False)
        if free < LOW_MIB and not known_low:
            low = DiskLow(low=True, free_mib=free)
            call = StaffCalled(alert=self._book.clock.new_id(), machine_code=self._machine_code, cause=CAUSE)
            # The journey of a visitor may have been the first to notice.
            self._book.settle(ACTOR, [low, call] if alert is None else [low])
        elif free >= ENOUGH_MIB and self._book.refill_reserve() and (known_low or alert is not None):
            over = AlertCleared(alert=alert or "")
            self._book.settle(ACTOR, [DiskLow(low=False, free_mib=free), *([over] if alert else [])])
