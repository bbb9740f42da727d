"""Central's last word of a day: from the hour in the office's catalogue on, what was not sold online is the office's.

The fact is written in the transaction that closes the day, behind everything that was sold of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from central_server import chain, days, taking
from central_server.central import Central
from central_server.database import Connection
from kiosk_app.office import catalogue
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.sync_messages import CENTRAL

AT_ONCE_MAX = 20_000
"""Days a round; the next round takes the rest."""


async def close_due(central: Central, now: datetime) -> int:
    """How many were closed. To be called every minute or oftener, by one process or by several."""
    async with central.pool.connection() as connection:
        # A day before it is due anywhere, so that one question serves all zones.
        found = await connection.execute(
            "SELECT office, letter, day FROM slot_days WHERE NOT closed AND day <= %s AND office = ANY(%s) "
            "ORDER BY day, office, letter LIMIT %s",
            (now.astimezone(UTC).date() + timedelta(days=1), list(central.offices), AT_ONCE_MAX),
        )
        open_days = await found.fetchall()
        # Each is closed by itself: whoever held several, and the chain, would make sellers wait for each other.
        await connection.commit()
        closed = 0
        for office_id, letter, day in open_days:
            office = central.offices[office_id].office
            if is_due(office, letter, day, now.astimezone(catalogue.zone(office))):
                closed += await _close(connection, office_id, letter, day, now)
        return closed


def is_due(office: Office, letter: str, day: date, local: datetime) -> bool:
    """A group that is not in the catalogue any more sells nothing of today."""
    if day < local.date():
        return True
    booking = next((group.booking for group in office.groups if group.letter == letter), None)
    if booking is None:
        return day == local.date()
    until = datetime.combine(day, time.fromisoformat(booking.online_until), local.tzinfo)
    return local >= until


async def _close(connection: Connection, office: str, letter: str, day: date, now: datetime) -> bool:
    async with connection.transaction():
        await days.locked(connection, office, letter, day)
        if not await taking.close(connection, office, letter, day):
            return False
        told = f.OnlineClosed(letter=letter, date=day.isoformat())
        await chain.append(connection, office, int(now.timestamp() * 1000), CENTRAL, [told])
    return True
