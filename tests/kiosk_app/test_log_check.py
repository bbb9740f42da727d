"""The background check of the log ends when it is told to; what it finds is tried in tests/faults."""

from __future__ import annotations

import asyncio

from kiosk_app.log_check import LogCheck
from tests.kiosk_app.house import House

PATIENCE_S = 20.0


async def test_it_ends_also_when_it_is_woken_at_the_same_moment(house: House) -> None:
    check = LogCheck(house.core.book, house.core.printer, "m1", lambda damage: None)
    running = asyncio.ensure_future(check.run())
    await asyncio.sleep(0)
    check._noticed.set()
    running.cancel()
    await asyncio.wait({running}, timeout=PATIENCE_S)
    assert running.cancelled()
