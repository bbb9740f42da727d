"""Every unit is one that systemd understands, and is fenced in: nothing in a lobby is barer than 2.0 of 10."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest

from kiosk_app import looked_over
from scripts.installer.roles import ROLES, needs
from tests.systemd.units import INSTANCES, SERVICES, SYSTEMD, exposure, laid, needs_systemd

pytestmark = needs_systemd
EXPOSURE_MAX = 2.0
NOT_HERE = re.compile(r"Command (/opt/hitofuda/current/bin/hitofuda|/usr/sbin/nft|/usr/bin/cage) is not executable")
"""What is on a machine and need not be where tests run. Anything else that systemd says is a fault of the unit."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid(tmp_path_factory.mktemp("units"))


def test_systemd_understands_every_line(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.suffix in (".service", ".timer", ".path", ".target"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(f"./{name}" for name in names if "@." not in name)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "hitofuda" in line or "pcscd" in line]
    assert [line for line in ours if not NOT_HERE.search(line)] == []


def test_a_line_that_systemd_does_not_know_would_be_found(folder: Path, tmp_path: Path) -> None:
    unit = tmp_path / "hitofuda-wrong.service"
    unit.write_text("[Service]\nExecStart=/bin/true\nProtectEverything=yes\n")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "ProtectEverything" in done.stderr


@pytest.mark.parametrize("unit", SERVICES)
def test_no_unit_is_exposed(folder: Path, unit: str) -> None:
    level, code = exposure(folder, unit)
    assert level <= EXPOSURE_MAX and code == 0, f"{unit}: {level}"


@pytest.mark.parametrize(
    ("unit", "most"), [(f"hitofuda-face@{one}.service", 0.5) for one in INSTANCES["hitofuda-face@"]]
)
def test_a_face_has_nothing_but_two_sockets(folder: Path, unit: str, most: float) -> None:
    assert exposure(folder, unit)[0] <= most


def test_without_its_fence_a_unit_fails_the_gate(tmp_path: Path) -> None:
    bare = tmp_path / "hitofuda-face@citizen.service"
    bare.write_text("[Service]\nExecStart=/opt/hitofuda/current/bin/hitofuda face citizen\n")
    level, code = exposure(tmp_path, bare.name)
    assert level > 9 and code == 1


def parsed(path: Path) -> list[tuple[str, str, str]]:
    """Section, key and value of each line: keys of units may stand there several times."""
    found, section = [], ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.append((section, key, value))
    return found


def values(path: Path, key: str) -> list[str]:
    return [value for _, name, value in parsed(path) if name == key]


OURS = sorted(SYSTEMD.glob("*.service"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_service_has_a_user_of_its_own_and_no_memory_image(path: Path) -> None:
    users = values(path, "User")
    as_root = {"hitofuda-firewall.service", "hitofuda-settle.service", "hitofuda-update.service"}
    assert users or path.name in as_root
    assert not any(key == "LimitCORE" for _, key, _ in parsed(path)), "hitofuda-.service.d says 0 for all"
    known = (SYSTEMD / "host/sysusers.d/hitofuda.conf").read_text()
    for user in users:
        for one in INSTANCES.get(path.name.removesuffix(".service"), ("",)):
            name = user.replace("%i", one)
            assert re.search(rf"^u {name} ", known, re.MULTILINE), name
            assert len(name) <= 31


def test_no_two_services_that_run_at_once_share_a_user() -> None:
    users: dict[str, list[str]] = {}
    for path in OURS:
        for user in values(path, "User"):
            users.setdefault(user, []).append(path.name)
    shared = {user: names for user, names in users.items() if len(names) > 1}
    # A backup is of the log's own user, for nobody else may open it; faces are of one hub or of another.
    assert shared == {
        "hitofuda-core": ["hitofuda-backup.service", "hitofuda-core.service"],
        "hitofuda-%i": ["hitofuda-face@.service", "hitofuda-remote-face@.service"],
    }


@pytest.mark.parametrize("name", ["hitofuda-core.service", "hitofuda-face@.service", "hitofuda-remote-face@.service"])
def test_what_freezes_is_started_again(name: str) -> None:
    path = SYSTEMD / name
    assert values(path, "Type") == ["notify"] and values(path, "WatchdogSec") == ["10s"]
    assert values(path, "Restart") == ["always"] and values(path, "StartLimitIntervalSec") == ["0"]
    assert values(path, "RestartPreventExitStatus") == ["2"], "a wrong configuration waits for a person"


def test_every_unit_that_a_role_wants_is_there() -> None:
    for role in ROLES:
        for unit in needs([role]).units:
            name, at, rest = unit.partition("@")
            there = f"{name}@.{rest.rpartition('.')[2]}" if at else unit
            assert (SYSTEMD / there).exists() or there == "pcscd.socket", unit


def test_timers_start_services_that_are_there() -> None:
    for timer in SYSTEMD.glob("*.timer"):
        assert timer.with_suffix(".service").exists()
        assert values(timer, "WantedBy") == ["hitofuda.target"]


def test_the_file_that_a_core_writes_is_the_one_that_is_watched() -> None:
    watching = SYSTEMD / "hitofuda-self-test.path"
    assert values(watching, "PathChanged") == [f"/run/hitofuda/{looked_over.ASKING}"]
    assert values(watching, "WantedBy") == ["hitofuda.target"] and watching.with_suffix(".service").exists()


def test_rules_name_no_model() -> None:
    rules = (SYSTEMD / "host/udev/60-hitofuda.rules").read_text()
    assert not re.search(r"idVendor|idProduct|ID_MODEL|ID_VENDOR|ID_SERIAL", rules)


def test_ini_files_of_the_host_can_be_read() -> None:
    for name in ("system.conf.d", "logind.conf.d", "journald.conf.d"):
        found = configparser.ConfigParser(strict=True)
        found.optionxform = str  # type: ignore[assignment,method-assign]
        (path,) = (SYSTEMD / "host" / name).iterdir()
        assert found.read(path) and found.sections()
