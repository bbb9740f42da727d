"""The one way to change the office: facts are kept first, then folded, then told.

`DurableBook` keeps them in the log. `PracticeBook` keeps nothing: it is what training mode (研修モード) works on, so
that no press there can reach a real ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk_app.clock import Clock
from kiosk_app.office import folds
from kiosk_app.office.facts import Fact, encode
from kiosk_app.office.state import OfficeState
from kiosk_app.signal import Signal
from offline_store.log import Log, NewFact


class Book:
    """State, and `commit` which is the only thing that changes it."""

    def __init__(self, state: OfficeState, clock: Clock, machine: str) -> None:
        self.state = state
        self.clock = clock
        self.machine = machine
        self.changed = Signal()
        self.told: Callable[[Sequence[Fact]], None] = lambda facts: None

    def commit(self, actor: str, facts: Sequence[Fact], *, outcome: bool = False) -> None:
        """Durable when this returns. Raises StoreFull when the disk cannot take them; then nothing happened.

        `outcome`: the end of an act already begun, which may use up the reserve of the disk.
        """
        if not facts:
            return
        now = self.clock.now_utc_ms()
        first_seq = self._keep(actor, facts, now, outcome)
        for offset, fact in enumerate(facts):
            folds.apply(self.state, self.machine, first_seq + offset, now, actor, fact)
        self.told(facts)
        self.changed.bump()

    def _keep(self, actor: str, facts: Sequence[Fact], now_utc_ms: int, outcome: bool) -> int:
        raise NotImplementedError


class DurableBook(Book):
    """Keeps facts in the log of this machine."""

    def __init__(self, state: OfficeState, clock: Clock, log: Log) -> None:
        super().__init__(state, clock, log.machine)
        self.log = log

    def _keep(self, actor: str, facts: Sequence[Fact], now_utc_ms: int, outcome: bool) -> int:
        kept = self.log.append(
            [NewFact(actor=actor, kind=type(f).__name__, body=encode(f), at_utc_ms=now_utc_ms) for f in facts],
            outcome=outcome,
        )
        return kept[0].seq


class PracticeBook(Book):
    """Forgets everything when the clerk signs out."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(OfficeState(), clock, "practice")
        self._seq = 0

    def _keep(self, actor: str, facts: Sequence[Fact], now_utc_ms: int, outcome: bool) -> int:
        first = self._seq + 1
        self._seq += len(facts)
        return first
