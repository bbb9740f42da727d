"""The course of an alert: seen, told, perhaps worse, gone, ended. Pure, so that no flutter of a sensor is told twice.

A trouble is told when it has lasted a while, once; it has ended when it has been gone for a while, and what comes back
before that is the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from central_server.fleet.problems import Judged, Key, Problem, Severity
from central_server.fleet.table import Kind

LASTS: Mapping[Kind, timedelta] = {
    # A hub that has just started has heard of nobody yet.
    "offline": timedelta(minutes=5),
    "certificate_expiry": timedelta(0),
    "paper_near_end": timedelta(minutes=1),
    "paper_out": timedelta(minutes=1),
    "printer": timedelta(minutes=2),
    "check": timedelta(0),
    "backlog": timedelta(minutes=15),
}
GONE = timedelta(minutes=10)
OPEN_MAX = 20_000
"""Of all offices together: one more is not begun."""
Event = Literal["opened", "worse", "ended"]


class Standing(NamedTuple):
    """An alert that has not ended. `opened_at`: None while it has not been told."""

    alert: str
    severity: Severity
    detail: str
    seen_since: datetime
    opened_at: datetime | None = None
    gone_since: datetime | None = None


class Change(NamedTuple):
    """`now`: None where nothing of it is kept, because it was never told. `event`: what is to be told."""

    key: Key
    before: Standing | None
    now: Standing | None
    event: Event | None = None


def changes(standing: Mapping[Key, Standing], judged: Judged, new_id: Mapping[Key, str], now: datetime) -> list[Change]:
    """In the order of the keys. `new_id`: for each problem that has no alert yet; one that has none is not begun."""
    made = []
    for key in sorted({*standing, *judged.found}):
        before, problem = standing.get(key), judged.found.get(key)
        if problem is not None:
            change = _seen(key, before, problem, new_id.get(key, ""), now)
        elif before is not None and judged.can_end(key):
            change = _gone(key, before, now)
        else:
            continue
        if change is not None and change.now != change.before:
            made.append(change)
    return made


def _seen(key: Key, before: Standing | None, problem: Problem, new_id: str, now: datetime) -> Change | None:
    if before is None:
        if not new_id:
            return None
        begun = Standing(new_id, problem.severity, problem.detail, now)
        return _opened(Change(key, None, begun), now)
    after = before._replace(gone_since=None)
    if before.severity == "warning" and problem.severity == "critical":
        after = after._replace(severity="critical", detail=problem.detail)
        if before.opened_at is not None:
            return Change(key, before, after, "worse")
    elif before.severity == problem.severity:
        after = after._replace(detail=problem.detail)
    return _opened(Change(key, before, after), now)


def _opened(change: Change, now: datetime) -> Change:
    found = change.now
    assert found is not None
    if found.opened_at is None and now - found.seen_since >= LASTS[change.key.kind]:
        return change._replace(now=found._replace(opened_at=now), event="opened")
    return change


def _gone(key: Key, before: Standing, now: datetime) -> Change:
    if before.opened_at is None:
        return Change(key, before, None)
    if before.gone_since is None:
        return Change(key, before, before._replace(gone_since=now))
    if now - before.gone_since >= GONE:
        return Change(key, before, None, "ended")
    return Change(key, before, before)
