"""Telephone bookings over real HTTP and a real PostgreSQL: a whole call, lost answers, strangers, what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest_asyncio

from central_server import upkeep
from central_server.central import Central
from central_server.database import Pool
from central_server.phone.api import CLAIM, SESSION
from kiosk_app import phone_trial
from kiosk_app.office import booking_code
from tests.central_server.house import NOW, TODAY, lanes, planned
from tests.central_server.http_house import PHONE_TOKEN, Client, serving

PATH = "/v1/phone/sessions"
TOKEN = {"Authorization": f"Bearer {PHONE_TOKEN}"}
CALL = (
    "マイナンバーカードを作りたいんですけど",
    "1番",
    "来週の月曜の九時",
    "見本太郎です",
    "ゼロ九ゼロ ゼロゼロゼロゼロ ゼロゼロゼロ一",
    "はい",
)


class Phone:
    def __init__(self, client: Client, central: Central) -> None:
        self.client, self.central, self.address = client, central, PATH
        self.last: Any = None

    async def post(self, path: str, body: object = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        sent = msgspec.json.encode({} if body is None else body)
        answer = await self.client.ask("POST", path, sent, TOKEN if headers is None else headers)
        return answer.status, msgspec.json.decode(answer.body)

    async def start(self) -> Any:
        status, self.last = await self.post(PATH)
        assert status == 200
        return self.last

    async def say(self, said: str) -> Any:
        body = {"turn": self.last["turn"], "said": said}
        status, self.last = await self.post(f"{PATH}/{self.last['session']}", body)
        assert status == 200, self.last
        return self.last


@pytest_asyncio.fixture
async def phone(pool: Pool) -> AsyncIterator[Phone]:
    await planned(pool, lanes())
    async with serving(pool) as (client, central):
        yield Phone(client, central)


async def bookings(phone: Phone) -> list[Any]:
    async with phone.central.pool.connection() as connection:
        found = await connection.execute("SELECT state, source, start_min, service FROM bookings ORDER BY start_min")
        return await found.fetchall()


async def test_a_call_ends_with_a_code_that_the_office_believes(phone: Phone) -> None:
    await phone.start()
    for said in CALL[:-1]:
        await phone.say(said)
        assert not phone.last["ended"], phone.last
    assert await bookings(phone) == [("held", "phone", 540, "card-application")]
    done = await phone.say(CALL[-1])
    assert done["ended"] and not done["to_a_person"]
    claim = booking_code.read(done["code"], TODAY)
    assert claim is not None and booking_code.proves(b"b" * 32, done["code"], claim)
    assert (claim.letter, claim.start_min) == ("M", 540)
    assert await bookings(phone) == [("booked", "phone", 540, "card-application")]


async def test_a_lost_answer_is_given_again_and_nothing_happens_twice(phone: Phone) -> None:
    await phone.start()
    for said in CALL:
        address, body = f"{PATH}/{phone.last['session']}", {"turn": phone.last["turn"], "said": said}
        first, again = await asyncio.gather(phone.post(address, body), phone.post(address, body))
        assert first == again
        assert (await phone.post(address, body)) == first
        phone.last = first[1]
    assert phone.last["code"]
    assert [one[0] for one in await bookings(phone) if one[0] == "booked"] == ["booked"]


async def test_a_turn_that_a_process_took_with_it_is_carried_out_by_another(phone: Phone) -> None:
    await phone.start()

    async def claimed(until: datetime) -> None:
        async with phone.central.pool.connection() as connection:
            await connection.execute("UPDATE phone_sessions SET claimed_turn = turn, claimed_until = %s", (until,))

    await claimed(NOW + CLAIM)
    body = {"turn": 0, "said": CALL[0]}
    address = f"{PATH}/{phone.last['session']}"
    asked = asyncio.create_task(phone.post(address, body))
    await asyncio.sleep(0.2)
    assert not asked.done(), "somebody else is at it"
    await claimed(NOW)
    other = await phone.post(address, body)
    assert (await asked) == other and other[0] == 200, "both hear the same"
    await claimed(NOW)
    assert (await phone.post(address, {"turn": 1, "said": "1番"}))[0] == 200, "that one is long gone"


async def test_strangers_hear_nothing_and_unreadable_requests_are_refused(phone: Phone) -> None:
    started = await phone.start()
    address = f"{PATH}/{started['session']}"
    for headers in ({}, {"Authorization": "Bearer " + "x" * 43}, {"Authorization": PHONE_TOKEN[:-1]}):
        assert (await phone.post(PATH, headers=headers))[0] == 401
        assert (await phone.post(address, {"turn": 0, "said": "はい"}, headers))[0] == 401
    assert (await phone.post(f"{PATH}/unknown", {"turn": 0}))[0] == 404
    assert (await phone.post(address, {"turn": 7}))[0] == 409
    for bad in ([], {"said": "はい"}, {"turn": -1}, {"turn": 0, "said": "あ" * 301}, {"turn": 0, "more": 1}):
        assert (await phone.post(address, bad))[0] == 422
    assert (await phone.say("カードの申請"))["turn"] == 1


async def test_what_was_said_lies_sealed_and_goes(phone: Phone) -> None:
    await phone.start()
    for said in CALL[:-1]:
        await phone.say(said)
    async with phone.central.pool.connection() as connection:
        row = await (await connection.execute("SELECT sealed FROM phone_sessions")).fetchone()
        assert row is not None and "見本太郎".encode() not in row[0] and b"0900000" not in row[0]
        await upkeep.purge(connection, NOW + SESSION + timedelta(seconds=1))
        assert await (await connection.execute("SELECT 1 FROM phone_sessions")).fetchone() is None
    assert (await phone.post(f"{PATH}/{phone.last['session']}", {"turn": phone.last["turn"]}))[0] == 404


async def test_the_telephone_for_trials_books(phone: Phone, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{PHONE_TOKEN}\n")
    said: list[str] = []
    url = f"http://127.0.0.1:{phone.client.port}"
    lines = [f"{line}\n" for line in CALL]
    ended = await asyncio.to_thread(phone_trial.run, url, file, None, lines, said.append)
    assert ended == 0 and "予約番号は" in said[-1]
    assert await asyncio.to_thread(phone_trial.run, url, file, None, ["やめます\n"], said.append) == 1
    assert await asyncio.to_thread(phone_trial.run, "http://127.0.0.1:9", file, None, [], said.append) == 2
