"""`scripts/install` into a root of its own: once, twice, upwards, upwards with a release that is no good, and away."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kiosk_app.releases import Releases
from kiosk_app.settings import load_machine, load_office, load_staff
from tests.appliance.machine_root import MACHINE_ID, OFFICE, ROOT, bare, install, product_copy, put, staff_file, tree

ROLES = ("--role", "hub", "--role", "ticket-machine", "--role", "staff")
pytestmark = pytest.mark.slow


class Installed(NamedTuple):
    root: Path
    staff: Path
    said: str

    @property
    def arguments(self) -> tuple[str, ...]:
        named = ("--code", "m1", "--name", "1号機", "--printer", "tcp:192.0.2.9")
        return (*ROLES, "--office", str(OFFICE), "--staff", str(self.staff), *named)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A machine that was installed; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("once")
    found = Installed(bare(folder / "root"), staff_file(folder), "")
    done = install(found.root, *found.arguments)
    assert done.returncode == 0, done.stderr
    return found._replace(said=done.stdout)


@pytest.fixture
def machine(once: Installed, tmp_path: Path) -> Iterator[Installed]:
    subprocess.run(["cp", "-a", str(once.root), str(tmp_path / "root")], check=True)
    yield once._replace(root=tmp_path / "root")


def test_what_is_written_is_what_a_machine_needs(once: Installed) -> None:
    root, etc = once.root, once.root / "etc/hitofuda"
    settings = load_machine(etc / "machine.toml")
    assert settings.installed and settings.roles == ("hub", "ticket_machine") and settings.simulation is None
    load_office(Path(settings.office_file))
    assert [one.code for one in load_staff(Path(settings.staff_file)).staff] == ["4001", "9102"]
    wanted = sorted(path.name for path in (root / "etc/systemd/system/hitofuda.target.wants").iterdir())
    assert wanted == [
        "hitofuda-backup.timer", "hitofuda-core.service", "hitofuda-earphone.service",
        "hitofuda-face@citizen.service", "hitofuda-face@staff.service", "hitofuda-firewall.service",
        "hitofuda-screen@citizen.service", "hitofuda-screen@staff.service", "hitofuda-self-test.path",
        "hitofuda-self-test.timer", "hitofuda-settle.service", "hitofuda-update.timer",
    ]  # fmt: skip
    assert "elements = { 8470 }" in (etc / "firewall.nft").read_text()
    assert (etc / "installed-on").read_text().split()[0] == MACHINE_ID
    for name in ("machine.toml", "staff.toml"):
        assert stat.S_IMODE((etc / name).stat().st_mode) == 0o640, "not for every process of the computer"


def test_no_simulator_and_no_test_is_installed(once: Installed) -> None:
    app = once.root / "opt/hitofuda/current/app"
    names = [str(path.relative_to(app)) for path in app.rglob("*") if path.is_file()]
    assert [name for name in names if name.startswith("drivers/") and "simul" in name] == []
    assert [name for name in names if name.endswith("_trial.py") or name.startswith("tests")] == []
    assert "kiosk_app/core.py" in names and "config/locales/ja/LC_MESSAGES" in " ".join(names)


def test_the_program_of_the_release_says_its_version(once: Installed) -> None:
    current = once.root / "opt/hitofuda/current"
    code = (
        "from importlib.metadata import version, entry_points\n"
        "print(version('hitofuda'), *(one.name for one in entry_points(group='hitofuda.commands')))"
    )
    told = subprocess.run(
        [current / "venv/bin/python", "-P", "-c", code],
        env={"PYTHONPATH": str((current / "app").resolve())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split()[0] == Releases(once.root).current() and "central" in told.stdout.split()


def test_an_installed_release_has_no_simulated_device_to_start(once: Installed) -> None:
    program = once.root / "opt/hitofuda/current/bin/hitofuda"
    done = subprocess.run([program, "sim", "card"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.strip() == (
        "hitofuda sim: an installed release has no simulated devices; start it from the source"
    )


@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_environment_of_its_own_is_made_from_the_lock_without_what_is_gpl(tmp_path: Path) -> None:
    """With the network, as on a real machine: what the lock names, by its hashes."""
    root = bare(tmp_path / "root")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(ROOT / "scripts/install"), "--root", str(root), "--role", "staff"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    current = root / "opt/hitofuda/current"
    removed = (current / "removed.txt").read_text().split()
    assert removed and not [name for name in removed if (current / name).exists()]
    parts = json.loads((current / "sbom.json").read_text())["components"]
    assert {"msgspec", "PySide6_Essentials", "pyscard"} <= {one["name"] for one in parts}
    assert "pytest" not in {one["name"] for one in parts}
    assert all(one["licenses"][0]["license"]["name"] for one in parts)
    face = [str(current / "bin/hitofuda"), "face", "display", "--core", "unix:/nonexistent"]
    drawn = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software", "QSG_RENDER_TIMING": "1"}
    drawn |= {"QT_LOGGING_RULES": "qt.scenegraph.time.renderloop=true", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    with subprocess.Popen(face, env=drawn, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("Frame rendered" in line for line in process.stderr), "it draws without the parts that are gone"
        process.kill()


def test_a_second_run_has_nothing_to_do(machine: Installed) -> None:
    before = tree(machine.root)
    done = install(machine.root, *machine.arguments)
    assert (done.returncode, done.stdout.strip()) == (0, "Nothing to do."), done.stderr
    assert tree(machine.root) == before


def test_a_dry_run_says_what_a_real_one_does_and_does_nothing(once: Installed, tmp_path: Path) -> None:
    root = bare(tmp_path / "root")
    before = tree(root)
    done = install(root, *once.arguments, "--dry-run")
    assert done.returncode == 0 and tree(root) == before
    would = [line.removeprefix("would ") for line in done.stdout.splitlines() if line.startswith("would ")]
    assert would == [line for line in once.said.splitlines() if not line.endswith(" runs")]
    assert would[-1].startswith("switch from nothing to 0.1.0+")


def test_what_a_person_has_written_stays_and_a_role_that_is_gone_goes(machine: Installed) -> None:
    settings = machine.root / "etc/hitofuda/machine.toml"
    settings.write_text(settings.read_text() + "# seen by 9102\n")
    fewer = [one for one in machine.arguments if one not in ("--role", "staff")]
    done = install(machine.root, "--role", *" --role ".join(("hub", "ticket-machine")).split(), *fewer[2:])
    assert done.returncode == 0, done.stderr
    assert settings.read_text().endswith("# seen by 9102\n")
    wanted = machine.root / "etc/systemd/system/hitofuda.target.wants"
    assert not (wanted / "hitofuda-face@staff.service").is_symlink()
    assert (wanted / "hitofuda-face@citizen.service").is_symlink()


def later(folder: Path) -> Path:
    """The next version of the product: it has one unit more, and another sentence."""
    product = product_copy(folder)
    (product / "systemd/hitofuda-new.service").write_text("[Service]\nExecStart=/bin/true\n")
    return product


def test_an_upgrade_keeps_the_old_release_for_the_way_back(machine: Installed, tmp_path: Path) -> None:
    old = Releases(machine.root).current()
    product = later(tmp_path / "product")
    done = install(machine.root, *machine.arguments, product=product)
    assert done.returncode == 0, done.stderr
    releases = Releases(machine.root)
    assert releases.current() != old and set(releases.versions()) == {old, releases.current()}
    assert releases.state().confirmed == releases.current() and releases.state().trying == ""
    assert (machine.root / "etc/systemd/system/hitofuda-new.service").exists()


@pytest.mark.parametrize("fault", ["a module that cannot be loaded", "a user that nobody makes"])
def test_a_release_that_is_no_good_leaves_the_old_one_running(machine: Installed, tmp_path: Path, fault: str) -> None:
    product = later(tmp_path / "product")
    if fault == "a module that cannot be loaded":
        put(product, "kiosk_app/broken.py", "import no_such_library\n")
    else:
        put(product, "systemd/hitofuda-new.service", "[Service]\nExecStart=/bin/true\nUser=hitofuda-new\n")
    old, before = Releases(machine.root).current(), tree(machine.root / "etc")
    done = install(machine.root, *machine.arguments, product=product)
    assert done.returncode == 1
    assert "did not prove itself" in done.stderr and f"{old} runs again." in done.stderr
    assert ("no_such_library" in done.stderr) == (fault == "a module that cannot be loaded")
    releases = Releases(machine.root)
    assert releases.current() == old and releases.state().trying == ""
    assert tree(machine.root / "etc") == before, "its units and users too"


def test_uninstalled_only_settings_and_log_are_left(machine: Installed) -> None:
    log = put(machine.root, "var/lib/hitofuda/facts.db", "a log")
    done = install(machine.root, "--uninstall")
    assert done.returncode == 0, done.stderr
    assert "kept: /etc/hitofuda, /var/lib/hitofuda" in done.stdout and log.exists()
    left = [name for name in tree(machine.root) if "hitofuda" in name]
    assert sorted(left) == sorted(
        ["var/lib/hitofuda/facts.db", *(f"etc/hitofuda/{one}" for one in ("machine.toml", "office.toml", "staff.toml"))]
    )
    assert install(machine.root, "--uninstall").stdout.strip() == "Nothing to do."


def test_purged_nothing_is_left(machine: Installed) -> None:
    put(machine.root, "var/lib/hitofuda/facts.db", "a log")
    assert install(machine.root, "--uninstall", "--purge").returncode == 0
    assert [name for name in tree(machine.root) if "hitofuda" in name] == []


def test_the_catalogue_in_use_is_the_one_that_was_named(machine: Installed, tmp_path: Path) -> None:
    other = put(tmp_path, "office.toml", OFFICE.read_text() + "# of today\n")
    named = [str(other) if one == str(OFFICE) else one for one in machine.arguments]
    assert "change /etc/hitofuda/office.toml" in install(machine.root, *named).stdout
    assert (machine.root / "etc/hitofuda/office.toml").read_text() == other.read_text()
    assert tomllib.loads((machine.root / "etc/hitofuda/machine.toml").read_text())["code"] == "m1"


def test_a_console_has_no_core_and_the_network(tmp_path: Path) -> None:
    root = bare(tmp_path / "root", "13")
    done = install(root, "--role", "staff")
    assert done.returncode == 0, done.stderr
    wanted = sorted(path.name for path in (root / "etc/systemd/system/hitofuda.target.wants").iterdir())
    assert wanted == [
        "hitofuda-firewall.service", "hitofuda-remote-face@staff.service", "hitofuda-screen@staff.service",
        "hitofuda-settle.service", "hitofuda-update.timer",
    ]  # fmt: skip
    assert not os.path.lexists(root / "etc/hitofuda/machine.toml")
    assert "elements" not in (root / "etc/hitofuda/firewall.nft").read_text()
