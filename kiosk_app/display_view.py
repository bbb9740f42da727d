"""What a call display shows, folded from the office: never a person's name, never a sensitive service's name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kiosk_app import api
from kiosk_app.loads import Load
from kiosk_app.office import catalogue, dates
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import Call, OfficeState, number_of
from kiosk_app.office.times import clock_text

NEWEST_MS = 30_000
RECENT_MAX = 6
MISSED_MAX = 8
STAGES = {"reception": "受付", "handover": "お渡し"}


def display_view(
    state: OfficeState, office: Office, now_utc_ms: int, floor: str, loads: Mapping[str, Load]
) -> api.DisplayView:
    """One floor's display; an empty floor shows the whole office."""
    local = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    numbers = {c.number for c in office.counters if floor in ("", c.floor)}
    seen: list[Call] = []
    for call in reversed(state.day.recent_calls):
        # A recalled number stands once, where it was called last.
        if call.counter in numbers and all(call.ticket != s.ticket for s in seen):
            seen.append(call)
    newest = tuple(c for c in seen[:1] if now_utc_ms - c.called_utc_ms <= NEWEST_MS)
    letters = {letter for c in office.counters if c.number in numbers for letter in c.groups}
    names = {f.id: catalogue.text(f.name, "ja") for f in office.floors}
    return api.DisplayView(
        office=catalogue.text(office.name, "ja"),
        zone=names.get(floor, "・".join(names.values())),
        date=dates.screen_date(local.date(), "ja"),
        time=local.strftime("%-H:%M"),
        newest=tuple(_call(state, c) for c in newest),
        recent=tuple(_call(state, c) for c in seen[len(newest) :][:RECENT_MAX]),
        groups=tuple(_group(office, g, loads[g.letter]) for g in office.groups if g.letter in letters),
        missed=_missed(state, numbers),
        notice=_notice(office, local),
    )


def _call(state: OfficeState, call: Call) -> api.DisplayCall:
    return api.DisplayCall(number=number_of(state.day, call.ticket), counter=call.counter, stage=STAGES[call.stage])


def _group(office: Office, group: catalogue.Group, load: Load) -> api.DisplayGroup:
    return api.DisplayGroup(
        letter=group.letter,
        name=catalogue.text(group.name, "ja"),
        place=_place(office, group.letter),
        waiting=load.waiting,
        estimate=f"{clock_text(load.from_utc_ms)}〜{clock_text(load.to_utc_ms)}",
    )


def _place(office: Office, letter: str) -> str:
    runs = (f"{a}" if a == b else f"{a}〜{b}" for a, b in catalogue.counter_runs(office, letter))
    return "・".join(runs) + "番窓口"


def _missed(state: OfficeState, numbers: set[int]) -> tuple[str, ...]:
    day = state.day
    missed = [
        (visit.ended_utc_ms, number_of(day, ticket))
        for ticket, visit in day.visits.items()
        if visit.status == "no_show" and visit.counter in numbers
    ]
    return tuple(number for _, number in sorted(missed, reverse=True)[:MISSED_MAX])


def _notice(office: Office, local: datetime) -> str:
    for notice in office.notices:
        if catalogue.is_valid(notice, local.date()):
            return catalogue.text(notice.text, "ja")
    return ""
