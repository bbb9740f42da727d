"""The JSON API and the door of central's HTTP: what is understood, what is refused, what every answer carries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from central_server import guard, openapi
from central_server.central import Central
from central_server.database import Pool
from central_server.limits import Limits
from tests.central_server.house import DAY, LETTER, NINE, OFFICE, SERVICE, lanes, planned
from tests.central_server.http_house import Client, serving

pytestmark = pytest.mark.slow
BASE = f"/v1/offices/{OFFICE}"
HOLD = {"group": LETTER, "service": SERVICE, "day": DAY.isoformat(), "start_min": NINE}


@pytest_asyncio.fixture
async def served(pool: Pool) -> AsyncIterator[tuple[Client, Central]]:
    await planned(pool, lanes(2))
    async with serving(pool) as both:
        yield both


async def test_a_start_is_found_held_confirmed_changed_and_given_back(served: tuple[Client, Central]) -> None:
    client, _ = served
    found = await client.ask("GET", f"{BASE}/slots?group={LETTER}&service={SERVICE}")
    assert found.json == {
        "days": [{"day": "2026-04-06", "slots": [{"start_min": NINE + 10 * n, "length_min": 10} for n in range(6)]}]
    }
    one = (await client.ask("POST", f"{BASE}/bookings", HOLD)).json
    assert (one["result"], one["start_min"]) == ("held", NINE)
    booking, key = f"{BASE}/bookings/{one['booking']}", one["key"]
    wrong = await client.ask("POST", f"{booking}/confirm", {"key": "guessed", "phone": "0900000000"})
    assert wrong.json == {"result": "refused", "why": "gone", "near": []}
    nobody = await client.ask("POST", f"{booking}/confirm", {"key": key, "mail": "x\r\ny@z"})
    assert nobody.json["why"] == "bad_contact"
    done = (await client.ask("POST", f"{booking}/confirm", {"key": key, "phone": "090-0000-0000"})).json
    assert (done["result"], done["day"], len(done["code"])) == ("booked", "2026-04-06", 16)
    moved = (await client.ask("POST", f"{booking}/change", {**HOLD, "start_min": NINE + 50, "key": key})).json
    assert (moved["result"], moved["start_min"]) == ("booked", NINE + 50)
    last = await client.ask("POST", f"{BASE}/bookings/{moved['booking']}/cancel", {"key": key})
    assert last.json == {"result": "cancelled", "booking": moved["booking"]}
    two = (await client.ask("POST", f"{BASE}/bookings", HOLD)).json
    await client.ask("POST", f"{BASE}/bookings/{two['booking']}/release", {"key": two["key"]})
    free = await client.ask("GET", f"{BASE}/slots?group={LETTER}&service={SERVICE}")
    assert free.json == found.json


HOSTILE: list[tuple[str, object, int]] = [
    ("/v1/offices/nowhere/bookings", HOLD, 404),
    (f"{BASE}/bookings", {**HOLD, "day": "2026-02-30"}, 422),
    (f"{BASE}/bookings", {**HOLD, "day": "x"}, 422),
    (f"{BASE}/bookings", {**HOLD, "start_min": "9"}, 422),
    (f"{BASE}/bookings", {**HOLD, "start_min": 10**30}, 422),
    (f"{BASE}/bookings", {**HOLD, "strange": 1}, 422),
    (f"{BASE}/bookings", {**HOLD, "language": "xx"}, 422),
    (f"{BASE}/bookings", b"\xff\xfe", 422),
    (f"{BASE}/bookings", b"[" * 20_000, 422),
    (f"{BASE}/bookings", b" " * (guard.BODY_BYTES_MAX + 1), 413),
    (f"{BASE}/bookings/x/confirm", {"key": "\u0000", "phone": "0900000000"}, 200),
    (f"{BASE}/bookings/'; DROP TABLE bookings; --/cancel".replace(" ", "%20"), {"key": "x"}, 200),
    (f"{BASE}/bookings/%00/cancel", {"key": "x"}, 400),
]


async def test_what_cannot_be_understood_is_refused_and_harms_nothing(served: tuple[Client, Central]) -> None:
    client, _ = served
    for path, body, status in HOSTILE:
        assert (await client.ask("POST", path, body)).status == status, (path, body)
        assert (await client.ask("GET", "/v1/health")).json == {"offices": [OFFICE]}


async def test_what_a_form_of_another_site_can_send_is_no_json(served: tuple[Client, Central]) -> None:
    client, _ = served
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert (await client.ask("POST", f"{BASE}/bookings", HOLD, {"Content-Type": kind})).status == 415


async def test_a_body_that_is_longer_than_it_says_or_never_says_is_cut(served: tuple[Client, Central]) -> None:
    client, _ = served
    head = f"POST {BASE}/bookings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    chunks = b"10000\r\n" + b" " * 0x10000 + b"\r\n" + b"1\r\n \r\n"
    assert (await client.raw(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)).status == 413
    assert (await client.raw(head.encode() + b"Content-Length: 99999999999999\r\n\r\n")).status == 413


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever(
    served: tuple[Client, Central], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = served
    monkeypatch.setattr(guard, "BODY_S", 0.2)
    head = f"POST {BASE}/bookings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    assert (await client.raw(head.encode() + b"Content-Length: 50\r\n\r\n{")).status == 408


async def test_every_answer_tells_browsers_to_keep_to_themselves(served: tuple[Client, Central]) -> None:
    client, _ = served
    for path in ("/v1/health", "/nowhere", f"{BASE}/slots"):
        answer = await client.ask("GET", path)
        assert {name.lower() for name in guard.HEADERS} <= answer.headers.keys()
        assert answer.headers["strict-transport-security"] == guard.HSTS
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_who_asks_too_often_waits(pool: Pool) -> None:
    async with serving(pool, per_s=1) as (client, _):
        got = [(await client.ask("GET", "/v1/openapi.json")).status for _ in range(12)]
    assert got[: guard.BURST] == [200] * guard.BURST and 429 in got


async def test_one_address_cannot_hold_a_whole_day(pool: Pool) -> None:
    await planned(pool, lanes(2))
    async with serving(pool, limits=Limits(holds_in_ten_minutes=3)) as (client, _):
        got = [
            (await client.ask("POST", f"{BASE}/bookings", HOLD | {"start_min": NINE + 10 * n})).json for n in range(5)
        ]
    assert [one["result"] for one in got[:3]] == ["held"] * 3
    assert [one.get("why") for one in got[3:]] == ["too_many_tries"] * 2


async def test_a_database_that_is_away_is_said_and_not_hidden(served: tuple[Client, Central], dsn: str) -> None:
    client, central = served
    await central.pool.close()
    answer = await client.ask("GET", "/v1/health")
    assert answer.status == 503 and answer.headers["retry-after"]


async def test_the_document_is_what_is_served(served: tuple[Client, Central]) -> None:
    client, _ = served
    document = (await client.ask("GET", openapi.DOCUMENT)).json
    assert document == json.loads(openapi.encoded())
    paths = {(method.upper(), path) for path, one in document["paths"].items() for method in one}
    assert paths == {(one.method, one.path) for one in openapi.OPERATIONS}
