"""The catalogue and the words are read once a process, however many tests and cores ask for them. To read them is three
quarters of a core's start, and a run has a thousand of those.

A text that a test has edited is another text, and words in another folder are read as ever.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from kiosk_app import words
from kiosk_app.office import calendar, catalogue

OFFICE = Path(__file__).parents[1] / "config" / "offices" / "kokura-kita.toml"
TEXTS_MAX = 8
"""Kept; of those that are made at random none comes again."""
FIRST_DAY, DAYS = date(2026, 3, 1), 120
"""Around the days that the tests play."""


def install() -> None:
    """Both are pure: the same text is the same office, and nobody can change what comes back."""
    catalogue.parse = lru_cache(TEXTS_MAX)(catalogue.parse)
    read, ours = words._load, words.LOCALES_FOLDER
    once = lru_cache(read)
    words._load = lambda folder, domain: (once if folder == ours else read)(folder, domain)


def read_now() -> None:
    """So that processes which are forked from this one have them."""
    office = catalogue.parse(OFFICE.read_text(encoding="utf-8"), OFFICE.name)
    words.load(domains=words.KIOSK_DOMAINS)
    for n in range(DAYS):
        calendar.day_off(office, FIRST_DAY + timedelta(days=n))
