"""What an office knows of a day's slots: the hub's plans, what central has taken of them, and who was promised what.

Central may be away for a weekend. Until it says that it has taken a plan it may sell by any plan before, so the office
sells only time that none of those gives to central. Folds of it end the same in whatever order facts arrive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from kiosk_app.office.facts_slots import (
    BookingCancelled,
    BookingMade,
    BookingMissed,
    OnlineClosed,
    PlanTaken,
    SlotsPlanned,
    Source,
)
from kiosk_app.office.slots import Lane, Places, Promise, Start, Stretch, free_starts

Version = tuple[int, int]
"""Epoch and number: the later plan is the greater one."""
NOTHING: Version = (0, 0)


class Plan(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """As in SlotsPlanned."""

    version: Version
    lanes: tuple[Lane, ...]
    base: tuple[Lane, ...] = ()
    before: tuple[Lane, ...] = ()
    by: Literal["catalogue", "staff"] = "catalogue"
    reason: str = ""
    at_utc_ms: int = 0


class Booked(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """As in BookingMade. Carried from day to day as a bare list, because there are many: new fields go to the end."""

    lane: int
    start_min: int
    length_min: int
    after_min: int
    service: str
    source: Source
    language: str = "ja"
    replaces: str = ""

    def promise(self, booking: str) -> Promise:
        return Promise(
            booking=booking,
            lane=self.lane,
            start_min=self.start_min,
            length_min=self.length_min,
            after_min=self.after_min,
        )


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    by: Literal["visitor", "staff", "closure"]
    reason: str = ""


class SlotDay(msgspec.Struct, kw_only=True):
    """One service group on one day. `plans`: the latest that central has taken and all later ones, in order."""

    plans: list[Plan] = []
    taken: Version = NOTHING
    closed: bool = False
    bookings: dict[str, Booked] = {}
    cancelled: dict[str, Cancelled] = {}
    missed: set[str] = set()

    @property
    def version(self) -> Version:
        return self.plans[-1].version if self.plans else NOTHING

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """As planned, whoever sells them."""
        return self.plans[-1].lanes if self.plans else ()

    @property
    def latest(self) -> Plan | None:
        return self.plans[-1] if self.plans else None

    @property
    def base(self) -> tuple[Lane, ...]:
        """As planned without the closures that will end."""
        return (self.plans[-1].base or self.plans[-1].lanes) if self.plans else ()

    def promises(self) -> list[Promise]:
        return [one.promise(booking) for booking, one in self.bookings.items() if booking not in self.cancelled]


# --- folds ---------------------------------------------------------------------------------------------------------


def planned(day: SlotDay, fact: SlotsPlanned, at_utc_ms: int = 0) -> None:
    version = (fact.epoch, fact.number)
    plan = Plan(
        version=version,
        lanes=fact.lanes,
        base=fact.base,
        before=fact.before,
        by=fact.by,
        reason=fact.reason,
        at_utc_ms=at_utc_ms,
    )
    _keep(day, [plan])


def _keep(day: SlotDay, plans: Iterable[Plan]) -> None:
    known = {one.version for one in day.plans}
    day.plans += [one for one in plans if one.version not in known]
    day.plans.sort(key=lambda one: one.version)
    _forget_older(day)


def taken(day: SlotDay, fact: PlanTaken) -> None:
    day.taken = max(day.taken, (fact.epoch, fact.number))
    _forget_older(day)


def _forget_older(day: SlotDay) -> None:
    """Plans before the one that central has taken count no more; that one does while a later one is under way."""
    day.plans = [one for one in day.plans if one.version >= day.taken]


def closed(day: SlotDay, fact: OnlineClosed) -> None:
    day.closed = True


def made(day: SlotDay, fact: BookingMade) -> None:
    day.bookings[fact.booking] = Booked(
        lane=fact.lane,
        start_min=fact.start_min,
        length_min=fact.length_min,
        after_min=fact.after_min,
        service=fact.service,
        source=fact.source,
        language=fact.language,
        replaces=fact.replaces,
    )


def cancelled(day: SlotDay, fact: BookingCancelled) -> None:
    _cancel(day, fact.booking, Cancelled(by=fact.by, reason=fact.reason))


def _cancel(day: SlotDay, booking: str, new: Cancelled) -> None:
    """Two may have done it without hearing of each other: the same one of them is kept everywhere."""
    known = day.cancelled.get(booking, new)
    day.cancelled[booking] = min(known, new, key=lambda one: (one.by, one.reason))


def missed(day: SlotDay, fact: BookingMissed) -> None:
    day.missed.add(fact.booking)


def join(day: SlotDay, other: SlotDay) -> None:
    """`day` then knows what either of the two did: of a checkpoint and of what was heard since."""
    day.taken = max(day.taken, other.taken)
    day.closed |= other.closed
    _keep(day, other.plans)
    day.bookings = {**other.bookings, **day.bookings}
    for booking, one in other.cancelled.items():
        _cancel(day, booking, one)
    day.missed |= other.missed


def copied(day: SlotDay) -> SlotDay:
    """Another one that may be changed; what is in it never is."""
    return SlotDay(
        plans=list(day.plans),
        taken=day.taken,
        closed=day.closed,
        bookings=dict(day.bookings),
        cancelled=dict(day.cancelled),
        missed=set(day.missed),
    )


# --- what the office may sell ----------------------------------------------------------------------------------------


def office_lanes(day: SlotDay) -> tuple[Lane, ...]:
    """The lanes as planned, without what central may still be selling; after its last word all of them."""
    if day.closed:
        return tuple(_owned(lane) for lane in day.lanes)
    return tuple(_without_central(lane, day.plans) for lane in day.lanes)


def free_for_office(day: SlotDay, from_min: int, places: Places = 1, without: str = "") -> list[Start]:
    """`without`: a booking that is given back in the same act."""
    kept = [one for one in day.promises() if one.booking != without]
    return free_starts(office_lanes(day), kept, "office", from_min, places)


def _owned(lane: Lane) -> Lane:
    return Lane(
        number=lane.number,
        stretches=tuple(msgspec.structs.replace(one, owner="office") for one in lane.stretches),
    )


def _without_central(lane: Lane, plans: Iterable[Plan]) -> Lane:
    central = sorted(
        (one.start_min, one.until_min)
        for plan in plans
        for other in plan.lanes
        if other.number == lane.number
        for one in other.stretches
        if one.owner == "central"
    )
    kept = [piece for one in lane.stretches if one.owner == "office" for piece in _outside(one, central)]
    return Lane(number=lane.number, stretches=tuple(kept))


def _outside(stretch: Stretch, spans: Iterable[tuple[int, int]]) -> list[Stretch]:
    """Pieces of a stretch that lie in none of the spans (in order)."""
    pieces, at = [], stretch.start_min
    for start, until in spans:
        if start > at:
            pieces.append((at, min(start, stretch.until_min)))
        at = max(at, until)
        if at >= stretch.until_min:
            break
    pieces.append((at, stretch.until_min))
    return [
        msgspec.structs.replace(stretch, start_min=start, until_min=until) for start, until in pieces if start < until
    ]
