"""Who is opened for an office's leader after a closure: those to be rung up, of that office, and nobody else."""

from __future__ import annotations

import pytest

from central_server import whom_to_call
from central_server.bookings import Booked, Bookings
from central_server.contacts import Box, Contact
from central_server.database import Pool
from central_server.messages import Channel
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.office.facts_slots import BookingCancelled
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, TARO, booked, here, lanes, planned, wish
from tests.central_server.test_changes import LIMITS, NEXT, closed

pytestmark = pytest.mark.slow
ONLY_PHONE = Contact(name="見本花子", phone="090-0000-0002")


def selling(pool: Pool, *channels: Channel) -> Bookings:
    return Bookings(pool, BOX, here(), LIMITS, channels)


async def asked(pool: Pool, *bookings: str, office: str = OFFICE, box: Box = BOX) -> tuple[ContactRow, ...]:
    async with pool.connection() as connection:
        return await whom_to_call.rows(connection, box, office, bookings, NOW)


async def settle(pool: Pool, booking: str, state: str) -> None:
    async with pool.connection() as connection:
        await connection.execute("UPDATE messages SET state = %s WHERE booking = %s", (state, booking))


async def test_who_has_a_telephone_alone_is_to_be_rung_up_and_one_whom_a_mail_reached_is_not_opened(pool: Pool) -> None:
    await planned(pool, lanes())
    bookings = selling(pool, "mail")
    mailed, rung = [
        (await booked(bookings, NINE + 10 * n, contact))[0].booking for n, contact in enumerate((TARO, ONLY_PHONE))
    ]
    assert await asked(pool, mailed, rung) == (), "nobody is hit"
    for booking in (mailed, rung):
        await closed(pool, bookings, booking)
    to_call = ContactRow(booking=rung, told="call", name="見本花子", phone="090-0000-0002")
    trying = ContactRow(booking=mailed, told="trying", name="見本太郎", phone="090-0000-0001")
    assert await asked(pool, mailed, rung) == (trying, to_call)
    await settle(pool, mailed, "sent")
    assert await asked(pool, mailed, rung) == (ContactRow(booking=mailed, told="sent"), to_call)
    await settle(pool, mailed, "given_up")
    assert [one.told for one in await asked(pool, mailed, rung)] == ["call", "call"]
    assert await asked(pool, rung) == (to_call,), "and nobody who was not asked for"
    assert await asked(pool, rung, office="another") == ()


async def test_who_cannot_be_opened_or_is_no_more_kept_is_said_to_have_no_contact(pool: Pool) -> None:
    await planned(pool, lanes())
    bookings = selling(pool)
    (one, _), (two, _) = [await booked(bookings, NINE + 10 * n) for n in range(2)]
    for booking in (one.booking, two.booking):
        await closed(pool, bookings, booking)
    assert [row.told for row in await asked(pool, one.booking, box=Box(b"x" * 32))] == ["none"]
    async with pool.connection() as connection:
        await connection.execute(
            "DELETE FROM contacts WHERE contact = (SELECT contact FROM bookings WHERE booking = %s)", (two.booking,)
        )
    assert [row.told for row in await asked(pool, one.booking, two.booking)] == ["call", "none"]


async def test_who_has_another_time_or_was_cancelled_otherwise_is_nobodys_business(pool: Pool) -> None:
    await planned(pool, lanes(), [DAY, NEXT])
    bookings = selling(pool)
    moved, by_staff = [await booked(bookings, NINE + 10 * n) for n in range(2)]
    await closed(pool, bookings, moved[0].booking)
    got = await bookings.change(OFFICE, moved[0].booking, moved[0].key, wish(day=NEXT), NOW)
    assert isinstance(got, Booked)
    await closed(pool, bookings, by_staff[0].booking, "staff")
    assert await asked(pool, moved[0].booking, by_staff[0].booking, got.booking) == ()


async def test_who_was_moved_by_staff_is_told_of_the_change_and_not_of_a_cancellation(pool: Pool) -> None:
    await planned(pool, lanes())
    bookings = selling(pool, "mail")
    one, _ = await booked(bookings)
    gone = BookingCancelled(
        booking=one.booking, letter=LETTER, date=DAY.isoformat(), by="staff", reason="時間の変更", replaced_by="new"
    )
    async with pool.connection() as connection, connection.transaction():
        assert await bookings.cancelled_by_office(connection, OFFICE, gone, NOW)
        assert not await bookings.cancelled_by_office(connection, OFFICE, gone, NOW)
        found = await connection.execute(
            "SELECT state, replaced_by, (SELECT count(*) FROM messages WHERE kind = 'cancelled') "
            "FROM bookings WHERE booking = %s",
            (one.booking,),
        )
        assert await found.fetchall() == [("cancelled", "new", 0)]


def test_nothing_personal_is_in_what_a_bug_would_print() -> None:
    row = ContactRow(booking="b1", told="call", name="見本太郎", phone="090-0000-0001")
    assert "見本" not in f"{row!r} {[row]}" and "0001" not in f"{row}"
