"""Which events follow from how the office is now and what has been told of it already. Pure.

Nothing is remembered but `Told`; whoever loses it tells the latest day again, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal, NamedTuple, get_args

import msgspec
from msgspec.structs import replace

from kiosk_app.api_base import View
from kiosk_app.api_tools import Congestion, Counts

Kind = Literal["congestion.changed", "counts.day", "printer.trouble"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CONGESTION_EVERY_MS = 60_000
"""Not more often: nobody walks faster to the office for it."""


class PrinterNews(View, frozen=True, kw_only=True):
    """`trouble` is false when it is over. `status` as PrinterChanged has it: paper_out, cover_open, offline, …"""

    printer: str
    status: str
    trouble: bool


class Notice(View, frozen=True, kw_only=True):
    """The body of a webhook."""

    id: str
    kind: Kind
    at: str
    office: str
    machine: str
    data: Congestion | Counts | PrinterNews


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the receivers know."""

    congestion: tuple[tuple[object, ...], ...] = ()
    congestion_utc_ms: int = 0
    counts_of: str = ""
    """The latest day whose counts were told."""
    printers: dict[str, str] = {}


class Found(NamedTuple):
    """`id` is empty where any new one will do."""

    kind: Kind
    data: Congestion | Counts | PrinterNews
    id: str = ""


def congestion_news(told: Told, now_utc_ms: int, congestion: Callable[[], Congestion]) -> tuple[Told, list[Found]]:
    """`congestion` is asked only when it may be told."""
    if now_utc_ms - told.congestion_utc_ms < CONGESTION_EVERY_MS:
        return told, []
    found = congestion()
    now = tuple((g.letter, g.waiting, g.open, g.counters_open, g.estimate_from, g.estimate_to) for g in found.groups)
    if now == told.congestion:
        return told, []
    return replace(told, congestion=now, congestion_utc_ms=now_utc_ms), [Found("congestion.changed", found)]


def counts_news(told: Told, over: str, machine: str, counts: Callable[[], Counts]) -> tuple[Told, list[Found]]:
    """`over` is the date of the latest day that is over, `counts` what is told of it."""
    if not over or over <= told.counts_of:
        return told, []
    return replace(told, counts_of=over), [Found("counts.day", counts(), f"counts.{machine}.{over}")]


def printer_news(told: Told, printers: Mapping[str, str], fine: Collection[str]) -> tuple[Told, list[Found]]:
    """`fine`: states in which it prints. `unknown` is neither: nobody has asked it yet."""
    found = []
    for name, status in sorted(printers.items()):
        before = told.printers.get(name, "ready")
        if status in (before, "unknown") or (status in fine and before in fine):
            continue
        found.append(Found("printer.trouble", PrinterNews(printer=name, status=status, trouble=status not in fine)))
    known = {name: status for name, status in printers.items() if status != "unknown"}
    return (replace(told, printers={**told.printers, **known}), found) if found else (told, [])
