"""Central behind its own certificate on this computer, in a thread of its own; and an office's hub that knows it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from central_server import app, database, offices
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.contacts import Box
from central_server.days import Availability
from central_server.offices import OfficeHere
from kiosk_app import hub_tls
from kiosk_app.central_settings import CentralTable
from kiosk_app.office.catalogue import Office
from tests.kiosk_app.house import the_office
from tests.tls_hub import serve

BOX_KEY = b"c" * 32
NOW = datetime(2026, 4, 6, 0, 0, tzinfo=UTC)
"""Nine o'clock in the office."""


@dataclass
class Place:
    """Where central is, or was and will be again."""

    dsn: str
    office: Office
    folder: Path
    port: int
    token: str
    key: bytes
    now: datetime = NOW
    host: str = "127.0.0.1"

    @property
    def table(self) -> CentralTable:
        return CentralTable(
            url=f"https://{self.host}:{self.port}",
            token_file=str(self.folder / "central.token"),
            ca_file=str(self.folder / "ca.pem"),
            booking_key_file=str(self.folder / "booking.key"),
        )

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Until the end of the block; nothing is left of any line then."""
        server = uvicorn.Server(uvicorn.Config("", log_level="critical"))
        thread = threading.Thread(target=lambda: asyncio.run(self.serve(server)), daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline, "central could not be served"
            time.sleep(0.005)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()

    async def serve(self, server: uvicorn.Server) -> None:
        async with database.pool(self.dsn) as pool:
            box = Box(BOX_KEY)
            here = {self.office.id: OfficeHere(self.office, self.key)}
            central = Central(
                pool, box, Bookings(pool, box), Availability(), here, "https://central.example", lambda: self.now
            )
            server.config = uvicorn.Config(
                app.app(central),
                host=self.host,
                port=self.port,
                log_level="critical",
                lifespan="off",
                ssl_certfile=str(self.folder / "hub.pem"),
                ssl_keyfile=str(self.folder / "hub.key"),
                timeout_graceful_shutdown=1,
            )
            await serve(server)


def run(wish: dict[str, str]) -> int:
    """As a process of the fork server, at HOST in a network of its own, until it is killed."""
    folder = Path(wish["central"])
    key = bytes.fromhex((folder / "booking.key").read_text())
    token = (folder / "central.token").read_text().strip()
    one = Place(wish["dsn"], the_office(), folder, int(wish["port"]), token, key, host=wish["host"])
    asyncio.run(one.serve(uvicorn.Server(uvicorn.Config("", log_level="critical"))))
    return 0


def place(dsn: str, office: Office, folder: Path, host: str = "127.0.0.1") -> Place:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hub_tls.make(folder, [host])
    added = offices.add(dsn, Box(BOX_KEY), office, NOW, lambda told: None)
    (folder / "central.token").write_text(added.token + "\n")
    (folder / "booking.key").write_text(added.booking_key.hex() + "\n")
    return Place(dsn, office, folder, port, added.token, added.booking_key, host=host)
