"""The day's figures, for the leader's page and for the days after its details are gone."""

from __future__ import annotations

from kiosk_app.office.figures import day_figures, nearest_rank, to_text, waited_s
from kiosk_app.office.outages import outage_ms
from kiosk_app.office.state import Day, DayTotals, ServiceDay, is_callable, stops_of, visit_of


def quantile(values: list[int], share: float) -> int | None:
    """The nearest-rank quantile; None without values."""
    return nearest_rank(sorted(values), share)


class _Tally:
    def __init__(self, name: str, letter: str) -> None:
        self.name, self.letter = name, letter
        self.issued = self.waiting = self.completed = self.no_shows = 0
        self.waits_s: list[int] = []


def service_days(day: Day) -> tuple[ServiceDay, ...]:
    """One row a service, in the order of their ids. A wait is from issue to the first call of the visit."""
    tallies: dict[str, _Tally] = {}
    for ticket_id, ticket in day.tickets.items():
        if ticket.voided:
            continue
        visit = visit_of(day, ticket_id)
        waited = False
        for index, stop in enumerate(stops_of(day, ticket_id)):
            tally = tallies.get(stop.service)
            if tally is None:
                tally = tallies[stop.service] = _Tally(stop.service_name, ticket.letter)
            tally.issued += 1
            if index == 0 and (wait_s := waited_s(day, ticket, visit)) is not None:
                tally.waits_s.append(wait_s)
            if stop.service in visit.done:
                tally.completed += 1
            elif not waited:
                waited = True
                tally.no_shows += visit.status == "no_show"
                tally.waiting += visit.status == "waiting" and is_callable(ticket)
    return tuple(_row(day, service, tally) for service, tally in sorted(tallies.items()))


def _row(day: Day, service: str, tally: _Tally) -> ServiceDay:
    served_s = day.service_s.get(service, [])
    return ServiceDay(
        service=service,
        name=tally.name,
        letter=tally.letter,
        issued=tally.issued,
        waiting=tally.waiting,
        completed=tally.completed,
        no_shows=tally.no_shows,
        wait_median_s=quantile(tally.waits_s, 0.5),
        wait_p90_s=quantile(tally.waits_s, 0.9),
        service_median_s=quantile(served_s, 0.5),
        service_p90_s=quantile(served_s, 0.9),
    )


def day_totals(day: Day, over: bool = True) -> DayTotals:
    """Visits, not services: a visit is completed when every one of its services is. `over`: as it is archived."""
    issued = completed = no_shows = cancelled = voided = waiting = 0
    waits_s: list[int] = []
    for ticket_id, ticket in day.tickets.items():
        visit = visit_of(day, ticket_id)
        if (wait_s := waited_s(day, ticket, visit)) is not None:
            waits_s.append(wait_s)
        if ticket.voided:
            voided += 1
            continue
        issued += 1
        no_shows += visit.status == "no_show"
        cancelled += visit.status == "cancelled"
        waiting += visit.status in ("waiting", "held") and ticket_id in day.live
        completed += visit.status == "waiting" and is_callable(ticket) and ticket_id not in day.live
    return DayTotals(
        date=day.date,
        issued=issued,
        completed=completed,
        no_shows=no_shows,
        cancelled=cancelled,
        voided=voided,
        waiting=waiting,
        wait_median_s=quantile(waits_s, 0.5),
        wait_p90_s=quantile(waits_s, 0.9),
        services=service_days(day),
        figures=to_text(day_figures(day, over)),
        outage_s=outage_ms(day) // 1000,
    )
