"""Who is signed in at which counter: kept over a restart of the core, never in the log."""

from __future__ import annotations

import hashlib

import msgspec

from kiosk_app.api import Role

SESSION_MS = 14 * 60 * 60 * 1000
"""Longer than the longest day of work; a console left on over night asks again."""


class Session(msgspec.Struct):
    """One signed-in console. The token itself is kept nowhere, only its digest."""

    staff_code: str
    role: Role
    training: bool = False
    counter: int | None = None
    since_utc_ms: int = 0
    device: str = ""
    """The paired device on which it was signed in; empty: over this computer's own socket."""

    def is_over(self, now_utc_ms: int) -> bool:
        return now_utc_ms - self.since_utc_ms >= SESSION_MS


class KeptSessions(msgspec.Struct):
    sessions: dict[str, Session]


def bound(token: str, device: str) -> str:
    """What a session is known by: a token taken from one device opens nothing on another."""
    return f"{device} {token}" if device else token


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
