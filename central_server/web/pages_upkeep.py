"""What the phone pages need done by themselves, in each turn of the upkeep: samples are taken, and old counts go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from central_server import give_backs
from central_server.database import Connection
from central_server.offices import OfficeHere
from central_server.web import crowding, limits, survey


async def turn(connection: Connection, offices: Iterable[OfficeHere], now: datetime) -> None:
    """Any process may do it, also several at once."""
    for here in offices:
        await crowding.sample(connection, here, now)
    today = now.astimezone(UTC).date()
    await limits.forget(connection, now)
    await survey.forget(connection, today)
    await crowding.forget(connection, today)
    await give_backs.forget(connection, now)
