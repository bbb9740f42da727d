"""What a hub tells central of each of its machines, for the city's technicians: a picture of which the latest counts.

No record and nothing of people: the program's version, when the hub last heard, how many facts are still to come, what
the printers say, what a look over the machine found, and which bells ring. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from kiosk_app.office import checks
from kiosk_app.office.state import OfficeState, open_alerts

MACHINES_MAX = 200
PRINTERS_MAX = 8
BELLS_MAX = 20
Name = Annotated[str, Meta(max_length=64)]


class MachineNow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`heard_utc_ms`: when the hub last heard of it; 0 where it has not since it started. `behind`: facts that the hub
    knows to be missing. `paper`: by printer, as PrinterChanged says it. `checks`: grades of the last look over it."""

    code: Name
    hub: bool = False
    version: Name = ""
    heard_utc_ms: int = 0
    behind: Annotated[int, Meta(ge=0)] = 0
    paper: Annotated[dict[Name, Name], Meta(max_length=PRINTERS_MAX)] = {}
    checks: Annotated[dict[Name, Name], Meta(max_length=checks.CHECKS_MAX)] = {}
    checked_utc_ms: int = 0
    bells: Annotated[tuple[Name, ...], Meta(max_length=BELLS_MAX)] = ()


Machines = Annotated[tuple[MachineNow, ...], Meta(max_length=MACHINES_MAX)]


class Heard(NamedTuple):
    """Of one machine, as its hub knows it beside the log."""

    version: str = ""
    heard_utc_ms: int = 0
    behind: int = 0


def now(state: OfficeState, hub: str, heard: Mapping[str, Heard]) -> tuple[MachineNow, ...]:
    """`hub`: the code of the machine that tells it. `heard`: all machines of the office, it among them."""
    return tuple(_machine(state, code, code == hub, heard[code]) for code in sorted(heard)[:MACHINES_MAX])


def _machine(state: OfficeState, code: str, is_hub: bool, heard: Heard) -> MachineNow:
    printers = sorted((name, status) for name, status in state.printers.items() if name.partition(".")[0] == code)
    looked = checks.of_machine(state.last_checks, code)
    bells = {alert.cause for _, alert in open_alerts(state) if alert.machine_code == code}
    return MachineNow(
        code=code[:64],
        hub=is_hub,
        version=heard.version[:64],
        heard_utc_ms=heard.heard_utc_ms,
        behind=max(0, heard.behind),
        paper={name.partition(".")[2][:64]: status[:64] for name, status in printers[:PRINTERS_MAX]},
        checks={name[:64]: one.grade[:64] for name, one in sorted(looked.items())[: checks.CHECKS_MAX]},
        checked_utc_ms=max((one.at_utc_ms for one in looked.values()), default=0),
        bells=tuple(sorted(cause[:64] for cause in bells)[:BELLS_MAX]),
    )
