"""Where certificate kiosks come to: an address for each operation, a token for each kiosk.

Default deny. Which kiosk asks is known before anything of the request is looked at; what is no request of the operation
is refused before anything happens.
"""

from __future__ import annotations

import asyncio

import psycopg
import psycopg_pool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server.central import Central
from central_server.certificates import kiosks
from central_server.certificates.desk import Desk
from central_server.certificates.kiosks import Kiosk
from central_server.offices import OfficeHere
from central_server.token_holders import TokenHolders
from kiosk_app import certificate_messages as wire
from kiosk_app.allowance import Allowance
from kiosk_app.replication import MalformedMessage

REQUESTS_PER_S, REQUESTS_AT_ONCE = 20.0, 100.0
"""Of one kiosk, which serves one person at a time."""


def routes(central: Central) -> list[BaseRoute]:
    """None where this city gives no certificates at kiosks."""
    if central.certificates is None:
        return []
    door = _Door(central, Desk(central.pool, central.box, central.certificates, central.now))
    return [Route(f"{wire.BASE}{{operation}}", door.answer, methods=["POST"])]


class _Door:
    def __init__(self, central: Central, desk: Desk) -> None:
        self._central, self._desk = central, desk
        self._kiosks = TokenHolders(self._whose)
        self._allowances: dict[Kiosk, Allowance] = {}

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests):
            # Away, or too busy: nothing of it is known to have happened, and every request may be repeated.
            return Response(status_code=503, headers={"Retry-After": "2"})

    async def _answer(self, request: Request) -> Response:
        asking = await self._kiosks.of(request)
        if isinstance(asking, Response):
            return asking
        kiosk, here = asking
        allowance = self._allowances.setdefault(kiosk, Allowance(REQUESTS_PER_S, REQUESTS_AT_ONCE))
        if not allowance.take(asyncio.get_running_loop().time()):
            return Response(status_code=429, headers={"Retry-After": "1"})
        operation = str(request.path_params["operation"])
        if operation not in wire.OPERATIONS:
            return Response(status_code=404)
        try:
            asked = wire.decode_request(operation, await request.body())
        except MalformedMessage:
            return Response(status_code=422)
        return Response(wire.encode(await self._desk.answer(kiosk, here, asked)), media_type=wire.MEDIA)

    async def _whose(self, token: str) -> tuple[Kiosk, OfficeHere] | None:
        async with self._central.pool.connection() as connection:
            kiosk = await kiosks.by_token(connection, token)
        here = None if kiosk is None else self._central.offices.get(kiosk.office)
        return None if kiosk is None or here is None else (kiosk, here)
