"""The door of the core: nothing without a name, nothing without a token, one sentence for each refusal."""

import asyncio
import json
from itertools import product

import msgspec
import pytest

from kiosk_app import api, openapi, server
from kiosk_app.openapi import OPERATIONS
from kiosk_app.server import BODY_LIMIT_BYTES
from tests.kiosk_app.house import PATIENCE_S, House

ACT = api.StaffAct(intent="i", verb="call_next", counter=3)
PRESS = api.Press(press_id="p", screen_id="s", control="ticket")


async def test_without_a_token_nothing_of_the_request_is_even_looked_at(house: House) -> None:
    open_to_all = (
        "/v1/citizen/",
        "/v1/display/",
        "/v1/voice/",
        "/v1/health",
        "/v1/simulation/",
        "/v1/staff/sign-in",
        "/v1/hub/take",
        "/v1/diagnosis",
    )
    # What a technician's command asks stays on this computer: no device of the network may.
    assert not any(one.uses for one in OPERATIONS if one.path.startswith("/v1/diagnosis"))
    guarded = [one for one in OPERATIONS if not one.path.startswith(open_to_all)]
    assert guarded == [one for one in OPERATIONS if one.token]
    bodies = (b"", b"{not json", b" " * 20_000, msgspec.json.encode(ACT))
    for one, token, body in product(guarded, ("", "wrong"), bodies):
        answer = await house.ask(one.method, one.path, body, token=token)
        assert (answer.status, answer.error) == (401, "サインインしてください。"), one


async def test_exactly_the_documented_operations_are_served(house: House) -> None:
    served = {(method, route.path) for route in house.app.routes for method in route.methods}  # type: ignore[attr-defined]
    assert served == {(o.method, o.path) for o in OPERATIONS} | {("GET", openapi.DOCUMENT)}


async def test_an_unknown_path_is_404(house: House) -> None:
    for target in ("/", "/v1", "/v2/health", "/v1/health/", "/v1/citizen/view/", "/v1/../v1/x", "/docs"):
        answer = await house.ask("GET", target)
        assert (answer.status, answer.error) == (404, "Not Found"), target


async def test_a_wrong_method_is_405_and_says_the_right_one(house: House) -> None:
    token = await house.sign_in()
    for one, method in product(OPERATIONS, ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")):
        if method != one.method:
            answer = await house.ask(method, one.path, token=token)
            assert (answer.status, answer.headers["allow"]) == (405, one.method), one
            assert answer.error


WRONG_BODIES = [
    ("/v1/citizen/press", b"", "truncated"),
    ("/v1/citizen/press", b"[]", "object"),
    ("/v1/citizen/press", b'{"press_id":"p","screen_id":"s"}', "control"),
    ("/v1/citizen/press", b'{"press_id":1,"screen_id":"s","control":"c"}', "press_id"),
    ("/v1/citizen/press", b'{"press_id":"\xff","screen_id":"s","control":"c"}', "utf-8"),
    ("/v1/citizen/press", b'{"press_id":"\\ud800","screen_id":"s","control":"c"}', "surrogate"),
    ("/v1/citizen/press", b'{"press_id":"","screen_id":"s","control":"c"}', "press_id"),
    ("/v1/staff/sign-in", b'{"staff_code":"1001"}', "pin"),
    ("/v1/staff/sign-in", b'{"staff_code":"' + b"1" * 65 + b'","pin":"1"}', "staff_code"),
    ("/v1/staff/act", b'{"intent":"i","verb":"dance"}', "verb"),
    ("/v1/staff/act", b'{"intent":"","verb":"call_next"}', "intent"),
    ("/v1/staff/act", b'{"intent":"i","verb":"call_next","counter":100000}', "counter"),
    ("/v1/staff/act", b'{"intent":"i","verb":"issue","language":"xx"}', "language"),
    ("/v1/staff/act", b'{"intent":"i","verb":"cancel","reason":"' + b"x" * 201 + b'"}', "reason"),
    ("/v1/staff/act", b'{"intent":"i","verb":"open_counter","groups":["A","AA"]}', "groups"),
    ("/v1/simulation/clock", b'{"utc_ms":"noon"}', "utc_ms"),
    ("/v1/simulation/clock", b'{"utc_ms":9999999999999999}', "utc_ms"),
]


async def test_a_wrong_body_is_422_with_one_sentence_that_names_the_field(house: House) -> None:
    token = await house.sign_in()
    before = house.position
    for path, body, named in WRONG_BODIES:
        answer = await house.ask("POST", path, body, token=token)
        assert answer.status == 422, body
        assert named in answer.error.lower(), answer.error
        assert "\n" not in answer.error
    assert house.position == before


async def test_an_unknown_zone_is_422_and_costs_no_memory(house: House) -> None:
    for one, zone in product(OPERATIONS, ("9F", "1f", "%00", "x" * 300)):
        if one.zone:
            answer = await house.ask(one.method, f"{one.path}?zone={zone}")
            assert answer.status == 422
            assert answer.error.startswith("zone: expected one of 1F")
            assert len(answer.error) < 120
    assert house.core.announcements.open == 0


async def test_a_body_of_16_kib_is_read_and_one_byte_more_is_not(house: House) -> None:
    most = b" " * (BODY_LIMIT_BYTES - len(msgspec.json.encode(PRESS))) + msgspec.json.encode(PRESS)
    assert (await house.ask("POST", "/v1/citizen/press", most)).status == 200
    answer = await house.ask("POST", "/v1/citizen/press", b" " + most)
    assert (answer.status, answer.error) == (413, "a body has 16384 bytes at most")


async def test_a_body_that_does_not_come_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_TIMEOUT_S", 0.05)
    begun = b"POST /v1/citizen/press HTTP/1.1\r\nHost: core\r\nContent-Length: 100\r\n\r\n{"
    async with house.serve() as path:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(begun)
        assert b" 408 " in await asyncio.wait_for(reader.readline(), PATIENCE_S)
        writer.close()
        await writer.wait_closed()
        # Who leaves in the middle of a body is no bug of ours.
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(begun)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await house.ask("GET", "/v1/health")).status == 200
    assert house.core.bug is None


async def test_the_clock_of_a_real_machine_cannot_be_moved(house: House) -> None:
    jump = api.ClockJump(utc_ms=house.core.clock.now_utc_ms() + 60_000)
    assert (await house.ask("POST", "/v1/simulation/clock", jump)).of(api.Reply).ok
    assert house.core.clock.now_utc_ms() >= jump.utc_ms
    house.core.driven_clock = None
    for body in (jump, b"{"):
        answer = await house.ask("POST", "/v1/simulation/clock", body)
        assert (answer.status, answer.error) == (404, "this machine's clock is real")


async def test_a_bug_in_a_request_is_500_and_ends_the_core(house: House) -> None:
    bug = ValueError("a bug")

    def broken() -> api.Health:
        raise bug

    house.core.health = broken  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="a bug"):
        await house.ask("GET", "/v1/health")
    assert house.core.bug is bug
    assert house.core.ended.is_set()


async def test_health_says_what_a_technician_asks_first(house: House) -> None:
    health = (await house.ask("GET", "/v1/health")).of(api.Health)
    assert (health.machine, health.day, health.printer, health.log) == ("m1", "2026-04-06", "ready", "ok")
    assert health.facts == house.position
    house.printer.faults.fail_repeatedly("paper_out")
    await house.until(lambda: house.core.printer.status == "paper_out")
    assert (await house.ask("GET", "/v1/health")).of(api.Health).printer == "paper_out"


async def test_the_document_is_served_as_it_is_generated(house: House) -> None:
    answer = await house.ask("GET", openapi.DOCUMENT)
    assert json.loads(answer.body) == json.loads(json.dumps(openapi.document()))
