"""A hub and central on any schedule of a bad network: the hub's own log and machines on virtual time, central's own
desk on a real PostgreSQL. Everything follows from the seed but the ids that central draws.
"""

from __future__ import annotations

import copy
import heapq
import random
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from central_server import closing
from central_server.bookings import Booked, Held, Wish
from central_server.contacts import Contact
from central_server.database import Pool
from kiosk_app import sync_messages as wire
from kiosk_app.central_shelf import CentralShelf
from kiosk_app.expected import Expected
from kiosk_app.office import facts as f
from kiosk_app.office import slot_days
from kiosk_app.office.board import Board
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.slots import Lane, Owner, Promise, Stretch, overlaps
from kiosk_app.sync import Ask, Sync
from offline_store.envelope import decode
from tests.central_server.sync_centre import KEY, Centre
from tests.kiosk_app.house import ZONE
from tests.kiosk_app.replication.machines import Hub, Now
from tests.kiosk_app.slot_house import fold_of_slots

MORNING = datetime(2026, 4, 6, 9, 0, tzinfo=ZONE)
DAYS = ("2026-04-06", "2026-04-07")
LETTER, NINE = "A", 9 * 60
HOUR_MS, HEALS_MS = 3_600_000, 400_000


def lanes_of(owners: Sequence[Sequence[Owner]], length_min: int) -> tuple[Lane, ...]:
    """An hour for each owner, lane by lane."""
    return tuple(
        Lane(
            number=number,
            stretches=tuple(
                Stretch(start_min=NINE + 60 * n, until_min=NINE + 60 * n + 60, length_min=length_min, owner=owner)
                for n, owner in enumerate(row)
            ),
        )
        for number, row in enumerate(owners, 1)
    )


def fold(days: dict[str, SlotDay], fact: f.Fact) -> None:
    if isinstance(fact, f.SlotsPlanned | f.PlanTaken | f.OnlineClosed | f.BookingMade | f.BookingCancelled):
        day = days.setdefault(fact.date, SlotDay())
        fold_of_slots(day, fact)


class Arrival(NamedTuple):
    at_ms: int
    order: int
    is_request: bool
    life: int
    held: bool
    number: int
    message: bytes
    """Empty: nothing that can be read."""


class Kept(NamedTuple):
    """A promise that somebody has been given, whatever anybody remembers of it."""

    date: str
    promise: Promise


class World:
    """One seeded history."""

    def __init__(self, pool: Pool, seed: int) -> None:
        self.draw = random.Random(seed)
        self.say = f"seed {seed}"
        self.now = Now(int(MORNING.timestamp() * 1000))
        self.office = f"office-{seed}"
        self.centre = Centre(pool, self.now, self.office)
        self.hub: Hub = Hub("m1", (), self.now, random.Random(seed + 1), [])
        self.cut = False
        self.loss = self.draw.choice((0.0, 0.0, 0.1, 0.3))
        self.twice = self.draw.choice((0.0, 0.2))
        self.garbled = self.draw.choice((0.0, 0.0, 0.05))
        self.on_the_way: list[Arrival] = []
        self.order = self.number = self.life = 0
        self.kept: dict[str, Kept] = {}
        """By booking: as people were told, with central's and the hub's together."""
        self.held: list[Held] = []
        self.mine: list[tuple[str, str]] = []
        self.backups: list[dict[str, list[Any]]] = []
        self.lost: set[str] = set()
        """Promised or taken back by central, perhaps not heard of by the hub, and gone with what the backup had not."""

    async def begin(self) -> None:
        await self.centre.begin()
        self.boot()
        for day in DAYS:
            self.plan(day)

    def boot(self) -> None:
        self.life += 1
        self.hub.boot()
        self.days: dict[str, SlotDay] = {}
        self.folded = 0
        shelf = CentralShelf(
            self.hub.book,
            self.hub.code,
            self.office,
            Expected(self.hub.book, self.office, KEY),
            lambda: Board(office=self.office, as_of_utc_ms=self.now.utc_ms, date=self.now.date),
            lambda: self.hub.book.changed.version,
        )
        self.sync = Sync(shelf)

    # --- the network -----------------------------------------------------------------------------------------------

    def send(self, is_request: bool, held: bool, life: int, number: int, message: bytes) -> None:
        for _ in range(2 if self.draw.random() < self.twice else 1):
            if self.cut or self.draw.random() < self.loss:
                continue
            delay = self.draw.randint(1, 80) if self.draw.random() < 0.95 else self.draw.randint(1_000, 15_000)
            self.order += 1
            one = Arrival(self.now.utc_ms + delay, self.order, is_request, life, held, number, message)
            heapq.heappush(self.on_the_way, one)

    async def deliver(self, one: Arrival) -> None:
        if self.cut:
            return
        if one.is_request:
            answer = await self.centre.answer(one.message)
            if self.draw.random() < self.garbled:
                answer = answer[: self.draw.randrange(len(answer))]
            self.send(False, one.held, one.life, one.number, answer)
            return
        if one.life != self.life:
            return
        try:
            reply = wire.decode_reply(one.message)
        except wire.MalformedMessage:
            reply = None
        now, jitter = self.now.utc_ms, self.draw.random()
        if one.held:
            self.sync.held(now, one.number, reply, jitter)
        elif reply is None:
            self.sync.failed(now, one.number, "garbled", jitter)
        else:
            self.sync.answered(now, one.number, reply, jitter)
        self.ask()

    def ask(self) -> None:
        for held in (False, True):
            tick = self.sync.hold if held else self.sync.tick
            asked: Ask | None = tick(self.now.utc_ms, self.draw.random())
            if asked is not None:
                self.send(True, held, self.life, asked.number, wire.encode(asked.request))

    async def pass_ms(self, span_ms: int, every_ms: int = 500) -> None:
        end = self.now.utc_ms + span_ms
        while self.now.utc_ms < end:
            self.ask()
            at = min(end, self.now.utc_ms + every_ms)
            if self.on_the_way and self.on_the_way[0].at_ms <= at:
                one = heapq.heappop(self.on_the_way)
                self.now.utc_ms = max(self.now.utc_ms, one.at_ms)
                await self.deliver(one)
            else:
                quiet = self.cut and not self.on_the_way
                self.now.utc_ms = end if quiet else at

    # --- the hub ---------------------------------------------------------------------------------------------------

    def slots(self, day: str) -> SlotDay:
        """As folded from the hub's log."""
        for position, envelope in self.hub.log.read(self.folded, 100_000):
            fold(self.days, f.decode(envelope.kind, envelope.body))
            self.folded = position
        return self.days.setdefault(day, SlotDay())

    def plan(self, day: str) -> None:
        owners: list[list[Owner]] = [[self.draw.choice(("central", "office")) for _ in range(3)] for _ in range(2)]
        number = self.slots(day).version[1] + 1
        lanes = lanes_of(owners, self.draw.choice((7, 10, 15)))
        self.hub.book.commit("2041", [f.SlotsPlanned(letter=LETTER, date=day, epoch=1, number=number, lanes=lanes)])

    def sell(self, day: str) -> None:
        free = slot_days.free_for_office(self.slots(day), 0)
        if not free:
            return
        at = self.draw.choice(free)
        self.number += 1
        made = f.BookingMade(
            booking=f"hub-{self.number}",
            letter=LETTER,
            date=day,
            lane=at.lane,
            start_min=at.start_min,
            length_min=at.length_min,
            after_min=at.after_min,
            service="residence",
            source="machine",
        )
        self.hub.book.commit("2041", [made])
        self.kept[made.booking] = Kept(day, self.slots(day).bookings[made.booking].promise(made.booking))

    def cancel_at_hub(self, day: str) -> None:
        known = sorted(set(self.slots(day).bookings) - set(self.slots(day).cancelled))
        if known:
            booking = self.draw.choice(known)
            gone = f.BookingCancelled(booking=booking, letter=LETTER, date=day, by="staff")
            self.hub.book.commit("2041", [gone])
            self.kept.pop(booking, None)

    # --- central ---------------------------------------------------------------------------------------------------

    async def visitor(self, day: str) -> None:
        wish = Wish(self.office, LETTER, date.fromisoformat(day), 0, "residence", "ja", "web")
        central, now = self.centre.central, self.centre.time()
        seen = await central.availability.day(central.pool, self.office, LETTER, wish.day, now)
        if seen is None or not seen.free:
            return
        held = await central.bookings.hold(wish._replace(start_min=self.draw.choice(seen.free).start_min), now)
        if isinstance(held, Held):
            self.held.append(held)

    async def confirm(self) -> None:
        held = self.held.pop(self.draw.randrange(len(self.held)))
        self.number += 1
        contact = Contact(name="見本太郎", phone=f"0900{self.number:07}")
        got = await self.centre.central.bookings.confirm(
            self.office, held.booking, held.key, contact, self.centre.time()
        )
        if isinstance(got, Booked):
            at = got.start
            promise = Promise(
                booking=got.booking,
                lane=at.lane,
                start_min=at.start_min,
                length_min=at.length_min,
                after_min=at.after_min,
            )
            self.kept[got.booking] = Kept(got.day.isoformat(), promise)
            self.mine.append((held.booking, held.key))

    async def cancel_online(self) -> None:
        booking, key = self.mine.pop(self.draw.randrange(len(self.mine)))
        if isinstance(await self.centre.central.bookings.cancel(self.office, booking, key, self.centre.time()), Booked):
            self.kept.pop(booking, None)

    async def put_back(self) -> None:
        """What central promised since, and had not told the hub, nobody knows any more."""
        before = await self.centre.rows()
        await self.centre.put_back(self.draw.choice(self.backups))
        after = await self.centre.rows()
        heard = {booking for day in DAYS for booking in self.slots(day).bookings}
        cancelled = {booking for day in DAYS for booking in self.slots(day).cancelled}
        for booking in set(before) - set(after) - heard:
            self.lost.add(booking)
            self.kept.pop(booking, None)
        for booking, state in before.items():
            if state == "cancelled" and booking not in cancelled | self.lost and booking in {*after, *heard}:
                # So is a cancellation: the promise stands again, unless the hub is just about to hear of it.
                self.lost.add(booking)

    # --- a schedule ------------------------------------------------------------------------------------------------

    async def step(self) -> None:
        day = self.draw.choice(DAYS)
        match self.draw.randrange(16):
            case 0:
                self.plan(day)
            case 1 | 2 | 3:
                self.sell(day)
            case 4:
                self.cancel_at_hub(day)
            case 5 | 6 | 7:
                await self.visitor(day)
            case 8 | 9 | 10 if self.held:
                await self.confirm()
            case 11 if self.mine:
                await self.cancel_online()
            case 12:
                self.cut = not self.cut
            case 13:
                await self.pass_ms(self.draw.choice((30_000, 120_000, HOUR_MS)))
            case 14:
                self.boot()
            case 15:
                await self.rare()
        await self.pass_ms(self.draw.choice((50, 400, 3_000)))
        self.check()

    async def rare(self) -> None:
        match self.draw.randrange(4):
            case 0:
                self.backups.append(await self.centre.backup())
            case 1 if self.backups:
                await self.put_back()
            case 2:
                self.centre.wrong_ms = self.draw.choice((0, 0, HOUR_MS, -HOUR_MS))
            case 3:
                await closing.close_due(self.centre.central, self.centre.time())

    def check(self) -> None:
        """No minute of a lane is two people's, whoever promised it."""
        for day in DAYS:
            promises = [one.promise for one in self.kept.values() if one.date == day]
            assert not overlaps(promises), f"{self.say}: {day}: {promises}"

    async def heal(self) -> None:
        self.cut, self.loss, self.twice, self.garbled = False, 0.0, 0.0, 0.0
        await self.pass_ms(HEALS_MS)

    async def judge_facts(self) -> dict[tuple[str, int], bytes]:
        """Both have the very same ones, and know it."""
        here = {(envelope.machine, envelope.seq): data for _, envelope, data in self.hub.log.read_stored(0, 1_000_000)}
        there = await self.centre.facts()
        differ = sorted(place for place in {*here, *there} if here.get(place) != there.get(place))
        assert not differ, f"{self.say}: {differ}"
        assert self.sync.link.in_step and self.sync.pending() == 0, self.say
        return there

    async def judge(self) -> None:
        """Nothing lost, nothing twice, and both fold the same."""
        there = await self.judge_facts()
        rows = await self.centre.rows()
        for day in DAYS:
            slots = self.slots(day)
            kept = {booking for booking, one in self.kept.items() if one.date == day}
            stand = set(slots.bookings) - set(slots.cancelled) - self.lost
            assert stand == kept, f"{self.say}: {day}: too many {stand - kept}, too few {kept - stand}"
            online = {booking for booking, one in slots.bookings.items() if one.source == "web"}
            assert {one for one in online if rows.get(one) == "booked"} == online - set(slots.cancelled), (
                f"{self.say}: {day}"
            )
        again: dict[str, SlotDay] = {}
        one_first = self.draw.random() < 0.5
        for _, data in sorted(sorted(there.items()), key=lambda one: one[0][0], reverse=one_first):
            envelope = decode(data)
            fold(again, f.decode(envelope.kind, envelope.body))
        assert again == {day: copy.deepcopy(self.slots(day)) for day in again}, self.say

    async def run(self, steps: int) -> None:
        await self.begin()
        for _ in range(steps):
            await self.step()
        await self.heal()
        await self.judge()
