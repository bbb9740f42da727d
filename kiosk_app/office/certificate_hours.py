"""Says whether a kind of certificate is sold at a kiosk at an instant, and if not, why and when again. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from kiosk_app.office.calendar import LOOK_AHEAD_DAYS, Cause, Closed, Open, day_off
from kiosk_app.office.catalogue import WEEKDAYS, Office, Text, zone
from kiosk_app.office.catalogue_certificates import CertificateClosure, CertificateHours, OfficeCertificates
from kiosk_app.office.certificates import Kind

_Span = tuple[datetime, datetime]
"""In the office's local time without a zone."""


def opening(office: Office, kind: Kind, site: str, at: datetime) -> Open | Closed:
    """`at` must carry a zone; any zone will do. A kind that the office does not sell is closed for good."""
    now = at.astimezone(zone(office)).replace(tzinfo=None)
    found = office.certificates
    if found is None or kind not in {one.kind for one in found.kinds}:
        return Closed("not_offered", office.calendar.reasons.not_offered, None)
    for start, until in _spans(office, found, kind, site, now.date()):
        if start <= now < until:
            return Open(until.replace(tzinfo=zone(office)))
    cause, reason = _why(office, found, kind, site, now)
    return Closed(cause, reason, _next(office, found, kind, site, now))


def _spans(office: Office, found: OfficeCertificates, kind: Kind, site: str, day: date) -> list[_Span]:
    spans = [(_at(day, hours.start), _at(day, hours.until)) for hours in _of_day(office, found, kind, site, day)]
    for closure in _closures(found, kind):
        spans = [
            piece
            for a, b in spans
            for piece in ((a, min(b, closure.start)), (max(a, closure.until), b))
            if piece[0] < piece[1]
        ]
    return sorted(spans)


def _of_day(office: Office, found: OfficeCertificates, kind: Kind, site: str, day: date) -> list[CertificateHours]:
    off = day_off(office, day)
    if off is not None and off[0] != "holiday":
        return []
    return [
        hours
        for hours in found.hours
        if (not hours.kinds or kind in hours.kinds)
        and (not hours.sites or site in hours.sites)
        and WEEKDAYS[day.weekday()] in hours.weekdays
        and (off is None or hours.holidays)
    ]


def _closures(found: OfficeCertificates, kind: Kind) -> list[CertificateClosure]:
    return [one for one in found.closures if not one.kinds or kind in one.kinds]


def _next(office: Office, found: OfficeCertificates, kind: Kind, site: str, now: datetime) -> datetime | None:
    for days in range(LOOK_AHEAD_DAYS + 1):
        for start, _ in _spans(office, found, kind, site, now.date() + timedelta(days)):
            if start > now:
                return start.replace(tzinfo=zone(office))
    return None


def _why(office: Office, found: OfficeCertificates, kind: Kind, site: str, now: datetime) -> tuple[Cause, Text]:
    """The widest cause first."""
    reasons = office.calendar.reasons
    for closure in _closures(found, kind):
        if closure.start <= now < closure.until:
            return "closure", closure.reason
    today = _of_day(office, found, kind, site, now.date())
    if not today:
        return day_off(office, now.date()) or ("weekend", reasons.weekend)
    if now < min(_at(now.date(), hours.start) for hours in today):
        return "before_opening", reasons.before_opening
    if now >= max(_at(now.date(), hours.until) for hours in today):
        return "after_closing", reasons.after_closing
    return "service_hours", reasons.not_offered


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))
