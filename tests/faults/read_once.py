"""What every core reads at its start and no fault changes, the catalogue and the words, is read once by the fork
server: it was three quarters of a start, and a run has a thousand of them.

A file that a test has edited has another text or another place, and is read as ever.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from kiosk_app import settings, words
from kiosk_app.office import calendar, catalogue
from tests.faults.house import ROOT

OFFICE = ROOT / "config" / "offices" / "kokura-kita.toml"
FIRST_DAY, DAYS = date(2026, 3, 1), 120
"""Around the days that the tests play."""


def install() -> None:
    """For all processes that are forked from this one from now on."""
    # Both are pure: the same text, or the same files, is the same office, and nobody changes what comes back.
    catalogue.parse = cache(catalogue.parse)
    words._load = cache(words._load)
    office = settings.load_office(OFFICE)
    words.load(domains=words.KIOSK_DOMAINS)
    for n in range(DAYS):
        calendar.day_off(office, FIRST_DAY + timedelta(days=n))
