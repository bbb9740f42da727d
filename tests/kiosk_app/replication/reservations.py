"""Schedules in which visitors come with reservations and walk-ins buy times, at machines that may be cut off.

Whoever stands before a machine that prints nothing useful goes to the next one, so one reservation may get two numbers.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from kiosk_app import replication
from kiosk_app.hub_door import Door
from kiosk_app.issuing import Allocated, SlotWish, Wish
from kiosk_app.office import check_in, doubles, same_day, slot_sale
from kiosk_app.office import facts as f
from kiosk_app.office.check_in import Booked, Known
from kiosk_app.office.queue import waiting
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.slots import DAY_MIN, Lane, Stretch, overlaps
from kiosk_app.office.state import visit_of
from offline_store.errors import StoreFull
from tests.kiosk_app.house import ZONE
from tests.kiosk_app.office.scenario import SERVICES
from tests.kiosk_app.replication.machines import Printed, at_once, small_office
from tests.kiosk_app.replication.station import Station
from tests.kiosk_app.replication.world import Schedule

KEY = b"k" * 32
LANES = 2


class Reserved(NamedTuple):
    """A promise that central has made, known to the office or not yet. `holder` has this code."""

    fact: f.BookingMade


class Wanted(NamedTuple):
    """A walk-in who waits at a machine for the answer of the hub."""

    station: Station
    life: int
    sale: str
    start_min: int


class BookedSchedule(Schedule):
    """As Schedule; the lanes are open all day, so that whatever the clock says something can be sold."""

    def __init__(self, seed: int, steps: int = 30) -> None:
        super().__init__(seed, steps, liars=False, old_clocks=False)
        self.changes = False
        self.reserved: list[Reserved] = []
        self.wanted: list[Wanted] = []
        self.sold: dict[str, list[str]] = {}
        """Bookings that a machine was told of, by sale."""
        self.asked = 0
        self.checked_in: Counter[str] = Counter()

    # --- what is added to the day ----------------------------------------------------------------------------

    def more_deeds(self) -> list[Callable[[], None]]:
        return [self.reserve] * 3 + [self.come] * 7 + [self.buy] * 12

    def plan(self) -> None:
        """The hub opens today's lanes."""
        for hub in self.hubs:
            day = hub.book.state.day
            if day.date and "H" not in hub.book.state.slots.get(day.date, {}):
                lanes = tuple(_lane(number) for number in range(1, LANES + 1))
                self.commit(hub, f.SlotsPlanned(letter="H", date=day.date, epoch=1, number=1, lanes=lanes))

    def reserve(self) -> None:
        """Central has sold a time; the hub hears of it now, later, or never."""
        at = datetime.fromtimestamp(self.now.utc_ms / 1000, ZONE)
        start_min = min(23 * 60, at.hour * 60 + at.minute + self.draw.choice((-20, 0, 10, 30)))
        made = f.BookingMade(
            booking=f"b{len(self.reserved)}",
            letter="H",
            date=self.now.date,
            lane=LANES + 1 + len(self.reserved) % 5,
            start_min=max(0, start_min),
            length_min=10,
            after_min=0,
            service="move",
            source="web",
        )
        if not any(_overlap(one.fact, made) for one in self.reserved):
            self.reserved.append(Reserved(made))
            if self.draw.random() < 0.5:
                self.deliver_booking(made)

    def deliver_booking(self, made: f.BookingMade) -> None:
        for hub in self.hubs:
            if made.date == hub.book.state.day.date:
                self.commit(hub, made)

    def commit(self, node: Station, fact: f.Fact) -> None:
        with contextlib.suppress(StoreFull):
            node.book.commit("hub", [fact])

    # --- visitors --------------------------------------------------------------------------------------------

    def come(self) -> None:
        """The holder of a code stands before one machine, and perhaps before another one at once."""
        today = [one.fact for one in self.reserved if one.fact.date == self.now.date]
        if not today:
            return
        made = self.draw.choice(today)
        for _ in range(self.draw.choice((1, 1, 2))):
            node = self.one(self.nodes)
            if node is not None and node.local() is not None:
                self.check_in(node, made)

    def check_in(self, node: Station, made: f.BookingMade) -> None:
        state, local = node.book.state, node.local()
        if local is None or state.day.date != made.date:
            return
        heard = made.booking in state.slots.get(made.date, {}).get("H", SlotDay()).bookings
        one = Booked(
            letter="H",
            lane=made.lane,
            start_min=made.start_min,
            length_min=made.length_min if heard else 0,
            booking=made.booking if heard else "",
            service="move",
        )
        known = Known(small_office(), state.day, state.slots.get(made.date, {}), local, node.code, KEY)
        answer = check_in.chosen(known, one)
        if answer.what == "ready":
            kind = "late" if answer.late else "reservation"
            slot = SlotWish(kind, one, check_in.start_utc_ms(local, one.start_min))  # type: ignore[arg-type]
            if self.print_for(node, self.intent(), slot):
                self.checked_in[made.booking] += 1

    def print_for(self, node: Station, intent: str, slot: SlotWish) -> str:
        self.finish_prints(node)
        wish = Wish(intent=intent, stop=SERVICES["move"], letter="H", language="ja", slot=slot)
        made = at_once(node.issuer.allocate(wish, "visitor"))
        if not isinstance(made, Allocated) or not made.fresh:
            return ""
        ticket = node.book.state.day.tickets[made.ticket]
        self.printed.append(Printed(node.code, self.now.date, ticket.letter, ticket.number, made.ticket))
        self.printing.append((node, node.life, made.ticket))
        if self.draw.random() < 0.7:
            self.finish_prints(node)
        return made.ticket

    def buy(self) -> None:
        """A walk-in presses a time; the machine asks, and asks again where no answer comes."""
        node = self.one(self.machines)
        if node is None or node.link is None or not node.link.linked:
            return
        if self.draw.random() < 0.3 and self.wanted:
            # The same visitor's machine asks once more.
            again = self.draw.choice(self.wanted)
            if again.station.up and again.life == again.station.life:
                self.ask_for(again)
            return
        offered = self.offered(node)
        if offered:
            self.asked += 1
            wanted = Wanted(node, node.life, f"sale-{self.asked}", self.draw.choice(offered[:2]))
            self.wanted.append(wanted)
            self.ask_for(wanted)

    def offered(self, node: Station) -> list[int]:
        state, now = node.book.state, node.clock.now_utc_ms()
        told = {group.letter: Told(now) for group in small_office().groups}
        return [
            one.start_min for one in slot_sale.shown_times(state, small_office(), told, now).get("H", ()) if one.free
        ]

    def ask_for(self, wanted: Wanted) -> None:
        link = wanted.station.link
        assert link is not None
        sell = partial(_sell, wanted)
        link.send(sell, lambda reply: self.answered(wanted, reply), self.now.utc_ms)
        self.ask(self.nodes.index(wanted.station))

    def answered(self, wanted: Wanted, reply: replication.Reply | None) -> None:
        if not isinstance(reply, replication.Sold) or reply.cause or wanted.station.life != wanted.life:
            return
        self.sold.setdefault(wanted.sale, []).append(reply.booking)
        if self.draw.random() < 0.2:
            # Killed, or without paper: no ticket comes of it.
            return
        node, local = wanted.station, wanted.station.local()
        if local is None:
            return
        booked = Booked(
            letter=reply.letter,
            lane=reply.lane,
            start_min=reply.start_min,
            length_min=reply.length_min,
            booking=reply.booking,
            service="move",
        )
        intent = f"issue {wanted.sale}"
        slot = SlotWish("slot", booked, check_in.start_utc_ms(local, reply.start_min))
        self.print_for(node, intent, slot)

    # --- the hub ---------------------------------------------------------------------------------------------

    def open_shop(self, node: Station) -> None:
        """What the core of a hub does when it starts."""
        if not node.up or not isinstance(node.door, Door) or node.door.shop.sold is not None:
            return

        def sold(wish: same_day.Wish) -> same_day.Sold | same_day.Offers:
            state, now = node.book.state, node.clock.now_utc_ms()
            line = waiting(state)
            first = same_day.not_before_min(state, small_office(), "H", Told(now), line, now)
            found = same_day.sell(state, small_office(), wish, node.clock.new_id(), first, now)
            if isinstance(found, same_day.Sold) and found.fact is not None:
                node.book.commit("visitor", [found.fact])
            return found

        node.door.shop.sold = sold

    def tick_all(self) -> None:
        for node in self.nodes:
            self.open_shop(node)
        super().tick_all()
        self.plan()
        for hub in self.hubs:
            if isinstance(hub.door, Door):
                with contextlib.suppress(StoreFull):
                    hub.door.shop.tick()

    # --- the end ---------------------------------------------------------------------------------------------

    def heal(self) -> None:
        super().heal()
        for one in self.reserved:
            self.deliver_booking(one.fact)
        self.pass_ms(slot_sale.UNTAKEN_MS + 60_000, 2_000)
        super().heal()

    def check(self) -> None:
        super().check()
        say = f"{type(self).__name__}({self.seed}).run()"
        (hub,) = self.hubs
        state = hub.book.state
        day, slots = state.day, state.slots.get(state.day.date, {})
        for letter, slot in slots.items():
            assert not overlaps(slot.promises()), f"{say}: {letter} was sold twice"
        for sale, bookings in self.sold.items():
            live = {one for one in bookings if any(one in slot.bookings for slot in slots.values())}
            kept = {one for one in live if not any(one in slot.cancelled for slot in slots.values())}
            assert len(kept) <= 1, f"{say}: {sale} was sold as {kept}"
        aside = doubles.set_aside(day)
        called: Counter[str] = Counter()
        facts = (f.decode(e.kind, e.body) for _, e in hub.log.read(0, 100_000))
        # Staff typed what a visitor showed them, of whom nothing was known here.
        by_hand = {fact.ticket for fact in facts if isinstance(fact, f.NumberMatched)}
        for key, ticket in day.tickets.items():
            if not ticket.booking:
                continue
            booking = check_in.confirmed_by(slots, ticket)
            known = any(one.fact.date == day.date for one in self.reserved if one.fact.booking == booking)
            assert booking, f"{say}: {ticket.booking} is not confirmed although the booking has come"
            if known and key not in by_hand:
                called[booking] += bool(visit_of(day, key).call)
            if ticket.promise == "slot" and not ticket.voided:
                slot = slots[ticket.letter]
                assert booking not in slot.cancelled, f"{say}: somebody holds a ticket for {booking}"
        assert all(times <= 1 for times in called.values()), f"{say}: called twice {called}"
        waits = {one.ticket_id for one in waiting(state)}
        assert not waits & aside.keys(), f"{say}: {waits & aside.keys()}"
        held = {day.tickets[key].booking for key in day.tickets if not day.tickets[key].voided}
        for slot in slots.values():
            for booking, one in slot.bookings.items():
                if one.source == "machine" and booking not in slot.cancelled:
                    assert booking in held, f"{say}: {booking} is kept for nobody"


def _overlap(one: f.BookingMade, other: f.BookingMade) -> bool:
    """Central sells no minute twice."""
    apart_min = abs(one.start_min - other.start_min)
    return (one.date, one.lane) == (other.date, other.lane) and apart_min < one.length_min


class Told(NamedTuple):
    """What a walk-in would be promised, where nobody waits."""

    due_utc_ms: int
    to_utc_ms: int = 0


def _sell(wanted: Wanted, session: str) -> replication.Request:
    return replication.Sell(session, wanted.sale, "move-in", wanted.start_min, "ja")


def _lane(number: int) -> Lane:
    return Lane(number=number, stretches=(Stretch(start_min=0, until_min=DAY_MIN, length_min=10),))
