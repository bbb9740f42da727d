"""A day's figures by service, hour and counter, from what staff did (操作履歴) and what became of each ticket.

Pure, and a function of the day alone: it is asked again when the day is archived, and by whoever reads the log.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from kiosk_app.office.across_days import DayFigures, DayTotals, Figures
from kiosk_app.office.fold_practice import form_figures, step_figures
from kiosk_app.office.outages import overlap_ms, running_ms
from kiosk_app.office.state import (
    MEASURABLE_S,
    Action,
    Day,
    Status,
    Ticket,
    Visit,
    current_stop,
    is_callable,
    stops_of,
    visit_of,
)
from kiosk_app.office.times import JAPAN_OFFSET_MIN

CALLS = ("Called", "NumberCalled")
ROWS_MAX = 200
"""Of one kind a day: more services or counters no office has, and these rows are kept for years."""
UNDOABLE = frozenset({*CALLS, "Held", "NoShow", "Completed", "ReadyForHandover", "Transferred", "TicketCancelled"})
SERVED = ("Completed", "ReadyForHandover")
"""Ends of a call by which its handling is told."""
ENDS: dict[Status, str] = {"no_show": "no_shows", "cancelled": "cancelled"}
HOUR_MS = 60 * 60 * 1000


@dataclass
class Call:
    """One call that stands, from 呼出 to whatever ended it. `end` is None while it is open."""

    ticket: str
    counter: int
    service: str
    handover: bool
    called_utc_ms: int
    recalls: int = 0
    end: Action | None = None
    outage_ms: int = 0
    """So long the program did not run while the call was open."""

    @property
    def lasted_s(self) -> int:
        """From the call to its end, without an outage within."""
        assert self.end is not None
        return (self.end.at_utc_ms - self.called_utc_ms - self.outage_ms) // 1000

    def handling_s(self) -> int | None:
        """None for what was not served, or could not be measured."""
        if self.end is None or self.end.kind not in SERVED:
            return None
        if self.end.kind == "Completed" or self.outage_ms:
            return self.end.service_s
        return self.lasted_s if 0 <= self.lasted_s <= MEASURABLE_S else None

    def is_forgotten(self, over: bool) -> bool:
        """Its 完了 was never pressed, or hours later."""
        if self.end is None:
            return over
        return self.end.kind in SERVED and self.handling_s() is None and self.lasted_s > MEASURABLE_S

    def is_unmeasured(self) -> bool:
        """The program was not running all the time, or a clock was wrong."""
        if self.end is None or self.end.kind not in SERVED:
            return False
        return self.handling_s() is None and self.lasted_s <= MEASURABLE_S


def standing(actions: Iterable[Action]) -> list[Action]:
    """What staff did, without what was taken back and without the taking back."""
    kept: list[Action | None] = []
    undoable: dict[int, list[int]] = {}
    for action in actions:
        if action.kind == "Undone":
            acts = undoable.get(action.counter, [])
            last = kept[acts[-1]] if acts else None
            if last is not None and (last.kind, last.ticket) == (action.reason, action.ticket):
                kept[acts.pop()] = None
            continue
        if action.kind in UNDOABLE:
            undoable.setdefault(action.counter, []).append(len(kept))
        kept.append(action)
    return [action for action in kept if action is not None]


def calls_of(day: Day, actions: Sequence[Action] | None = None) -> list[Call]:
    """Every call that stands, in their order. `actions` is `standing(day.actions)` where it is known."""
    found: list[Call] = []
    open_calls: dict[str, Call] = {}
    ready: set[str] = set()
    for action in standing(day.actions) if actions is None else actions:
        ticket = action.ticket
        if action.kind in CALLS:
            stop = current_stop(day, ticket) if not action.service else None
            service = action.service or (stop.service if stop is not None else "")
            call = Call(ticket, action.counter, service, ticket in ready, action.at_utc_ms)
            open_calls[ticket] = call
            found.append(call)
        elif action.kind == "Recalled" and ticket in open_calls:
            open_calls[ticket].recalls += 1
        elif action.kind in UNDOABLE:
            if ticket in open_calls:
                ended = open_calls.pop(ticket)
                ended.end = action
                ended.outage_ms = overlap_ms(day, ended.called_utc_ms, action.at_utc_ms)
            if action.kind == "ReadyForHandover":
                ready.add(ticket)
            elif action.kind in ("Completed", "Transferred"):
                ready.discard(ticket)
    return found


@dataclass
class _Tally:
    counts: dict[str, int] = field(default_factory=dict)
    waits_s: list[int] = field(default_factory=list)
    handlings_s: list[int] = field(default_factory=list)
    stays_s: list[int] = field(default_factory=list)

    def add(self, what: str, count: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + count


class _Tallies:
    def __init__(self) -> None:
        self.whole = _Tally()
        self.names: dict[str, str] = {}
        self.services: dict[str, _Tally] = defaultdict(_Tally)
        self.hours: dict[int, _Tally] = defaultdict(_Tally)
        self.counters: dict[int, _Tally] = defaultdict(_Tally)

    def parts(self, service: str, at_utc_ms: int, counter: int) -> list[_Tally]:
        """Those to which something belongs, beside the whole; an empty service or counter 0 is none."""
        found = [self.hours[hour_of(at_utc_ms)]]
        if service:
            found.append(self.services[service])
        if counter:
            found.append(self.counters[counter])
        return found


def hour_of(utc_ms: int, offset_min: int = JAPAN_OFFSET_MIN) -> int:
    """9, of the clock on the wall."""
    return (utc_ms + offset_min * 60_000) // HOUR_MS % 24


def source_of(ticket: Ticket) -> str:
    """The name of the count beside `issued`; empty for a ticket machine."""
    if ticket.source == "pad":
        return "pad"
    if ticket.promise != "walk_in":
        return "reservations"
    return "by_staff" if ticket.by_staff else ""


def day_figures(day: Day, over: bool) -> DayFigures:
    """Waits and stays belong to the hour of issue, everything else to the hour in which it happened.

    `over`: nobody comes back to a call that is still open.
    """
    tallies = _Tallies()
    actions = standing(day.actions)
    calls = calls_of(day, actions)
    of_ticket: dict[str, list[Call]] = {}
    for call in calls:
        of_ticket.setdefault(call.ticket, []).append(call)
    last_acts = {action.ticket: action for action in actions if action.kind in ("NoShow", "TicketCancelled")}
    for ticket_id, ticket in day.tickets.items():
        if not ticket.voided:
            _count_ticket(tallies, day, ticket_id, ticket, of_ticket.get(ticket_id, []), last_acts.get(ticket_id))
    _count_calls(tallies, day, calls, over)
    _count_outages(tallies, day)
    services = sorted(tallies.services.items())
    counters = sorted(tallies.counters.items())
    return DayFigures(
        whole=_row("", tallies.whole),
        by_service=tuple(_row(key, tally, tallies.names.get(key, "")) for key, tally in services[:ROWS_MAX]),
        by_hour=tuple(_row(f"{hour:02d}", tally) for hour, tally in sorted(tallies.hours.items())),
        by_counter=tuple(_row(str(number), tally) for number, tally in counters[:ROWS_MAX]),
        steps=step_figures(day),
        forms=form_figures(day),
    )


def _count_ticket(
    tallies: _Tallies, day: Day, ticket_id: str, ticket: Ticket, calls: Sequence[Call], last: Action | None
) -> None:
    visit = visit_of(day, ticket_id)
    stops = stops_of(day, ticket_id)
    # Also of a service that staff changed: calls may stand under it.
    for stop in (*ticket.stops, *stops):
        tallies.names[stop.service] = stop.service_name
    first = stops[0].service if stops else ""
    hour = tallies.parts("", ticket.issued_utc_ms, 0)
    for stop in stops:
        hour.append(tallies.services[stop.service])
    source = source_of(ticket)
    for tally in (tallies.whole, *hour):
        tally.add("issued")
        if source:
            tally.add(source)
    if (wait_s := waited_s(day, ticket, visit)) is not None:
        counter = calls[0].counter if calls else 0
        for tally in (tallies.whole, *tallies.parts(first, ticket.issued_utc_ms, counter)):
            tally.waits_s.append(wait_s)
    if finished(day, ticket_id, ticket, visit):
        tallies.whole.add("completed")
        spoilt = ticket.source == "unheard" or any(call.is_forgotten(True) or call.is_unmeasured() for call in calls)
        if calls and not spoilt:
            stay_s = running_ms(day, ticket.issued_utc_ms, visit.ended_utc_ms) // 1000
            for tally in (tallies.whole, *tallies.parts(first, ticket.issued_utc_ms, calls[-1].counter)):
                tally.stays_s.append(stay_s)
    if visit.status in ENDS:
        gone = current_stop(day, ticket_id)
        counter = last.counter if last is not None else visit.counter
        for tally in (tallies.whole, *tallies.parts(gone.service if gone else first, visit.ended_utc_ms, counter)):
            tally.add(ENDS[visit.status])


def waited_s(day: Day, ticket: Ticket, visit: Visit) -> int | None:
    """From issue to the first call, without an outage within. None while there was no call, and where nobody knows
    since when: the ticket itself has not arrived."""
    if not visit.first_called_utc_ms or ticket.source == "unheard":
        return None
    return running_ms(day, ticket.issued_utc_ms, visit.first_called_utc_ms) // 1000


def finished(day: Day, ticket_id: str, ticket: Ticket, visit: Visit) -> bool:
    """Every service of the visit is done."""
    return visit.status == "waiting" and is_callable(ticket) and ticket_id not in day.live


def _count_calls(tallies: _Tallies, day: Day, calls: Sequence[Call], over: bool) -> None:
    completions: dict[tuple[str, str], Call] = {}
    for call in calls:
        lost = "forgotten" if call.is_forgotten(over) else "unmeasured" if call.is_unmeasured() else ""
        for tally in (tallies.whole, *tallies.parts(call.service, call.called_utc_ms, call.counter)):
            tally.add("calls")
            if call.recalls:
                tally.add("recalls", call.recalls)
            if lost:
                tally.add(lost)
        if call.end is None:
            continue
        ended = tallies.parts(call.service, call.end.at_utc_ms, call.counter)
        if call.end.kind == "Transferred":
            for tally in (tallies.whole, *ended):
                tally.add("transfers")
        handling_s = call.handling_s()
        if handling_s is not None:
            for tally in (tallies.whole, *ended):
                tally.handlings_s.append(handling_s)
        if call.end.kind == "Completed" and call.service in visit_of(day, call.ticket).done:
            completions[call.ticket, call.service] = call
    for call in completions.values():
        assert call.end is not None
        for tally in tallies.parts(call.service, call.end.at_utc_ms, call.counter):
            tally.add("completed")


def _count_outages(tallies: _Tallies, day: Day) -> None:
    for outage in day.outages:
        begins = outage.from_utc_ms
        while begins < outage.until_utc_ms:
            ends = min(outage.until_utc_ms, begins - begins % HOUR_MS + HOUR_MS)
            for tally in (tallies.whole, *tallies.parts("", begins, 0)):
                tally.add("outage_s", (ends - begins) // 1000)
            begins = ends


def _row(key: str, tally: _Tally, name: str = "") -> Figures:
    waits, handlings, stays = sorted(tally.waits_s), sorted(tally.handlings_s), sorted(tally.stays_s)
    return Figures(
        key=key,
        name=name,
        **tally.counts,
        waits=len(waits),
        wait_sum_s=sum(waits),
        wait_median_s=nearest_rank(waits, 0.5),
        wait_p90_s=nearest_rank(waits, 0.9),
        handlings=len(handlings),
        handling_sum_s=sum(handlings),
        handling_median_s=nearest_rank(handlings, 0.5),
        handling_p90_s=nearest_rank(handlings, 0.9),
        stays=len(stays),
        stay_sum_s=sum(stays),
        stay_median_s=nearest_rank(stays, 0.5),
        stay_p90_s=nearest_rank(stays, 0.9),
    )


_decoder = msgspec.json.Decoder(DayFigures)


def to_text(figures: DayFigures) -> str:
    return msgspec.json.encode(figures).decode()


def figures_of(totals: DayTotals) -> DayFigures | None:
    """None where only the totals are known."""
    return _decoder.decode(totals.figures) if totals.figures else None


def nearest_rank(ordered: Sequence[int], share: float) -> int | None:
    """The nearest-rank quantile of what is in order; None without values."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
