"""A machine under its own systemd: every unit works within its fence, and what freezes or dies comes back by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app import sealed
from kiosk_app.releases import Releases
from tests.systemd import booted
from tests.systemd.booted import Booted

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(booted.why_not()), reason=booted.why_not())]
CORE, CITIZEN, DISPLAY = "hitofuda-core.service", "hitofuda-face@citizen.service", "hitofuda-face@display.service"
SCREEN = "hitofuda-screen@citizen.service"
ASK = """
import http.client, json, socket
class Line(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX); self.sock.connect("/run/hitofuda/core.sock")
line = Line("core"); line.request("GET", "/v1/health"); print(line.getresponse().read().decode())
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booted]:
    with booted.booted(tmp_path_factory.mktemp("booted"), "hub", "ticket-machine", "display") as one:
        for unit in (CORE, SCREEN, CITIZEN, DISPLAY):
            one.until_active(unit)
        yield one


def health(machine: Booted) -> dict[str, object]:
    told: dict[str, object] = json.loads(machine.run("python3", "-I", "-c", ASK))
    return told


def main_pid(machine: Booted, unit: str) -> str:
    return machine.of_unit(unit, "MainPID")


def status(machine: Booted, unit: str) -> dict[str, str]:
    lines = machine.run("cat", f"/proc/{main_pid(machine, unit)}/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_the_core_works_within_its_fence(machine: Booted) -> None:
    told = health(machine)
    assert told["machine"] == "m1" and told["log"] == "ok" and told["role"] == "hub"
    assert str(told["version"]) == Releases(machine.root).current()
    assert machine.run("stat", "-c", "%a %U", "/var/lib/hitofuda") == "700 hitofuda-core"
    assert machine.run("stat", "-c", "%a %U %G", "/run/hitofuda/core.sock") == "660 hitofuda-core hitofuda"


def test_the_core_reaches_a_printer_on_the_network(machine: Booted) -> None:
    """Through the fence and the firewall. The simulator runs beside it; the driver speaks the real bytes."""
    serving = machine.within(
        "systemd-run", "--unit=printer-on-the-network", "--setenv=PYTHONPATH=/mnt", f"/{booted.ENVIRONMENT}/bin/python",
        "-P", "-m", "drivers.escpos_printer.simulator", "--port", "9100", "--out", "/run/paper",
    )  # fmt: skip
    assert serving.returncode == 0, serving.stderr
    machine.until(lambda: health(machine)["printer"] == "ready", "the printer answers")
    machine.run("systemctl", "stop", "printer-on-the-network")


@pytest.mark.parametrize("unit", [CORE, CITIZEN, DISPLAY, SCREEN])
def test_no_process_can_become_more_than_it_is(machine: Booted, unit: str) -> None:
    told = status(machine, unit)
    assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")
    assert int(told["CapEff"], 16) == 0 and int(told["CapBnd"], 16) == 0
    assert told["Uid"].split()[0] != "0"


def test_a_face_sees_no_network_no_device_and_no_file_of_the_office(machine: Booted) -> None:
    pid = main_pid(machine, CITIZEN)
    inside = ("nsenter", "-t", pid, "-m", "-n")
    links = machine.run(*inside, "cat", "/proc/self/net/dev").splitlines()[2:]
    assert [line.partition(":")[0].strip() for line in links] == ["lo"]
    devices = set(machine.run(*inside, "ls", "/dev").split())
    assert not {
        name for name in devices if name.startswith(("tty0", "ttyS", "ttyUSB", "sd", "vd", "input", "dri", "snd"))
    }
    assert machine.run(*inside, "ls", "/etc/hitofuda", "/var/lib/hitofuda", check=False).split() == [
        "/etc/hitofuda:", "/var/lib/hitofuda:"
    ]  # fmt: skip
    assert machine.within(*inside, "touch", "/etc/written").returncode != 0
    # A face of another screen cannot draw on this one.
    draws = ("setpriv", "--reuid=hitofuda-display", "--regid=hitofuda-display", "--clear-groups")
    assert machine.within(*draws, "ls", "/run/hitofuda-screens/citizen").returncode != 0
    assert machine.within(*draws, "ls", "/run/hitofuda").returncode != 0, "it is in no group but its own here"


def test_nothing_is_open_to_the_network_but_the_hubs_port(machine: Booted) -> None:
    rules = machine.run("nft", "list", "ruleset")
    assert rules.count("policy drop;") == 3 and "elements = { 8470 }" in rules


def test_the_self_test_sees_the_whole_computer_from_within_its_fence(machine: Booted) -> None:
    """There is no screen here, so it ends with 2; what it could look at is told, and kept by the core."""
    machine.within("systemctl", "start", "hitofuda-self-test.service")
    printed = machine.run("journalctl", "-u", "hitofuda-self-test.service", "-o", "cat", "--no-pager")
    told = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    grades = {one["check"]: one for one in told["findings"]}
    assert told["core"] and told["kept"]
    assert grades["unit_core"]["grade"] == "good" and grades["unit_face_citizen"]["grade"] == "good"
    assert grades["unit_voice"]["grade"] == "bad" and grades["screen"]["grade"] == "bad"
    assert grades["log"]["grade"] == "good" and grades["disk_speed"]["says"].endswith(" ms")
    assert "MiB" in grades["memory"]["says"] and grades["virtual_reader"]["grade"] == "good"
    assert grades["version"]["grade"] == "good" and grades["identity"]["grade"] == "good"


def test_a_backup_is_made_sealed_and_read_again_within_its_fence(machine: Booted, tmp_path: Path) -> None:
    assert machine.within("systemctl", "start", "hitofuda-backup.service").returncode != 0, "nobody's key is known yet"
    sealed.make_key(tmp_path / "office.key")
    shutil.copy(tmp_path / "office.key.pem", machine.root / "etc/hitofuda/backup.pem")
    done = machine.within("systemctl", "start", "hitofuda-backup.service")
    told = machine.run("journalctl", "-u", "hitofuda-backup.service", "-o", "cat", "--no-pager")
    assert done.returncode == 0 and "sealed and read again" in told, told
    (copy,) = (machine.root / "var/lib/hitofuda-backup").glob("m1-*.backup")
    assert copy.stat().st_mode & 0o077 == 0


def test_what_has_no_sound_card_waits_for_a_person(machine: Booted) -> None:
    for unit in ("hitofuda-voice.service", "hitofuda-earphone.service"):
        machine.until(lambda unit=unit: machine.of_unit(unit, "ActiveState") == "failed", unit)  # type: ignore[misc]
        assert machine.of_unit(unit, "ExecMainStatus") == "2" and machine.of_unit(unit, "NRestarts") == "0"


def test_what_freezes_is_killed_and_comes_back(machine: Booted) -> None:
    frozen = {unit: main_pid(machine, unit) for unit in (CORE, CITIZEN)}
    for pid in frozen.values():
        machine.run("kill", "-STOP", pid)
    for unit, pid in frozen.items():
        machine.until(lambda u=unit, p=pid: main_pid(machine, u) not in ("0", p), f"{unit} is another one")  # type: ignore[misc]
        machine.until_active(unit)
        assert int(machine.of_unit(unit, "NRestarts")) >= 1
    assert health(machine)["machine"] == "m1"


def test_a_face_whose_screen_dies_comes_back_on_the_new_one(machine: Booted) -> None:
    before = main_pid(machine, CITIZEN)
    machine.run("kill", "-KILL", main_pid(machine, SCREEN))
    machine.until(lambda: main_pid(machine, CITIZEN) not in ("0", before), "a new face")
    machine.until_active(CITIZEN)


def test_a_release_that_was_cut_off_is_taken_back_by_the_service_that_starts_first(machine: Booted) -> None:
    releases = Releases(machine.root)
    now = releases.current()
    broken = releases.staging("9.9.9") / "host/etc/systemd/system/hitofuda-core.service"
    broken.parent.mkdir(parents=True)
    broken.write_text("[Service]\nExecStart=/bin/false\n")
    releases.staged("9.9.9")
    releases.begin("9.9.9")
    machine.run("systemctl", "restart", "hitofuda-settle.service")
    assert Releases(machine.root).current() == now and Releases(machine.root).state().failed == "9.9.9"
    assert "hitofuda core --machine" in machine.of_unit(CORE, "ExecStart"), "its unit is read again too"


def test_a_configuration_that_cannot_be_used_is_not_tried_for_ever(machine: Booted) -> None:
    settings = machine.root / "etc/hitofuda/machine.toml"
    kept = settings.read_text()
    try:
        settings.write_text(kept + "nonsense = 1\n")
        machine.within("systemctl", "restart", CORE)
        machine.until(lambda: machine.of_unit(CORE, "ActiveState") == "failed", "it is given up")
        assert machine.of_unit(CORE, "ExecMainStatus") == "2"
        assert "nonsense" in machine.run("journalctl", "-u", CORE, "-o", "cat", "--no-pager")
    finally:
        settings.write_text(kept)
        machine.run("systemctl", "restart", CORE)
    machine.until_active(CORE)


UPDATE = "hitofuda-update.service"
NOT_NEEDED = (DISPLAY, "hitofuda-screen@display.service", "hitofuda-earphone.service")
UPDATE_PATIENCE_S = 240.0
"""It holds for ten seconds before and after, and gives sixty to what comes and goes."""


@pytest.fixture(scope="module")
def narrow(machine: Booted) -> Booted:
    """It is restarted again and again: only with what these tests look at."""
    machine.run("systemctl", "stop", *NOT_NEEDED)
    for unit in NOT_NEEDED:
        (machine.root / "etc/systemd/system/hitofuda.target.wants" / unit).unlink()
    machine.run("systemctl", "daemon-reload")
    return machine


def stage_next(machine: Booted, version: str, unit: str = "", text: str = "") -> Releases:
    """A release like the one that runs, ready to be tried; `text` is one of its units."""
    releases = Releases(machine.root)
    now, folder = releases.folder(releases.current()), releases.staging(version)
    subprocess.run(["cp", "-a", f"{now}/.", str(folder)], check=True)
    (known,) = (folder / "app").glob("hitofuda-*.dist-info")
    told = (known / "METADATA").read_text()
    (known / "METADATA").write_text(told.replace(f"Version: {releases.current()}\n", f"Version: {version}\n"))
    known.rename(known.with_name(f"hitofuda-{version}.dist-info"))
    if unit:
        (folder / "host/etc/systemd/system" / unit).write_text(text)
    releases.staged(version)
    releases.wait(version)
    return releases


def take(machine: Booted) -> str:
    """The update's service runs as its timer would start it; what it said."""
    machine.run("systemctl", "start", "--no-block", UPDATE)
    machine.until(
        lambda: machine.of_unit(UPDATE, "ActiveState") in ("inactive", "failed") and not machine.of_unit(UPDATE, "Job"),
        "the update has ended", UPDATE_PATIENCE_S,
    )  # fmt: skip
    invocation = machine.of_unit(UPDATE, "InvocationID")
    return machine.run("journalctl", f"_SYSTEMD_INVOCATION_ID={invocation}", "-o", "cat", "--no-pager")


@pytest.mark.timeout(400)
def test_an_update_is_taken_within_its_fence_where_a_voice_has_no_sound_card(narrow: Booted) -> None:
    voice = "hitofuda-voice.service"
    narrow.until(lambda: narrow.of_unit(voice, "ActiveState") == "failed", "the voice waits for a person")
    core = (narrow.root / "etc/systemd/system" / CORE).read_text()
    releases = stage_next(narrow, "0.2.0", CORE, core.replace("Description=", "Description=The next "))
    before = main_pid(narrow, CORE)
    said = take(narrow)
    assert "0.2.0 runs" in said and f"{voice} waits for a person, as before" in said, said
    assert (releases.current(), releases.state().confirmed, releases.state().trying) == ("0.2.0", "0.2.0", "")
    assert narrow.of_unit(CORE, "Description").startswith("The next ") and main_pid(narrow, CORE) != before
    assert health(narrow)["version"] == "0.2.0"
    settler = releases.base / "releases.py"
    assert settler.read_bytes() == (releases.folder("0.2.0") / "app/kiosk_app/releases.py").read_bytes()


@pytest.mark.timeout(400)
def test_an_update_whose_face_cannot_be_used_is_taken_back_and_the_old_one_runs(narrow: Booted) -> None:
    now = Releases(narrow.root).current()
    face = narrow.root / "etc/systemd/system/hitofuda-face@.service"
    before = face.read_text()
    ends = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'exit 2'\n"
    releases = stage_next(narrow, "0.3.0", face.name, ends)
    said = take(narrow)
    assert "0.3.0 was taken back" in said and "hitofuda-face@" in said and f"{now} runs" in said, said
    assert releases.current() == now and releases.state().failed == "0.3.0" and releases.state().waiting == ""
    assert face.read_text() == before
    for unit in (CORE, CITIZEN):
        narrow.until_active(unit)
    assert health(narrow)["version"] == now


def begun(machine: Booted, version: str) -> Releases:
    """The power, or a process, goes while this release is being tried."""
    releases = stage_next(machine, version)
    machine.run("systemctl", "start", "--no-block", UPDATE)
    machine.until(lambda: releases.state().trying == version, "it is being tried", UPDATE_PATIENCE_S)
    machine.until(lambda: health_version(machine) == version, "its core runs", UPDATE_PATIENCE_S)
    return releases


def health_version(machine: Booted) -> str:
    told = machine.within("python3", "-I", "-c", ASK).stdout
    return str(json.loads(told)["version"]) if told else ""


@pytest.mark.long
@pytest.mark.timeout(400)
def test_an_update_that_is_killed_is_taken_back_and_what_runs_is_the_old_one(narrow: Booted) -> None:
    now = Releases(narrow.root).current()
    releases = begun(narrow, "0.4.0")
    narrow.run("systemctl", "kill", "-s", "KILL", "--kill-whom=main", UPDATE)
    narrow.until(lambda: releases.state().failed == "0.4.0", "it is taken back")
    narrow.until(lambda: health_version(narrow) == now, "the old core runs again")
    narrow.until_active(CITIZEN)


@pytest.mark.timeout(400)
def test_a_power_cut_while_a_release_is_tried_brings_the_old_one_back(narrow: Booted) -> None:
    """Every process of the machine ends at once; at its next start the release is settled before anything runs."""
    now = Releases(narrow.root).current()
    releases = begun(narrow, "0.5.0")
    narrow.cut_power()
    assert releases.current() == "0.5.0", "nobody could take it back"
    narrow.switch_on()
    for unit in (CORE, SCREEN, CITIZEN):
        narrow.until_active(unit)
    assert releases.current() == now and releases.state().failed == "0.5.0"
    assert health(narrow)["version"] == now and health(narrow)["log"] == "ok"


@pytest.mark.timeout(400)
def test_a_machine_that_lost_its_disk_goes_on_from_its_copy_as_docs_say(narrow: Booted, tmp_path: Path) -> None:
    sealed.make_key(tmp_path / "office.key")
    shutil.copy(tmp_path / "office.key.pem", narrow.root / "etc/hitofuda/backup.pem")
    shutil.copy(tmp_path / "office.key", narrow.root / "root/office.key")
    assert narrow.within("systemctl", "start", "hitofuda-backup.service").returncode == 0
    copy = max((narrow.root / "var/lib/hitofuda-backup").glob("m1-*.backup"))
    narrow.run("systemctl", "stop", "hitofuda*")
    narrow.run("sh", "-c", "cd /var/lib/hitofuda && mkdir empty && mv facts.db* empty")
    restore = (
        "hitofuda",
        "restore",
        f"/var/lib/hitofuda-backup/{copy.name}",
        "--machine",
        "/etc/hitofuda/machine.toml",
    )
    said = narrow.run(*restore, "--key", "/root/office.key")
    assert "facts are there again" in said
    assert narrow.run("stat", "-c", "%a %U", "/var/lib/hitofuda/facts.db") == "600 hitofuda-core"
    narrow.run("systemctl", "start", "--no-block", "hitofuda.target")
    narrow.until_active(CORE)
    assert str(health(narrow)["machine"]).startswith("m1~")
