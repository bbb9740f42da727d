"""The table of fees as people who do not program write it: kinds, places, exemptions, and one row for each price.

Shapes only; what is well formed but makes no sense is refused by fees_check.py. Import from fees.py.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.office.catalogue_parts import Id, Part, Text
from kiosk_app.office.certificates import Kind

FEE_MAX_YEN = 100_000
CHECK_WITHIN_MAX_DAYS = 400
"""A year and the weeks that a change at 1 April may come late."""


class FeeKind(Part, frozen=True, kw_only=True):
    """A certificate by its stable id, with its name for screens and receipts."""

    id: Kind
    name: Text


class FeeSite(Part, frozen=True, kw_only=True):
    """A place at which certificates are sold: the kiosk, the counters, a branch."""

    id: Id
    name: Text


class Exemption(Part, frozen=True, kw_only=True):
    """Why somebody pays less or nothing (減免)."""

    id: Id
    name: Text


class Fee(Part, frozen=True, kw_only=True):
    """One price of one copy, from a day on until a row with a later day takes its place. Rows are never changed: a new
    price is a new row, so that what was sold before can be explained."""

    kind: Kind
    yen: Annotated[int, Meta(ge=0, le=FEE_MAX_YEN)]
    valid_from: date
    site: Id | None = None
    """None: wherever no row of its own stands for that place."""
    exemption: Id | None = None
    """None: what everybody pays."""
    source: str
    """The ordinance or page in which it was read."""
    sample: bool = False
    """Not yet checked by the city."""


class FeeTable(Part, frozen=True, kw_only=True):
    """The fees of one city."""

    schema: Literal[1]
    id: Id
    checked: date
    """The day on which somebody last compared it with the ordinance."""
    check_within_days: Annotated[int, Meta(ge=1, le=CHECK_WITHIN_MAX_DAYS)]
    """So long after that it sells; then nothing is sold until somebody has looked again and written a new day."""
    unreviewed_languages: tuple[str, ...] = ()
    kinds: tuple[FeeKind, ...]
    sites: tuple[FeeSite, ...]
    exemptions: tuple[Exemption, ...] = ()
    fees: tuple[Fee, ...]
