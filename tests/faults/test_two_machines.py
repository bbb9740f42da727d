"""An office of three processes: a hub without a printer and two ticket machines, which go on printing without it."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, hub_tls, replication
from kiosk_app.client import Client, CoreRefused
from kiosk_app.hub_settings import write_token
from offline_store.check import ChainCheck, Progress
from offline_store.log import Log
from tests.faults.house import ROOT, SERVICE, ForkServer, House, until

COUNTER = 3
NINE_UTC_MS = int(datetime(2026, 4, 6, 9, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp() * 1000)
MINUTE_MS = 60_000
CLOCK = '[simulation]\nclock = "driven"\nstart = 2026-04-06T09:00:00\n'


def toml(folder: Path, code: str, roles: str, rest: str) -> str:
    return f'''schema = 1
code = "{code}"
name = "{code}"
roles = {roles}
office_file = "{ROOT}/config/offices/kokura-kita.toml"
staff_file = "{ROOT}/config/staff.example.toml"
data_dir = "{folder}/data"
runtime_dir = "{folder}/run"
{rest}
{CLOCK}'''


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Office:
    """Each of the three is a House: a folder and a core process. Both machines share one simulated printer's bytes."""

    def __init__(self, folder: Path, forks: ForkServer, printers: tuple[SimulatedPrinter, SimulatedPrinter]) -> None:
        self.port = free_port()
        self.houses: list[House] = []
        folders = [folder / code for code in ("m1", "m2", "m3")]
        for one in folders:
            one.mkdir()
        hub_tls.make(folder / "tls", ["127.0.0.1"])
        hashes = {one.name: write_token(one / "token", one.name * 22) for one in folders[1:]}
        for one, printer in zip(folders, (printers[0], *printers), strict=True):
            house = House(one, forks, printer)
            if one.name == "m1":
                machines = "".join(f'{code} = "{known}"\n' for code, known in hashes.items())
                files = f'cert_file = "{folder}/tls/hub.pem"\nkey_file = "{folder}/tls/hub.key"\n'
                hub = f'[hub]\nlisten = "127.0.0.1:{self.port}"\n{files}[hub.machines]\n{machines}'
                house.machine_file.write_text(toml(one, "m1", '["hub"]', hub))
            else:
                hub = f'[hub]\naddress = "https://127.0.0.1:{self.port}"\ntoken_file = "token"\n'
                hub += f'ca_file = "{folder}/tls/ca.pem"\n'
                paper = f'[printer]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {printer.port}\nanswer_s = 2.0\n'
                house.machine_file.write_text(toml(one, one.name, '["ticket_machine"]', hub + paper))
            self.houses.append(house)
        self.hub, self.first, self.second = self.houses

    def start(self) -> None:
        for house in self.houses:
            house.start()

    def known_at_the_hub(self, number: str) -> bool:
        letter, digits = number.split("-")
        wanted = (letter, int(digits))
        return any((body["letter"], body["number"]) == wanted for body in self.hub.bodies("TicketIssued"))

    def said(self) -> str:
        return "\n".join(house.said() for house in self.houses)


@pytest.fixture
def office(tmp_path: Path, forks: ForkServer, printer: SimulatedPrinter) -> Iterator[Office]:
    with SimulatedPrinter(speed_dots_s=100_000.0, cut_s=0.0) as other:
        made = Office(tmp_path, forks, (printer, other))
        yield made
        for house in made.houses:
            if house.running:
                house.kill()


def equal_logs(houses: list[House]) -> bool:
    """Of stopped machines."""
    logs = [Log.open(house.log_path, house.folder.name).log for house in houses]
    try:
        for log in logs:
            check = ChainCheck(log)
            progress = check.run()
            assert isinstance(progress, Progress) and progress.done
            check.close()
        return len({log.digest() for log in logs}) == 1
    finally:
        for log in logs:
            log.close()


def has(house: House, kind: str, count: int) -> bool:
    return len(house.bodies(kind)) == count


def linked(house: House) -> bool:
    return house.client.health().hub == "linked"


def hold_until_it_comes_back(office: Office, staff: Client) -> None:
    """The hub alone says so, and no machine is cut off for having said it as well."""
    staff.act(api.StaffAct(intent="next", verb="call_next", counter=COUNTER))
    assert staff.act(api.StaffAct(intent="hold", verb="hold", counter=COUNTER)).ok
    for house in office.houses:
        until(partial(has, house, "Held", 1), "it is held", office.said)
    for house in office.houses:
        later = NINE_UTC_MS + 60 * MINUTE_MS
        house.client.post("/v1/simulation/clock", api.ClockJump(utc_ms=later), api.Reply)
    for house in office.houses:
        until(partial(has, house, "Resumed", 1), "it is back", office.said)
    assert [linked(house) for house in office.houses[1:]] == [True, True]


@pytest.mark.slow
def test_a_killed_hub_stops_nobody_and_hears_of_every_ticket_afterwards(office: Office) -> None:
    office.start()
    for house in (office.first, office.second):
        until(partial(linked, house), "linked", office.said)
    numbers = [office.first.take_ticket(), office.second.take_ticket()]
    for number in numbers:
        until(partial(office.known_at_the_hub, number), "at the hub", office.said)
    office.hub.kill()
    for _ in range(3):
        numbers += [office.first.take_ticket(), office.second.take_ticket()]
    office.second.kill()
    office.second.start()
    numbers.append(office.second.take_ticket())
    office.hub.start()
    for number in numbers:
        until(partial(office.known_at_the_hub, number), "after", office.said, 60.0)
    assert len(set(numbers)) == len(numbers), numbers
    staff = office.hub.signed_in()
    staff.act(api.StaffAct(intent="o", verb="open_counter", counter=COUNTER))
    for call in range(3):
        reply = staff.act(api.StaffAct(intent=f"c{call}", verb="call_next", counter=COUNTER))
        assert reply.ok, reply.message
        staff.act(api.StaffAct(intent=f"d{call}", verb="complete", counter=COUNTER))
    calls = office.hub.bodies("Called")
    assert len({body["ticket"] for body in calls}) == 3
    for house in (office.first, office.second):
        until(partial(has, house, "Called", 3), "calls come", office.said)
    hold_until_it_comes_back(office, staff)
    for house in (office.first, office.second, office.hub):
        house.stop()
    for house in office.houses:
        house.start()
    until(lambda: all(linked(house) for house in office.houses[1:]), "linked again", office.said, 60.0)
    until(lambda: len({house.client.health().facts for house in office.houses}) == 1, "equal", office.said, 60.0)
    for house in (office.first, office.second, office.hub):
        house.stop()
    assert equal_logs(office.houses)


@pytest.mark.slow
def test_a_ticket_of_a_machine_that_is_away_is_called_by_its_number_and_is_one_visit_when_it_comes_back(
    office: Office,
) -> None:
    office.start()
    until(partial(linked, office.first), "linked", office.said)
    office.hub.kill()
    alone = [office.first.take_ticket() for _ in range(3)]
    office.first.kill()
    office.hub.start()
    staff = office.hub.signed_in()
    staff.act(api.StaffAct(intent="o", verb="open_counter", counter=COUNTER))
    act = api.StaffAct(intent="c1", verb="call_number", counter=COUNTER, number=alone[1])
    asked = staff.act(act)
    assert (asked.ok, asked.needs) == (False, "service"), asked
    called = staff.act(msgspec.structs.replace(act, intent="c2", service=SERVICE))
    assert called.ok, called.message
    assert [call.number for call in office.hub.client.get("/v1/display/view", api.DisplayView).newest] == [alone[1]]
    assert staff.act(api.StaffAct(intent="d", verb="complete", counter=COUNTER)).ok
    office.first.start()
    for number in alone:
        until(partial(office.known_at_the_hub, number), "they come", office.said, 60.0)
    until(partial(has, office.hub, "NumberMatched", 1), "the hub knows it again", office.said)
    later = []
    for call in range(3):
        staff.act(api.StaffAct(intent=f"n{call}", verb="call_next", counter=COUNTER))
        current = staff.staff_view().current
        later += [current.number] if current is not None else []
    assert later == [alone[0], alone[2]], "who was served is not called again"
    until(lambda: len({h.client.health().facts for h in (office.hub, office.first)}) == 1, "equal", office.said, 60.0)


@pytest.mark.slow
def test_a_machine_is_no_place_for_staff_and_the_hub_none_for_strangers(office: Office) -> None:
    office.start()
    with pytest.raises(CoreRefused, match="421"):
        office.first.client.staff_view()
    trusted = ssl.create_default_context(cafile=str(office.first.folder.parent / "tls" / "ca.pem"))
    address = f"https://127.0.0.1:{office.port}{replication.PATH}"

    def status(data: bytes, token: str = "", method: str = "POST") -> int:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(address, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20, context=trusted) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return int(error.code)

    right = "m2" * 22
    assert status(b"") == status(b"x", "wrong" * 10) == status(b"", right[:-1]) == 401
    assert status(b"\xc1", right) == status(json.dumps({}).encode(), right) == 422
    assert status(bytes(replication.MESSAGE_BYTES_MAX + 1), right) == 413
    assert office.hub.client.health().log == "ok"


@pytest.mark.slow
def test_a_machine_tells_nothing_to_a_hub_of_another_authority_and_one_that_is_revoked_hears_nothing(
    office: Office, tmp_path: Path
) -> None:
    hub_tls.make(tmp_path / "other", ["127.0.0.1"])
    first, second = office.first.machine_file, office.hub.machine_file
    first.write_text(first.read_text().replace("/tls/ca.pem", "/other/ca.pem"))
    lines = second.read_text().splitlines()
    second.write_text("\n".join(line for line in lines if not line.startswith("m3")))
    office.start()
    numbers = [office.first.take_ticket(), office.second.take_ticket()]
    assert numbers == ["A-720", "A-740"], "each from its own band"
    until(lambda: office.second.client.health().hub == "token", "refused", office.said)
    assert office.first.client.health().hub == "away"
    assert office.hub.bodies("TicketIssued") == []


@pytest.mark.slow
def test_a_taken_port_is_one_clear_message(office: Office) -> None:
    with socket.create_server(("127.0.0.1", office.port)):
        office.hub.start(ready=False)
        assert office.hub.exit_code() == 2
    assert f"hub.listen: 127.0.0.1:{office.port}" in office.hub.said()
