"""Takes what an office's hub has sent: facts are kept as they are, and what concerns central is done with them at once.

One transaction a batch. Default deny: an office writes its machines' chains and never central's, and what only central
may say is refused from anybody else. A fact that is well written and makes no sense is kept all the same and told to
whoever looks after central; it stops nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
import psycopg

from central_server import chain, days, office_chains, restored
from central_server.database import Connection
from central_server.office_chains import Known
from kiosk_app.office import facts as f
from kiosk_app.office import slots
from kiosk_app.replication import LAMPORT_AHEAD_MAX, No, Push, Taken
from kiosk_app.sync_messages import CENTRAL
from offline_store.intake import Link, Refused, Sorting
from offline_store.wire import MACHINES_MAX

OF_CENTRAL_ALONE = frozenset({"PlanTaken", "OnlineClosed"})
OF_INTEREST = frozenset({"SlotsPlanned", "BookingCancelled", "BookingMade", "TicketIssued", "OnlineClosed"})
CHECKED_IN = b'"booking":'
"""In a TicketIssued: most have none, and need not be read."""


async def push(connection: Connection, office: str, asked: Push, now: datetime) -> Taken | No:
    """In the caller's transaction, which is to be rolled back when it raises. Raises msgspec.ValidationError for a fact
    that cannot be read, and nothing of the batch is taken."""
    batch = asked.batch
    await office_chains.hold(connection, office)
    is_known = await office_chains.known(connection, office)
    if asked.session != is_known.own.machine:
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
    trouble = await _done_with(connection, office, sorting.accepted, now)
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


async def _done_with(connection: Connection, office: str, accepted: Sequence[Link], now: datetime) -> str:
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
                elif ours and isinstance(fact, f.BookingMade):
                    await restored.take_back(connection, office, fact)
                elif ours and isinstance(fact, f.OnlineClosed):
                    await close(connection, office, fact.letter, date.fromisoformat(fact.date))
                elif isinstance(fact, f.BookingCancelled):
                    await _cancelled(connection, office, fact)
                elif isinstance(fact, f.TicketIssued):
                    await _checked_in(connection, office, fact)
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
    if not isinstance(fact, f.SlotsPlanned | f.BookingMade | f.BookingCancelled | f.OnlineClosed):
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


async def _cancelled(connection: Connection, office: str, fact: f.BookingCancelled) -> None:
    done = await connection.execute(
        "UPDATE bookings SET state = 'cancelled' WHERE office = %s AND booking = %s AND state IN ('booked', 'no_show')",
        (office, fact.booking),
    )
    if done.rowcount:
        await days.touch(connection, office, fact.letter, date.fromisoformat(fact.date))


async def _checked_in(connection: Connection, office: str, fact: f.TicketIssued) -> None:
    """A booking that only the office has, or that its code alone has proved, is none of ours."""
    booking = msgspec.structs.asdict(fact).get("booking", "")
    await connection.execute(
        "UPDATE bookings SET state = 'checked_in' "
        "WHERE office = %s AND booking = %s AND state IN ('booked', 'no_show')",
        (office, booking),
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
