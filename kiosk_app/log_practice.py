"""`hitofuda log practice`: how far people came in practice and where they gave up, per language and mode.

Counted from the log alone, as long as its days are kept. Nothing of it names anybody: a visit is not told from another.
"""

from __future__ import annotations

import csv as table
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import msgspec

from kiosk_app.office import facts
from kiosk_app.office.facts_practice import Step
from kiosk_app.office.times import day_begins_utc_ms
from offline_store.days import DayReader

READ_AT_ONCE = 5_000
STEPS: tuple[str, ...] = get_args(Step)


class PracticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One step in one language and mode: how often it was reached, and how many visits ended there, and how."""

    language: str
    modes: str
    """large+slow; empty without any."""
    step: str
    reached: int
    left: int
    """By pressing the end."""
    time: int
    """By walking away."""
    finished: int


def counted(found: Iterable[facts.Fact]) -> list[PracticeRow]:
    """In the order of languages, modes and steps. A step of a newer program comes last."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for fact in found:
        if isinstance(fact, facts.PracticeStepped):
            counts[fact.language, "+".join(fact.modes), fact.step, fact.ended] += 1
    keys = sorted({key[:3] for key in counts}, key=lambda key: (key[0], key[1], _order(key[2])))
    return [
        PracticeRow(
            language=language,
            modes=modes,
            step=step,
            reached=counts[language, modes, step, ""],
            left=counts[language, modes, step, "left"],
            time=counts[language, modes, step, "time"],
            finished=counts[language, modes, step, "finished"],
        )
        for language, modes, step in keys
    ]


def _order(step: str) -> int:
    return STEPS.index(step) if step in STEPS else len(STEPS)


def tell(path: Path, since: date, to: date, json: bool, csv: bool) -> int:
    """Both days counted in. Raises StoreError."""
    rows = counted(_facts(path, since, to))
    if json:
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
    elif csv:
        writer = table.writer(sys.stdout)
        writer.writerow(PracticeRow.__struct_fields__)
        writer.writerows(msgspec.structs.astuple(row) for row in rows)
    elif not rows:
        print(f"{path}: nobody practised from {since} to {to}")
    else:
        print("\n".join(_lines(rows)))
    return 0


def _facts(path: Path, since: date, to: date) -> Iterable[facts.Fact]:
    reader = DayReader(path, day_begins_utc_ms(since), day_begins_utc_ms(to + timedelta(days=1)))
    try:
        while entries := reader.step(READ_AT_ONCE):
            for entry in entries:
                if entry.kind == facts.PracticeStepped.__name__:
                    found = facts.decode(entry.kind, entry.body)
                    if found is not None:
                        yield found
    finally:
        reader.close()


def _lines(rows: list[PracticeRow]) -> Iterable[str]:
    head = ""
    for row in rows:
        title = f"{row.language}{f' ({row.modes})' if row.modes else ''}:"
        if title != head:
            head = title
            yield title
        yield (
            f"  {row.step:<10} reached {row.reached:>5}, ended there {row.left + row.time:>5}"
            f" (walked away {row.time}){f', finished {row.finished}' if row.finished else ''}"
        )
