"""The addresses for technicians: the fleet page behind a sign-in of its own, and metrics behind a token of theirs.

Default deny. Who is not signed in sees a form and nothing else, not even which offices there are; a visitor's pages
and a hub's token open nothing here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import jinja2
import psycopg
import psycopg_pool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from central_server.central import Central
from central_server.database import Connection, quick
from central_server.fleet import alerts, exposition, metrics, page, seen, technicians
from central_server.token_holders import TokenHolders
from central_server.web import forms, guard, limits
from central_server.web.limits import Limit

HERE = Path(__file__).parent
SIGN_INS = Limit("fleet sign-in", 20, 600)
"""Of one address. A token cannot be guessed; this spares the database."""
AWAY = "データベースが答えません。しばらくしてから、もう一度開いてください。"
WRONG = "この合言葉では入れません。technician.token の中身を、1行そのまま入れてください。"
TOO_MANY = "まちがいが続いています。10分ほどしてから、もう一度入れてください。"
EVERY_S = 30
"""Between two pictures of a page that is left open."""
Handler = Callable[[Request], Awaitable[Response]]


class _Asked(NamedTuple):
    """How a technician wants the page; it stays so while it renews itself."""

    auto: bool
    everything: bool

    def link(self, auto: bool | None = None, everything: bool | None = None) -> str:
        """To the same page, with one of the two otherwise."""
        keeps = self.auto if auto is None else auto
        opens = self.everything if everything is None else everything
        query = "&".join([*([] if keeps else ["auto=off"]), *(["open=all"] if opens else [])])
        return f"/fleet?{query}" if query else "/fleet"


def routes(central: Central) -> list[BaseRoute]:
    door = _Door(central)
    return [
        Route("/fleet", door.page(door.show)),
        Route("/fleet", door.page(door.sign_in), methods=["POST"]),
        Route("/fleet/sign-out", door.page(door.sign_out), methods=["POST"]),
        Route("/fleet/fleet.css", door.style),
        Route("/metrics", door.metrics),
    ]


class _Door:
    def __init__(self, central: Central) -> None:
        self._central = central
        self._is_secure = central.public_url.startswith("https:")
        self._cookie = "__Host-fleet" if self._is_secure else "fleet"
        self._programs = TokenHolders(self._program)
        self._css = (HERE / "fleet.css").read_bytes()
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                response = await handler(request)
            except (forms.TooLarge, forms.NotAForm):
                response = Response(status_code=400)
            except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests):
                response = self._form(AWAY, 503)
            for name, value in guard.HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return endpoint

    # --- pages -------------------------------------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        central, now = self._central, self._central.now()
        async with quick(central.pool) as connection:
            name = await self._who(connection, request)
            if name is None:
                return self._form()
            offices = await seen.all_offices(connection)
            opened = await alerts.open_now(connection)
            unsent = await alerts.unsent(connection, now)
        asked = _Asked(request.query_params.get("auto") != "off", request.query_params.get("open") == "all")

        def drawn() -> str:
            openings = alerts.openings(central.offices)
            found = page.fleet(offices, opened, central.offices, openings, now, asked.everything, unsent)
            return self._templates.get_template("fleet.html").render(
                who=name,
                at=now.astimezone(page.ZONE).strftime("%-m月%-d日 %-H:%M:%S"),
                fleet=found,
                folded=any(not one.is_shown for one in found.offices),
                auto=asked.auto,
                every_s=EVERY_S,
                link=asked.link,
            )

        # A thousand machines take some 50 ms, and visitors wait for nobody's table.
        html = await asyncio.to_thread(drawn)
        # Of the answer and not of the page: whoever cannot have it renewed can stop it.
        headers = {"Refresh": str(EVERY_S)} if asked.auto else None
        return Response(html, media_type="text/html; charset=utf-8", headers=headers)

    async def sign_in(self, request: Request) -> Response:
        if not guard.is_same_origin(request, self._central.public_url):
            return Response(status_code=403)
        sent = await forms.read(request)
        central, now = self._central, self._central.now()
        address = limits.subscriber(request.client.host if request.client else "")
        async with quick(central.pool) as connection:
            if not await limits.allowed(connection, SIGN_INS, limits.marked(central.box, f"fleet {address}"), now):
                return self._form(TOO_MANY, 429)
            session = await technicians.sign_in(connection, sent.get("token", "").strip()[:200], now)
        if session is None:
            return self._form(WRONG, 403)
        response = RedirectResponse("/fleet", 303)
        response.set_cookie(
            self._cookie,
            session,
            max_age=int(technicians.SIGNED_IN.total_seconds()),
            path="/",
            secure=self._is_secure,
            httponly=True,
            # Whoever comes by a link in an alert's message is signed in; a form is asked where it comes from.
            samesite="lax",
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        if not guard.is_same_origin(request, self._central.public_url):
            return Response(status_code=403)
        async with quick(self._central.pool) as connection:
            await technicians.sign_out(connection, request.cookies.get(self._cookie, ""))
        response = RedirectResponse("/fleet", 303)
        response.delete_cookie(self._cookie, path="/", secure=self._is_secure, httponly=True, samesite="lax")
        return response

    async def style(self, _: Request) -> Response:
        headers = {**guard.HEADERS, "Cache-Control": "public, max-age=3600"}
        return Response(self._css, media_type="text/css; charset=utf-8", headers=headers)

    def _form(self, trouble: str = "", status: int = 200) -> Response:
        html = self._templates.get_template("sign_in.html").render(trouble=trouble)
        return Response(html, status, media_type="text/html; charset=utf-8")

    async def _who(self, connection: Connection, request: Request) -> str | None:
        session = request.cookies.get(self._cookie, "")
        return await technicians.by_session(connection, session, self._central.now()) if session else None

    # --- metrics -----------------------------------------------------------------------------------------------------

    async def metrics(self, request: Request) -> Response:
        try:
            who = await self._programs.of(request)
            if isinstance(who, Response):
                return who
            async with quick(self._central.pool) as connection:
                found = await metrics.families(connection, self._central.now(), self._central.tls_cert_file)
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests):
            return Response(status_code=503, headers={"Retry-After": "5"})
        text = await asyncio.to_thread(exposition.write, found)
        return Response(text, headers={**guard.HEADERS, "Content-Type": exposition.CONTENT_TYPE})

    async def _program(self, token: str) -> str | None:
        async with quick(self._central.pool) as connection:
            return await technicians.by_token(connection, token, "metrics", self._central.now())
