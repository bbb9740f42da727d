"""Takes what an office's hub has sent: facts are kept as they are, and what concerns central is done with them at once.

One transaction a batch. Default deny: an office writes its machines' chains and never central's, and what only central
may say is refused from anybody else. A fact that is well written and makes no sense is kept all the same and told to
whoever looks after central; it stops nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

import psycopg

from central_server import chain, days, give_backs, office_chains, restored
from central_server.booking_rows import State
from central_server.bookings import Bookings
from central_server.database import Connection
from central_server.office_chains import Known
from kiosk_app.clock import new_token
from kiosk_app.office import facts as f
from kiosk_app.office import slots
from kiosk_app.replication import LAMPORT_AHEAD_MAX, No, Push, Taken
from kiosk_app.sync_messages import CENTRAL
from offline_store.intake import Link, Refused, Sorting
from offline_store.wire import MACHINES_MAX

OF_CENTRAL_ALONE = frozenset({"PlanTaken", "OnlineClosed"})
OF_INTEREST = frozenset(
    {
        "SlotsPlanned",
        "BookingMade",
        "BookingCancelled",
        "BookingMissed",
        "TicketIssued",
        "OnlineClosed",
        "CancellationRefused",
    }
)
CHECKED_IN = b'"booking":'
"""In a TicketIssued: most have none, and need not be read."""


async def push(connection: Connection, bookings: Bookings, office: str, asked: Push, now: datetime) -> Taken | No:
    """In the caller's transaction, which is to be rolled back when it raises. Raises msgspec.ValidationError for a fact
    that cannot be read, and nothing of the batch is taken."""
    batch = asked.batch
    await office_chains.hold(connection, office)
    is_known = await office_chains.known(connection, office)
    if asked.session != is_known.session:
        return No("greet", "session")
    try:
        sorting = await office_chains.sort(connection, office, is_known, batch)
    except Refused as refused:
        if refused.refusal.cause == "missing_before":
            return No("greet", "missing_before")
        return await _refuse(connection, office, refused.refusal.cause, now)
    forked = {fork.machine for fork, _ in sorting.forks}
    ours = sorted(machine for machine in forked if office_chains.is_centrals(machine))
    if sorting.own_ahead or ours:
        seen = max(map(office_chains.incarnation, [is_known.own.machine, *ours]))
        await restored.begin_again(connection, office, is_known, seen, ours, now)
        return No("greet", "restored")
    if cause := _fault(sorting, is_known):
        return await _refuse(connection, office, cause, now)
    await office_chains.write(connection, office, is_known, sorting)
    trouble = await _done_with(connection, bookings, office, sorting.accepted, now)
    if forked:
        trouble = f"two chains of one name: {', '.join(sorted(forked))}"
    await _heard(connection, office, now, trouble)
    return Taken(batch.up_to, tuple(sorted(forked)))


def _fault(sorting: Sorting, is_known: Known) -> str:
    """Why nothing of it may be taken; empty when it may."""
    if office_chains.first_of_another(sorting.accepted, is_known.own) is not None:
        return "not_its_name"
    if len(sorting.heads) > MACHINES_MAX:
        return "too_many_chains"
    latest_lamport = is_known.lamport + LAMPORT_AHEAD_MAX
    for link in sorting.accepted:
        envelope = link.envelope
        if envelope.lamport > latest_lamport:
            return "counter_ahead"
        if envelope.kind in OF_CENTRAL_ALONE and not office_chains.is_centrals(envelope.machine):
            return "not_its_kind"
    return ""


async def _refuse(connection: Connection, office: str, cause: str, now: datetime) -> No:
    await _heard(connection, office, now, f"refused: {cause}")
    return No("refused", cause)


async def _heard(connection: Connection, office: str, now: datetime, trouble: str) -> None:
    await connection.execute(
        "UPDATE office_sync SET heard_at = %s, trouble = CASE WHEN %s <> '' THEN %s ELSE trouble END, "
        "trouble_at = CASE WHEN %s <> '' THEN %s ELSE trouble_at END WHERE office = %s",
        (now, trouble, trouble, trouble, now, office),
    )


# --- what is done with them ----------------------------------------------------------------------------------------


async def _done_with(
    connection: Connection, bookings: Bookings, office: str, accepted: Sequence[Link], now: datetime
) -> str:
    """The last trouble. The days first, in one order, as whoever sells locks them; central's own word of it last."""
    found = [(link, fact) for link in accepted if (fact := _of_interest(link)) is not None]
    if not found:
        return ""
    for letter, day in sorted({place for _, fact in found if (place := _place(fact)) is not None}):
        await days.locked(connection, office, letter, day)
    told: dict[tuple[str, str], f.PlanTaken] = {}
    trouble = ""
    for link, fact in found:
        try:
            async with connection.transaction():
                ours = office_chains.is_centrals(link.envelope.machine)
                if isinstance(fact, f.SlotsPlanned):
                    if await _plan(connection, office, fact):
                        told[fact.letter, fact.date] = f.PlanTaken(
                            letter=fact.letter, date=fact.date, epoch=fact.epoch, number=fact.number
                        )
                elif isinstance(fact, f.BookingMade):
                    await _promised(connection, bookings, office, fact, now)
                elif ours and isinstance(fact, f.OnlineClosed):
                    await close(connection, office, fact.letter, date.fromisoformat(fact.date))
                elif isinstance(fact, f.BookingCancelled):
                    await bookings.cancelled_by_office(connection, office, fact, now)
                elif isinstance(fact, f.BookingMissed):
                    await _is(connection, office, fact.booking, "no_show", ["booked"])
                elif isinstance(fact, f.TicketIssued):
                    await _is(connection, office, fact.booking, "checked_in", ["booked", "no_show"])
                elif isinstance(fact, f.CancellationRefused):
                    await give_backs.refused(connection, office, fact.ticket, now)
        except psycopg.errors.ExclusionViolation:
            trouble = f"sold twice: {link.envelope.machine} {link.envelope.seq}"
        except (ValueError, psycopg.DataError, psycopg.IntegrityError) as error:
            trouble = f"makes no sense: {link.envelope.machine} {link.envelope.seq}: {error}"[:200]
    if told:
        lamport = max(link.envelope.lamport for link in accepted)
        await connection.execute(
            "UPDATE chains SET lamport = greatest(lamport, %s) WHERE office = %s", (lamport, office)
        )
        await chain.append(connection, office, int(now.timestamp() * 1000), CENTRAL, list(told.values()))
    return trouble


def _of_interest(link: Link) -> f.Fact | None:
    """Raises msgspec.ValidationError."""
    envelope = link.envelope
    if envelope.kind not in OF_INTEREST or (envelope.kind == "TicketIssued" and CHECKED_IN not in envelope.body):
        return None
    return f.decode(envelope.kind, envelope.body)


def _place(fact: f.Fact) -> tuple[str, date] | None:
    if not isinstance(fact, f.SlotsPlanned | f.BookingMade | f.BookingCancelled | f.BookingMissed | f.OnlineClosed):
        return None
    try:
        return fact.letter, date.fromisoformat(fact.date)
    except ValueError:
        return None


async def _plan(connection: Connection, office: str, fact: f.SlotsPlanned) -> bool:
    """Raises ValueError. What is only held for somebody who types is given up where the office takes the time back."""
    if wrong := slots.fault(fact.lanes):
        raise ValueError(wrong)
    day = date.fromisoformat(fact.date)
    if not await days.plan(connection, office, fact.letter, day, fact.lanes, (fact.epoch, fact.number)):
        return False
    await connection.execute(
        "DELETE FROM paused_days WHERE office = %s AND letter = %s AND day = %s", (office, fact.letter, day)
    )
    found = await connection.execute(
        "SELECT booking, lane, start_min, start_min + length_min + after_min FROM bookings "
        "WHERE office = %s AND letter = %s AND day = %s AND state = 'held'",
        (office, fact.letter, day),
    )
    gone = [
        booking
        for booking, lane, start, until in await found.fetchall()
        if not _is_centrals_time(fact.lanes, lane, start, until)
    ]
    if gone:
        await connection.execute("DELETE FROM bookings WHERE office = %s AND booking = ANY(%s)", (office, gone))
    return True


def _is_centrals_time(lanes: Sequence[slots.Lane], number: int, start_min: int, until_min: int) -> bool:
    """Whether all of it lies in what central may sell; two stretches side by side are one time."""
    at = start_min
    for lane in lanes:
        for one in lane.stretches if lane.number == number else ():
            if one.owner == "central" and one.start_min <= at < one.until_min:
                at = one.until_min
    return at >= until_min


async def _promised(
    connection: Connection, bookings: Bookings, office: str, fact: f.BookingMade, now: datetime
) -> None:
    """By the office: its time may be central's by a later plan. Or by central, which has forgotten it: its visitor has
    the code, the link with its key is gone. Who was given another time keeps key and contact. Raises
    ExclusionViolation where the minute was sold here too."""
    day = date.fromisoformat(fact.date)
    nobodys_key = hashlib.sha256(new_token().encode()).digest()
    done = await connection.execute(
        "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, service, "
        "language, source, key_hash, contact) "
        "SELECT %s, %s, %s, %s, %s, %s, %s, %s, 'booked', %s, %s, %s, coalesce(old.key_hash, %s), old.contact "
        "FROM (VALUES (1)) AS one LEFT JOIN bookings old ON old.office = %s AND old.booking = %s "
        "ON CONFLICT (office, booking) DO NOTHING",
        (
            *(office, fact.booking, fact.letter, day, fact.lane, fact.start_min, fact.length_min, fact.after_min),
            *(fact.service, fact.language, fact.source, nobodys_key, office, fact.replaces),
        ),
    )
    if done.rowcount:
        await connection.execute(
            "UPDATE bookings SET replaced_by = %s WHERE office = %s AND booking = %s",
            (fact.booking, office, fact.replaces),
        )
        await days.touch(connection, office, fact.letter, day)
        if fact.replaces:
            await bookings.moved_by_office(connection, office, fact.booking, day, now)


async def _is(connection: Connection, office: str, booking: str, state: State, before: list[State]) -> None:
    """One that its code alone has proved (未確認) is none of ours."""
    await connection.execute(
        "UPDATE bookings SET state = %s WHERE office = %s AND booking = %s AND state = ANY(%s)",
        (state, office, booking, before),
    )


async def close(connection: Connection, office: str, letter: str, day: date) -> bool:
    """Nothing more of this day is sold, and what is only held is given up. Whether it was open. The day is locked."""
    done = await connection.execute(
        "UPDATE slot_days SET closed = true, version = version + 1 "
        "WHERE office = %s AND letter = %s AND day = %s AND NOT closed",
        (office, letter, day),
    )
    if done.rowcount:
        await connection.execute(
            "DELETE FROM bookings WHERE office = %s AND letter = %s AND day = %s AND state = 'held'",
            (office, letter, day),
        )
    return done.rowcount == 1
