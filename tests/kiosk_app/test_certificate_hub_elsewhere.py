"""A certificate kiosk whose hub is another computer: staff say at the hub that they took the money, the word comes over
the line, and what the kiosk writes is known there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.clock import new_token
from kiosk_app.hub_settings import HubTable, write_token
from kiosk_app.office import payment_desk
from kiosk_app.office.decision import Decision
from tests.kiosk_app.certificate_kiosk_house import STAFF, YEN
from tests.kiosk_app.conftest import AKiosk
from tests.kiosk_app.door_house import DoorHouse

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(300)]


async def test_what_is_taken_at_the_hub_is_printed_at_the_kiosk_and_known_at_the_hub(
    tmp_path: Path, a_kiosk: AKiosk
) -> None:
    token = new_token()
    (tmp_path / "hub").mkdir()
    write_token(tmp_path / "hub.token", token)
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as other:
        door = DoorHouse(tmp_path / "hub", other, {"m2": token})
        try:
            way = HubTable(
                address=f"https://127.0.0.1:{door.port}",
                ca_file=str(door.ca_file),
                token_file=str(tmp_path / "hub.token"),
            )
            async with a_kiosk(code="m2", hub=way) as kiosk:
                await kiosk.until(lambda: kiosk.core.place.link == "linked")
                payment = await kiosk.to_pay()
                hub = door.house.core.book
                await kiosk.until(lambda: payment in hub.state.sales)
                answer = payment_desk.confirm(hub.state, payment, YEN, "intent")
                assert isinstance(answer, Decision), answer
                door.call(lambda: hub.commit(STAFF, answer.facts))
                await kiosk.sees("cert_take")
                await kiosk.told("issued")
                await kiosk.until(lambda: hub.state.sales[payment].ended and not hub.state.outcomes)
                assert not door.refusals() and hub.state.answers
        finally:
            door.stop()
