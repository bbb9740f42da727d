"""Facts of a day on which something is away: a machine that is cut off, every printer, or the power.

Import them from facts.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact, Stop


class NumberCalled(Fact, frozen=True, kw_only=True):
    """A number was called whose ticket has not arrived, because its machine is cut off: somebody holds the paper.

    `ticket` stands for it until `NumberMatched`; `machine_code` is whose number it is. Else as Called.
    """

    ticket: str
    letter: str
    number: int
    machine_code: str
    stop: Stop
    counter: int
    call: int
    service: str
    stage: Literal["reception"] = "reception"
    intent: str = ""
    reason: str = ""


class NumberMatched(Fact, frozen=True, kw_only=True):
    """The ticket of a number that was called before has arrived: from here on both are one visit.

    `stop` is what staff had been told, in the place of `from_service`, where the ticket itself says something else.
    """

    stand_in: str
    ticket: str
    from_service: str = ""
    stop: Stop | None = None


class PadRegistered(Fact, frozen=True, kw_only=True):
    """Staff registered `count` numbers of the emergency pad, from `first` on, each a ticket in the order of the pad.

    The whole pad counts as handed out one after the other between `from_utc_ms` and `until_utc_ms`. `due_utc_ms` is the
    promise by which the queue orders them among other lines.
    """

    letter: str
    first: int
    count: int
    stop: Stop
    language: str
    machine_code: str
    from_utc_ms: int
    until_utc_ms: int
    due_utc_ms: int
    intent: str = ""


class CallContinued(Fact, frozen=True, kw_only=True):
    """After an outage staff said that this call goes on."""

    ticket: str
    counter: int
    intent: str = ""


class OutageEnded(Fact, frozen=True, kw_only=True):
    """The office's program did not run between these times of this day: a power cut, or somebody stopped it."""

    from_utc_ms: int
    until_utc_ms: int
