"""What the page of a ticket says: how many are before it, when it is called, whether to come back now, and as of when.

Pure. An old picture is never shown as the present one: then the page says of what time it is, and to come back early.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from central_server.heard import SILENT
from kiosk_app.office.board import Board, GroupNow, TicketNow

COME_BACK = timedelta(minutes=10)
"""So long before the first minute of the estimate it is time to be in the building."""
RETURN_BEFORE = timedelta(minutes=5)
NEAR_AHEAD = 2
"""With so few people before it a ticket may be called at any moment, whatever the estimate says."""
REFRESH_S, REFRESH_FAR_S = 30, 60
FAR_AHEAD = 10

Say = Literal["wait", "soon", "called", "held", "second_stage", "missed", "done", "cancelled"]
OVER: frozenset[Say] = frozenset({"done", "cancelled"})
GIVES_BACK: frozenset[Say] = frozenset({"wait", "soon", "held", "missed"})
"""Then its holder may leave; who is called, or waits for papers, speaks with a person."""


class Shown(NamedTuple):
    """An office's last picture. `heard`: when it came; one that is heard shows itself every minute at least."""

    board: Board
    heard: datetime


class TicketView(NamedTuple):
    """`first` and `last` of the estimate, with a zone; None where none can be told. `as_of`: of the picture."""

    number: str
    letter: str
    say: Say
    ahead: int
    first: datetime | None
    last: datetime | None
    return_by: datetime | None
    counter: int
    as_of: datetime
    silent: bool
    refresh_s: int
    """0: nothing will change any more."""


def find(boards: Mapping[str, Shown], ticket: str) -> tuple[str, TicketNow] | None:
    """The office of a ticket and what is known of it."""
    for office, shown in boards.items():
        for one in shown.board.tickets:
            if one.ticket == ticket:
                return office, one
    return None


def view(ticket: TicketNow, shown: Shown, now: datetime, zone: tzinfo) -> TicketView:
    silent = is_silent(shown, now)
    first, last = _at(ticket.from_utc_ms, zone), _at(ticket.to_utc_ms, zone)
    say = _say(ticket, first, now)
    waits = say in ("wait", "soon")
    return TicketView(
        number=ticket.number,
        letter=ticket.letter,
        say=say,
        ahead=ticket.ahead,
        first=first if waits or say == "second_stage" else None,
        last=last if waits or say == "second_stage" else None,
        return_by=None if first is None or say != "wait" else max(first - RETURN_BEFORE, now),
        counter=ticket.counter,
        as_of=shown.heard.astimezone(zone),
        silent=silent,
        refresh_s=_refresh(say, ticket.ahead, silent),
    )


def is_silent(shown: Shown | None, now: datetime) -> bool:
    return shown is None or now - shown.heard > SILENT


def _say(ticket: TicketNow, first: datetime | None, now: datetime) -> Say:
    if ticket.state != "waiting":
        return ticket.state
    near = first is not None and first - now <= COME_BACK
    return "soon" if near or ticket.ahead <= NEAR_AHEAD else "wait"


def _refresh(say: Say, ahead: int, silent: bool) -> int:
    if say in OVER:
        return 0
    return REFRESH_FAR_S if silent or ahead > FAR_AHEAD else REFRESH_S


def _at(utc_ms: int, zone: tzinfo) -> datetime | None:
    return datetime.fromtimestamp(utc_ms / 1000, zone) if utc_ms > 0 else None


def group_now(shown: Shown | None, letter: str) -> GroupNow | None:
    return None if shown is None else next((one for one in shown.board.groups if one.letter == letter), None)
