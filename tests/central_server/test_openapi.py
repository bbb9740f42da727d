"""The document of the JSON API and the server say the same: schemathesis sends what it allows and what it forbids."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from central_server import database, openapi
from central_server.limits import Limits
from central_server.openapi import OPERATIONS, Operation
from scripts.postgres import Cluster
from tests.central_server.conftest import fresh
from tests.central_server.house import OFFICE, lanes, planned
from tests.central_server.http_house import serving
from tests.depth import DEPTH

pytestmark = pytest.mark.slow
EXAMPLES = {"quick": 6, "plain": 10, "long": 400}[DEPTH]
PATIENCE_S = 60.0
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def address(cluster: Cluster) -> Iterator[str]:
    """Of a server in a thread of its own."""
    found: list[str] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        with fresh(cluster) as dsn:
            await serve_on(dsn)

    async def serve_on(dsn: str) -> None:
        async with database.pool(dsn) as pool:
            await planned(pool, lanes(3, 240))
            many = Limits(holds_in_ten_minutes=10**6)
            async with serving(pool, per_s=100_000, limits=many) as (client, _):
                found.append(f"http://127.0.0.1:{client.port}")
                ready.set()
                await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(PATIENCE_S)
    yield found[0]
    loop.call_soon_threadsafe(ended.set)
    thread.join(PATIENCE_S)
    loop.close()


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_no_request_gives_5xx_and_every_reply_is_as_documented(one: Operation, address: str) -> None:
    described = schemathesis.openapi.from_dict(openapi.document())[one.path][one.method]
    allowed = described.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = described.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(allowed | wrong if one.body or one.query else allowed)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def sent(case: Any) -> None:
        if case.path_parameters:
            # Of an office that is not there everything is said in one word.
            case.path_parameters["office"] = OFFICE
        response = case.call(base_url=address, timeout=PATIENCE_S)
        assert response.status_code < 500
        case.validate_response(response, checks=CHECKS)

    sent()
