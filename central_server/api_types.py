"""What crosses between the central server and a city's own app or portal, by its small JSON API.

Days are YYYY-MM-DD and minutes those of the office's local day; moments are UTC milliseconds.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from central_server.booking_rows import Why
from kiosk_app.api_base import Language

Day = Annotated[str, Meta(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}\Z", description="a day such as 2026-04-06")]
Letter = Annotated[str, Meta(pattern=r"^[A-Z]\Z", description="of the service group")]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Key = Annotated[str, Meta(min_length=1, max_length=80)]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what is asked: an unknown field is a misspelt one."""


class SlotsAsked(Asked, frozen=True, kw_only=True):
    """Without days: all that can be booked now."""

    group: Letter
    service: Name
    first: Day | None = None
    last: Day | None = None


class HoldAsked(Asked, frozen=True, kw_only=True):
    """`places`: for so many people one after the other (a family). A long matter takes several slots by itself: see the
    length in the answer."""

    group: Letter
    service: Name
    day: Day
    start_min: Annotated[int, Meta(ge=0, lt=1440)]
    language: Language = "ja"
    places: Annotated[int, Meta(ge=1, le=10)] = 1


class ConfirmAsked(Asked, frozen=True, kw_only=True):
    """At least one of `mail` and `phone`."""

    key: Key
    name: Annotated[str, Meta(max_length=80)] = ""
    mail: Annotated[str, Meta(max_length=254)] = ""
    phone: Annotated[str, Meta(max_length=20)] = ""


class KeyAsked(Asked, frozen=True, kw_only=True):
    key: Key


class ChangeAsked(HoldAsked, frozen=True, kw_only=True):
    key: Key


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """`length_min`: what the visitor is told."""

    start_min: int
    length_min: int


class DaySlots(msgspec.Struct, frozen=True, kw_only=True):
    day: str
    slots: tuple[Slot, ...]


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """Planned days, in order; one on which nothing is free (any more) has no slots."""

    days: tuple[DaySlots, ...]


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="refused"):
    """`near`: other starts of that day that were free a moment ago."""

    why: Why
    near: tuple[Slot, ...] = ()


class HeldReply(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="held"):
    """Until `until_utc_ms` for who has the key; then it is free again, unless it was confirmed."""

    booking: str
    key: str
    start_min: int
    length_min: int
    until_utc_ms: int


class BookedReply(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="booked"):
    """`code`: the reservation code, which the visitor types at the ticket machine. The key stays what it was."""

    booking: str
    day: str
    group: str
    start_min: int
    length_min: int
    service: str
    code: str


class CancelledReply(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="cancelled"):
    booking: str


class ReleasedReply(msgspec.Struct, frozen=True, kw_only=True, tag_field="result", tag="released"):
    booking: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Answered only while the database is there."""

    offices: tuple[str, ...]
