"""Which of an office's own programs may read: each has a token, of which only the SHA-256 is kept here.

A token of 256 random bits needs no slow hash: nobody can guess it, and a look-up must cost nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from kiosk_app.sessions import digest
from kiosk_app.settings import Tool

TOKEN_CHARACTERS_MIN, TOKEN_CHARACTERS_MAX = 32, 200
"""Shorter ones could be guessed from their digest, whatever machine.toml says."""


class Tools:
    """Read only: what they may ask stands in openapi.OPERATIONS."""

    def __init__(self, known: Iterable[Tool]) -> None:
        self._digests = [tool.token_sha256.lower() for tool in known]

    def know(self, token: str) -> bool:
        if not TOKEN_CHARACTERS_MIN <= len(token) <= TOKEN_CHARACTERS_MAX:
            return False
        found = digest(token)
        return any([hmac.compare_digest(found, one) for one in self._digests])
