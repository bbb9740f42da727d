"""A small real core for the faces' tests: starlette and uvicorn in a thread, on a unix socket or as a hub over TLS."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiosk_app.api import (
    ActionsAsked,
    ActionsPage,
    CitizenView,
    ClaimsAsked,
    ClaimsFound,
    DayTakings,
    DisplayView,
    HitContacts,
    IntentAsked,
    IntentSettled,
    MoneyAsked,
    MoneyView,
    PictureSent,
    Press,
    Reply,
    SignedInReply,
    SignIn,
    SlotDays,
    SlotDaysAsked,
    SlotsAsked,
    SlotsHit,
    SlotsPreview,
    SlotsPreviewAsked,
    SlotsView,
    StaffAct,
    StaffView,
    Statistics,
    TakingsRow,
)
from tests.tls_hub import Door
from tests.tls_hub import serve as serve_to_the_end

AnyView = CitizenView | StaffView | DisplayView
TOKEN = "t" * 43
PIN = "246810"


class SmallCore:
    """Answers as `reply` says; keeps every request. `publish` sends a view to all streams. `door`: in the place of the
    socket, where faces of other computers come in."""

    def __init__(self, socket: Path, door: Door | None = None) -> None:
        self.socket, self.door = socket, door
        self.acts: list[StaffAct] = []
        self.presses: list[Press] = []
        self.pictures: list[PictureSent] = []
        self.sign_ins: list[SignIn] = []
        self.zones: list[str] = []
        self.looks: list[ActionsAsked] = []
        self.pages: Callable[[ActionsAsked], ActionsPage] = self._page_of_the_view
        self.spans: list[tuple[str, str]] = []
        self.statistics: Callable[[str, str], Statistics | None] = lambda since, to: None
        self.table = b"table"
        self.slots: Callable[[SlotsAsked], SlotsView] = lambda asked: SlotsView(
            ok=False, message="予約枠はありません。"
        )
        self.slot_previews: Callable[[SlotsPreviewAsked], SlotsPreview | None] = lambda asked: None
        self.slot_days = SlotDays(letter="A")
        self.slot_hit = SlotsHit()
        self.slot_contacts = HitContacts()
        self.contact_streams: set[asyncio.Queue[bytes]] = set()
        self.money: Callable[[MoneyAsked], MoneyView] = lambda asked: MoneyView(
            note="ありません。", takings=DayTakings(date="", date_text="", is_today=True, whole=TakingsRow(name=""))
        )
        self.money_streams: dict[asyncio.Queue[bytes], MoneyAsked] = {}
        self.money_watched: list[MoneyAsked] = []
        self.claims: Callable[[str], ClaimsFound] = lambda typed: ClaimsFound()
        self.claims_asked: list[str] = []
        self.slots_watched: list[SlotsAsked] = []
        self.previews_asked: list[SlotsPreviewAsked] = []
        self.slot_streams: dict[asyncio.Queue[bytes], SlotsAsked] = {}
        self.reply = Reply(ok=True)
        self.signed_in = SignedInReply(ok=True, token=TOKEN, staff_code="2041", role="clerk")
        self.answers_to_lose = 0
        self.acts_to_miss = 0
        """So many are cut off before they are carried out."""
        self.settles: list[str] = []
        self.hold_answers = threading.Event()
        self.hold_answers.set()
        self.keep_alive = False
        self.view: AnyView | None = None
        self._thawed = threading.Event()
        self._stopping = False
        self._streams: set[asyncio.Queue[bytes]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        self._stopping = False
        routes = [
            Route("/v1/staff/sign-in", self._sign_in, methods=["POST"]),
            Route("/v1/staff/act", self._act, methods=["POST"]),
            Route("/v1/staff/settle", self._settle, methods=["POST"]),
            Route("/v1/staff/events", self._staff_events),
            Route("/v1/staff/actions", self._actions),
            Route("/v1/staff/slots/events", self._slots_events),
            Route("/v1/staff/slots/days", self._slot_days),
            Route("/v1/staff/slots/hit", self._slot_hit),
            Route("/v1/staff/slots/contacts/events", self._contacts_events),
            Route("/v1/staff/slots/preview", self._slot_preview, methods=["POST"]),
            Route("/v1/staff/money/events", self._money_events),
            Route("/v1/staff/money/claims", self._claims),
            Route("/v1/statistics", self._statistics),
            Route("/v1/statistics.csv", self._table),
            Route("/v1/display/events", self._display_events),
            Route("/v1/citizen/press", self._press, methods=["POST"]),
            Route("/v1/citizen/picture", self._picture, methods=["POST"]),
            Route("/v1/display/picture", self._picture, methods=["POST"]),
            Route("/v1/citizen/events", self._citizen_events),
        ]
        app = Starlette(routes=routes)
        config = uvicorn.Config(app, uds=str(self.socket), log_level="critical", lifespan="off")
        if self.door is not None:
            config = self.door.configuration(app)
        self._server = uvicorn.Server(config)
        started = threading.Event()

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            assert self._server is not None
            task = asyncio.create_task(serve_to_the_end(self._server))
            while not self._server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
                await asyncio.sleep(0.005)
            started.set()
            await task

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        self._thread.start()
        assert started.wait(10)

    def stop(self) -> None:
        assert self._server and self._thread
        if self._stopping:
            return
        self._stopping = True
        self._thawed.set()
        self._server.force_exit = True
        self._server.should_exit = True
        self._to_streams(b"")
        self._thread.join(10)
        self.socket.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Stops the whole core without closing anything, as a stopped process would."""
        assert self._loop is not None
        self._thawed.clear()
        self._loop.call_soon_threadsafe(self._thawed.wait)

    def thaw(self) -> None:
        self._thawed.set()

    def publish(self, view: AnyView) -> None:
        self.view = view
        self._to_streams(_event(view))

    def _to_streams(self, data: bytes) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(lambda: [q.put_nowait(data) for q in self._streams])

    async def _sign_in(self, request: Request) -> Response:
        self.sign_ins.append(msgspec.json.decode(await request.body(), type=SignIn))
        return Response(msgspec.json.encode(self.signed_in), media_type="application/json")

    async def _act(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        act = msgspec.json.decode(await request.body(), type=StaffAct)
        if self.acts_to_miss:
            self.acts_to_miss -= 1
            return _Cut()
        self.acts.append(act)
        return await self._answer()

    async def _settle(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        asked = msgspec.json.decode(await request.body(), type=IntentAsked)
        self.settles.append(asked.intent)
        done = any(act.intent == asked.intent for act in self.acts)
        settled = IntentSettled(state="given_up")
        if done:
            settled = IntentSettled(state="answered", ok=self.reply.ok, message=self.reply.message)
        return Response(msgspec.json.encode(settled), media_type="application/json")

    async def _actions(self, request: Request) -> Response:
        self.looks.append(msgspec.convert(dict(request.query_params), ActionsAsked))
        return Response(msgspec.json.encode(self.pages(self.looks[-1])), media_type="application/json")

    async def _statistics(self, request: Request) -> Response:
        """Too many ask where there is none."""
        self.spans.append((request.query_params["from"], request.query_params["to"]))
        found = self.statistics(*self.spans[-1])
        return Response(msgspec.json.encode(found), status_code=503 if found is None else 200)

    async def _table(self, request: Request) -> Response:
        self.spans.append((request.query_params["from"], request.query_params["to"]))
        return Response(self.table, media_type="text/csv")

    async def _slots_events(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        asked = msgspec.convert(dict(request.query_params), SlotsAsked)
        self.slots_watched.append(asked)
        return StreamingResponse(self._slots_stream(asked), media_type="text/event-stream")

    async def _slots_stream(self, asked: SlotsAsked) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.slot_streams[queue] = asked
        queue.put_nowait(_event(self.slots(asked)))
        try:
            while not self._stopping:
                try:
                    yield await asyncio.wait_for(queue.get(), 0.2)
                except TimeoutError:
                    continue
        finally:
            del self.slot_streams[queue]

    async def _money_events(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        asked = msgspec.convert(dict(request.query_params), MoneyAsked)
        self.money_watched.append(asked)
        return StreamingResponse(self._money_stream(asked), media_type="text/event-stream")

    async def _money_stream(self, asked: MoneyAsked) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.money_streams[queue] = asked
        queue.put_nowait(_event(self.money(asked)))
        try:
            while not self._stopping:
                try:
                    yield await asyncio.wait_for(queue.get(), 0.2)
                except TimeoutError:
                    continue
        finally:
            del self.money_streams[queue]

    def publish_money(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(
            lambda: [queue.put_nowait(_event(self.money(asked))) for queue, asked in self.money_streams.items()]
        )

    async def _claims(self, request: Request) -> Response:
        self.claims_asked.append(msgspec.convert(dict(request.query_params), ClaimsAsked).typed)
        return Response(msgspec.json.encode(self.claims(self.claims_asked[-1])), media_type="application/json")

    async def _contacts_events(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        return StreamingResponse(self._contacts_stream(), media_type="text/event-stream")

    async def _contacts_stream(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.contact_streams.add(queue)
        queue.put_nowait(_event(self.slot_contacts))
        try:
            while not self._stopping:
                try:
                    yield await asyncio.wait_for(queue.get(), 0.2)
                except TimeoutError:
                    continue
        finally:
            self.contact_streams.discard(queue)

    def publish_contacts(self, view: HitContacts) -> None:
        assert self._loop is not None
        self.slot_contacts = view
        self._loop.call_soon_threadsafe(lambda: [queue.put_nowait(_event(view)) for queue in self.contact_streams])

    def publish_slots(self) -> None:
        """The day has changed: each console that looks at it is sent it as it is now."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(
            lambda: [queue.put_nowait(_event(self.slots(asked))) for queue, asked in self.slot_streams.items()]
        )

    async def _slot_days(self, request: Request) -> Response:
        msgspec.convert(dict(request.query_params), SlotDaysAsked)
        return Response(msgspec.json.encode(self.slot_days), media_type="application/json")

    async def _slot_hit(self, request: Request) -> Response:
        return Response(msgspec.json.encode(self.slot_hit), media_type="application/json")

    async def _slot_preview(self, request: Request) -> Response:
        self.previews_asked.append(msgspec.json.decode(await request.body(), type=SlotsPreviewAsked))
        found = self.slot_previews(self.previews_asked[-1])
        return Response(msgspec.json.encode(found), status_code=503 if found is None else 200)

    def _page_of_the_view(self, asked: ActionsAsked) -> ActionsPage:
        """The day that is on the screen, and nothing of any other."""
        assert isinstance(self.view, StaffView)
        wanted = asked.number.upper()
        rows = tuple(row for row in self.view.actions if asked.date == self.view.iso_date and wanted in row.number)
        return ActionsPage(number=asked.number, rows=rows, total=len(rows))

    async def _picture(self, request: Request) -> Response:
        self.pictures.append(msgspec.json.decode(await request.body(), type=PictureSent))
        return Response(msgspec.json.encode(Reply(ok=True)))

    async def _press(self, request: Request) -> Response:
        self.presses.append(msgspec.json.decode(await request.body(), type=Press))
        return await self._answer()

    async def _answer(self) -> Response:
        while not self.hold_answers.is_set():  # noqa: ASYNC110 (set by another thread)
            await asyncio.sleep(0.01)
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            return _Cut()
        return Response(msgspec.json.encode(self.reply), media_type="application/json")

    async def _staff_events(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _display_events(self, request: Request) -> Response:
        self.zones.append(request.query_params.get("zone", ""))
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _citizen_events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._streams.add(queue)
        try:
            if self.view is not None:
                yield _event(self.view)
            while not self._stopping:
                try:
                    data = await asyncio.wait_for(queue.get(), 0.2)
                except TimeoutError:
                    if self.keep_alive:
                        yield b": \n\n"
                    continue
                if not data:
                    return
                yield data
        finally:
            self._streams.discard(queue)


class _Cut(Response):
    """The request was carried out, but its answer is cut off in the middle."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"x", "more_body": False})


def _event(view: AnyView | SlotsView | HitContacts | MoneyView) -> bytes:
    return b"event: view\nid: 1:1\ndata: " + msgspec.json.encode(view) + b"\n\n"
