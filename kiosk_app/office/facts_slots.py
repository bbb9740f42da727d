"""Facts of slots and bookings. Plans are written by the hub alone, online bookings by central alone, others by the hub.

Who booked is in none of them: a booking is an unguessable id, and contacts lie apart. Import them from facts.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact
from kiosk_app.office.slots import Lane

Source = Literal["web", "phone", "counter", "machine"]


class SlotsPlanned(Fact, frozen=True, kw_only=True):
    """These are the lanes of a service group on a day from now on, whatever was planned before. Promises stay.

    `epoch` of the hub that plans, then `number`, counted by day and group, say which of two plans is the later one.
    `lanes` is what counts. `base`: the lanes as they will be again when a closure ends; empty where none holds.
    `before`: the lanes before a change of staff that can be taken back. `by` whom the lanes are as they are, and
    `reason`, what was changed, in words for staff.
    """

    letter: str
    date: str
    epoch: int
    number: int
    lanes: tuple[Lane, ...]
    base: tuple[Lane, ...] = ()
    before: tuple[Lane, ...] = ()
    by: Literal["catalogue", "staff"] = "catalogue"
    reason: str = ""
    intent: str = ""


class PlanTaken(Fact, frozen=True, kw_only=True):
    """Central sells by this plan of the hub and by no earlier one: what was taken from it is the office's now."""

    letter: str
    date: str
    epoch: int
    number: int


class OnlineClosed(Fact, frozen=True, kw_only=True):
    """Central sells nothing more of this day. Everything that it has sold stands before this fact in its chain."""

    letter: str
    date: str


class BookingMade(Fact, frozen=True, kw_only=True):
    """Somebody was promised this time: a promise, which no later change moves.

    `replaces`: the booking in the place of which it is, where staff or the visitor chose another time.
    """

    booking: str
    letter: str
    date: str
    lane: int
    start_min: int
    length_min: int
    after_min: int
    service: str
    source: Source
    language: str = "ja"
    replaces: str = ""
    intent: str = ""


class BookingCancelled(Fact, frozen=True, kw_only=True):
    """The time is free again. `by`: who wished it. `replaced_by`: the booking that staff made in its place in the same
    act."""

    booking: str
    letter: str
    date: str
    by: Literal["visitor", "staff", "closure"]
    reason: str = ""
    intent: str = ""
    replaced_by: str = ""


class BookingMissed(Fact, frozen=True, kw_only=True):
    """Staff say that nobody has come for it. Whoever comes later is checked in all the same."""

    booking: str
    letter: str
    date: str
    intent: str = ""
