"""What an office's own tools read over HTTP: congestion, counts, statistics. Described for them in docs/api.md.

Read only, and nothing personal: numbers of people, never a ticket. What is here is never renamed; new fields are added.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk_app.api_base import View

DateOrNone = Annotated[str, Meta(pattern="^(2[0-9]{3}-[0-9]{2}-[0-9]{2})?$")]
RowKind = Literal["day", "service", "hour", "counter"]


class StatisticsAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Business days from..to, both included; without `to` one day, without both today."""

    since: DateOrNone = msgspec.field(default="", name="from")
    to: DateOrNone = ""


class FiguresRow(View, frozen=True, kw_only=True):
    """One part of a day. Stops are counted, of the whole day visits. Times in seconds: how many, sum, median, P90.

    Waits and stays (受付→終了) belong to the hour of issue; whatever else to the hour in which it happened.
    """

    kind: RowKind
    key: str
    """The id of a service, an hour (09), a counter's number; empty for the day."""
    name: str
    issued: int = 0
    by_machine: int = 0
    by_staff: int = 0
    reservations: int = 0
    calls: int = 0
    recalls: int = 0
    completed: int = 0
    no_shows: int = 0
    cancelled: int = 0
    transfers: int = 0
    forgotten: int = 0
    """Calls without 完了, or with one that came hours later; no time is measured of them."""
    unmeasured: int = 0
    """Calls over which the program did not run."""
    waits: int = 0
    wait_sum_s: int = 0
    wait_median_s: int | None = None
    wait_p90_s: int | None = None
    handlings: int = 0
    handling_sum_s: int = 0
    handling_median_s: int | None = None
    handling_p90_s: int | None = None
    stays: int = 0
    stay_sum_s: int = 0
    stay_median_s: int | None = None
    stay_p90_s: int | None = None
    pad: int = 0
    """Numbers of the emergency pad, handed out by hand and registered by staff."""
    outage_s: int = 0
    """So long the program did not run, of the day and of each hour. No handling is measured over it, and of waits and
    stays it is left out."""


class StepRow(View, frozen=True, kw_only=True):
    """One step of practice, certificates or forms in one language and mode (large+slow): how often it was reached, how
    many ended there by a press (left) or by walking away (time), and how many were through (finished)."""

    of: str
    language: str
    modes: str
    step: str
    reached: int
    left: int
    time: int
    finished: int


class FormMade(View, frozen=True, kw_only=True):
    """In how many visits a form was made."""

    form: str
    visits: int
    name: str = ""
    """In Japanese; empty where this computer has no such form."""


class DayStatistics(View, frozen=True, kw_only=True):
    """`over` is false while the day goes on."""

    date: str
    over: bool
    rows: tuple[FiguresRow, ...]
    steps: tuple[StepRow, ...] = ()
    forms: tuple[FormMade, ...] = ()


class SlotRow(View, frozen=True, kw_only=True):
    """How long a slot of this service should be, as measured up to now. `minutes`: null where none is."""

    service: str
    name: str
    samples: int
    median_s: int | None
    p90_s: int | None
    minutes: int | None
    reason: str


class Statistics(View, frozen=True, kw_only=True):
    office: str
    since: str = msgspec.field(name="from")
    to: str
    days: tuple[DayStatistics, ...]
    """Business days only, in their order."""
    slots: tuple[SlotRow, ...] = ()


class GroupLoad(View, frozen=True, kw_only=True):
    """One service group now. A walk-in who comes now is called between `estimate_from` and `estimate_to`."""

    letter: str
    name: str
    waiting: int
    open: bool
    """Whether it gives tickets now. No estimate without that, nor where nobody can say when a counter serves."""
    counters_open: int
    estimate_from: str = ""
    """2026-04-06T10:05+09:00."""
    estimate_to: str = ""
    estimate_from_min: int | None = None
    """From now, in steps of 5 minutes of the clock."""
    estimate_to_min: int | None = None


class Congestion(View, frozen=True, kw_only=True):
    office: str
    date: str
    """The business day; empty before the first."""
    at: str
    waiting: int
    groups: tuple[GroupLoad, ...]


class ServiceCounts(View, frozen=True, kw_only=True):
    service: str
    name: str
    letter: str
    issued: int
    waiting: int
    completed: int
    no_shows: int


class Counts(View, frozen=True, kw_only=True):
    """Of the business day up to now: visits, then each service's stops."""

    office: str
    date: str
    at: str
    over: bool
    issued: int
    waiting: int
    completed: int
    no_shows: int
    cancelled: int
    services: tuple[ServiceCounts, ...]


class WhyAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without a number: the counter of the console that asks."""

    counter: Annotated[str, Meta(pattern="^([1-9][0-9]{0,3})?$")] = ""


class WhyNext(View, frozen=True, kw_only=True):
    """Who 次を呼ぶ at this counter would call, and why: sentences that a clerk can repeat to whoever asks."""

    ok: bool = True
    message: str = ""
    counter: int = 0
    number: str = ""
    """Empty when nobody waits."""
    service: str = ""
    why: tuple[str, ...] = ()
