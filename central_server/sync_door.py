"""Where the hubs of the offices come to: one address, one message a request, a token each.

Default deny. Who asks is known before anything else of a request is looked at; rates, sizes and times have limits of
their own here, because a hub brings megabytes where a visitor brings a form.
"""

from __future__ import annotations

import asyncio

import psycopg
import psycopg_pool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server import offices
from central_server.central import Central
from central_server.sync_desk import SyncDesk
from central_server.token_holders import TokenHolders
from kiosk_app import sync_messages as wire
from kiosk_app.allowance import Allowance
from kiosk_app.replication import MESSAGE_BYTES_MAX, MalformedMessage

REQUESTS_PER_S, REQUESTS_AT_ONCE = 100.0, 300.0
"""Of one office: a backlog makes twenty a second."""
RECEIVING_MAX = 16
"""Messages that are being received: each may be some megabytes."""
BODY_S = 20.0


def routes(central: Central) -> list[BaseRoute]:
    return [Route(wire.PATH, _Door(central).answer, methods=["POST"])]


class _Door:
    def __init__(self, central: Central) -> None:
        self._central = central
        self._desk = SyncDesk(central)
        self._receiving = asyncio.Semaphore(RECEIVING_MAX)
        self._offices = TokenHolders(self._whose)
        self._allowances: dict[str, Allowance] = {}

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except TimeoutError:
            return Response(status_code=408)
        except ClientDisconnect:
            return Response(status_code=400)
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests):
            # Away, or too busy, or another answer to the same hub is under way: nothing of it is known to have
            # happened.
            return _busy()

    async def _answer(self, request: Request) -> Response:
        office = await self._offices.of(request)
        if isinstance(office, Response):
            return office
        allowance = self._allowances.setdefault(office, Allowance(REQUESTS_PER_S, REQUESTS_AT_ONCE))
        if not allowance.take(asyncio.get_running_loop().time()):
            return Response(status_code=429, headers={"Retry-After": "1"})
        if self._receiving.locked():
            return _busy()
        async with self._receiving, asyncio.timeout(BODY_S):
            data = await _body(request)
        if data is None:
            return Response(status_code=413)
        try:
            asked = wire.decode_request(await _unpacked(request, data))
        except MalformedMessage:
            return Response(status_code=422)
        return await _packed(wire.encode(await self._desk.answer(office, asked)))

    async def _whose(self, token: str) -> str | None:
        async with self._central.pool.connection() as connection:
            found = await offices.by_token(connection, token, self._central.now())
        return found if found in self._central.offices else None


def _busy() -> Response:
    return Response(status_code=503, headers={"Retry-After": "5"})


async def _body(request: Request) -> bytes | None:
    """None when it is too long."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MESSAGE_BYTES_MAX:
            return None
        parts.append(part)
    return b"".join(parts)


async def _unpacked(request: Request, data: bytes) -> bytes:
    """Raises MalformedMessage."""
    if request.headers.get("content-type") != wire.PACKED:
        return data
    return await asyncio.to_thread(wire.unpacked, data)


async def _packed(data: bytes) -> Response:
    smaller = await asyncio.to_thread(wire.packed, data) if len(data) >= wire.PACK_FROM_BYTES else None
    return Response(smaller or data, media_type=wire.PLAIN if smaller is None else wire.PACKED)
