"""`hitofuda diag`: the report for a technician who stands before the machine, or as JSON for programs."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kiosk_app.diagnosis.finding import GRADES, Finding, worst
from kiosk_app.diagnosis.whole import Report, look_over
from kiosk_app.settings import ConfigError, load_machine

ZONE = ZoneInfo("Asia/Tokyo")
MARKS = {"good": ("○", "green"), "look": ("△", "yellow"), "bad": ("×", "bold red")}
"""The mark says it without its colour."""
SUMS = {
    "good": "使えないところはありません。",
    "look": "使えます。見ておくところがあります。",
    "bad": "使えないところがあります。",
}


def run(machine: Path, json: bool, keep: bool = True) -> int:
    """0: all is good; 1: something to see to; 2: something does not work, or the settings cannot be used."""
    try:
        report = look_over(load_machine(machine), keep=keep)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
    else:
        print_report(report)
    return GRADES.index(worst(report.findings))


def print_report(report: Report) -> None:
    # Loaded only for a person.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(title=f"{report.machine}　{_clock(report.at_utc_ms)}", title_justify="left", show_edge=False)
    for name in ("", "", "今", "わけと、次にすること"):
        table.add_column(name, overflow="fold")
    for one in report.findings:
        mark, style = MARKS[one.grade]
        table.add_row(Text(mark, style), one.name, one.says, Text(_why(one)))
    console.print(table)
    grade = worst(report.findings)
    console.print(Text(SUMS[grade], MARKS[grade][1]))


def _why(one: Finding) -> str:
    if one.grade == "good":
        return ""
    last = f"\n最後によかったのは{_clock(one.good_utc_ms)}" if one.good_utc_ms else ""
    return f"{one.cause}\n→ {one.next_step}{last}"


def _clock(utc_ms: int) -> str:
    return datetime.fromtimestamp(utc_ms / 1000, ZONE).strftime("%-m月%-d日 %-H:%M")
