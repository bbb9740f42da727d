"""A whole office for the core's tests: the real core, log and printer driver, a simulated printer, a driven clock.

Everything runs in the test's own loop. Requests go through the application as ASGI messages; `serve` puts the same
application on a real unix socket where a test needs the wire.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
import uvicorn

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, serve, settings
from kiosk_app.core import Core
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.server import build

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Tokyo")
PINS = {"1001": "1357", "1002": "2468", "2001": "3579", "3001": "4680", "9001": "5791"}
"""The public ones of config/staff.example.toml: two clerks, a guide, a leader, a technician."""
SERVICE = "resident-record-copy"
MORNING = datetime(2026, 4, 6, 9, 0)
"""A Monday, a business day."""
PATIENCE_S = 30.0
"""Reached only by what never comes."""
T = TypeVar("T")


@cache
def the_office() -> Office:
    return settings.load_office(ROOT / "config" / "offices" / "kokura-kita.toml")


@cache
def the_staff() -> tuple[settings.StaffMember, ...]:
    return settings.load_staff(ROOT / "config" / "staff.example.toml").staff


def machine_toml(folder: Path, printer_port: int, start: datetime, more: str = "") -> str:
    return f'''schema = 1
code = "m1"
name = "1号機"
roles = ["hub", "ticket_machine"]
office_file = "{ROOT}/config/offices/kokura-kita.toml"
staff_file = "{ROOT}/config/staff.example.toml"
data_dir = "{folder}/data"
runtime_dir = "{folder}/run"
{more}
[printer]
kind = "tcp"
host = "127.0.0.1"
port = {printer_port}
answer_s = 2.0

[simulation]
clock = "driven"
start = {start.isoformat()}
'''


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def of(self, kind: type[T]) -> T:
        return msgspec.json.decode(self.body, type=kind)

    @property
    def error(self) -> str:
        return self.of(api.Failure).error


class House:
    """`open` it, use it, `close` it; `restart` is what the service manager does."""

    def __init__(self, folder: Path, printer: SimulatedPrinter, start: datetime, office: Office | None = None) -> None:
        self.folder, self.printer = folder, printer
        self.office = office or the_office()
        self.settings = settings.parse_machine(machine_toml(folder, printer.port, start), "machine.toml")
        self.staff: Sequence[settings.StaffMember] = the_staff()
        self.intents = 0
        self.is_open = False

    async def open(self, staff: Sequence[settings.StaffMember] | None = None, wait_for_printer: bool = True) -> House:
        self.staff = staff or self.staff
        self.core = Core.open(self.settings, self.office, self.staff)
        self.app = build(self.core)
        self.is_open = True
        await self.core.start()
        printer = self.core.printer
        await self.until(lambda: (printer.status != "unknown" and not printer.busy) or not wait_for_printer)
        return self

    async def close(self) -> None:
        if self.is_open:
            self.is_open = False
            await self.core.stop()

    async def restart(self) -> House:
        await self.close()
        return await self.open()

    # --- time and waiting ------------------------------------------------------------------------------------

    async def until(self, true: Callable[[], Any], patience_s: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + patience_s
        while not true():
            assert time.monotonic() < deadline, f"not within {patience_s} s"
            await asyncio.sleep(0.001)

    async def at(self, when: str, day: str = "2026-04-06") -> None:
        """Office time jumps forward to 10:30."""
        await self.jump_to(datetime.fromisoformat(f"{day}T{when}").replace(tzinfo=ZONE))

    async def jump_to(self, when: datetime) -> None:
        assert self.core.driven_clock is not None
        self.core.driven_clock.jump_to(int(when.timestamp() * 1000))
        await self.core.tick()

    async def pass_s(self, seconds: float) -> None:
        await self.jump_to(datetime.fromtimestamp(self.core.clock.now_utc_ms() / 1000 + seconds, ZONE))

    # --- requests --------------------------------------------------------------------------------------------

    async def ask(
        self, method: str, target: str, body: msgspec.Struct | bytes | None = None, token: str = ""
    ) -> Answer:
        parts = urlsplit(target)
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        headers = [(b"host", b"core"), (b"content-length", str(len(raw)).encode())]
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": headers,
        }
        incoming = [{"type": "http.request", "body": raw, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:
            return incoming.pop() if incoming else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:]))

    async def sign_in(self, code: str = "1001", training: bool = False, pin: str = "") -> str:
        wish = api.SignIn(staff_code=code, pin=pin or PINS[code], training=training)
        reply = (await self.ask("POST", "/v1/staff/sign-in", wish)).of(api.SignedInReply)
        assert reply.ok, reply.message
        return reply.token

    async def act(self, token: str, verb: api.StaffVerb, intent: str = "", **fields: Any) -> api.Reply:
        self.intents += 1
        wish = api.StaffAct(intent=intent or f"intent-{self.intents}", verb=verb, **fields)
        answer = await self.ask("POST", "/v1/staff/act", wish, token)
        assert answer.status == 200, answer
        return answer.of(api.Reply)

    async def staff_view(self, token: str) -> api.StaffView:
        return (await self.ask("GET", "/v1/staff/view", token=token)).of(api.StaffView)

    async def display(self, zone: str = "") -> api.DisplayView:
        return (await self.ask("GET", f"/v1/display/view?zone={zone}")).of(api.DisplayView)

    # --- a visitor -------------------------------------------------------------------------------------------

    @property
    def screen(self) -> api.CitizenView:
        return self.core.lobby.view()

    async def press(self, control: str, screen_id: str = "") -> api.Reply:
        self.intents += 1
        press = api.Press(
            press_id=f"press-{self.intents}", screen_id=screen_id or self.screen.screen_id, control=control
        )
        return (await self.ask("POST", "/v1/citizen/press", press)).of(api.Reply)

    async def to_confirm(self, service: str = SERVICE) -> None:
        group = next(s.group for s in self.office.services if s.id == service)
        for control in ("ticket", f"group:{group}", f"service:{service}"):
            await self.press(control)
        assert self.screen.screen == "confirm", self.screen

    async def take(self, service: str = SERVICE) -> str:
        """A visitor comes a minute after the one before, takes a ticket and leaves; its number."""
        await self.pass_s(61)
        await self.to_confirm(service)
        await self.press("take")
        await self.until(lambda: self.screen.screen == "take")
        assert self.screen.slip is not None
        number = self.screen.slip.number
        await self.press("end")
        return number

    # --- what is kept ----------------------------------------------------------------------------------------

    def facts(self, *kinds: type[f.Fact]) -> list[f.Fact]:
        log = self.core.book.log
        entries = (entry for _, entry in log.read(0, 100_000))
        decoded = (f.decode(entry.kind, entry.body) for entry in entries)
        return [fact for fact in decoded if not kinds or isinstance(fact, kinds)]

    @property
    def position(self) -> int:
        return self.core.book.log.last_position

    # --- on the wire -----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Path]:
        """The same application behind the product's own server, on a unix socket."""
        path = self.folder / "core.sock"
        server = uvicorn.Server(serve.configuration(self.app))
        serving = asyncio.ensure_future(server.serve(sockets=[serve.listen(path)]))
        await self.until(lambda: server.started)
        try:
            yield path
        finally:
            server.should_exit = True
            await serving


class OpenHouse(Protocol):
    """The fixture of that name."""

    async def __call__(self, start: datetime = MORNING, office: Office | None = None) -> House: ...
