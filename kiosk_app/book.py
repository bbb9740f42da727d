"""The one way to change the office: facts are kept first, then folded, then told.

`DurableBook` keeps them in the log. `PracticeBook` keeps nothing: it is what training mode (研修モード) works on, so
that no press there can reach a real ticket.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from kiosk_app import kept_log
from kiosk_app.clock import Clock
from kiosk_app.kept_log import KeptLog
from kiosk_app.office import folds
from kiosk_app.office.facts import Fact, IncarnationBegan, RecordsDestroyed, StaffCalled, decode, encode
from kiosk_app.office.state import OfficeState
from kiosk_app.office.touched import Touched
from kiosk_app.signal import Signal
from offline_store.envelope import decode as decode_envelope
from offline_store.errors import BadRecord, StoreDamaged, StoreFull
from offline_store.intake import Intake
from offline_store.log import Log, NewFact
from offline_store.wire import Batch, Item

OWED_MAX = 1000


class Book:
    """State, and `commit` which is the only thing that changes it."""

    def __init__(self, state: OfficeState, clock: Clock, machine: str) -> None:
        self.state = state
        self.clock = clock
        self.machine = machine
        self.changed = Signal()
        self.touched = Touched()
        """For the figures of today on the consoles, which take it."""
        self._owed: deque[tuple[str, Sequence[Fact]]] = deque()
        self.told: Callable[[Sequence[Fact]], None] = lambda facts: None
        self.allows: Callable[[Sequence[Fact]], bool] = lambda facts: True
        """Whether this machine may write them now: a hub that has said its last word is like one without a disk."""

    def commit(self, actor: str, facts: Sequence[Fact], *, outcome: bool = False) -> None:
        """Durable when this returns. Raises StoreFull when the disk cannot take them; then nothing happened.

        `outcome`: the end of an act already begun, which may use up the reserve of the disk.
        """
        if not facts:
            return
        if not outcome and not self.allows(facts):
            raise StoreFull("another machine is the hub")
        now = self.clock.now_utc_ms()
        first_seq = self._keep(actor, facts, now, outcome)
        for offset, fact in enumerate(facts):
            folds.apply(self.state, self.machine, first_seq + offset, now, actor, fact)
        self._tell(facts)

    def _tell(self, facts: Sequence[Fact]) -> None:
        """What is kept and folded."""
        self.touched.by(facts)
        self.told(facts)
        self.changed.bump()

    def settle(self, actor: str, facts: Sequence[Fact]) -> None:
        """The end of an act, or what nobody can be refused. It may use the reserve; while even that is gone it waits
        in memory, so that a full disk stops neither the printer's outcome nor the bell. A kill makes it unknown.
        """
        if not facts:
            return
        if len(self._owed) >= OWED_MAX:
            raise StoreFull(f"more than {OWED_MAX} outcomes wait for room on the disk")
        self._owed.append((actor, facts))
        self.pay()

    def pay(self) -> bool:
        """Tries again what waits. Whether nothing does."""
        while self._owed:
            # What is told of a fact may settle another; so the first is taken out before it is kept.
            actor, facts = self._owed.popleft()
            try:
                self.commit(actor, facts, outcome=True)
            except StoreFull:
                self._owed.appendleft((actor, facts))
                return False
        return True

    def head(self) -> str:
        """The hash of the last record that is kept, as hexadecimal digits; empty when nothing is."""
        return ""

    def _keep(self, actor: str, facts: Sequence[Fact], now_utc_ms: int, outcome: bool) -> int:
        raise NotImplementedError


class DurableBook(Book):
    """Keeps facts in the log of this machine. `on_damage` hears of a record that does not verify."""

    def __init__(self, kept: KeptLog, clock: Clock) -> None:
        super().__init__(kept.state, clock, kept.log.machine)
        self.kept = kept
        self.on_damage: Callable[[BadRecord], None] = lambda bad: None
        self.heard: Callable[[Sequence[Fact]], None] = lambda facts: None
        """What other machines wrote."""
        self.closed = False
        """While the log is being mended nothing can be kept, as on a full disk."""
        self._untold: list[Sequence[Fact]] | None = None
        """Within `together`: what is folded and not durable yet."""

    @property
    def log(self) -> Log:
        return self.kept.log

    def replace(self, kept: KeptLog) -> None:
        """Goes on with another log and what is folded from it."""
        self.kept, self.state, self.machine = kept, kept.state, kept.log.machine
        self.closed = False
        self.touched.by_anything()
        self.changed.bump()

    def head(self) -> str:
        found = self.log.hash_at_position(self.log.last_position)
        return "" if found is None else found.hex()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is committed inside is durable when this ends and not before; then it is told. There is no wait inside,
        so nobody else sees the state meanwhile. Raises StoreFull: nothing of it happened, and the state is as before.
        """
        if self.closed:
            raise StoreFull("the log is being mended")
        untold: list[Sequence[Fact]] = []
        self._untold = untold
        try:
            with self._keeping(), self.log.together():
                yield
        except BaseException:
            self._untold = None
            # What was folded has not happened.
            self.kept = kept_log.folded_again(self.kept)
            self.state = self.kept.state
            self.touched.by_anything()
            self.changed.bump()
            raise
        self._untold = None
        for facts in untold:
            self._tell(facts)

    def _tell(self, facts: Sequence[Fact]) -> None:
        if self._untold is None:
            super()._tell(facts)
        else:
            self._untold.append(facts)

    def receive(self, batch: Batch) -> Intake:
        """Takes facts of other machines, whole or not at all. Raises StoreFull; then nothing happened.

        Raises MalformedEnvelope and msgspec.ValidationError, before anything is kept, for what no fold could read.
        """
        for item in batch.items:
            _fact_of(item)
        with self._keeping():
            taken = self.log.intake(batch)
        facts, wrong = [], False
        for _, e in taken.accepted:
            fact = decode(e.kind, e.body)
            wrong |= kept_log.apply(self.state, e, fact)
            facts.append(fact)
        if wrong:
            # A hub has been replaced without knowing it, and what it wrote since does not count.
            self.state = kept_log.fold_again(self.log, self.state)
            self.kept = replace(self.kept, state=self.state)
        if facts:
            self.touched.by(facts)
            self.heard(facts)
            self.changed.bump()
        return taken

    def begin_again(self, actor: str, machine_code: str) -> None:
        """This log was an old copy, or another one went on in its name: from here on it has a new one."""
        with self._keeping():
            previous, self.machine = self.log.machine, self.log.begin_incarnation()
        began = IncarnationBegan(
            previous=previous, reason="log restored", spare_band=kept_log.incarnation_of(self.machine)
        )
        call = StaffCalled(alert=f"log-{self.machine}", machine_code=machine_code, cause="log_damaged")
        self.settle(actor, [began, call])

    def destroy(self, actor: str, told: RecordsDestroyed) -> None:
        """Destroys what `told` tells of, and keeps `told` itself: all or nothing. Raises StoreFull."""
        now = self.clock.now_utc_ms()
        with self._keeping():
            new = NewFact(actor=actor, kind=type(told).__name__, body=encode(told), at_utc_ms=now)
            (envelope,) = self.log.destroy(told.up_to_position + 1, [new])
        folds.apply(self.state, self.machine, envelope.seq, now, actor, told)
        self._tell([told])

    def refill_reserve(self) -> bool:
        """Whether the space for outcomes is set aside (again)."""
        return self.kept.reserve.fill()

    def _keep(self, actor: str, facts: Sequence[Fact], now_utc_ms: int, outcome: bool) -> int:
        with self._keeping():
            new = [NewFact(actor=actor, kind=type(f).__name__, body=encode(f), at_utc_ms=now_utc_ms) for f in facts]
            return self.log.append(new, outcome=outcome)[0].seq

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        if self.closed:
            raise StoreFull("the log is being mended")
        try:
            yield
        except StoreDamaged as damaged:
            self.on_damage(damaged.bad)
            raise StoreFull(str(damaged)) from damaged


def _fact_of(item: Item) -> Fact:
    envelope = decode_envelope(item.data)
    return decode(envelope.kind, envelope.body)


class PracticeBook(Book):
    """Forgets everything when the clerk signs out."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(OfficeState(), clock, "practice")
        self._seq = 0

    def _keep(self, actor: str, facts: Sequence[Fact], now_utc_ms: int, outcome: bool) -> int:
        first = self._seq + 1
        self._seq += len(facts)
        return first
