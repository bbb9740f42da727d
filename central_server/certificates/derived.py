"""What is derived of central's own key for certificates."""

from __future__ import annotations

from central_server.contacts import Box


def birth_secret(box: Box) -> bytes:
    """For the marks of birth dates in codes: whoever has a code and not the key cannot try dates by himself."""
    return box.try_mark("certificate", "birth")
