"""What an office shows of itself to phones: how full each line is and where each ticket stands, as of one moment.

A picture and no record: the hub makes a new one when something has changed, central keeps the last and says its age.
A ticket stands in it under its unguessable id, which only its slip's QR code carries. Nothing in it is personal.
"""

from __future__ import annotations

from typing import Literal

import msgspec

TicketState = Literal["waiting", "called", "held", "second_stage", "missed", "done", "cancelled"]
"""second_stage: waits for its papers (交付待ち). missed: was called and nobody came; staff can still call it."""


class GroupNow(msgspec.Struct, frozen=True, kw_only=True):
    """`from`..`to`: when a walk-in who comes now is called; both 0 where that cannot be told. `counters` are open."""

    letter: str
    waiting: int
    from_utc_ms: int = 0
    to_utc_ms: int = 0
    counters: int = 0
    closed: str = ""
    """Why no tickets are given, in Japanese; empty while they are."""


class TicketNow(msgspec.Struct, frozen=True, kw_only=True):
    """`ahead`: people before it. `counter`: where it is, or was last, called to; 0 before."""

    ticket: str
    number: str
    letter: str
    state: TicketState
    ahead: int = 0
    from_utc_ms: int = 0
    to_utc_ms: int = 0
    counter: int = 0


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """`date`: the business day, empty while none is open."""

    office: str
    as_of_utc_ms: int
    date: str
    groups: tuple[GroupNow, ...] = ()
    tickets: tuple[TicketNow, ...] = ()
