"""One turn of what has to happen by itself: held times are free again, days end, tomorrow is told of, contacts go.

Each part is bounded, and does nothing where nothing is due; the next turn comes in seconds.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from central_server import closing, days, messages, window
from central_server.central import Central
from central_server.certificates import rows as certificates
from central_server.database import Connection, quick
from central_server.messages import Channel
from central_server.offices import OfficeHere
from central_server.web import pages_upkeep
from kiosk_app.office import catalogue

HOLDS_A_TURN = 500
REMINDERS_A_TURN = 500
PURGED_A_TURN = 5_000
TRIES_KEPT = timedelta(days=1)
MESSAGES_KEPT = timedelta(days=90)
"""That something was told, not what: it names no person."""


async def often(central: Central, now: datetime) -> None:
    """What somebody waits for."""
    async with quick(central.pool) as connection:
        await expire(connection, now)


async def turn(central: Central, now: datetime, reminder_at: str, channels: Collection[Channel]) -> None:
    """All of it; once a minute is enough."""
    await often(central, now)
    await closing.close_due(central, now)
    async with quick(central.pool) as connection:
        for here in central.offices.values():
            await remind(central, connection, here, now, reminder_at, channels)
        await purge(connection, now)
        await pages_upkeep.turn(connection, central.offices.values(), now)
        await certificates.upkeep(connection, now)


async def expire(connection: Connection, now: datetime) -> int:
    """What was held and not confirmed, of all offices. How many."""
    async with connection.transaction():
        found = await connection.execute(
            "SELECT DISTINCT office, letter, day FROM (SELECT office, letter, day FROM bookings "
            "WHERE state = 'held' AND held_until <= %s ORDER BY held_until LIMIT %s) AS due "
            "ORDER BY office, letter, day",
            (now, HOLDS_A_TURN),
        )
        places = await found.fetchall()
        gone = 0
        for place in places:
            # As whoever sells: first the day, then its bookings.
            await days.locked(connection, *place)
            done = await connection.execute(
                "DELETE FROM bookings WHERE office = %s AND letter = %s AND day = %s "
                "AND state = 'held' AND held_until <= %s",
                (*place, now),
            )
            gone += done.rowcount
            if done.rowcount:
                await days.touch(connection, *place)
    return gone


async def remind(
    central: Central,
    connection: Connection,
    here: OfficeHere,
    now: datetime,
    reminder_at: str,
    channels: Collection[Channel],
) -> int:
    """Whoever is booked for tomorrow, and has booked before today. How many were written down."""
    local = now.astimezone(catalogue.zone(here.office))
    today, office = local.date(), here.office.id
    if now < window.moment(here.office, today, window.minutes(reminder_at)):
        return 0
    found = await connection.execute(
        "SELECT b.booking, b.contact FROM bookings b WHERE b.office = %s AND b.day = %s AND b.state = 'booked' "
        "AND b.made_at < %s AND b.contact IS NOT NULL AND b.reminded_at IS NULL ORDER BY b.booking LIMIT %s",
        (office, today + timedelta(days=1), window.moment(here.office, today, 0), REMINDERS_A_TURN),
    )
    rows = await found.fetchall()
    for booking, contact_id in rows:
        async with connection.transaction():
            contact = await messages.contact_of(connection, central.box, office, contact_id)
            ways = () if contact is None else messages.ways("reminder", contact, channels)
            await messages.queue(connection, office, booking, "reminder", ways, now)
            await connection.execute(
                "UPDATE bookings SET reminded_at = %s WHERE office = %s AND booking = %s", (now, office, booking)
            )
    return len(rows)


async def purge(connection: Connection, now: datetime) -> int:
    """Names and addresses of bookings that are long over; how many."""
    today = now.astimezone(UTC).date()
    done = await connection.execute(
        "DELETE FROM contacts WHERE (office, contact) IN "
        "(SELECT office, contact FROM contacts WHERE purge_on < %s LIMIT %s)",
        (today, PURGED_A_TURN),
    )
    await connection.execute("DELETE FROM phone_sessions WHERE expires_at <= %s", (now,))
    await connection.execute("DELETE FROM tries WHERE hour < %s", (now - TRIES_KEPT,))
    await connection.execute(
        "DELETE FROM messages WHERE (office, booking, kind, channel) IN (SELECT office, booking, kind, channel "
        "FROM messages WHERE made_at < %s LIMIT %s)",
        (now - MESSAGES_KEPT, PURGED_A_TURN),
    )
    return done.rowcount
