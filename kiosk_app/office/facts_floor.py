"""Facts of counters, of staff and of the bells that call them. Import them from facts.py."""

from __future__ import annotations

from kiosk_app.office.fact_base import Fact


class CounterOpened(Fact, frozen=True, kw_only=True):
    """A counter began to serve the named service groups."""

    counter: int
    groups: tuple[str, ...]
    intent: str = ""


class CounterPaused(Fact, frozen=True, kw_only=True):
    """A break."""

    counter: int
    intent: str = ""


class CounterClosed(Fact, frozen=True, kw_only=True):
    """Nobody serves here any more."""

    counter: int
    intent: str = ""


class CancellationAsked(Fact, frozen=True, kw_only=True):
    """Staff at a ticket machine want one of its numbers cancelled. Only the hub cancels: it knows who is called."""

    ticket: str
    reason: str
    staff_code: str
    intent: str = ""


VISITOR = "visitor"
"""Who asked, in the place of a staff code, where it was the visitor."""


class GiveBackAsked(Fact, frozen=True, kw_only=True):
    """Somebody who leaves wants to give their number back, on the page of their ticket. Written by central; only the
    hub cancels, and with it the reservation that the number is of."""

    ticket: str
    intent: str


class CancellationRefused(Fact, frozen=True, kw_only=True):
    """The hub did not cancel what was asked for: the visitor is at a counter, or it was over already."""

    ticket: str


class SignedIn(Fact, frozen=True, kw_only=True):
    """A member of staff signed in; the actor of the envelope says who."""

    role: str
    counter: int | None = None


class SignedOut(Fact, frozen=True, kw_only=True):
    """A member of staff signed out."""

    role: str


class SignInLocked(Fact, frozen=True, kw_only=True):
    """Too many wrong PINs; the code is locked until `until_utc_ms`."""

    staff_code: str
    until_utc_ms: int


class StaffCalled(Fact, frozen=True, kw_only=True):
    """A face, a machine or a stuck journey asks for a person. Rings every console until accepted."""

    alert: str
    machine_code: str
    cause: str
    language: str = "ja"
    detail: str = ""
    """Stands in the sentence that staff read, such as the date that a doubted clock shows."""


class StaffAccepted(Fact, frozen=True, kw_only=True):
    """Somebody goes. `called_by` and `called_seq` are the place of the call that is meant."""

    alert: str
    intent: str = ""
    called_by: str = ""
    called_seq: int = 0


class AlertCleared(Fact, frozen=True, kw_only=True):
    """The cause is gone, or the visitor left."""

    alert: str
