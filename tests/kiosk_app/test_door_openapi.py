"""Briefly over the hub's door: what the document allows and forbids, sent over TLS by a paired console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import hub_server, openapi
from kiosk_app.answer_headers import DEVICE
from kiosk_app.openapi import OPERATIONS, Operation
from tests.depth import DEPTH
from tests.kiosk_app.door_house import DoorHouse
from tests.kiosk_app.test_openapi import CHECKS, TIMEOUT_S, negative_data_rejection, wrong_on_the_wire

pytestmark = pytest.mark.slow

EXAMPLES = {"quick": 3, "plain": 12, "long": 200}[DEPTH]


@pytest.fixture(scope="module")
def office(one_printer: SimulatedPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorHouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "READ_SLICE_S", 0.005)
        patch.setattr(hub_server, "REQUESTS_PER_S", 10_000.0)
        patch.setattr(hub_server, "REQUESTS_AT_ONCE", 10_000.0)
        made = DoorHouse(tmp_path_factory.mktemp("door"), one_printer)
        made.take_ticket()
        # One device: an intent that another has used is its own.
        made.console = made.enrol("console")  # type: ignore[attr-defined]
        yield made
        made.stop()


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if "console" in one.uses and not one.stream], ids=lambda one: one.path
)
def test_no_request_of_a_console_gives_5xx_and_every_reply_is_as_documented(one: Operation, office: DoorHouse) -> None:
    device: str = office.console  # type: ignore[attr-defined]
    signed = [office.sign_in(device, "3001")]
    told = openapi.document()["paths"][one.path][one.method.lower()].get("parameters", []) if one.query else []
    described = schemathesis.openapi.from_dict(openapi.document())[one.path][one.method]
    allowed = described.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = described.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    def token() -> str:
        """Good now, whatever was signed out before."""
        if office.call(lambda: office.house.core.desk.device_of(signed[0])) is None:
            signed[0] = office.sign_in(device, "3001")
        return signed[0]

    @given(allowed | wrong if one.body or one.query else allowed)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def sent(case: Any) -> None:
        headers = {DEVICE: device} | ({"Authorization": f"Bearer {token()}"} if one.token else {})
        response = case.call(
            base_url=f"https://127.0.0.1:{office.port}", headers=headers, timeout=TIMEOUT_S, verify=str(office.ca_file)
        )
        assert office.house.core.bug is None
        assert response.status_code < 500
        rejects = wrong_on_the_wire(response, told)
        checks = [check for check in CHECKS if rejects or check is not negative_data_rejection]
        case.validate_response(response, checks=checks)

    sent()
