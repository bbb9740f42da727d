"""How much of a time the office's program did not run: what was measured then would be of the power cut."""

from __future__ import annotations

from kiosk_app.office.state import Day, Visit


def overlap_ms(day: Day, from_utc_ms: int, until_utc_ms: int) -> int:
    """Of that span, so much was an outage of this day."""
    if not day.outages:
        return 0
    spans = ((max(from_utc_ms, o.from_utc_ms), min(until_utc_ms, o.until_utc_ms)) for o in day.outages)
    return sum(max(0, until - begins) for begins, until in spans)


def running_ms(day: Day, from_utc_ms: int, until_utc_ms: int) -> int:
    """That span without the outages in it; 0 where it runs backwards."""
    return max(0, until_utc_ms - from_utc_ms - overlap_ms(day, from_utc_ms, until_utc_ms))


def outage_ms(day: Day) -> int:
    """Of the whole day."""
    return sum(outage.until_utc_ms - outage.from_utc_ms for outage in day.outages)


def is_in_question(day: Day, visit: Visit) -> bool:
    """The call was open over an outage, and nobody has said since whether the visitor is still there."""
    answered = max(visit.announced_utc_ms, visit.continued_utc_ms)
    return visit.status == "called" and any(outage.until_utc_ms > answered for outage in day.outages)
