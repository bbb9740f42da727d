"""What an appliance writes besides its log, on a disk that is full: refused in a sentence, nothing half stays, and with
room it goes through.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import backup, sealed, updating
from kiosk_app.releases import Releases
from tests.appliance.machine_root import put, tree
from tests.appliance.test_bundle import Quiet, machine, packed, said
from tests.kiosk_app.house import MORNING, House, machine_toml
from tests.namespaces import needs_namespaces

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own needs root"),
    needs_namespaces,
]
SIZE = "64m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leave_bytes: int) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - leave_bytes)
    return ballast


def test_an_update_that_has_no_room_to_be_unpacked_leaves_nothing(tmp_path: Path, disk: Path) -> None:
    root, path = machine(disk / "root"), packed(tmp_path)
    before = tree(root)
    ballast = fill(disk, leave_bytes=8192)
    code, told = said(lambda say: updating.stage(path, root, say))
    assert code == 1 and "No space left" in told
    assert tree(root) == before
    ballast.unlink()
    assert said(lambda say: updating.stage(path, root, say))[0] == 0


def test_an_update_that_has_no_room_to_go_back_is_not_begun(tmp_path: Path, disk: Path) -> None:
    root, path = machine(disk / "root"), packed(tmp_path)
    assert updating.stage(path, root, print) == 0
    before = tree(root)
    ballast = fill(disk, leave_bytes=1 << 20)
    code, told = said(lambda say: updating.apply(root, say, Quiet(root)))
    assert code == 1 and "1 MiB left" in told and "make room" in told
    assert tree(root) == before and Releases(root).state().waiting == "1.1.0"
    ballast.unlink()
    assert said(lambda say: updating.apply(root, say, Quiet(root))) == (0, "1.1.0 runs")


async def test_a_copy_that_has_no_room_leaves_the_one_before_it(tmp_path: Path, disk: Path) -> None:
    with SimulatedPrinter(speed_dots_s=2_000_000.0, cut_s=0.0) as printer:
        house = await House(tmp_path, printer, MORNING).open()
        await house.take()
        await house.close()
    settings = put(tmp_path, "machine.toml", machine_toml(tmp_path, 9, MORNING))
    sealed.make_key(tmp_path / "office.key")
    shutil.copy(tmp_path / "office.key.pem", tmp_path / backup.KEY)
    assert backup.make(settings, disk, print) == 0
    before = tree(disk)
    ballast = fill(disk, leave_bytes=8192)
    code, told = said(lambda say: backup.make(settings, disk, say))
    assert code == 1 and "could not be made" in told
    ballast.unlink()
    assert tree(disk) == before, "and nobody finds a clear copy"
