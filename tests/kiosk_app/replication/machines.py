"""A ticket machine and a hub on virtual time: the product's own log, folds, issuing, link and door; no sockets."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from drivers.ports import PrinterStatus
from kiosk_app import joining, kept_log, opening
from kiosk_app.api import StaffAct
from kiosk_app.book import DurableBook
from kiosk_app.clock import OfficeClock
from kiosk_app.hub_door import Door
from kiosk_app.hub_link import Link
from kiosk_app.issuing import Allocated, Issuer, Promise, Wish
from kiosk_app.kept_log import KeptLog
from kiosk_app.office import facts as f
from kiosk_app.office.calls import decide
from kiosk_app.office.catalogue import Office
from kiosk_app.office.decision import Decision, Staff
from kiosk_app.office.state import is_ringing, open_alerts
from kiosk_app.shelf import MachineShelf
from offline_store.errors import StoreFull
from tests.kiosk_app.house import ZONE, the_office
from tests.kiosk_app.office.scenario import DESK, SERVICES
from tests.kiosk_app.replication.memory_log import MemoryLog, new_disk

T = TypeVar("T")
LETTERS = ("A", "H")


@cache
def small_office() -> Office:
    groups = tuple(group for group in the_office().groups if group.letter in LETTERS)
    return msgspec.structs.replace(the_office(), groups=groups)


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]
    raise AssertionError("it waits")


class VirtualClock(OfficeClock):
    """The product's, on virtual time and with ids that a seed gives."""

    def __init__(
        self, last: int | None, now: Callable[[], int], wrong_ms: int, wall: Callable[[], int], ids: random.Random
    ) -> None:
        super().__init__(last, boot=now, wall=lambda: max(0, wall() + wrong_ms))
        self._ids = ids

    def new_id(self) -> str:
        return f"{self._ids.getrandbits(96):024x}"


class ReadyPrinter:
    name = "printer"

    async def preflight(self) -> PrinterStatus:
        return "ready"

    def print_ticket(self, paper: object, job: str) -> Any:
        raise AssertionError("what is printed is told by the schedule")


class Printed(NamedTuple):
    """A number that may be on paper: the printer has had it. `date` is the true one."""

    machine: str
    date: str
    letter: str
    number: int
    ticket: str


class Now:
    """True time, in milliseconds of UTC."""

    def __init__(self, utc_ms: int) -> None:
        self.utc_ms = utc_ms

    def __call__(self) -> int:
        return self.utc_ms

    @property
    def date(self) -> str:
        return datetime.fromtimestamp(self.utc_ms / 1000, ZONE).date().isoformat()


class Node:
    """One computer. `disk` outlives it; `boot` begins a new life of it with whatever wall clock it then has."""

    def __init__(self, code: str, now: Now, ids: random.Random, printed: list[Printed]) -> None:
        self.code, self.now, self.ids, self.printed = code, now, ids, printed
        self.disk: sqlite3.Connection = new_disk(code)
        self.up = False
        self.life = 0
        self.full = False

    def boot(self, wrong_ms: int = 0) -> None:
        self.up = True
        self.life += 1
        log = MemoryLog(self.disk)
        state = kept_log._fold(log)
        last = log.read(log.last_position - 1, 1)
        self.clock = VirtualClock(last[0][1].at_utc_ms if last else None, self.now, wrong_ms, self.now, self.ids)
        self.book = DurableBook(KeptLog(log, state, reserve=None), self.clock)  # type: ignore[arg-type]
        log.full = self.full
        recovered: list[f.Fact] = kept_log.damage_facts(self.book.kept, self.code, "start")
        if self.clock.doubt is not None:
            doubt = self.clock.doubt
            recovered.append(
                f.ClockDoubted(wall_utc_ms=doubt.wall_utc_ms, office_utc_ms=doubt.office_utc_ms, reason=doubt.reason)
            )
        self.book.settle("core", [*recovered, *opening.interrupted(self.book)])
        self.issuer = Issuer(
            self.book,
            ReadyPrinter(),
            self.code,
            lambda: opening.spare_band(self.book, ZONE),
            lambda wish: Promise(self.clock.now_utc_ms(), 0, 0, 0),
            lambda ticket, again: None,  # type: ignore[arg-type,return-value]
            self.obstacle,
            grants=lambda: self.grants,
            undated=lambda: self.clock.doubt is not None and not self.is_hub,
        )

    is_hub = False

    @property
    def grants(self) -> bool:
        return self.is_hub

    def local(self) -> datetime | None:
        if self.clock.doubt is not None:
            return None
        return datetime.fromtimestamp(self.clock.now_utc_ms() / 1000, ZONE)

    def obstacle(self) -> str:
        return joining.no_day(self.book)

    def fill_disk(self, full: bool) -> None:
        self.full = full
        if self.up:
            self.log.full = full
            self.book.pay()

    @property
    def log(self) -> MemoryLog:
        assert isinstance(self.book.log, MemoryLog)
        return self.book.log

    def issue(self, service: str, intent: str) -> str:
        """A ticket up to the printer's first byte; empty when none could be given."""
        wish = Wish(intent=intent, stop=SERVICES[service], letter=SERVICES[service].group, language="ja")
        made = at_once(self.issuer.allocate(wish, "visitor"))
        if not isinstance(made, Allocated) or not made.fresh:
            return ""
        ticket = self.book.state.day.tickets[made.ticket]
        self.printed.append(Printed(self.code, self.now.date, ticket.letter, ticket.number, made.ticket))
        return made.ticket

    def print_ends(self, ticket: str, verdict: f.Verdict) -> None:
        self.book.settle("visitor", [f.PrintEnded(job=f"{ticket}.1", ticket=ticket, verdict=verdict)])

    def ring(self, cause: str) -> str:
        alert = self.clock.new_id()
        self.book.settle("core", [f.StaffCalled(alert=alert, machine_code=self.code, cause=cause)])
        return alert

    def clear_one(self, draw: random.Random) -> None:
        mine = [key for key, alert in open_alerts(self.book.state) if alert.machine_code == self.code]
        if mine and is_ringing(self.book.state, key := draw.choice(mine)):
            self.book.settle("core", [f.AlertCleared(alert=key)])


class Machine(Node):
    """A ticket machine with its link."""

    def obstacle(self) -> str:
        return joining.obstacle(self.book, small_office(), self.local())

    def boot(self, wrong_ms: int = 0) -> None:
        super().boot(wrong_ms)
        shelf = MachineShelf(self.book, self.clock, self.code, small_office())
        self.link = Link(shelf)
        self.join()

    def join(self) -> None:
        try:
            self.clock.look_again()
            joining.join_day(self.book, small_office(), self.local())
        except StoreFull:
            return


class Hub(Node):
    """A hub, which may be a ticket machine too."""

    is_hub = True

    def obstacle(self) -> str:
        self.tick()
        return super().obstacle()

    def __init__(
        self, code: str, machines: tuple[str, ...], now: Now, ids: random.Random, printed: list[Printed]
    ) -> None:
        super().__init__(code, now, ids, printed)
        self.machines = machines
        self.wrong_ms = 0

    def boot(self, wrong_ms: int = 0) -> None:
        super().boot(wrong_ms)
        self.door = Door(self.book, small_office(), self.machines, self.local, self.code)
        self.tick()

    def tick(self) -> None:
        self.clock.look_again()
        local = self.local()
        try:
            if local is not None:
                opening.roll_day(self.book, small_office(), local)
            self.door.lease()
            self.door.match()
        except StoreFull:
            return

    def act(self, verb: str, intent: str, **fields: object) -> None:
        act = StaffAct(intent=intent, verb=verb, **fields)  # type: ignore[arg-type]
        desk = msgspec.structs.replace(DESK, away=self.machines)
        answer = decide(self.book.state, act, Staff(code="2041", role="clerk"), self.clock.now_utc_ms(), desk)
        if isinstance(answer, Decision):
            try:
                self.book.commit("2041", answer.facts)
            except StoreFull:
                return
