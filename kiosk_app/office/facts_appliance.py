"""Facts of the machine itself, as a thing that stands in a lobby for years. Import them from facts.py."""

from __future__ import annotations

from kiosk_app.office.fact_base import Fact


class Diagnosed(Fact, frozen=True, kw_only=True):
    """The machine was looked over: by itself in the morning, or by a technician. `grades`: by check (printer, disk),
    good, look (something to see to) or bad. The actor says who asked."""

    machine_code: str
    grades: dict[str, str]
