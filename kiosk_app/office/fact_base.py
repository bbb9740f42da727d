"""The base of every fact, and what several are made of: whatever inherits from it is a kind in the log once facts.py
imports it."""

from __future__ import annotations

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all facts; the kind in the log is the class name."""


class Stop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One service of a visit. `group` is the service group whose counters serve it."""

    service: str
    group: str
    service_name: str
    counters: tuple[int, ...]
    two_stage: bool = False
