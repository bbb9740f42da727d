"""The real central server, two worker processes over HTTPS, on a PostgreSQL that writes to the disk: it is killed under
load, and what was acknowledged is there; several processes at once sell one hot start once a lane.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from central_server import days
from kiosk_app.office import facts as f
from offline_store.envelope import GENESIS, decode_link, hash_of
from scripts.central import Trial
from scripts.office import free_port
from tests.central_server.house import DAY, LETTER, NINE, NOW, OFFICE, SERVICE, lanes

pytestmark = pytest.mark.slow
DAYS = [DAY + timedelta(days=n) for n in range(3)]
HOT = DAY + timedelta(days=3)
LANES, MINUTES = 4, 240
CLIENTS = 10
ENOUGH = 25
"""Acknowledged before it is killed, and again afterwards."""
LONG_S = 60.0
NO_LIMITS = "[limits]\nrequests_a_second = 100000\nholds_in_ten_minutes = 1000000\n"


@pytest.fixture
def trial() -> Iterator[Trial]:
    with tempfile.TemporaryDirectory(prefix="ck") as folder:
        one = Trial(Path(folder), free_port(), more=NO_LIMITS, simulated=True)
        try:
            one.prepare()
            one.set_clock(int(NOW.timestamp() * 1000))
            one.start()
            with psycopg.connect(one.cluster.dsn) as connection:
                for day, count in (*((one_day, LANES) for one_day in DAYS), (HOT, 2)):
                    connection.execute(
                        "INSERT INTO slot_days (office, letter, day, lanes, epoch, number) "
                        "VALUES (%s, %s, %s, %s, 1, 1)",
                        (OFFICE, LETTER, day, days.encode_lanes(lanes(count, MINUTES))),
                    )
            yield one
        finally:
            one.stop()


@dataclass
class Crowd:
    """Visitors who book what they can get. `acknowledged`: what they were told, by booking."""

    trial: Trial
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Confirmations that were sent, and nobody knows what became of them."""
    ended: bool = False

    def __post_init__(self) -> None:
        self.trust: ssl.SSLContext = self.trial.trust()
        self.heard = asyncio.Event()

    async def ask(self, method: str, path: str, body: object) -> dict[str, Any] | None:
        """None where there was no answer, or one that says later."""
        try:
            async with asyncio.timeout(LONG_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.trial.port, ssl=self.trust)
                data = json.dumps(body).encode()
                head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
                got = await reader.read()
                writer.close()
        except (OSError, TimeoutError):
            return None
        first, _, answer = got.partition(b"\r\n\r\n")
        if b" 200 " not in first[:20]:
            assert b" 503 " in first[:20], got
            return None
        found: dict[str, Any] = json.loads(answer)
        return found

    async def hold(self, day: date, start_min: int) -> dict[str, Any] | None:
        wish = {"group": LETTER, "service": SERVICE, "day": day.isoformat(), "start_min": start_min}
        return await self.ask("POST", f"/v1/offices/{OFFICE}/bookings", wish)

    async def visitor(self, number: int) -> None:
        chance = Random(number)
        while not self.ended:
            held = await self.hold(chance.choice(DAYS), NINE + 10 * chance.randrange(MINUTES // 10))
            if held is None:
                await asyncio.sleep(0.1)
                continue
            if held["result"] != "held":
                continue
            path = f"/v1/offices/{OFFICE}/bookings/{held['booking']}/confirm"
            who = {"key": held["key"], "phone": f"090{chance.randrange(10**8):08}"}
            booked = await self.ask("POST", path, who)
            if booked is None:
                self.unanswered.append((path, who))
            elif booked["result"] == "booked":
                self.acknowledged[booked["booking"]] = booked
                self.heard.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(LONG_S):
            while len(self.acknowledged) < count:
                self.heard.clear()
                await self.heard.wait()


async def test_acknowledged_bookings_survive_a_killed_database_and_a_hot_start_is_sold_once_a_lane(
    trial: Trial,
) -> None:
    crowd = Crowd(trial)
    visitors = [asyncio.create_task(crowd.visitor(number)) for number in range(CLIENTS)]
    try:
        await crowd.until(ENOUGH)
        await asyncio.to_thread(trial.cluster.kill_hard)
        before = len(crowd.acknowledged)
        await asyncio.to_thread(trial.cluster.start)
        await crowd.until(before + ENOUGH)
    finally:
        crowd.ended = True
        await asyncio.gather(*visitors)
    rows = _booked(trial)
    assert set(crowd.acknowledged) <= set(rows)
    for booking, told in crowd.acknowledged.items():
        day, _, start_min, length_min = rows[booking]
        assert (day.isoformat(), start_min, length_min) == (told["day"], told["start_min"], told["length_min"])
    # Whoever got no answer asks again: it was done or it was not, and it is done once.
    for path, who in crowd.unanswered:
        again = await crowd.ask("POST", path, who)
        assert again is not None
        assert again["result"] == "booked" or again["why"] in ("gone", "too_many"), again
        if again["result"] == "booked":
            crowd.acknowledged[again["booking"]] = again
    rows = _booked(trial)
    assert set(rows) == set(crowd.acknowledged)
    minutes = [(day, lane, start + n) for day, lane, start, length in rows.values() for n in range(length)]
    assert len(minutes) == len(set(minutes)), "no minute of a lane twice"
    assert _promised(trial) == set(rows), "every promise is a fact of an unbroken chain"

    hot = await asyncio.gather(*(crowd.hold(HOT, NINE) for _ in range(40)))
    results = [one["result"] for one in hot if one is not None]
    assert len(results) == 40 and results.count("held") == 2


def _booked(trial: Trial) -> dict[str, tuple[date, int, int, int]]:
    with psycopg.connect(trial.cluster.dsn) as connection:
        found = connection.execute(
            "SELECT booking, day, lane, start_min, length_min FROM bookings WHERE state = 'booked'"
        ).fetchall()
    return {booking: (day, lane, start, length) for booking, day, lane, start, length in found}


def _promised(trial: Trial) -> set[str]:
    with psycopg.connect(trial.cluster.dsn) as connection:
        found = connection.execute(
            "SELECT data, hash FROM facts WHERE office = %s AND machine = 'central' ORDER BY seq", (OFFICE,)
        ).fetchall()
    previous, promised = GENESIS, set()
    for data, hashed in found:
        envelope, named = decode_link(data)
        assert named == previous and hash_of(data) == hashed
        previous = hashed
        fact = f.decode(envelope.kind, envelope.body)
        assert isinstance(fact, f.BookingMade)
        promised.add(fact.booking)
    return promised
