"""What central answers to a hub, message by message. Nothing is remembered between two: what to send follows from what
the hub says it has, and any process of central may answer any message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from central_server import office_chains, restored, taking, whom_to_call
from central_server.central import Central, OfficeHere
from central_server.contacts import NotOurs
from central_server.database import Connection
from central_server.fleet import seen
from central_server.news import News
from central_server.office_chains import Known
from kiosk_app.office.check_in_rows import NAME_MAX, ROWS_MAX, CheckInRow, phone_mark
from kiosk_app.replication import PROTOCOL, Given, Hello, No, Pull, Push, Welcome
from kiosk_app.sync_messages import (
    FACTS_DOWN,
    CatalogueAsked,
    CatalogueGiven,
    ContactsAsked,
    ContactsGiven,
    Reply,
    Request,
    RowsAsked,
    RowsGiven,
    Show,
    Shown,
    Wait,
    Waited,
)
from offline_store.chains import digest_of
from offline_store.wire import Batch, Have, Item


class SyncDesk:
    def __init__(self, central: Central, news: News | None = None) -> None:
        self._central = central
        self._news = news or News(central.pool)

    async def answer(self, office: str, asked: Request) -> Reply:
        """`office`: as the token says. Raises psycopg.OperationalError and psycopg_pool.PoolTimeout."""
        if isinstance(asked, Wait):
            return Waited(await self._news.until(office, asked))
        async with self._central.pool.connection() as connection:
            match asked:
                case Hello():
                    return await self._greet(connection, office, asked)
                case Push():
                    return await self._push(connection, office, asked)
                case Pull():
                    return await self._pull(connection, office, asked)
                case Show():
                    return await self._show(connection, office, asked)
                case RowsAsked():
                    return await self._rows(connection, office, asked)
                case ContactsAsked():
                    box, now = self._central.box, self._central.now()
                    return ContactsGiven(await whom_to_call.rows(connection, box, office, asked.bookings, now))
                case CatalogueAsked():
                    return await self._catalogue(connection, office)

    # --- facts -----------------------------------------------------------------------------------------------------

    async def _greet(self, connection: Connection, office: str, hello: Hello) -> Reply:
        if hello.protocol != PROTOCOL:
            return No("refused", "protocol")
        if hello.office != office or office_chains.is_centrals(hello.machine):
            return No("refused", "not_its_name")
        now = self._central.now()
        await office_chains.hold(connection, office)
        is_known = await office_chains.known(connection, office)
        ours = [name for name in {*hello.have.heads, is_known.own.machine} if office_chains.is_centrals(name)]
        if any(office_chains.incarnation(name) < 0 for name in ours):
            return No("refused", "not_its_name")
        differ = await self._differ(connection, office, is_known, hello)
        if await self._is_old(connection, office, is_known, hello.have, ours, differ, now):
            is_known = await office_chains.known(connection, office)
            differ = await self._differ(connection, office, is_known, hello)
        forked = tuple(sorted(name for name in differ if not office_chains.is_centrals(name)))
        await connection.execute(
            "UPDATE office_sync SET hub = %s, epoch = greatest(epoch, %s), heard_at = %s, "
            "trouble = %s, trouble_at = CASE WHEN %s THEN %s ELSE trouble_at END WHERE office = %s",
            (
                *(hello.machine, hello.epoch, now),
                *(f"two chains of one name: {', '.join(forked)}" if forked else "", bool(forked), now, office),
            ),
        )
        own = is_known.own.machine
        return Welcome(is_known.session, own, hello.epoch, 0, is_known.have(), forked, hello.hub)

    async def _differ(self, connection: Connection, office: str, is_known: Known, hello: Hello) -> list[str]:
        """Chains whose last fact at the hub is another one than here."""
        here = {
            name: seq
            for name, seq in hello.have.heads.items()
            if 0 < seq <= is_known.have().head(name) and name in hello.marks
        }
        ours = await office_chains.hashes_at(connection, office, here)
        return [name for name, last in ours.items() if last != hello.marks[name]]

    async def _is_old(
        self,
        connection: Connection,
        office: str,
        is_known: Known,
        have: Have,
        ours: Sequence[str],
        differ: Sequence[str],
        now: datetime,
    ) -> bool:
        """Whether this database is an old copy: the hub has facts of ours that we have not. Then it is set right."""
        own, seen = is_known.own, max(map(office_chains.incarnation, ours))
        behind = have.head(own.machine) > own.head.seq or seen > office_chains.incarnation(own.machine)
        if behind or own.machine in differ:
            await restored.begin_again(connection, office, is_known, seen, [n for n in ours if n in differ], now)
            return True
        ended = [name for name in ours if name in differ]
        for name in ended:
            await restored.forget(connection, office, name)
        return bool(ended)

    async def _push(self, connection: Connection, office: str, asked: Push) -> Reply:
        try:
            async with connection.transaction():
                return await taking.push(connection, self._central.bookings, office, asked, self._central.now())
        except (msgspec.ValidationError, UnicodeDecodeError):
            return No("refused", "malformed")

    async def _pull(self, connection: Connection, office: str, asked: Pull) -> Reply:
        """Central's own chains, in their order; the digest of all when the hub has them."""
        is_known = await office_chains.known(connection, office)
        own = is_known.own
        if asked.session != is_known.session:
            return No("greet", "session")
        if asked.have.head(own.machine) > own.head.seq:
            return No("greet", "restored")
        for machine in sorted(filter(office_chains.is_centrals, is_known.heads), key=office_chains.incarnation):
            after = asked.have.head(machine)
            if after >= is_known.heads[machine].seq:
                continue
            found = await connection.execute(
                "SELECT seq, hash, data FROM facts WHERE office = %s AND machine = %s AND seq > %s "
                "ORDER BY seq LIMIT %s",
                (office, machine, after, FACTS_DOWN),
            )
            if rows := await found.fetchall():
                items = tuple(Item(last, data) for _, last, data in rows)
                return Given(Batch(sender=machine, after=after, up_to=rows[-1][0], items=items))
        return Given(
            None, digest_of({name: (head.seq, head.hash) for name, head in is_known.heads.items() if head.seq})
        )

    # --- what is no fact -------------------------------------------------------------------------------------------

    async def _show(self, connection: Connection, office: str, asked: Show) -> Reply:
        """A hub that has been replaced and does not know it shows nothing any more."""
        if asked.board.office != office:
            return No("refused", "not_its_name")
        now = self._central.now()
        await office_chains.hold(connection, office)
        await connection.execute(
            "UPDATE office_sync SET heard_at = %s, epoch = %s, board = %s, board_at = %s, "
            "pending = coalesce(%s, pending), machines = %s, machines_at = %s, machines_as_of_utc_ms = %s "
            "WHERE office = %s AND epoch <= %s",
            (
                *(now, asked.epoch, msgspec.msgpack.encode(asked.board), now, asked.pending),
                *(seen.encode(asked.machines), now, seen.moment(asked.board.as_of_utc_ms), office, asked.epoch),
            ),
        )
        found = await connection.execute(
            "SELECT session, catalogue_sha256 FROM office_sync WHERE office = %s", (office,)
        )
        row = await found.fetchone()
        assert row is not None
        session, catalogue = row
        if asked.pending == 0 and asked.session == session:
            await restored.resume(connection, office)
        return Shown(catalogue)

    async def _rows(self, connection: Connection, office: str, asked: RowsAsked) -> Reply:
        try:
            day = date.fromisoformat(asked.date)
        except ValueError:
            return No("refused", "malformed")
        found = await connection.execute(
            "SELECT b.booking, b.contact, c.sealed FROM bookings b "
            "JOIN contacts c ON c.office = b.office AND c.contact = b.contact "
            "WHERE b.office = %s AND b.day = %s AND b.state IN ('booked', 'checked_in', 'no_show') "
            "ORDER BY b.start_min, b.booking LIMIT %s",
            (office, day, ROWS_MAX),
        )
        here = self._central.offices[office]
        rows = tuple(
            self._row(office, here, asked.date, booking, contact, sealed)
            for booking, contact, sealed in await found.fetchall()
        )
        return RowsGiven(asked.date, rows)

    def _row(self, office: str, here: OfficeHere, day: str, booking: str, contact: str, sealed: bytes) -> CheckInRow:
        """A contact that cannot be opened leaves a booking that its code finds."""
        try:
            opened = self._central.box.open(office, contact, sealed)
        except NotOurs:
            return CheckInRow(booking=booking)
        mark = phone_mark(here.booking_key, office, day, opened.phone)
        return CheckInRow(booking=booking, name=opened.name[:NAME_MAX], phone_mark=mark)

    async def _catalogue(self, connection: Connection, office: str) -> Reply:
        found = await connection.execute("SELECT catalogue FROM office_sync WHERE office = %s", (office,))
        row = await found.fetchone()
        return CatalogueGiven((row[0] if row else None) or "")


async def set_catalogue(connection: Connection, office: str, text: str) -> bool:
    """The file that this office's hub shall use from its next opening day on: false for an office that is none here."""
    async with connection.transaction():
        found = await connection.execute("SELECT 1 FROM chains WHERE office = %s", (office,))
        if await found.fetchone() is None:
            return False
        await office_chains.hold(connection, office)
        await connection.execute(
            "UPDATE office_sync SET catalogue = %s, catalogue_sha256 = %s WHERE office = %s",
            (text, hashlib.sha256(text.encode()).hexdigest(), office),
        )
    return True
