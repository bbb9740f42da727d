"""Who is next: every waiting ticket has a promised time, and the smallest promise less its bounded credit wins.

In one line (stage, service group) walk-ins are strictly first come first served, because a walk-in counts with the
smallest promise among itself and the walk-ins behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from kiosk_app.office.doubles import set_aside
from kiosk_app.office.facts import Stop
from kiosk_app.office.state import (
    FRESH,
    OfficeState,
    Stage,
    Ticket,
    Visit,
    bound_to,
    counter_of,
    current_stop,
    number_text,
    stops_of,
    visit_of,
)
from kiosk_app.office.times import JAPAN_OFFSET_MIN, clock_text

Kind = Literal["walk_in", "handover", "reservation", "slot", "held"]
RETURN_BEFORE_MIN = 5
"""So long before the time that they chose visitors shall be back, and may be called."""
NO_COUNTER = -1
"""Nobody is ever transferred there."""
IN_DOUBT = ("started", "unknown", "maybe", "uncut")


class Waiting(NamedTuple):
    """One ticket in its line. `effective_utc_ms` is what it is compared by."""

    effective_utc_ms: int
    arrival: tuple[int, str, int]
    ticket_id: str
    ticket: Ticket
    visit: Visit
    stop: Stop
    stage: Stage
    kind: Kind
    due_utc_ms: int
    counter: int = 0
    """The one counter that calls this ticket; 0: every one that serves its group."""

    @property
    def number(self) -> str:
        return number_text(self.ticket.letter, self.ticket.number)


def as_if_completed(state: OfficeState, counter: int) -> OfficeState:
    """The state in which the open call of this counter has ended: a visitor with a further service is waiting again,
    anybody else is in no line any more.

    `next_ticket` and `why_next` of this state are what 次を呼ぶ at the counter would do.
    """
    day = state.day
    current = counter_of(day, counter).current
    if current not in day.tickets:
        return state
    stop, visit = current_stop(day, current), visit_of(day, current)
    served = (*visit.done, stop.service) if stop else visit.done
    if all(one.service in served for one in stops_of(day, current)):
        # Nearly always, and then nothing of the day is copied, however long it has been.
        return replace(state, day=replace(day, live=day.live - {current})) if current in day.live else state
    visits = {**day.visits, current: replace(visit, status="waiting", stage="reception", done=served, to_counter=0)}
    return replace(state, day=replace(day, visits=visits))


def called_by(line: Iterable[Waiting], counter: int, groups: Collection[str]) -> list[Waiting]:
    """Of a line whom this counter, serving these groups, may call."""
    return [one for one in line if one.counter == counter or (not one.counter and one.stop.group in groups)]


def waiting(state: OfficeState, groups: Collection[str] | None = None, counter: int = NO_COUNTER) -> list[Waiting]:
    """Everybody who may be called now, next first; unless `groups` is None only by this counter that serves them.

    Walk-ins who wait for one counter are a line of their own.
    """
    day = state.day
    aside: Container[str] = set_aside(day) if day.doubled else ()
    found: list[Waiting] = []
    lines: dict[tuple[str, int], list[Waiting]] = {}
    for ticket_id in day.live:
        visit = day.visits.get(ticket_id, FRESH)
        if visit.status != "waiting" or ticket_id in aside:
            continue
        ticket = day.tickets[ticket_id]
        stop = ticket.stops[0] if visit is FRESH and ticket.stops else current_stop(day, ticket_id)
        if stop is None:
            continue
        bound = bound_to(day, visit) if visit.to_counter else 0
        if groups is not None and bound != counter and (bound or stop.group not in groups):
            continue
        kind: Kind = "handover" if visit.stage == "handover" else _kind(ticket)
        due = visit.ready_utc_ms if kind == "handover" else ticket.due_utc_ms
        arrival = (ticket.arrival_utc_ms, ticket.machine, ticket.seq)
        effective = due - visit.credit_s * 1000
        one = Waiting(effective, arrival, ticket_id, ticket, visit, stop, visit.stage, kind, due, bound)
        if kind == "walk_in":
            lines.setdefault((stop.group, bound), []).append(one)
        else:
            found.append(one)
    for line in lines.values():
        found += _first_come_first_served(line)
    found.sort()
    return found


def _kind(ticket: Ticket) -> Kind:
    if ticket.promise == "reservation":
        return "reservation"
    return "slot" if ticket.promise == "slot" else "walk_in"


def _first_come_first_served(line: list[Waiting]) -> list[Waiting]:
    line.sort(key=lambda one: one.arrival, reverse=True)
    smallest = line[0].due_utc_ms
    result: list[Waiting] = []
    for one in line:
        smallest = min(smallest, one.due_utc_ms)
        result.append(Waiting(smallest - one.visit.credit_s * 1000, *one[1:]))
    return result


def callable_now(line: Iterable[Waiting], now_utc_ms: int) -> list[Waiting]:
    """Of a line whom 次を呼ぶ may call. Whoever chose a time may be outside until just before it; a reservation that is
    checked in is here."""
    return [one for one in line if is_callable_now(one, now_utc_ms)]


def is_callable_now(one: Waiting, now_utc_ms: int) -> bool:
    return one.kind != "slot" or now_utc_ms >= one.due_utc_ms - RETURN_BEFORE_MIN * 60_000


def line_after_completion(state: OfficeState, counter: int, line: list[Waiting]) -> list[Waiting]:
    """`waiting(as_if_completed(state, counter))`, where `line` is `waiting(state)`: nearly always the very same."""
    current = counter_of(state.day, counter).current
    soon = as_if_completed(state, counter)
    return waiting(soon) if current and current in soon.day.live else line


def next_ticket(state: OfficeState, groups: Collection[str], now_utc_ms: int, counter: int = NO_COUNTER) -> str | None:
    """The id of the ticket that this counter, serving these groups, calls next."""
    line = callable_now(waiting(state, groups, counter), now_utc_ms)
    return line[0].ticket_id if line else None


def why_next(
    state: OfficeState,
    groups: Collection[str],
    now_utc_ms: int,
    offset_min: int = JAPAN_OFFSET_MIN,
    counter: int = NO_COUNTER,
) -> tuple[str, ...]:
    """Plain reasons for the choice of `next_ticket`, for the clerk who is asked about it."""
    return reasons(waiting(state, groups, counter), now_utc_ms, offset_min)


def reasons(line: Sequence[Waiting], now_utc_ms: int, offset_min: int = JAPAN_OFFSET_MIN) -> tuple[str, ...]:
    """Why the first of a line is the first, of those who may be called now."""
    found: list[str] = []
    now = callable_now(line, now_utc_ms)
    if now:
        found.append(_reason(now[0], offset_min))
        if now[0].ticket.paper in IN_DOUBT:
            found.append("番号札の印刷を確認できていません。お声がけで番号をご確認ください。")
    for one in line:
        if now and one is now[0]:
            continue
        if one.kind in ("reservation", "slot") and one.due_utc_ms > now_utc_ms:
            name = "予約" if one.kind == "reservation" else "時間枠"
            at = clock_text(one.due_utc_ms, offset_min)
            found.append(f"{name}の{one.number}は{at}の枠のため、まだお呼びしません。")
            break
    return tuple(found)


def _reason(one: Waiting, offset_min: int) -> str:
    due = clock_text(one.due_utc_ms, offset_min)
    if one.counter:
        return f"{one.counter}番窓口への転送で、約束は{due}です。"
    if one.visit.credit_s:
        minutes = one.visit.credit_s // 60
        return f"約束は{due}ですが、優先の扱いで{minutes}分早く数えます（{one.visit.credit_reason}）。"
    if one.kind == "handover":
        return f"お渡しの準備が{due}にでき、いちばん早い方です。"
    if one.kind == "reservation":
        return f"予約が{due}で、いちばん早い方です。"
    if one.kind == "slot":
        return f"時間枠が{due}で、いちばん早い方です。"
    if one.effective_utc_ms < one.due_utc_ms:
        return f"約束は{due}ですが、あとから来た方より先にお呼びします。"
    return f"約束が{due}で、いちばん早い方です。"
