"""The figures of days from a log alone: `hitofuda log stats --from`, the same as the core tells over HTTP.

The whole log is folded as a core without a snapshot folds it, read-only and also beside a running core.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import msgspec

from kiosk_app.api_tools import DayStatistics, FiguresRow
from kiosk_app.office import checkpoints, facts, folds, report, statistics_csv
from kiosk_app.office.state import OfficeState
from offline_store import maintenance
from offline_store.days import DayReader
from offline_store.envelope import COUNTER_MAX
from offline_store.salvage import base_name

READ_AT_ONCE = 5_000


def tell(path: Path, since: date, to: date, json: bool, csv: bool) -> int:
    """Raises StoreError."""
    days = report.days_between(folded(path), since.isoformat(), to.isoformat())
    if csv:
        sys.stdout.buffer.write(statistics_csv.encoded(days))
    elif json:
        print(msgspec.json.format(msgspec.json.encode(days), indent=2).decode())
    else:
        print(
            "\n".join(line for day in days for line in _lines(day)) or f"{path}: no business day from {since} to {to}"
        )
    return 0


def folded(path: Path) -> OfficeState:
    """Where old days are destroyed the fold begins at the first checkpoint. Raises StoreError."""
    own = base_name(maintenance.stats(path).identity)
    state, begun = OfficeState(), False
    reader = DayReader(path, -COUNTER_MAX, COUNTER_MAX + 1)
    try:
        while entries := reader.step(READ_AT_ONCE):
            for entry in entries:
                fact = facts.decode(entry.kind, entry.body)
                folds.apply(state, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
                if not begun and isinstance(fact, facts.DayCheckpoint) and base_name(entry.machine) == own:
                    checkpoints.begin(state, entry.machine, entry.seq, fact)
                    begun = True
    finally:
        reader.close()
    return state


def _lines(day: DayStatistics) -> list[str]:
    return [f"{day.date}{'' if day.over else ' (so far)'}:", *(f"  {_line(row)}" for row in day.rows)]


def _line(row: FiguresRow) -> str:
    times = (("wait", row.wait_median_s, row.wait_p90_s), ("handling", row.handling_median_s, row.handling_p90_s))
    measured = (
        f"{name} {median_s / 60:.0f} min (P90 {(p90_s or 0) / 60:.0f})"
        for name, median_s, p90_s in times
        if median_s is not None
    )
    counts = f"issued {row.issued}, completed {row.completed}, no-shows {row.no_shows}, recalls {row.recalls}"
    return ", ".join((f"{row.name}: {counts}", f"transfers {row.transfers}, forgotten {row.forgotten}", *measured))
