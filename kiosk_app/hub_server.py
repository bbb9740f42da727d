"""The hub's one door on the network: paired devices work with the API, ticket machines replicate, new devices pair.

Default deny. Who asks is known before anything else of a request is looked at; which use may which operation stands in
`openapi.OPERATIONS`. Sizes and times are limited here, connections in door_lines.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk_app import api, pairing, replication, server
from kiosk_app.allowance import Allowance
from kiosk_app.answer_headers import DEVICE, with_epoch
from kiosk_app.core import Core
from kiosk_app.door_lines import DoorServer, Line, context_of
from kiosk_app.openapi import OPERATIONS
from kiosk_app.paired_devices import Known

MEDIA = "application/msgpack"
BODY_S = 10.0
"""So long may a message take to arrive."""
ANSWER_S = 60.0
"""So long may an answer take, with its way to whoever reads it; streams have limits of their own."""
AT_ONCE_MAX = 16
"""Messages that are being received: each may be some megabytes."""
PAIRING_AT_ONCE_MAX = 4
REQUESTS_PER_S, REQUESTS_AT_ONCE = 50.0, 100.0
"""Of one device. A console in a rush makes five."""
NOT_PAIRED = "この端末は登録されていません。技術員を呼んでください。"
NOT_ITS_USE = "この端末ではできません。技術員に確かめてください。"
TOO_MANY = "要求が多すぎます。少し待ってから、もう一度お試しください。"


def build(core: Core) -> ASGIApp:
    """`core` must be started, and be a hub."""
    return _Door(core)


def door_server(core: Core, config: uvicorn.Config) -> DoorServer:
    """Raises OSError for certificates that cannot be used."""
    hub = core.settings.hub
    context = context_of(hub.cert_file, hub.key_file) if hub is not None and hub.cert_file else None
    return DoorServer(config, context, core.paired.lines, core.give_up)


class _Door:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._api = server.build(core)
        self._uses = {one.path: one.uses for one in OPERATIONS}
        self._streams = {one.path for one in OPERATIONS if one.stream}
        self._receiving = asyncio.Semaphore(AT_ONCE_MAX)
        self._pairing = asyncio.Semaphore(PAIRING_AT_ONCE_MAX)
        self._allowances: dict[str, Allowance] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        line: Line = scope["state"]["line"]
        line.asked()
        send = with_epoch(send, lambda: self._core.hub_epoch)
        answer = await self._answer(Request(scope, receive), line)
        try:
            async with asyncio.timeout(None if scope["path"] in self._streams else ANSWER_S):
                await answer(scope, receive, send)
        except TimeoutError:
            line.cut()
        finally:
            line.answered()

    async def _answer(self, request: Request, line: Line) -> ASGIApp:
        path = request.scope["path"]
        if path == replication.PATH:
            # Also while another machine is the hub: whoever asks is told of it.
            return await self._guarded(lambda asked: self._replicate(asked, line), request)
        if not self._core.place.is_hub:
            return _failure(421, server.NOT_THE_HUB)
        if path == pairing.PATH:
            return await self._guarded(self._pair, request)
        return self._of_a_device(request, line)

    async def _guarded(self, handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        try:
            return await handle(request)
        except TimeoutError:
            return Response(status_code=408)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:
            self._core.give_up(error)
            return Response(status_code=500)

    # --- consoles and displays -------------------------------------------------------------------------------

    def _of_a_device(self, request: Request, line: Line) -> ASGIApp:
        paired, given = self._core.paired, request.headers.get(DEVICE, "")
        known = paired.of_token(given)
        if known is None or known.revoked:
            if known is not None:
                paired.refused("revoked", known.device, known.name)
            elif given:
                paired.refused("unknown_token")
            # So that a face can tell it from a sign-in that has ended.
            return _failure(401, NOT_PAIRED, {"WWW-Authenticate": DEVICE})
        if not self._may_come(known, line):
            return _failure(429, TOO_MANY)
        uses = self._uses.get(request.scope["path"])
        if uses is None:
            return _failure(404, "Not Found")
        if known.use not in uses:
            return _failure(403, NOT_ITS_USE)
        request.scope["state"] |= {"device": known.device, "zone": known.zone}
        return self._api

    def _may_come(self, known: Known, line: Line) -> bool:
        self._core.paired.hear(known.device)
        allowance = self._allowances.setdefault(known.device, Allowance(REQUESTS_PER_S, REQUESTS_AT_ONCE))
        return line.is_of(known.device) and allowance.take(asyncio.get_running_loop().time())

    # --- ticket machines -------------------------------------------------------------------------------------

    async def _replicate(self, request: Request, line: Line) -> Response:
        door = self._core.place.door
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        known = self._core.paired.machine(token) if scheme.lower() == "bearer" else None
        if door is None or known is None:
            return Response(status_code=401)
        if known.revoked:
            door.revoked(known.name)
            return Response(status_code=401)
        if self._receiving.locked() or not line.is_of(known.device):
            return Response(status_code=503)
        async with self._receiving, asyncio.timeout(BODY_S):
            data = await _body(request, replication.MESSAGE_BYTES_MAX)
        if data is None:
            return Response(status_code=413)
        try:
            asked = replication.decode_request(data)
        except replication.MalformedMessage:
            return Response(status_code=422)
        self._core.paired.hear(known.device)
        return Response(replication.encode(door.handle(known.name, asked)), media_type=MEDIA)

    # --- new devices -----------------------------------------------------------------------------------------

    async def _pair(self, request: Request) -> Response:
        """Anybody may ask; what is said here gives nobody anything before a technician has said yes."""
        if self._pairing.locked():
            return Response(status_code=503)
        async with self._pairing, asyncio.timeout(BODY_S):
            data = await _body(request, pairing.BODY_BYTES_MAX)
        if data is None:
            return Response(status_code=413)
        try:
            asked = pairing.requests.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _failure(422, str(error))
        return Response(msgspec.json.encode(self._core.paired.pair(asked)), media_type="application/json")


def _failure(status: int, error: str, headers: dict[str, str] | None = None) -> Response:
    body = msgspec.json.encode(api.Failure(error=error))
    return Response(body, status_code=status, headers=headers, media_type="application/json")


async def _body(request: Request, bytes_max: int) -> bytes | None:
    """None when it is too long."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > bytes_max:
            return None
        parts.append(part)
    return b"".join(parts)
