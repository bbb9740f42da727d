"""A central server in this process, over real HTTP on loopback, and a plain client for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import uvicorn

from central_server import guard
from central_server.app import routes
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.certificates.desk import Certificates
from central_server.database import Pool
from central_server.days import Availability
from central_server.limits import Limits
from central_server.settings import CentralSettings, Database, LimitsTable
from tests.central_server.house import BOX, NOW, here


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client(NamedTuple):
    """One request a connection."""

    port: int

    async def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Host": "x", "Connection": "close", "Content-Length": str(len(data)), **(headers or {})}
        if body is not None:
            named = {"Content-Type": "application/json", **named}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        return await self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    async def raw(self, sent: bytes) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.suppress(OSError):
            writer.write(sent)
            await writer.drain()
        got = b""
        with contextlib.suppress(OSError):
            got = await reader.read()
        writer.close()
        head, _, rest = got.partition(b"\r\n\r\n")
        first, *more = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in more)}
        return Answer(int(first.split(" ")[1]), headers, rest)


PHONE_TOKEN = "p" * 43


@contextlib.asynccontextmanager
async def serving(
    pool: Pool,
    now: Callable[[], datetime] = lambda: NOW,
    per_s: int = 1_000,
    limits: Limits | None = None,
    certificates: Certificates | None = None,
) -> AsyncIterator[tuple[Client, Central]]:
    found = CentralSettings(
        schema=1,
        public_url="https://yoyaku.example.jp",
        key_file="-",
        offices_dir="-",
        database=Database(dsn="-"),
        limits=LimitsTable(requests_a_second=per_s),
    )
    limits = limits or Limits()
    central = Central(
        pool=pool,
        box=BOX,
        bookings=Bookings(pool, BOX, here(), limits),
        availability=Availability(),
        offices=here(),
        public_url=found.public_url,
        now=now,
        limits=limits,
        phone_token=PHONE_TOKEN,
        certificates=certificates,
    )
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(guard.guarded(routes(central), found), log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with contextlib.ExitStack() as stack:
        stack.enter_context(listening)
        # Its own handlers of signals would outlive it.
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield Client(listening.getsockname()[1]), central
        finally:
            server.should_exit = True
            await task
