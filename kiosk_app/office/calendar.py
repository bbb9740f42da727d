"""Says for any instant whether a ticket may be taken, and if not, why and when again.

Pure: the instant is an argument, and the answer is in the office's zone. Closed is a value with a reason that a
visitor can read, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

import jpholiday

from kiosk_app.office.catalogue import (
    WEEKDAYS,
    Closure,
    Group,
    Hours,
    Lunch,
    Office,
    Service,
    Text,
    group,
    is_valid,
    text,
    zone,
)
from kiosk_app.office.dates import when

LOOK_AHEAD_DAYS = 40
"""How far the next opening is searched: the longest time that an office may plausibly stay closed."""

Cause = Literal[
    "closure", "yearly", "holiday", "weekend", "group_not_today", "before_opening", "after_closing",
    "lunch", "weekday", "service_hours", "last_ticket", "not_offered",
]  # fmt: skip


@dataclass(frozen=True)
class Open:
    """Tickets are given until that instant."""

    until: datetime


@dataclass(frozen=True)
class Closed:
    """No tickets now. `opens_at` is None when no opening is in sight (LOOK_AHEAD_DAYS)."""

    cause: Cause
    reason: Text
    opens_at: datetime | None


@dataclass(frozen=True)
class BusinessDay:
    """The frame of one day over all groups: first and last ticket, first and last call."""

    date: date
    issue_from: datetime
    issue_until: datetime
    counter_from: datetime
    counter_until: datetime


Target = Service | Group | None
"""What is asked about; None is the office: open while any group is open."""

_Span = tuple[datetime, datetime]
"""From..until in the office's local time without a zone, as the catalogue writes it."""


def opening(office: Office, target: Target, at: datetime) -> Open | Closed:
    """`at` must carry a zone; any zone will do."""
    now = _local(office, at)
    for start, until in _spans(office, target, now.date()):
        if start <= now < until:
            return Open(until.replace(tzinfo=zone(office)))
    cause, reason = _why(office, target, now)
    return Closed(cause, reason, next_opening(office, target, at))


def next_opening(office: Office, target: Target, at: datetime) -> datetime | None:
    """The first start of a span after `at`."""
    now = _local(office, at)
    for days in range(LOOK_AHEAD_DAYS + 1):
        for start, _ in _spans(office, target, now.date() + timedelta(days)):
            if start > now:
                return start.replace(tzinfo=zone(office))
    return None


def last_ticket(office: Office, target: Target, day: date) -> datetime | None:
    """The instant from which no more tickets are given on that day; None on a closed day."""
    spans = _spans(office, target, day)
    return spans[-1][1].replace(tzinfo=zone(office)) if spans else None


def business_day(office: Office, day: date) -> BusinessDay | None:
    """None on a day without any ticket."""
    spans = _spans(office, None, day)
    hours = [h for g in office.groups if (h := _hours(office, g.letter, day)) and _spans(office, g, day)]
    if not spans:
        return None
    return BusinessDay(
        date=day,
        issue_from=spans[0][0].replace(tzinfo=zone(office)),
        issue_until=spans[-1][1].replace(tzinfo=zone(office)),
        counter_from=_at(day, min(h.counter_from for h in hours)).replace(tzinfo=zone(office)),
        counter_until=_at(day, max(h.counter_until for h in hours)).replace(tzinfo=zone(office)),
    )


def counters_until(office: Office, letter: str, day: date) -> datetime | None:
    """When the counters of a group end that day; None on a day off."""
    hours = _hours(office, letter, day)
    return _at(day, hours.counter_until).replace(tzinfo=zone(office)) if hours else None


def counter_spans(office: Office, letter: str, day: date) -> list[tuple[datetime, datetime]]:
    """When the counters of a group serve that day, in local time without a zone: not during a lunch at which all of
    them rest, nor a closure. Empty on a day off."""
    hours = _hours(office, letter, day)
    if hours is None:
        return []
    spans = [(_at(day, hours.counter_from), _at(day, hours.counter_until))]
    for rule in office.calendar.lunch:
        if rule.kind == "closed" and letter in rule.groups:
            spans = _without(spans, (_at(day, rule.start), _at(day, rule.until)))
    for closure in office.calendar.closures:
        if _hits(closure, group(office, letter)):
            spans = _without(spans, (closure.start, closure.until))
    return spans


def next_business_day(office: Office, day: date) -> BusinessDay | None:
    """The first business day after `day`."""
    later = (business_day(office, day + timedelta(days)) for days in range(1, LOOK_AHEAD_DAYS + 1))
    return next((found for found in later if found is not None), None)


def lunch_at(office: Office, letter: str, at: datetime) -> Lunch | None:
    """The lunch rule that holds for a group now; estimates count half the counters for `half`, none for `closed`."""
    return _lunch(office, letter, _local(office, at))


def sentence(office: Office, closed: Closed, at: datetime, language: str) -> str:
    """「本日の受付は終了しました。次は4月7日(火)8:30からです。」"""
    parts = [text(closed.reason, language), reopening(office, closed, at, language)]
    return ("" if language in ("ja", "easy", "zh") else " ").join(part for part in parts if part)


def reopening(office: Office, closed: Closed, at: datetime, language: str) -> str:
    """「13:00から受け付けます。」 or 「次は4月7日(火)8:30からです。」; empty when no opening is in sight."""
    if closed.opens_at is None:
        return ""
    today, reasons = _local(office, at).date(), office.calendar.reasons
    frame = reasons.opens_today if closed.opens_at.date() == today else reasons.opens_later
    return text(frame, language).replace("{when}", when(closed.opens_at, today, language))


# --- spans ---------------------------------------------------------------------------------------------------


def _spans(office: Office, target: Target, day: date) -> list[_Span]:
    if target is None:
        return _merged([span for g in office.groups for span in _spans(office, g, day)])
    letter = target.letter if isinstance(target, Group) else target.group
    hours = _hours(office, letter, day)
    if hours is None:
        return []
    spans = [(_at(day, hours.issue_from), _at(day, hours.issue_until))]
    if isinstance(target, Service):
        spans = _service_spans(target, day, spans)
    for rule in office.calendar.lunch:
        if rule.kind == "closed" and letter in rule.groups:
            spans = _without(spans, (_at(day, rule.start), _at(day, rule.until)))
    for closure in office.calendar.closures:
        if _hits(closure, target):
            spans = _without(spans, (closure.start, closure.until))
    return spans


def _service_spans(service: Service, day: date, spans: list[_Span]) -> list[_Span]:
    if not is_valid(service, day) or (service.weekdays and WEEKDAYS[day.weekday()] not in service.weekdays):
        return []
    if service.hours:
        own = [(_at(day, h.start), _at(day, h.until)) for h in service.hours]
        spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in own if max(a, c) < min(b, d)]
    if service.last_ticket:
        spans = _without(spans, (_at(day, service.last_ticket), datetime.combine(day, time.max)))
    return spans


def _hours(office: Office, letter: str, day: date) -> Hours | None:
    for extra in office.calendar.extra_openings:
        if extra.date == day and letter in extra.groups:
            return extra
    if day_off(office, day):
        return None
    return next((h for h in office.calendar.hours if WEEKDAYS[day.weekday()] in h.days), None)


def day_off(office: Office, day: date) -> tuple[Cause, Text] | None:
    """A yearly closure or a national holiday, with its reason."""
    month_day = f"{day:%m-%d}"
    for yearly in office.calendar.yearly_closures:
        if yearly.start <= yearly.until:
            inside = yearly.start <= month_day <= yearly.until
        else:
            inside = month_day >= yearly.start or month_day <= yearly.until
        if inside:
            return "yearly", yearly.reason
    if office.calendar.national_holidays and _is_holiday(day):
        return "holiday", office.calendar.reasons.holiday
    return None


@lru_cache(maxsize=1024)
def _is_holiday(day: date) -> bool:
    return bool(jpholiday.is_holiday(day))


def _hits(closure: Closure, target: Target) -> bool:
    if not closure.groups and not closure.services:
        return True
    if isinstance(target, Service):
        return target.group in closure.groups or target.id in closure.services
    return target is not None and target.letter in closure.groups


def _without(spans: list[_Span], hole: _Span) -> list[_Span]:
    pieces = [piece for a, b in spans for piece in ((a, min(b, hole[0])), (max(a, hole[1]), b))]
    return [(a, b) for a, b in pieces if a < b]


def _merged(spans: list[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


# --- reasons -------------------------------------------------------------------------------------------------


def _why(office: Office, target: Target, now: datetime) -> tuple[Cause, Text]:
    """Why `now` lies in no span; the widest cause first."""
    day, reasons = now.date(), office.calendar.reasons
    if isinstance(target, Service) and not is_valid(target, day):
        return "not_offered", reasons.not_offered
    for closure in office.calendar.closures:
        if _hits(closure, target) and closure.start <= now < closure.until:
            return "closure", closure.reason
    if target is None:
        return _why_office(office, now)
    letter = target.letter if isinstance(target, Group) else target.group
    hours = _hours(office, letter, day)
    if hours is None:
        return _why_day(office, day)
    if isinstance(target, Service) and target.weekdays and WEEKDAYS[day.weekday()] not in target.weekdays:
        return "weekday", target.why or reasons.not_offered
    if now < _at(day, hours.issue_from):
        return "before_opening", reasons.before_opening
    if now >= _at(day, hours.issue_until):
        return "after_closing", reasons.after_closing
    lunch = _lunch(office, letter, now)
    if lunch is not None and lunch.kind == "closed":
        return "lunch", lunch.reason
    return _why_service(office, target, now)


def _why_service(office: Office, target: Target, now: datetime) -> tuple[Cause, Text]:
    reasons = office.calendar.reasons
    if isinstance(target, Service):
        if target.last_ticket and now >= _at(now.date(), target.last_ticket):
            return "last_ticket", reasons.last_ticket
        return "service_hours", target.why or reasons.not_offered
    raise AssertionError("a group inside its hours is closed only by lunch or by a closure")


def _why_office(office: Office, now: datetime) -> tuple[Cause, Text]:
    """The reason of the group that opens next: it is what a visitor at the door waits for."""
    here = zone(office)
    at = now.replace(tzinfo=here)
    never = datetime.max.replace(tzinfo=here)
    spans = _spans(office, None, now.date())
    if spans and now >= spans[-1][1]:
        return "after_closing", office.calendar.reasons.after_closing
    first = min(office.groups, key=lambda g: next_opening(office, g, at) or never)
    return _why(office, group(office, first.letter), now)


def _why_day(office: Office, day: date) -> tuple[Cause, Text]:
    if any(extra.date == day for extra in office.calendar.extra_openings):
        return "group_not_today", office.calendar.reasons.group_not_today
    return day_off(office, day) or ("weekend", office.calendar.reasons.weekend)


def _lunch(office: Office, letter: str, now: datetime) -> Lunch | None:
    clock = f"{now:%H:%M}"
    return next((r for r in office.calendar.lunch if letter in r.groups and r.start <= clock < r.until), None)


def _local(office: Office, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(zone(office)).replace(tzinfo=None)


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))
