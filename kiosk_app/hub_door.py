"""The hub's side of replication: who may send, what of it is taken, and what is recorded where it is not.

Default deny. A machine may write its own chain alone and only what is its to write (office/authorship.py); of others'
facts the hub takes from it what fills a known gap, or belongs to a log of the hub that has ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from kiosk_app import opening
from kiosk_app.book import DurableBook
from kiosk_app.hub_role import HubRole
from kiosk_app.kept_log import incarnation_of
from kiosk_app.matching import match
from kiosk_app.office import authorship, numbers, trusted
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.office.fleet import Heard
from kiosk_app.office.fold_base import SKEW_MS
from kiosk_app.office.reigns import rank
from kiosk_app.office.state import ringing_for
from kiosk_app.replication import (
    FACTS_AT_ONCE,
    LAMPORT_AHEAD_MAX,
    PROTOCOL,
    Find,
    Found,
    Given,
    Hello,
    No,
    Pull,
    Push,
    Reply,
    Request,
    Sell,
    Sold,
    Taken,
    Welcome,
)
from kiosk_app.slot_shop import SlotShop
from offline_store.envelope import Envelope, MalformedEnvelope, decode, hash_of
from offline_store.errors import StoreFull
from offline_store.exchange import batch_for, have_of
from offline_store.salvage import base_name
from offline_store.wire import Batch, too_large

ACTOR = "hub"
CAUSE = "peer_refused"
FOUND_MAX = 100
RECORDED_MAX = 1_000
"""Refusals that are told apart; a machine that repeats one is recorded once."""


@dataclass
class Guest:
    """A machine that has greeted. `heard_utc_ms`: its last request. `hub`: the log of the hub that welcomed it.
    `version`: of its program. `has`: so far goes its own log, as it last said."""

    session: str
    hub: str
    machine: str
    heard_utc_ms: int
    version: str = ""
    has: int = 0


class Elsewhere:
    """What a machine that may be hub answers while it is not: where the hub is, as far as it knows."""

    def __init__(self, role: HubRole, book: DurableBook, machines: Sequence[str]) -> None:
        self._role = role
        self._book = book
        self._machines = tuple(machines)

    def revoked(self, code: str) -> None:
        """The hub records it, when it comes there."""

    def handle(self, code: str, request: Request) -> Reply:
        if code not in trusted.machines(self._book.state, self._machines):
            return No("refused", "unknown_machine")
        if isinstance(request, Hello) and code in self._role.candidates:
            with contextlib.suppress(StoreFull):
                self._role.heard_of(rank(request.epoch, request.hub))
        known = self._role.hub()
        return No("elsewhere", "not_hub", known.epoch, known.code)


class Door:
    """`machines`: the codes of the ticket machines of machine.toml; paired ones count as well. `letters`: those that
    numbers are leased of. `local`: office time in the office's zone, or None while the hub's clock is in doubt.
    `doubted` hears when a machine that cannot be hub itself says that there is a higher one: its word ends no hub."""

    def __init__(
        self,
        book: DurableBook,
        office: Office,
        machines: Sequence[str],
        local: Callable[[], datetime | None],
        machine_code: str,
        role: HubRole | None = None,
        doubted: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._office = office
        self._configured = tuple(machines)
        self._letters = tuple(group.letter for group in office.groups)
        self._local = local
        self._machine_code = machine_code
        self._role = role or HubRole(book, machine_code, office.id, first=True, may_be_hub=True)
        self._doubted = doubted
        self._recorded: set[tuple[str, str, str, int]] = set()
        self.guests: dict[str, Guest] = {}
        self.shop = SlotShop(book, office, machine_code, lambda: self.machines)
        self.heard: dict[str, int] = {}
        """When something was last taken from each machine, or given to it: what it printed until then is known here."""

    @property
    def machines(self) -> tuple[str, ...]:
        return trusted.machines(self._book.state, self._configured)

    def fleet(self) -> dict[str, Heard]:
        """Of each machine of this office, as far as it has greeted since this hub started."""
        found = {}
        for code in self.machines:
            guest = self.guests.get(code)
            if guest is None:
                found[code] = Heard("", self.heard.get(code, 0))
            else:
                behind = guest.has - self._book.log.head(guest.machine)[0]
                found[code] = Heard(guest.version, guest.heard_utc_ms, max(0, behind))
        return found

    def revoked(self, code: str) -> None:
        """It came all the same: recorded, and shown."""
        self.guests.pop(code, None)
        self._record(code, "revoked", "", 0)

    def handle(self, code: str, request: Request) -> Reply:
        """`code`: which machine asks, as its token says."""
        if code not in self.machines:
            return No("refused", "unknown_machine")
        if self._book.closed:
            return No("later", "mending")
        if self._role.now == "machine":
            # Until this core has ended.
            known = self._role.hub()
            return No("elsewhere", "not_hub", known.epoch, known.code)
        if self._role.now == "handing_over" and code != self._role.handing_to:
            return No("later", "handing_over")
        try:
            match request:
                case Hello():
                    return self._greet(code, request)
                case Push():
                    return self._known(code, request.session) or self._push(code, request.batch)
                case Pull():
                    return self._known(code, request.session) or self._pull(code, request)
                case Sell():
                    return self._known(code, request.session) or self._sell(code, request)
                case Find():
                    return self._known(code, request.session) or self._find(request)
        except StoreFull:
            return No("later", "disk_full")

    def _known(self, code: str, session: str) -> No | None:
        guest = self.guests.get(code)
        if guest is None or guest.session != session or guest.hub != self._book.machine:
            return No("greet", "session")
        guest.heard_utc_ms = self._book.clock.now_utc_ms()
        return None

    def _greet(self, code: str, hello: Hello) -> Reply:
        if hello.protocol != PROTOCOL:
            return No("refused", "protocol")
        if hello.office != self._office.id or hello.code != code or base_name(hello.machine) != code:
            self._record(code, "not_its_name", hello.machine, 0)
            return No("refused", "not_its_name")
        theirs = rank(hello.epoch, hello.hub)
        if theirs > self._role.own():
            if code in self._role.candidates:
                self._role.overtaken(theirs)
            else:
                self._doubted()
            return No("refused", "older_hub")
        now = self._book.clock.now_utc_ms()
        session = self._book.clock.new_id()
        has = hello.have.head(hello.machine)
        self.guests[code] = Guest(session, self._book.machine, hello.machine, now, hello.version, has)
        forked = self._forked(hello)
        for machine in forked:
            self._record(code, "forked", machine, hello.have.head(machine))
        log = self._book.log
        told = now if self._local() is not None else 0
        own = self._role.own()
        return Welcome(session, self._book.machine, own.epoch, told, have_of(log), forked, own.code)

    def _forked(self, hello: Hello) -> tuple[str, ...]:
        """Chains whose last fact at the machine is another one than here."""
        found = []
        for machine, mark in hello.marks.items():
            ours = self._book.log.hash_at(machine, hello.have.head(machine))
            if ours is not None and ours != mark:
                found.append(machine)
        return tuple(found)

    # --- what a machine sends ----------------------------------------------------------------------------------

    def _push(self, code: str, batch: Batch) -> Reply:
        try:
            entries = self._opened(batch)
        except (MalformedEnvelope, msgspec.ValidationError, UnicodeDecodeError):
            return self._refuse(code, "malformed")
        if entries is None:
            return self._refuse(code, "bad_hash")
        if any(e.machine == self._book.machine and e.seq > self._book.log.head(e.machine)[0] for e, _ in entries):
            # Facts of ours that we have not: this log is an old copy, and must not go on in its own name.
            self._record(code, "hub_restored", self._book.machine, self._book.log.head(self._book.machine)[0])
            self._book.begin_again(ACTOR, self._machine_code)
            return No("greet", "restored")
        kept = self._kept(code, batch, [envelope for envelope, _ in entries])
        if (answer := self._judge(code, entries)) is not None:
            return answer
        taken = self._book.receive(kept)
        if taken.refusal is not None:
            if taken.refusal.cause == "missing_before":
                return No("greet", "missing_before")
            return self._refuse(code, taken.refusal.cause, taken.refusal.machine, taken.refusal.seq)
        for fork in taken.forks:
            self._record(code, "forked", fork.machine, fork.seq)
        self.lease()
        self.match()
        self._hears(code)
        return Taken(batch.up_to, tuple(sorted({fork.machine for fork in taken.forks})))

    def _opened(self, batch: Batch) -> list[tuple[Envelope, f.Fact]] | None:
        """None where a fact is not what its hash says."""
        if too_large(batch) or any(hash_of(item.data) != item.hash for item in batch.items):
            return None
        envelopes = [decode(item.data) for item in batch.items]
        return [(e, f.decode(e.kind, e.body)) for e in envelopes]

    def _kept(self, code: str, batch: Batch, envelopes: Sequence[Envelope]) -> Batch:
        """Without what this machine may not tell of others. It may honestly have it; those others will bring it."""
        log, own = self._book.log, base_name(self._book.machine)
        have = have_of(log)

        def may(e: Envelope) -> bool:
            if base_name(e.machine) == code or (base_name(e.machine) == own and e.machine != self._book.machine):
                return True
            return e.seq <= have.head(e.machine)

        items = tuple(item for item, e in zip(batch.items, envelopes, strict=True) if may(e))
        lost = tuple(lost for lost in batch.lost if base_name(lost.machine) == code)
        return msgspec.structs.replace(batch, items=items, lost=lost)

    def _judge(self, code: str, entries: Sequence[tuple[Envelope, f.Fact]]) -> No | None:
        """A day that a machine has begun is opened first, so that its facts find it open."""
        have = have_of(self._book.log)
        latest_lamport = self._book.log.lamport + LAMPORT_AHEAD_MAX
        for e, _ in entries:
            if e.lamport > latest_lamport:
                return self._refuse(code, "counter_ahead", e.machine, e.seq)
        new = [
            (e.machine, e.seq, fact)
            for e, fact in sorted(entries, key=lambda entry: (entry[0].machine, entry[0].seq))
            if base_name(e.machine) == code and not have.holds(e.machine, e.seq)
        ]
        local = self._local()
        latest = self._book.state.day.date
        days = [fact.date for _, _, fact in new if isinstance(fact, f.DayJoined | f.DayOpened)]
        if days and max(days) > latest:
            if self._role.now != "hub":
                return No("later", "handing_over")
            if local is None:
                return No("later", "clock")
            ahead = local + timedelta(milliseconds=SKEW_MS)
            latest = max(latest, ahead.date().isoformat())
            if max(days) <= latest:
                opening.roll_day(self._book, self._office, ahead)
        known = not incarnation_of(self._book.machine) and self._role.may_lease()
        candidate = code in self._role.candidates
        fault = authorship.first_fault(self._book.state, code, new, latest, known, candidate)
        return None if fault is None else self._refuse(code, *fault)

    def _refuse(self, code: str, cause: str, machine: str = "", seq: int = 0) -> No:
        self._record(code, cause, machine, seq)
        return No("refused", cause)

    def _record(self, code: str, cause: str, machine: str, seq: int) -> None:
        """Once each, and one bell. A hub that hands over has nothing more to say."""
        if self._role.now != "hub":
            return
        if (code, cause, machine, seq) in self._recorded or len(self._recorded) >= RECORDED_MAX:
            return
        self._recorded.add((code, cause, machine, seq))
        new: list[f.Fact] = [f.RecordsRefused(machine_code=code, cause=cause, machine=machine[:64], seq=seq)]
        if ringing_for(self._book.state, self._machine_code, CAUSE) is None:
            alert = self._book.clock.new_id()
            new.append(f.StaffCalled(alert=alert, machine_code=self._machine_code, cause=CAUSE, detail=code))
        self._book.settle(ACTOR, new)

    # --- what a machine gets -----------------------------------------------------------------------------------

    def _pull(self, code: str, pull: Pull) -> Reply:
        self._hears(code)
        log = self._book.log
        guest = self.guests[code]
        guest.has = pull.have.head(guest.machine)
        own = [(name, head) for name, head in pull.have.heads.items() if base_name(name) == code]
        if all(log.head(name)[0] >= head for name, head in own):
            self.shop.heard_all(code)
        batch = batch_for(log, pull.have, pull.after, FACTS_AT_ONCE)
        return Given(batch) if batch is not None else Given(None, log.digest())

    def _sell(self, code: str, wish: Sell) -> Reply:
        if self._role.now != "hub":
            return No("later", "handing_over")
        sold = self.shop.sell(code, wish.sale, wish.service, wish.start_min, wish.language)
        if isinstance(sold, str):
            return Sold(cause=sold)
        return Sold(sold.booking, sold.letter, sold.lane, sold.start_min, sold.length_min)

    def _find(self, asked: Find) -> Reply:
        return Found(self.shop.find_phones(asked.digits)[:FOUND_MAX])

    def _hears(self, code: str) -> None:
        self.heard[code] = self._book.clock.now_utc_ms()

    def match(self) -> None:
        """Tickets that have arrived whose numbers were called before. On a full disk the next try tells it."""
        if self._role.now != "hub":
            return
        with contextlib.suppress(StoreFull):
            match(self._book)

    def lease(self) -> None:
        """Numbers for machines that will need some. A hub that lost part of its log cannot know what it granted, and
        grants no more on that day: the machines' own bands last for it. So with one that took over by force."""
        day = self._book.state.day
        if day.closed or not day.date or incarnation_of(self._book.machine) or not self._role.may_lease():
            return
        joined = [code for code in self.machines if self._is_of_today(code)]
        due = numbers.leases_due(self._book.state, joined, self._letters)
        if due:
            self._book.commit(ACTOR, due)

    def _is_of_today(self, code: str) -> bool:
        days = self._book.state.machine_days.items()
        return any(base_name(machine) == code and date == self._book.state.day.date for machine, date in days)
