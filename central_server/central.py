"""What every part of one central server process works with: the database, the keys, the offices, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from central_server.bookings import Bookings
from central_server.contacts import Box
from central_server.database import Pool
from central_server.days import Availability
from kiosk_app.office.catalogue import Office


@dataclass
class OfficeHere:
    """An office that this server takes bookings for. `booking_key`: the secret of its reservation codes."""

    office: Office
    booking_key: bytes = field(repr=False)


@dataclass
class Central:
    """One a process. `offices` by id, in the order in which a visitor chooses among them."""

    pool: Pool
    box: Box
    bookings: Bookings
    availability: Availability
    offices: Mapping[str, OfficeHere]
    public_url: str
    """Without a slash at its end: https://yoyaku.example.lg.jp."""
    now: Callable[[], datetime]
    """With its zone."""
