"""Whether the services of this computer are as well under a new release as they were under the one before.

A machine without a sound card has a voice that ended with exit code 2 and waits for a person; that is no fault of a
release, and must not keep every update away for ever. What is compared is therefore the state before and after, each
taken when nothing has moved for a while: a service that has just been executed is called active, also if it ends a
moment later.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

HOLDS_S = 10.0
"""So long nothing may have changed."""
PROVES_ITSELF_S = 60.0
LOOK_EVERY_S = 1.0
A_PERSON_HAS_TO_COME = "2"
"""Exit code of all our processes for settings or devices that cannot be used; systemd does not start them again
(RestartPreventExitStatus)."""
ASKED = ("Id", "ActiveState", "Result", "ExecMainStatus", "InvocationID")
CHANGED = "StateChangeTimestampMonotonic"
"""Microseconds of CLOCK_MONOTONIC."""
US = 1_000_000
TARGET = "hitofuda.target"


@dataclass(frozen=True)
class Unit:
    """`invocation` is another one each time when it is started; `changed_s` is on the clock of `time.monotonic`."""

    name: str
    state: str
    result: str = ""
    exit_status: str = ""
    invocation: str = ""
    changed_s: float = 0.0

    @property
    def is_well(self) -> bool:
        return self.state == "active"

    @property
    def waits_for_a_person(self) -> bool:
        return (self.state, self.result, self.exit_status) == ("failed", "exit-code", A_PERSON_HAS_TO_COME)

    @property
    def is_at_rest(self) -> bool:
        return self.state in ("active", "failed", "inactive")


Units = Mapping[str, Unit]
Look = Callable[[], Units]


class Held(NamedTuple):
    """`restless`: those that still came and went when the patience was at its end."""

    units: Units
    restless: tuple[str, ...] = ()


def held(look: Look, sleep: Callable[[float], None] = time.sleep, now: Callable[[], float] = time.monotonic) -> Held:
    """The units once none has changed for `HOLDS_S`, looked at or not; after `PROVES_ITSELF_S` as they are."""
    until_s = now() + PROVES_ITSELF_S
    seen = look()
    since_s = max((unit.changed_s for unit in seen.values()), default=-HOLDS_S)
    moved: set[str] = set()
    while True:
        at_rest = all(unit.is_at_rest for unit in seen.values())
        if at_rest and now() - since_s >= HOLDS_S:
            return Held(seen)
        if now() > until_s:
            moved |= {name for name, unit in seen.items() if not unit.is_at_rest}
            return Held(seen, tuple(sorted(moved)))
        sleep(LOOK_EVERY_S)
        again = look()
        changed = {name for name in {*seen, *again} if seen.get(name) != again.get(name)}
        if changed:
            # Only what moved lately: a start that took its time is over.
            moved = changed
            since_s = now()
        seen = again


def not_well(before: Units | None, after: Held) -> str:
    """Why the release that runs now is none to keep; empty where it is. `before`: None on a computer where none has run
    yet: there whoever installs it is told what waits for them."""
    for name in after.restless:
        return f"{name} comes and goes; next: journalctl -u {name}"
    for name, unit in after.units.items():
        if unit.is_well:
            continue
        was = before.get(name) if before is not None else unit
        if unit.waits_for_a_person and was is not None and was.waits_for_a_person:
            continue
        return f"{name} is {unit.state}; next: journalctl -u {name}"
    return ""


def waiting(units: Units) -> list[str]:
    return [name for name, unit in units.items() if unit.waits_for_a_person]


def asked() -> Units:
    """What the target of this computer wants, as its service manager tells; empty where it does not know the target."""
    # Not `list-dependencies`: it also tells of units that only say of themselves that they are a part of it.
    wanted = _told("show", "--no-pager", "--value", "-p", "Wants,Requires", TARGET).split()
    names = sorted({name for name in wanted if _is_ours(name)})
    return read(_told("show", "--no-pager", "-p", ",".join((*ASKED, CHANGED)), *names)) if names else {}


def _is_ours(name: str) -> bool:
    return name.startswith("hitofuda-") and name.endswith((".service", ".timer"))


def read(told: str) -> Units:
    """Of blocks of KEY=value as `systemctl show` prints them."""
    blocks = [dict(line.split("=", 1) for line in block.splitlines() if "=" in line) for block in told.split("\n\n")]
    return {unit.name: unit for unit in _units(blocks)}


def _units(blocks: Iterable[Mapping[str, str]]) -> Iterable[Unit]:
    for one in blocks:
        if one.get("Id"):
            name, state, result, exit_status, invocation = (one.get(key, "") for key in ASKED)
            yield Unit(name, state, result, exit_status, invocation, int(one.get(CHANGED) or 0) / US)


def _told(*arguments: str) -> str:
    return subprocess.run(
        ("systemctl", *arguments), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    ).stdout
