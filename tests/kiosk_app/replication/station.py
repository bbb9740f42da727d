"""A computer of an office whose hub may change: whatever its log says that it is, it is after each start."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from kiosk_app import joining, opening
from kiosk_app.api import StaffAct
from kiosk_app.hub_door import Door, Elsewhere
from kiosk_app.hub_link import Link
from kiosk_app.hub_lookout import Lookout
from kiosk_app.hub_role import HubRole
from kiosk_app.matching import match
from kiosk_app.office import facts as f
from kiosk_app.office.calls import decide
from kiosk_app.office.decision import Decision, Staff
from kiosk_app.shelf import MachineShelf
from offline_store.errors import StoreFull
from tests.kiosk_app.office.scenario import DESK
from tests.kiosk_app.replication.machines import Node, Now, Printed, small_office

STAFF = Staff(code="2041", role="clerk")


class Said(NamedTuple):
    """A fact as it was written, by whom and on which day of theirs. `known`: how far each chain was known before."""

    machine: str
    seq: int
    date: str
    fact: f.Fact
    known: dict[str, int]


class Station(Node):
    """`codes`: all computers of the office; `may_be_hub`: those that can be it, the first of them to begin with. `told`
    hears of each call and each change of the hub."""

    def __init__(
        self,
        code: str,
        codes: Sequence[str],
        may_be_hub: Sequence[str],
        now: Now,
        ids: random.Random,
        printed: list[Printed],
        told: Callable[[Said], None] = lambda said: None,
    ) -> None:
        super().__init__(code, now, ids, printed)
        self.others = tuple(one for one in codes if one != code)
        self.may_be_hub = code in may_be_hub
        self.first = code == may_be_hub[0]
        self.candidates = tuple(one for one in may_be_hub if one != code) if self.may_be_hub else ()
        self.addresses = tuple(one for one in may_be_hub if one != code)
        self.hear = told
        self.begins_again = False
        """Its role has changed: the core has ended in order and waits to be started."""

    def boot(self, wrong_ms: int = 0) -> None:
        super().boot(wrong_ms)
        self.begins_again = False
        office = small_office()
        self.role = HubRole(self.book, self.code, office.id, self.candidates, self.first, self.may_be_hub)
        self.began_as_machine = self.role.now == "machine"
        self.door: Door | Elsewhere | None = None
        self.asking: Link | Lookout | None = None
        if self.began_as_machine:
            shelf = MachineShelf(self.book, self.clock, self.code, office, self.role.heard_of)
            self.link: Link | None = Link(shelf, len(self.addresses))
            self.asking = self.link
            self.door = Elsewhere(self.role, self.book, self.others) if self.may_be_hub else None
        else:
            self.link = None
            lookout = Lookout(self.role, len(self.addresses)) if self.addresses else None
            self.asking = lookout
            doubted = lookout.look_soon if lookout is not None else lambda: None
            self.door = Door(self.book, office, self.others, self.local, self.code, self.role, doubted)
        self.book.told = self._told
        self.book.allows = self.role.allows
        self.book.heard = lambda facts: self.look()
        self.look()
        self.pass_time()

    def _told(self, facts: Sequence[f.Fact]) -> None:
        last = self.log.head(self.book.machine)[0]
        for seq, fact in enumerate(facts, last - len(facts) + 1):
            if isinstance(fact, f.Called | f.NumberCalled | f.HubTaken):
                known = {machine: head for machine, (head, _) in self.log.heads().items()}
                known[self.book.machine] = seq - 1
                self.hear(Said(self.book.machine, seq, self.book.state.day.date, fact, known))
        self.look()

    @property
    def is_hub(self) -> bool:  # type: ignore[override]
        return self.role.now == "hub"

    @property
    def grants(self) -> bool:
        return self.role.may_lease()

    def look(self) -> None:
        with contextlib.suppress(StoreFull):
            self.role.settle()
        if (self.role.now == "machine") != self.began_as_machine:
            self.begins_again = True

    def pass_time(self) -> None:
        self.clock.look_again()
        local = self.local()
        self.look()
        with contextlib.suppress(StoreFull):
            if not self.is_hub:
                joining.join_day(self.book, small_office(), local)
                return
            if local is not None:
                opening.roll_day(self.book, small_office(), local)
            if isinstance(self.door, Door):
                self.door.lease()
                self.door.match()

    def obstacle(self) -> str:
        if self.is_hub:
            self.pass_time()
            return joining.no_day(self.book)
        return joining.obstacle(self.book, small_office(), self.local())

    def act(self, verb: str, intent: str, **fields: object) -> None:
        """At a console of this computer, which answers only as the hub."""
        if not self.is_hub or self.begins_again:
            return
        act = StaffAct(intent=intent, verb=verb, **fields)  # type: ignore[arg-type]
        desk = replace(DESK, away=self.others)
        with contextlib.suppress(StoreFull):
            match(self.book)
            answer = decide(self.book.state, act, STAFF, self.clock.now_utc_ms(), desk)
            if isinstance(answer, Decision):
                self.book.commit(STAFF.code, answer.facts)
