"""What visitors are told by mail and SMS: written down in the transaction of what happened, sent afterwards by a job.

One event is told once over one channel: the table's key says which event it is. Nothing personal stands in the table.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import psycopg

from central_server.contacts import Box, Contact, NotOurs, phone_digits
from central_server.database import Connection
from kiosk_app.office.slots import Start

Channel = Literal["mail", "sms", "call"]
"""call: a person rings up, from the list of who could not be told (`untold`)."""
Kind = Literal["confirmed", "changed", "cancelled", "closed", "reminder"]


class Untold(NamedTuple):
    """Whose time was taken by a closure, and who has not been told of it as far as is known."""

    booking: str
    letter: str
    day: date
    start: Start
    service: str
    language: str
    contact: Contact


def ways(kind: Kind, contact: Contact, channels: Collection[Channel]) -> tuple[Channel, ...]:
    """`channels`: those that this server has. Who is to stay at home is told over each of them, or rung up."""
    found: list[Channel] = []
    if contact.mail and "mail" in channels:
        found.append("mail")
    if phone_digits(contact.phone) and "sms" in channels and (kind == "closed" or not found):
        found.append("sms")
    return tuple(found) if found or kind != "closed" else ("call",)


async def queue(
    connection: Connection, office: str, booking: str, kind: Kind, channels: Sequence[Channel], now: datetime
) -> None:
    """In the transaction of what it tells of. The same event again changes nothing."""
    for channel in channels:
        await connection.execute(
            "INSERT INTO messages (office, booking, kind, channel, state, not_before, made_at) "
            "VALUES (%s, %s, %s, %s, 'waiting', %s, %s) ON CONFLICT DO NOTHING",
            (office, booking, kind, channel, now, now),
        )


async def contact_of(connection: Connection, box: Box, office: str, contact_id: str | None) -> Contact | None:
    """None for one that is purged already, or was sealed with a key that is lost."""
    if contact_id is None:
        return None
    found = await connection.execute(
        "SELECT sealed FROM contacts WHERE office = %s AND contact = %s", (office, contact_id)
    )
    row = await found.fetchone()
    if row is None:
        return None
    try:
        return box.open(office, contact_id, row[0])
    except NotOurs:
        return None


async def untold(connection: Connection, box: Box, office: str, now: datetime) -> list[Untold]:
    """The telephone list after a closure, by time: whom neither mail nor SMS has reached, without another time."""
    found = await connection.execute(_UNTOLD, (office, now))
    return _listed(box, office, await found.fetchall())


def untold_now(dsn: str, box: Box, office: str, now: datetime) -> list[Untold]:
    """The same for a command."""
    with psycopg.connect(dsn) as connection:
        return _listed(box, office, connection.execute(_UNTOLD, (office, now)).fetchall())


_UNTOLD = (
    "SELECT b.booking, b.letter, b.day, b.start_min, b.lane, b.length_min, b.after_min, b.service, b.language, "
    "c.contact, c.sealed FROM bookings b JOIN contacts c ON c.office = b.office AND c.contact = b.contact "
    "WHERE b.office = %s AND b.state = 'cancelled' AND b.cancelled_by = 'closure' "
    "AND b.replaced_by IS NULL AND b.day >= %s::date - 1 AND EXISTS (SELECT FROM messages m "
    "WHERE m.office = b.office AND m.booking = b.booking AND m.kind = 'closed' AND m.state <> 'void') "
    "AND NOT EXISTS (SELECT FROM messages m WHERE m.office = b.office AND m.booking = b.booking "
    "AND m.kind = 'closed' AND m.state IN ('sent', 'called')) ORDER BY b.day, b.start_min, b.booking"
)


def _listed(box: Box, office: str, rows: Sequence[tuple[Any, ...]]) -> list[Untold]:
    found = []
    for booking, letter, day, start_min, lane, length, after, service, language, contact_id, sealed in rows:
        try:
            contact = box.open(office, contact_id, sealed)
        except NotOurs:
            continue
        found.append(Untold(booking, letter, day, Start(start_min, lane, length, after), service, language, contact))
    return found


async def rung_up(connection: Connection, office: str, booking: str, now: datetime) -> None:
    """Somebody has told this visitor."""
    await connection.execute(
        "INSERT INTO messages (office, booking, kind, channel, state, not_before, made_at, ended_at) "
        "VALUES (%s, %s, 'closed', 'call', 'called', %s, %s, %s) "
        "ON CONFLICT (office, booking, kind, channel) DO UPDATE SET state = 'called', ended_at = excluded.ended_at",
        (office, booking, now, now, now),
    )
