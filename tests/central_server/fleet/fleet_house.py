"""An office's machines as its hub has told them, for the tests of the fleet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg

from central_server.fleet import seen
from central_server.fleet.seen import OfficeSeen
from kiosk_app.office.fleet import MachineNow
from tests.central_server.house import OFFICE

NOON = datetime.fromisoformat("2026-04-06T12:00:00+09:00").astimezone(UTC)
"""A Monday on which the office is open."""
NIGHT = datetime.fromisoformat("2026-04-06T23:00:00+09:00").astimezone(UTC)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def machine(code: str = "m1", at: datetime = NOON, **more: object) -> MachineNow:
    return MachineNow(code=code, heard_utc_ms=ms(at), version="1.5.0", **more)  # type: ignore[arg-type]


def office(
    *machines: MachineNow, at: datetime = NOON, pending: int = 0, silent: timedelta = timedelta(0)
) -> OfficeSeen:
    return OfficeSeen(OFFICE, at - silent, "m1", 1, pending, "", at - silent, ms(at - silent), machines)


def tell(dsn: str, one: OfficeSeen, number: int = 1) -> None:
    """As the desk for hubs keeps it."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO offices (office, number, token_sha256, booking_key, added_at) "
            "VALUES (%s, %s, %s, '', %s) ON CONFLICT DO NOTHING",
            (one.office, number, one.office.encode(), one.heard_at),
        )
        connection.execute("DELETE FROM office_sync WHERE office = %s", (one.office,))
        connection.execute(
            "INSERT INTO office_sync (office, session, hub, epoch, heard_at, pending, trouble, machines, machines_at, "
            "machines_as_of_utc_ms) VALUES (%s, 's', %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *(one.office, one.hub, one.epoch, one.heard_at, one.pending, one.trouble),
                *(seen.encode(one.machines), one.told_at, one.as_of_utc_ms),
            ),
        )
