"""From the answer of the core to the page of figures: spans, the band, the small plot, and a table of large digits.

Medians of several days cannot be added up: of more than one day the mean stands in their place, as the heading says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from ui.staff import away, figures, figures_steps
from ui.staff.desk import Desk
from ui.staff.figures_desk import Part
from ui.staff.first import Map, control
from ui.staff.history import today

if TYPE_CHECKING:
    from kiosk_app.api import DayStatistics, FiguresRow, SlotRow, Statistics

SPANS = {"today": "今日", "week": "今週", "month": "今月", "last_month": "先月"}
PARTS: dict[Part, str] = {"service": "用件ごと", "hour": "時間帯ごと", "counter": "窓口ごと", "slot": "枠の長さ"}
NAMES: dict[Part, str] = {"service": "用件", "hour": "時間帯", "counter": "窓口", "slot": "用件"}
COUNTS = (
    ("発券", "issued"),
    ("うち\n発券機", "by_machine"),
    ("うち\n職員", "by_staff"),
    ("うち\n予約", "reservations"),
    ("呼出", "calls"),
    ("再呼出", "recalls"),
    ("完了", "completed"),
    ("不在", "no_shows"),
    ("取消", "cancelled"),
    ("転送", "transfers"),
)
COUNTED = ("service", "hour", "counter")
Measure = Literal["wait", "handling", "stay"]
MEASURES: dict[Measure, str] = {"wait": "待ち", "handling": "対応", "stay": "受付〜終了"}
PLURAL: dict[Measure, str] = {"wait": "waits", "handling": "handlings", "stay": "stays"}
ADDED = (
    *(name for _, name in COUNTS), "forgotten", "unmeasured",
    "waits", "wait_sum_s", "handlings", "handling_sum_s", "stays", "stay_sum_s",
)  # fmt: skip
WORKING = "集計しています…"
NOTHING = "この期間の記録はありません。"
NOTHING_HERE = "この期間に、この分け方の記録はありません。"
NO_SLOTS = "まだ測定がないため、枠の長さはおすすめできません。"
LEFT_OUT = "完了の押し忘れと、停電などで止まった時間は、時間に入れていません。"
OF_MANY_DAYS = "複数の日の中央値は足せないため、平均を出しています。9割は、いちばん長かった日の値です。"


@dataclass
class Sum:
    """Of one row over the days. `medians` and `p90s`, in seconds, by measure: one a day that has it."""

    name: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ADDED, 0))
    medians: dict[Measure, list[int]] = field(default_factory=lambda: {m: [] for m in MEASURES})
    p90s: dict[Measure, list[int]] = field(default_factory=lambda: {m: [] for m in MEASURES})

    def add(self, row: FiguresRow) -> None:
        self.name = row.name
        for name in ADDED:
            self.counts[name] += getattr(row, name)
        for measure in MEASURES:
            for values, value in (
                (self.medians, getattr(row, f"{measure}_median_s")),
                (self.p90s, getattr(row, f"{measure}_p90_s")),
            ):
                if value is not None:
                    values[measure].append(value)

    @property
    def left_out(self) -> int:
        return self.counts["forgotten"] + self.counts["unmeasured"]

    def middle_s(self, measure: Measure, one_day: bool) -> int | None:
        """The median of one day; the mean of several."""
        if one_day:
            return self.medians[measure][0] if self.medians[measure] else None
        count = self.counts[PLURAL[measure]]
        return round(self.counts[f"{measure}_sum_s"] / count) if count else None

    def p90_s(self, measure: Measure) -> int | None:
        return max(self.p90s[measure], default=None)


def sums(days: Iterable[DayStatistics], kind: str) -> list[Sum]:
    """In the order of their keys: services by id, hours and counters by number."""
    found: dict[str, Sum] = {}
    for day in days:
        for row in day.rows:
            if row.kind == kind:
                found.setdefault(row.key, Sum(row.name)).add(row)
    return [found[key] for key in sorted(found, key=lambda key: (int(key) if key.isdecimal() else 0, key))]


def page(desk: Desk) -> Map:
    shown, answer = desk.figures, figures.current(desk)
    found = answer.found if answer is not None else None
    days = found.days if found is not None else ()
    one_day, there = len(days) == 1, bool(days)
    reader = desk.role in figures.READERS and not desk.training
    return {
        "reader": reader,
        "spans": [control(f"span:{span}", name, picked=shown.span == span) for span, name in SPANS.items()],
        "previous": control("span:previous", "前", "F6", on=reader, spoken="前の期間"),
        "next": control("span:next", "次", "F7", on=reader and figures.span_of(desk)[1] < today(desk)),
        "typed": [shown.typed_from, shown.typed_to],
        "show": control("span:typed", "表示", on=reader),
        "save": control("save_table", "CSVで保存", "S", on=there, busy=away.busy(desk)),
        "saved": shown.saved,
        "span": _span_text(*figures.span_of(desk), len(days)),
        "parts": [
            control(f"part:{part}", name, str(n), picked=shown.part == part)
            for n, (part, name) in enumerate(PARTS.items(), 1)
        ],
        "steps": [
            control(f"part:{part}", name, str(n), picked=shown.part == part)
            for n, (part, name) in enumerate(figures_steps.PARTS.items(), 6)
        ],
        "columns": control(
            "columns",
            "件数を見る" if shown.times else "時間を見る",
            "5",
            on=shown.part in COUNTED,
            spoken="いまは時間です。件数を見る" if shown.times else "いまは件数です。時間を見る",
        ),
        "note": _note(desk, found),
        "under": _under(shown.part, one_day) if there else "",
        "band": _band(sums(days, "day"), one_day),
        "plot": _plot(sums(days, "hour"), one_day),
        **_table(found, shown.part, shown.times),
    }


def _note(desk: Desk, found: Statistics | None) -> str:
    if desk.training:
        return figures.IN_TRAINING
    answer = figures.current(desk)
    if answer is None:
        return WORKING
    if found is None:
        return answer.cause
    if desk.figures.part == "slot":
        return "" if found.slots else NO_SLOTS
    if not found.days:
        return NOTHING
    if desk.figures.part in figures_steps.PARTS:
        return "" if figures_steps.table(found, desk.figures.part)["rows"] else NOTHING_HERE
    return "" if sums(found.days, desk.figures.part) else NOTHING_HERE


def _under(part: Part, one_day: bool) -> str:
    if part in figures_steps.PARTS:
        return figures_steps.UNDER
    return (LEFT_OUT if one_day else OF_MANY_DAYS) if part in COUNTED else ""


def _span_text(since: str, to: str, days: int) -> str:
    """2026年4月6日（月）, or 2026年4月1日（水）〜4月6日（月）　開庁4日."""
    if not since:
        return ""
    first, last = date.fromisoformat(since), date.fromisoformat(to)
    text = _day(first, True)
    if last != first:
        text += f"〜{_day(last, last.year != first.year)}"
        text += f"　開庁{days}日" if days else ""
    return text


def _day(day: date, with_year: bool) -> str:
    year = f"{day.year}年" if with_year else ""
    return f"{year}{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


# --- band and plot -------------------------------------------------------------------------------------------


def _band(whole: Sequence[Sum], one_day: bool) -> list[Map]:
    if not whole:
        return []
    (day,) = whole
    counts = day.counts
    kinds = "中央値" if one_day else "平均"
    wait, p90, handled = day.middle_s("wait", one_day), day.p90_s("wait"), day.middle_s("handling", one_day)
    figures_ = [
        ("発券", f"{counts['issued']:,}", "件"),
        ("完了", f"{counts['completed']:,}", "件"),
        ("不在", f"{counts['no_shows']:,}", "件"),
        ("取消", f"{counts['cancelled']:,}", "件"),
        (f"待ち {kinds}", *_large(wait)),
        ("待ち 9割", *_large(p90)),
        (f"対応 {kinds}", *_large(handled)),
        ("時間から除外", f"{day.left_out:,}", "件"),
    ]
    return [{"name": name, "value": value, "unit": unit} for name, value, unit in figures_]


def _large(seconds: int | None) -> tuple[str, str]:
    return ("—", "") if seconds is None else (str(math.ceil(seconds / 60)), "分")


def _plot(hours: Sequence[Sum], one_day: bool) -> Map:
    """How long people waited who took their ticket in each hour; the sentence says what the bars show."""
    waited = [(hour.name.removesuffix("時台"), hour.middle_s("wait", one_day), hour.p90_s("wait")) for hour in hours]
    known = [(name, middle, p90 if p90 is not None else middle) for name, middle, p90 in waited if middle is not None]
    if not known:
        return {"bars": [], "title": "待ち時間", "note": "", "spoken": "待ち時間の図はありません"}
    most = max(1, *(max(middle, p90) for _, middle, p90 in known))
    worst = max(known, key=lambda one: one[1])
    kinds = "中央値" if one_day else "平均"
    note = f"いちばん待ったのは{worst[0]}時台の{kinds}{math.ceil(worst[1] / 60)}分です。"
    return {
        "title": f"待ち時間　濃い棒：{kinds}　うすい棒：9割の方まで",
        "note": note,
        "spoken": f"時間帯ごとの待ち時間。{note}",
        "bars": [
            {"hour": name, "middle": middle / most, "p90": max(middle, p90) / most, "text": str(math.ceil(middle / 60))}
            for name, middle, p90 in known
        ],
    }


# --- table ---------------------------------------------------------------------------------------------------


def _table(found: Statistics | None, part: Part, times: bool) -> Map:
    if found is None:
        return {"heading": [], "rows": [], "reasons": False}
    if part in figures_steps.PARTS:
        return figures_steps.table(found, part)
    if part == "slot":
        return {"heading": SLOT_HEADING, "rows": [_slot(slot) for slot in found.slots], "reasons": True}
    rows, one_day = sums(found.days, part), len(found.days) == 1
    if times:
        kinds = "中央値" if one_day else "平均"
        heading = [f"{name}\n{what}" for name in MEASURES.values() for what in ("件数", kinds, "9割")]
        cells = [_times(row, one_day) for row in rows]
    else:
        heading, cells = [name for name, _ in COUNTS], [_counts(row) for row in rows]
    heading = [NAMES[part], *heading, "時間から\n除外"]
    return {
        "heading": heading,
        "reasons": False,
        "rows": [
            {
                "name": row.name,
                "cells": [*own, f"{row.left_out:,}"],
                "why": "",
                "spoken": _spoken(row.name, heading, own),
            }
            for row, own in zip(rows, cells, strict=True)
        ],
    }


def _spoken(name: str, heading: Sequence[str], cells: Sequence[str]) -> str:
    pairs = (f"{head}{cell}".replace("\n", "") for head, cell in zip(heading[1:], cells, strict=False))
    return "　".join((name, *pairs))


def _counts(row: Sum) -> list[str]:
    return [f"{row.counts[name]:,}" for _, name in COUNTS]


def _times(row: Sum, one_day: bool) -> list[str]:
    cells = []
    for measure in MEASURES:
        middle, p90 = row.middle_s(measure, one_day), row.p90_s(measure)
        cells += [f"{row.counts[PLURAL[measure]]:,}", clock(middle), clock(p90)]
    return cells


SLOT_HEADING = ["用件", "測定", "中央値", "9割", "おすすめ"]


def _slot(slot: SlotRow) -> Map:
    cells = [f"{slot.samples:,}", clock(slot.median_s), clock(slot.p90_s), f"{slot.minutes}分" if slot.minutes else "—"]
    return {
        "name": slot.name,
        "cells": cells,
        "why": slot.reason,
        "spoken": f"{_spoken(slot.name, SLOT_HEADING, cells)}　{slot.reason}",
    }


def clock(seconds: int | None) -> str:
    """5:10 are five minutes and ten seconds."""
    return "—" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"
