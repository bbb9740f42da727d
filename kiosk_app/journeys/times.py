"""The journey of a walk-in who would rather come back at a certain time: choose one, and leave the building meanwhile.

A time is bought under an id that stays the same until it is a ticket or is given up, so that no lost answer buys two.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys.messages import Context, TimeOffered
from kiosk_app.journeys.ticket_moves import Turn, changed, forward, issue, shown
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.office import catalogue, same_day

VERBS = frozenset({"times", "start", "take_time"})


def letter_of(state: TicketJourney, context: Context) -> str:
    return catalogue.service(context.office, state.place.service).group


def offered(state: TicketJourney, context: Context) -> tuple[TimeOffered, ...]:
    """For the service that stands on the screen; empty where no time can be chosen for it now."""
    service = catalogue.service(context.office, state.place.service)
    group = catalogue.group(context.office, service.group)
    if state.ticket is not None or group.booking is None or state.place.service in group.booking.not_bookable:
        return ()
    return tuple(one for one in context.ways.times.get(service.id, ()) if same_day.serves(service, one.start_min))


def chosen(state: TicketJourney, context: Context) -> TimeOffered | None:
    """Nothing any more once somebody else has it."""
    found = (one for one in offered(state, context) if one.start_min == state.start_min and one.free)
    return next(found, None)


def pressed(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    match verb:
        case "times":
            place = replace(state.place, screen="times")
            return forward(state, context, place, start_min=0, times_fault="", sale=""), ()
        case "start":
            return changed(state, context.now_utc_ms, start_min=int(name), times_fault=""), ()
    if chosen(state, context) is None:
        return changed(state, context.now_utc_ms, start_min=0, times_fault="gone"), ()
    return issue(replace(state, attempts=0, sale=state.screen_id), context)


def not_sold(state: TicketJourney, cause: str, context: Context) -> TicketJourney:
    """Somebody else was faster, or nobody can be asked any more: the visitor chooses again, or joins the line."""
    gone = cause == "time_gone" and bool(offered(state, context))
    place = replace(state.place, screen="times" if gone else "confirm")
    fault = "gone" if gone else "none"
    way_back = state.way_back
    if not gone and way_back and way_back[-1].screen == "confirm":
        way_back = way_back[:-1]
    now = context.now_utc_ms
    return shown(
        state, now, place, intent="", sale="", start_min=0, times_fault=fault, cause="", attempts=0, way_back=way_back
    )
