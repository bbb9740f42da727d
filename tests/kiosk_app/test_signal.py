"""A stream wakes once for many changes and never misses the last."""

import asyncio
import time

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


async def test_who_is_woken_and_cancelled_at_the_same_moment_ends() -> None:
    signal = Signal()

    async def follow() -> None:
        seen = 0
        while True:
            seen = await signal.wait(seen, 3600)

    following = asyncio.ensure_future(follow())
    await asyncio.sleep(0)
    signal.bump()
    following.cancel()
    await asyncio.wait({following}, timeout=20)
    assert following.cancelled()


async def test_with_a_pace_the_first_change_wakes_at_once_and_a_rush_once_more() -> None:
    signal, wakings = Signal(), []
    signal.pace_s, signal.woken = 0.05, lambda: wakings.append(time.monotonic())
    signal.bump()
    assert len(wakings) == 1
    for _ in range(5):
        signal.bump()
    assert (signal.version, len(wakings)) == (6, 1)
    # Who was busy meanwhile is woken together with those who waited.
    versions = await asyncio.gather(signal.wait(3, 5), signal.wait(6, 5))
    assert versions == [6, 6]
    assert len(wakings) == 2 and wakings[1] - wakings[0] >= 0.05
    await asyncio.sleep(0.06)
    assert await asyncio.wait_for(signal.wait(5, 5), 0.04) == 6
    signal.bump()
    assert len(wakings) == 3
