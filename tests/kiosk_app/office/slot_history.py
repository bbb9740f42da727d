"""Staff who change a day's lanes, and a central that hears of it late and sells meanwhile: any history, from a seed."""

from __future__ import annotations

from collections import deque
from functools import cache
from random import Random

from msgspec.structs import replace

from kiosk_app import api_slots as api
from kiosk_app.office import facts as f
from kiosk_app.office import slot_changes, slot_days, slot_rules, slots
from kiosk_app.office.catalogue import Office
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.slot_days import SlotDay
from tests.kiosk_app.slot_house import DATE, REASONS, SlotOffice, bookable, fold_of_slots

H = "H"


@cache
def of_today() -> Office:
    """Plans are looked at after each step, and of one day that is quick."""
    groups = [
        replace(one, booking=replace(one.booking, days_ahead=0) if one.booking and one.letter == H else None)
        for one in bookable().groups
    ]
    return replace(bookable(), groups=tuple(groups))


class World:
    """A hub whose staff change things, and a central that hears of it late and sells meanwhile."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.hub = SlotOffice(of_today(), online=True, at="8:55")
        self.central = SlotDay()
        self.to_hub: deque[f.Fact] = deque()
        self.to_central: deque[f.Fact] = deque(self._plans())
        self.promised: dict[str, f.BookingMade] = {}
        self.cancelled: set[str] = set()

    def _plans(self) -> list[f.Fact]:
        day = self.hub.day()
        return [f.SlotsPlanned(letter=H, date=DATE, epoch=1, number=1, lanes=day.lanes)]

    def hub_says(self, answer: Decision | Refusal | str) -> None:
        if not isinstance(answer, Decision):
            return
        self.hub.append(*answer.facts)
        for fact in answer.facts:
            self._note(fact)
            self.to_central.append(fact)

    def _note(self, fact: f.Fact) -> None:
        if isinstance(fact, f.BookingMade):
            self.promised[fact.booking] = fact
        if isinstance(fact, f.BookingCancelled):
            self.cancelled.add(fact.booking)

    def central_says(self, fact: f.Fact) -> None:
        self._note(fact)
        fold_of_slots(self.central, fact)
        self.to_hub.append(fact)

    def deliver(self) -> None:
        if self.to_hub and self.chance.random() < 0.5:
            self.hub.append(self.to_hub.popleft(), machine="central")
        elif self.to_central:
            fact = self.to_central.popleft()
            fold_of_slots(self.central, fact)
            if isinstance(fact, f.SlotsPlanned) and not self.central.closed:
                self.central_says(f.PlanTaken(letter=H, date=DATE, epoch=fact.epoch, number=fact.number))

    def central_sells(self) -> None:
        if self.central.closed or self.central.taken == slot_days.NOTHING:
            return
        plan = next(one for one in self.central.plans if one.version == self.central.taken)
        starts = slots.free_starts(plan.lanes, self.central.promises(), "central", self.hub.hub().now_min(DATE))
        if starts:
            start = self.chance.choice(starts)
            self.central_says(made(f"w{len(self.promised)}", start, "web"))

    def plan(self) -> None:
        before = self.hub.day().version
        self.hub.plan()
        latest = self.hub.day().latest
        if latest is not None and latest.version != before:
            fact = f.SlotsPlanned(
                letter=H, date=DATE, epoch=latest.version[0], number=latest.version[1], lanes=latest.lanes
            )
            self.to_central.append(fact)

    def change(self) -> None:
        chance = self.chance
        wish = chance.choice(
            (
                api.SlotChange(letter=H, length_min=chance.randint(5, 20), lane=chance.choice((0, 0, 1, 2, 3))),
                api.SlotChange(letter=H, after_min=chance.randint(0, 5)),
                api.SlotChange(letter=H, lanes=chance.randint(0, 4)),
                api.SlotChange(letter=H, take_back=True),
            )
        )
        found = slot_rules.change_of(self.hub.hub(), wish)
        if not isinstance(found, str):
            act = api.SlotAct(change=wish, version=found.version)
            self.hub_says(slot_rules.change(self.hub.hub(), act, f"c{self.hub.seqs['hub']}"))

    def step(self) -> None:
        chance, hub = self.chance, self.hub.hub()
        deeds = (
            "sell",
            "sell",
            "book",
            "book",
            "change",
            "undo",
            "cancel",
            "close",
            "deliver",
            "deliver",
            "time",
            "last",
        )
        match chance.choice(deeds):
            case "sell":
                self.central_sells()
            case "book":
                starts = slot_rules.sellable(hub, H, DATE)
                if starts:
                    act = api.SlotAct(letter=H, start_min=chance.choice(starts).start_min)
                    self.hub_says(slot_rules.book(hub, act, "move-in", "ja", f"c{len(self.promised)}", "i"))
            case "change":
                self.change()
            case "undo":
                act = api.SlotAct(letter=H, version=slot_changes.version(self.hub.day()))
                self.hub_says(slot_rules.undo(hub, act, "u"))
            case "cancel" if self.promised:
                act = api.SlotAct(booking=chance.choice(sorted(self.promised)))
                self.hub_says(slot_rules.cancel(hub, act, "理由", ("理由",), "x"))
            case "close":
                self.close()
            case "deliver":
                self.deliver()
            case "time":
                self.hub.now_utc_ms += chance.randint(0, 20) * 60_000
            case "last" if chance.random() < 0.1 and not self.central.closed:
                self.central_says(f.OnlineClosed(letter=H, date=DATE))
        self.plan()

    def close(self) -> None:
        state = self.hub.state
        if state.suspensions and self.chance.random() < 0.6:
            self.hub.append(f.SuspensionEnded(suspension=next(iter(state.suspensions))))
            return
        hour = self.chance.randint(9, 15)
        wish = api.SlotsClosing(starts=f"{DATE}T{hour:02}:05", ends=f"{DATE}T{hour + 1:02}:00")
        found = slot_rules.closing_of(self.hub.hub(), wish.groups, wish.starts, wish.ends)
        if not isinstance(found, str):
            act = api.SlotAct(closing=wish, version=found.version)
            self.hub_says(slot_rules.close(self.hub.hub(), act, "計画運休", REASONS, {}, f"s{self.hub.seqs['hub']}"))

    def check(self) -> None:
        standing = [
            slots.Promise(
                booking=key, lane=one.lane, start_min=one.start_min, length_min=one.length_min, after_min=one.after_min
            )
            for key, one in self.promised.items()
            if key not in self.cancelled
        ]
        assert slots.overlaps(standing) == []
        for key, one in self.hub.day().bookings.items():
            told = self.promised[key]
            assert (one.lane, one.start_min, one.length_min) == (told.lane, told.start_min, told.length_min)
        assert slots.fault(self.hub.day().lanes) == "" and slots.fault(self.hub.day().base) == ""


def made(booking: str, start: slots.Start, source: str) -> f.BookingMade:
    return f.BookingMade(
        booking=booking,
        letter=H,
        date=DATE,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service="move-in",
        source=source,  # type: ignore[arg-type]
    )
