"""When an office knows more of central's facts than central itself: the database was put back to an old copy of it.

From then on central writes a chain of another name. What it had promised and forgotten, the office tells; what it has
promised since, the new chain says again. Until the office has told everything, nothing more of its days is sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from central_server import chain, days, office_chains
from central_server.database import Connection
from central_server.office_chains import Known, incarnation
from kiosk_app.clock import new_id
from kiosk_app.office import facts as f
from kiosk_app.sync_messages import CENTRAL
from offline_store.envelope import GENESIS


async def begin_again(
    connection: Connection, office: str, is_known: Known, seen: int, forked: Sequence[str], now: datetime
) -> None:
    """`seen`: the highest incarnation that the office knows. `forked`: chains of ours that went on differently there;
    the office's word of them counts, and it is asked for all of it."""
    await pause(connection, office)
    own = is_known.own
    began = f"{CENTRAL}~{max(seen, incarnation(own.machine)) + 1}"
    if own.machine not in forked and own.head.seq:
        await connection.execute(
            "INSERT INTO office_chains (office, machine, seq, lamport, hash) VALUES (%s, %s, %s, %s, %s)",
            (office, own.machine, own.head.seq, own.head.lamport, own.head.hash),
        )
    for machine in forked:
        await forget(connection, office, machine)
    await connection.execute(
        "UPDATE chains SET machine = %s, seq = 0, hash = %s, lamport = %s WHERE office = %s",
        (began, GENESIS, is_known.lamport, office),
    )
    if told := await _what_stands(connection, office, now.date() - timedelta(days=1)):
        await chain.append(connection, office, int(now.timestamp() * 1000), CENTRAL, told)


async def forget(connection: Connection, office: str, machine: str) -> None:
    """A chain of ours that the office knows in another form: kept aside."""
    await connection.execute(
        "INSERT INTO office_forks (office, machine, seq, hash, data) "
        "SELECT office, machine, seq, hash, data FROM facts WHERE office = %s AND machine = %s ON CONFLICT DO NOTHING",
        (office, machine),
    )
    await connection.execute("DELETE FROM facts WHERE office = %s AND machine = %s", (office, machine))
    await connection.execute("DELETE FROM office_chains WHERE office = %s AND machine = %s", (office, machine))


async def _what_stands(connection: Connection, office: str, since: date) -> list[f.Fact]:
    """Every promise, plan and last word of days to come, as facts: whoever has them already loses nothing."""
    found = await connection.execute(
        "SELECT booking, letter, day, lane, start_min, length_min, after_min, service, source, language, "
        "CASE WHEN state = 'cancelled' THEN coalesce(cancelled_by, 'visitor') END "
        "FROM bookings WHERE office = %s AND day >= %s AND state <> 'held' "
        "AND source IN ('web', 'phone') ORDER BY day, letter, booking",
        (office, since),
    )
    told: list[f.Fact] = []
    for booking, letter, day, lane, start, length, after, service, source, language, by in await found.fetchall():
        told.append(
            f.BookingMade(
                booking=booking,
                letter=letter,
                date=day.isoformat(),
                lane=lane,
                start_min=start,
                length_min=length,
                after_min=after,
                service=service,
                source=source,
                language=language,
            )
        )
        if by is not None:
            told.append(f.BookingCancelled(booking=booking, letter=letter, date=day.isoformat(), by=by))
    found = await connection.execute(
        "SELECT letter, day, epoch, number, closed FROM slot_days WHERE office = %s AND day >= %s ORDER BY day, letter",
        (office, since),
    )
    for letter, day, epoch, number, closed in await found.fetchall():
        if number:
            told.append(f.PlanTaken(letter=letter, date=day.isoformat(), epoch=epoch, number=number))
        if closed:
            told.append(f.OnlineClosed(letter=letter, date=day.isoformat()))
    return told


# --- nothing is sold meanwhile -------------------------------------------------------------------------------------


async def pause(connection: Connection, office: str) -> None:
    """Nothing more of this office is sold online until it has told everything. Promises stay; what is only held for
    somebody who types may be the office's by now."""
    await office_chains.hold(connection, office)
    await connection.execute("UPDATE office_sync SET session = %s WHERE office = %s", (new_id(), office))
    await connection.execute(
        "SELECT 1 FROM slot_days WHERE office = %s AND NOT closed ORDER BY letter, day FOR UPDATE", (office,)
    )
    await connection.execute(
        "INSERT INTO paused_days (office, letter, day, lanes, epoch, number) "
        "SELECT office, letter, day, lanes, epoch, number FROM slot_days WHERE office = %s AND NOT closed "
        "AND lanes <> %s ON CONFLICT DO NOTHING",
        (office, days.encode_lanes(())),
    )
    await connection.execute(
        "UPDATE slot_days SET lanes = %s, version = version + 1 WHERE office = %s AND NOT closed",
        (days.encode_lanes(()), office),
    )
    await connection.execute("DELETE FROM bookings WHERE office = %s AND state = 'held'", (office,))


async def pause_all(connection: Connection) -> int:
    """For whoever has put a backup back, before pages are served again: how many offices are waited for."""
    async with connection.transaction():
        found = await connection.execute("SELECT DISTINCT office FROM slot_days ORDER BY office")
        offices = [row[0] for row in await found.fetchall()]
        for office in offices:
            await pause(connection, office)
        return len(offices)


async def resume(connection: Connection, office: str) -> None:
    """The office has told everything. A day that has a later plan by now is sold by that one."""
    found = await connection.execute(
        "DELETE FROM paused_days WHERE office = %s RETURNING letter, day, lanes, epoch, number", (office,)
    )
    for letter, day, lanes, epoch, number in await found.fetchall():
        await connection.execute(
            "UPDATE slot_days SET lanes = %s, version = version + 1 "
            "WHERE office = %s AND letter = %s AND day = %s AND epoch = %s AND number = %s",
            (lanes, office, letter, day, epoch, number),
        )
