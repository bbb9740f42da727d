"""How those whom a closure has hit can be reached, as central tells a hub while a leader looks at the telephone list.

Rows and no facts, because they tell of persons. Of whom a mail or SMS has reached nothing personal is given at all. The
hub keeps them in memory alone (kiosk_app/whom_to_call.py), and no longer than somebody looks.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kiosk_app.office.check_in_rows import NAME_MAX

CONTACTS_MAX = 200
"""In one answer: as many as a telephone list shows."""
PHONE_MAX = 20
Told = Literal["sent", "trying", "call", "none"]
"""sent: a mail, an SMS or somebody has told this visitor. trying: one is on its way. call: a person must ring up.
none: there is no contact, or none any more."""


class ContactRow(msgspec.Struct, frozen=True, kw_only=True):
    """`name` and `phone` as the visitor gave them; empty once told, and where there is none."""

    booking: Annotated[str, Meta(min_length=1, max_length=64)]
    told: Told
    name: Annotated[str, Meta(max_length=NAME_MAX)] = ""
    phone: Annotated[str, Meta(max_length=PHONE_MAX)] = ""

    def __repr__(self) -> str:
        """Nothing personal, wherever a bug may print it."""
        return f"ContactRow({self.booking!r}, {self.told!r})"
