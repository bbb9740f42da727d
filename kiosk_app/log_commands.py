"""`hitofuda log verify|export|stats|practice|history`: what a person may ask of a log file without stopping the core.

Exit codes: 0 done; 1 the log is damaged; 2 there is no log to read, or no place to write to. The answer is for a
technician in the morning: the verdict first, then what it means and what to do; `--json` is for programs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import msgspec

from kiosk_app.office import facts, folds, rows
from kiosk_app.office.state import OfficeState, number_text
from kiosk_app.office.times import DAY_MS, JAPAN_OFFSET_MIN, day_begins_utc_ms, parse_number
from offline_store import maintenance
from offline_store.errors import BadRecord, StoreDamaged, StoreError

WHAT_TO_DO = (
    "If this is the machine's own log, the office need not close: the core finds it by itself, keeps this file aside "
    "and goes on with every fact that can be read. Copy the file to another disk; have the machine's disk looked at."
)


def verify(path: Path, json: bool = False) -> int:
    """Says how many records are right, or names the first bad one."""
    return _tell(path, lambda: _verify(path, json))


def _verify(path: Path, json: bool) -> int:
    found = maintenance.verify(path)
    if json:
        print(msgspec.json.encode(found).decode())
    elif isinstance(found, BadRecord):
        print(f"{path}: DAMAGED: {_place(found)}\n{WHAT_TO_DO}")
    else:
        lost = maintenance.stats(path).lost
        known = f"; {lost:,} more are lost since an earlier damage" if lost else ", none is missing"
        print(f"{path}: good: all {found.records:,} facts are as they were written{known}")
    return 1 if isinstance(found, BadRecord) else 0


def export(path: Path, out: Path) -> int:
    return _tell(path, lambda: _export(path, out))


def _export(path: Path, out: Path) -> int:
    if str(out) == "-":
        maintenance.export(path, sys.stdout.buffer)
    else:
        with out.open("wb") as file:
            maintenance.export(path, file)
    return 0


def figures(path: Path, since: date, to: date, json: bool, csv: bool) -> int:
    """What the days' statistics are, from the log alone."""
    from kiosk_app import log_figures

    return _tell(path, lambda: log_figures.tell(path, since, to, json, csv))


def practice(path: Path, since: date, to: date, json: bool, csv: bool) -> int:
    """Where who practised came to an end."""
    from kiosk_app import log_practice

    return _tell(path, lambda: log_practice.tell(path, since, to, json, csv))


def stats(path: Path, json: bool = False) -> int:
    return _tell(path, lambda: _stats(path, json))


def _stats(path: Path, json: bool) -> int:
    found = maintenance.stats(path, JAPAN_OFFSET_MIN)
    if json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return 0
    size = (found.file_bytes + found.write_ahead_bytes) / 1_000_000
    print(f"{path}: the log of {found.identity or 'an unknown machine'}, {found.facts:,} facts, {size:,.1f} MB")
    _print_table("by kind", found.facts_by_kind.items())
    _print_table("by machine, the latest fact", found.last_seq_by_machine.items())
    _print_table("by day in Japan", found.facts_by_day.items())
    print(f"destroyed by rule: {found.destroyed:,}")
    print(f"lost: {found.lost:,}")
    print(f"quarantined (two facts for one place): {found.quarantined:,}")
    print(f"damaged logs kept aside: {', '.join(found.kept_aside) or 'none'}")
    return 0


def history(path: Path, day: date, number: str) -> int:
    """操作履歴 of one day, oldest first; of one number when it is given."""
    return _tell(path, lambda: _history(path, day, number))


def _history(path: Path, day: date, number: str) -> int:
    wanted = parse_number(number)
    if number and wanted is None:
        sys.stderr.write(f"--number: expected a ticket's number such as A-105, got {number!r}\n")
        return 2
    begin = day_begins_utc_ms(day)
    state = OfficeState()
    for entry in maintenance.read_range(path, begin, begin + DAY_MS):
        fact = facts.decode(entry.kind, entry.body)
        folds.apply(state, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
    shown = rows.action_rows(state, number_text(*wanted) if wanted else "", limit=len(state.day.actions) + 1)
    for row in reversed(shown):
        print("\t".join((row.time, row.number, row.what, row.counter, row.staff_code, row.reason)).rstrip())
    if not shown:
        print(f"{path}: nothing of {number or 'anybody'} on {day}")
    return 0


def _print_table(title: str, rows: Iterable[tuple[str, int]]) -> None:
    print(f"{title}:")
    for name, count in rows:
        print(f"  {name:<24}{count:>12,}")


def _place(bad: BadRecord) -> str:
    return f"{bad.cause}, at fact {bad.seq} of {bad.machine} (position {bad.position})" if bad.position else bad.cause


def _tell(path: Path, work: Callable[[], int]) -> int:
    try:
        done = work()
        sys.stdout.flush()
        return done
    except StoreDamaged as error:
        sys.stderr.write(f"{path}: the log is damaged: {_place(error.bad)}\n")
        return 1
    except BrokenPipeError:
        # Who reads has seen enough; without this Python complains once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except StoreError as error:
        sys.stderr.write(f"{error}\n" if str(path) in str(error) else f"{path}: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error.filename or path}: {error.strerror}\n")
        return 2
