"""What every request and every answer of the central server has to keep to, whichever part it belongs to.

Sizes, times and rates of requests; headers by which a browser keeps a page to itself; 503 while the database is away.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import psycopg
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central_server.settings import CentralSettings
from kiosk_app.allowance import Allowance

HEAD_BYTES_MAX = 16 * 1024
BODY_BYTES_MAX = 64 * 1024
BODY_S = 15.0
"""So long may a request take to arrive."""
BODY_BYTES_OF: Mapping[str, int] = {"/v1/sync": 16 * 1024 * 1024}
"""By the path's beginning: a hub brings many facts at once."""
ADDRESSES_MAX = 50_000
"""Whose allowance a process remembers."""
BURST = 4
"""So many times a second's allowance may come at once: a page brings its style and pictures."""
AWAY_S = 5
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The visitor's own link must not reach another site.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
"""Where a route has said another value, that one stays."""
HSTS = "max-age=31536000"


def guarded(
    routes: Sequence[BaseRoute],
    found: CentralSettings,
    life: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    return application(
        routes,
        lifespan=life,
        middleware=[Middleware(Guard, found.limits.requests_a_second, found.public_url.startswith("https://"))],
        exception_handlers={psycopg.OperationalError: away},
    )


def application(routes: Sequence[BaseRoute], **more: Any) -> Starlette:
    """Nobody is sent from an address with a slash at its end to one without: that answer would name whatever host was
    asked for, and http behind a proxy that speaks https."""
    made = Starlette(routes=list(routes), **more)
    made.router.redirect_slashes = False
    return made


async def away(_: Request, __: Exception) -> Response:
    """The database does not answer, or not in time: nothing is known to have happened, and asking again is safe."""
    return PlainTextResponse("Please try again in a moment.\n", 503, {"Retry-After": str(AWAY_S)})


class Guard:
    def __init__(self, app: ASGIApp, per_s: int, https: bool) -> None:
        self._app, self._per_s = app, per_s
        headers = {**HEADERS, "Strict-Transport-Security": HSTS} if https else HEADERS
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = self._with_headers(send)
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            # No name and no word of ours has one, and the database takes none.
            await Response(status_code=400)(scope, receive, send)
            return
        if not self._may_come(scope):
            await Response(status_code=429, headers={"Retry-After": "1"})(scope, receive, send)
            return
        most = next((size for path, size in BODY_BYTES_OF.items() if scope["path"].startswith(path)), BODY_BYTES_MAX)
        body = _Body(receive, most)
        if body.is_told_too_long(scope):
            await Response(status_code=413)(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, body, sending)
        except _TooLong:
            if not begun:
                await Response(status_code=413)(scope, receive, send)
        except _TooSlow:
            if not begun:
                await Response(status_code=408)(scope, receive, send)

    def _may_come(self, scope: Scope) -> bool:
        address = (scope.get("client") or ("", 0))[0]
        allowance = self._allowances.get(address)
        if allowance is None:
            allowance = self._allowances[address] = Allowance(self._per_s, self._per_s * BURST)
            if len(self._allowances) > ADDRESSES_MAX:
                self._allowances.popitem(last=False)
        else:
            self._allowances.move_to_end(address)
        return allowance.take(asyncio.get_running_loop().time())

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                names = {name for name, _ in given}
                message["headers"] = [*given, *(one for one in self._headers if one[0] not in names)]
            await send(message)

        return sending


class _TooLong(Exception):
    pass


class _TooSlow(Exception):
    pass


class _Body:
    """What a route reads its request from."""

    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive, self._left, self._whole = receive, bytes_max, False
        self._until = asyncio.get_running_loop().time() + BODY_S

    def is_told_too_long(self, scope: Scope) -> bool:
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        return told.isdigit() and int(told[:12]) > self._left

    async def __call__(self) -> Message:
        if self._whole:
            # Only the end of the line is still to come, and whoever waits for that may wait.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise _TooSlow from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _TooLong
            self._whole = not message.get("more_body", False)
        return message
