"""Who is signed in at which counter: kept over a restart of the core, never in the log."""

from __future__ import annotations

import msgspec

from kiosk_app.api import Role


class Session(msgspec.Struct):
    """One signed-in console. The token itself is kept nowhere, only its digest."""

    staff_code: str
    role: Role
    training: bool = False
    counter: int | None = None


class KeptSessions(msgspec.Struct):
    sessions: dict[str, Session]
