"""Statistics as an office's tools read them: one form for today, for a day long past, and for who reads the log."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kiosk_app.api_tools import DayStatistics, FiguresRow, FormMade, RowKind, SlotRow, StepRow
from kiosk_app.office.across_days import DayFigures, DayTotals, Figures
from kiosk_app.office.figures import calls_of, figures_of
from kiosk_app.office.slot_length import handling_samples_s, suggested
from kiosk_app.office.state import OfficeState
from kiosk_app.office.statistics import day_totals

_COUNTED = tuple(name for name in Figures.__struct_fields__ if name not in ("key", "name"))


def days_between(state: OfficeState, since: str, to: str) -> tuple[DayStatistics, ...]:
    """Every business day that is known, from..to as ISO dates."""
    found = [day_statistics(totals, True) for totals in state.days if since <= totals.date <= to]
    if state.day.date and since <= state.day.date <= to:
        found.append(day_statistics(day_totals(state.day, over=state.day.closed), state.day.closed))
    return tuple(found)


def day_statistics(totals: DayTotals, over: bool) -> DayStatistics:
    figures = figures_of(totals) or _known(totals)
    return DayStatistics(
        date=totals.date,
        over=over,
        rows=tuple(_rows(figures)),
        steps=tuple(StepRow(**msgspec.structs.asdict(one)) for one in figures.steps),
        forms=tuple(FormMade(form=form, visits=visits) for form, visits in figures.forms),
    )


def _known(totals: DayTotals) -> DayFigures:
    """Of a day that an older program archived: it did not count by hour and counter."""
    services = (
        Figures(
            key=one.service,
            name=one.name,
            issued=one.issued,
            completed=one.completed,
            no_shows=one.no_shows,
            wait_median_s=one.wait_median_s,
            wait_p90_s=one.wait_p90_s,
            handling_median_s=one.service_median_s,
            handling_p90_s=one.service_p90_s,
        )
        for one in totals.services
    )
    whole = Figures(
        key="",
        issued=totals.issued,
        completed=totals.completed,
        no_shows=totals.no_shows,
        cancelled=totals.cancelled,
        wait_median_s=totals.wait_median_s,
        wait_p90_s=totals.wait_p90_s,
    )
    return DayFigures(whole, tuple(services), (), ())


def _rows(figures: DayFigures) -> Iterable[FiguresRow]:
    yield _row("day", figures.whole, "全体")
    for one in figures.by_service:
        yield _row("service", one, one.name)
    for one in figures.by_hour:
        yield _row("hour", one, f"{int(one.key)}時台")
    for one in figures.by_counter:
        yield _row("counter", one, f"{one.key}番窓口")


def _row(kind: RowKind, one: Figures, name: str) -> FiguresRow:
    counted = {field: getattr(one, field) for field in _COUNTED}
    by_machine = max(0, one.issued - one.by_staff - one.reservations - one.pad)
    return FiguresRow(kind=kind, key=one.key, name=name, by_machine=by_machine, **counted)


def slot_rows(state: OfficeState, names: dict[str, str]) -> tuple[SlotRow, ...]:
    """One a service of which anything is measured. `names`: of the services that the office has now."""
    calls = calls_of(state.day)
    rows = []
    for service, name in names.items():
        samples = handling_samples_s(state, service, calls)
        if samples:
            found = suggested(samples)
            rows.append(
                SlotRow(
                    service=service,
                    name=name,
                    samples=found.samples,
                    median_s=found.median_s,
                    p90_s=found.p90_s,
                    minutes=found.minutes,
                    reason=found.reason_ja,
                )
            )
    return tuple(rows)
