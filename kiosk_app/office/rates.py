"""How long things take in this office: learnt from what the folds hold, the catalogue's figures until then.

Nothing here is certain of a few measurements: each figure begins as a usual one, which counts as some measurements.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from kiosk_app.office.outages import overlap_ms, running_ms
from kiosk_app.office.state import Day, OfficeState

RECENT = 80
FADING = 0.97
"""Each older measurement counts this much of the next younger."""
DEFAULT_WEIGHT = 3.0
"""The catalogue's figure counts as so many measurements, until there are many."""
UNKNOWN_SERVICE_S = 300
NO_SHOW_WEIGHT = 50.0
"""Before anything is known nobody stays away: so many visitors who came are assumed."""
NO_SHOW_S = 120.0
HANDOVER_S = 120.0
PAPERS_S = 15 * 60.0
PAPERS_MAX_MS = 60 * 60 * 1000
"""Whoever is not called for papers in this time after a reception has them already."""
BREAK_S = 10 * 60.0
BREAK_MAX_S = 30 * 60.0
AWAY_WEIGHT_S = 4 * 3600.0
"""So much work without a break is assumed before any is seen."""
ACTIONS_READ = 2_000
USUAL_WEIGHT = 3.0
PAST_DAYS = 20


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Means, in seconds and as shares of 1."""

    service_s: Mapping[str, float]
    no_show_share: float = 0.0
    """Of the visitors who are called."""
    no_show_s: float = NO_SHOW_S
    """So long a counter waits for one who does not come."""
    papers_s: float = PAPERS_S
    """From the first call until the papers of a visit in two stages are ready."""
    handover_share: Mapping[str, float] = {}
    """By service in two stages: of its receptions, those that lead to a handover. One that is not named: all."""
    handover_s: Mapping[str, float] = {}
    break_s: float = BREAK_S
    away_share: float = 0.0
    """Of the time of an open counter, so much goes to short breaks between two calls."""

    def service_ms(self, service: str) -> int:
        """Of a visitor who has come to the counter."""
        return int(1000 * self.service_s.get(service, UNKNOWN_SERVICE_S))

    def call_ms(self, service: str, *, handover: bool = False) -> int:
        """What a call costs its counter, whether somebody comes or not, and with its share of breaks."""
        if handover:
            call_s = self.handover_s.get(service, HANDOVER_S)
        else:
            call_s = self.service_s.get(service, UNKNOWN_SERVICE_S)
            call_s += self.no_show_share * (self.no_show_s - call_s)
        return int(1000 * call_s / (1 - self.away_share))


def learnt(
    state: OfficeState, now_utc_ms: int, default_service_s: Mapping[str, int], two_stage: Collection[str] = ()
) -> Rates:
    """From today and the days before. `two_stage`: the services that are served in two stages."""
    services = {*default_service_s, *state.day.service_s, *state.past_service_s}
    gone, papers_s, ready, finished = _visits(state.day, two_stage, now_utc_ms - PAPERS_MAX_MS)
    called, missed = _past_calls(state)
    called += state.day.calls
    paused = pauses(state.day)
    return Rates(
        service_s={one: service_time_s(state, one, default_service_s.get(one, UNKNOWN_SERVICE_S)) for one in services},
        handover_s={
            one: _usual_s(state.past_handover_s.get(one, []), state.day.handover_s.get(one, []), HANDOVER_S)
            for one in {*two_stage, *state.day.handover_s, *state.past_handover_s}
        },
        no_show_share=(missed + len(gone)) / (NO_SHOW_WEIGHT + called),
        no_show_s=_mean(gone, NO_SHOW_S),
        papers_s=_mean(papers_s, PAPERS_S),
        handover_share={
            one: _handover_share(one in state.past_handover_s, ready.get(one, 0), finished.get(one, 0))
            for one in two_stage
        },
        break_s=_mean(paused.breaks_s, BREAK_S),
        away_share=_away_share(state.day, paused, now_utc_ms),
    )


def service_time_s(state: OfficeState, service: str, default_s: int) -> float:
    """The usual time of a reception, or of a service in one stage; today's latest measurements count most."""
    return _usual_s(state.past_service_s.get(service, []), state.day.service_s.get(service, []), default_s)


def _usual_s(past: list[int], today: list[int], default_s: float) -> float:
    samples = today[-RECENT:]
    if len(samples) < RECENT:
        samples = [*past, *samples][-RECENT:]
    total, weights, weight = default_s * DEFAULT_WEIGHT, DEFAULT_WEIGHT, 1.0
    for sample in reversed(samples):
        total, weights, weight = total + sample * weight, weights + weight, weight * FADING
    return total / weights


def _handover_share(seen_before: bool, ready: int, finished: int) -> float:
    """An office that has never handed anything over need not do so today."""
    return (USUAL_WEIGHT * seen_before + ready) / (USUAL_WEIGHT + ready + finished)


def _mean(measured_s: list[float], usual_s: float) -> float:
    recent = measured_s[-RECENT:]
    return (usual_s * USUAL_WEIGHT + sum(recent)) / (USUAL_WEIGHT + len(recent))


def _past_calls(state: OfficeState) -> tuple[int, int]:
    """Visitors who came or did not, of the latest days."""
    days = state.days[-PAST_DAYS:]
    missed = sum(day.no_shows for day in days)
    return missed + sum(day.completed for day in days), missed


def _visits(
    day: Day, two_stage: Collection[str], ended_before_utc_ms: int
) -> tuple[list[float], list[float], dict[str, int], dict[str, int]]:
    """Seconds of calls that nobody followed; seconds until papers were ready; receptions that led to a handover and
    those that did not in all that time, by service."""
    gone: list[float] = []
    papers: list[float] = []
    ready: dict[str, int] = {}
    finished: dict[str, int] = {}
    for visit in day.visits.values():
        if visit.status == "no_show":
            gone.append(running_ms(day, visit.called_utc_ms, visit.ended_utc_ms) / 1000)
        elif visit.ready_utc_ms:
            ready[visit.service] = ready.get(visit.service, 0) + 1
            papers.append(running_ms(day, visit.first_called_utc_ms, visit.ready_utc_ms) / 1000)
        elif visit.service in two_stage and visit.done and visit.ended_utc_ms < ended_before_utc_ms:
            finished[visit.service] = finished.get(visit.service, 0) + 1
    return gone, papers, ready, finished


class Pauses(NamedTuple):
    """Of today. A long absence is a lunch and no break."""

    breaks_s: list[float]
    since_utc_ms: dict[int, int]
    """When each counter that is away went."""
    read_from_utc_ms: int


def pauses(day: Day) -> Pauses:
    """Reads the day's latest history."""
    actions = day.actions[-ACTIONS_READ:]
    begun: dict[int, int] = {}
    breaks_s: list[float] = []
    for one in actions:
        if one.kind == "CounterPaused":
            begun[one.counter] = one.at_utc_ms
        elif one.kind in ("CounterOpened", "CounterClosed") and one.counter in begun:
            since = begun.pop(one.counter)
            away_s = (one.at_utc_ms - since - overlap_ms(day, since, one.at_utc_ms)) / 1000
            if one.kind == "CounterOpened" and 0 <= away_s <= BREAK_MAX_S:
                breaks_s.append(away_s)
    return Pauses(breaks_s, begun, actions[0].at_utc_ms if actions else 0)


def _away_share(day: Day, found: Pauses, now_utc_ms: int) -> float:
    served_s = len(day.counters) * running_ms(day, found.read_from_utc_ms, now_utc_ms) / 1000
    return sum(found.breaks_s) / (AWAY_WEIGHT_S + served_s)
