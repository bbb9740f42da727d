"""Selling slots on a real PostgreSQL: no minute twice, whoever is late is offered others, a promise is a fact."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import psycopg
import pytest
from psycopg.errors import ExclusionViolation

from central_server import chain, days
from central_server.bookings import HOLD, Booked, Bookings, Held, No, Wish
from central_server.contacts import Box, Contact
from central_server.database import Pool
from kiosk_app.office import facts as f
from kiosk_app.office.slots import Lane, Promise, Stretch, overlaps
from offline_store.envelope import decode_link, hash_of

pytestmark = pytest.mark.slow
OFFICE, DAY = "kokura-kita", date(2026, 4, 6)
NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
NINE = 9 * 60
TARO = Contact(name="見本太郎", phone="090-0000-0001")


def lanes(count: int = 1, minutes: int = 60, owner: str = "central") -> list[Lane]:
    one = Stretch(start_min=NINE, until_min=NINE + minutes, length_min=10, owner=owner)  # type: ignore[arg-type]
    return [Lane(number=number, stretches=(one,)) for number in range(1, count + 1)]


async def planned(pool: Pool, made: Sequence[Lane], letter: str = "A", number: int = 1) -> None:
    async with pool.connection() as connection:
        await chain.begin(connection, OFFICE)
        await days.plan(connection, OFFICE, letter, DAY, made, (1, number))


def wish(start_min: int = NINE, **more: object) -> Wish:
    return Wish(OFFICE, "A", DAY, start_min, "move-in", "ja", "web")._replace(**more)  # type: ignore[arg-type]


@pytest.fixture
def bookings(pool: Pool) -> Bookings:
    return Bookings(pool, Box(b"k" * 32))


async def booked(bookings: Bookings, start_min: int, phone: str = "0900000000") -> Booked | No:
    held = await bookings.hold(wish(start_min), NOW)
    return (
        held
        if isinstance(held, No)
        else await bookings.confirm(OFFICE, held.booking, held.key, Contact(phone=phone), NOW)
    )


async def facts_of(pool: Pool) -> list[f.Fact]:
    """Of central's chain, each proved to follow the one before."""
    async with pool.connection() as connection:
        rows = await (await connection.execute("SELECT data, hash FROM facts ORDER BY seq")).fetchall()
    found, previous = [], None
    for data, hashed in rows:
        envelope, named = decode_link(data)
        assert hash_of(data) == hashed and (previous is None or named == previous)
        found.append(f.decode(envelope.kind, envelope.body))
        previous = hashed
    return found


async def test_a_visitor_holds_a_start_and_then_has_a_promise(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    held = await bookings.hold(wish(), NOW)
    assert isinstance(held, Held) and held.until == NOW + HOLD
    got = await bookings.confirm(OFFICE, held.booking, held.key, TARO, NOW)
    assert isinstance(got, Booked) and got.start.start_min == NINE
    assert await bookings.confirm(OFFICE, held.booking, held.key, TARO, NOW) == got
    made = await facts_of(pool)
    assert [type(one) for one in made] == [f.BookingMade]


async def test_who_comes_too_late_is_offered_what_is_near(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    assert isinstance(await bookings.hold(wish(NINE + 20), NOW), Held)
    late = await bookings.hold(wish(NINE + 20), NOW)
    assert isinstance(late, No) and late.why == "taken"
    assert [one.start_min - NINE for one in late.near] == [0, 10, 30, 40, 50]


async def test_what_is_held_and_not_confirmed_is_free_again(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    first = await bookings.hold(wish(), NOW)
    assert isinstance(first, Held)
    later = NOW + HOLD
    assert isinstance(await bookings.hold(wish(), later), Held)
    assert await bookings.confirm(OFFICE, first.booking, first.key, TARO, later) == No("gone")


async def test_who_leaves_the_page_gives_it_back_at_once(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    held = await bookings.hold(wish(), NOW)
    assert isinstance(held, Held)
    await bookings.release(OFFICE, held.booking, "another key")
    assert isinstance(await bookings.hold(wish(), NOW), No)
    await bookings.release(OFFICE, held.booking, held.key)
    assert isinstance(await bookings.hold(wish(), NOW), Held)


async def test_a_cancelled_booking_frees_its_time_and_is_told_once(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    held = await bookings.hold(wish(), NOW)
    assert isinstance(held, Held)
    await bookings.confirm(OFFICE, held.booking, held.key, TARO, NOW)
    assert isinstance(await bookings.cancel(OFFICE, held.booking, "guessed", NOW), No)
    first = await bookings.cancel(OFFICE, held.booking, held.key, NOW)
    assert isinstance(first, Booked) and await bookings.cancel(OFFICE, held.booking, held.key, NOW) == first
    assert [type(one) for one in await facts_of(pool)] == [f.BookingMade, f.BookingCancelled]
    assert isinstance(await bookings.hold(wish(), NOW), Held)


async def test_only_the_part_of_the_day_that_central_sells_is_sold(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(owner="office"))
    got = await bookings.hold(wish(), NOW)
    assert got == No("taken")
    assert await bookings.hold(wish(letter="H"), NOW) == No("no_such_day")


async def test_a_new_plan_is_taken_and_an_older_one_is_not(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(), number=5)
    await planned(pool, lanes(owner="office"), number=4)
    assert isinstance(await bookings.hold(wish(), NOW), Held)
    await planned(pool, lanes(owner="office"), number=6)
    assert await bookings.hold(wish(NINE + 10), NOW) == No("taken")


async def test_a_closed_day_confirms_nothing_more(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    held = await bookings.hold(wish(), NOW)
    assert isinstance(held, Held)
    async with pool.connection() as connection:
        await connection.execute("UPDATE slot_days SET closed = true, version = version + 1")
    assert await bookings.confirm(OFFICE, held.booking, held.key, TARO, NOW) == No("closed")
    assert await bookings.hold(wish(), NOW) == No("closed")


async def test_one_address_has_a_limit_and_a_family_fits_in_it(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    got = [await booked(bookings, NINE + 10 * n, "０９０－０００－０００１９") for n in range(5)]
    assert [isinstance(one, Booked) for one in got] == [True] * 4 + [False]
    assert got[4] == No("too_many")
    assert isinstance(await booked(bookings, NINE + 50, "0900000002"), Booked)


async def test_the_limit_holds_for_confirmations_at_once(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(8))
    held = [await bookings.hold(wish(NINE), NOW) for _ in range(8)]
    got = await asyncio.gather(
        *(bookings.confirm(OFFICE, one.booking, one.key, TARO, NOW) for one in held if isinstance(one, Held))
    )
    assert sum(isinstance(one, Booked) for one in got) == 4


async def test_what_is_stored_of_a_person_is_sealed(pool: Pool, bookings: Bookings, dsn: str) -> None:
    await planned(pool, lanes())
    held = await bookings.hold(wish(), NOW)
    assert isinstance(held, Held)
    await bookings.confirm(OFFICE, held.booking, held.key, TARO, NOW)
    with psycopg.connect(dsn) as connection:
        tables = ("contacts", "bookings", "facts", "chains", "slot_days")
        everything = b"".join(
            bytes(str(connection.execute(f"SELECT * FROM {name}".encode()).fetchall()), "utf-8") for name in tables
        )
        sealed = connection.execute("SELECT contact, sealed FROM contacts").fetchall()
    for secret in ("見本太郎", "0000-0001", "09000000001", held.key):
        assert secret.encode() not in everything
    assert [Box(b"k" * 32).open(OFFICE, contact, data) for contact, data in sealed] == [TARO]


async def test_the_database_itself_refuses_one_minute_twice(pool: Pool, bookings: Bookings, dsn: str) -> None:
    await planned(pool, lanes())
    assert isinstance(await bookings.hold(wish(), NOW), Held)
    with psycopg.connect(dsn) as connection, pytest.raises(ExclusionViolation):
        connection.execute(
            "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, service"
            ", language, source, key_hash) SELECT office, 'other', letter, day, lane, start_min + 9, 10, 0, 'booked',"
            " service, language, source, key_hash FROM bookings"
        )


async def test_a_hot_slot_is_sold_once_a_lane(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(3))
    got = await asyncio.gather(*(bookings.hold(wish(), NOW) for _ in range(60)))
    assert sum(isinstance(one, Held) for one in got) == 3
    assert all(one.why == "taken" and one.near for one in got if isinstance(one, No))


async def test_many_at_once_sell_no_minute_twice_and_every_promise_is_a_fact(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(2, 120))
    chance = Random(7)

    async def visitor(number: int) -> None:
        now = NOW + timedelta(minutes=chance.randrange(30))
        held = await bookings.hold(wish(NINE + chance.randrange(12) * 10, places=chance.choice((1, 1, 2))), now)
        if isinstance(held, No):
            return
        match chance.randrange(4):
            case 0:
                await bookings.release(OFFICE, held.booking, held.key)
            case 1:
                return
            case _:
                contact = Contact(phone=f"0900000{number:04}")
                got = await bookings.confirm(OFFICE, held.booking, held.key, contact, now)
                if isinstance(got, Booked) and chance.random() < 0.3:
                    await bookings.cancel(OFFICE, held.booking, held.key, now)

    for _ in range(4):
        await asyncio.gather(*(visitor(chance.randrange(10_000)) for _ in range(25)))
    promised: dict[str, Promise] = {}
    for fact in await facts_of(pool):
        match fact:
            case f.BookingMade():
                promised[fact.booking] = Promise(
                    booking=fact.booking, lane=fact.lane, start_min=fact.start_min, length_min=fact.length_min
                )
                assert overlaps(promised.values()) == []
            case f.BookingCancelled():
                del promised[fact.booking]
    assert promised
    async with pool.connection() as connection:
        rows = await (await connection.execute("SELECT booking FROM bookings WHERE state = 'booked'")).fetchall()
    assert {booking for (booking,) in rows} == set(promised)


async def test_availability_is_computed_again_only_where_something_changed(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    shown = days.Availability()
    before = await shown.seen(pool, OFFICE, "A", DAY, DAY + timedelta(days=30), NOW)
    assert [one.start_min - NINE for one in before[DAY].free] == [0, 10, 20, 30, 40, 50]
    assert await shown.day(pool, OFFICE, "A", DAY, NOW) is before[DAY]
    await bookings.hold(wish(), NOW)
    after = await shown.day(pool, OFFICE, "A", DAY, NOW)
    assert after is not None and [one.start_min - NINE for one in after.free] == [10, 20, 30, 40, 50]
