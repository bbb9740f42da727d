"""A computer on which a visitor could be cheated is refused before anything is written, and what to do is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.releases import Releases
from scripts.installer.refusals import KNOWN_AS, identity, refusals
from scripts.installer.release_files import requirements, version_of
from scripts.installer.roles import needs
from scripts.installer.settings_files import NotUnderstood, machine_toml
from tests.appliance.machine_root import BOARD, MACHINE_ID, ROOT, bare, install, put, staff_file, tree

EXAMPLE = ROOT / "config/staff.example.toml"


def found(root: Path, staff: Path | None = None) -> str:
    return "\n".join(refusals(root, ROOT, staff))


def test_nothing_is_said_of_a_bare_debian(tmp_path: Path) -> None:
    assert found(bare(tmp_path / "root"), staff_file(tmp_path)) == ""


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("etc/os-release", 'ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04"\n', "found Ubuntu 24.04"),
        ("etc/os-release", 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian 11"\n', "expected Debian 12 or 13"),
        ("usr/lib/pcsc/drivers/serial/libifdvpcd.so", "", "/usr/lib/pcsc/drivers/serial/libifdvpcd.so; anyone"),
        ("etc/reader.conf.d/vpcd", "LIBPATH /opt/libifdvpcd.so\n", "vpcd"),
        ("etc/hitofuda/machine.toml", '[simulation]\nclock = "driven"\n', "[simulation]"),
        ("etc/hitofuda/machine.toml", "[card_reader]\ntest_hierarchy = true\n", "cards of a test would be believed"),
        ("etc/hitofuda/central/central.toml", "[certificates]\ntest_hierarchy = true\n", "central.toml"),
        ("etc/hitofuda/staff.toml", EXAMPLE.read_text(), "5 PINs are those of the example"),
        ("opt/hitofuda/current/app/drivers/code_reader/simulator.py", "", "a simulated device is installed"),
        ("etc/machine-id", "", "systemd-machine-id-setup"),
        ("etc/machine-id", "uninitialized\n", "systemd-machine-id-setup"),
        (KNOWN_AS, f"{MACHINE_ID}\n00000000-0000-0000-0000-000000000000\n", "copied from another computer"),
    ],
)
def test_each_thing_that_must_not_be_there_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    root = bare(tmp_path)
    put(root, name, text)
    assert told in found(root) and "next: " in found(root)


def test_the_examples_pins_are_refused_wherever_they_come_from(tmp_path: Path) -> None:
    assert "staff.example.toml" in found(bare(tmp_path), EXAMPLE)


@pytest.mark.parametrize("known", ["", f"{MACHINE_ID}\n", f"{MACHINE_ID}\n{BOARD}\n", "another\nboard\n"])
def test_a_computer_that_is_itself_is_no_clone(tmp_path: Path, known: str) -> None:
    root = bare(tmp_path)
    put(root, KNOWN_AS, known)
    assert found(root) == ""
    assert identity(root).split() == [MACHINE_ID, BOARD]


@pytest.mark.slow
def test_a_refused_computer_is_left_as_it_was(tmp_path: Path) -> None:
    root = bare(tmp_path / "root")
    put(root, "usr/lib/pcsc/drivers/serial/libifdvpcd.so", "")
    before = tree(root)
    done = install(root, "--role", "staff")
    assert done.returncode == 2 and "virtual card reader" in done.stderr and "apt-get purge" in done.stderr
    assert tree(root) == before and Releases(root).versions() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--role: expected"),
        (("--role", "hub"), "--office: expected"),
        (("--role", "hub", "--office", str(ROOT / "config/offices/kokura-kita.toml")), "--staff: expected"),
    ],
)
def test_what_is_missing_is_asked_for(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = install(bare(tmp_path / "root"), *arguments)
    assert done.returncode == 2 and told in done.stderr


@pytest.mark.parametrize(
    ("code", "name", "printer", "told"),
    [
        ("1", "1号機", "tcp:192.0.2.1", "--code"),
        ("m1", "", "tcp:192.0.2.1", "--name"),
        ("m1", "1号機", "", "--printer"),
        ("m1", "1号機", "bluetooth:x", "--printer"),
    ],
)
def test_what_cannot_stand_in_the_settings_is_refused(code: str, name: str, printer: str, told: str) -> None:
    with pytest.raises(NotUnderstood, match=told):
        machine_toml(code, name, needs(["ticket-machine"]), printer, ("citizen",))


def test_requirements_are_those_of_the_product_with_their_hashes() -> None:
    lines = requirements(ROOT / "uv.lock").splitlines()
    names = [line.partition("==")[0] for line in lines]
    assert {"msgspec", "pyside6-essentials", "cryptography", "cffi"} <= set(names)
    assert not {"pytest", "hypothesis", "mypy", "hitofuda"} & set(names)
    assert all("--hash=sha256:" in line for line in lines)
    assert names.count("numpy") == 2, "for Debian 12 and 13, each under its condition"


def test_another_content_has_another_version() -> None:
    assert version_of(ROOT) == version_of(ROOT)
    assert version_of(ROOT).startswith("0.1.0+")
