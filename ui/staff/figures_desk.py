"""What the page of figures remembers, asks and hears. Values only; `ui.staff.figures` moves them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kiosk_app.api import Statistics

Span = Literal["today", "week", "month", "last_month", "typed"]
Part = Literal["service", "hour", "counter", "slot", "practice", "visits"]


@dataclass(frozen=True)
class AskFigures:
    """Of the business days since..to, both included. `table`: as the file that a spreadsheet opens."""

    since: str
    to: str
    table: bool = False


@dataclass(frozen=True)
class FiguresTold:
    """`found` or `data` as it was asked; neither, and `cause` in one sentence, where there is no answer."""

    ask: AskFigures
    found: Statistics | None = None
    data: bytes = b""
    cause: str = ""


@dataclass(frozen=True)
class SaveTable:
    """`name` is that of the file, without a folder."""

    name: str
    data: bytes


@dataclass(frozen=True)
class TableSaved:
    """`place` is the whole path; empty where nothing was saved, and why is in `cause`."""

    place: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Figures:
    """`since` and `to` are of a span that was typed or leafed to; others follow from the day that it is."""

    span: Span = "today"
    since: str = ""
    to: str = ""
    typed_from: str = ""
    typed_to: str = ""
    part: Part = "service"
    times: bool = False
    """Of the columns: times instead of counts."""
    asked: AskFigures | None = None
    """On its way: one at a time, the newest wish next."""
    told: FiguresTold | None = None
    told_utc_ms: int = 0
    saved: str = ""
    """What became of the last wish to save, in one sentence."""
