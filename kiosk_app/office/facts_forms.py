"""Facts of forms that were written for a visitor: which, on how many sheets, and what became of the paper.

Nothing of what stands on them, and nothing by which two visits could be told to be one person's. Import from facts.py.
"""

from __future__ import annotations

from kiosk_app.office.fact_base import Fact


class FormsStarted(Fact, frozen=True, kw_only=True):
    """Durable before the first byte. `visit` is unguessable and ends with the visit; `forms` are ids and versions,
    resident-move/1. `cards`: people whose attributes a card gave, of `people`."""

    visit: str
    forms: tuple[str, ...]
    sheets: int
    people: int
    cards: int
    language: str = ""


class FormsEnded(Fact, frozen=True, kw_only=True):
    """`printed` sheets of the visit are certainly there. A form counts when it is signed, so nothing follows from
    missing or doubled paper; `cause` is the printer's word for why it stopped."""

    visit: str
    printed: int
    cause: str = ""
