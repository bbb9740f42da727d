"""「窓口でお支払い」: the place to pay that every office has. A person takes the money, and staff say so.

The same port as that of a coin-and-note unit, so a journey need not know which it is. It gives nothing back by itself:
what is owed is a claim, which a counter settles.
"""

from __future__ import annotations

import queue

from drivers.payment_ports import Inserted, MoneyEvent, PaidOut, UnitStatus

MARK = "counter"
"""A counter has no counts of its own: who took what stands in facts."""


class CounterPayment:
    """`paid` may be called from any thread; the rest belongs to one."""

    gives_back = False
    status: UnitStatus = "ready"

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[Inserted] = queue.SimpleQueue()

    def paid(self, credit: str, yen: int) -> None:
        """Staff took the whole sum; the fact that says who stands in the log already."""
        self._said.put(Inserted(credit, yen, "counter", MARK))

    def preflight(self) -> UnitStatus:
        return "ready"

    def mark(self) -> str | None:
        return MARK

    def open(self, wanted_yen: int) -> UnitStatus:
        """What was said for the sale before is not for this one."""
        self._told(0.0)
        return "ready"

    def wait(self, timeout_s: float) -> tuple[MoneyEvent, ...]:
        return self._told(timeout_s)

    def shut(self, was_open: bool = False) -> tuple[MoneyEvent, ...]:
        return self._told(0.0)

    def pay_out(self, yen: int, since: str) -> PaidOut:
        return PaidOut(0, 0, MARK, "no_change")

    def paid_since(self, yen: int, since: str) -> PaidOut:
        return PaidOut(0, 0, MARK, "no_change")

    def close(self) -> None:
        pass

    def _told(self, timeout_s: float) -> tuple[MoneyEvent, ...]:
        told: list[MoneyEvent] = []
        try:
            told.append(self._said.get(timeout=timeout_s) if timeout_s > 0 else self._said.get_nowait())
            while True:
                told.append(self._said.get_nowait())
        except queue.Empty:
            return tuple(told)
