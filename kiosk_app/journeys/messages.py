"""What goes into a citizen journey and what comes out: events, commands, and the world as the core sees it.

The journey is pure, so everything that it may know of clock, printer and queue stands in `Context`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from kiosk_app.api import Language
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import Verdict
from kiosk_app.words import Words

PRINTING_STATUSES = frozenset({"ready", "near_end"})
"""The printer statuses with which a ticket can be printed (as drivers.ports.PRINTS, which a journey may not import)."""


class GroupLoad(msgspec.Struct, frozen=True, kw_only=True):
    """People waiting for a service group, and when somebody who joins now would be called."""

    waiting: int
    estimate_from_ms: int
    estimate_to_ms: int


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The world at one instant. `new_id` is fresh and unguessable for every step."""

    now_utc_ms: int
    office: Office
    words: Words
    printer_status: str
    loads: Mapping[str, GroupLoad]
    new_id: str
    counter_staffed: str | None = None
    """The number of a counter where somebody sits, for a visitor whose call nobody has accepted."""
    machine_name: str = ""
    ringing: Mapping[str, str] = {}
    """Calls that the machine itself has made and will end: cause to alert."""


# --- events --------------------------------------------------------------------------------------------------


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of everything that can happen to a journey."""


class Pressed(Event, frozen=True, kw_only=True):
    screen_id: str
    control: str


class Tick(Event, frozen=True, kw_only=True):
    """About once a second; the time is the context's."""


class PrinterStatusChanged(Event, frozen=True, kw_only=True):
    status: str


class Issued(Event, frozen=True, kw_only=True):
    """The number is durable; printing begins."""

    intent: str
    ticket: str
    number: str
    waiting: int
    estimate_from_ms: int
    estimate_to_ms: int


class PrintFinished(Event, frozen=True, kw_only=True):
    ticket: str
    verdict: Verdict
    cause: str = ""


class CannotIssue(Event, frozen=True, kw_only=True):
    """No number was allocated. `cause`: a printer status, disk_full, closed, or gone (no such visit to add to)."""

    intent: str
    cause: str


class AlertAccepted(Event, frozen=True, kw_only=True):
    alert: str


class NewSession(Event, frozen=True, kw_only=True):
    """Whatever was on the screen is over (start of a day, staff reset)."""

    session: str


AnyEvent = Pressed | Tick | PrinterStatusChanged | Issued | PrintFinished | CannotIssue | AlertAccepted | NewSession


# --- commands ------------------------------------------------------------------------------------------------


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of everything that a journey asks of the core."""


class Issue(Command, frozen=True, kw_only=True):
    """Preflight, allocate, record, print. Answered by Issued and PrintFinished, or by CannotIssue."""

    intent: str
    service: str
    language: Language


class AddStop(Command, frozen=True, kw_only=True):
    """A further service joins the visit of a ticket. Answered only when it fails, by CannotIssue."""

    intent: str
    ticket: str
    service: str


class Reprint(Command, frozen=True, kw_only=True):
    """The same number once more, marked 再発行. Answered by PrintFinished."""

    ticket: str


class ConfirmPaper(Command, frozen=True, kw_only=True):
    """What the visitor saw, where the printer could not tell."""

    ticket: str
    has_paper: bool


class VoidTicket(Command, frozen=True, kw_only=True):
    ticket: str
    reason: Literal["no_paper", "interrupted", "abandoned"]


class CallStaff(Command, frozen=True, kw_only=True):
    """Rings every console. `cause`: visitor, help, many_tickets, stuck, doubt, disk_full, or a printer status."""

    alert: str
    cause: str


class ClearAlert(Command, frozen=True, kw_only=True):
    alert: str


AnyCommand = Issue | AddStop | Reprint | ConfirmPaper | VoidTicket | CallStaff | ClearAlert
