"""Somebody comes with a reservation: what a ticket machine may do for them, from what it knows at this moment. Pure.

A reservation that this office has not heard of yet is believed where its code proves itself (未確認): the network may
have been away since it was made. Nobody is sent away without a next step, and nobody gets a second number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from kiosk_app.office import booking_code, catalogue
from kiosk_app.office.catalogue import Group, Office
from kiosk_app.office.doubles import UNHEARD, place_of, tickets_at
from kiosk_app.office.slot_days import SlotDay
from kiosk_app.office.state import NOT_ON_PAPER, Day, Ticket, number_of, visit_of

TRIES_MAX, TRIES_WITHIN_MS = 20, 60 * 60 * 1000
"""Wrong codes and digits at one machine. A code is guessed once in booking_code.PROOF tries."""
_CODE_IN_TEXT = re.compile(r"(?<!\d)\d{16}(?!\d)")

What = Literal[
    "ready", "choose", "early", "already", "elsewhere", "other_day", "my_ticket", "cancelled", "not_found",
    "unreadable", "wrong_code", "wrong_phone", "tries", "away",
]  # fmt: skip


class Booked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promise of today as a ticket machine knows it. `booking` is empty where it has not heard of it, and `service`
    then too. Minutes are those of the office's local day."""

    letter: str
    lane: int
    start_min: int
    length_min: int
    booking: str = ""
    service: str = ""
    language: str = ""

    @property
    def place(self) -> str:
        """Nobody else of this day is promised it."""
        return place_of(self.letter, self.start_min, self.lane)

    @property
    def name(self) -> str:
        """What facts call it."""
        return self.booking or UNHEARD + self.place


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What comes of a code, of digits, or of a choice.

    ready: check in now (`late`: as a walk-in from now). choose: more than one, or found by digits alone. early: from
    `from_min` on. already: `ticket` and `number`; `again` where this machine may print it once more. other_day: `date`
    and `start_min`. elsewhere: `office`, its number in the city.
    """

    what: What
    booked: tuple[Booked, ...] = ()
    late: bool = False
    from_min: int = 0
    ticket: str = ""
    number: str = ""
    on_paper: bool = False
    """Before that no number is shown."""
    again: bool = False
    date: str = ""
    start_min: int = 0
    office: int = 0


class Known(NamedTuple):
    """`slots`: today's, by letter. `local`: now, in the office's zone. `key`: the office's own, for codes; None where
    this machine has none."""

    office: Office
    day: Day
    slots: Mapping[str, SlotDay]
    local: datetime
    machine_code: str
    key: bytes | None = None

    @property
    def now_min(self) -> int:
        return self.local.hour * 60 + self.local.minute


# --- what was scanned or typed -------------------------------------------------------------------------------------


def scanned(known: Known, text: str) -> Answer:
    """A QR code carries the code alone, or in an address; a ticket's own leads to its waiting status."""
    text = text.strip()
    if text.startswith(known.office.status_url):
        ticket = text.removeprefix(known.office.status_url)
        return Answer(what="my_ticket", ticket=ticket, number=number_of(known.day, ticket), on_paper=True)
    found = _CODE_IN_TEXT.findall(text)
    return typed_code(known, found[0]) if len(found) == 1 else Answer(what="unreadable")


def typed_code(known: Known, typed: str) -> Answer:
    claim = booking_code.read(typed, known.local.date())
    if claim is None:
        return Answer(what="wrong_code")
    if claim.office != known.office.number:
        return Answer(what="elsewhere", office=claim.office)
    if known.key is None or not booking_code.proves(known.key, typed, claim):
        return Answer(what="wrong_code")
    if claim.day != known.local.date():
        return Answer(what="other_day", date=claim.day.isoformat(), start_min=claim.start_min)
    if _group(known.office, claim.letter) is None:
        return Answer(what="not_found")
    return _claimed(known, claim)


def _claimed(known: Known, claim: booking_code.Claim) -> Answer:
    slot = known.slots.get(claim.letter)
    here = [] if slot is None else _at(slot, claim.start_min, claim.lane)
    if slot is not None and here:
        live = [key for key in here if key not in slot.cancelled]
        return chosen(known, _booked(slot, claim.letter, live[0])) if live else Answer(what="cancelled")
    length = _planned_length(slot, claim)
    unheard = Booked(letter=claim.letter, lane=claim.lane, start_min=claim.start_min, length_min=length)
    return chosen(known, unheard)


def _at(slot: SlotDay, start_min: int, lane: int) -> list[str]:
    return sorted(key for key, one in slot.bookings.items() if (one.start_min, one.lane) == (start_min, lane))


def _planned_length(slot: SlotDay | None, claim: booking_code.Claim) -> int:
    for lane in slot.lanes if slot is not None else ():
        for one in lane.stretches:
            if lane.number == claim.lane and one.start_min <= claim.start_min < one.until_min:
                return one.length_min
    return 0


def found_by_phone(known: Known, bookings: Iterable[str]) -> Answer:
    """`bookings`: those of today whose digits are the same. They are always chosen from: digits prove nobody."""
    found = []
    for booking in bookings:
        for letter, slot in known.slots.items():
            if booking in slot.bookings and booking not in slot.cancelled:
                found.append(_booked(slot, letter, booking))
    if not found:
        return Answer(what="wrong_phone")
    return Answer(what="choose", booked=tuple(sorted(found, key=lambda one: (one.start_min, one.letter, one.booking))))


def _booked(slot: SlotDay, letter: str, booking: str) -> Booked:
    one = slot.bookings[booking]
    return Booked(
        letter=letter,
        lane=one.lane,
        start_min=one.start_min,
        length_min=one.length_min,
        booking=booking,
        service=one.service,
        language=one.language,
    )


# --- one reservation -----------------------------------------------------------------------------------------------


def chosen(known: Known, one: Booked) -> Answer:
    """What may be done for it now."""
    group = _group(known.office, one.letter)
    if group is None or group.booking is None:
        return Answer(what="not_found")
    slot = known.slots.get(one.letter)
    if one.booking and slot is not None and one.booking in slot.cancelled:
        return Answer(what="cancelled")
    if (ticket := ticket_of(known.day, one)) is not None:
        return _already(known, one, ticket)
    opens_min = one.start_min - group.booking.early_minutes
    if known.now_min < opens_min:
        return Answer(what="early", booked=(one,), from_min=opens_min)
    return Answer(what="ready", booked=(one,), late=known.now_min > one.start_min + group.booking.grace_minutes)


def _already(known: Known, one: Booked, ticket: str) -> Answer:
    mine = known.day.tickets[ticket].machine_code == known.machine_code
    waits = ticket in known.day.live or known.day.tickets[ticket].paper in NOT_ON_PAPER
    again = mine and waits and visit_of(known.day, ticket).status != "called"
    on_paper = known.day.tickets[ticket].paper not in (*NOT_ON_PAPER, "started")
    number = number_of(known.day, ticket)
    return Answer(what="already", booked=(one,), ticket=ticket, number=number, on_paper=on_paper, again=again)


def _group(office: Office, letter: str) -> Group | None:
    return next((group for group in office.groups if group.letter == letter and group.booking is not None), None)


def services_of(office: Office, letter: str, today: date) -> tuple[catalogue.Service, ...]:
    """What can be booked in a group: asked where a reservation is believed that nobody here has heard of."""
    group = _group(office, letter)
    closed = group.booking.not_bookable if group is not None and group.booking is not None else ()
    return tuple(one for one in catalogue.services_of(office, letter, today) if one.id not in closed)


def start_utc_ms(local: datetime, start_min: int) -> int:
    """A minute of the local day; a day without change of summer time."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(minutes=start_min)).timestamp() * 1000)


# --- tickets of reservations ---------------------------------------------------------------------------------------


def ticket_of(day: Day, one: Booked) -> str | None:
    """The number that was given for it, by whichever machine; the one that counts, where cut-off machines gave two."""
    found = tickets_at(day, one.place, one.booking)
    return found[0] if found and not _is_over(day, found[0]) else None


def _is_over(day: Day, ticket_id: str) -> bool:
    """Of no use to anybody any more: whoever was not served may check in again."""
    return bool(day.tickets[ticket_id].voided) or visit_of(day, ticket_id).status == "cancelled"


def confirmed_by(slots: Mapping[str, SlotDay], ticket: Ticket) -> str:
    """The booking that a ticket is for, once this office has heard of it; empty while it has not (未確認)."""
    if not ticket.booking.startswith(UNHEARD):
        return ticket.booking
    slot = slots.get(ticket.letter)
    here = [] if slot is None else _at(slot, ticket.start_min, ticket.lane)
    live = [key for key in here if slot is not None and key not in slot.cancelled]
    return live[0] if live else ""


# --- tries ---------------------------------------------------------------------------------------------------------


def tries_left(wrong_utc_ms: Iterable[int], now_utc_ms: int) -> int:
    """Of this machine, given when each wrong one was."""
    return max(0, TRIES_MAX - sum(1 for at in wrong_utc_ms if now_utc_ms - at < TRIES_WITHIN_MS))
