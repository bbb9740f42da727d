"""Whose token a request shows, at the doors where machines come: hubs of offices, certificate kiosks.

Default deny. A token that was right is believed for some seconds; who tries others is kept away from the database.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from kiosk_app.allowance import Allowance

STRANGERS_PER_S, STRANGERS_AT_ONCE = 1.0, 10.0
"""Wrong tokens of one address. A token cannot be guessed; this spares the database."""
ADDRESSES_MAX = 10_000
TOKEN_LETTERS_MAX = 200
KNOWN_S = 5.0
"""So long a token that was right is not asked for again: after that a revoked one has ended."""

Holder = TypeVar("Holder")


class TokenHolders(Generic[Holder]):
    """Of one door. `whose` asks the database, and knows nobody of a token that is not for this door."""

    def __init__(self, whose: Callable[[str], Awaitable[Holder | None]]) -> None:
        self._whose = whose
        self._known: dict[str, tuple[Holder, float]] = {}
        self._strangers: OrderedDict[str, Allowance] = OrderedDict()

    async def of(self, request: Request) -> Holder | Response:
        """Who asks, or the answer to nobody. Raises what `whose` raises."""
        now_s = asyncio.get_running_loop().time()
        token = _token(request)
        known = self._known.get(token)
        if known is not None and now_s < known[1]:
            return known[0]
        address = request.client.host if request.client is not None else ""
        stranger = self._strangers.get(address)
        if stranger is not None and not stranger.has(now_s):
            return Response(status_code=429, headers={"Retry-After": "10"})
        holder = await self._found(token, now_s)
        if holder is None:
            self._is_stranger(address, now_s)
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return holder

    async def _found(self, token: str, now_s: float) -> Holder | None:
        self._known.pop(token, None)
        found = await self._whose(token) if token else None
        if found is not None:
            self._known = {one: known for one, known in self._known.items() if known[1] > now_s}
            self._known[token] = found, now_s + KNOWN_S
        return found

    def _is_stranger(self, address: str, now_s: float) -> None:
        known = self._strangers.setdefault(address, Allowance(STRANGERS_PER_S, STRANGERS_AT_ONCE))
        self._strangers.move_to_end(address)
        known.take(now_s)
        if len(self._strangers) > ADDRESSES_MAX:
            self._strangers.popitem(last=False)


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and len(token) <= TOKEN_LETTERS_MAX else ""
