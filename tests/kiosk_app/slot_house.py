"""What the tests of time slots share: an office whose day is planned, and promises in it."""

from __future__ import annotations

from datetime import date
from functools import cache

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office import slot_days, slot_plans
from kiosk_app.office.catalogue import Office as Catalogue
from kiosk_app.office.folds import apply
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.slot_rules import Hub
from kiosk_app.office.state import OfficeState
from tests.kiosk_app.house import the_office

DATE = "2026-04-06"
MIDNIGHT_MS = 1_775_401_200_000
"""2026-04-06, a Monday, in Japan."""
REASONS = {"計画運休": {"ja": "計画運休のため、休止しています。", "en": "Closed."}}


@cache
def bookable() -> Catalogue:
    """The sample office, with ten minutes and no after-work for H, so that figures can be told by heart. Each of its
    matters takes ten minutes too: one slot."""
    office = the_office()
    groups = []
    for one in office.groups:
        if one.letter == "H":
            assert one.booking is not None
            plan = replace(one.booking.plans[0], length_minutes=10, after_minutes=0)
            groups.append(replace(one, booking=replace(one.booking, plans=(plan,))))
        else:
            groups.append(one)
    services = [replace(one, minutes=10) if one.group == "H" else one for one in office.services]
    return replace(office, groups=tuple(groups), services=tuple(services))


class SlotOffice:
    """The hub's state in memory. `online`: the sample's two lanes of three are central's."""

    def __init__(self, office: Catalogue | None = None, online: bool = False, at: str = "8:00") -> None:
        self.office, self.online = office or bookable(), online
        self.state = OfficeState()
        self.seqs: dict[str, int] = {}
        self.made = 0
        self.at(at)
        self.append(f.DayOpened(date=DATE, office="kokura-kita"))
        self.plan()

    def at(self, clock: str) -> SlotOffice:
        hour, minute = clock.split(":")
        self.now_utc_ms = MIDNIGHT_MS + (int(hour) * 60 + int(minute)) * 60_000
        return self

    def append(self, *facts: f.Fact, machine: str = "hub", actor: str = "3001") -> None:
        for fact in facts:
            self.seqs[machine] = self.seqs.get(machine, 0) + 1
            apply(self.state, machine, self.seqs[machine], self.now_utc_ms, actor, fact)

    def plan(self) -> int:
        due = list(slot_plans.plans_due(self.state, self.office, self.now_utc_ms, 1, self.online))
        self.append(*due, actor="core")
        return len(due)

    def hub(self, not_before: dict[str, int] | None = None) -> Hub:
        return Hub(self.state, self.office, self.now_utc_ms, 1, not_before or {})

    def day(self, letter: str = "H", day: str = DATE) -> SlotDay:
        return slot_plans.slot_day(self.state, day, letter)

    def promise(
        self,
        clock: str,
        lane: int = 1,
        *,
        length_min: int = 10,
        letter: str = "H",
        day: str = DATE,
        source: str = "web",
    ) -> str:
        hour, minute = clock.split(":")
        self.made += 1
        booking = f"b{self.made}"
        fact = f.BookingMade(
            booking=booking,
            letter=letter,
            date=day,
            lane=lane,
            start_min=int(hour) * 60 + int(minute),
            length_min=length_min,
            after_min=0,
            service="move-in" if letter == "H" else "card-pickup",
            source=source,  # type: ignore[arg-type]
        )
        self.append(fact, machine="central" if source in ("web", "phone") else "hub", actor="central")
        return booking

    def issue(self, booking: str, letter: str = "H", ticket: str = "") -> str:
        """It is checked in."""
        one = self.day(letter).bookings[booking]
        ticket = ticket or f"ticket-{booking}"
        issued = f.TicketIssued(
            ticket=ticket,
            intent=f"issue-{booking}",
            letter=letter,
            number=len(self.state.day.tickets) + 1,
            stops=(f.Stop(service=one.service, group=letter, service_name="転入", counters=(3, 4)),),
            language="ja",
            machine_code="m1",
            due_utc_ms=MIDNIGHT_MS + one.start_min * 60_000,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
            promise="reservation",
            booking=booking,
            lane=one.lane,
            start_min=one.start_min,
            length_min=one.length_min,
        )
        job = f"job-{ticket}"
        self.append(
            issued,
            f.PrintStarted(job=job, ticket=ticket, attempt=1, printer="p"),
            f.PrintEnded(job=job, ticket=ticket, verdict="issued"),
        )
        return ticket


def day_after(days: int) -> str:
    return date.fromordinal(date.fromisoformat(DATE).toordinal() + days).isoformat()


def free(office: SlotOffice, lane: int = 1) -> list[str]:
    now_min = office.hub().now_min(DATE)
    found = slot_days.free_for_office(office.day(), now_min)
    return [f"{one.start_min // 60}:{one.start_min % 60:02}" for one in found if one.lane == lane]


def fold_of_slots(day: SlotDay, fact: f.Fact) -> None:
    """Into one group's day, without all the rest of an office."""
    match fact:
        case f.SlotsPlanned():
            slot_days.planned(day, fact)
        case f.PlanTaken():
            slot_days.taken(day, fact)
        case f.OnlineClosed():
            slot_days.closed(day, fact)
        case f.BookingMade():
            slot_days.made(day, fact)
        case f.BookingCancelled():
            slot_days.cancelled(day, fact)
