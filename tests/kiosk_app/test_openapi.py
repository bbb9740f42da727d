"""The document and the server say the same: schemathesis sends what it allows and what it forbids, over real HTTP."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, openapi, serve
from kiosk_app.openapi import OPERATIONS, Operation
from tests.depth import DEPTH
from tests.kiosk_app.house import MORNING, SERVICE, House

pytestmark = pytest.mark.slow

EXAMPLES = {"quick": 6, "plain": 60, "long": 600}[DEPTH]
TIMEOUT_S = 10.0
TOO_LONG = 413
CHECKS = (status_code_conformance, content_type_conformance, response_schema_conformance, negative_data_rejection)
T = TypeVar("T")


class Running:
    """An office in a thread of its own, on loopback."""

    def __init__(self, house: House) -> None:
        self.house, self.token = house, ""
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.serving = self.do(self._start())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(TIMEOUT_S)

    async def _start(self) -> asyncio.Task[None]:
        await self.house.open()
        # Something of everything: people waiting, a visitor at a counter, a call for staff.
        for _ in range(3):
            await self.house.take()
        token = await self.house.sign_in("1002")
        await self.house.act(token, "open_counter", counter=3)
        await self.house.act(token, "call_next", counter=3)
        await self.house.press("staff")
        self.server = uvicorn.Server(serve.configuration(self.house.app))
        serving = asyncio.ensure_future(self.server.serve(sockets=[self.socket]))
        await self.house.until(lambda: self.server.started)
        return serving

    def signed_in(self) -> str:
        """A token that is good now, whatever was signed out before."""
        if not self.house.core.desk.knows(self.token):
            self.token = self.do(self.house.sign_in("3001"))
        return self.token

    def stop(self) -> None:
        async def stop() -> None:
            self.server.should_exit = True
            await self.serving
            await self.house.close()

        self.do(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(TIMEOUT_S)
        self.loop.close()


@pytest.fixture(scope="module")
def office(one_printer: SimulatedPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "READ_SLICE_S", 0.005)
        running = Running(House(tmp_path_factory.mktemp("office"), one_printer, MORNING))
        yield running
        running.stop()


def wrong_on_the_wire(response: Any, parameters: list[dict[str, Any]]) -> bool:
    """Whether a query is as forbidden as it was meant to be: a wrong parameter without any value is left out when it is
    sent, and the token that a case takes away is the test's own to give."""
    sent = parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)
    known = {one["name"]: one for one in parameters}
    right = [name in known and fits(known[name]["schema"], value) for name, value in sent]
    missing = {name for name, one in known.items() if one.get("required")} - dict(sent).keys()
    return not parameters or not all(right) or bool(missing) or len(sent) > len(dict(sent))


def fits(schema: dict[str, Any], value: str) -> bool:
    return re.search(schema.get("pattern", ""), value) is not None and len(value) <= schema.get("maxLength", 10**6)


@pytest.mark.parametrize("one", [one for one in OPERATIONS if not one.stream], ids=lambda one: one.path)
def test_no_request_gives_5xx_and_every_reply_is_as_documented(one: Operation, office: Running) -> None:
    told = openapi.document()["paths"][one.path][one.method.lower()].get("parameters", []) if one.query else []
    described = schemathesis.openapi.from_dict(openapi.document())[one.path][one.method]
    allowed = described.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = described.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(allowed | wrong if one.body or one.zone or one.query else allowed)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def sent(case: Any) -> None:
        headers = {"Authorization": f"Bearer {office.signed_in()}"} if one.token else {}
        response = case.call(base_url=office.address, headers=headers, timeout=TIMEOUT_S)
        assert office.house.core.bug is None
        assert response.status_code < 500
        # A body that is too long is refused before anybody looks at what is wrong with it.
        rejects = wrong_on_the_wire(response, told) and response.status_code != TOO_LONG
        checks = [check for check in CHECKS if rejects or check is not negative_data_rejection]
        case.validate_response(response, checks=checks)

    sent()


def test_every_operation_is_described_with_what_it_can_answer() -> None:
    told = openapi.document()
    assert set(told["paths"]) == {one.path for one in OPERATIONS}
    for one in OPERATIONS:
        described = told["paths"][one.path][one.method.lower()]
        assert described["summary"]
        assert ("401" in described["responses"]) == one.token == ("security" in described)
        assert ("403" in described["responses"]) == bool(one.roles)
        assert not one.tool or one.method == "GET", "a tool reads, and nothing else"
        assert ("422" in described["responses"]) == bool(one.body or one.zone or one.query)
        assert ("requestBody" in described) == (one.body is not None)
    assert {"StaffAct", "CitizenView", "Failure"} <= set(told["components"]["schemas"])


def test_the_examples_of_this_house_fit_the_document(office: Running) -> None:
    """What our faces really send is what the document allows."""
    schemas = openapi.document()["components"]["schemas"]
    act = msgspec.to_builtins(api.StaffAct(intent="i", verb="issue", service=SERVICE))
    assert set(act) == set(schemas["StaffAct"]["properties"])
    assert schemas["StaffAct"]["required"] == ["intent", "verb"]
    press = msgspec.to_builtins(api.Press(press_id="p", screen_id="s", control="c"))
    assert set(press) == set(schemas["Press"]["required"])
    assert office.do(office.house.ask("GET", openapi.DOCUMENT)).status == 200
