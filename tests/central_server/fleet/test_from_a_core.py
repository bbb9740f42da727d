"""A whole core tells its central of itself over real HTTPS: what stands on the fleet page came all the way, and nothing
of a person came with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from central_server.database import Pool
from central_server.fleet import seen
from central_server.fleet.seen import OfficeSeen
from kiosk_app.office import facts as f
from kiosk_app.program import program_version
from tests.central_server.served import NOW, Place, place
from tests.central_server.test_sync_door import PATIENCE_S, open_with
from tests.kiosk_app.conftest import one_printer, open_house, printer
from tests.kiosk_app.house import SERVICE, OpenHouse, the_office

__all__ = ["one_printer", "open_house", "printer"]
pytestmark = pytest.mark.slow
CANARY = "見本太郎"


@pytest.fixture
def central(dsn: str, tmp_path: Path) -> Place:
    return place(dsn, the_office(), tmp_path / "central")


async def here(pool: Pool) -> OfficeSeen:
    async with pool.connection() as connection:
        (only,) = await seen.all_offices(connection)
    return only


async def test_version_paper_checks_and_bells_reach_the_city(central: Place, open_house: OpenHouse, pool: Pool) -> None:
    with central.serving():
        house = await open_with(central, open_house)
        book = house.core.book
        book.commit("technician", [f.Diagnosed(machine_code="m1", grades={"disk": "good", "tls_hub": "look"})])
        alert = house.core.clock.new_id()
        book.commit("core", [f.StaffCalled(alert=alert, machine_code="m1", cause="help", detail=CANARY)])
        token = await house.sign_in()
        await house.act(token, "issue", service=SERVICE)
        found: list[OfficeSeen] = []

        async def has_come() -> bool:
            found[:] = [await here(pool)]
            return bool(found[0].machines and found[0].machines[0].bells and found[0].pending == 0)

        await _until(has_come)
        assert found[0].heard_at == NOW and found[0].told_at == NOW and found[0].hub == "m1"
        (machine,) = found[0].machines
        assert (machine.code, machine.hub, machine.version) == ("m1", True, program_version())
        assert machine.paper == {"printer": "ready"} and machine.checks == {"disk": "good", "tls_hub": "look"}
        assert machine.bells == ("help",) and abs(machine.heard_utc_ms - found[0].as_of_utc_ms) < 60_000
        async with pool.connection() as connection:
            rows = await (await connection.execute("SELECT machines FROM office_sync")).fetchall()
        assert CANARY.encode() not in rows[0][0]
        await house.close()


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not await true():
        assert asyncio.get_running_loop().time() < deadline, "it never came"
        await asyncio.sleep(0.05)


async def test_a_picture_that_cannot_be_read_is_an_office_without_machines(dsn: str, pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO offices (office, number, token_sha256, booking_key, added_at) VALUES ('o', 1, 'x', '', now())"
        )
        await connection.execute("INSERT INTO office_sync (office, session, machines) VALUES ('o', 's', 'nonsense')")
    assert (await here(pool)).machines == ()
