"""A small JSON API for a city's own app or portal: free slots, hold, confirm, change, cancel. Pages do not need it.

A refusal that a person must hear of is an answer with status 200 (`result: refused`); 4xx is for a programmer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server import api_types as t
from central_server import openapi, window
from central_server.bookings import Booked, Held, No, Wish
from central_server.central import Central, OfficeHere
from central_server.contacts import Contact
from central_server.database import quick
from central_server.offered import Offered, slots
from kiosk_app.allowance import Allowance

SPAN_S = 600.0
ADDRESSES_MAX = 20_000
MEDIA = "application/json"
Body = TypeVar("Body", bound=msgspec.Struct)
Handler = Callable[[Request], Awaitable[msgspec.Struct | bytes]]
"""Bytes are a reply that is encoded already."""


def routes(central: Central) -> list[BaseRoute]:
    api = _Api(central)
    handlers: dict[str, Handler] = {
        "health": api.health,
        "slots": api.slots,
        "hold": api.hold,
        "confirm": api.confirm,
        "release": api.release,
        "change": api.change,
        "cancel": api.cancel,
    }
    made: list[BaseRoute] = [
        Route(one.path, _endpoint(handlers[one.name]), methods=[one.method]) for one in openapi.OPERATIONS
    ]
    return [*made, Route(openapi.DOCUMENT, _document)]


async def _document(_: Request) -> Response:
    return Response(openapi.encoded(), media_type=MEDIA)


class Unreadable(Exception):
    """For a programmer: the field, and what was expected."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            reply = await handler(request)
        except Unreadable as error:
            return Response(msgspec.json.encode({"error": str(error)}), error.status, media_type=MEDIA)
        return Response(reply if isinstance(reply, bytes) else msgspec.json.encode(reply), media_type=MEDIA)

    return answer


class _Api:
    def __init__(self, central: Central) -> None:
        self._central = central
        self._holds: OrderedDict[str, Allowance] = OrderedDict()
        self._offered = Offered()

    async def health(self, _: Request) -> t.Health:
        async with quick(self._central.pool) as connection:
            await connection.execute("SELECT 1")
        return t.Health(offices=tuple(self._central.offices))

    async def slots(self, request: Request) -> t.Slots | bytes:
        here, now = self._here(request), self._central.now()
        try:
            asked = msgspec.convert(dict(request.query_params), t.SlotsAsked)
        except msgspec.ValidationError as error:
            raise Unreadable(422, str(error)) from None
        open_days = window.days(here.office, asked.group, now)
        if open_days is None:
            return t.Slots(days=())
        first = max(open_days.first, _day(asked.first) if asked.first else open_days.first)
        last = min(open_days.last, _day(asked.last) if asked.last else open_days.last)
        places = window.places(here.office, asked.group, asked.service)
        span = here.office.id, asked.group, first, last
        seen = await self._central.availability.seen(self._central.pool, *span, now, places, asked.service)
        return self._offered.encoded(here.office, asked.group, asked.service, seen, now)

    async def hold(self, request: Request) -> t.HeldReply | t.Refused:
        here, asked = self._here(request), await _body(request, t.HoldAsked)
        if not self._may_hold(request):
            return t.Refused(why="too_many_tries")
        got = await self._central.bookings.hold(_wish(here, asked), self._central.now())
        if isinstance(got, No):
            return _refused(got)
        assert isinstance(got, Held)
        return t.HeldReply(
            booking=got.booking,
            key=got.key,
            start_min=got.start.start_min,
            length_min=got.start.length_min,
            until_utc_ms=int(got.until.timestamp() * 1000),
        )

    def _may_hold(self, request: Request) -> bool:
        """Or one address could hold a whole day again and again, and nobody could book it."""
        address, most = request.client.host if request.client else "", self._central.limits.holds_in_ten_minutes
        allowance = self._holds.setdefault(address, Allowance(most / SPAN_S, most))
        self._holds.move_to_end(address)
        if len(self._holds) > ADDRESSES_MAX:
            self._holds.popitem(last=False)
        return allowance.take(asyncio.get_running_loop().time())

    async def confirm(self, request: Request) -> t.BookedReply | t.Refused:
        here, asked = self._here(request), await _body(request, t.ConfirmAsked)
        contact = Contact(name=asked.name, mail=asked.mail, phone=asked.phone)
        central = self._central
        return _booked(
            await central.bookings.confirm(here.office.id, _named(request), asked.key, contact, central.now())
        )

    async def release(self, request: Request) -> t.ReleasedReply:
        here, asked = self._here(request), await _body(request, t.KeyAsked)
        await self._central.bookings.release(here.office.id, _named(request), asked.key)
        return t.ReleasedReply(booking=_named(request))

    async def change(self, request: Request) -> t.BookedReply | t.Refused:
        here, asked = self._here(request), await _body(request, t.ChangeAsked)
        to, now = _wish(here, asked), self._central.now()
        return _booked(await self._central.bookings.change(here.office.id, _named(request), asked.key, to, now))

    async def cancel(self, request: Request) -> t.CancelledReply | t.Refused:
        here, asked = self._here(request), await _body(request, t.KeyAsked)
        got = await self._central.bookings.cancel(here.office.id, _named(request), asked.key, self._central.now())
        return _refused(got) if isinstance(got, No) else t.CancelledReply(booking=got.booking)

    def _here(self, request: Request) -> OfficeHere:
        here = self._central.offices.get(request.path_params["office"])
        if here is None:
            raise Unreadable(404, "no such office")
        return here


def _named(request: Request) -> str:
    return str(request.path_params["booking"])


async def _body(request: Request, kind: type[Body]) -> Body:
    """JSON alone: what a form of another site can send is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA:
        raise Unreadable(415, f"expected {MEDIA}")
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(422, str(error)) from None


def _wish(here: OfficeHere, asked: t.HoldAsked) -> Wish:
    day = _day(asked.day)
    return Wish(here.office.id, asked.group, day, asked.start_min, asked.service, asked.language, "web", asked.places)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable(422, f"expected a day, {text} is none") from None


def _refused(no: No) -> t.Refused:
    return t.Refused(why=no.why, near=slots(no.near))


def _booked(got: Booked | No) -> t.BookedReply | t.Refused:
    if isinstance(got, No):
        return _refused(got)
    values: dict[str, Any] = {"start_min": got.start.start_min, "length_min": got.start.length_min}
    return t.BookedReply(
        booking=got.booking, day=got.day.isoformat(), group=got.letter, service=got.service, code=got.code, **values
    )
