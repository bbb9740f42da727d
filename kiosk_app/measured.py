"""Answers what an office's tools ask: congestion, counts and statistics, none of which may hold up a touch.

Statistics are made in a thread of their own, from what the loop copied for it: facts go on being folded meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from kiosk_app.api_tools import Congestion, Counts, DayStatistics, GroupLoad, ServiceCounts, Statistics, StatisticsAsked
from kiosk_app.book import Book
from kiosk_app.form_settings import FOLDER
from kiosk_app.loads import Loads
from kiosk_app.office import calendar, catalogue, report, statistics_csv
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import DayTotals, OfficeState
from kiosk_app.office.statistics import day_totals

RANGE_DAYS_MAX = 92
"""A quarter. A year is four requests."""
ASKING_MAX = 8
MINUTE_MS = 60_000
T = TypeVar("T")


class TooMany(Exception):
    """So many ask at once that another would only wait."""


class Measured:
    """Of one core and its office."""

    def __init__(self, book: Book, office: Office, loads: Loads, forms: Path = FOLDER) -> None:
        """`forms`: the folder where the names of forms stand."""
        self._book = book
        self._office = office
        self._loads = loads
        self._forms = forms
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="statistics")
        self._asking = 0
        self.office_name = catalogue.text(office.name, "ja")
        self.zone = catalogue.zone(office)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    # --- now -------------------------------------------------------------------------------------------------

    def congestion(self) -> Congestion:
        state, local = self._book.state, self._local()
        loads = self._loads.all()
        groups = tuple(self._group(group, state, local) for group in self._office.groups)
        return Congestion(
            office=self.office_name,
            date=state.day.date,
            at=iso_minute(local),
            waiting=sum(load.waiting for load in loads.values()),
            groups=groups,
        )

    def _group(self, group: catalogue.Group, state: OfficeState, local: datetime) -> GroupLoad:
        load = self._loads.all()[group.letter]
        opened = isinstance(calendar.opening(self._office, group, local), calendar.Open) and not state.day.closed
        counters = state.day.counters.values()
        told = GroupLoad(
            letter=group.letter,
            name=catalogue.text(group.name, "ja"),
            waiting=load.waiting,
            open=opened,
            counters_open=sum(1 for c in counters if c.state == "open" and group.letter in c.groups),
        )
        if not opened or not load.is_told:
            return told
        now_utc_ms = local.timestamp() * 1000
        ends = [max(0, round((at - now_utc_ms) / MINUTE_MS)) for at in (load.from_utc_ms, load.to_utc_ms)]
        return replace(
            told,
            estimate_from=iso_minute(self._at(load.from_utc_ms)),
            estimate_to=iso_minute(self._at(load.to_utc_ms)),
            estimate_from_min=ends[0],
            estimate_to_min=ends[1],
        )

    async def counts(self) -> Counts:
        """Raises TooMany."""
        return await self._in_thread(counts_of, self._copied(), self.office_name, iso_minute(self._local()))

    # --- days ------------------------------------------------------------------------------------------------

    async def statistics(self, asked: StatisticsAsked, as_csv: bool) -> bytes:
        """JSON of `Statistics`, or the table. Raises ValueError with one sentence, and TooMany."""
        since, to = self._range(asked)
        names = {s.id: catalogue.text(catalogue.public_name(s), "ja") for s in self._office.services}
        encoded = partial(_encoded, self._copied(), self.office_name, since, to, names, self._forms, as_csv)
        return await self._in_thread(encoded)

    def _range(self, asked: StatisticsAsked) -> tuple[str, str]:
        # What only `to` names is one day as well.
        since = asked.since or asked.to or self._local().date().isoformat()
        to = asked.to or since
        days = date.fromisoformat(to) - date.fromisoformat(since)
        if not timedelta() <= days < timedelta(days=RANGE_DAYS_MAX):
            raise ValueError(f"to: expected a day from {since} on and {RANGE_DAYS_MAX} days in all at most, not {to}")
        return since, to

    def _copied(self) -> OfficeState:
        """As it is now; what is in it never changes, only the collections do."""
        state, day = self._book.state, self._book.state.day
        kept = replace(
            day,
            tickets=dict(day.tickets),
            visits=dict(day.visits),
            added=dict(day.added),
            live=set(day.live),
            steps=dict(day.steps),
            forms=dict(day.forms),
            actions=list(day.actions),
            service_s={service: list(samples) for service, samples in day.service_s.items()},
        )
        return replace(state, day=kept, days=list(state.days), past_service_s=dict(state.past_service_s))

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        if self._asking >= ASKING_MAX:
            raise TooMany
        self._asking += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        finally:
            self._asking -= 1

    def _local(self) -> datetime:
        return self._at(self._book.clock.now_utc_ms())

    def _at(self, utc_ms: int) -> datetime:
        return datetime.fromtimestamp(utc_ms / 1000, self.zone)


def iso_minute(local: datetime) -> str:
    """2026-04-06T10:05+09:00."""
    return local.isoformat(timespec="minutes")


def counts_of(state: OfficeState, office: str, at: str) -> Counts:
    """Of the business day as far as it has come."""
    return counts_of_totals(day_totals(state.day, over=state.day.closed), office, at, state.day.closed)


def counts_of_totals(totals: DayTotals, office: str, at: str, over: bool) -> Counts:
    return Counts(
        office=office,
        date=totals.date,
        at=at,
        over=over,
        issued=totals.issued,
        waiting=totals.waiting,
        completed=totals.completed,
        no_shows=totals.no_shows,
        cancelled=totals.cancelled,
        services=tuple(
            ServiceCounts(
                service=one.service,
                name=one.name,
                letter=one.letter,
                issued=one.issued,
                waiting=one.waiting,
                completed=one.completed,
                no_shows=one.no_shows,
            )
            for one in totals.services
        ),
    )


def _encoded(
    state: OfficeState, office: str, since: str, to: str, names: dict[str, str], forms: Path, as_csv: bool
) -> bytes:
    days = _named(report.days_between(state, since, to), forms)
    if as_csv:
        return statistics_csv.encoded(days)
    found = Statistics(office=office, since=since, to=to, days=days, slots=report.slot_rows(state, names))
    return msgspec.json.encode(found)


def _named(days: tuple[DayStatistics, ...], folder: Path) -> tuple[DayStatistics, ...]:
    """With the forms' names, where this computer knows them. Read only where forms were made."""
    if not any(day.forms for day in days):
        return days
    from kiosk_app import form_file
    from kiosk_app.office.forms import FormsError

    try:
        names = {form.id: form.title["ja"] for form in form_file.load(folder).forms}
    except FormsError:
        # Of other machines: what was counted is told all the same.
        names = {}
    return tuple(
        replace(day, forms=tuple(replace(one, name=names.get(one.form, "")) for one in day.forms)) for day in days
    )
