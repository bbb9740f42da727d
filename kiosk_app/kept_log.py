"""The log together with the state that is folded from it: opened at start, and opened again where a record has changed.

What a changed byte has taken is known and told; the machine goes on under a new id with numbers of its own.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from kiosk_app.office import checkpoints, facts, folds, reigns, state
from kiosk_app.office.state import OfficeState
from offline_store import snapshots
from offline_store.envelope import Envelope
from offline_store.errors import BadRecord, StoreDamaged, StoreError, StoreFull
from offline_store.log import Log, OpenedLog
from offline_store.reserve import Reserve
from offline_store.salvage import Damage, base_name

FILE = "facts.db"
MORNING = "morning"
"""The name of the snapshot of when the day began."""
READ_AT_ONCE = 5_000
LONG_FACTS = 100_000
"""So many to fold take seconds: whoever looks at a dark screen is told why."""
FOLDING = (
    "across_days",
    "authorship",
    "carried",
    "checkpoints",
    "checks",
    "doubles",
    "fact_base",
    "facts",
    "facts_appliance",
    "facts_certificates",
    "facts_checkpoints",
    "facts_devices",
    "facts_floor",
    "facts_forms",
    "facts_hub",
    "facts_leader",
    "facts_outage",
    "facts_practice",
    "facts_sheets",
    "facts_slots",
    "figures",
    "fold_appliance",
    "fold_base",
    "fold_calls",
    "fold_certificates",
    "fold_devices",
    "fold_floor",
    "fold_hubs",
    "fold_leader",
    "fold_outage",
    "fold_practice",
    "fold_sheets",
    "fold_slots",
    "fold_tickets",
    "folds",
    "numbers",
    "outages",
    "reigns",
    "sales",
    "sheets",
    "slot_days",
    "slots",
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


def folded_again(kept: KeptLog) -> KeptLog:
    """With the state of what the log holds: what was folded beside it could not be kept."""
    return replace(kept, state=_fold(kept.log))


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
    return _fold_on(log, folded, position) or fold_again(log, folded)


def fold_again(log: Log, known: OfficeState) -> OfficeState:
    """With the hubs that `known` has heard of known from the beginning, so that what an earlier one wrote too late is
    left out at once. From this morning on where nothing of the days before changes: one day takes a moment."""
    kept = snapshots.load(log, MORNING, folding_version())
    folded, position = (state.load(kept.blob), kept.position) if kept is not None else (OfficeState(), 0)
    if reigns.differs(folded, known.reigns, known.line):
        folded, position = OfficeState(), 0
    folded.reigns, folded.line = list(known.reigns), list(known.line)
    again = _fold_on(log, folded, position)
    if again is None:
        raise AssertionError("a hub that was not known when everything had been read")
    return again


def _fold_on(log: Log, folded: OfficeState, position: int) -> OfficeState | None:
    """None when something that had been folded does not count after all; `folded` then knows why."""
    wrong = False
    tail = log.last_position - max(position, log.base.position)
    if tail >= LONG_FACTS:
        sys.stderr.write(f"{log.path}: no snapshot of this version: {tail:,} facts are read first, please wait\n")
        sys.stderr.flush()
    # Before the first checkpoint nothing may be left to fold; where everything is, it says nothing new.
    begun, own = position > 0, base_name(log.machine)
    while batch := log.read(position, READ_AT_ONCE):
        for position, entry in batch:  # noqa: B007 - the last position is where the next batch begins
            fact = facts.decode(entry.kind, entry.body)
            wrong |= apply(folded, entry, fact)
            if begun or base_name(entry.machine) != own:
                continue
            if isinstance(fact, facts.DayCheckpoint):
                begun = True
                if reigns.counts(folded.reigns, folded.line, entry.machine, entry.seq):
                    checkpoints.begin(folded, entry.machine, entry.seq, fact)
            elif isinstance(fact, facts.MachineCheckpoint) and log.base.position:
                # Where nothing is gone, the facts themselves know better than what was thought of them on that morning.
                begun = True
                checkpoints.begin_of_machine(folded, entry.machine, entry.seq, fact)
    if wrong:
        return None
    if tail > READ_AT_ONCE:
        # At once: a kill soon afterwards must not cost the same time again. Only a short cut, so it may fail.
        with contextlib.suppress(StoreError):
            save_snapshot(log, folded)
    return folded


def apply(folded: OfficeState, entry: Envelope, fact: facts.Fact) -> bool:
    """Folds one fact. True when by it something that was folded before does not count, or counts after all."""
    if not isinstance(fact, facts.HubTaken):
        folds.apply(folded, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
        return False
    before = msgspec.structs.replace(folded, hub_wrote=dict(folded.hub_wrote))
    folds.apply(folded, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
    return reigns.differs(before, folded.reigns, folded.line)


def save_snapshot(log: Log, folded: OfficeState, name: str = "office") -> None:
    snapshots.save(log, name, state.dump(folded), log.last_position, folding_version())


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
