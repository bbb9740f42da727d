"""A full disk refuses politely, keeps every promise already made, and is forgotten as soon as there is space."""

import os
import subprocess
import sys
from pathlib import Path

from offline_store.reserve import Reserve, free_bytes

HERE = Path(__file__).parent
MOUNT = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1" mounted'


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(HERE.parent.parent)}
    return subprocess.run(arguments, capture_output=True, text=True, env=environment, timeout=60, check=False)


def own_mounts() -> list[str]:
    """A mount namespace of the child's own: nothing stays mounted, whatever happens to the test."""
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]


def test_a_full_disk_is_refused_and_recovers_without_opening_again(tmp_path: Path) -> None:
    child = str(HERE / "full_disk_child.py")
    if run([*own_mounts(), "sh", "-c", 'mount -t tmpfs tmpfs "$1"', "sh", str(tmp_path)]).returncode == 0:
        done = run([*own_mounts(), "sh", "-c", MOUNT, "sh", str(tmp_path), sys.executable, child])
    else:
        done = run([sys.executable, child, str(tmp_path), "limited"])
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["recovered"]), done.stdout + done.stderr


def test_a_limit_on_file_size_is_a_full_disk_too(tmp_path: Path) -> None:
    done = run([sys.executable, str(HERE / "full_disk_child.py"), str(tmp_path), "limited"])
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["recovered"]), done.stdout + done.stderr


def test_the_reserve_is_real_blocks(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", 1024 * 1024)
    assert not reserve.release()
    assert reserve.fill() and reserve.fill()
    assert reserve.path.stat().st_blocks * 512 >= 1024 * 1024
    assert reserve.release() and not reserve.held
    assert free_bytes(tmp_path / "not-there") > 0
