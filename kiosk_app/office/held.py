"""Who was put aside comes back by itself, so that nobody is forgotten because a clerk forgot.

A ticket that comes back stands where it would have stood all the time: its promise and its place of arrival stay.
"""

from __future__ import annotations

from kiosk_app.office import facts as f
from kiosk_app.office.state import FRESH, Day, OfficeState


def held(day: Day) -> list[str]:
    """The tickets that are put aside, in the order of their issue."""
    found = [key for key in day.live if day.visits.get(key, FRESH).status == "held"]
    return sorted(found, key=lambda key: (day.tickets[key].arrival_utc_ms, key))


def back_in_line(state: OfficeState, now_utc_ms: int) -> tuple[f.Fact, ...]:
    """Of everybody whose time has come. Each is back after it, so asking again gives nothing."""
    day = state.day
    if day.closed:
        return ()
    return tuple(f.Resumed(ticket=key) for key in held(day) if 0 < day.visits[key].held_until_utc_ms <= now_utc_ms)
