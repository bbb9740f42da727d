"""A driver on a virtual bus, and what a sale at it comes to."""

from __future__ import annotations

from drivers.cctalk_unit.driver import CcTalkCashUnit
from drivers.cctalk_unit.simulated_lines import VirtualBus
from drivers.cctalk_unit.simulator import SimulatedCashUnit
from drivers.cctalk_unit.transport import CashUnitSettings
from drivers.payment_ports import HandedBack, InDoubt, Inserted, MoneyEvent

SETTINGS = CashUnitSettings(notes_yen=(1000, 5000))
FLOAT = {10: 50, 50: 20, 100: 50, 500: 20}
FLOAT_YEN = sum(yen * count for yen, count in FLOAT.items())


class Desk:
    def __init__(self, hoppers: dict[int, int] | None = None) -> None:
        self.unit = SimulatedCashUnit(hoppers)
        self.bus = VirtualBus(self.unit)
        self.told: list[MoneyEvent] = []
        self.driver = self.started("")

    def started(self, last_mark: str) -> CcTalkCashUnit:
        """As after a restart of the core."""
        return CcTalkCashUnit(SETTINGS, last_mark, self.bus.open, self.bus.now_s, self.bus.sleep)

    def begin(self, wanted_yen: int) -> str:
        mark = self.driver.mark()
        assert mark is not None
        assert self.driver.open(wanted_yen) == "ready"
        return mark

    def look(self, seconds: float = 10.0) -> list[MoneyEvent]:
        """What is told until nothing has been for so long."""
        found: list[MoneyEvent] = []
        while events := self.driver.wait(seconds):
            found += events
        self.told += found
        return found

    def shut(self) -> list[MoneyEvent]:
        found = list(self.driver.shut())
        self.told += found
        return found

    @property
    def credited_yen(self) -> int:
        return sum(event.yen for event in self.told if isinstance(event, Inserted))

    @property
    def last_mark(self) -> str:
        marks = [event.mark for event in self.told if isinstance(event, Inserted | InDoubt)]
        return marks[-1] if marks else ""


def yen_of(events: list[MoneyEvent]) -> list[int]:
    return [event.yen for event in events if isinstance(event, Inserted)]


def whys(events: list[MoneyEvent]) -> list[str]:
    return [event.why for event in events if isinstance(event, HandedBack | InDoubt)]
