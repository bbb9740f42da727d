"""Counters that press at once share one commit: nobody is answered before it, and without room nothing has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from kiosk_app import api, kept_log
from kiosk_app.acts_together import TOGETHER_MAX, ActsTogether
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump
from tests.kiosk_app.house import House

pytestmark = pytest.mark.slow

COUNTERS = (3, 4, 5, 6)
"""All of one line."""


async def several_wait(house: House, count: int = 6) -> str:
    """The token of a clerk whose counters are open."""
    token = await house.sign_in()
    for counter in COUNTERS:
        await house.act(token, "open_counter", counter=counter)
    for _ in range(count):
        await house.take()
    return token


def commits_of(house: House) -> list[str]:
    heard: list[str] = []
    connection = house.core.book.log._connection
    connection.set_trace_callback(lambda sql: heard.append(sql) if sql in ("COMMIT", "ROLLBACK") else None)
    return heard


async def at_once(house: House, token: str, *counters: int, intent: str = "") -> list[api.Reply]:
    return await asyncio.gather(*(house.act(token, "call_next", counter=c, intent=intent) for c in counters))


async def test_those_who_press_at_once_share_one_commit_and_no_visitor(house: House) -> None:
    token = await several_wait(house)
    commits = commits_of(house)
    replies = await at_once(house, token, *COUNTERS)
    assert commits == ["COMMIT"]
    called = [fact for fact in house.facts(f.Called) if isinstance(fact, f.Called)]
    assert [one.counter for one in called] == list(COUNTERS), "in the order in which they pressed"
    numbers = [f"A-00{number}を呼びました。" for number in (1, 2, 3, 4)]
    assert [reply.message for reply in replies] == numbers, "who came first is called first"


async def test_nobody_is_answered_before_it_is_durable(house: House) -> None:
    token = await several_wait(house)
    asking = [asyncio.ensure_future(house.act(token, "call_next", counter=c)) for c in COUNTERS]
    answered_before: list[bool] = []
    told: list[int] = []
    book, tell = house.core.book, house.core.book.told

    def heard(sql: str) -> None:
        if sql == "COMMIT":
            answered_before.append(any(one.done() for one in asking) or bool(told))

    book.log._connection.set_trace_callback(heard)
    book.told = lambda facts: (told.append(len(facts)), tell(facts))[1]
    assert all(reply.ok for reply in await asyncio.gather(*asking))
    assert answered_before == [False] and told == [1, 1, 1, 1]


async def test_a_press_that_is_sent_twice_at_once_calls_once(house: House) -> None:
    token = await several_wait(house)
    replies = await at_once(house, token, 3, 3, intent="the same")
    assert [reply.message for reply in replies] == ["A-001を呼びました。"] * 2
    assert len(house.facts(f.Called)) == 1


async def test_two_acts_of_one_counter_come_one_after_the_other(house: House) -> None:
    """So that what is announced of the first is still so when it is told."""
    token = await several_wait(house)
    commits = commits_of(house)
    with house.core.announcements.listening("") as calls:
        await asyncio.gather(
            house.act(token, "call_next", counter=3),
            house.act(token, "complete", counter=3),
            house.act(token, "call_next", counter=4),
        )
        announced = [calls.get_nowait() for _ in range(calls.qsize())]
    assert commits == ["COMMIT", "COMMIT"]
    assert [(call.number, call.counter) for call in announced if call is not None] == [(1, 3), (2, 4)]


async def test_a_full_disk_refuses_each_and_nothing_of_it_has_happened(house: House) -> None:
    token = await several_wait(house, 16)
    book = house.core.book
    before, position, version = dump(book.state), book.log.last_position, book.changed.version
    connection = book.log._connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    with house.core.announcements.listening("") as calls:
        while (replies := await at_once(house, token, *COUNTERS))[0].ok:
            # The last page has room for some facts yet.
            before, position = dump(book.state), book.log.last_position
            while not calls.empty():
                calls.get_nowait()
        assert calls.empty(), "nobody is announced"
    assert book.changed.version > version, "screens show again what is true"
    assert replies == [api.Reply(ok=False, message=NO_ROOM)] * len(COUNTERS)
    assert (dump(book.state), book.log.last_position) == (before, position)
    assert dump(kept_log.folded_again(book.kept).state) == before
    connection.execute("PRAGMA max_page_count = 1000000")
    assert all(reply.ok for reply in await at_once(house, token, *COUNTERS))
    assert all(reply.ok for reply in await at_once(house, token, *COUNTERS))


def asked(
    together: ActsTogether, acts: list[Callable[[], api.Reply]]
) -> asyncio.Future[list[api.Reply | BaseException]]:
    return asyncio.gather(*(together.act(n, act) for n, act in enumerate(acts)), return_exceptions=True)


async def test_a_bug_in_one_act_is_heard_by_all_who_would_have_shared_its_commit(house: House) -> None:
    together = ActsTogether(house.core.book, api.Reply(ok=False))
    before = dump(house.core.book.state)

    def kept() -> api.Reply:
        house.core.book.commit("1001", [f.SignedOut(role="clerk")])
        return api.Reply(ok=True)

    def bug() -> api.Reply:
        raise ZeroDivisionError

    heard = await asked(together, [kept, bug, kept])
    assert [type(one) for one in heard] == [ZeroDivisionError] * 3
    assert dump(house.core.book.state) == before


@pytest.mark.parametrize("count", [TOGETHER_MAX + 6])
async def test_a_commit_has_a_limit_and_the_others_have_the_next(house: House, count: int) -> None:
    together = ActsTogether(house.core.book, api.Reply(ok=False))
    commits = commits_of(house)

    def kept() -> api.Reply:
        house.core.book.commit("1001", [f.SignedOut(role="clerk")])
        return api.Reply(ok=True)

    assert await asked(together, [kept] * count) == [api.Reply(ok=True)] * count
    assert commits == ["COMMIT", "COMMIT"]
