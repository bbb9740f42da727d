"""Which version of the program this is, as it was installed; looked up once, because that reads a folder."""

from __future__ import annotations

import functools


@functools.cache
def program_version() -> str:
    # Only here: most starts of a face or a core never ask.
    from importlib.metadata import version

    return version("hitofuda")
