"""A hub at rest notices that the way to central is dead, and says so on the technician's screen: real cores in networks
of their own, and a cable between them that is pulled, or on which nothing arrives any more.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk_app import api
from kiosk_app.client import Client, CoreTrouble
from tests.central_server.served import place
from tests.faults.house import ROOT, ForkServer, until
from tests.kiosk_app.house import the_office
from tests.namespaces import INSIDE, needs_cables
from tests.spaces.switch import CLEAN, CUT, Way
from tests.spaces.yard import address

pytestmark = pytest.mark.slow

HUB, CENTRAL = "m1", "m2"
NEVER_MS = 2**31 - 1
AT_REST = {
    "kiosk_app.sync": dict.fromkeys(("POLL_MS", "BOARD_MS", "SIGN_OF_LIFE_MS", "HELD_MS"), NEVER_MS),
    "kiosk_app.consoles": {"AGES_MS": NEVER_MS},
}
"""Nothing that the hub asks by itself may be how it notices, and no screen is made again but because of that."""
PATIENCE_S = 90.0
TECHNICIAN, PIN = "9001", "5791"


class Cable:
    """Between the two computers of the yard."""

    def __init__(self, folder: Path) -> None:
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._told.connect(str(folder / "yard.sock"))

    def plug(self, into: bool) -> None:
        """At the hub."""
        self._tell({"plug": HUB, "into": into})

    def carries(self, carries: bool) -> None:
        """Somewhere on the way, so that neither end sees anything of it."""
        way: Way = CLEAN if carries else CUT
        for source, target in ((HUB, CENTRAL), (CENTRAL, HUB)):
            self._tell({"from": source, "to": target, "way": asdict(way)})

    def _tell(self, wish: dict[str, object]) -> None:
        self._told.send(json.dumps(wish).encode())

    def close(self) -> None:
        self._told.close()


class Technician:
    """Sees what the hub's screen shows, as it is sent to it, and asks for nothing."""

    def __init__(self, core: str) -> None:
        self._client = Client(core)
        self.sees: api.CentralPart | None = None
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        try:
            assert self._client.sign_in(api.SignIn(staff_code=TECHNICIAN, pin=PIN)).ok
            for view in self._client.views("/v1/staff/events", api.StaffView, only="view", reconnect=False):
                self.sees = view.technician.central if view.technician is not None else None
        except CoreTrouble:
            # The core has ended.
            return

    def pending(self) -> int:
        """Asked for: nothing makes the screen anew only because the last facts have gone."""
        part = self._client.staff_view().technician
        return part.central.pending if part is not None and part.central is not None else -1

    def until(self, true: Callable[[api.CentralPart], bool], what: str, said: Callable[[], str]) -> None:
        until(lambda: self.sees is not None and true(self.sees), what, said, PATIENCE_S)


@pytest.fixture
def office(dsn: str, tmp_path: Path) -> Iterator[tuple[Cable, Client, Callable[[], str]]]:
    """The cable, the hub, and what was said."""
    central = place(dsn, the_office(), tmp_path / "central", address(2))
    log = {name: str(tmp_path / f"{name}.txt") for name in ("yard", HUB, CENTRAL)}

    def said() -> str:
        return "\n".join(Path(file).read_text() for file in log.values() if Path(file).exists())

    forks = ForkServer(INSIDE)
    running = [
        forks.start(yard=str(tmp_path), computers=[(HUB, 1), (CENTRAL, 2)], disk_mib=100, seed=1, log=log["yard"])
    ]
    try:
        held = tmp_path / "held.json"
        until(held.exists, "the computers stand", said, PATIENCE_S)
        holders = json.loads(held.read_text())
        at_central = {"central": str(central.folder), "dsn": dsn, "host": central.host, "port": central.port}
        running.append(forks.start(**at_central, inside=holders[CENTRAL], log=log[CENTRAL]))
        machine = tmp_path / HUB / "machine.toml"
        machine.write_text(machine_toml(machine.parent, central.folder, central.table.url))
        running.append(forks.start(machine=str(machine), inside=holders[HUB], constants=AT_REST, log=log[HUB]))
        hub = Client(f"unix:{machine.parent}/run/core.sock")
        until(lambda: linked(hub), "the hub is linked with central", said, PATIENCE_S)
        cable = Cable(tmp_path)
        yield cable, hub, said
        cable.close()
    finally:
        for pid in reversed(running):
            os.kill(pid, signal.SIGKILL)
            forks.wait(pid)
        forks.close()


def machine_toml(folder: Path, central: Path, url: str) -> str:
    return f'''schema = 1
code = "{HUB}"
name = "{HUB}"
roles = ["hub"]
office_file = "{ROOT}/config/offices/kokura-kita.toml"
staff_file = "{ROOT}/config/staff.example.toml"
data_dir = "{folder}/data"
runtime_dir = "{folder}/run"

[central]
url = "{url}"
token_file = "{central}/central.token"
ca_file = "{central}/ca.pem"
booking_key_file = "{central}/booking.key"

[simulation]
clock = "driven"
start = 2026-04-06T09:00:00
'''


def linked(hub: Client) -> bool:
    try:
        return hub.health().central == "linked"
    except CoreTrouble:
        return False


@needs_cables
@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", ["plug", "carries"])
def test_a_hub_at_rest_notices_a_dead_line(how: str, office: tuple[Cable, Client, Callable[[], str]]) -> None:
    cable, hub, said = office
    technician = Technician(hub.core)
    technician.until(lambda part: part.linked, "the technician sees that central is there", said)
    until(lambda: technician.pending() == 0, "everything is at central", said, PATIENCE_S)
    getattr(cable, how)(False)
    technician.until(lambda part: not part.linked, "the technician sees that central is away", said)
    assert technician.sees is not None
    assert technician.sees.trouble == "中央サーバーにつながりません。ネットワークを確かめてください。"
    assert technician.sees.since == "9:00"
    assert hub.health().central == "away"
    getattr(cable, how)(True)
    technician.until(lambda part: part.linked, "the technician sees that it is there again", said)
