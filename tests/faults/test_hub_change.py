"""The hub changes between real processes: as planned, and because it was killed. Each core that has another role ends,
and is started again as the service manager does it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api, hub_commands, hub_tls
from kiosk_app.client import CoreRefused
from kiosk_app.hub_settings import write_token
from kiosk_app.serve import ROLE_CHANGED
from tests.faults.house import ForkServer, House, until
from tests.faults.test_two_machines import equal_logs, free_port, has, linked, toml

COUNTER = 3
LEADER, TECHNICIAN = ("3001", "4680"), ("9001", "5791")


class Office:
    """m1 and m2 may be hub, m1 to begin with; m3 never."""

    def __init__(self, folder: Path, forks: ForkServer, printers: tuple[SimulatedPrinter, SimulatedPrinter]) -> None:
        codes = ("m1", "m2", "m3")
        ports = dict(zip(codes[:2], (free_port(), free_port()), strict=True))
        folders = {code: folder / code for code in codes}
        for one in folders.values():
            one.mkdir()
        hub_tls.make(folder / "tls", ["127.0.0.1"])
        hashes = {code: write_token(one / "token", code * 22) for code, one in folders.items()}
        tls = f'ca_file = "{folder}/tls/ca.pem"\ntoken_file = "token"\n'
        self.houses = []
        for code, printer in zip(codes, (printers[0], *printers), strict=True):
            house = House(folders[code], forks, printer)
            where = [f'"https://127.0.0.1:{port}"' for other, port in ports.items() if other != code]
            hub = f"[hub]\naddress = [{', '.join(where)}]\n{tls}"
            if code in ports:
                (other,) = set(ports) - {code}
                first = str(code == "m1").lower()
                hub += f'listen = "127.0.0.1:{ports[code]}"\ncandidates = ["{other}"]\nfirst = {first}\n'
                hub += f'cert_file = "{folder}/tls/hub.pem"\nkey_file = "{folder}/tls/hub.key"\n[hub.machines]\n'
                hub += "".join(f'{one} = "{known}"\n' for one, known in hashes.items() if one != code)
            roles = {"m1": '["hub"]', "m2": '["hub", "ticket_machine"]', "m3": '["ticket_machine"]'}[code]
            paper = f'[printer]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {printer.port}\nanswer_s = 2.0\n'
            house.machine_file.write_text(toml(folders[code], code, roles, hub + (paper if code != "m1" else "")))
            self.houses.append(house)
        self.first, self.second, self.third = self.houses

    def said(self) -> str:
        return "\n".join(house.said() for house in self.houses)


@pytest.fixture
def office(tmp_path: Path, forks: ForkServer, printer: SimulatedPrinter) -> Iterator[Office]:
    with SimulatedPrinter(speed_dots_s=100_000.0, cut_s=0.0) as other:
        made = Office(tmp_path, forks, (printer, other))
        for house in made.houses:
            house.start()
        for house in made.houses[1:]:
            until(partial(linked, house), "linked", made.said)
        yield made
        for house in made.houses:
            if house.running:
                house.kill()


def begins_again(house: House) -> None:
    assert house.exit_code(30.0) == ROLE_CHANGED, house.said()
    house.start()


def ends_equal(office: Office, now_hub: House, epoch: int) -> None:
    others = [house for house in office.houses if house is not now_hub]
    for house in others:
        until(partial(linked, house), "linked", office.said, 60.0)
    until(lambda: len({house.client.health().facts for house in office.houses}) == 1, "equal", office.said, 60.0)
    assert {house.client.health().epoch for house in office.houses} == {epoch}
    assert [house.client.health().role for house in others] == ["machine"] * 2
    for house in others:
        with pytest.raises(CoreRefused, match="421"):
            house.signed_in()
    for house in office.houses:
        house.stop()
    assert equal_logs(office.houses)


@pytest.mark.slow
def test_a_planned_change_loses_nothing_and_the_counter_is_found_as_it_was(office: Office) -> None:
    for house in (office.second, office.third):
        house.take_ticket()
    until(partial(has, office.first, "TicketIssued", 2), "both at the hub", office.said)
    staff = office.first.signed_in()
    staff.act(api.StaffAct(intent="o", verb="open_counter", counter=COUNTER))
    assert staff.act(api.StaffAct(intent="c", verb="call_next", counter=COUNTER)).ok
    called = staff.staff_view().current
    leader = office.first.signed_in(*LEADER)
    part = leader.staff_view().hub
    assert part is not None and (part.code, part.epoch) == ("m1", 1)
    assert [(row.code, row.candidate, row.connected) for row in part.machines] == [
        ("m2", True, True),
        ("m3", False, True),
    ]
    assert not leader.act(api.StaffAct(intent="no", verb="hand_over_hub", machine="m3")).ok
    assert leader.act(api.StaffAct(intent="h", verb="hand_over_hub", machine="m2")).ok
    refused = staff.act(api.StaffAct(intent="late", verb="complete", counter=COUNTER))
    assert not refused.ok and "引き継いでいます" in refused.message
    begins_again(office.second)
    begins_again(office.first)
    staff = office.second.signed_in()
    view = staff.staff_view()
    assert view.counter is not None and view.counter.number == COUNTER
    assert called is not None and view.current == replace(called, machine="m2")
    assert staff.act(api.StaffAct(intent="d", verb="complete", counter=COUNTER)).ok
    assert staff.act(api.StaffAct(intent="n", verb="call_next", counter=COUNTER)).ok
    office.third.take_ticket()
    until(partial(has, office.second, "TicketIssued", 3), "at the new hub", office.said)
    assert len({body["ticket"] for body in office.second.bodies("Called")}) == len(office.second.bodies("Called")) == 2
    assert staff.staff_view().voided == ()
    ends_equal(office, office.second, 2)


@pytest.mark.slow
def test_after_its_death_another_takes_over_and_the_old_one_comes_back_as_a_machine(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.third.take_ticket()
    until(partial(has, office.second, "TicketIssued", 1), "everywhere", office.said)
    answers = {"電源を切ったハブの番号（m1など）: ": "m3", "技術員の係員番号: ": TECHNICIAN[0]}
    take = partial(hub_commands.take, office.second.machine_file)
    assert take(False, answers.__getitem__, lambda asked: TECHNICIAN[1]) == 2
    office.first.kill()
    assert take(True, answers.__getitem__, lambda asked: TECHNICIAN[1]) == 1
    assert "今のハブはm1です" in capsys.readouterr().err
    answers["電源を切ったハブの番号（m1など）: "] = "m1"
    assert take(True, answers.__getitem__, lambda asked: "0000") == 1
    assert take(True, answers.__getitem__, lambda asked: TECHNICIAN[1]) == 0
    begins_again(office.second)
    until(partial(linked, office.third), "it finds the new hub", office.said, 60.0)
    staff = office.second.signed_in()
    staff.act(api.StaffAct(intent="o", verb="open_counter", counter=COUNTER))
    assert staff.act(api.StaffAct(intent="c", verb="call_next", counter=COUNTER)).ok
    office.first.start(ready=False)
    begins_again(office.first)
    assert hub_commands.show(office.first.machine_file) == 0
    assert "ハブではありません" in capsys.readouterr().out
    ends_equal(office, office.second, 2)
