"""The hub's book as its way to central sees it: what goes up, and what is done with what comes down.

A backlog is read a batch ahead in a thread, because a batch for central is ten times as long as one for a machine. What
comes is central's alone: its own chains, its own kinds, and no counter that would stop everybody's log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import msgspec

from kiosk_app.book import DurableBook
from kiosk_app.book_shelf import ACTOR, BookShelf
from kiosk_app.expected import Expected
from kiosk_app.hub_link import NotTaken
from kiosk_app.office import facts as f
from kiosk_app.office import reigns
from kiosk_app.office.authorship import OF_CENTRAL
from kiosk_app.office.board import Board
from kiosk_app.office.check_in_rows import CheckInRow
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.office.fleet import MachineNow
from kiosk_app.office.state import ringing_for
from kiosk_app.replication import LAMPORT_AHEAD_MAX
from kiosk_app.sync import Told
from kiosk_app.sync_messages import CENTRAL, FACTS_UP
from offline_store.chains import digest_of
from offline_store.envelope import Envelope, decode, hash_of
from offline_store.exchange import first_needed, lost_of
from offline_store.intake import Intake
from offline_store.log import Log
from offline_store.wire import BYTES_MAX, Batch, Have, Item, Lost

CAUSE = "peer_refused"
CENTRAL_NAME = "中央サーバー"
IMPLAUSIBLE = "implausible"
"""For people at the technician's screen; which fact it was and why stands in the log."""
RECORDED_MAX = 1_000
READ_AT_ONCE = 200
"""So long is the log held by who reads."""
Done = Callable[[Batch | None], None]
InThread = Callable[[Callable[[], Batch | None], Done], None]
"""Runs the first elsewhere and hands what it gives to the second, in the loop."""


def at_once(job: Callable[[], Batch | None], done: Done) -> None:
    done(job())


class NotCentrals(msgspec.ValidationError):
    """Central has sent what only the office may write."""


class _Wanted(NamedTuple):
    """`position`: of the log when it was asked for."""

    log: Log
    have: Have
    after: int
    position: int


class Catalogues(Protocol):
    """What is done with a catalogue that central has (central_catalogue.py)."""

    def wants(self, sha256: str) -> bool: ...

    def keep(self, text: str) -> None: ...


class Contacts(Protocol):
    """Of whom a leader looks for the telephone number (whom_to_call.py)."""

    def wanted(self) -> tuple[str, ...]: ...

    def put(self, rows: Sequence[ContactRow]) -> None: ...


class CentralShelf(BookShelf):
    """`board` makes the picture of this moment, `version` says whether it may be another one. `judge`: why a fact of
    central's cannot be true here, empty where it can; may raise NotNow."""

    def __init__(
        self,
        book: DurableBook,
        code: str,
        office: str,
        expected: Expected,
        board: Callable[[], Board],
        version: Callable[[], int],
        catalogues: Catalogues | None = None,
        in_thread: InThread = at_once,
        woken: Callable[[], None] = lambda: None,
        judge: Callable[[f.Fact], str] = lambda fact: "",
        contacts: Contacts | None = None,
        machines: Callable[[], tuple[MachineNow, ...]] = lambda: (),
    ) -> None:
        super().__init__(book, code, office)
        self._expected, self._catalogues, self._contacts = expected, catalogues, contacts
        self.board, self.board_version, self.machines = board, version, machines
        self._in_thread, self._woken = in_thread, woken
        self._judge, self._recorded = judge, set[tuple[str, str, int]]()
        self._wanted: _Wanted | None = None
        """What the batch is, or will be, an answer to."""
        self._read: Batch | None = None
        self._rows_version = 0

    def digest(self) -> bytes:
        return digest_of(self._book.log.heads())

    # --- what goes up ----------------------------------------------------------------------------------------------

    def batch_for(self, have: Have, after: int) -> Batch | None:
        """None with `reading` until it has been read. The one after it is then read at once."""
        if self.reading:
            return None
        log = self._book.log
        wanted = _Wanted(log, have, after, log.last_position)
        if self._wanted is None or not _same(self._wanted, wanted) or self._is_old(wanted):
            self._begin(wanted)
        if self.reading:
            return None
        batch, self._wanted, self._read = self._read, None, None
        if batch is not None and len(batch.items) == FACTS_UP:
            self._begin(wanted._replace(after=batch.up_to))
        return batch

    def _is_old(self, wanted: _Wanted) -> bool:
        """There was nothing, and meanwhile this hub has written."""
        return self._read is None and self._wanted is not None and self._wanted.position != wanted.position

    def _begin(self, wanted: _Wanted) -> None:
        self._wanted, self._read, self.reading = wanted, None, True

        def done(batch: Batch | None) -> None:
            self._read, self.reading = batch, False
            self._woken()

        self._in_thread(lambda: next_batch(wanted.log, wanted.have, wanted.after), done)

    # --- what comes down -------------------------------------------------------------------------------------------

    def take(self, batch: Batch) -> Intake:
        """Raises StoreFull, MalformedEnvelope, NotCentrals or another msgspec.ValidationError, NotTaken and NotNow."""
        latest_lamport = self._book.log.lamport + LAMPORT_AHEAD_MAX
        today, touched = self._book.state.day.date, False
        for item in batch.items:
            envelope = decode(item.data)
            fact = f.decode(envelope.kind, envelope.body)
            if reigns.code_of(envelope.machine) != CENTRAL or type(fact) not in OF_CENTRAL:
                raise NotCentrals(f"{envelope.machine} {envelope.kind}")
            if envelope.lamport > latest_lamport:
                raise NotCentrals(f"{envelope.machine}: lamport {envelope.lamport}")
            if cause := self._judge(fact):
                self._record(cause, envelope)
                raise NotTaken(IMPLAUSIBLE)
            touched |= isinstance(fact, f.BookingMade | f.BookingCancelled) and fact.date == today
        taken = self._book.receive(msgspec.structs.replace(batch, lost=_centrals(batch)))
        if touched and taken.accepted:
            self._rows_version += 1
        return taken

    def _record(self, cause: str, envelope: Envelope) -> None:
        """Once each, and one bell: what is refused comes again every minute."""
        name = (cause, envelope.machine, envelope.seq)
        if name in self._recorded or len(self._recorded) >= RECORDED_MAX:
            return
        self._recorded.add(name)
        new: list[f.Fact] = [
            f.RecordsRefused(machine_code=CENTRAL, cause=cause, machine=envelope.machine[:64], seq=envelope.seq)
        ]
        if ringing_for(self._book.state, self.code, CAUSE) is None:
            alert = self._book.clock.new_id()
            new.append(f.StaffCalled(alert=alert, machine_code=self.code, cause=CAUSE, detail=CENTRAL_NAME))
        self._book.settle(ACTOR, new)

    def heard_of(self, rank: reigns.Rank) -> None:
        """Central only repeats what this hub has said."""

    def hub_time(self, now_utc_ms: int) -> None:
        """Central's time is not the office's."""

    def central_head(self) -> tuple[str, int]:
        heads = {machine: seq for machine, (seq, _) in self._book.log.heads().items() if _is_centrals(machine)}
        latest = max(heads, key=lambda machine: reigns.place(machine, 0), default=CENTRAL)
        return latest, heads.get(latest, 0)

    # --- what is no fact -------------------------------------------------------------------------------------------

    def rows_wanted(self) -> Told:
        day = self._book.state.day
        if day.closed or not day.date:
            return Told()
        return Told(day.date, self._rows_version)

    def keep_rows(self, date: str, rows: tuple[CheckInRow, ...]) -> None:
        self._expected.put(date, rows)

    def contacts_wanted(self) -> tuple[str, ...]:
        return self._contacts.wanted() if self._contacts is not None else ()

    def keep_contacts(self, rows: tuple[ContactRow, ...]) -> None:
        if self._contacts is not None:
            self._contacts.put(rows)

    def wants_catalogue(self, sha256: str) -> bool:
        return self._catalogues is not None and self._catalogues.wants(sha256)

    def keep_catalogue(self, text: str) -> None:
        if self._catalogues is not None:
            self._catalogues.keep(text)


def next_batch(log: Log, have: Have, after: int) -> Batch | None:
    """The next facts behind `after` that `have` lacks, in the order of the log; None when there are none. `after` of
    the batch is the place up to which nothing is lacked."""
    if after == 0:
        first = first_needed(log, have)
        if first is None:
            return None
        after = first - 1
    items: list[Item] = []
    size, up_to = 0, after
    while len(items) < FACTS_UP:
        stored = log.read_stored(up_to, min(READ_AT_ONCE, FACTS_UP - len(items)))
        if not stored:
            break
        for position, envelope, data in stored:
            if not have.holds(envelope.machine, envelope.seq):
                size += len(data)
                if size > BYTES_MAX and items:
                    return Batch(sender=log.machine, after=after, up_to=up_to, items=tuple(items), lost=lost_of(log))
                items.append(Item(hash_of(data), data))
            up_to = position
    if not items:
        return None
    return Batch(sender=log.machine, after=after, up_to=up_to, items=tuple(items), lost=lost_of(log))


def _same(known: _Wanted, wanted: _Wanted) -> bool:
    """But for what has come from central meanwhile: to send that back does no harm."""
    if known.log is not wanted.log or known.after != wanted.after or known.have.missing != wanted.have.missing:
        return False
    return _others(known.have) == _others(wanted.have)


def _others(have: Have) -> dict[str, int]:
    return {machine: seq for machine, seq in have.heads.items() if not _is_centrals(machine)}


def _is_centrals(machine: str) -> bool:
    return reigns.code_of(machine) == CENTRAL


def _centrals(batch: Batch) -> tuple[Lost, ...]:
    return tuple(one for one in batch.lost if _is_centrals(one.machine))
