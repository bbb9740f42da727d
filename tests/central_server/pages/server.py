"""The phone pages over real HTTP on loopback, with a real PostgreSQL behind them and a clock that a test sets."""

from __future__ import annotations

import asyncio
import http.client
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import psycopg
import uvicorn

from central_server import database, days, guard
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.contacts import Box
from central_server.days import Availability
from central_server.offices import OfficeHere
from central_server.web import routes
from central_server.web.limits import PageLimits
from central_server.web.site import Site
from kiosk_app import procedure_files
from kiosk_app.office import catalogue
from kiosk_app.office.board import Board, GroupNow, TicketNow
from kiosk_app.office.catalogue import Office
from kiosk_app.office.slots import Lane, Stretch
from offline_store.envelope import GENESIS

FILE = Path(__file__).parents[3] / "config" / "offices" / "kokura-kita.toml"
PROCEDURES = FILE.parents[1] / "procedures"
OFFICE = "kokura-kita"
NOW = datetime(2026, 4, 3, 1, 31, tzinfo=UTC)
"""Friday, 10:31 in Japan. The next days that are planned are Monday 6 to Friday 10 and the week after."""
MONDAY = date(2026, 4, 6)
TICKET = "ticket-id-A105-x"
PATIENCE_S = 90.0
BOX_KEY, BOOKING_KEY = b"k" * 32, b"b" * 32


def office() -> Office:
    return catalogue.parse(FILE.read_text(encoding="utf-8"), FILE.name)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    cookies: Sequence[str]
    text: str


@dataclass
class Client:
    """A browser without a face: keeps cookies by path as browsers do, follows nothing by itself."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        return self._ask(
            "POST", path, urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers}
        )

    def send(self, path: str, page: Answer, **values: str) -> Answer:
        """The form of a page that was got, with what it has hidden."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.post(path, {**hidden, **values})

    def raw(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        return self._ask(method, path, body, dict(headers))

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        line = http.client.HTTPConnection(self.address, timeout=PATIENCE_S)
        given = "; ".join(f"{n}={v}" for (n, at), v in self.cookies.items() if path.startswith(at))
        sent = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        line.request(method, path, body, {**sent, **({"Cookie": given} if given else {})})
        response = line.getresponse()
        told = response.getheaders()
        text = response.read().decode()
        line.close()
        cookies = [value for name, value in told if name.lower() == "set-cookie"]
        for one in cookies:
            self._take(one)
        return Answer(response.status, {name.lower(): value for name, value in told}, cookies, text)

    def _take(self, cookie: str) -> None:
        pair, *rest = (part.strip() for part in cookie.split(";"))
        name, _, value = pair.partition("=")
        more = {key.lower(): said for key, _, said in (one.partition("=") for one in rest)}
        place = (name, more.get("path", "/"))
        if more.get("max-age") == "0":
            self.cookies.pop(place, None)
        else:
            self.cookies[place] = value.strip('"')


class Pages:
    """`now` may be moved. `address`: host and port."""

    def __init__(self, dsn: str, https: bool = False, limits: PageLimits | None = None, ready: bool = True) -> None:
        """`ready`: false where the database is not there to be waited for."""
        self._wait = ready
        self.dsn, self.now, self._limits, self._https = dsn, NOW, limits, https
        self.address = ""
        self._server: uvicorn.Server | None = None
        self._ready = threading.Event()
        self.site: Site | None = None

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def client(self, **headers: str) -> Client:
        return Client(self.address, {"Accept-Language": "ja", **headers})

    def run(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        pool = database.pool(self.dsn, 4)
        # A machine under a test run may be slower than any visitor would wait for.
        pool.timeout = PATIENCE_S if self._wait else 0.2
        pool.kwargs["options"] = f"-c statement_timeout={int(PATIENCE_S * 1000)}"
        await pool.open(wait=self._wait)
        try:
            await self._serve(pool)
        finally:
            await pool.close()

    async def _serve(self, pool: database.Pool) -> None:
        here = {OFFICE: OfficeHere(office(), BOOKING_KEY)}
        box = Box(BOX_KEY)
        central = Central(
            pool=pool,
            box=box,
            bookings=Bookings(pool, box, here),
            availability=Availability(),
            offices=here,
            public_url="https://yoyaku.example.lg.jp" if self._https else "http://pages",
            now=lambda: self.now,
            procedures=procedure_files.load(PROCEDURES),
        )
        self.site = Site(central, self._limits)
        app = guard.application(routes.of_site(self.site))
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        host, port = self._server.servers[0].sockets[0].getsockname()
        self.address = f"{host}:{port}"
        if not self._https:
            central.public_url = self.url
        self._ready.set()
        await serving

    def wait(self) -> None:
        assert self._ready.wait(PATIENCE_S)

    def forget(self) -> None:
        """What the process itself remembers of visitors and pictures."""
        assert self.site is not None
        self.site.forget()

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True


@contextmanager
def serving(dsn: str, https: bool = False, limits: PageLimits | None = None, ready: bool = True) -> Iterator[Pages]:
    pages = Pages(dsn, https, limits, ready)
    thread = threading.Thread(target=pages.run, daemon=True)
    thread.start()
    pages.wait()
    try:
        yield pages
    finally:
        pages.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


# --- what stands in the database -----------------------------------------------------------------------------------


def plan(dsn: str, letter: str = "H", lanes: int = 1, weeks: int = 2, length_min: int = 20) -> None:
    """Weekdays from Monday on, 9 to 12 and 13 to 16."""
    spans = ((9 * 60, 12 * 60), (13 * 60, 16 * 60))
    made = [
        Lane(
            number=number,
            stretches=tuple(
                Stretch(start_min=a, until_min=b, length_min=length_min, owner="central") for a, b in spans
            ),
        )
        for number in range(1, lanes + 1)
    ]
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO chains (office, machine, hash) VALUES (%s, 'central', %s) ON CONFLICT DO NOTHING",
            (OFFICE, GENESIS),
        )
        for day in range(7 * weeks):
            if (MONDAY + timedelta(days=day)).weekday() < 5:
                connection.execute(
                    "INSERT INTO slot_days (office, letter, day, lanes, epoch, number) VALUES (%s, %s, %s, %s, 1, 1)",
                    (OFFICE, letter, MONDAY + timedelta(days=day), days.encode_lanes(made)),
                )


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def board(now: datetime = NOW, state: str = "waiting", ahead: int = 4, in_min: int = 25) -> Board:
    """A-105 of 証明書, and how the groups stand."""
    waits = state in ("waiting", "second_stage")
    ticket = TicketNow(
        ticket=TICKET,
        number="A-105",
        letter="A",
        state=state,  # type: ignore[arg-type]
        ahead=ahead if state == "waiting" else 0,
        from_utc_ms=ms(now + timedelta(minutes=in_min)) if waits else 0,
        to_utc_ms=ms(now + timedelta(minutes=in_min + 15)) if waits else 0,
        counter=3 if state in ("called", "missed", "done") else 0,
    )
    groups = [
        GroupNow(
            letter=letter,
            waiting=waiting,
            from_utc_ms=ms(now + timedelta(minutes=waiting * 3)),
            to_utc_ms=ms(now + timedelta(minutes=waiting * 3 + 15)),
            counters=3,
            closed="昼休みです。" if letter == "M" else "",
        )
        for letter, waiting in zip("AHMRWY", (12, 7, 0, 4, 1, 0), strict=True)
    ]
    return Board(
        office=OFFICE, as_of_utc_ms=ms(now), date=now.date().isoformat(), groups=tuple(groups), tickets=(ticket,)
    )


def show(dsn: str, shown: Board, heard: datetime) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO office_sync (office, session, heard_at, board, board_at) VALUES (%s, '', %s, %s, %s) "
            "ON CONFLICT (office) DO UPDATE SET heard_at = excluded.heard_at, board = excluded.board, "
            "board_at = excluded.board_at",
            (shown.office, heard, msgspec.msgpack.encode(shown), heard),
        )
