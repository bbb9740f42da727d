"""An office on virtual time whose network and machines fail as a seed says, and what must be true when it has healed.

Everything follows from the seed: `Schedule(SEED).run()` plays one again.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk_app import replication
from kiosk_app.hub_door import Door
from kiosk_app.office import facts as f
from kiosk_app.office import reigns, trusted
from kiosk_app.office.state import dump, number_text
from offline_store.errors import StoreFull
from offline_store.exchange import NOTHING
from tests.kiosk_app.house import ZONE
from tests.kiosk_app.replication.bad_network import BadNetwork
from tests.kiosk_app.replication.healed import check_healed
from tests.kiosk_app.replication.judge import Judge
from tests.kiosk_app.replication.lies import forged
from tests.kiosk_app.replication.machines import Node, Now, Printed, small_office
from tests.kiosk_app.replication.station import Station

MORNING = datetime(2026, 4, 6, 9, 0, tzinfo=ZONE)
HOUR_MS = 3_600_000
HEALS_MS = 300_000
"""Longer than every wait that a link knows, several times."""
WRONG_CLOCKS_MS = (0, 0, 0, HOUR_MS, -HOUR_MS, -100 * 365 * 24 * HOUR_MS)


class Schedule(BadNetwork):
    """One seeded history. `changes`: more than one of the computers may be the hub."""

    def __init__(self, seed: int, steps: int = 22, liars: bool = True, old_clocks: bool = True) -> None:
        draw = random.Random(seed)
        self.seed, self.steps = seed, steps
        self.changes = seed % 5 > 1
        self.liar = liars and draw.random() < 0.25
        wrong = WRONG_CLOCKS_MS if old_clocks else WRONG_CLOCKS_MS[:-1]
        now = Now(int(MORNING.timestamp() * 1000))
        self.printed: list[Printed] = []
        ids = random.Random(seed + 1)
        codes = tuple(f"m{number + 1}" for number in range(draw.choice((3, 3, 3, 4))))
        may_be_hub = codes[: draw.choice((2, 2, 3))] if self.changes else codes[:1]
        self.judge = Judge()
        nodes = [Station(code, codes, may_be_hub, now, ids, self.printed, self.judge.hear) for code in codes]
        super().__init__(draw, now, nodes, wrong)
        self.printing: list[tuple[Node, int, str]] = []
        self.lies = self.revoked = 0
        self.intents = 0

    @property
    def machines(self) -> list[Station]:
        """All but the one that is the hub to begin with."""
        return self.nodes[1:]

    @property
    def hubs(self) -> list[Station]:
        """Mostly one."""
        return [node for node in self.nodes if node.up and node.is_hub and not node.begins_again]

    # --- what happens ----------------------------------------------------------------------------------------

    def run(self) -> Schedule:
        for node in self.nodes:
            node.boot()
        for counter in (1, 2, 3):
            self.nodes[0].act("open_counter", self.intent(), counter=counter)
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
            self.revoke,
        ]
        if self.liar:
            deeds += [self.lie] * 4
        if self.changes:
            deeds += [self.call] * 4 + [self.hand_over, self.hand_over, self.take, self.take, self.take]
            deeds += [self.split, self.look_after]
        deeds += self.more_deeds()
        for _ in range(self.steps):
            self.draw.choice(deeds)()
            self.begin_again()
            self.pass_ms(self.draw.choice((0, 0, 20, 200, 700)))
        self.heal()
        self.check()
        return self

    def more_deeds(self) -> list[Callable[[], None]]:
        """Of a schedule that knows more."""
        return []

    def intent(self) -> str:
        self.intents += 1
        return f"i{self.intents}"

    def one(self, nodes: list[Station]) -> Station | None:
        up = [node for node in nodes if node.up and not node.begins_again]
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
        self.ask(self.nodes.index(node))

    def finish_prints(self, node: Node) -> None:
        for of, life, ticket in self.printing:
            if of is node and life == node.life:
                verdict: f.Verdict = self.draw.choice(("issued", "issued", "issued", "maybe", "unknown"))
                node.print_ends(ticket, verdict)
        self.printing = [one for one in self.printing if one[0] is not node]

    def call(self) -> None:
        """At a console of any hub: where two are it, each has its own."""
        if hub := self.one(self.hubs):
            counter = self.draw.randint(1, 3)
            if self.draw.random() < 0.3:
                hub.act("open_counter", self.intent(), counter=counter)
            verb = self.draw.choice(("call_next", "call_next", "complete", "hold", "no_show", "recall"))
            hub.act(verb, self.intent(), counter=counter)

    def call_by_number(self) -> None:
        """A visitor shows a number of which this hub has not heard; now and then somebody mistypes it."""
        hub = self.one(self.hubs)
        day = hub.book.state.day if hub else None
        if hub is None or day is None:
            return
        shown = [one for one in self.printed if one.date == day.date and one.ticket not in day.tickets]
        if not shown:
            return
        one = self.draw.choice(shown)
        typed = number_text(one.letter, one.number + (self.draw.random() < 0.1))
        service, counter = "residence" if one.letter == "A" else "move", self.draw.randint(1, 3)
        if typed not in day.by_number:
            hub.act("call_number", self.intent(), counter=counter, number=typed, service=service, reason="x")

    def cut(self) -> None:
        """One computer from one other, or from all; in one direction or in both."""
        client = self.draw.randrange(len(self.nodes)) if self.changes else self.draw.randrange(1, len(self.nodes))
        servers = [number for number in range(len(self.nodes)) if number != client]
        if self.draw.random() < 0.5:
            servers = servers[:1]
        which = self.draw.choice(("both", "both", "up", "down"))
        for server in servers:
            self.cable(client, server, which != "down", which != "up")

    def mend(self) -> None:
        client = self.draw.randrange(len(self.nodes))
        for server in range(len(self.nodes)):
            self.cable(client, server, False, False)
            if self.changes:
                self.cable(server, client, False, False)

    def split(self) -> None:
        """Into two halves that hear nothing of each other."""
        half = {number for number in range(len(self.nodes)) if self.draw.random() < 0.5}
        for client in range(len(self.nodes)):
            for server in range(len(self.nodes)):
                apart = (client in half) != (server in half)
                self.cable(client, server, apart, apart)

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
        if (hub := self.one(self.hubs)) and (alerts := sorted(hub.book.state.alerts)):
            hub.act("accept_alert", self.intent(), alert=self.draw.choice(alerts))

    def revoke(self) -> None:
        """A technician takes the trust in a machine back: the hub hears it no more, whatever it still knows."""
        plain = [node.code for node in self.nodes if not node.may_be_hub]
        hub = self.one(self.hubs)
        if hub is None or not plain or not isinstance(hub.door, Door):
            return
        code = self.draw.choice(plain)
        guest = hub.door.guests.get(code)
        for device in (code, *(key for key, one in trusted.active(hub.book.state) if one.name == code)):
            with contextlib.suppress(StoreFull):
                hub.book.commit("9001", [f.DeviceRevoked(device=device, reason="x")])
        if guest is not None and code not in hub.door.machines:
            self.revoked += 1
            asked = replication.Pull(guest.session, 0, NOTHING)
            assert isinstance(hub.door.handle(code, asked), replication.No)

    def enrol_again(self) -> None:
        """Paired anew, under its own code."""
        for hub in self.hubs:
            for node in self.nodes:
                if isinstance(hub.door, Door) and node is not hub and node.code not in hub.door.machines:
                    device = f"d-{self.intent()}"
                    enrolled = f.DeviceEnrolled(
                        device=device, use=trusted.MACHINE, name=node.code, token_sha256=device, intent=device
                    )
                    with contextlib.suppress(StoreFull):
                        hub.book.commit("9001", [enrolled])

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

    # --- the hub changes -------------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """Planned; the old hub may be killed before the new one has heard of it, and so may that one."""
        hub = self.one(self.hubs)
        if hub is None:
            return
        with contextlib.suppress(StoreFull):
            hub.role.hand_over(self.draw.choice(hub.candidates), "9001")
        if self.draw.random() < 0.2:
            self.kill()

    def take(self) -> None:
        """By force: the hub is dead, or only cut off from whoever takes over, or not even that."""
        able = [node for node in self.nodes if node.up and node.may_be_hub and not node.is_hub]
        taker = self.one(able)
        if taker is None:
            return
        how = self.draw.choice(("dead", "cut", "cut", "split", "alive"))
        if how == "dead":
            for node in self.hubs:
                node.up = False
        elif how == "split":
            self.split()
        elif how == "cut":
            number = self.nodes.index(taker)
            for other in self.hubs:
                self.cable(number, self.nodes.index(other), True, True)
                self.cable(self.nodes.index(other), number, True, True)
        with contextlib.suppress(StoreFull):
            taker.role.take_by_force("9001")
        self.begin_again()
        for hub in self.hubs:
            # Whoever stands first in line at both may be called by both.
            for counter in (1, 2, 3)[: self.draw.randrange(4)]:
                hub.act(self.draw.choice(("call_next", "call_next", "complete")), self.intent(), counter=counter)

    def look_after(self) -> None:
        """Staff accept the list of those whom an earlier hub has called."""
        if hub := self.one(self.hubs):
            listed = tuple((one.machine, one.seq) for one in hub.book.state.day.voided.values() if not one.accepted)
            if listed:
                with contextlib.suppress(StoreFull):
                    hub.book.commit("2041", [f.VoidedCallsAccepted(calls=listed)])

    # --- lies ------------------------------------------------------------------------------------------------

    def lie(self) -> None:
        """In the name of a machine, with its session: what the hub must refuse whole."""
        hub = self.one(self.hubs)
        machine = self.one([node for node in self.nodes if node is not hub])
        if machine is None or hub is None or hub.full or not isinstance(hub.door, Door):
            return
        if machine.code not in hub.door.machines:
            return
        if not machine.may_be_hub:
            # Its word alone ends no hub.
            hello = replication.Hello(
                replication.PROTOCOL, machine.code, machine.code, small_office().id, 99, NOTHING, {}, "m9"
            )
            assert hub.door.handle(machine.code, hello) == replication.No("refused", "older_hub")
            assert hub.is_hub
        guest = hub.door.guests.get(machine.code)
        before = dump(hub.book.state), hub.log.digest()
        batch = forged(self.draw, self.nodes, hub, machine, self.now.utc_ms)
        if guest is None or batch is None or reigns.reigns_now(hub.book.state, machine.code):
            # What one that was the hub still has to tell is told below, by its own chain.
            return
        self.lies += 1
        reply = hub.door.handle(machine.code, replication.Push(guest.session, batch))
        assert not isinstance(reply, replication.Taken) or hub.log.digest() == before[1], batch

    # --- the end ---------------------------------------------------------------------------------------------

    def heal(self) -> None:
        self.loss = self.twice = 0.0
        for node in self.nodes:
            node.fill_disk(False)
            if not node.up:
                node.boot()
            self.finish_prints(node)
        self.requests_cut.clear()
        self.answers_cut.clear()
        end = self.now.utc_ms + HEALS_MS
        while self.now.utc_ms < end and not self.quiet():
            self.enrol_again()
            self.pass_ms(2_000, 1_000)

    def quiet(self) -> bool:
        if not all(node.up for node in self.nodes):
            self.start()
            return False
        if sorted(node.role.now for node in self.nodes) != ["hub", *["machine"] * (len(self.nodes) - 1)]:
            return False
        digest = self.hubs[0].log.digest() if self.hubs else b""
        return all(node.log.digest() == digest for node in self.nodes)

    def check(self) -> None:
        say = f"Schedule({self.seed}).run()"
        trouble = [(m.code, m.role.now, m.link.trouble if m.link else "", m.log.heads()) for m in self.nodes]
        assert self.quiet(), f"{say}: {trouble}"
        (hub,) = self.hubs
        check_healed(say, self.nodes, hub, self.printed, self.now.date)
        self.judge.check(say, hub.book.state.day)
