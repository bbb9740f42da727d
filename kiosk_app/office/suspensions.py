"""The office as it is at this moment: its catalogue with what a leader has closed and posted since.

Whoever asks whether a ticket may be taken, why not and until when asks the calendar, and needs to know of one place.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Closure, Notice, Office
from kiosk_app.office.leader_rules import posted_now, suspensions_now
from kiosk_app.office.state import OfficeState


def office_now(office: Office, state: OfficeState, now_utc_ms: int) -> Office:
    """The very same office when nothing was closed or posted. Notices of the leader come before the catalogue's."""
    closed, posted = suspensions_now(state, now_utc_ms), posted_now(state, now_utc_ms)
    if not closed and not posted:
        return office
    zone = catalogue.zone(office)

    def local(utc_ms: int) -> datetime:
        return datetime.fromtimestamp(utc_ms / 1000, zone).replace(tzinfo=None)

    closures = tuple(
        Closure(
            start=local(one.from_utc_ms),
            until=local(one.until_utc_ms),
            groups=one.groups,
            services=one.services,
            reason=one.reason,
            ahead=one.ahead or None,
        )
        for _, one in closed
    )
    today = local(now_utc_ms).date()
    notices = tuple(Notice(text=one.text, valid_from=today, valid_until=today) for _, one in posted)
    calendar = replace(office.calendar, closures=(*closures, *office.calendar.closures))
    return replace(office, calendar=calendar, notices=(*notices, *office.notices))
