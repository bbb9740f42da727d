"""A stream wakes once for many changes and never misses the last."""

import asyncio

from kiosk_app.signal import Signal


async def test_a_waiter_wakes_at_a_change() -> None:
    signal = Signal()
    waiting = asyncio.ensure_future(signal.wait(0, 5))
    await asyncio.sleep(0)
    signal.bump()
    assert await waiting == 1


async def test_a_change_before_the_wait_is_not_missed() -> None:
    signal = Signal()
    signal.bump()
    signal.bump()
    assert await signal.wait(0, 5) == 2


async def test_without_a_change_it_returns_the_same_version() -> None:
    signal = Signal()
    assert await signal.wait(0, 0.01) == 0
    signal.bump()
    assert signal.version == 1


async def test_what_may_wait_wakes_once_for_all() -> None:
    signal = Signal()
    for _ in range(5):
        signal.bump_within(0.01)
    assert signal.version == 0
    assert await signal.wait(0, 5) == 1
    await asyncio.sleep(0.02)
    signal.bump_within(0.01)
    assert await signal.wait(1, 5) == 2
