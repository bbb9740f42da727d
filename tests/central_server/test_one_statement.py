"""What is sold and given back in one statement is as safe as in a transaction with the day locked."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psycopg
import pytest

from central_server import booking_rows, database, days
from central_server.bookings import HOLD, Bookings, Held, No
from central_server.database import Pool, in_one_go, quick
from kiosk_app.clock import new_id
from kiosk_app.office.slots import Start
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, TARO, held, lanes, later, planned, wish

pytestmark = pytest.mark.slow
START = Start(NINE, 1, 10, 0)


@pytest.fixture
def bookings(pool: Pool) -> Bookings:
    return Bookings(pool, BOX)


async def insert_at(pool: Pool, version: int) -> bool:
    async with quick(pool) as connection:
        return await booking_rows.insert_at(connection, version, wish(), new_id(), START, b"k", NOW, NOW + HOLD)


async def version_of(pool: Pool) -> int:
    shown = await days.Availability().day(pool, OFFICE, LETTER, DAY, NOW)
    assert shown is not None
    return shown.version


async def states(pool: Pool) -> list[str]:
    async with pool.connection() as connection:
        found = await connection.execute("SELECT state FROM bookings ORDER BY state")
        return [state for (state,) in await found.fetchall()]


async def test_nothing_is_sold_of_a_day_that_has_changed_since_it_was_looked_at(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(2))
    version = await version_of(pool)
    await held(bookings, NINE + 20)
    assert not await insert_at(pool, version)
    assert await insert_at(pool, version + 1)
    assert await states(pool) == ["held", "held"]
    async with pool.connection() as connection:
        await connection.execute("UPDATE slot_days SET closed = true")
    assert not await insert_at(pool, version + 2)


async def test_one_version_is_sold_to_one_of_many(pool: Pool) -> None:
    await planned(pool, lanes(3))
    version = await version_of(pool)
    assert sum(await asyncio.gather(*(insert_at(pool, version) for _ in range(20)))) == 1
    assert await version_of(pool) == version + 1


async def test_two_processes_that_sell_one_day_sell_each_lane_once(pool: Pool) -> None:
    await planned(pool, lanes(3))
    several = [Bookings(pool, BOX) for _ in range(4)]
    got = await asyncio.gather(*(several[n % 4].hold(wish(), NOW) for n in range(40)))
    assert sorted(one.start.lane for one in got if isinstance(one, Held)) == [1, 2, 3]
    assert {one.why for one in got if isinstance(one, No)} == {"taken"}


async def test_what_was_held_too_long_makes_room(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(1, 10))
    first = await held(bookings)
    assert isinstance(await bookings.hold(wish(), NOW + HOLD - timedelta(seconds=1)), No)
    second = await held(bookings, now=NOW + HOLD)
    assert second.booking != first.booking and await states(pool) == ["held"]


async def test_a_day_cannot_be_held_whole_by_who_does_not_book(
    pool: Pool, bookings: Bookings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central_server.bookings.HELD_OF_ONE_DAY_MAX", 3)
    await planned(pool, lanes(5))
    kept = [await held(bookings) for _ in range(3)]
    assert await bookings.hold(wish(), NOW) == No("too_many_held")
    await bookings.confirm(OFFICE, kept[0].booking, kept[0].key, TARO, NOW)
    # The look does not know of the confirmation: it changes nothing of what is free.
    assert isinstance(await bookings.hold(wish(), NOW), Held)


async def test_a_promise_is_not_given_back_like_something_held(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one = await held(bookings)
    version = await version_of(pool)
    await bookings.release(OFFICE, one.booking, "another key")
    assert await states(pool) == ["held"] and await version_of(pool) == version
    await bookings.confirm(OFFICE, one.booking, one.key, TARO, NOW)
    await bookings.release(OFFICE, one.booking, one.key)
    assert await states(pool) == ["booked"]


async def test_who_gives_back_while_it_is_promised_waits_and_takes_nothing(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one = await held(bookings)
    async with pool.connection() as connection, connection.transaction():
        await days.locked(connection, OFFICE, LETTER, DAY)
        await connection.execute("UPDATE bookings SET state = 'booked', held_until = NULL")
        leaving = asyncio.create_task(bookings.release(OFFICE, one.booking, one.key))
        await waits_for_a_lock(pool)
    await leaving
    assert await states(pool) == ["booked"]


async def waits_for_a_lock(pool: Pool) -> None:
    async with asyncio.timeout(30), quick(pool) as connection:
        while True:
            found = await connection.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if await found.fetchone():
                return
            await asyncio.sleep(0.01)


async def test_confirming_and_giving_back_at_once_ends_in_one_of_both(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(6, 60))
    for turn in range(6):
        one = await held(bookings, NINE + 10 * turn)
        phone = TARO.__class__(phone=f"090000001{turn:02}")
        got, _ = await asyncio.gather(
            bookings.confirm(OFFICE, one.booking, one.key, phone, later(1)),
            bookings.release(OFFICE, one.booking, one.key),
        )
        seen = await bookings.look(OFFICE, one.booking, one.key)
        assert isinstance(seen, No) == isinstance(got, No)


async def test_what_breaks_off_in_one_go_has_not_happened_and_leaves_a_good_connection(dsn: str) -> None:
    async with database.pool(dsn, 1) as pool:
        await planned(pool, lanes())
        for _ in range(3):
            with pytest.raises(LookupError):
                async with quick(pool) as connection, in_one_go(connection):
                    await connection.execute("UPDATE slot_days SET version = 1000")
                    raise LookupError
            with pytest.raises(psycopg.errors.DivisionByZero):
                async with quick(pool) as connection, in_one_go(connection):
                    await connection.execute("UPDATE slot_days SET version = 1000")
                    await connection.execute("SELECT 1 / 0")
                    await connection.execute("UPDATE slot_days SET version = 2000")
            async with pool.connection() as connection:
                assert not connection.autocommit
        assert await version_of(pool) == 1
        assert pool.get_stats().get("returns_bad", 0) == 0


async def test_a_connection_whose_server_has_gone_is_given_to_nobody(pool: Pool, dsn: str) -> None:
    async with quick(pool) as connection:
        await connection.execute("SELECT 1")
    with psycopg.connect(dsn, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(4):
        async with quick(pool) as connection:
            assert await (await connection.execute("SELECT 1")).fetchone() == (1,)


async def test_that_a_hold_need_not_be_on_the_disk_ends_with_it(dsn: str) -> None:
    """Or the next promise on that connection would not wait for the disk either."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = on".encode())
    async with database.pool(dsn, 1) as pool:
        bookings = Bookings(pool, BOX)
        await planned(pool, lanes(3))
        one = await held(bookings)
        await held(bookings, places=2)
        await bookings.release(OFFICE, one.booking, one.key)
        assert isinstance(await bookings.hold(wish(places=6), NOW), No)
        async with quick(pool) as line:
            found = await line.execute("SELECT current_setting('synchronous_commit')")
            assert await found.fetchone() == ("on",)
