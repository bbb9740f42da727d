"""What outlives a business day: its figures and the bells that still ring. Facts and the state both carry these."""

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


class Alert(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    machine_code: str = ""
    cause: str = ""
    detail: str = ""
    language: str = "ja"
    since_utc_ms: int = 0
    accepted_by: str = ""
    accepted_utc_ms: int = 0
    cleared: bool = False
    machine: str = ""
    seq: int = 0
    """Place of the call."""
    day: str = ""
    """The last day on which its own machine wrote of it."""
