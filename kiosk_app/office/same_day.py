"""A walk-in chooses a time of today (外出できます) in the place of waiting: which starts, and the sale of one. Pure.

Nobody who waits is overtaken by it: only starts after the last time that was promised to a walk-in of the group are
sold. The hub alone decides, because it alone owns the office's time; a ticket machine asks it.
"""

from __future__ import annotations

from datetime import date as Day
from typing import Annotated, NamedTuple, Protocol

import msgspec
from msgspec import Meta

from kiosk_app.office import catalogue, matters
from kiosk_app.office.catalogue import Group, Office, Service
from kiosk_app.office.facts import BookingMade
from kiosk_app.office.queue import Waiting
from kiosk_app.office.slot_days import free_for_office
from kiosk_app.office.slot_plans import slot_day
from kiosk_app.office.slot_times import local_day, minute_of
from kiosk_app.office.slots import DAY_MIN, Start
from kiosk_app.office.state import OfficeState

SOON_MIN = 10
"""Nearer than this there is no time to go anywhere."""
OFFERS_MAX = 100


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A start of today that is free: minutes of the local day, as everywhere. Any lane of it is right."""

    start_min: int
    length_min: int


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub answers. `why` is empty where anything is offered: none (all is sold, or too near), off (this group
    or service is not sold for the same day), closed (the day is over)."""

    offers: tuple[Offer, ...] = ()
    why: str = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket machine asks for. The same `intent` is sold once, however often it is asked."""

    intent: Annotated[str, Meta(min_length=1, max_length=64)]
    service: Annotated[str, Meta(min_length=1, max_length=64)]
    start_min: Annotated[int, Meta(ge=0, le=24 * 60)]
    language: Annotated[str, Meta(max_length=16)] = "ja"


class Promised(Protocol):
    @property
    def due_utc_ms(self) -> int: ...

    @property
    def to_utc_ms(self) -> int: ...


class Sold(NamedTuple):
    """`fact` is None where it was sold before, by the same intent."""

    booking: str
    start: Start
    fact: BookingMade | None


def not_before_min(
    state: OfficeState, office: Office, letter: str, told: Promised, line: list[Waiting], now_utc_ms: int
) -> int:
    """The first minute that may be sold today. `told`: what a walk-in would be promised who came now (an Estimate or a
    Load). `line`: everybody who waits (queue.waiting)."""
    promised = [told.due_utc_ms, told.to_utc_ms, now_utc_ms + SOON_MIN * 60_000]
    for one in line:
        if one.kind == "walk_in" and one.stop.group == letter:
            promised += (one.due_utc_ms, one.ticket.estimate_to_utc_ms)
    return minute_of(office, state.day.date, max(promised), up=True)


def offers(state: OfficeState, office: Office, service: str, not_before: int, now_utc_ms: int) -> Offers:
    """`not_before`: see not_before_min."""
    found = _sold_today(office, service, state.day.date)
    if found is None:
        return Offers(why="off")
    if not _is_today(state, office, now_utc_ms):
        return Offers(why="closed")
    one, group = found
    lengths: dict[int, int] = {}
    need = matters.need_of(group, one, Day.fromisoformat(state.day.date))
    for start in free_for_office(slot_day(state, state.day.date, group.letter), not_before, need):
        if serves(one, start.start_min):
            lengths.setdefault(start.start_min, start.length_min)
    listed = tuple(Offer(start_min=at, length_min=length) for at, length in list(lengths.items())[:OFFERS_MAX])
    return Offers(offers=listed, why="" if listed else "none")


def sell(
    state: OfficeState, office: Office, wish: Wish, booking: str, not_before: int, now_utc_ms: int
) -> Sold | Offers:
    """Of the start that was chosen; where it is gone, what is free now. `booking`: a new unguessable id. The ticket
    that carries it is issued with promise "slot" and due at the start."""
    date = state.day.date
    if (before := _sold_before(state, wish.intent)) is not None:
        return before
    found = _sold_today(office, wish.service, date)
    if found is None or not _is_today(state, office, now_utc_ms):
        return offers(state, office, wish.service, not_before, now_utc_ms)
    one, group = found
    need = matters.need_of(group, one, Day.fromisoformat(date))
    free = free_for_office(slot_day(state, date, group.letter), not_before, need)
    start = next((at for at in free if at.start_min == wish.start_min and serves(one, at.start_min)), None)
    if start is None:
        return offers(state, office, wish.service, not_before, now_utc_ms)
    fact = BookingMade(
        booking=booking,
        letter=group.letter,
        date=date,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service=wish.service,
        source="machine",
        language=wish.language,
        intent=wish.intent,
    )
    return Sold(booking, start, fact)


def _sold_before(state: OfficeState, intent: str) -> Sold | None:
    answered = state.day.intents.get(intent)
    if answered is None or answered.kind != "BookingMade":
        return None
    for day in state.slots.get(state.day.date, {}).values():
        one = day.bookings.get(answered.ticket)
        if one is not None and answered.ticket not in day.cancelled:
            return Sold(answered.ticket, Start(one.start_min, one.lane, one.length_min, one.after_min), None)
    return None


def _is_today(state: OfficeState, office: Office, now_utc_ms: int) -> bool:
    return not state.day.closed and state.day.date == local_day(office, now_utc_ms).isoformat()


def _sold_today(office: Office, service: str, date: str) -> tuple[Service, Group] | None:
    one = next((one for one in office.services if one.id == service), None)
    if one is None or not date:
        return None
    group = catalogue.group(office, one.group)
    same_day = group.booking is not None and group.booking.same_day
    return (one, group) if same_day and can_be_booked(one, group, date) else None


def can_be_booked(service: Service, group: Group, date: str) -> bool:
    """Whether this service is offered on that day to whoever reserves a time."""
    return not why_not(service, group, date)


def why_not(service: Service, group: Group, date: str) -> str:
    """For staff; empty where it can be booked."""
    day = Day.fromisoformat(date)
    if group.booking is None or service.group != group.letter or service.id in group.booking.not_bookable:
        return "予約を受けていません"
    if not matters.fits(group, service):
        return "枠に入りません"
    if not catalogue.is_valid(service, day):
        return "この日は扱っていません"
    if service.weekdays and catalogue.WEEKDAYS[day.weekday()] not in service.weekdays:
        return "この曜日は扱っていません"
    return ""


def serves(service: Service, minute: int) -> bool:
    """Within the hours of its own that a service may have."""
    found = spans(service)
    return not found or any(start <= minute < until for start, until in found)


def spans(service: Service) -> tuple[tuple[int, int], ...]:
    """Those hours in minutes of the day, (from, until); empty: always."""
    last = _minute(service.last_ticket) if service.last_ticket is not None else DAY_MIN
    found = [(_minute(one.start), _minute(one.until)) for one in service.hours] or [(0, DAY_MIN)]
    kept = tuple((start, min(until, last)) for start, until in found if start < min(until, last))
    return () if kept == ((0, DAY_MIN),) else kept or ((0, 0),)


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])
