"""Which troubles an office has at this moment, as far as central can tell. Pure.

One cause is one problem: while a hub is silent its machines are not each reported, and what cannot be seen any more is
neither a trouble nor the end of one. An office that is closed is switched off at the wall, which is none either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from central_server.fleet.seen import OfficeSeen
from central_server.fleet.table import Kind
from kiosk_app.office import calendar
from kiosk_app.office.catalogue import Office
from kiosk_app.office.fleet import MachineNow

SILENT = timedelta(minutes=5)
"""A hub shows itself once a minute, a machine to its hub more often."""
PENDING_MANY = 2_000
"""Facts: a busy morning of a large office."""
PRINTS = ("ready", "near_end")
"""States of a printer in which tickets come out."""
ENDS_SOON, ENDS_NOW = timedelta(days=30), timedelta(days=7)
TOLD_APART = frozenset({"printer", "printer_2", "hub", "central"})
"""Checks of what has a problem of its own here."""
Severity = Literal["warning", "critical"]
IsOpen = Callable[[datetime], bool]


class Key(NamedTuple):
    """What one alert is about. No office: this server. No machine: the office's way to it. `part`: which printer or
    certificate."""

    office: str
    machine: str
    kind: Kind
    part: str = ""


class Problem(NamedTuple):
    severity: Severity
    detail: str = ""
    """For programs: a status or a grade, never a text of a person."""


@dataclass
class Judged:
    """`blind`: machines of which nothing can be said (an empty name: the whole office). `held`: what may not have
    ended."""

    found: dict[Key, Problem] = field(default_factory=dict)
    blind: set[tuple[str, str]] = field(default_factory=set)
    held: set[Key] = field(default_factory=set)

    def can_end(self, key: Key) -> bool:
        """Whether its absence says that it is over."""
        if key in self.held:
            return False
        if key.kind == "offline" and not key.machine:
            return True
        return not {(key.office, ""), (key.office, key.machine)} & self.blind


def judge(
    seen: Iterable[OfficeSeen], is_open: Mapping[str, IsOpen], now: datetime, own_until: datetime | None = None
) -> Judged:
    """`is_open`: of each office that is served here; others are not looked at. `own_until`: the end of the certificate
    that this server shows, None where it has none."""
    judged = Judged()
    for one in seen:
        if one.office in is_open:
            _office(judged, one, is_open[one.office], now)
        else:
            judged.blind.add((one.office, ""))
    if own_until is not None and own_until - now < ENDS_SOON:
        severity: Severity = "critical" if own_until - now < ENDS_NOW else "warning"
        judged.found[Key("", "", "certificate_expiry", "central")] = Problem(severity, own_until.date().isoformat())
    return judged


def opening_of(office: Office) -> IsOpen:
    """Whether anybody could draw a number then."""

    def is_open(at: datetime) -> bool:
        return any(isinstance(calendar.opening(office, one, at), calendar.Open) for one in office.groups)

    return is_open


def _office(judged: Judged, one: OfficeSeen, is_open: IsOpen, now: datetime) -> None:
    # Whoever has just switched on has some minutes.
    working = is_open(now) and is_open(now - SILENT)
    whole = Key(one.office, "", "offline")
    if one.heard_at is None:
        # It is being set up: there is nothing yet that could be away.
        judged.blind.add((one.office, ""))
        return
    if now - one.heard_at >= SILENT:
        judged.blind.add((one.office, ""))
        if working:
            judged.found[whole] = Problem("critical", one.heard_at.isoformat())
        else:
            judged.held.add(whole)
        return
    if one.pending >= PENDING_MANY:
        judged.found[Key(one.office, "", "backlog")] = Problem("warning", str(one.pending))
    for machine in one.machines:
        silent = one.silent_for(machine, now)
        if silent is None or silent >= SILENT:
            judged.blind.add((one.office, machine.code))
            if working:
                judged.found[Key(one.office, machine.code, "offline")] = Problem("critical")
            continue
        for key, problem in _of_machine(judged, one.office, machine):
            judged.found[key] = problem


def _of_machine(judged: Judged, office: str, machine: MachineNow) -> Iterator[tuple[Key, Problem]]:
    for printer, status in machine.paper.items():
        near, out = (
            Key(office, machine.code, "paper_near_end", printer),
            Key(office, machine.code, "paper_out", printer),
        )
        trouble = Key(office, machine.code, "printer", printer)
        if status != "ready":
            # Whether there is new paper shows when the cover is closed and the printer is well again.
            judged.held.add(near)
        if status == "near_end":
            yield near, Problem("warning", status)
        elif status == "paper_out":
            yield out, Problem("critical", status)
        elif status == "unknown":
            judged.held |= {out, trouble}
        elif status not in PRINTS:
            judged.held.add(out)
            yield trouble, Problem("critical", status)
    for check, grade in machine.checks.items():
        if check.startswith("tls_") and grade in ("look", "bad"):
            key = Key(office, machine.code, "certificate_expiry", check)
            yield key, Problem("critical" if grade == "bad" else "warning", grade)
        elif grade == "bad" and check not in TOLD_APART:
            yield Key(office, machine.code, "check", check), Problem("critical", grade)
