"""The hub's door as a device meets it, before any application: TLS of the office's authority, device token, epoch, 421.

For the tests of clients and faces. It can be what no real hub is on demand: replaced, forgetful, of another office.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import h11
import msgspec
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk_app import hub_tls
from kiosk_app.api import Failure
from kiosk_app.device_settings import DeviceUse, write

TOKEN = "d" * 43
PORT = 8470
_numbers = itertools.count(1)


def own_host() -> str:
    """An address of this computer that no other test of any process uses, so that a hub may end and come back."""
    pid, number = os.getpid() & 0xFFFF, next(_numbers)
    return f"127.{64 + number % 64}.{pid >> 8}.{pid & 0xFF or 1}"


@dataclass
class Door:
    """`wrap` puts it before an application, `configuration` serves that on its own address."""

    folder: Path
    """ca.pem, hub.pem and hub.key."""
    host: str = field(default_factory=own_host)
    epoch: int = 1
    is_hub: bool = True
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    came: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request that was let in."""
    seen: list[str] = field(default_factory=list)
    """The epoch that each request has named."""

    @property
    def address(self) -> str:
        return f"https://{self.host}:{PORT}"

    def wrap(self, app: ASGIApp) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            given = {name.decode(): value.decode() for name, value in scope["headers"]}

            async def with_epoch(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = [*message.get("headers", ()), (b"hitofuda-epoch", str(self.epoch).encode())]
                    message = {**message, "headers": headers}
                await send(message)

            async def refuse(status: int, *more: tuple[bytes, bytes]) -> None:
                await with_epoch({"type": "http.response.start", "status": status, "headers": list(more)})
                await send({"type": "http.response.body", "body": msgspec.json.encode(Failure(error="no"))})

            self.seen.append(given.get("hitofuda-epoch", ""))
            if not self.is_hub:
                await refuse(421)
            elif given.get("hitofuda-device") not in self.tokens:
                await refuse(401, (b"www-authenticate", b"Hitofuda-Device"))
            else:
                self.came.append((scope["method"], scope["path"]))
                await app(scope, receive, with_epoch)

        return guarded

    def configuration(self, app: ASGIApp) -> uvicorn.Config:
        return uvicorn.Config(
            self.wrap(app),
            host=self.host,
            port=PORT,
            log_level="critical",
            lifespan="off",
            ssl_certfile=str(self.folder / "hub.pem"),
            ssl_keyfile=str(self.folder / "hub.key"),
            timeout_graceful_shutdown=1,
        )


def doors(folder: Path, count: int = 1) -> list[Door]:
    """Machines of one office: any of them may be its hub."""
    hosts = [own_host() for _ in range(count)]
    hub_tls.make(folder, hosts)
    return [Door(folder, host) for host in hosts]


def paired(folder: Path, of: list[Door], use: DeviceUse = "console", ca_pem: bytes = b"") -> str:
    """The device's folder, as `core` of a face. `ca_pem`: of another authority than theirs."""
    ca = ca_pem or (of[0].folder / "ca.pem").read_bytes()
    write(folder, use, "3番窓口", [door.address for door in of], TOKEN, ca)
    return f"device:{folder}"


async def serve(server: uvicorn.Server) -> None:
    """Until it should exit; then no line is left, as after the end of a process. TLS would wait for the other side."""
    with contextlib.suppress(h11.LocalProtocolError):
        # Of an answer that was cut off on purpose.
        await server.serve()
    lines = asyncio.get_running_loop()._transports  # type: ignore[attr-defined]
    for line in list(lines.values()):
        line.abort()
    for _ in range(10):
        await asyncio.sleep(0)


@contextlib.contextmanager
def serving(door: Door, app: ASGIApp) -> Iterator[None]:
    """On its own address, in a thread, until the end of the block."""
    server = uvicorn.Server(door.configuration(app))
    thread = threading.Thread(target=lambda: asyncio.run(serve(server)), daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, f"{door.address} could not be served"
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
