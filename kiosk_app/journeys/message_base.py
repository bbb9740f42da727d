"""The two bases of what goes into a citizen's journey and what comes out."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of everything that can happen to a journey."""


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of everything that a journey asks of the core."""
