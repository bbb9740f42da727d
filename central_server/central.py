"""What every part of one central server process works with: the database, the keys, the offices, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from central_server.bookings import Bookings
from central_server.certificates.desk import Certificates
from central_server.contacts import Box
from central_server.database import Pool
from central_server.days import Availability
from central_server.limits import DEFAULTS, Limits
from central_server.offices import OfficeHere
from kiosk_app.office.procedures_parts import Procedures
from kiosk_app.words import Words

__all__ = ["Central", "OfficeHere"]


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
    limits: Limits = DEFAULTS
    words: Words | None = None
    """The one catalogue of words; None in trials that say nothing."""
    phone_token: str = field(default="", repr=False)
    """What whoever speaks with callers has to show; empty: no telephone bookings."""
    certificates: Certificates | None = None
    """None: this city gives no certificates at kiosks."""
    procedures: Procedures | None = None
    """None: nobody is asked about life events."""
    tls_cert_file: str = ""
    """Whose end is looked at; empty where a proxy before this server has the certificate."""
