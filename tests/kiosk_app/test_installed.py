"""A machine that serves visitors does not start where a card could be pretended; a trial machine does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from drivers.pcsc_card.simulator.daemon import VPCD_DRIVER
from kiosk_app import installed
from kiosk_app.settings import SettingsError, parse_machine
from tests.kiosk_app.house import MORNING, machine_toml

TABLE = "  sl  local_address rem_address   st\n"
LISTENING = "   0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000\n"


def settings(is_installed: bool, folder: Path) -> object:
    text = machine_toml(folder, 9100, MORNING).replace(
        "schema = 1", f"schema = 1\ninstalled = {str(is_installed).lower()}", 1
    )
    return parse_machine(text, "machine.toml")


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("usr/lib/pcsc/drivers/serial/libifdvpcd.so", "", "libifdvpcd.so"),
        ("usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so.0.8", "", "libifdvpcd.so.0.8"),
        ("usr/local/lib/pcsc/drivers/x/libvpcd.so", "", "libvpcd.so"),
        ("etc/reader.conf.d/vpcd", "LIBPATH /opt/libifdvpcd.so\n", "reader.conf.d/vpcd"),
        ("etc/reader.conf.d/harmless", "# a reader\nLIBPATH /opt/LIBIFDVPCD.so\n", "harmless"),
        ("proc/net/tcp", TABLE + LISTENING.format(address="00000000", port=35963, state="0A"), "port 35963"),
        ("proc/net/tcp6", TABLE + LISTENING.format(address="0" * 32, port=35964, state="0A"), "port 35964"),
    ],
)
def test_every_trace_is_found_and_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    put(tmp_path, name, text)
    assert [found for found in installed.virtual_readers(tmp_path) if told in found]
    with pytest.raises(SettingsError, match=r"machine.toml: installed: expected no virtual card reader") as refused:
        installed.check(settings(True, tmp_path), "machine.toml", tmp_path)  # type: ignore[arg-type]
    assert told in str(refused.value) and "apt-get purge vsmartcard-vpcd" in str(refused.value)
    installed.check(settings(False, tmp_path), "machine.toml", tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("usr/lib/pcsc/drivers/serial/libccidtwin.so", ""),
        ("etc/reader.conf.d/libccidtwin", "LIBPATH /usr/lib/libccidtwin.so\n"),
        ("etc/reader.conf.d/old", "# LIBPATH /opt/libifdvpcd.so\n"),
        ("proc/net/tcp", TABLE + LISTENING.format(address="0100007F", port=35963, state="01")),
        ("proc/net/tcp", TABLE + LISTENING.format(address="0100007F", port=631, state="0A")),
    ],
)
def test_what_is_no_virtual_reader_is_no_reason(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, name, text)
    assert installed.virtual_readers(tmp_path) == []
    installed.check(settings(True, tmp_path), "machine.toml", tmp_path)  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_core_of_an_installed_machine_stops_at_start(tmp_path: Path) -> None:
    """On this computer the tests' virtual reader is installed, so it is just such a machine."""
    assert VPCD_DRIVER.exists()
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, MORNING).replace("schema = 1", "schema = 1\ninstalled = true", 1))
    command = [sys.executable, "-P", "-m", "kiosk_app.main", "core", "--machine", str(machine)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2], check=False
    )
    assert ended.returncode == 2
    assert ended.stdout == "" and len(ended.stderr.strip().splitlines()) == 1
    assert "machine.toml: installed: expected no virtual card reader (vpcd)" in ended.stderr
    assert not (tmp_path / "data").exists(), "nothing was started"
