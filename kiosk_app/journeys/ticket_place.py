"""Where on its screens a journey stands."""

from __future__ import annotations

import msgspec

from kiosk_app.api import ScreenName


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in the catalogue the visitor stands; the way back is a tuple of these."""

    screen: ScreenName
    letter: str = ""
    event: str = ""
    question: str = ""
    services: tuple[str, ...] = ()
    """The services offered here, where they are neither a whole group nor an event."""
    service: str = ""
