"""Alerts in the database: which stand, what has changed, and what is to be told of it, in one transaction.

One process looks at a time; where that fails (a lock that was lost with its line), the index alerts_never_two_of_one
and the key of alert_messages keep one trouble one alert. The rule itself is course.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from central_server.central import Central
from central_server.database import Connection, quick
from central_server.fleet import course, seen
from central_server.fleet.course import OPEN_MAX, Change, Standing
from central_server.fleet.problems import IsOpen, Judged, Key, Severity, judge, opening_of
from central_server.fleet.table import Kind
from central_server.offices import OfficeHere
from kiosk_app.clock import new_id
from kiosk_app.webhook_files import Receiver

KEPT = timedelta(days=90)
PURGED_A_TURN = 5_000
UNSENT_AFTER = timedelta(minutes=5)
"""A receiver that is started anew is no trouble."""
LOOK_EVERY = timedelta(seconds=15)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook. `id` is the same however often it is sent; `alert` is that of all events of one trouble.
    An empty `office` is the central server, an empty `machine` the office's way to it."""

    id: str
    alert: str
    event: course.Event
    at: str
    office: str
    machine: str
    kind: Kind
    part: str
    severity: Severity
    detail: str
    since: str


class Open(NamedTuple):
    """One that was told and has not ended."""

    key: Key
    standing: Standing


class Unsent(NamedTuple):
    receiver: str
    messages: int
    since: datetime


async def look(central: Central, receivers: Sequence[Receiver], now: datetime) -> int:
    """One look at all offices; how many events were written down. By one process at a time."""
    async with quick(central.pool) as connection:
        offices = await seen.all_offices(connection)
        judged = judge(offices, openings(central.offices), now, certificate_until(central.tls_cert_file))
        standing = await standing_now(connection)
        room = OPEN_MAX - len(standing)
        ids = {key: new_id() for key in sorted(judged.found.keys() - standing.keys())[: max(0, room)]}
        made = course.changes(standing, judged, ids, now)
        async with connection.transaction():
            for change in made:
                await _write(connection, change, receivers, now)
    return sum(1 for change in made if change.event is not None)


def openings(offices: Mapping[str, OfficeHere]) -> dict[str, IsOpen]:
    return {office: opening_of(here.office) for office, here in offices.items()}


def certificate_until(cert_file: str) -> datetime | None:
    """The end of the first certificate in this file, which is what this server shows; None where there is none."""
    if not cert_file:
        return None
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(Path(cert_file).read_bytes()).not_valid_after_utc.astimezone(UTC)
    except (OSError, ValueError):
        # Whoever cannot read it cannot serve with it either, and says so at its start.
        return None


async def standing_now(connection: Connection) -> dict[Key, Standing]:
    found = await connection.execute(
        "SELECT office, machine, kind, part, alert, severity, detail, seen_since, opened_at, gone_since "
        "FROM alerts WHERE ended_at IS NULL"
    )
    return {Key(*row[:4]): Standing(*row[4:]) for row in await found.fetchall()}


async def open_now(connection: Connection) -> list[Open]:
    """The worst first, then the oldest."""
    standing = await standing_now(connection)
    told = [Open(key, one) for key, one in standing.items() if one.opened_at is not None]
    return sorted(told, key=lambda one: (one.standing.severity != "critical", one.standing.seen_since, one.key))


async def unsent(connection: Connection, now: datetime) -> list[Unsent]:
    """Receivers that have not taken what they should have, the oldest first."""
    found = await connection.execute(
        "SELECT receiver, count(*), min(made_at) FROM alert_messages WHERE state IN ('waiting', 'sending') "
        "GROUP BY receiver HAVING min(made_at) < %s ORDER BY min(made_at), receiver",
        (now - UNSENT_AFTER,),
    )
    return [Unsent(*row) for row in await found.fetchall()]


async def purge(connection: Connection, now: datetime) -> None:
    await connection.execute(
        "DELETE FROM alerts WHERE alert IN (SELECT alert FROM alerts WHERE ended_at < %s LIMIT %s)",
        (now - KEPT, PURGED_A_TURN),
    )


async def _write(connection: Connection, change: Change, receivers: Sequence[Receiver], now: datetime) -> None:
    key, after, before = change.key, change.now, change.before
    if after is None:
        assert before is not None
        if change.event is None:
            await connection.execute("DELETE FROM alerts WHERE alert = %s", (before.alert,))
            return
        await connection.execute("UPDATE alerts SET ended_at = %s WHERE alert = %s", (now, before.alert))
        await _queue(connection, key, before, change.event, receivers, now)
        return
    row = (after.severity, after.detail, after.seen_since, after.opened_at, after.gone_since)
    if before is None:
        made = await connection.execute(
            "INSERT INTO alerts (office, machine, kind, part, alert, severity, detail, seen_since, opened_at, "
            "gone_since) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (*key, after.alert, *row),
        )
        if made.rowcount == 0:
            # Another process has begun it meanwhile, and tells of it.
            return
    else:
        await connection.execute(
            "UPDATE alerts SET severity = %s, detail = %s, seen_since = %s, opened_at = %s, gone_since = %s "
            "WHERE alert = %s",
            (*row, after.alert),
        )
    if change.event is not None:
        await _queue(connection, key, after, change.event, receivers, now)


async def _queue(
    connection: Connection,
    key: Key,
    one: Standing,
    event: course.Event,
    receivers: Sequence[Receiver],
    now: datetime,
) -> None:
    notice = Notice(
        id=f"alert.{one.alert}.{event}",
        alert=one.alert,
        event=event,
        at=now.astimezone(UTC).isoformat(timespec="seconds"),
        office=key.office,
        machine=key.machine,
        kind=key.kind,
        part=key.part,
        severity=one.severity,
        detail=one.detail,
        since=one.seen_since.astimezone(UTC).isoformat(timespec="seconds"),
    )
    body = msgspec.json.encode(notice).decode()
    for receiver in receivers:
        if key.kind in receiver.kinds:
            await connection.execute(
                "INSERT INTO alert_messages (alert, event, receiver, state, body, not_before, made_at) "
                "VALUES (%s, %s, %s, 'waiting', %s, %s, %s) ON CONFLICT DO NOTHING",
                (one.alert, event, receiver.name, body, now, now),
            )


__all__ = ["LOOK_EVERY", "Judged", "Notice", "Open", "certificate_until", "look", "open_now", "openings", "purge"]
