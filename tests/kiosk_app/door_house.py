"""An office whose hub is reached over TLS: the real door in a thread of its own, beside the unix socket of the machine.

Requests go over real sockets with http.client, so that what is tested is what a device sees.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import uvicorn

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, door_lines, hub_server, hub_tls, serve
from kiosk_app.answer_headers import DEVICE
from kiosk_app.door_lines import DoorServer, Limits
from kiosk_app.hub_settings import HubTable, hash_of_token
from kiosk_app.office import facts as f
from tests.kiosk_app.house import MORNING, PINS, House

PATIENCE_S = 20.0
"""Far more than anything here takes; reached only by what hangs."""
T = TypeVar("T")


class Told(NamedTuple):
    status: int
    body: bytes
    epoch: str

    def of(self, kind: type[T]) -> T:
        return msgspec.json.decode(self.body, type=kind)


def until(true: Callable[[], Any], what: str = "") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


class DoorHouse:
    """`machines`: of machine.toml, by code and bare token."""

    def __init__(
        self, folder: Path, printer: SimulatedPrinter, machines: dict[str, str] | None = None, **limits: Any
    ) -> None:
        hub_tls.make(folder / "tls", ["127.0.0.1"])
        self.folder, self.ca_file = folder, folder / "tls" / "ca.pem"
        self.house = House(folder, printer, MORNING)
        table = HubTable(
            listen="127.0.0.1:1",
            cert_file=str(folder / "tls" / "hub.pem"),
            key_file=str(folder / "tls" / "hub.key"),
            machines={code: hash_of_token(token) for code, token in (machines or {}).items()},
        )
        self.house.settings = msgspec.structs.replace(self.house.settings, hub=table)
        self.limits = Limits(**limits)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.do(self._start())
        self.trusted = ssl.create_default_context(cafile=str(self.ca_file))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    def call(self, work: Callable[[], T]) -> T:
        """In the loop, where the state may be looked at."""

        async def made() -> T:
            return work()

        return self.do(made())

    async def _start(self) -> None:
        await self.house.open()
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        core = self.house.core
        self.server: DoorServer = hub_server.door_server(core, serve.configuration(hub_server.build(core)))
        self.server.lines = door_lines.Lines(
            self.server, self.server.lines.context, core.paired.lines, core.give_up, self.limits
        )
        self.inner = uvicorn.Server(serve.configuration(self.house.app))
        self.unix = self.folder / "core.sock"
        self.serving = [
            asyncio.ensure_future(self.server.serve(sockets=[listening])),
            asyncio.ensure_future(self.inner.serve(sockets=[serve.listen(self.unix)])),
        ]
        self.ticking = asyncio.ensure_future(core.tick_forever())
        await self.house.until(lambda: self.server.started and self.inner.started)

    def stop(self) -> None:
        async def stop() -> None:
            self.ticking.cancel()
            self.house.core.end()
            self.server.should_exit = self.inner.should_exit = True
            await asyncio.gather(*self.serving)
            await self.house.close()

        self.do(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_S)
        self.loop.close()

    # --- devices ---------------------------------------------------------------------------------------------

    def enrol(self, use: api.DeviceUse, name: str = "", zone: str = "") -> str:
        """As if it had been paired; its token."""
        name = name or {"console": "3番窓口", "display": "1階", "ticket_machine": "m9"}[use]
        token = hash_of_token(f"{use} {name}")[:43]
        fact = f.DeviceEnrolled(
            device=f"id-{use}-{name}", use=use, name=name, token_sha256=hash_of_token(token), zone=zone
        )
        self.call(lambda: self.house.core.book.commit("9001", [fact]))
        return token

    def revoke(self, use: api.DeviceUse, name: str) -> None:
        fact = f.DeviceRevoked(device=f"id-{use}-{name}", reason="紛失・盗難")
        self.call(lambda: self.house.core.book.commit("9001", [fact]))

    def refusals(self) -> list[tuple[str, str]]:
        told = self.call(lambda: self.house.facts(f.RequestRefused))
        return [(fact.cause, fact.device) for fact in told if isinstance(fact, f.RequestRefused)]

    def bells(self) -> list[tuple[str, str]]:
        alerts = self.call(lambda: list(self.house.core.book.state.alerts.values()))
        return [(alert.cause, alert.detail) for alert in alerts]

    # --- requests --------------------------------------------------------------------------------------------

    def line(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE_S, context=self.trusted)

    def ask(
        self,
        method: str,
        target: str,
        body: msgspec.Struct | bytes | None = None,
        device: str = "",
        token: str = "",
        line: http.client.HTTPSConnection | None = None,
        stream: bool = False,
    ) -> Told:
        """`stream`: of an answer without end only the beginning is read."""
        raw = body if isinstance(body, bytes) else None if body is None else msgspec.json.encode(body)
        headers = {DEVICE: device} if device else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        used = line or self.line()
        try:
            used.request(method, target, raw, headers)
            response = used.getresponse()
            data = response.read1(1) if stream and response.status == 200 else response.read()
            if stream and line is not None:
                used.close()
            return Told(response.status, data, response.headers.get("Hitofuda-Epoch", ""))
        finally:
            if line is None:
                used.close()

    def sign_in(self, device: str, code: str = "1001") -> str:
        reply = self.ask("POST", "/v1/staff/sign-in", api.SignIn(staff_code=code, pin=PINS[code]), device)
        assert reply.status == 200, reply
        signed = reply.of(api.SignedInReply)
        assert signed.ok, signed.message
        return signed.token

    def act(self, device: str, token: str, verb: api.StaffVerb, /, **fields: Any) -> Told:
        self.house.intents += 1
        fields.setdefault("intent", f"intent-{self.house.intents}")
        return self.ask("POST", "/v1/staff/act", api.StaffAct(verb=verb, **fields), device, token)

    def take_ticket(self) -> str:
        """Through the unix socket, as the machine's own face: how many there are then."""
        return self.do(self.house.take())

    def view_on_the_machine(self) -> dict[str, Any]:
        """Over the unix socket itself."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(PATIENCE_S)
            sock.connect(str(self.unix))
            sock.sendall(b"GET /v1/citizen/view HTTP/1.1\r\nHost: core\r\nConnection: close\r\n\r\n")
            parts = []
            while part := sock.recv(65_536):
                parts.append(part)
        view: dict[str, Any] = json.loads(b"".join(parts).partition(b"\r\n\r\n")[2])
        return view
