"""The core's HTTP side: it hands requests to the core and answers with what comes back. It knows no rule of the office.

Default deny: only what stands in `openapi.OPERATIONS` is served, and what asks for a token there is asked for it here
before anything of the request is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiosk_app import api, api_tools, core_diagnosis, money_desk, openapi, screen_pictures
from kiosk_app.answer_headers import with_epoch
from kiosk_app.core import Core
from kiosk_app.event_stream import ALIVE, ALIVE_EVERY_S
from kiosk_app.event_stream import encode as encode_event
from kiosk_app.measured import TooMany
from kiosk_app.office.permissions import ROLE_NAMES
from kiosk_app.openapi import OPERATIONS, Operation
from kiosk_app.sessions import bound
from kiosk_app.signal import Signal
from kiosk_app.streams import Events, Streams, views

NOT_THE_HUB = "この機械は今、ハブではありません。"
BODY_LIMIT_BYTES = 16 * 1024
FOUND_LIMIT_BYTES = 128 * 1024
"""Of a whole diagnosis in words; it comes over this computer's own socket alone."""
PICTURE_LIMIT_BYTES = 2 * api.PICTURE_BYTES_MAX
BODY_TIMEOUT_S = 5.0
T = TypeVar("T", bound=msgspec.Struct)
Handler = Callable[[Request], Awaitable[Response]]


async def _body(request: Request, kind: type[T], limit_bytes: int = BODY_LIMIT_BYTES) -> T:
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            raw = await _raw(request, limit_bytes)
    except TimeoutError:
        raise HTTPException(408, f"the body did not end within {BODY_TIMEOUT_S:.0f} s") from None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HTTPException(422, str(error)) from error


def _query(request: Request, kind: type[T]) -> T:
    given = request.query_params.multi_items()
    if len(given) != len(dict(given)):
        raise HTTPException(422, "each parameter once at most")
    try:
        return msgspec.convert(dict(given), type=kind)
    except msgspec.ValidationError as error:
        raise HTTPException(422, str(error)) from error


async def _raw(request: Request, limit_bytes: int = BODY_LIMIT_BYTES) -> bytes:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limit_bytes:
            raise HTTPException(413, f"a body has {limit_bytes} bytes at most")
    return raw


def _json(value: msgspec.Struct, status: int = 200) -> Response:
    return _encoded(msgspec.json.encode(value), status)


def _encoded(value: bytes, status: int = 200) -> Response:
    return Response(value, status_code=status, media_type="application/json")


def _device(request: Request) -> str:
    """The paired device that asks, as the hub's door has found; empty over this computer's own socket."""
    device: str = request.scope.get("state", {}).get("device", "")
    return device


def _bare_token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value if scheme.lower() == "bearer" else ""


def _token(request: Request) -> str:
    """Good on the device alone where it was given."""
    return bound(_bare_token(request), _device(request))


class _Api:
    """One method an operation, named by its path: `citizen_view` is /v1/citizen/view."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.streams = Streams()

    # --- citizen ---------------------------------------------------------------------------------------------

    async def citizen_view(self, request: Request) -> Response:
        return _encoded(self.core.citizen_view())

    async def citizen_events(self, request: Request) -> Response:
        return self._views(request, self.core.citizen_view, self.core.lobby.changed)

    async def citizen_press(self, request: Request) -> Response:
        return _json(self.core.press(await _body(request, api.Press)))

    async def citizen_picture(self, request: Request) -> Response:
        return _json(self.core.pictures.give(await _body(request, api.PictureSent, PICTURE_LIMIT_BYTES)))

    # --- staff -----------------------------------------------------------------------------------------------

    async def staff_view(self, request: Request) -> Response:
        found = self.core.desk.view(_token(request))
        return _sign_in_first() if found is None else _encoded(found)

    async def staff_events(self, request: Request) -> Response:
        bearer = _token(request)
        desk = self.core.desk
        return self._views(request, lambda: desk.view(bearer), self.core.changed, lambda: desk.stamp(bearer))

    async def staff_sign_in(self, request: Request) -> Response:
        return _json(await self.core.desk.sign_in(await _body(request, api.SignIn), _device(request)))

    async def staff_act(self, request: Request) -> Response:
        act = await _body(request, api.StaffAct)
        self._own(request, act.intent)
        reply = await self.core.desk.act(_token(request), act)
        return _sign_in_first() if reply is None else _json(reply)

    async def staff_settle(self, request: Request) -> Response:
        asked = await _body(request, api.IntentAsked)
        self._own(request, asked.intent)
        found = self.core.desk.settle(_token(request), asked.intent)
        return _sign_in_first() if found is None else _json(found)

    async def staff_actions(self, request: Request) -> Response:
        asked = _query(request, api.ActionsAsked)
        try:
            found = await self.core.desk.actions(_token(request), asked)
        except ValueError as error:
            raise HTTPException(422, f"date: {error}") from error
        return _sign_in_first() if found is None else _json(found)

    async def staff_slots(self, request: Request) -> Response:
        found = self._slots(request, _query(request, api.SlotsAsked))
        return _sign_in_first() if found is None else _encoded(found)

    async def staff_slots_events(self, request: Request) -> Response:
        asked = _query(request, api.SlotsAsked)
        return self._views(request, lambda: self._slots(request, asked), self.core.changed)

    def _slots(self, request: Request, asked: api.SlotsAsked) -> bytes | None:
        found = self.core.desk.at_work(_token(request))
        return None if found is None else self.core.slots.view(found[1], found[0], asked)

    async def staff_slots_days(self, request: Request) -> Response:
        asked = _query(request, api.SlotDaysAsked)
        found = self.core.desk.at_work(_token(request))
        return _sign_in_first() if found is None else _json(self.core.slots.days(found[1], asked))

    async def staff_slots_hit(self, request: Request) -> Response:
        found = self.core.desk.at_work(_token(request))
        return _sign_in_first() if found is None else _json(self.core.slots.hit(found[1]))

    async def staff_slots_contacts_events(self, request: Request) -> Response:
        return self._stream(self._contacts(request))

    async def _contacts(self, request: Request) -> Events:
        desk, whom = self.core.desk, self.core.whom_to_call

        def view() -> bytes | None:
            found = desk.at_work(_token(request))
            return None if found is None else whom.view(found[1], found[0])

        begun = desk.at_work(_token(request))
        with whom.looked_at(begun is not None and begun[1] is self.core.book):
            async for event in views(view, self.core.changed, self.core.epoch, self._ended(request)):
                yield event

    async def staff_slots_preview(self, request: Request) -> Response:
        asked = await _body(request, api.SlotsPreviewAsked)
        found = self.core.desk.at_work(_token(request))
        return _sign_in_first() if found is None else _json(self.core.slots.preview(found[1], asked))

    async def staff_forms_read(self, request: Request) -> Response:
        # cryptography is loaded only where somebody reads a form.
        from kiosk_app import form_reading

        scan = await _body(request, api.FormScan)
        return _json(form_reading.read(self.core.settings.forms, scan.text, self.core.clock.now_utc_ms()))

    async def staff_money(self, request: Request) -> Response:
        found = self._money(request, _query(request, api.MoneyAsked))
        return _sign_in_first() if found is None else _encoded(found)

    async def staff_money_events(self, request: Request) -> Response:
        asked = _query(request, api.MoneyAsked)
        return self._views(request, lambda: self._money(request, asked), self.core.changed)

    def _money(self, request: Request, asked: api.MoneyAsked) -> bytes | None:
        found = self.core.desk.at_work(_token(request))
        return None if found is None else msgspec.json.encode(money_desk.view(self.core, found[1], asked))

    async def staff_money_claims(self, request: Request) -> Response:
        asked = _query(request, api.ClaimsAsked)
        found = self.core.desk.at_work(_token(request))
        return _sign_in_first() if found is None else _json(money_desk.found_claims(self.core, found[1], asked))

    # --- display and voice -----------------------------------------------------------------------------------

    async def display_view(self, request: Request) -> Response:
        return _encoded(self.core.display_view(self._zone(request, self.core.zones)))

    async def display_events(self, request: Request) -> Response:
        zone = self._zone(request, self.core.zones)
        return self._views(request, lambda: self.core.display_view(zone), self.core.changed)

    async def display_picture(self, request: Request) -> Response:
        zone = self._zone(request, self.core.zones)
        is_asked = self.core.pictures.is_asked(screen_pictures.display(zone))
        # Any display of the network can come here: a large body is read only where one is waited for.
        sent = await _body(request, api.PictureSent, PICTURE_LIMIT_BYTES if is_asked else BODY_LIMIT_BYTES)
        return _json(self.core.pictures.give_of_display(zone, sent))

    async def voice_events(self, request: Request) -> Response:
        return self._stream(self._calls(self._zone(request, self.core.floors), self._ended(request)))

    async def _calls(self, zone: str, ended: Callable[[], bool]) -> Events:
        with self.core.announcements.listening(zone) as calls:
            # A first line at once tells the voice that it is connected.
            yield ALIVE
            while not ended():
                try:
                    async with asyncio.timeout(ALIVE_EVERY_S):
                        call = await calls.get()
                except TimeoutError:
                    yield ALIVE
                    continue
                if call is None or ended():
                    return
                yield encode_event("announcement", f"{self.core.epoch}:{call.call_id}", msgspec.json.encode(call))

    # --- an office's tools -----------------------------------------------------------------------------------

    async def congestion(self, request: Request) -> Response:
        return _json(self.core.measured.congestion())

    async def counts(self, request: Request) -> Response:
        return _json(await self.core.measured.counts())

    async def statistics(self, request: Request) -> Response:
        return await self._statistics(request, "text/csv" in request.headers.get("accept", ""))

    async def statistics_csv(self, request: Request) -> Response:
        return await self._statistics(request, True)

    async def _statistics(self, request: Request, as_csv: bool) -> Response:
        try:
            found = await self.core.measured.statistics(_query(request, api_tools.StatisticsAsked), as_csv)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        # So that a browser saves it under a name that a spreadsheet opens.
        named = {"Content-Disposition": 'attachment; filename="statistics.csv"'}
        return Response(found, media_type="text/csv", headers=named) if as_csv else _encoded(found)

    async def queue_next_why(self, request: Request) -> Response:
        found = self.core.desk.why(_token(request), _query(request, api_tools.WhyAsked))
        return _sign_in_first() if found is None else _json(found)

    # --- another hub -----------------------------------------------------------------------------------------

    async def hub_take(self, request: Request) -> Response:
        return _json(await self.core.take_over.take(await _body(request, api.HubTake)))

    # --- the machine -----------------------------------------------------------------------------------------

    async def health(self, request: Request) -> Response:
        return _json(self.core.health())

    async def diagnosis(self, request: Request) -> Response:
        return _json(await core_diagnosis.of(self.core))

    async def diagnosis_keep(self, request: Request) -> Response:
        return _json(core_diagnosis.keep(self.core, await _body(request, api.DiagnosisMade, FOUND_LIMIT_BYTES)))

    async def diagnosis_pictures(self, request: Request) -> Response:
        return _json(await self.core.pictures.take())

    async def simulation_clock(self, request: Request) -> Response:
        if self.core.driven_clock is None:
            raise HTTPException(404, "this machine's clock is real")
        jump = await _body(request, api.ClockJump)
        self.core.driven_clock.jump_to(jump.utc_ms)
        await self.core.tick()
        return _json(api.Reply(ok=True))

    # --- parts -----------------------------------------------------------------------------------------------

    def _own(self, request: Request, intent: str) -> None:
        """A face repeats its own press and asks after it; nobody else has a reason to."""
        if not self.core.paired.owns(intent, _device(request)):
            raise HTTPException(403, "この操作は別の端末のものです。もう一度、画面から操作してください。")

    def _zone(self, request: Request, zones: frozenset[str]) -> str:
        own: str = request.scope.get("state", {}).get("zone", "")
        zone = request.query_params.get("zone", "" if own not in zones else own)
        if zone not in zones:
            known = ", ".join(sorted(zones - {""}))
            raise HTTPException(422, f"zone: expected one of {known} or none, not {zone[:20]!r}")
        return zone

    def _views(
        self,
        request: Request,
        view: Callable[[], bytes | None],
        changed: Signal,
        stamp: Callable[[], object] | None = None,
    ) -> Response:
        return self._stream(views(view, changed, self.core.epoch, self._ended(request), stamp))

    def _ended(self, request: Request) -> Callable[[], bool]:
        """A stream lasts as long as the core runs and its device is trusted."""
        device = _device(request)
        return lambda: self.core.stopping or not self.core.paired.is_active(device)

    def _stream(self, events: Events) -> Response:
        found = self.streams.response(events)
        if found is None:
            raise HTTPException(503, "too many streams are open")
        return found


class _Application(Starlette):
    def __init__(self, core: Core, routes: list[Route], handlers: Mapping[Any, Any]) -> None:
        super().__init__(routes=routes, exception_handlers=handlers)
        self._core = core

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, with_epoch(send, lambda: self._core.hub_epoch))


def _sign_in_first() -> Response:
    return _json(api.Failure(error="サインインしてください。"), 401)


def build(core: Core) -> Starlette:
    """The application; `core` must be started."""
    served = _Api(core)

    def handler_of(one: Operation) -> Handler:
        name = one.path.removeprefix("/v1/").replace("/", "_").replace("-", "_").replace(".", "_")
        handle: Handler = getattr(served, name)

        async def signed_in_only(request: Request) -> Response:
            token = _token(request)
            if one.tool and core.tools.know(token):
                return await handle(request)
            role = core.desk.role(token)
            if role is None:
                core.paired.look_at_token(_device(request), core.desk.device_of(_bare_token(request)))
                return _sign_in_first()
            if one.roles and role not in one.roles:
                return _json(api.Failure(error=f"{ROLE_NAMES[role]}は見られません。リーダーに頼んでください。"), 403)
            return await handle(request)

        served_to = signed_in_only if one.token else handle

        async def at_the_hub(request: Request) -> Response:
            if core.place.role.now == "machine":
                # To its end: who is still sending would take the line for broken, and not look elsewhere.
                with contextlib.suppress(HTTPException, TimeoutError):
                    async with asyncio.timeout(BODY_TIMEOUT_S):
                        await _raw(request)
                return _json(api.Failure(error=NOT_THE_HUB), 421)
            return await served_to(request)

        return at_the_hub if one.path.startswith(openapi.AT_THE_HUB) else served_to

    async def described(request: Request) -> Response:
        return _encoded(openapi.encoded())

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _with_headers(_json(api.Failure(error=error.detail), error.status_code), error)

    async def too_many(request: Request, error: Exception) -> Response:
        return _json(api.Failure(error="too many ask at once; ask again in some seconds"), 503)

    async def left(request: Request, error: Exception) -> Response:
        return Response(status_code=499)

    async def bug(request: Request, error: Exception) -> Response:
        core.give_up(error)
        return _json(api.Failure(error="a bug; the core starts again"), 500)

    routes = [Route(one.path, handler_of(one), methods=[one.method]) for one in OPERATIONS]
    routes.append(Route(openapi.DOCUMENT, described, methods=["GET"]))
    for route in routes:
        # Starlette adds HEAD by itself; a stream answered without a body would never end.
        assert route.methods is not None
        route.methods.discard("HEAD")
    handlers = {HTTPException: refused, TooMany: too_many, ClientDisconnect: left, Exception: bug}
    app = _Application(core, routes, handlers)
    app.router.redirect_slashes = False
    app.state.streams = served.streams
    return app


def _with_headers(response: Response, error: HTTPException) -> Response:
    response.headers.update(error.headers or {})
    return response
