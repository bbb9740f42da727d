"""A booking that is changed, given back or looked for: never neither, never both, in its time, never guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import psycopg
import pytest

from central_server import messages
from central_server.bookings import Booked, Bookings, Found, Held, No, Seen
from central_server.contacts import Contact
from central_server.database import Pool
from central_server.limits import Limits
from central_server.offices import code_of
from kiosk_app.office import booking_code
from kiosk_app.office import facts as f
from kiosk_app.office.facts_slots import BookingCancelled
from tests.central_server.house import (
    BOX,
    DAY,
    LETTER,
    NINE,
    NOW,
    OFFICE,
    TARO,
    TODAY,
    booked,
    held,
    here,
    lanes,
    later,
    planned,
    wish,
)
from tests.central_server.test_bookings import facts_of

pytestmark = pytest.mark.slow
NEXT = DAY + timedelta(days=1)
LIMITS = Limits(per_contact=4, per_contact_an_hour=50, wrong_codes_an_hour=4)


@pytest.fixture
def bookings(pool: Pool) -> Bookings:
    return Bookings(pool, BOX, here(), LIMITS)


async def rows(pool: Pool, sql: str) -> Sequence[tuple[object, ...]]:
    async with pool.connection() as connection:
        return await (await connection.execute(sql.encode())).fetchall()


async def test_a_promise_has_a_code_that_the_hub_can_prove(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one, got = await booked(bookings)
    claim = booking_code.read(got.code, TODAY)
    assert claim == booking_code.Claim(here()[OFFICE].office.number, DAY, LETTER, NINE, 1)
    assert booking_code.proves(here()[OFFICE].booking_key, got.code, claim)
    seen = await bookings.look(OFFICE, one.booking, one.key)
    assert isinstance(seen, Seen) and seen.booked == got and seen.state == "booked"
    assert seen.change_until == later(0).replace(day=6, hour=8, minute=30)
    assert await bookings.look(OFFICE, one.booking, "guessed") == No("gone")


async def test_the_rules_of_the_catalogue_are_asked_again_in_the_moment_of_selling(
    pool: Pool, bookings: Bookings
) -> None:
    far = TODAY + timedelta(days=31)
    await planned(pool, lanes(), [TODAY, DAY, far])
    assert await bookings.hold(wish(day=far), NOW) == No("too_far")
    assert await bookings.hold(wish(day=TODAY), NOW) == No("too_late")
    assert await bookings.hold(wish(service="move-in"), NOW) == No("not_bookable")
    assert await bookings.hold(wish(places=5), NOW) == No("not_bookable")
    assert await bookings.hold(wish(office="nowhere"), NOW) == No("not_bookable")


async def test_a_family_has_slots_in_a_row(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one = await held(bookings, NINE + 20, places=3)
    assert (one.start.start_min, one.start.length_min) == (NINE + 20, 30)
    late = await bookings.hold(wish(NINE + 10, places=2), NOW)
    assert isinstance(late, No) and late.why == "taken"
    assert isinstance(await bookings.hold(wish(NINE, places=2), NOW), Held)


async def test_a_change_holds_the_new_and_gives_back_the_old_at_once(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(), [DAY, NEXT])
    one, _ = await booked(bookings)
    moved = await bookings.change(OFFICE, one.booking, one.key, wish(day=NEXT), NOW)
    assert isinstance(moved, Booked) and (moved.day, moved.start.start_min) == (NEXT, NINE)
    assert moved.code == code_of(here()[OFFICE], LETTER, NEXT, moved.start)
    assert await bookings.change(OFFICE, one.booking, one.key, wish(day=NEXT), NOW) == moved
    old = await bookings.look(OFFICE, one.booking, one.key)
    assert isinstance(old, Seen) and (old.state, old.replaced_by) == ("cancelled", moved.booking)
    new = await bookings.look(OFFICE, moved.booking, one.key)
    assert isinstance(new, Seen) and new.state == "booked"
    assert [type(one) for one in await facts_of(pool)] == [f.BookingMade, f.BookingCancelled, f.BookingMade]
    assert isinstance(await bookings.hold(wish(), NOW), Held)


async def test_a_change_by_ten_minutes_may_use_its_own_time(pool: Pool, bookings: Bookings) -> None:
    """A family of two moves into the half of its own slots."""
    await planned(pool, lanes(minutes=30))
    one, _ = await booked(bookings, places=2)
    moved = await bookings.change(OFFICE, one.booking, one.key, wish(NINE + 10, places=2), NOW)
    assert isinstance(moved, Booked) and moved.start.start_min == NINE + 10


async def test_who_cannot_have_the_new_time_keeps_the_old_one(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one, got = await booked(bookings)
    await booked(bookings, NINE + 10)
    taken = await bookings.change(OFFICE, one.booking, one.key, wish(NINE + 10), NOW)
    assert isinstance(taken, No) and taken.why == "taken" and taken.near
    assert await bookings.change(OFFICE, one.booking, one.key, wish(day=NEXT), NOW) == No("no_such_day")
    assert await bookings.change(OFFICE, one.booking, "guessed", wish(NINE + 20), NOW) == No("gone")
    seen = await bookings.look(OFFICE, one.booking, one.key)
    assert isinstance(seen, Seen) and (seen.booked, seen.state) == (got, "booked")


async def test_after_the_deadline_only_a_person_can_help(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(), [DAY, NEXT])
    one, _ = await booked(bookings)
    last = NOW.replace(day=6, hour=8, minute=29)
    after = last + timedelta(minutes=1)
    assert await bookings.change(OFFICE, one.booking, one.key, wish(day=NEXT), after) == No("too_late")
    assert await bookings.cancel(OFFICE, one.booking, one.key, after) == No("too_late")
    assert isinstance(await bookings.cancel(OFFICE, one.booking, one.key, last), Booked)
    assert isinstance(await bookings.cancel(OFFICE, one.booking, one.key, after), Booked)


async def test_many_who_change_at_once_never_lose_their_time_or_get_anothers(pool: Pool, bookings: Bookings) -> None:
    """In a circle and across days, so that two who want each other's day could wait for each other for ever."""
    await planned(pool, lanes(2), [DAY, NEXT])
    made = [
        await booked(bookings, NINE + 10 * (n // 4), Contact(phone=f"090000000{n:02}"), day=(DAY, NEXT)[n % 2])
        for n in range(12)
    ]
    chance = Random(3)
    now_of = {one.booking: (one.booking, one.key) for one, _ in made}

    async def mover(first: str) -> None:
        for _ in range(4):
            booking, key = now_of[first]
            to = wish(NINE + 10 * chance.randrange(6), day=chance.choice((DAY, NEXT)))
            got = await bookings.change(OFFICE, booking, key, to, NOW)
            if isinstance(got, Booked):
                now_of[first] = (got.booking, key)

    await asyncio.gather(*(mover(one.booking) for one, _ in made))
    states = [await bookings.look(OFFICE, booking, key) for booking, key in now_of.values()]
    assert all(isinstance(one, Seen) and one.state == "booked" for one in states)
    assert await rows(pool, "SELECT count(*) FROM bookings WHERE state = 'booked'") == [(12,)]
    kept: dict[str, f.BookingMade] = {}
    for fact in await facts_of(pool):
        if isinstance(fact, f.BookingMade):
            kept[fact.booking] = fact
        elif isinstance(fact, f.BookingCancelled):
            del kept[fact.booking]
    assert {booking for booking, _ in now_of.values()} == set(kept)
    assert len({(one.date, one.lane, one.start_min) for one in kept.values()}) == 12


# --- closures ------------------------------------------------------------------------------------------------------


async def closed(pool: Pool, bookings: Bookings, booking: str, by: str = "closure") -> bool:
    fact = BookingCancelled(booking=booking, letter=LETTER, date=DAY.isoformat(), by=by, reason="台風")  # type: ignore[arg-type]
    async with pool.connection() as connection, connection.transaction():
        return await bookings.cancelled_by_office(connection, OFFICE, fact, NOW)


async def test_who_is_hit_by_a_closure_takes_another_time_without_typing_again(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(), [DAY, NEXT])
    one, _ = await booked(bookings)
    assert await closed(pool, bookings, one.booking)
    assert not await closed(pool, bookings, one.booking)
    seen = await bookings.look(OFFICE, one.booking, one.key)
    assert isinstance(seen, Seen) and (seen.state, seen.cancelled_by) == ("cancelled", "closure")
    async with pool.connection() as connection:
        assert [one.contact for one in await messages.untold(connection, BOX, OFFICE, NOW)] == [TARO]
    moved = await bookings.change(OFFICE, one.booking, one.key, wish(day=NEXT), NOW)
    assert isinstance(moved, Booked)
    async with pool.connection() as connection:
        assert await messages.untold(connection, BOX, OFFICE, NOW) == []
    # The office has said of the old one what there was to say.
    assert [type(one) for one in await facts_of(pool)] == [f.BookingMade, f.BookingMade]


async def test_what_staff_or_the_visitor_cancelled_cannot_be_moved(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one, _ = await booked(bookings)
    assert await closed(pool, bookings, one.booking, "staff")
    assert await bookings.change(OFFICE, one.booking, one.key, wish(NINE + 10), NOW) == No("gone")
    two, _ = await booked(bookings, NINE + 20)
    await bookings.cancel(OFFICE, two.booking, two.key, NOW)
    assert await bookings.change(OFFICE, two.booking, two.key, wish(NINE + 10), NOW) == No("gone")


async def test_who_was_rung_up_is_on_the_list_no_more(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    made = [await booked(bookings, NINE + 10 * n) for n in range(2)]
    for one, _ in made:
        await closed(pool, bookings, one.booking)
    async with pool.connection() as connection:
        await messages.rung_up(connection, OFFICE, made[0][0].booking, NOW)
        left = await messages.untold(connection, BOX, OFFICE, NOW)
    assert [one.booking for one in left] == [made[1][0].booking]


# --- finding -------------------------------------------------------------------------------------------------------


async def test_code_and_contact_open_the_visitors_own_page(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    one, got = await booked(bookings)
    for said in (Contact(phone="０９０ 0000 0001"), Contact(mail="Taro@Example.jp ")):
        found = await bookings.find(booking_code.grouped(got.code), said, "192.0.2.1", NOW)
        assert found == Found(got, one.key)


async def test_whatever_is_wrong_is_answered_alike_and_only_some_times(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes(2))
    _, got = await booked(bookings)
    _, other = await booked(bookings, contact=Contact(phone="0900000002"))
    wrong = f"{got.code[:-1]}{(int(got.code[-1]) + 1) % 10}"
    right = Contact(phone=TARO.phone)
    tries = [(got.code, Contact(phone="0900000002")), (wrong, right), (other.code, right), ("12", right)]
    for code, said in tries:
        assert await bookings.find(code, said, "192.0.2.1", NOW) == No("gone")
    assert await bookings.find(got.code, right, "192.0.2.1", NOW) == No("too_many_tries")
    assert isinstance(await bookings.find(got.code, right, "192.0.2.2", NOW), Found)
    assert isinstance(await bookings.find(got.code, right, "192.0.2.1", later(60)), Found)


async def test_one_code_is_not_guessed_at_from_many_addresses(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    _, got = await booked(bookings)
    for n in range(2):
        said = Contact(phone=f"090111100{n:02}")
        assert await bookings.find(got.code, said, f"192.0.2.{n}", NOW) == No("gone")
    assert await bookings.find(got.code, TARO, "192.0.2.9", NOW) == No("too_many_tries")


async def test_guesses_at_once_do_not_slip_through(pool: Pool, bookings: Bookings) -> None:
    await planned(pool, lanes())
    got = await asyncio.gather(
        *(bookings.find(f"{n:016}", TARO, "192.0.2.1", NOW) for n in range(20)),
    )
    assert sum(one == No("gone") for one in got) == LIMITS.wrong_codes_an_hour


# --- limits and what is stored ---------------------------------------------------------------------------------------


async def test_one_contact_books_no_more_than_so_many_in_an_hour(pool: Pool) -> None:
    bookings = Bookings(pool, BOX, here(), Limits(per_contact=50, per_contact_an_hour=2))
    await planned(pool, lanes())
    for n in range(2):
        one, _ = await booked(bookings, NINE + 10 * n)
        await bookings.cancel(OFFICE, one.booking, one.key, NOW)
    three = await held(bookings, NINE + 20)
    assert await bookings.confirm(OFFICE, three.booking, three.key, TARO, NOW) == No("too_many")
    after = later(61)
    four = await held(bookings, NINE + 30, after)
    assert isinstance(await bookings.confirm(OFFICE, four.booking, four.key, TARO, after), Booked)


@pytest.mark.parametrize(
    "contact",
    [
        Contact(name="x"),
        Contact(mail="a@b\r\nBcc: c@d"),
        Contact(mail="a b@c"),
        Contact(mail="a@b,c@d"),
        Contact(phone="12"),
        Contact(phone="090-0000-0001", name="a\nb"),
    ],
)
async def test_what_is_no_address_is_not_kept(pool: Pool, bookings: Bookings, contact: Contact) -> None:
    await planned(pool, lanes())
    one = await held(bookings)
    assert await bookings.confirm(OFFICE, one.booking, one.key, contact, NOW) == No("bad_contact")
    assert await rows(pool, "SELECT count(*) FROM contacts") == [(0,)]


async def test_nothing_of_a_person_and_no_key_is_readable_in_the_database(
    pool: Pool, bookings: Bookings, dsn: str
) -> None:
    await planned(pool, lanes(), [DAY, date(2026, 4, 7)])
    one, got = await booked(bookings)
    await bookings.find(got.code, TARO, "192.0.2.77", NOW)
    await bookings.change(OFFICE, one.booking, one.key, wish(day=NEXT), NOW)
    with psycopg.connect(dsn) as connection:
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        everything = b"".join(
            bytes(str(connection.execute(f"SELECT * FROM {name}".encode()).fetchall()), "utf-8") for name in names
        )
    assert len(names) >= 6
    for secret in ("見本太郎", "0000-0001", "09000000001", "taro@", "192.0.2.77", one.key):
        assert secret.encode() not in everything
