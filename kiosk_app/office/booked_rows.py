"""What staff are told of a reservation's ticket beside its number: not confirmed yet, or a second number. Pure."""

from __future__ import annotations

from typing import NamedTuple

from kiosk_app.office.check_in import confirmed_by
from kiosk_app.office.doubles import others_of
from kiosk_app.office.state import OfficeState, number_of


class Told(NamedTuple):
    """`unconfirmed` (未確認): its code proved itself, and this office has not heard of the booking. `also`: other
    numbers of the same reservation, which are not called."""

    unconfirmed: bool
    also: str


def told(state: OfficeState) -> dict[str, Told]:
    """By ticket, of those of which there is something to tell."""
    day = state.day
    slots = state.slots.get(day.date, {})
    found = {}
    for tickets in day.check_ins.values():
        for key in tickets:
            others = others_of(day, key)
            also = "・".join(number_of(day, other) for other in others if not day.tickets[other].voided)
            one = Told(not confirmed_by(slots, day.tickets[key]), also)
            if one.unconfirmed or one.also:
                found[key] = one
    return found
