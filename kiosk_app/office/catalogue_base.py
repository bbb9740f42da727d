"""The words in which the catalogue's parts are written: texts, clocks, ids. Import them from catalogue_parts.py."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = dict[str, str]
"""One text by language; ja and en are required. `easy` marks its readings: 漢字(かな)."""

LANGUAGES = ("ja", "easy", "en", "zh", "ko", "vi")

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM, for example 08:30")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Letter = Annotated[str, Meta(pattern=r"^[A-Z]$", description="one capital letter A to Z")]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="small letters, digits and hyphens")]
HttpsAddress = Annotated[str, Meta(pattern=r"^https://[^\s/]+(/\S*)?$", description="an https:// address")]
YearlyDay = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", description="MM-DD")]
LocalTime = Annotated[datetime, Meta(tz=False)]
DAYS_AHEAD_MAX = 90
"""As far as a reservation code reaches (booking_code.py)."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything in the file: an unknown key is a misspelt key."""
