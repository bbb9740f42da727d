"""One question for many: nobody hears an answer that began before he asked; a question is asked once at a time."""

from __future__ import annotations

import asyncio

import pytest

from central_server.sharing import Shared


class Slow:
    """A question that waits until it is let go; its answer is how many began before it."""

    def __init__(self) -> None:
        self.begun = 0
        self.at_once = self.at_once_max = 0
        self._gates = [asyncio.Event() for _ in range(10)]

    async def __call__(self) -> int:
        number, self.begun = self.begun, self.begun + 1
        self.at_once += 1
        self.at_once_max = max(self.at_once_max, self.at_once)
        await self._gates[number].wait()
        self.at_once -= 1
        return number

    def let_go(self, number: int) -> None:
        self._gates[number].set()


async def some_turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_comes_while_it_is_asked_hears_the_next_answer_all_together() -> None:
    shared: Shared[str, int] = Shared()
    question = Slow()
    first = [asyncio.create_task(shared.ask("day", question)) for _ in range(3)]
    await some_turns()
    later = [asyncio.create_task(shared.ask("day", question)) for _ in range(5)]
    await some_turns()
    assert question.begun == 1
    question.let_go(0)
    assert await asyncio.gather(*first) == [0, 0, 0]
    question.let_go(1)
    assert await asyncio.gather(*later) == [1] * 5
    assert question.begun == 2 and question.at_once_max == 1


async def test_questions_of_different_keys_do_not_wait_for_each_other() -> None:
    shared: Shared[str, int] = Shared()
    question = Slow()
    asked = [asyncio.create_task(shared.ask(key, question)) for key in ("today", "tomorrow")]
    await some_turns()
    assert question.at_once == 2
    question.let_go(0)
    question.let_go(1)
    assert sorted(await asyncio.gather(*asked)) == [0, 1]


async def test_who_goes_away_takes_nobodys_answer_with_him() -> None:
    shared: Shared[str, int] = Shared()
    question = Slow()
    leaves, stays = (asyncio.create_task(shared.ask("day", question)) for _ in range(2))
    await some_turns()
    leaves.cancel()
    question.let_go(0)
    assert await stays == 0
    with pytest.raises(asyncio.CancelledError):
        await leaves


async def test_what_goes_wrong_is_told_to_each_and_the_next_is_asked_anew() -> None:
    shared: Shared[str, int] = Shared()

    async def broken() -> int:
        raise LookupError("away")

    got = await asyncio.gather(*(shared.ask("day", broken) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in got] == [LookupError] * 3

    async def works() -> int:
        return 7

    assert await shared.ask("day", works) == 7
