"""An office on virtual time whose network and machines fail as a seed says, and what must be true when it has healed.

Everything follows from the seed: `Schedule(SEED).run()` plays one again.
"""

from __future__ import annotations

import heapq
import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from kiosk_app import kept_log, replication
from kiosk_app.hub_link import Ask
from kiosk_app.office import facts as f
from kiosk_app.office import stand_ins
from kiosk_app.office.state import dump, number_text
from offline_store import envelope
from offline_store.envelope import Envelope
from offline_store.errors import StoreFull
from offline_store.wire import Batch, Item
from tests.kiosk_app.house import ZONE
from tests.kiosk_app.office.scenario import SERVICES
from tests.kiosk_app.replication.machines import Hub, Machine, Node, Now, Printed

MORNING = datetime(2026, 4, 6, 9, 0, tzinfo=ZONE)
HOUR_MS = 3_600_000
HEALS_MS = 300_000
"""Longer than every wait that a link knows, several times."""
WRONG_CLOCKS_MS = (0, 0, 0, HOUR_MS, -HOUR_MS, -100 * 365 * 24 * HOUR_MS)


class Arrival(NamedTuple):
    at_ms: int
    order: int
    to_hub: bool
    machine: int
    life: int
    number: int
    message: bytes


class Schedule:
    """One seeded history."""

    def __init__(self, seed: int, steps: int = 22, liars: bool = True, old_clocks: bool = True) -> None:
        self.draw = random.Random(seed)
        self.seed, self.steps = seed, steps
        self.liar = liars and self.draw.random() < 0.25
        self.wrong = WRONG_CLOCKS_MS if old_clocks else WRONG_CLOCKS_MS[:-1]
        self.now = Now(int(MORNING.timestamp() * 1000))
        self.printed: list[Printed] = []
        ids = random.Random(seed + 1)
        count = self.draw.choice((2, 2, 2, 3))
        codes = tuple(f"m{number + 2}" for number in range(count))
        self.hub = Hub("m1", codes, self.now, ids, self.printed)
        self.machines = [Machine(code, self.now, ids, self.printed) for code in codes]
        self.nodes: list[Node] = [self.hub, *self.machines]
        self.up = [True] * count
        """Requests arrive, and below: answers do."""
        self.down = [True] * count
        self.loss = self.draw.choice((0.0, 0.0, 0.1, 0.3))
        self.twice = self.draw.choice((0.0, 0.1))
        self.on_the_way: list[Arrival] = []
        self.order = 0
        self.printing: list[tuple[Node, int, str]] = []
        self.lies = 0
        self.intents = 0

    # --- the network -----------------------------------------------------------------------------------------

    def send(self, to_hub: bool, machine: int, life: int, number: int, message: bytes) -> None:
        for _ in range(2 if self.draw.random() < self.twice else 1):
            if self.draw.random() < self.loss:
                continue
            delay = self.draw.randint(1, 80) if self.draw.random() < 0.95 else self.draw.randint(1_000, 15_000)
            self.order += 1
            arrival = Arrival(self.now.utc_ms + delay, self.order, to_hub, machine, life, number, message)
            heapq.heappush(self.on_the_way, arrival)

    def deliver(self, one: Arrival) -> None:
        machine = self.machines[one.machine]
        if one.to_hub and self.up[one.machine] and self.hub.up:
            request = replication.decode_request(one.message)
            reply = self.hub.door.handle(machine.code, request)
            self.send(False, one.machine, one.life, one.number, replication.encode(reply))
        elif not one.to_hub and self.down[one.machine] and machine.up and machine.life == one.life:
            reply = replication.decode_reply(one.message)
            machine.link.answered(self.now.utc_ms, one.number, reply, self.draw.random())
            self.tick(one.machine)

    def tick(self, number: int) -> None:
        machine = self.machines[number]
        if not machine.up:
            return
        asked: Ask | None = machine.link.tick(self.now.utc_ms, self.draw.random())
        if asked is not None:
            self.send(True, number, machine.life, asked.number, replication.encode(asked.request))

    def pass_ms(self, span_ms: int, every_ms: int = 500) -> None:
        end = self.now.utc_ms + span_ms
        next_tick = self.now.utc_ms
        while True:
            arrives = self.on_the_way[0].at_ms if self.on_the_way else end
            at = min(arrives, next_tick, end)
            self.now.utc_ms = max(self.now.utc_ms, at)
            if self.on_the_way and self.on_the_way[0].at_ms <= self.now.utc_ms:
                self.deliver(heapq.heappop(self.on_the_way))
            elif at >= end:
                return
            else:
                next_tick = at + every_ms
                self.tick_all()

    def tick_all(self) -> None:
        if self.hub.up:
            self.hub.tick()
        for number, machine in enumerate(self.machines):
            if machine.up:
                machine.join()
                self.tick(number)

    # --- what happens ----------------------------------------------------------------------------------------

    def run(self) -> Schedule:
        for node in self.nodes:
            node.boot()
        for counter in (1, 2, 3):
            self.hub.act("open_counter", self.intent(), counter=counter)
        self.pass_ms(self.draw.choice((0, 1_500)))
        deeds = [self.issue] * 9 + [self.call] * 6 + [self.cut] * 3 + [self.mend, self.kill, self.kill, self.start]
        deeds += [
            self.ring,
            self.clear,
            self.device,
            self.accept,
            self.fill,
            self.later,
            self.later,
            self.wait,
            self.next_day,
            self.call_by_number,
            self.call_by_number,
        ]
        if self.liar:
            deeds += [self.lie] * 4
        for _ in range(self.steps):
            self.draw.choice(deeds)()
            self.pass_ms(self.draw.choice((0, 0, 20, 200, 700)))
        self.heal()
        self.check()
        return self

    def intent(self) -> str:
        self.intents += 1
        return f"i{self.intents}"

    def one(self, nodes: list[Any]) -> Any:
        up = [node for node in nodes if node.up]
        return self.draw.choice(up) if up else None

    def issue(self) -> None:
        node = self.one(self.nodes if self.seed % 2 else self.machines)
        if node is None:
            return
        self.finish_prints(node)
        ticket = node.issue(self.draw.choice(("residence", "seal", "move")), self.intent())
        if ticket:
            self.printing.append((node, node.life, ticket))
        if self.draw.random() < 0.7:
            self.finish_prints(node)
        if isinstance(node, Machine):
            self.tick(self.machines.index(node))

    def finish_prints(self, node: Node) -> None:
        for of, life, ticket in self.printing:
            if of is node and life == node.life:
                verdict: f.Verdict = self.draw.choice(("issued", "issued", "issued", "maybe", "unknown"))
                node.print_ends(ticket, verdict)
        self.printing = [one for one in self.printing if one[0] is not node]

    def call(self) -> None:
        if self.hub.up:
            verb = self.draw.choice(("call_next", "call_next", "complete", "hold", "no_show", "recall"))
            self.hub.act(verb, self.intent(), counter=self.draw.randint(1, 3))

    def call_by_number(self) -> None:
        """A visitor shows a number of which the hub has not heard; now and then somebody mistypes it."""
        day = self.hub.book.state.day if self.hub.up else None
        if day is None:
            return
        unheard = [p for p in self.printed if p.date == day.date and p.ticket not in day.tickets]
        if not unheard:
            return
        one = self.draw.choice(unheard)
        number = one.number + (self.draw.random() < 0.1)
        service = "residence" if one.letter == "A" else "move"
        typed, counter = number_text(one.letter, number), self.draw.randint(1, 3)
        self.hub.act("call_number", self.intent(), counter=counter, number=typed, service=service, reason="x")

    def cut(self) -> None:
        machine = self.draw.randrange(len(self.machines))
        which = self.draw.choice(("both", "both", "up", "down"))
        self.up[machine] = which == "down"
        self.down[machine] = which == "up"

    def mend(self) -> None:
        machine = self.draw.randrange(len(self.machines))
        self.up[machine] = self.down[machine] = True

    def kill(self) -> None:
        node = self.one(self.nodes)
        if node is not None:
            node.up = False
            if self.draw.random() < 0.7:
                self.boot(node)

    def start(self) -> None:
        for node in self.nodes:
            if not node.up:
                self.boot(node)

    def boot(self, node: Node) -> None:
        # The hub's clock is the office's: a technician sees to it. Its own doubts are tested elsewhere.
        node.boot(0 if node is self.hub else self.draw.choice(self.wrong))

    def ring(self) -> None:
        if (node := self.one(self.nodes)) is not None:
            node.ring(self.draw.choice(("visitor", "paper_out", "numbers_full")))

    def device(self) -> None:
        if (node := self.one(self.nodes)) is not None:
            node.book.settle("printer", [f.PrinterChanged(printer="printer", status=self.draw.choice(("ready", "x")))])

    def clear(self) -> None:
        if (node := self.one(self.nodes)) is not None:
            node.clear_one(self.draw)

    def accept(self) -> None:
        if self.hub.up and (alerts := sorted(self.hub.book.state.alerts)):
            self.hub.act("accept_alert", self.intent(), alert=self.draw.choice(alerts))

    def fill(self) -> None:
        if (node := self.one(self.nodes)) is not None:
            node.fill_disk(not node.full)

    def later(self) -> None:
        self.pass_ms(self.draw.choice((3_000, 12_000)), 2_000)

    def wait(self) -> None:
        self.pass_ms(self.draw.choice((60_000, HOUR_MS)), 20_000)

    def next_day(self) -> None:
        """Night, in which nobody takes a ticket and nothing is told; some machines are switched off."""
        for node in self.nodes:
            self.finish_prints(node)
        today = datetime.fromtimestamp(self.now.utc_ms / 1000, ZONE)
        if self.draw.random() < 0.3:
            # A clock that is ahead begins the day before the hub's does.
            self.now.utc_ms = int(today.replace(hour=23, minute=30).timestamp() * 1000)
            self.pass_ms(self.draw.choice((1_000, 5_000)))
        morning = today.replace(hour=8, minute=30) + timedelta(days=1)
        while morning.weekday() > 4:
            morning += timedelta(days=1)
        for node in self.nodes:
            if node.up and self.draw.random() < 0.5:
                node.up = False
        self.now.utc_ms = int(morning.timestamp() * 1000)
        for node in self.nodes:
            if not node.up and self.draw.random() < 0.8:
                self.boot(node)
        self.tick_all()

    # --- lies ------------------------------------------------------------------------------------------------

    def lie(self) -> None:
        """In the name of a machine, with its session: what the hub must refuse whole."""
        machine = self.one(self.machines)
        if machine is None or not self.hub.up or self.hub.full:
            return
        guest = self.hub.door.guests.get(machine.code)
        before = dump(self.hub.book.state), self.hub.log.digest()
        batch = self.forged(machine)
        if guest is None or batch is None:
            return
        self.lies += 1
        reply = self.hub.door.handle(machine.code, replication.Push(guest.session, batch))
        assert not isinstance(reply, replication.Taken) or self.hub.log.digest() == before[1], batch

    def forged(self, liar: Machine) -> Batch | None:
        """As the next facts of a chain, so that nothing but the lie is wrong with them."""
        hub = self.hub
        victim = self.draw.choice([*self.nodes])
        stop = SERVICES["residence"]
        issued = f.TicketIssued(
            ticket="lie",
            intent="lie",
            letter="A",
            number=self.draw.choice((1, 11, 720, 800)),
            stops=(stop,),
            language="ja",
            machine_code=victim.code,
            due_utc_ms=0,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
        )
        lies: list[tuple[str, f.Fact]] = [
            (liar.book.machine, f.Called(ticket="lie", counter=1, call=1)),
            (liar.book.machine, f.NumbersLeased(machine_code=liar.code, letter="A", first=1, last=600)),
            (liar.book.machine, f.DayOpened(date="2030-01-01", office="x")),
            (liar.book.machine, f.DayJoined(date="2030-01-01")),
            (liar.book.machine, f.StaffCalled(alert="lie", machine_code="m1", cause="visitor")),
        ]
        if victim is not liar:
            lies.append((victim.code, issued))
            if victim is not hub and hub.book.state.machine_days.get(liar.book.machine) == hub.book.state.day.date:
                lies.append((liar.book.machine, msgspec.structs.replace(issued, machine_code=liar.code, number=901)))
        chain, fact = self.draw.choice(lies)
        if chain == hub.book.machine:
            return None
        seq, previous = hub.log.head(chain)
        body = f.encode(fact)
        data = envelope.encode(
            Envelope(chain, seq + 1, 10_000 + hub.log.last_position, self.now.utc_ms, "x", type(fact).__name__, body),
            previous,
        )
        mark = envelope.hash_of(data)
        if self.draw.random() < 0.2:
            mark = bytes(32)
        return Batch(sender=liar.book.machine, after=0, up_to=1, items=(Item(mark, data),))

    # --- the end ---------------------------------------------------------------------------------------------

    def heal(self) -> None:
        self.loss = self.twice = 0.0
        for node in self.nodes:
            node.fill_disk(False)
            if not node.up:
                node.boot()
            self.finish_prints(node)
        self.up = [True] * len(self.machines)
        self.down = [True] * len(self.machines)
        end = self.now.utc_ms + HEALS_MS
        while self.now.utc_ms < end and not self.quiet():
            self.pass_ms(2_000, 1_000)

    def quiet(self) -> bool:
        digest = self.hub.log.digest()
        return all(machine.log.digest() == digest for machine in self.machines)

    def check(self) -> None:
        say = f"Schedule({self.seed}).run()"
        assert self.quiet(), f"{say}: {[(m.code, m.link.trouble, m.log.heads()) for m in self.nodes[1:]]}"
        folded = dump(self.hub.book.state)
        for node in self.nodes:
            assert dump(node.book.state) == folded, f"{say}: {node.code} {difference(self.hub, node)}"
            assert dump(kept_log._fold(node.log)) == folded, f"{say}: {node.code} after a restart"
        numbers = [(one.date, one.letter, one.number) for one in self.printed]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        assert not twice, f"{say}: {twice}"
        day = self.hub.book.state.day
        assert day.date == self.now.date, say
        forgotten = [
            (one.machine, number_text(one.letter, one.number))
            for one in self.printed
            if one.date == day.date and one.ticket not in day.tickets
        ]
        assert not forgotten, f"{say}: {forgotten}"
        assert not stand_ins.matches(self.hub.book.state), f"{say}: the hub has not said that a ticket has arrived"
        open_calls = sorted((c.current, c.number) for c in day.counters.values() if c.current)
        called = sorted((key, visit.counter) for key, visit in day.visits.items() if visit.status == "called")
        assert open_calls == called, f"{say}: {open_calls} {called}"
        assert not any("lie" in str(ticket) for ticket in day.tickets), say
        for node in self.nodes:
            assert not node.log.quarantine(), f"{say}: {node.code}"


def difference(one: Node, other: Node) -> list[tuple[str, object, object]]:
    """For a person who looks at a failure."""
    a, b = (msgspec.to_builtins(node.book.state) for node in (one, other))
    found = [(key, a[key], b[key]) for key in a if a[key] != b[key] and key != "day"]
    return found + [(key, a["day"][key], b["day"][key]) for key in a["day"] if a["day"][key] != b["day"][key]]


__all__ = ["Schedule", "StoreFull"]
