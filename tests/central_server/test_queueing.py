"""Who wants what everybody wants stands in a line: the first buys, all look again, nobody is overtaken."""

from __future__ import annotations

import asyncio

import pytest
from psycopg_pool import PoolTimeout

from central_server import queueing
from central_server.queueing import Lines


async def buys(lines: Lines[str], key: str, number: int, bought: list[int], seen: list[int], left: int) -> bool:
    """As a visitor does: looks, waits until he is the first or nothing is left."""
    with lines.stand(key) as mine:
        while True:
            await asyncio.sleep(0)
            seen.append(number)
            if len(bought) >= left:
                return False
            if mine.is_first:
                break
            await mine.moved()
        await asyncio.sleep(0)
        bought.append(number)
        mine.has_bought()
        return True


async def test_they_buy_in_the_order_in_which_they_came_and_none_waits_for_nothing() -> None:
    lines: Lines[str] = Lines()
    bought: list[int] = []
    seen: list[int] = []
    got = await asyncio.gather(*(buys(lines, "day", n, bought, seen, 3) for n in range(50)))
    assert bought == [0, 1, 2] and got == [True] * 3 + [False] * 47
    # Each looks once a sale and perhaps once more, not once for each who stood before him.
    assert max(seen.count(number) for number in range(50)) <= 5


async def test_each_day_has_a_line_of_its_own() -> None:
    lines: Lines[str] = Lines()
    with lines.stand("today") as today, lines.stand("tomorrow") as tomorrow:
        assert today.is_first and tomorrow.is_first
    assert not lines._lines


async def test_who_leaves_or_breaks_off_lets_the_next_one_go_on() -> None:
    lines: Lines[str] = Lines()

    async def waits() -> None:
        with lines.stand("day") as mine:
            while not mine.is_first:
                await mine.moved()

    with pytest.raises(LookupError), lines.stand("day"):
        first, second, third = (asyncio.create_task(waits()) for _ in range(3))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not first.done()
        second.cancel()
        raise LookupError
    await asyncio.gather(first, third)
    assert second.cancelled() or await asyncio.gather(second, return_exceptions=True)
    assert not lines._lines


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "WAIT_S", 0.0)
    lines: Lines[str] = Lines()
    with lines.stand("day"), lines.stand("day") as behind, pytest.raises(PoolTimeout):
        await behind.moved()
    assert not lines._lines
