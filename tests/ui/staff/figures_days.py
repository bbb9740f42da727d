"""Statistics of a synthetic office, as its core would answer."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk_app.api import DayStatistics, FiguresRow, FormMade, SlotRow, Statistics, StepRow
from tests.ui.staff.office_day import SERVICES

HOURS = range(8, 18)
REASON = (
    "直近60件の処理時間は、中央値6分、10件のうち9件が11分以内です。"
    "8分なら、続けて予約が入っても5分より遅れて始まる方は10人に1人までです。"
)


def row(kind: str, key: str, name: str, size: int) -> FiguresRow:
    return FiguresRow(
        kind=kind,  # type: ignore[arg-type]
        key=key,
        name=name,
        issued=3 * size,
        by_machine=2 * size,
        by_staff=size - 2,
        reservations=2,
        calls=3 * size,
        recalls=size // 2,
        completed=3 * size - 2,
        no_shows=1,
        cancelled=1,
        transfers=size // 3,
        forgotten=size % 2,
        unmeasured=int(size % 3 == 0),
        waits=3 * size,
        wait_sum_s=3 * size * 60 * size,
        wait_median_s=60 * size,
        wait_p90_s=150 * size,
        handlings=2 * size,
        handling_sum_s=2 * size * 310,
        handling_median_s=310 + size,
        handling_p90_s=900,
        stays=size,
        stay_sum_s=size * 2_000,
        stay_median_s=2_000,
        stay_p90_s=4_000 if size % 5 else None,
    )


def steps(of: str, language: str, modes: str, *names: str) -> tuple[StepRow, ...]:
    """One fewer at each step; one in two of those who go walks away."""
    return tuple(
        StepRow(
            of=of, language=language, modes=modes, step=name, reached=20 - n, left=n % 2, time=(n + 1) % 2,
            finished=9 if name in ("receive", "done") else 0,
        )
        for n, name in enumerate(names)
    )  # fmt: skip


STEPS = (
    *steps("practice", "vi", "", "start", "card", "choose", "pin", "done"),
    *steps("practice", "ja", "large+slow", "start", "card", "pin"),
    *steps("certificate", "ja", "", "card", "choose", "pin", "pay", "receive"),
    *steps("forms", "easy", "voice", "choose", "people", "ask", "print", "receive"),
)
FORMS = (
    FormMade(form="resident-move", visits=7, name="住民異動届"),
    FormMade(form="child-allowance", visits=4, name="児童手当認定請求書"),
    FormMade(form="their-own", visits=4),
)


def a_day(day: date, over: bool = True) -> DayStatistics:
    rows = [
        row("day", "", "全体", 160),
        *(row("service", s.id, s.name, 4 + n) for n, s in enumerate(SERVICES)),
        *(row("hour", f"{h:02d}", f"{h}時台", 6 + h * 7 % 11) for h in HOURS),
        *(row("counter", f"{n}", f"{n}番窓口", 3 + n) for n in range(1, 13)),
    ]
    return DayStatistics(date=day.isoformat(), over=over, rows=tuple(rows), steps=STEPS, forms=FORMS)


SLOTS = (
    SlotRow(service="a-0", name="住民票の写し", samples=60, median_s=340, p90_s=640, minutes=8, reason=REASON),
    SlotRow(
        service="h-0",
        name="引っ越しの届（転入・転居・転出）",
        samples=7,
        median_s=1_200,
        p90_s=2_400,
        minutes=None,
        reason="測定がまだ7件のため、おすすめできません（10件から）。",
    ),
)


def statistics(since: str, to: str) -> Statistics:
    """A row a working day."""
    first, last = date.fromisoformat(since), date.fromisoformat(to)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = tuple(a_day(day) for day in every if day.weekday() < 5)
    return Statistics(office="小倉北区役所", since=since, to=to, days=days, slots=SLOTS)


def nothing(since: str, to: str) -> Statistics:
    return Statistics(office="小倉北区役所", since=since, to=to, days=(), slots=())
