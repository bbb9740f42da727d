"""What outlives a business day: its figures, the bells that still ring, closures and notices.

Facts and the state both carry these.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Practising(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a machine stands at this step (facts_practice). `of`: practice, certificate, forms."""

    step: str
    language: str
    since_utc_ms: int
    of: str = "practice"


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


class Figures(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What was counted and measured in one part of a day. Kept for years as a bare list: new fields go to the end.

    Stops are counted; of the whole day visits are (issued, completed, no_shows, cancelled). Times are seconds: how many
    were measured, their sum, median and P90. What a forgotten 完了 or an outage spoilt is counted and not measured;
    of a wait and a stay the outage within is left out.
    """

    key: str
    """The id of a service, an hour of the clock (09), the number of a counter; empty for the whole day."""
    name: str = ""
    issued: int = 0
    by_staff: int = 0
    reservations: int = 0
    """Those with a promised slot; what is neither by staff nor of a slot came from a ticket machine."""
    calls: int = 0
    recalls: int = 0
    completed: int = 0
    no_shows: int = 0
    cancelled: int = 0
    transfers: int = 0
    forgotten: int = 0
    """Calls whose end was never pressed, or hours later."""
    unmeasured: int = 0
    """Calls over which the program was not running."""
    waits: int = 0
    """From issue to the first call."""
    wait_sum_s: int = 0
    wait_median_s: int | None = None
    wait_p90_s: int | None = None
    handlings: int = 0
    """From a call to its end."""
    handling_sum_s: int = 0
    handling_median_s: int | None = None
    handling_p90_s: int | None = None
    stays: int = 0
    """From issue to the end of the visit (受付→終了)."""
    stay_sum_s: int = 0
    stay_median_s: int | None = None
    stay_p90_s: int | None = None
    pad: int = 0
    """Of the issued ones, numbers of the emergency pad."""
    outage_s: int = 0
    """So long the program did not run; of the whole day and of each hour."""


class StepFigures(msgspec.Struct, frozen=True, array_like=True):
    """One step of practice, of certificates or of forms in one language and mode: how often it was reached, and how
    many ended there. Kept like Figures."""

    of: str
    language: str
    modes: str
    """large+slow; empty without any."""
    step: str
    reached: int = 0
    left: int = 0
    """By pressing the end."""
    time: int = 0
    """By walking away."""
    finished: int = 0


class DayFigures(msgspec.Struct, frozen=True, array_like=True):
    """Each kind in the order of its keys, the counters by number. Kept like Figures: new kinds go to the end."""

    whole: Figures
    by_service: tuple[Figures, ...]
    by_hour: tuple[Figures, ...]
    by_counter: tuple[Figures, ...]
    steps: tuple[StepFigures, ...] = ()
    forms: tuple[tuple[str, int], ...] = ()
    """In how many visits each form was made, by its id."""


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
    figures: str = ""
    """JSON of DayFigures; empty in what an older program wrote. As text 400 days take 3 MB of memory, as rows 16."""
    outage_s: int = 0
    """So long the office's program did not run within its hours; no time was measured then."""


class Suspension(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a leader has closed since when and until when; no group and no service named: the whole office."""

    groups: tuple[str, ...]
    services: tuple[str, ...]
    reason: dict[str, str]
    from_utc_ms: int
    until_utc_ms: int
    ahead: dict[str, str] = {}
    """The reason, as it is said before it begins."""


class Posted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A line on the displays, by language."""

    text: dict[str, str]
    from_utc_ms: int
    until_utc_ms: int


class Reign(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One HubTaken: `machine` and `seq` are its place, `code` the machine that is the hub from there on. `after`: how
    much of each chain it knew then. `day`: the business day of its chain."""

    machine: str
    seq: int
    code: str
    epoch: int
    cause: Literal["first", "planned", "forced"]
    after: dict[str, int]
    day: str = ""


class Followed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The last place at which a machine said that another one is, or shall be, the hub."""

    machine: str
    seq: int
    hub: str
    epoch: int


class Device(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A console, display or ticket machine that was paired, and what became of it. `name` is empty of one that only
    machine.toml knows."""

    use: str = ""
    name: str = ""
    token_sha256: str = ""
    zone: str = ""
    enrolled_utc_ms: int = 0
    enrolled_by: str = ""
    revoked_utc_ms: int = 0
    revoked_by: str = ""
    revoked_reason: str = ""


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
