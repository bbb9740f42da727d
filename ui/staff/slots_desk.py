"""What the page of slots remembers, asks and hears. Values only; `ui.staff.slots` moves them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kiosk_app.api import HitContacts, SlotChange, SlotDays, SlotsClosing, SlotsHit, SlotsPreview, SlotsView


@dataclass(frozen=True)
class WatchSlots:
    """Follow this group's day; without a letter the first group that can be booked, without a date today."""

    letter: str
    date: str


@dataclass(frozen=True)
class LeaveSlots:
    """Nobody looks at the timetable any more."""


@dataclass(frozen=True)
class WatchContacts:
    """Follow how those on the telephone list can be reached. The hub forgets it with the line."""


@dataclass(frozen=True)
class LeaveContacts:
    """The list is not looked at any more."""


@dataclass(frozen=True)
class ContactsArrived:
    view: HitContacts


@dataclass(frozen=True)
class AskPreview:
    """One of the two. Nothing is changed by it."""

    change: SlotChange | None = None
    closing: SlotsClosing | None = None


@dataclass(frozen=True)
class AskDays:
    letter: str


@dataclass(frozen=True)
class AskHit:
    pass


Ask = AskPreview | AskDays | AskHit


@dataclass(frozen=True)
class SlotsArrived:
    """`watched` tells a day that is no longer looked at from the one that is."""

    watched: WatchSlots
    view: SlotsView


@dataclass(frozen=True)
class SlotsTold:
    """Without an answer all are None, and `cause` says why in one sentence."""

    ask: Ask
    preview: SlotsPreview | None = None
    days: SlotDays | None = None
    hit: SlotsHit | None = None
    cause: str = ""


@dataclass(frozen=True)
class Slots:
    """`letter` and `date` are wishes; empty is the first group, and today."""

    letter: str = ""
    date: str = ""
    from_min: int | None = None
    """Of the hours that are shown; None: they follow the clock."""
    lanes_from: int = 0
    """Of the lanes that are shown, the position of the first."""
    chosen: str = ""
    """The slot that the arrow keys have reached, as `timetable.key_of` names it."""
    list: Literal["", "hit"] = ""
    """hit: the telephone list in the place of the timetable."""
    watched: WatchSlots | None = None
    view: SlotsView | None = None
    asked: Ask | None = None
    """On its way: one at a time, the newest wish next."""
    change: SlotChange | None = None
    """What is tried out; the page shows its preview."""
    closing: SlotsClosing | None = None
    preview: SlotsPreview | None = None
    preview_of: tuple[str, int] = ("", 0)
    """The day's version and minute on which it rests."""
    renewed: str = ""
    """What has changed while somebody read the preview, in one sentence."""
    cause: str = ""
    """Why there is no answer to what was asked last."""
    days: SlotDays | None = None
    hit: SlotsHit | None = None
    contacts_watched: bool = False
    contacts: HitContacts | None = None
    """Personal: gone when the list is left."""
    rows_from: int = 0
    """Of the rows of that list."""
    saved: str = ""
