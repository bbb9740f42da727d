"""Whatever cuts off a change of release, the one that had proved itself runs after the next start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app import releases as module
from kiosk_app.releases import ReleaseError, Releases, State, order
from tests.appliance.machine_root import ROOT

OLD, NEW = "1.0.0", "1.1.0"
UNIT = "etc/systemd/system/hitofuda-core.service"


class PowerCut(BaseException):
    """Nothing after it happens; no handler of the product takes it for trouble."""


def stage(releases: Releases, version: str, more: tuple[str, ...] = ()) -> None:
    folder = releases.staging(version)
    for name in (UNIT, *more):
        path = folder / "host" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"of {version}")
    releases.staged(version)


def machine(root: Path) -> Releases:
    releases = Releases(root)
    stage(releases, OLD, ("etc/udev/rules.d/old.rules",))
    releases.begin(OLD)
    releases.confirm()
    return releases


def update(root: Path) -> None:
    releases = Releases(root)
    stage(releases, NEW, ("etc/udev/rules.d/new.rules",))
    releases.begin(NEW)
    releases.confirm()


def runs(root: Path, version: str) -> None:
    """It is whole, its units are the ones in place, and nothing of another is left."""
    releases = Releases(root)
    assert releases.current() == version and (releases.base / "current" / "host").is_dir()
    assert (root / UNIT).read_text() == f"of {version}"
    rules = sorted(path.name for path in (root / "etc/udev/rules.d").iterdir())
    assert rules == ["old.rules" if version == OLD else "new.rules"]
    assert releases.state().trying == ""


CALLS = ("replace", "symlink", "mkdir", "fsync", "open", "sync")
"""What changes the disk, or waits for it, in releases.py."""


def cut_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> Callable[[], int]:
    """The power goes at the call after so many; how many there were."""
    seen = [0]

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **names: object) -> object:
            if seen[0] >= calls:
                raise PowerCut
            seen[0] += 1
            return real(*arguments, **names)

        return call

    for name in CALLS:
        monkeypatch.setattr(module.os, name, counted(getattr(os, name)))
    for name in ("copy", "rmtree"):
        monkeypatch.setattr(module.shutil, name, counted(getattr(shutil, name)))
    return lambda: seen[0]


def test_an_update_that_is_not_cut_off_runs(tmp_path: Path) -> None:
    machine(tmp_path)
    update(tmp_path)
    runs(tmp_path, NEW)
    assert Releases(tmp_path).settle() == ""
    runs(tmp_path, NEW)


def test_cut_off_at_every_step_the_old_one_runs_until_the_new_one_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(tmp_path / "whole")
    confirmed, steps = 0, 0
    for steps in range(1_000):
        root = tmp_path / str(steps)
        shutil.copytree(tmp_path / "whole", root, symlinks=True)
        with monkeypatch.context() as patch:
            cut_after(patch, steps)
            try:
                update(root)
                cut = False
            except PowerCut:
                cut = True
        Releases(root).settle()
        won = Releases(root).current() == NEW
        runs(root, NEW if won else OLD)
        assert won or not confirmed, "once it is confirmed, a later cut does not take it back"
        confirmed += won
        if not cut:
            break
    assert steps > 20 and confirmed >= 1


def test_settling_may_be_cut_off_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    releases = machine(tmp_path / "whole")
    stage(releases, NEW, ("etc/udev/rules.d/new.rules",))
    releases.begin(NEW)
    for steps in range(1_000):
        root = tmp_path / str(steps)
        shutil.copytree(tmp_path / "whole", root, symlinks=True)
        with monkeypatch.context() as patch:
            cut_after(patch, steps)
            try:
                Releases(root).settle()
                cut = False
            except PowerCut:
                cut = True
        Releases(root).settle()
        runs(root, OLD)
        if not cut:
            break
    assert steps > 3


def test_what_is_taken_back_is_told_with_its_reason(tmp_path: Path) -> None:
    releases = machine(tmp_path)
    stage(releases, NEW)
    releases.begin(NEW)
    assert releases.take_back("its core did not come up") == OLD
    assert releases.state() == State(confirmed=OLD, failed=NEW, why="its core did not come up")


def test_the_first_release_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    stage(releases, OLD)
    releases.begin(OLD)
    assert releases.settle() == f"{OLD} had not proved itself; nothing runs again"
    assert releases.current() == ""


def test_old_releases_go_and_the_last_ones_stay(tmp_path: Path) -> None:
    releases = machine(tmp_path)
    for version in ("1.1.0", "1.2.0", "1.10.0"):
        stage(releases, version)
        releases.begin(version)
        releases.confirm()
    assert releases.versions() == ["1.1.0", "1.2.0", "1.10.0"]


def test_the_one_that_runs_is_not_replaced_and_strange_names_are_refused(tmp_path: Path) -> None:
    releases = machine(tmp_path)
    releases.staging(OLD)
    with pytest.raises(ReleaseError, match="runs now"):
        releases.staged(OLD)
    for name in ("../1.0.0", "", "1", "1.0.0/x"):
        with pytest.raises(ReleaseError, match="expected a version"):
            releases.folder(name)
    with pytest.raises(ReleaseError, match="is not on this computer"):
        releases.begin("9.9.9")


def test_versions_come_in_their_order() -> None:
    assert sorted(["1.10.0", "1.9.0", "1.10.0rc1", "0.1.0+b"], key=order) == ["0.1.0+b", "1.9.0", "1.10.0rc1", "1.10.0"]
    assert order("1.0.0+a") == order("1.0.0+b") == order("1.0.0")


def test_what_somebody_is_just_trying_is_theirs_to_confirm(tmp_path: Path) -> None:
    """The first installation starts the service that settles, in the middle of the trial."""
    releases = machine(tmp_path)
    stage(releases, NEW)
    with releases.alone():
        releases.begin(NEW)
        assert Releases(tmp_path).settle() == ""
        assert releases.current() == NEW and releases.state().trying == NEW
    assert Releases(tmp_path).settle() == f"{NEW} had not proved itself; {OLD} runs again"


def test_whoever_was_trying_it_and_died_holds_nothing(tmp_path: Path) -> None:
    machine(tmp_path)
    code = (
        "import os, sys; from pathlib import Path; from kiosk_app.releases import Releases\n"
        f"with Releases(Path({str(tmp_path)!r})).alone():\n os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -9
    with Releases(tmp_path).alone():
        pass


def test_two_at_once_are_refused_with_what_to_do(tmp_path: Path) -> None:
    releases = machine(tmp_path)
    with releases.alone(), pytest.raises(ReleaseError, match="under way; next: wait"), Releases(tmp_path).alone():
        pass


def test_what_a_newer_release_wrote_down_can_be_taken_back_by_this_one(tmp_path: Path) -> None:
    releases = machine(tmp_path)
    stage(releases, NEW)
    releases.begin(NEW)
    path = releases.base / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"of_tomorrow": [1]}))
    assert Releases(tmp_path).settle().startswith(NEW) and releases.current() == OLD


def test_what_takes_back_is_of_the_release_that_proved_itself(tmp_path: Path) -> None:
    releases = machine(tmp_path)
    settler = releases.base / "releases.py"
    settler.write_text("of before")
    folder = releases.staging(NEW)
    for name in ("host/" + UNIT, "app/kiosk_app/releases.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"of {NEW}")
    releases.staged(NEW)
    releases.begin(NEW)
    assert settler.read_text() == "of before"
    releases.confirm()
    assert settler.read_text() == f"of {NEW}"
