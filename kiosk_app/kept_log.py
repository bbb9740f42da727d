"""The log together with the state that is folded from it: opened at start, and opened again where a record has changed.

What a changed byte has taken is known and told; the machine goes on under a new id with numbers of its own.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk_app.office import checkpoints, facts, folds, state
from kiosk_app.office.state import OfficeState
from offline_store import snapshots
from offline_store.errors import BadRecord, StoreDamaged, StoreError, StoreFull
from offline_store.log import Log, OpenedLog
from offline_store.reserve import Reserve
from offline_store.salvage import Damage, base_name

FILE = "facts.db"
READ_AT_ONCE = 5_000
LONG_FACTS = 100_000
"""So many to fold take seconds: whoever looks at a dark screen is told why."""
FOLDING = (
    "across_days",
    "checkpoints",
    "fact_base",
    "facts",
    "facts_floor",
    "facts_leader",
    "figures",
    "fold_base",
    "fold_calls",
    "fold_floor",
    "fold_leader",
    "fold_tickets",
    "folds",
    "state",
    "statistics",
    "times",
)
"""The files of kiosk_app/office by which facts become the state: folds, and all that it imports."""


@dataclass(frozen=True)
class KeptLog:
    """`damage`: what was found and kept aside in opening it."""

    log: Log
    state: OfficeState
    reserve: Reserve
    damage: Damage | None = None


def open_log(folder: Path, machine: str) -> KeptLog:
    """Raises StoreError. Damage that shows only in folding is mended as well."""
    reserve = Reserve(folder / "reserve")
    reserve.fill()
    opened = _open(folder / FILE, machine, reserve)
    try:
        return KeptLog(opened.log, _fold(opened.log), reserve, opened.damage)
    except StoreDamaged as damaged:
        opened.log.close()
        again = _open(folder / FILE, machine, reserve, damaged.bad)
        return KeptLog(again.log, _fold(again.log), reserve, again.damage)


def open_again(kept: KeptLog, machine: str, bad: BadRecord) -> KeptLog:
    """Closes a log with a bad record and goes on with what can be saved. On a full disk it stays as it was."""
    kept.log.close()
    try:
        opened = _open(kept.log.path, machine, kept.reserve, bad)
    except StoreFull:
        opened = _open(kept.log.path, machine, kept.reserve)
        if opened.damage is None:
            return KeptLog(opened.log, kept.state, kept.reserve)
    return KeptLog(opened.log, _fold(opened.log), kept.reserve, opened.damage)


def _open(path: Path, machine: str, reserve: Reserve, bad: BadRecord | None = None) -> OpenedLog:
    """On a full disk the reserve must do, so that the screen can at least say so."""
    try:
        return Log.open(path, machine, known_bad=bad, reserve=reserve)
    except StoreFull:
        if not reserve.release():
            raise
        return Log.open(path, machine, known_bad=bad, reserve=reserve)


@functools.cache
def folding_version() -> int:
    """Of the code that folds: what other code has folded is no snapshot, and nobody need remember to say so."""
    folder = Path(folds.__file__).parent
    sources = b"".join((folder / f"{name}.py").read_bytes() for name in FOLDING)
    return int.from_bytes(hashlib.sha256(sources).digest()[:6])


def _fold(log: Log) -> OfficeState:
    kept = snapshots.load(log, "office", folding_version())
    folded, position = (state.load(kept.blob), kept.position) if kept is not None else (OfficeState(), 0)
    tail = log.last_position - max(position, log.base.position)
    if tail >= LONG_FACTS:
        sys.stderr.write(f"{log.path}: no snapshot of this version: {tail:,} facts are read first, please wait\n")
        sys.stderr.flush()
    # Before the first checkpoint nothing may be left to fold; where everything is, it says nothing new.
    begun, own = kept is not None, base_name(log.machine)
    while batch := log.read(position, READ_AT_ONCE):
        for position, entry in batch:  # noqa: B007 - the last position is where the next batch begins
            fact = facts.decode(entry.kind, entry.body)
            folds.apply(folded, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
            if begun or base_name(entry.machine) != own:
                continue
            if isinstance(fact, facts.DayCheckpoint):
                checkpoints.begin(folded, entry.machine, entry.seq, fact)
                begun = True
            elif isinstance(fact, facts.MachineCheckpoint):
                checkpoints.begin_of_machine(folded, entry.machine, entry.seq, fact)
                begun = True
    if tail > READ_AT_ONCE:
        # At once: a kill soon afterwards must not cost the same time again. Only a short cut, so it may fail.
        with contextlib.suppress(StoreError):
            save_snapshot(log, folded)
    return folded


def save_snapshot(log: Log, folded: OfficeState) -> None:
    snapshots.save(log, "office", state.dump(folded), log.last_position, folding_version())


def incarnation_of(machine: str) -> int:
    """m1 is 0, m1~2 is 2."""
    _, _, suffix = machine.partition("~")
    return int(suffix) if suffix else 0


def damage_facts(kept: KeptLog, machine_code: str, found_by: Literal["start", "background"]) -> list[facts.Fact]:
    """What is to be kept of it in the new log. Also after a kill between the new log and its first fact."""
    machine, damage = kept.log.machine, kept.damage
    incarnation = incarnation_of(machine)
    if incarnation == 0 or machine in kept.state.incarnations:
        return []
    found: list[facts.Fact] = []
    if damage is not None:
        found.append(
            facts.LogDamaged(
                machine=damage.previous,
                first_bad_seq=damage.first_bad_seq,
                kept_as=damage.kept_as.name,
                found_by=found_by,
            )
        )
    previous = damage.previous if damage is not None else ""
    return [
        *found,
        facts.IncarnationBegan(previous=previous, reason="log damaged", spare_band=incarnation),
        facts.StaffCalled(alert=f"log-{machine}", machine_code=machine_code, cause="log_damaged"),
    ]
