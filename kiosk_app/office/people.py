"""The visitors of an office as the simulation needs them: what each still asks for, and how long that takes."""

from __future__ import annotations

from collections.abc import Collection

from kiosk_app.office.facts import Stop
from kiosk_app.office.queue import Waiting
from kiosk_app.office.rates import PAPERS_MAX_MS, Rates
from kiosk_app.office.simulation import Leg, Person
from kiosk_app.office.state import Day, Stage, stops_of, visit_of

OVERDUE_SHARE = 0.25
"""Papers that take longer than usual are expected to take this share of the usual time more."""


def lines(day: Day, line: list[Waiting], rates: Rates) -> dict[str, list[Person]]:
    """By group, next first."""
    found: dict[str, list[Person]] = {}
    alike: dict[tuple[str, Stage], tuple[int, tuple[Leg, ...]]] = {}
    for place, one in enumerate(line):
        stop, what = one.stop, (one.stop.service, one.stage)
        if what not in alike:
            busy_ms = rates.call_ms(stop.service, handover=one.stage == "handover")
            alike[what] = (busy_ms, _handover(stop, rates) if one.stage == "reception" else ())
        busy_ms, legs = alike[what]
        if _has_further_stops(day, one.ticket_id):
            legs = legs_after(day, one.ticket_id, stop, one.stage, rates)
        first_come = one.kind not in ("reservation", "slot")
        person = Person(one.effective_utc_ms, place, stop.group, busy_ms, first_come, legs)
        found.setdefault(stop.group, []).append(person)
    return found


def legs_after(day: Day, ticket_id: str, stop: Stop, stage: Stage, rates: Rates) -> tuple[Leg, ...]:
    """The calls that follow when the visitor's call for this stop has ended."""
    legs = _handover(stop, rates) if stage == "reception" else ()
    if not _has_further_stops(day, ticket_id):
        return legs
    visit = visit_of(day, ticket_id)
    key = day.tickets[ticket_id].due_utc_ms - 1000 * visit.credit_s
    for later in stops_of(day, ticket_id):
        if later.service != stop.service and later.service not in visit.done:
            legs += (Leg(0, later.group, rates.call_ms(later.service), key), *_handover(later, rates))
    return legs


def _has_further_stops(day: Day, ticket_id: str) -> bool:
    return len(day.tickets[ticket_id].stops) > 1 or ticket_id in day.added


def _handover(stop: Stop, rates: Rates) -> tuple[Leg, ...]:
    """The second call of a reception, at the share of its length that it is likely."""
    share = rates.handover_share.get(stop.service, 1.0) if stop.two_stage else 0
    if not share:
        return ()
    after_ms = max(0, int(1000 * rates.papers_s) - rates.service_ms(stop.service))
    return (Leg(after_ms, stop.group, int(share * rates.call_ms(stop.service, handover=True)), None),)


def papers_in_the_making(day: Day, two_stage: Collection[str], now_utc_ms: int, rates: Rates) -> list[tuple[int, Leg]]:
    """When each visitor whose reception is over will be called again."""
    expected = {one for one in two_stage if rates.handover_share.get(one, 1.0)}
    usual_ms, since_utc_ms = int(1000 * rates.papers_s), now_utc_ms - PAPERS_MAX_MS
    found = []
    for ticket_id, visit in day.visits.items() if expected else ():
        if visit.ended_utc_ms < since_utc_ms or visit.service not in expected or visit.status != "waiting":
            continue
        if visit.ready_utc_ms or ticket_id in day.live:
            continue
        stop = next((one for one in stops_of(day, ticket_id) if one.service == visit.service), None)
        if stop is not None:
            ready = max(visit.first_called_utc_ms + usual_ms, now_utc_ms + int(OVERDUE_SHARE * usual_ms))
            found += [(ready, leg._replace(after_ms=0)) for leg in _handover(stop, rates)]
    return found
