"""Pairing with the real processes: trust outlives a killed hub, and so does its end; tickets need neither."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk_app import api, hub_tls
from kiosk_app.client import Client, CoreAway, DeviceRefused
from tests.faults.house import ROOT, House, until, until_value
from tests.faults.test_two_machines import free_port

TECHNICIAN = ("9001", "5791")


@pytest.fixture
def hub(house: House) -> House:
    """One computer that is hub and ticket machine, with a door."""
    hub_tls.make(house.folder / "tls", ["127.0.0.1"])
    house.port = free_port()  # type: ignore[attr-defined]
    files = f'cert_file = "{house.folder}/tls/hub.pem"\nkey_file = "{house.folder}/tls/hub.key"\n'
    door = f'\n[hub]\nlisten = "127.0.0.1:{house.port}"\n{files}'  # type: ignore[attr-defined]
    house.machine_file.write_text(house.machine_file.read_text() + door)
    house.start()
    return house


def begun(hub: House, folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "kiosk_app.main", "pair", "--use", "console", "--name", name]
    command += ["--hub", f"https://127.0.0.1:{hub.port}", "--dir", str(folder)]  # type: ignore[attr-defined]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, encoding="utf-8")


def paired(hub: House, folder: Path, name: str) -> Client:
    with begun(hub, folder, name) as device:
        assert device.stdout is not None
        said = ""
        while not (shown := re.search(r"この番号：(\d{3}) (\d{3})", said)):
            line = device.stdout.readline()
            assert line, said
            said += line
        staff = hub.signed_in(*TECHNICIAN)
        part = staff.staff_view().technician
        assert part is not None
        (waiting,) = part.pairings
        assert (waiting.code, waiting.name) == (shown[1] + shown[2], name)
        assert staff.act(api.StaffAct(intent=f"yes {name}", verb="confirm_pairing", pairing=waiting.id)).ok
        assert device.wait(20) == 0
    return Client(f"device:{folder}", timeout_s=20)


def comes_in(client: Client) -> bool:
    """False where the hub refuses this device; while it starts it is asked again."""

    def tried() -> bool | None:
        try:
            client.sign_in(api.SignIn(staff_code="1002", pin="2468"))
        except DeviceRefused:
            return False
        except CoreAway:
            return None
        return client.staff_view().staff_code == "1002"

    return until_value(tried, lambda found: found is not None, "the hub answers") is True


@pytest.mark.slow
def test_a_console_is_trusted_over_a_killed_hub_and_revoked_for_good(hub: House, tmp_path: Path) -> None:
    console = paired(hub, tmp_path / "console", "3番窓口")
    other = paired(hub, tmp_path / "other", "4番窓口")
    assert comes_in(console) and comes_in(other)
    numbers = [hub.take_ticket()]
    hub.kill()
    hub.start()
    assert console.staff_view().staff_code == "1002", "its session as well"
    numbers.append(hub.take_ticket())
    (device,) = {body["device"] for body in hub.bodies("DeviceEnrolled") if body["name"] == "3番窓口"}
    staff = hub.signed_in(*TECHNICIAN)
    revoke = api.StaffAct(intent="gone", verb="revoke_device", device=device, reason="紛失・盗難")
    assert staff.act(revoke).ok
    assert not comes_in(console)
    hub.kill()
    hub.start()
    assert not comes_in(console)
    assert comes_in(other)
    numbers.append(hub.take_ticket())
    assert len(set(numbers)) == 3
    until(lambda: any(body["cause"] == "revoked" for body in hub.bodies("RequestRefused")), "recorded", hub.said)
    assert "device_refused" in hub.alerts(hub.signed_in(*TECHNICIAN))
    assert other.token and device not in hub.said()
