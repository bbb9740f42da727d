"""The hub's door over TLS: each use may what is written for it and nothing else, on its own device, until revoked."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from itertools import product
from typing import get_args

import msgspec
import pytest

from drivers.escpos_printer import line
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, openapi, pairing, replication
from kiosk_app.hub_settings import hash_of_token
from kiosk_app.office import facts as f
from kiosk_app.openapi import OPERATIONS, Operation
from offline_store.exchange import Have
from tests.kiosk_app.door_house import DoorHouse, until
from tests.kiosk_app.house import PINS

ROLES = {"clerk": "1001", "guide": "2001", "leader": "3001", "technician": "9001"}
USES: tuple[api.DeviceUse, ...] = get_args(api.DeviceUse)
M2 = "m2".ljust(43, "x")


@pytest.fixture(scope="module")
def office(one_printer: SimulatedPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorHouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "READ_SLICE_S", 0.005)
        made = DoorHouse(tmp_path_factory.mktemp("door"), one_printer, {"m2": M2})
        yield made
        made.stop()


def target(one: Operation) -> str:
    asked: dict[object, str] = {
        api.ActionsAsked: "?date=2026-04-06",
        api.SlotDaysAsked: "?letter=H",
        api.ClaimsAsked: "?typed=AB12-CD34",
    }
    return one.path + asked.get(one.query, "")


def body(one: Operation, number: int) -> msgspec.Struct | None:
    if one.body is api.SignIn:
        return api.SignIn(staff_code="2001", pin=PINS["2001"])
    if one.body is api.StaffAct:
        return api.StaffAct(intent=f"walk-{number}", verb="accept_alert", alert="none")
    if one.body is api.IntentAsked:
        return api.IntentAsked(intent=f"settle-{number}")
    if one.body is api.Press:
        return api.Press(press_id=f"walk-{number}", screen_id="none", control="ticket")
    if one.body is api.FormScan:
        return api.FormScan(text="no code of ours")
    if one.body is api.PictureSent:
        return api.PictureSent(asked="none", screen_id="none", png=b"")
    return api.ClockJump(utc_ms=0) if one.body else None


def allowed(one: Operation, use: str, role: str) -> int:
    """What is written in OPERATIONS, once more by hand where it is not simply data."""
    if use in ("", "unknown", "revoked"):
        return 401
    if use not in one.uses:
        return 403
    if one.token and role in ("", "wrong"):
        return 401
    return 403 if one.roles and role not in one.roles else 200


@pytest.mark.slow
def test_every_operation_by_every_use_in_every_role_is_allowed_or_not_as_it_is_written(office: DoorHouse) -> None:
    devices = {use: office.enrol(use, "m8" if use == "ticket_machine" else f"walk {use}") for use in USES}
    gone = office.enrol("console", "revoked one")
    office.revoke("console", "revoked one")
    devices |= {"": "", "unknown": "u" * 43, "revoked": gone}
    tokens = {role: office.sign_in(devices["console"], code) for role, code in ROLES.items()}
    tokens |= {"": "", "wrong": "w" * 43}
    # The second is the document itself.
    document = Operation("GET", openapi.DOCUMENT, "", api.Health)
    found, expected = {}, {}
    lines = {use: office.line() if use in USES else None for use in devices}
    for number, (one, use, role) in enumerate(product((*OPERATIONS, document), devices, tokens)):
        asked = (one.method, target(one), body(one, number), devices[use], tokens[role], lines[use])
        told = office.ask(*asked, stream=bool(one.stream))
        while told.status == 429:
            # So many at once no device may ask; whoever asks more slowly is answered.
            time.sleep(0.2)
            told = office.ask(*asked, stream=bool(one.stream))
        key = (one.path, use, role)
        found[key] = told.status
        expected[key] = 404 if one is document and use in USES else allowed(one, use, role)
        assert told.epoch == "1", key
    for used in lines.values():
        if used is not None:
            used.close()
    assert {key: status for key, status in found.items() if status != expected[key]} == {}
    may = {(path, use) for (path, use, _), status in found.items() if status == 200}
    assert may == {(one.path, use) for one in OPERATIONS for use in one.uses}
    assert {path for path, use in may if use == "console"} >= {"/v1/staff/act", "/v1/statistics", "/v1/queue/next/why"}
    assert {path for path, use in may if use == "display"} == {
        "/v1/display/view", "/v1/display/events", "/v1/display/picture", "/v1/voice/events",
    }  # fmt: skip
    assert office.house.core.bug is None


@pytest.mark.parametrize("path", ["/", "/v1/citizen/view%0A", "/v1/staff/view/", "//v1/staff/view", "/v1/staff%2Fview"])
def test_a_path_that_is_none_is_404_for_a_device_and_401_for_a_stranger(office: DoorHouse, path: str) -> None:
    device = office.enrol("console", f"paths {len(path)} {path[-2:]}")
    expected = 401 if path == "/v1/staff%2Fview" else 404
    assert office.ask("GET", path, device=device).status == expected
    assert office.ask("GET", path).status == 401


def test_a_wrong_method_is_405(office: DoorHouse) -> None:
    device = office.enrol("console", "methods")
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
        assert office.ask(method, "/v1/staff/view", device=device).status == 405
        assert office.ask(method, pairing.PATH, device=device).status == 405
        assert office.ask(method, replication.PATH, device=device).status == 405


def test_a_staff_token_opens_nothing_on_another_console_and_not_on_the_machine(office: DoorHouse) -> None:
    here, there = office.enrol("console", "here"), office.enrol("console", "there")
    token = office.sign_in(here)
    assert office.ask("GET", "/v1/staff/view", device=here, token=token).status == 200
    before = office.refusals()
    for _ in range(2):
        assert office.ask("GET", "/v1/staff/view", device=there, token=token).status == 401
        assert office.act(there, token, "call_next", counter=3).status == 401
    assert office.do(office.house.ask("GET", "/v1/staff/view", token=token)).status == 401
    assert [new for new in office.refusals() if new not in before] == [("token_of_another_device", "id-console-there")]
    assert "device_refused" in dict(office.bells()), "one bell for all of them"
    own = office.do(office.house.sign_in("1002"))
    assert office.ask("GET", "/v1/staff/view", device=here, token=own).status == 401
    assert office.ask("GET", "/v1/staff/view", device=here, token=token).status == 200, "and it goes on"


def test_an_act_of_one_console_is_not_repeated_by_another(office: DoorHouse) -> None:
    here, there = office.enrol("console", "first"), office.enrol("console", "second")
    first, second = office.sign_in(here), office.sign_in(there, "1002")
    assert office.act(here, first, "open_counter", counter=5, intent="copied").of(api.Reply).ok
    assert office.act(here, first, "open_counter", counter=5, intent="copied").of(api.Reply).ok, "its own repeat"
    opened = len(office.call(lambda: office.house.facts(f.CounterOpened)))
    for _ in range(2):
        told = office.act(there, second, "open_counter", counter=5, intent="copied")
        asked = office.ask("POST", "/v1/staff/settle", api.IntentAsked(intent="copied"), there, second)
        assert asked.status == 403, "nor is it given up by another"
        assert (told.status, told.of(api.Failure).error[:11]) == (403, "この操作は別の端末のも")
    assert len(office.call(lambda: office.house.facts(f.CounterOpened))) == opened
    assert office.refusals().count(("intent_of_another_device", "id-console-second")) == 1


def test_a_display_hears_its_own_zone_when_it_names_none(office: DoorHouse) -> None:
    zoned = office.enrol("display", "2階の表示", zone="2F")
    told = office.ask("GET", "/v1/display/view", device=zoned).of(api.DisplayView)
    assert told.zone == "2階"
    assert office.ask("GET", "/v1/display/view?zone=1F", device=zoned).of(api.DisplayView).zone == "1階"
    assert office.ask("GET", "/v1/display/view?zone=9F", device=zoned).status == 422


def opened_stream(
    office: DoorHouse, path: str, device: str, token: str = ""
) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
    line = office.line()
    headers = {"Hitofuda-Device": device} | ({"Authorization": f"Bearer {token}"} if token else {})
    line.request("GET", path, None, headers)
    response = line.getresponse()
    assert response.status == 200
    assert response.read1(1)
    return line, response


def ends(response: http.client.HTTPResponse) -> bool:
    while response.read1(65_536):
        pass
    return True


@pytest.mark.parametrize(
    ("use", "path"),
    [("console", "/v1/staff/events"), ("display", "/v1/display/events"), ("display", "/v1/voice/events")],
)
def test_revocation_ends_open_streams_and_refuses_what_comes_next(
    office: DoorHouse, use: api.DeviceUse, path: str
) -> None:
    name = f"revoked at {path}"
    device, other = office.enrol(use, name), office.enrol(use, f"beside {path}")
    token = office.sign_in(device) if use == "console" else ""
    line, response = opened_stream(office, path, device, token)
    beside, still = opened_stream(office, path, other, office.sign_in(other, "1002") if use == "console" else "")
    technician = office.enrol("console", f"technician at {path}")
    signed = office.sign_in(technician, "9001")
    told = office.act(technician, signed, "revoke_device", device=f"id-{use}-{name}", reason="紛失・盗難")
    assert told.of(api.Reply) == api.Reply(ok=True, message="端末の登録を取り消しました。")
    assert ends(response)
    for _ in range(2):
        again = office.ask("GET", path, device=device, token=token)
        assert (again.status, again.of(api.Failure).error) == (
            401,
            "この端末は登録されていません。技術員を呼んでください。",
        )
    assert office.refusals().count(("revoked", f"id-{use}-{name}")) == 1
    assert still.read1(1), "the one beside it goes on"
    line.close()
    beside.close()
    if use == "console":
        signed_in = office.call(lambda: office.house.core.book.state.signed_in)
        assert "1001" not in signed_in or office.house.core.desk.device_of(token) is None


def test_a_sign_in_under_way_on_a_device_that_is_revoked_meanwhile_gives_no_token(office: DoorHouse) -> None:
    device = office.enrol("console", "meanwhile")

    async def both() -> api.SignedInReply:
        wish = api.SignIn(staff_code="2001", pin=PINS["2001"])
        signing = office.house.core.desk.sign_in(wish, "id-console-meanwhile")
        office.house.core.book.commit("9001", [f.DeviceRevoked(device="id-console-meanwhile", reason="紛失・盗難")])
        return await signing

    assert not office.do(both()).ok
    assert office.ask("GET", "/v1/display/view", device=device).status == 401


# --- ticket machines ---------------------------------------------------------------------------------------------


def hello(office: DoorHouse, code: str) -> bytes:
    office_id = office.house.office.id
    return replication.encode(replication.Hello(replication.PROTOCOL, code, code, office_id, 1, Have(), {}))


def greeted(office: DoorHouse, token: str, code: str) -> str:
    told = office.ask("POST", replication.PATH, hello(office, code), token=token)
    if told.status != 200:
        return str(told.status)
    reply = replication.decode_reply(told.body)
    return reply.cause if isinstance(reply, replication.No) else type(reply).__name__


def records(office: DoorHouse) -> list[tuple[str, str]]:
    told = office.call(lambda: office.house.facts(f.RecordsRefused))
    return [(fact.machine_code, fact.cause) for fact in told if isinstance(fact, f.RecordsRefused)]


def test_a_paired_machine_replicates_beside_those_of_machine_toml_until_it_is_revoked(office: DoorHouse) -> None:
    paired = office.enrol("ticket_machine", "m7")
    assert greeted(office, M2, "m2") == greeted(office, paired, "m7") == "Welcome"
    assert greeted(office, "", "m7") == greeted(office, "x" * 43, "m7") == "401"
    console = office.enrol("console", "no machine")
    assert greeted(office, console, "m7") == "401", "a console's token is not a machine's"
    before = records(office)
    for _ in range(2):
        assert greeted(office, paired, "m2") == "not_its_name", "another's code"
    assert [new for new in records(office) if new not in before] == [("m7", "not_its_name")]
    office.revoke("ticket_machine", "m7")
    for _ in range(2):
        assert greeted(office, paired, "m7") == "401"
    assert records(office).count(("m7", "revoked")) == 1
    assert any(cause == "peer_refused" for cause, _ in office.bells())
    assert greeted(office, M2, "m2") == "Welcome"


def test_a_machine_of_machine_toml_is_revoked_without_a_restart(office: DoorHouse) -> None:
    technician = office.enrol("console", "技術員の端末")
    signed = office.sign_in(technician, "9001")
    shown = office.ask("GET", "/v1/staff/view", device=technician, token=signed).of(api.StaffView).technician
    assert shown is not None
    assert [(row.name, row.fixed) for row in shown.devices if row.id == "m2"] == [("m2", True)]
    assert office.act(technician, signed, "revoke_device", device="m2", reason="故障・交換").of(api.Reply).ok
    assert greeted(office, M2, "m2") == "401"
    assert records(office).count(("m2", "revoked")) == 1
    repeated = office.act(technician, signed, "revoke_device", device="m2", reason="故障・交換").of(api.Reply)
    assert (repeated.ok, repeated.message) == (False, "この端末は登録されていません。一覧を確かめてください。")


def test_what_the_technician_sees_is_what_is_so(office: DoorHouse) -> None:
    device = office.enrol("console", "見える端末")
    seen = office.enrol("display", "見える表示", zone="1F")
    token = office.sign_in(device, "9001")
    line, _ = opened_stream(office, "/v1/display/events", seen)

    def row(name: str) -> api.DeviceRow:
        view = office.ask("GET", "/v1/staff/view", device=device, token=token).of(api.StaffView)
        assert view.technician is not None and view.technician.pairing_off == ""
        return next(one for one in view.technician.devices if one.name == name)

    assert (row("見える表示").connected, row("見える表示").zone, row("見える表示").heard != "") == (True, "1F", True)
    line.close()
    until(lambda: office.call(lambda: office.house.core.paired.lines["id-display-見える表示"]) == 0)
    clerk = office.sign_in(device, "1001")
    assert office.ask("GET", "/v1/staff/view", device=device, token=clerk).of(api.StaffView).technician is None
    assert hash_of_token(device).encode() not in office.ask("GET", "/v1/staff/view", device=device, token=token).body
