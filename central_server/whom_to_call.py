"""How those whom a closure has hit can be reached, for the leader of their own office who looks at the telephone list.

No more is opened than is needed: of bookings of this office that a closure has cancelled, without another time, and
whom no message has reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from central_server.contacts import Box, NotOurs
from central_server.database import Connection
from kiosk_app.office.check_in_rows import NAME_MAX
from kiosk_app.office.contact_rows import PHONE_MAX, ContactRow, Told

_HIT = (
    "SELECT b.booking, c.contact, c.sealed, ARRAY(SELECT m.state FROM messages m WHERE m.office = b.office "
    "AND m.booking = b.booking AND m.kind = 'closed' AND (m.channel <> 'call' OR m.state = 'called')) "
    "FROM bookings b LEFT JOIN contacts c ON c.office = b.office AND c.contact = b.contact "
    "WHERE b.office = %s AND b.booking = ANY(%s) AND b.state = 'cancelled' AND b.cancelled_by = 'closure' "
    "AND b.replaced_by IS NULL AND b.day >= %s::date - 1 ORDER BY b.day, b.start_min, b.booking"
)


async def rows(
    connection: Connection, box: Box, office: str, bookings: Sequence[str], now: datetime
) -> tuple[ContactRow, ...]:
    """By time. Without those that are not known here as cancelled by a closure: the hub asks again."""
    found = await connection.execute(_HIT, (office, list(bookings), now))
    return tuple(_row(box, office, *one) for one in await found.fetchall())


def _row(
    box: Box, office: str, booking: str, contact_id: str | None, sealed: bytes | None, states: list[str]
) -> ContactRow:
    if contact_id is None or sealed is None:
        return ContactRow(booking=booking, told="none")
    told = _told(states)
    if told == "sent":
        return ContactRow(booking=booking, told=told)
    try:
        contact = box.open(office, contact_id, sealed)
    except NotOurs:
        return ContactRow(booking=booking, told="none")
    return ContactRow(booking=booking, told=told, name=contact.name[:NAME_MAX], phone=contact.phone.strip()[:PHONE_MAX])


def _told(states: Sequence[str]) -> Told:
    """One way that has reached somebody is enough; one that may still do so is waited for by nobody."""
    if any(state in ("sent", "called") for state in states):
        return "sent"
    return "trying" if any(state in ("waiting", "sending") for state in states) else "call"
