"""Measures the budgets of the product and says which are kept. Every file here that has `rows()` is a bench.

Each bench runs in a new process, so that what one leaves in memory slows no other. Exit code 0 only if all are kept.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.row import Row

FOLDER = Path(__file__).parent
LOOPS = 500
NOISY_SHARE = 0.05


def names() -> list[str]:
    """The benches, found by their function `rows` and not by importing them: some load Qt, some a whole core."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if _has_rows(path))


def _has_rows(path: Path) -> bool:
    parts = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(part, ast.FunctionDef) and part.name == "rows" for part in parts)


def rows_of(name: str) -> list[Row]:
    """Runs one bench in this process."""
    return list(importlib.import_module(f"bench.{name}").rows())


def measured(name: str) -> list[Row]:
    """Runs one bench in a process of its own; raises what it raised."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(rows_of, name).result()


def exit_code(rows: Sequence[Row]) -> int:
    """0 when every budget is kept. No rows at all is no proof of anything."""
    return 0 if rows and all(one["ratio"] <= 1 for one in rows) else 1


def disturbance() -> str:
    """How busy this machine is with other things: a slow figure on a disturbed machine says little."""
    loops_s = []
    for _ in range(LOOPS):
        before = time.perf_counter()
        sum(range(20_000))
        loops_s.append(time.perf_counter() - before)
    held_up = sum(loop_s > 1.5 * min(loops_s) for loop_s in loops_s) / LOOPS
    said = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, {held_up:.0%} of short loops held up"
    return f"{said}: NOISY, measure again when it is quiet" if held_up > NOISY_SHARE else said


def table(rows: Sequence[Row]) -> Table:
    drawn = Table(box=None, pad_edge=False)
    drawn.add_column("budget")
    for heading in ("measured", "allowed", "ratio"):
        drawn.add_column(heading, justify="right")
    drawn.add_column("")
    for one in rows:
        kept = one["ratio"] <= 1
        value, budget = (f"{one[key]:,.6g} {one['unit']}" for key in ("value", "budget"))
        drawn.add_row(one["name"], value, budget, f"{one['ratio']:.2f}", "kept" if kept else "[red]OVER[/red]")
    return drawn


def main(arguments: Sequence[str] | None = None) -> int:
    known = names()
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(known)}; all when none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rows there, as one JSON array")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.names if name not in known]:
        parser.error(f"no such bench: {', '.join(unknown)}; there are: {', '.join(known)}")
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    rows: list[Row] = []
    broken = []
    for name in chosen.names or known:
        console.print(f"{name}: {disturbance()}", style="dim")
        try:
            found = measured(name)
        except Exception:
            # The other figures are still worth having; the exit code tells that this one is missing.
            traceback.print_exc()
            broken.append(name)
            continue
        console.print(table(found))
        rows += found
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name in broken:
        console.print(f"{name}: could not be measured", style="red")
    return 1 if broken else exit_code(rows)


if __name__ == "__main__":
    sys.exit(main())
