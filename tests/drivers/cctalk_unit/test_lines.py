"""The driver over real lines: a TCP port, and a pseudo-terminal as a serial adapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.cctalk_unit.driver import CcTalkCashUnit
from drivers.cctalk_unit.simulated_lines import ServedCashUnit
from drivers.cctalk_unit.simulator import SimulatedCashUnit
from drivers.cctalk_unit.transport import CashUnitSettings
from drivers.payment_ports import Inserted

pytestmark = pytest.mark.slow
ANSWER_S = 3.0
"""A loaded machine answers late; a real bus answers within milliseconds."""


def sell(driver: CcTalkCashUnit, served: ServedCashUnit) -> None:
    assert driver.mark()
    assert driver.open(200) == "ready"
    served.hand(lambda unit: unit.insert_coin(500))
    told: tuple[object, ...] = ()
    while not told:
        told = driver.wait(30.0)
    assert [event.yen for event in told if isinstance(event, Inserted)] == [500]
    assert driver.shut() == ()
    found = driver.pay_out(300, driver.mark() or "")
    assert (found.paid_yen, found.doubt_yen, served.unit.cash.tray_yen) == (300, 0, 300)
    driver.close()


def test_over_tcp() -> None:
    with ServedCashUnit(SimulatedCashUnit()) as served:
        sell(CcTalkCashUnit(CashUnitSettings(kind="tcp", port=served.port, answer_s=ANSWER_S)), served)


def test_over_a_serial_adapter(tmp_path: Path) -> None:
    device = tmp_path / "cash"
    with ServedCashUnit(SimulatedCashUnit(), device) as served:
        sell(CcTalkCashUnit(CashUnitSettings(device=str(device), answer_s=ANSWER_S)), served)


def test_a_line_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for device in (tmp_path / "none", tmp_path / "file"):
        driver = CcTalkCashUnit(CashUnitSettings(device=str(device)))
        assert driver.preflight() == "away"
        assert driver.wait(0.0) == ()
        assert driver.mark() is None
    assert CcTalkCashUnit(CashUnitSettings(kind="tcp", port=1)).preflight() == "away"
