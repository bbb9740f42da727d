"""A city of some offices for looking at the fleet page: well, in trouble, at night, and with nobody in it yet."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
import uvicorn
from msgspec.structs import replace
from starlette.applications import Starlette

from central_server import database
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.days import Availability
from central_server.fleet import alerts, door
from central_server.fleet.seen import OfficeSeen
from central_server.offices import OfficeHere
from kiosk_app.office.fleet import MachineNow
from tests.central_server.fleet.fleet_house import NIGHT, NOON, machine, ms, tell
from tests.central_server.house import BOX, here

WELL = {"printer": "ready"}
NAMES = {
    "kokura-kita": "小倉北区役所",
    "kokura-minami": "小倉南区役所",
    "moji": "門司区役所",
    "tobata": "戸畑区役所",
    "wakamatsu": "若松区役所",
    "yahata-higashi": "八幡東区役所",
    "yahata-nishi": "八幡西区役所",
}
MORNING_LOOK = ms(NOON - timedelta(hours=4))
PATIENCE_S = 90.0


def offices() -> dict[str, OfficeHere]:
    (sample,) = here().values()
    return {
        office: OfficeHere(replace(sample.office, id=office, name={**sample.office.name, "ja": name}), b"b" * 32)
        for office, name in NAMES.items()
    }


class City:
    """`show` is what the hubs have told; `url` where the page is served."""

    def __init__(self, dsn: str) -> None:
        self.dsn, self.now, self.url = dsn, NOON, ""
        self._central: Central | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def forget(self) -> None:
        with psycopg.connect(self.dsn) as connection:
            connection.execute("TRUNCATE alerts, office_sync, offices, page_limits CASCADE")

    def show(self, *seen: OfficeSeen) -> None:
        for one in seen:
            tell(self.dsn, one, 1 + list(NAMES).index(one.office))

    def look(self, at: datetime) -> None:
        """As the server does every few seconds."""
        assert self._loop is not None and self._central is not None
        asyncio.run_coroutine_threadsafe(alerts.look(self._central, (), at), self._loop).result(PATIENCE_S)

    def well(self) -> None:
        self.show(*(_office(office, *_machines(3)) for office in NAMES))
        self.look(NOON)

    def in_trouble(self) -> None:
        """Somebody has to go to two machines, one office is cut off, and some things can wait."""
        ended = replace(_machine("m2"), version="1.4.9", paper={"printer": "near_end"}, behind=3)
        away = replace(_machine("m3"), heard_utc_ms=ms(NOON - timedelta(hours=2)))
        checks = {"disk_space": "look", "time_sync": "good", "backup": "look"}
        seen = (
            _office("kokura-kita", *_machines(1), ended, away),
            _office("kokura-minami", *_machines(3)),
            _office("moji", *_machines(2), silent=timedelta(minutes=40)),
            _office("tobata", _machine("m1", hub=True), _machine("m2", paper={"printer": "cover_open"})),
            _office("wakamatsu", *_machines(4)),
            _office("yahata-higashi", _machine("m1", hub=True, checks=checks, bells=("help", "clock_behind"))),
            _office("yahata-nishi", *_machines(2)),
        )
        early = NOON - timedelta(minutes=90)
        self.show(*seen[:1])
        self.look(early)
        self.show(*seen)
        for minutes in (12, 6, 0):
            self.look(NOON - timedelta(minutes=minutes))

    def night(self) -> None:
        self.show(*(_office(office, *_machines(3), silent=-timedelta(hours=5, minutes=30)) for office in NAMES))
        self.now = NIGHT
        self.look(NIGHT)


def _machine(code: str, **more: object) -> MachineNow:
    kept: dict[str, object] = {"paper": WELL, "checks": {"disk_space": "good"}, "checked_utc_ms": MORNING_LOOK}
    return machine(code, **kept | more)


def _machines(count: int) -> list[MachineNow]:
    return [_machine(f"m{n}", hub=n == 1) for n in range(1, count + 1)]


def _office(name: str, *machines: MachineNow, silent: timedelta = timedelta(0)) -> OfficeSeen:
    return OfficeSeen(name, NOON - silent, "m1", 1, 0, "", NOON - silent, ms(NOON - silent), tuple(machines))


@contextmanager
def serving(dsn: str) -> Iterator[City]:
    """In a thread of its own: the browser's has a loop already."""
    city = City(dsn)
    ready = threading.Event()
    servers: list[uvicorn.Server] = []
    listening = socket.create_server(("127.0.0.1", 0))
    city.url = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def run() -> None:
        async with database.pool(dsn, 3) as pool:
            city._loop = asyncio.get_running_loop()
            city._central = Central(
                pool, BOX, Bookings(pool, BOX), Availability(), offices(), city.url, lambda: city.now
            )
            app = Starlette(routes=door.routes(city._central))
            servers.append(uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none")))
            ready.set()
            await servers[0].serve([listening])

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE_S)
    try:
        yield city
    finally:
        servers[0].should_exit = True
        thread.join(PATIENCE_S)
        listening.close()
