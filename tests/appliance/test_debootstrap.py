"""Debian 12 and 13 as debootstrap makes them: installed with Debian's packages and Python's, twice, upwards, upwards
with what is no good, started under their own systemd, installed there for the first time, and taken away again.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from kiosk_app.releases import Releases
from tests.appliance.debian_root import DebianRoot, made, product_inside, why_not
from tests.appliance.machine_root import put, staff_file, tree
from tests.systemd.booted import HEADLESS, NO_TERMINAL, Booted

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be made"),
]
NAMED = (
    "--office", "/srv/product/config/offices/kokura-kita.toml", "--staff", "/srv/staff.toml", "--code", "m1",
    "--name", "1号機", "--printer", "tcp:192.0.2.9",
)  # fmt: skip
ROLES = ("--role", "hub", "--role", "ticket-machine", "--role", "display")
CORE = "hitofuda-core.service"


@pytest.fixture(scope="module", params=["12", "13"])
def debian(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    folder = tmp_path_factory.mktemp("debian")
    found = made(folder, request.param)
    product_inside(found)
    put(found.root, "srv/staff.toml", staff_file(folder).read_text())
    yield found
    subprocess.run(["rm", "-rf", "--one-file-system", str(found.root)], check=False)


def install(debian: DebianRoot, *more: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return debian.run("/srv/product/scripts/install", *ROLES, *NAMED, *more, check=check)


def test_a_life_of_a_machine(debian: DebianRoot) -> None:
    would = install(debian, "--dry-run").stdout
    assert "would install packages: " in would and not (debian.root / "opt/hitofuda").exists()
    done = install(debian)
    releases = Releases(debian.root)
    first = releases.current()
    assert first and releases.state().confirmed == first, done.stdout
    assert install(debian).stdout.strip() == "Nothing to do."
    checked = debian.run("hitofuda", "release-check", "--machine", "/etc/hitofuda/machine.toml")
    assert checked.stdout.strip() == "can be used"
    system = debian.root / "etc/systemd/system"
    # Central's needs what PostgreSQL brings, and a console's another role.
    others = ("@", "central", "remote")
    units = sorted(p.name for p in system.glob("hitofuda-*.service") if not any(one in p.name for one in others))
    verified = debian.run("systemd-analyze", "verify", "--man=no", *units, check=False)
    assert [line for line in verified.stderr.splitlines() if "hitofuda" in line] == []
    for unit in units:
        exposed = ("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", unit)
        told = debian.run(*exposed, check=False)
        assert told.returncode == 0, told.stdout[-500:]
    assert not list((debian.root / "opt/hitofuda/current/app").glob("drivers/**/simulator*"))

    before = tree(system)
    put(debian.root, "srv/product/kiosk_app/broken.py", "import no_such_library\n")
    bad = install(debian, check=False)
    assert bad.returncode == 1 and "no_such_library" in bad.stderr and f"{first} runs again" in bad.stderr
    assert releases.current() == first and tree(system) == before
    (debian.root / "srv/product/kiosk_app/broken.py").unlink()

    put(debian.root, "srv/product/systemd/hitofuda-new.timer", "[Timer]\nOnBootSec=1d\nUnit=hitofuda-backup.service\n")
    install(debian)
    second = releases.current()
    assert second != first and (system / "hitofuda-new.timer").exists()
    (debian.root / "srv/product/systemd/hitofuda-new.timer").unlink()


@pytest.fixture(scope="module")
def wheels(debian: DebianRoot) -> str:
    """For a computer without a network."""
    debian.run("python3", "-m", "venv", "/srv/pip")
    needed = "/opt/hitofuda/current/requirements.txt"
    debian.run("/srv/pip/bin/python", "-m", "pip", "-q", "wheel", "--require-hashes", "-r", needed, "-w", "/srv/wheels")
    return "/srv/wheels"


@pytest.fixture(scope="module")
def machine(debian: DebianRoot, wheels: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booted]:
    """It, switched on, without a network."""
    system = debian.root / "etc/systemd/system"
    put(system, "hitofuda-screen@.service.d/zz-headless.conf", HEADLESS)
    for path in system.glob("hitofuda-screen@*.service.d/seat0.conf"):
        path.write_text(NO_TERMINAL)
    found = Booted(debian.root, "", tmp_path_factory.mktemp("console") / "console.txt")
    try:
        found.switch_on(lend=False)
        yield found
    finally:
        found.switch_off()


def test_it_runs_under_its_own_systemd(machine: Booted) -> None:
    for unit in (CORE, "hitofuda-face@citizen.service", "hitofuda-face@display.service"):
        machine.until_active(unit)
    assert "policy drop;" in machine.run("nft", "list", "ruleset")


def test_the_first_installation_under_a_service_manager_proves_itself_and_is_not_taken_back(
    machine: Booted, wheels: str
) -> None:
    """It starts the service that takes back what has not proved itself, in the middle of the trial."""
    away = machine.within("/srv/product/scripts/install", "--uninstall", "--purge", timeout_s=600)
    assert away.returncode == 0, away.stderr
    assert [name for name in tree(machine.root / "etc/systemd") if "hitofuda" in name and "headless" not in name] == []
    command = ("/srv/product/scripts/install", "--role", "hub", *NAMED, "--wheels", wheels)
    done = machine.within(*command, timeout_s=900)
    assert done.returncode == 0, done.stdout + done.stderr
    releases = Releases(machine.root)
    assert releases.current() and releases.state().confirmed == releases.current()
    assert machine.of_unit(CORE, "ActiveState") == "active"
    assert machine.of_unit("hitofuda-settle.service", "ActiveState") == "active"
    again = machine.within(*command, timeout_s=900)
    assert again.stdout.strip() == "Nothing to do.", again.stdout + again.stderr
