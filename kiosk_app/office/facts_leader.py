"""Facts of a leader, who touches many at once, and of what is printed for an auditor. Import them from facts.py."""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact


class TicketsCancelled(Fact, frozen=True, kw_only=True):
    """A leader cancelled many tickets at once: exactly those that the preview had shown and that still waited."""

    tickets: tuple[str, ...]
    reason: str
    intent: str = ""


class TicketsRestored(Fact, frozen=True, kw_only=True):
    """A cancellation of many was taken back: whoever nobody has acted on since waits as before."""

    cancelled_machine: str
    cancelled_seq: int
    intent: str = ""


class Suspended(Fact, frozen=True, kw_only=True):
    """A leader closed the named groups and services for a time, or the whole office where none is named.

    Nobody gets a ticket for them until `until_utc_ms`; whoever has one is called. `reason` is in every language, and so
    is `ahead`, which says the same before it begins.
    """

    suspension: str
    until_utc_ms: int
    reason: dict[str, str]
    groups: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    intent: str = ""
    from_utc_ms: int = 0
    """When it begins; 0: at once."""
    ahead: dict[str, str] = {}


class SuspensionEnded(Fact, frozen=True, kw_only=True):
    """A leader opened again before the time."""

    suspension: str
    intent: str = ""


class NoticePosted(Fact, frozen=True, kw_only=True):
    """A prepared line stands on the displays until `until_utc_ms`."""

    notice: str
    until_utc_ms: int
    text: dict[str, str]
    intent: str = ""


class NoticeWithdrawn(Fact, frozen=True, kw_only=True):
    """A leader took it down before the time."""

    notice: str
    intent: str = ""


class HistoryPrintStarted(Fact, frozen=True, kw_only=True):
    """Somebody had 操作履歴 of a day, or of one number, put on paper. Durable before the first byte."""

    date: str
    lines: int
    number: str = ""
    intent: str = ""


class ContactsShown(Fact, frozen=True, kw_only=True):
    """A leader was shown how so many whom a closure has hit can be reached, or had it printed. Whom is in no fact.
    Durable before it is shown, and before the first byte."""

    place: Literal["screen", "paper"]
    people: int
    intent: str = ""
