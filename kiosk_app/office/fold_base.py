"""What every fold needs: where a fact comes from, whether it is of today, and the history of what staff did."""

from __future__ import annotations

import bisect
from datetime import date
from typing import Any, NamedTuple

from kiosk_app.office import facts as f
from kiosk_app.office.state import Action, AnsweredIntent, Day, OfficeState, current_stop, is_callable, visit_of
from kiosk_app.office.times import day_begins_utc_ms

SKEW_MS = 60 * 60 * 1000
"""Machines' clocks may differ by this much before a fact counts as one of an earlier day."""


class Origin(NamedTuple):
    """Where a fact comes from: the envelope without its body."""

    machine: str
    seq: int
    at_utc_ms: int
    actor: str


def is_of_an_earlier_day(state: OfficeState, origin: Origin) -> bool:
    day = state.day
    joined = state.machine_days.get(origin.machine)
    if joined is not None:
        return joined < day.date
    # A chain that begins in the middle, or of an older program, has not said its day: only the time can tell.
    begins_utc_ms = max(day.opened_utc_ms, day_begins_utc_ms(date.fromisoformat(day.date)) if day.date else 0)
    return origin.machine != day.machine and origin.at_utc_ms < begins_utc_ms - SKEW_MS


def settle(day: Day, ticket_id: str) -> None:
    """Keep `live` true to the ticket and its visit, whichever came first."""
    ticket = day.tickets.get(ticket_id)
    status = visit_of(day, ticket_id).status
    if ticket is None or not is_callable(ticket) or status in ("no_show", "cancelled"):
        alive = False
    else:
        alive = status != "waiting" or current_stop(day, ticket_id) is not None
    if alive:
        day.live.add(ticket_id)
    else:
        day.live.discard(ticket_id)


def place_of(action: Action) -> tuple[int, str, int, int]:
    return action.at_utc_ms, action.machine, action.seq, action.part


def remember(
    day: Day, origin: Origin, fact: Any, ticket_id: str = "", counter: int = 0, reason: str = "", part: int = 0
) -> None:
    action = Action(
        at_utc_ms=origin.at_utc_ms,
        machine=origin.machine,
        seq=origin.seq,
        staff_code=origin.actor,
        kind=type(fact).__name__,
        ticket=ticket_id,
        counter=counter,
        reason=reason,
        service=getattr(fact, "service", ""),
        service_s=getattr(fact, "service_s", None),
        part=part,
    )
    if not day.actions or place_of(day.actions[-1]) < place_of(action):
        day.actions.append(action)
    else:
        bisect.insort(day.actions, action, key=place_of)
    if getattr(fact, "intent", "") and not isinstance(fact, f.TicketIssued):
        day.intents[fact.intent] = AnsweredIntent(ticket=ticket_id, kind=action.kind, counter=counter)
