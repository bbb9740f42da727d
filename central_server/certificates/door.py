"""Where certificate kiosks come to: an address for each operation, a token for each kiosk.

Default deny. Which kiosk asks is known before anything of the request is looked at; what is no request of the operation
is refused before anything happens.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import psycopg
import psycopg_pool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server.central import Central
from central_server.certificates import kiosks
from central_server.certificates.desk import Desk
from central_server.certificates.kiosks import Kiosk
from kiosk_app import certificate_messages as wire
from kiosk_app.allowance import Allowance
from kiosk_app.replication import MalformedMessage

REQUESTS_PER_S, REQUESTS_AT_ONCE = 20.0, 100.0
"""Of one kiosk, which serves one person at a time."""
STRANGERS_PER_S, STRANGERS_AT_ONCE = 1.0, 10.0
"""Wrong tokens of one address. A token cannot be guessed; this keeps who tries away from the database."""
ADDRESSES_MAX = 10_000
TOKEN_LETTERS_MAX = 200
KNOWN_S = 5.0
"""So long a token that was right is not asked for again: after that a revoked one has ended."""


def routes(central: Central) -> list[BaseRoute]:
    """None where this city gives no certificates at kiosks."""
    if central.certificates is None:
        return []
    door = _Door(central, Desk(central.pool, central.box, central.certificates, central.now))
    return [Route(f"{wire.BASE}{{operation}}", door.answer, methods=["POST"])]


class _Door:
    def __init__(self, central: Central, desk: Desk) -> None:
        self._central, self._desk = central, desk
        self._known: dict[str, tuple[Kiosk, float]] = {}
        self._allowances: dict[Kiosk, Allowance] = {}
        self._strangers: OrderedDict[str, Allowance] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests):
            # Away, or too busy: nothing of it is known to have happened, and every request may be repeated.
            return Response(status_code=503, headers={"Retry-After": "2"})

    async def _answer(self, request: Request) -> Response:
        now_s = asyncio.get_running_loop().time()
        address = request.client.host if request.client is not None else ""
        token = _token(request)
        kiosk, until_s = self._known.get(token, (None, 0.0))
        if kiosk is None or now_s >= until_s:
            stranger = self._strangers.get(address)
            if stranger is not None and not stranger.has(now_s):
                return Response(status_code=429, headers={"Retry-After": "10"})
            kiosk = await self._kiosk(token, now_s)
        here = None if kiosk is None else self._central.offices.get(kiosk.office)
        if kiosk is None or here is None:
            self._is_stranger(address, now_s)
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        allowance = self._allowances.setdefault(kiosk, Allowance(REQUESTS_PER_S, REQUESTS_AT_ONCE))
        if not allowance.take(now_s):
            return Response(status_code=429, headers={"Retry-After": "1"})
        operation = str(request.path_params["operation"])
        if operation not in wire.OPERATIONS:
            return Response(status_code=404)
        try:
            asked = wire.decode_request(operation, await request.body())
        except MalformedMessage:
            return Response(status_code=422)
        return Response(wire.encode(await self._desk.answer(kiosk, here, asked)), media_type=wire.MEDIA)

    async def _kiosk(self, token: str, now_s: float) -> Kiosk | None:
        self._known.pop(token, None)
        if not token:
            return None
        async with self._central.pool.connection() as connection:
            found = await kiosks.by_token(connection, token)
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
