"""The core's HTTP side: routes, bearer tokens, event streams. It knows no rule of the office.

Default deny: a method is reachable only if it stands in `routes`, and every staff method asks for a token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kiosk_app import api
from kiosk_app.core import Core
from kiosk_app.event_stream import ALIVE, ALIVE_EVERY_S
from kiosk_app.event_stream import encode as encode_event
from kiosk_app.signal import Signal

BODY_LIMIT_BYTES = 16 * 1024
HEARTBEAT_S = 1.0
T = TypeVar("T", bound=msgspec.Struct)


class BadRequest(Exception):
    """The body is not what the API says; the text names the field."""


async def _body(request: Request, kind: type[T]) -> T:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_LIMIT_BYTES:
            raise BadRequest(f"a body has {BODY_LIMIT_BYTES} bytes at most")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise BadRequest(str(error)) from error


def _json(value: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _stream(
    core: Core, changed: Signal, view: Callable[[], bytes | None], stamp: Callable[[], object] | None = None
) -> StreamingResponse:
    """Sends a view when it differs from the one sent before; looks once a second because views show the time.

    `stamp` differs when the view does, where making it only to compare it would cost too much; None ends the stream.
    """

    async def events() -> AsyncIterator[bytes]:
        sent: object = None
        position = 0
        silent_s = 0.0
        while not core.stopping:
            version = changed.version
            current = view() if stamp is None else stamp()
            if current is None:
                return
            if current != sent:
                sent = current
                position += 1
                silent_s = 0.0
                data = view() if stamp is not None else current
                assert isinstance(data, bytes)
                yield encode_event("view", f"{core.epoch}:{position}", data)
            elif silent_s >= ALIVE_EVERY_S:
                silent_s = 0.0
                yield ALIVE
            silent_s += HEARTBEAT_S
            await changed.wait(version, HEARTBEAT_S)

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def build(core: Core) -> Starlette:
    """The application; `core` must be started."""

    def token(request: Request) -> str:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        return value if scheme.lower() == "bearer" else ""

    async def citizen_view(request: Request) -> Response:
        return Response(core.citizen_view(), media_type="application/json")

    async def citizen_events(request: Request) -> Response:
        return _stream(core, core.lobby.changed, core.citizen_view)

    async def citizen_press(request: Request) -> Response:
        press = await _body(request, api.Press)
        return _json(core.press(press))

    async def staff_view(request: Request) -> Response:
        found = core.desk.view(token(request))
        return _sign_in_first() if found is None else Response(found, media_type="application/json")

    async def staff_events(request: Request) -> Response:
        bearer = token(request)
        if core.desk.view(bearer) is None:
            return _sign_in_first()
        return _stream(core, core.changed, lambda: core.desk.view(bearer), lambda: core.desk.stamp(bearer))

    async def sign_in(request: Request) -> Response:
        return _json(await core.desk.sign_in(await _body(request, api.SignIn)))

    async def staff_act(request: Request) -> Response:
        bearer = token(request)
        act = await _body(request, api.StaffAct)
        reply = await core.desk.act(bearer, act)
        return _sign_in_first() if reply is None else _json(reply)

    async def display_view(request: Request) -> Response:
        return Response(core.display_view(request.query_params.get("zone", "")), media_type="application/json")

    async def display_events(request: Request) -> Response:
        zone = request.query_params.get("zone", "")
        return _stream(core, core.changed, lambda: core.display_view(zone))

    async def voice_events(request: Request) -> Response:
        zone = request.query_params.get("zone", "")

        async def events() -> AsyncIterator[bytes]:
            queue = core.announcements.subscribe(zone)
            try:
                # A first line at once tells the voice that it is connected.
                yield ALIVE
                while not core.stopping:
                    try:
                        call = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                    except TimeoutError:
                        yield ALIVE
                        continue
                    yield encode_event("announcement", f"{core.epoch}:{call.call_id}", msgspec.json.encode(call))
            finally:
                core.announcements.unsubscribe(queue)

        return StreamingResponse(events(), media_type="text/event-stream")

    async def health(request: Request) -> Response:
        return _json(core.health())

    async def simulated_clock(request: Request) -> Response:
        if core.driven_clock is None:
            return _json(api.Failure(error="this machine's clock is real"), 404)
        jump = await _body(request, api.ClockJump)
        core.driven_clock.jump_to(jump.utc_ms)
        await core.tick()
        return _json(api.Reply(ok=True))

    def _sign_in_first() -> Response:
        return _json(api.Failure(error="サインインしてください。"), 401)

    async def bad_request(request: Request, error: Exception) -> Response:
        return _json(api.Failure(error=str(error)), 422)

    routes = [
        Route("/v1/citizen/view", citizen_view),
        Route("/v1/citizen/events", citizen_events),
        Route("/v1/citizen/press", citizen_press, methods=["POST"]),
        Route("/v1/staff/view", staff_view),
        Route("/v1/staff/events", staff_events),
        Route("/v1/staff/sign-in", sign_in, methods=["POST"]),
        Route("/v1/staff/act", staff_act, methods=["POST"]),
        Route("/v1/display/view", display_view),
        Route("/v1/display/events", display_events),
        Route("/v1/voice/events", voice_events),
        Route("/v1/health", health),
        Route("/v1/simulation/clock", simulated_clock, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={BadRequest: bad_request})
