"""The base of every fact: whatever inherits from it is a kind in the log once facts.py imports it."""

from __future__ import annotations

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all facts; the kind in the log is the class name."""
