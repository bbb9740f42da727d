"""The chains of facts of an office as central knows them: how far each goes, what of it is lost, what is a fork.

The same rules as in a machine's log (offline_store/intake.py), with PostgreSQL behind them. All of it happens in the
caller's transaction, which holds the office (`hold`): two answers to one request never see half of each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from central_server.database import Connection
from kiosk_app.clock import new_id
from kiosk_app.sync_messages import CENTRAL
from offline_store.chains import Gaps, Head
from offline_store.envelope import GENESIS, decode_link
from offline_store.intake import Link, Refused, Sorting, opened
from offline_store.wire import LOST_MAX, Batch, Have, Item, Lost

FORKS_MAX = 10_000
"""Kept of one office."""


class Own(NamedTuple):
    """The chain that central writes for this office now."""

    machine: str
    head: Head


class Known(NamedTuple):
    """`heads` with those of central's own chains, the present one as well. `session`: under which the hub asks."""

    session: str
    own: Own
    heads: Mapping[str, Head]
    gaps: Gaps

    def have(self) -> Have:
        heads = {machine: head.seq for machine, head in self.heads.items() if head.seq}
        return Have(heads, tuple(Lost(*gap) for gap in self.gaps.rows()[:LOST_MAX]))

    @property
    def lamport(self) -> int:
        return max((head.lamport for head in self.heads.values()), default=0)


def is_centrals(machine: str) -> bool:
    return machine.partition("~")[0] == CENTRAL


def incarnation(machine: str) -> int:
    """central is 0, central~2 is 2, and what is neither is -1."""
    base, _, suffix = machine.partition("~")
    if base != CENTRAL or (suffix and not (suffix.isdigit() and suffix == str(int(suffix)) and int(suffix) > 0)):
        return -1
    return int(suffix or 0)


async def hold(connection: Connection, office: str) -> None:
    """Until the caller's transaction ends nobody else changes what is known of this office's chains."""
    await connection.execute(
        "INSERT INTO office_sync (office, session) VALUES (%s, %s) ON CONFLICT DO NOTHING", (office, new_id())
    )
    await connection.execute("SELECT 1 FROM office_sync WHERE office = %s FOR UPDATE", (office,))


async def known(connection: Connection, office: str) -> Known:
    """Raises LookupError for an office that has no chain."""
    found = await connection.execute(
        "SELECT machine, seq, hash, lamport, true FROM chains WHERE office = %s "
        "UNION ALL SELECT machine, seq, hash, lamport, false FROM office_chains WHERE office = %s",
        (office, office),
    )
    rows = await found.fetchall()
    own = next((Own(machine, Head(seq, last, lamport)) for machine, seq, last, lamport, mine in rows if mine), None)
    if own is None:
        raise LookupError(f"no office {office!r}")
    heads = {machine: Head(seq, last, lamport) for machine, seq, last, lamport, _ in rows}
    found = await connection.execute(
        "SELECT machine, first_seq, last_seq FROM office_gaps WHERE office = %s", (office,)
    )
    gaps = Gaps(await found.fetchall())
    found = await connection.execute("SELECT session FROM office_sync WHERE office = %s", (office,))
    row = await found.fetchone()
    return Known(row[0] if row else "", own, heads, gaps)


async def hashes_at(connection: Connection, office: str, places: Mapping[str, int]) -> dict[str, bytes]:
    """Of the facts that stand there, by machine."""
    found = await connection.execute(
        "SELECT f.machine, f.hash FROM unnest(%s::text[], %s::bigint[]) AS p (machine, seq) "
        "JOIN facts f ON f.office = %s AND f.machine = p.machine AND f.seq = p.seq",
        (list(places), list(places.values()), office),
    )
    return dict(await found.fetchall())


async def sort(connection: Connection, office: str, is_known: Known, batch: Batch) -> Sorting:
    """What of a batch is new, had already, or a fork. Nothing is written yet. Raises Refused."""
    # Some milliseconds of hashing, beside which pages are answered.
    links = await asyncio.to_thread(opened, batch)
    stored = await _stored(connection, office, is_known, links)
    found = await connection.execute("SELECT hash FROM office_forks WHERE office = %s", (office,))
    quarantined = {row[0] for row in await found.fetchall()}
    sorting = Sorting(
        is_known.own.machine,
        is_known.heads,
        is_known.gaps,
        lambda machine, seq: stored.get((machine, seq), (None, None))[0],
        lambda machine, seq: stored.get((machine, seq), (None, None))[1],
        lambda fact_hash: fact_hash in quarantined,
    )
    await asyncio.to_thread(sorting.sort, batch, links)
    return sorting


async def _stored(
    connection: Connection, office: str, is_known: Known, links: Sequence[Link]
) -> dict[tuple[str, int], tuple[bytes, bytes]]:
    """Hash and previous hash of the facts at, before and behind those of the batch that are not simply the next
    ones."""
    places: set[tuple[str, int]] = set()
    for link in links:
        envelope = link.envelope
        if envelope.seq <= is_known.heads.get(envelope.machine, Head(0, GENESIS, 0)).seq:
            places |= {(envelope.machine, envelope.seq + step) for step in (-1, 0, 1)}
    if not places:
        return {}
    found = await connection.execute(
        "SELECT f.machine, f.seq, f.hash, f.data FROM unnest(%s::text[], %s::bigint[]) AS p (machine, seq) "
        "JOIN facts f ON f.office = %s AND f.machine = p.machine AND f.seq = p.seq",
        ([machine for machine, _ in places], [seq for _, seq in places], office),
    )
    return {(machine, seq): (last, decode_link(data)[1]) for machine, seq, last, data in await found.fetchall()}


async def write(connection: Connection, office: str, is_known: Known, sorting: Sorting) -> None:
    """What sorting has accepted, exactly as it was stored where it was written."""
    async with (
        connection.cursor() as cursor,
        cursor.copy("COPY facts (office, machine, seq, hash, data) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(("text", "text", "int8", "bytea", "bytea"))
        for link in sorting.accepted:
            await copy.write_row((office, link.envelope.machine, link.envelope.seq, link.item.hash, link.item.data))
    moved = [(machine, head) for machine, head in sorting.heads.items() if is_known.heads.get(machine) != head]
    await connection.execute(
        "INSERT INTO office_chains (office, machine, seq, lamport, hash) "
        "SELECT %s, u.* FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bytea[]) AS u "
        "ON CONFLICT (office, machine) DO UPDATE SET seq = excluded.seq, lamport = excluded.lamport, "
        "hash = excluded.hash",
        (
            office,
            [machine for machine, _ in moved],
            [head.seq for _, head in moved],
            [head.lamport for _, head in moved],
            [head.hash for _, head in moved],
        ),
    )
    if sorting.gaps.rows() != is_known.gaps.rows():
        await _write_gaps(connection, office, sorting.gaps)
    await keep_forks(connection, office, [(fork.machine, fork.seq, item) for fork, item in sorting.forks])


async def _write_gaps(connection: Connection, office: str, gaps: Gaps) -> None:
    await connection.execute("DELETE FROM office_gaps WHERE office = %s", (office,))
    rows = [(office, *gap) for gap in gaps.rows()]
    async with connection.cursor() as cursor:
        await cursor.executemany("INSERT INTO office_gaps VALUES (%s, %s, %s, %s)", rows)


async def keep_forks(connection: Connection, office: str, forks: Sequence[tuple[str, int, Item]]) -> None:
    if not forks:
        return
    found = await connection.execute("SELECT count(*) FROM office_forks WHERE office = %s", (office,))
    row = await found.fetchone()
    room = max(0, FORKS_MAX - int(row[0] if row else 0))
    rows = [(office, machine, seq, item.hash, item.data) for machine, seq, item in forks[:room]]
    async with connection.cursor() as cursor:
        await cursor.executemany("INSERT INTO office_forks VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", rows)


def first_of_another(accepted: Sequence[Link], own: Own) -> Link | None:
    """Of central's chains an office may bring back those that have ended, and none that was never begun."""
    for link in accepted:
        machine = link.envelope.machine
        if is_centrals(machine) and not 0 <= incarnation(machine) < incarnation(own.machine):
            return link
    return None


__all__ = ["Refused"]
