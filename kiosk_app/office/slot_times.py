"""Between the minutes of a local day, in which slots are planned and promised, and UTC milliseconds. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Office
from kiosk_app.office.slots import DAY_MIN

MINUTE_MS = 60_000


def utc_ms_of(office: Office, day: str, minute: int) -> int:
    """`day` as 2026-04-06; a minute of it, DAY_MIN included."""
    midnight = datetime.combine(date.fromisoformat(day), time(), catalogue.zone(office))
    return int((midnight + timedelta(minutes=minute)).timestamp() * 1000)


def minute_of(office: Office, day: str, utc_ms: int, *, up: bool = False) -> int:
    """Of that day: 0 before it begins, DAY_MIN when it is over. `up`: the next whole minute, not the last."""
    passed_ms = utc_ms - utc_ms_of(office, day, 0)
    return max(0, min(DAY_MIN, -(-passed_ms // MINUTE_MS) if up else passed_ms // MINUTE_MS))


def local_day(office: Office, utc_ms: int) -> date:
    return datetime.fromtimestamp(utc_ms / 1000, catalogue.zone(office)).date()


def clock(minute: int) -> str:
    """13:10."""
    return f"{minute // 60}:{minute % 60:02}"
