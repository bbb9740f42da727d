"""What crosses between the core and a leader's console of whom a closure has hit: how each of them can be reached.

Faces import it through kiosk_app/api.py. It is personal: a stream of its own, for leaders alone, as long as the
telephone list is open. Neither the hub nor a console writes any of it to a disk.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.api_base import View


class HitContact(View, frozen=True, kw_only=True):
    """Of one HitRow, by `booking`. `told`: sent (told already, so nothing else stands here), trying (a message is on
    its way), call (a person must ring up), none (no contact is known)."""

    booking: str
    told: Literal["sent", "trying", "call", "none"]
    name: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return f"HitContact({self.booking!r}, {self.told!r})"


class HitContacts(View, frozen=True, kw_only=True):
    """`state`: asking (central has not answered yet), here, away (central cannot be heard; `rows` are those it gave
    before), none (the office has no central), training, full (no room to record who has seen them, so none are shown).

    A row of the list that is not among `rows` is not known at central yet. `heard`: 10:42, of the latest answer.
    `printer`: the ticket machine on which the list would be printed; empty where there is none.
    """

    state: Literal["asking", "here", "away", "none", "training", "full"] = "asking"
    rows: tuple[HitContact, ...] = ()
    heard: str = ""
    printer: str = ""
