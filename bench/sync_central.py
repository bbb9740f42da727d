"""A central server of one office to measure against: the product's own application behind TLS, in a process of its own.

python -m bench.sync_central DSN FOLDER PORT; it prints a line when it serves, and at its end how many bytes of bodies
came in and went out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench import office_day
from central_server import app, database
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.contacts import Box
from central_server.days import Availability
from central_server.offices import OfficeHere
from kiosk_app.central_settings import read_booking_key
from kiosk_app.settings import load_office

BOX_KEY = b"b" * 32


class Counted:
    """Bytes of bodies, as they are on the line."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner
        self.bytes_in = self.bytes_out = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receiving() -> Message:
            message = await receive()
            self.bytes_in += len(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            self.bytes_out += len(message.get("body", b""))
            await send(message)

        await self._inner(scope, receiving, sending)


async def serve(dsn: str, folder: Path, port: int) -> None:
    office = load_office(office_day.OFFICE_FILE)
    async with database.pool(dsn) as pool:
        box = Box(BOX_KEY)
        here = {office.id: OfficeHere(office, read_booking_key(folder / "booking.key"))}
        central = Central(
            pool, box, Bookings(pool, box), Availability(), here, "https://central.example", lambda: datetime.now(UTC)
        )
        counted = Counted(app.app(central))
        server = uvicorn.Server(
            uvicorn.Config(
                counted,
                host="127.0.0.1",
                port=port,
                log_level="warning",
                access_log=False,
                lifespan="off",
                ssl_certfile=str(folder / "hub.pem"),
                ssl_keyfile=str(folder / "hub.key"),
                timeout_graceful_shutdown=1,
            )
        )
        # Uvicorn's own handler would end the process before it has told anything.
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, setattr, server, "should_exit", True)
        print("serves", flush=True)
        await server.serve()
        print(json.dumps({"in": counted.bytes_in, "out": counted.bytes_out}), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
