"""What outlives a business day: its figures, the bells that still ring, closures and notices.

Facts and the state both carry these.
"""

from __future__ import annotations

import msgspec


class ServiceDay(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one service on one day."""

    service: str
    name: str
    letter: str
    issued: int
    waiting: int
    completed: int
    no_shows: int
    wait_median_s: int | None
    wait_p90_s: int | None
    service_median_s: int | None
    service_p90_s: int | None


class DayTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one day, kept after its details are gone."""

    date: str
    issued: int
    completed: int
    no_shows: int
    cancelled: int
    voided: int
    waiting: int
    wait_median_s: int | None
    wait_p90_s: int | None
    services: tuple[ServiceDay, ...] = ()


class Suspension(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a leader has closed since when and until when; no group and no service named: the whole office."""

    groups: tuple[str, ...]
    services: tuple[str, ...]
    reason: dict[str, str]
    from_utc_ms: int
    until_utc_ms: int


class Posted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A line on the displays, by language."""

    text: dict[str, str]
    from_utc_ms: int
    until_utc_ms: int


class Alert(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    machine_code: str = ""
    cause: str = ""
    detail: str = ""
    language: str = "ja"
    since_utc_ms: int = 0
    accepted_by: str = ""
    accepted_utc_ms: int = 0
    cleared: bool = False
