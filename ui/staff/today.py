"""The day at a glance: its figures, each service, and who waited at each quarter of an hour. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.staff.first import Map

if TYPE_CHECKING:
    from kiosk_app.api import ServiceTotals, StaffView


def _minutes(value: int | None) -> str:
    return "—" if value is None else f"{value}分"


def totals(totals: ServiceTotals) -> Map:
    return {
        "letter": totals.letter,
        "name": totals.name,
        "cells": [
            str(totals.issued),
            str(totals.completed),
            str(totals.waiting),
            _minutes(totals.wait_median_min),
            _minutes(totals.service_median_min),
            str(totals.no_shows),
        ],
    }


def figures(view: StaffView) -> list[Map]:
    today, outage = view.today, view.outage
    stopped = [{"name": "止まっていた時間", "value": outage.minutes, "unit": "分"}] if outage else []
    return [
        {"name": "発券", "value": sum(t.issued for t in today), "unit": "件"},
        {"name": "完了", "value": sum(t.completed for t in today), "unit": "件"},
        {"name": "お待ち", "value": sum(t.waiting for t in today), "unit": "人"},
        {"name": "不在", "value": sum(t.no_shows for t in today), "unit": "件"},
        *stopped,
    ]


def curve(view: StaffView) -> Map:
    """Bars of equal width; the highest says its number and when, so that the picture is words as well."""
    counts = view.over_day.waiting
    if not counts:
        return {"bars": [], "note": "まだ番号札は出ていません", "spoken": "まだ番号札は出ていません"}
    hour, minute = map(int, view.over_day.start.split(":"))
    clocks = [
        f"{at // 60 % 24}:{at % 60:02d}" for at in range(hour * 60 + minute, hour * 60 + minute + 15 * len(counts), 15)
    ]
    most = max(counts)
    at = clocks[counts.index(most)]
    note = f"いちばん多かったのは{at}の{most}人です。"
    bars = [
        {"share": count / max(most, 1), "count": str(count), "clock": clock if clock.endswith(":00") else ""}
        for count, clock in zip(counts, clocks, strict=True)
    ]
    return {"bars": bars, "most": str(most), "note": note, "spoken": f"お待ちの方の一日の動き。{note}"}
