"""The power goes at any moment of any work on the machine's disk, and takes with it whatever nobody had waited for."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.depth import seeds
from tests.power.disk import Camera
from tests.power.lives import LIVES, Life, lived

MEMORY = Path("/dev/shm")
SEEDS = seeds([0], range(1, 200), range(200, 1000))


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Here it is the film that says what is durable, so no real disk is waited for."""
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        yield tmp_path_factory.mktemp("lives")
        return
    with tempfile.TemporaryDirectory(prefix="hf-", dir=MEMORY) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def lives(memory: Path) -> dict[str, Life]:
    return {name: lived(name, memory) for name in LIVES}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_power_cut_what_was_told_is_there_and_nothing_is_half(
    seed: int, lives: dict[str, Life], memory: Path
) -> None:
    for name, life in lives.items():
        folder = memory / f"cut-{name}"
        choose = random.Random(f"{name} {seed}")
        film = life.film
        # Through all moments in turn, from another one in each life.
        at = (seed * 7919 + choose.randrange(3)) % len(film.moments)
        moment = film.cut(at, choose, folder)
        try:
            life.holds(folder, moment, choose)
        except Exception as error:
            raise AssertionError(f"{name}, moment {at} ({moment.what}), told {moment.told}") from error
        finally:
            shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "most"), [("update", 30), ("backup", 8), ("restore", 15), ("day", 40), ("support", 4)]
)
def test_a_life_has_many_moments(lives: dict[str, Life], name: str, most: int) -> None:
    """A camera that saw nothing would find nothing."""
    assert len(lives[name].film.moments) > most


def cuts(film_of: Camera, at: int, folder: Path, tries: int = 60) -> set[str]:
    """What one may find of the file `a` after a cut."""
    found = set()
    for n in range(tries):
        film_of.film.cut(at, random.Random(n), folder / f"{at}-{n}")
        path = folder / f"{at}-{n}" / "a"
        found.add("none" if not path.exists() else "whole" if path.read_bytes() == b"x" * 400 else "torn")
    return found


def written(folder: Path, fsync: bool, sync_folder: bool) -> Camera:
    folder.mkdir()
    camera = Camera(folder)
    with camera.filming():
        descriptor = os.open(folder / "b", os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, b"x" * 400)
        if fsync:
            os.fsync(descriptor)
        os.close(descriptor)
        os.replace(folder / "b", folder / "a")
        if sync_folder:
            inside = os.open(folder, os.O_RDONLY)
            os.fsync(inside)
            os.close(inside)
        camera.tell("done")
    return camera


@pytest.mark.parametrize(
    ("fsync", "sync_folder", "left"),
    [
        (True, True, {"whole"}),
        (True, False, {"none", "whole"}),
        (False, True, {"whole", "torn"}),
        (False, False, {"none", "whole", "torn"}),
    ],
)
def test_the_disk_forgets_what_nobody_waited_for(
    fsync: bool, sync_folder: bool, left: set[str], tmp_path: Path
) -> None:
    camera = written(tmp_path / "watched", fsync, sync_folder)
    assert cuts(camera, len(camera.film.moments) - 1, tmp_path) == left
