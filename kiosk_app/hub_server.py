"""The hub's door on the network: one path, a token first, then a message of bounded size in bounded time."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk_app import replication
from kiosk_app.hub_settings import hash_of_token

MEDIA = "application/msgpack"
BODY_S = 10.0
"""So long may a message take to arrive."""
AT_ONCE_MAX = 16
"""Messages that are being received: each may be some megabytes."""


class Answers(Protocol):
    """The hub's door, or what stands in its place while another machine is the hub."""

    def handle(self, code: str, request: replication.Request) -> replication.Reply: ...


def build(door: Answers, machines: Mapping[str, str], give_up: Callable[[BaseException], None]) -> Starlette:
    """`machines`: the SHA-256 of the token of each code. `give_up` hears of a bug."""
    receiving = asyncio.Semaphore(AT_ONCE_MAX)

    async def replicate(request: Request) -> Response:
        code = _whose(machines, request.headers.get("authorization", ""))
        if code is None:
            return Response(status_code=401)
        if receiving.locked():
            return Response(status_code=503)
        async with receiving:
            try:
                async with asyncio.timeout(BODY_S):
                    data = await _body(request)
            except TimeoutError:
                return Response(status_code=408)
            except ClientDisconnect:
                return Response(status_code=499)
        if data is None:
            return Response(status_code=413)
        try:
            asked = replication.decode_request(data)
        except replication.MalformedMessage:
            return Response(status_code=422)
        try:
            answer = door.handle(code, asked)
        except Exception as error:
            give_up(error)
            return Response(status_code=500)
        return Response(replication.encode(answer), media_type=MEDIA)

    return Starlette(routes=[Route(replication.PATH, replicate, methods=["POST"])])


def _whose(machines: Mapping[str, str], authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    hashed = hash_of_token(token)
    found = [code for code, known in machines.items() if hmac.compare_digest(hashed, known)]
    return found[0] if found else None


async def _body(request: Request) -> bytes | None:
    """None when it is too long."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > replication.MESSAGE_BYTES_MAX:
            return None
        parts.append(part)
    return b"".join(parts)
