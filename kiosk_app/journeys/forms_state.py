"""What the journey of forms remembers. It is saved at each step, so nothing of a person is in it: ids and counts."""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.journeys.form_events import FormsFault

Said = Literal["", "locked", "interrupted", "typeset", "paper", "away"]
"""What the screen form_said tells. locked: the PIN for the four attributes. interrupted: the core began anew, and what
was typed is gone."""


class Forms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """First which forms and how many people; then person after person; then questions; then paper."""

    visit: str
    chosen: tuple[str, ...] = ()
    people: int = 1
    person: int = 1
    """Whose card or whose typing comes now."""
    begun: bool = False
    """The core has been told of this visit."""
    by_card: tuple[int, ...] = ()
    """Whose attributes a card gave."""
    lies: bool = False
    """The card that was just read was not taken yet: it is not the next person's."""
    waits: Literal["", "ready", "printed"] = ""
    ready: bool = False
    said: Said = ""
    sheets: int = 0
    printed: int = 0
    cause: str = ""
    """The printer's word for why it stopped."""
    unsure: bool = False
    """The last sheet may be on paper: the visitor says when the rest is printed."""
    after: Literal["", "reset", "visit"] = ""
    """What comes once the card is taken: the start, a ticket to have the PIN reset, or the way that these forms are
    for."""


SAID_OF: dict[FormsFault, Said] = {"typeset": "typeset", "paper": "paper", "away": "away"}
