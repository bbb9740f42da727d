"""The visitors of an office as the simulation needs them: what each still asks for, and how long that takes."""

from __future__ import annotations

from collections.abc import Collection

from kiosk_app.office.facts import Stop
from kiosk_app.office.queue import Waiting
from kiosk_app.office.rates import PAPERS_MAX_MS, Rates
from kiosk_app.office.simulation import Leg, Person
from kiosk_app.office.state import Day, Stage, current_stop, stops_of

OVERDUE_SHARE = 0.25
"""Papers that take longer than usual are expected to take this share of the usual time more."""


def lines(day: Day, line: list[Waiting], rates: Rates) -> dict[str, list[Person]]:
    """By group, next first."""
    found: dict[str, list[Person]] = {}
    usual_ms: dict[tuple[str, Stage], int] = {}
    for place, one in enumerate(line):
        stop, what = one.stop, (one.stop.service, one.stage)
        if what not in usual_ms:
            usual_ms[what] = rates.call_ms(stop.service, handover=one.stage == "handover")
        person = Person(
            one.effective_utc_ms,
            place,
            stop.group,
            usual_ms[what],
            one.kind in ("walk_in", "handover", "held"),
            legs_after(day, one.ticket_id, stop, one.stage, rates),
        )
        found.setdefault(stop.group, []).append(person)
    return found


def legs_after(day: Day, ticket_id: str, stop: Stop, stage: Stage, rates: Rates) -> tuple[Leg, ...]:
    """The calls that follow when the visitor's call for this stop has ended."""
    ticket = day.tickets[ticket_id]
    if len(ticket.stops) == 1 and not stop.two_stage and ticket_id not in day.added:
        return ()
    found = []
    if stop.two_stage and stage == "reception":
        found.append(_handover(stop, rates))
    visit = day.visits.get(ticket_id)
    done = visit.done if visit is not None else ()
    credit_ms = 1000 * visit.credit_s if visit is not None else 0
    for later in stops_of(day, ticket_id):
        if later.service != stop.service and later.service not in done:
            found.append(Leg(0, later.group, rates.call_ms(later.service), ticket.due_utc_ms - credit_ms))
            if later.two_stage:
                found.append(_handover(later, rates))
    return tuple(found)


def _handover(stop: Stop, rates: Rates) -> Leg:
    share = rates.handover_share.get(stop.service, 1.0)
    after_ms = max(0, int(1000 * rates.papers_s) - rates.service_ms(stop.service))
    return Leg(after_ms, stop.group, int(share * rates.call_ms(stop.service, handover=True)), None)


def papers_in_the_making(day: Day, two_stage: Collection[str], now_utc_ms: int, rates: Rates) -> list[tuple[int, Leg]]:
    """When each visitor whose reception is over will be called again."""
    found = []
    for ticket_id, visit in day.visits.items():
        if visit.service not in two_stage or visit.status != "waiting" or visit.ready_utc_ms or not visit.done:
            continue
        if visit.ended_utc_ms < now_utc_ms - PAPERS_MAX_MS or current_stop(day, ticket_id) is not None:
            continue
        stop = next((one for one in stops_of(day, ticket_id) if one.service == visit.service), None)
        if stop is not None:
            usual_ms = int(1000 * rates.papers_s)
            ready = max(visit.first_called_utc_ms + usual_ms, now_utc_ms + int(OVERDUE_SHARE * usual_ms))
            found.append((ready, _handover(stop, rates)._replace(after_ms=0)))
    return found
