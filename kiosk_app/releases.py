"""Which release of the product runs on this computer, and the way from one to the next that a power cut cannot harm.

    /opt/hitofuda/releases/VERSION/   each whole and never changed; host/ is what belongs elsewhere (units, rules)
    /opt/hitofuda/current             a link to the one that runs
    /opt/hitofuda/state.json          which one has proved itself, and which one is being tried
    /opt/hitofuda/releases.py         this file, as the release has it that proved itself last

A release that is tried and has not been confirmed is taken back at the next start of the computer (`settle`), so
whatever is cut off in the middle leaves the old one running. Of Python's own library alone: installer and boot use
this file too.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

BASE = "opt/hitofuda"
KEPT = 2
"""Releases beside the current one; older ones are removed when a new one has proved itself."""
VERSION = re.compile(r"[0-9]+(\.[0-9]+){2}([a-z0-9.+-]{0,20})")
STAGING = ".staging-"
SETTLER = "releases.py"
SETTLER_IN_RELEASE = f"app/kiosk_app/{SETTLER}"
TARGET = "hitofuda.target"


class ReleaseError(Exception):
    """What is in the way, and what to do."""


@dataclass(frozen=True)
class State:
    """`confirmed` has proved itself here. `waiting` is whole and comes when the office has closed. `trying` runs and
    has not proved itself yet; `failed` was taken back, and why."""

    confirmed: str = ""
    trying: str = ""
    failed: str = ""
    why: str = ""
    waiting: str = ""


class Releases:
    """Of the computer whose root folder is `root`. Every change is durable when its call returns."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root
        self.base = root / BASE

    def folder(self, version: str) -> Path:
        if VERSION.fullmatch(version) is None:
            raise ReleaseError(f"{version!r}: expected a version such as 1.2.0")
        return self.base / "releases" / version

    def staging(self, version: str) -> Path:
        """An empty folder that becomes the release by `staged`. What an earlier attempt left there is gone."""
        folder = self.folder(version).with_name(f"{STAGING}{version}")
        self.sweep()
        folder.mkdir(parents=True)
        return folder

    def staged(self, version: str) -> Path:
        """The release is whole from here on. Raises ReleaseError where it is the one that runs."""
        final = self.folder(version)
        if version == self.current():
            raise ReleaseError(f"{version}: runs now and is not replaced under its own feet")
        if final.exists():
            shutil.rmtree(final)
        made = final.with_name(f"{STAGING}{version}")
        sync_tree(made)
        os.replace(made, final)
        sync_folder(final.parent)
        return final

    def versions(self) -> list[str]:
        folder = self.base / "releases"
        if not folder.is_dir():
            return []
        return sorted((p.name for p in folder.iterdir() if VERSION.fullmatch(p.name)), key=order)

    def current(self) -> str:
        """Empty before the first."""
        try:
            return Path(os.readlink(self.base / "current")).name
        except FileNotFoundError:
            return ""

    def state(self) -> State:
        try:
            told = json.loads((self.base / "state.json").read_text())
        except FileNotFoundError:
            return State()
        # A newer release may know more of it than this one, which then takes it back.
        return State(**{one.name: told[one.name] for one in fields(State) if one.name in told})

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes releases meanwhile, and `settle` leaves alone what is being tried. It ends with the
        process, however that ends. Raises ReleaseError where another process is at it."""
        self.base.mkdir(parents=True, exist_ok=True)
        held = self._lock()
        if held is None:
            raise ReleaseError("an installation or update is under way; next: wait until it has ended")
        try:
            yield
        finally:
            os.close(held)

    def _lock(self) -> int | None:
        """Of the folder itself, so that no file is left of it; None where another process has it."""
        descriptor = os.open(self.base, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def wait(self, version: str) -> None:
        """Staged; it is tried when the office has closed, or at the next start."""
        self._write(replace(self.state(), waiting=version))

    def begin(self, version: str) -> None:
        """Tries a staged release: from now on it is taken back unless it is confirmed."""
        if not self.folder(version).is_dir():
            raise ReleaseError(f"{version}: is not on this computer")
        state = self.state()
        self._write(
            replace(state, confirmed=state.confirmed or self.current(), trying=version, failed="", why="", waiting="")
        )
        self._point_at(version)

    def confirm(self) -> None:
        state = self.state()
        if not state.trying:
            return
        self._write(State(confirmed=state.trying))
        self._renew_settler(state.trying)
        for version in self.versions()[: -(KEPT + 1)]:
            if version not in (state.trying, state.confirmed):
                shutil.rmtree(self.folder(version))

    def take_back(self, why: str) -> str:
        """The version that runs again; empty where there was none before."""
        state = self.state()
        if not state.trying:
            return state.confirmed
        if state.confirmed:
            self._point_at(state.confirmed)
        else:
            (self.base / "current").unlink(missing_ok=True)
        self._write(State(confirmed=state.confirmed, failed=state.trying, why=why))
        return state.confirmed

    def settle(self) -> str:
        """At the start of the computer, and when an update ended in any way: what is not confirmed is taken back. Says
        what was done; empty is nothing. Where somebody is just trying it (the first installation starts this service
        too) it is theirs to confirm or to take back."""
        if not self.base.is_dir() or (held := self._lock()) is None:
            return ""
        try:
            self.sweep()
            state = self.state()
            if not state.trying:
                return ""
            self.take_back("cut off before it had proved itself")
            return f"{state.trying} had not proved itself; {state.confirmed or 'nothing'} runs again"
        finally:
            os.close(held)

    def sweep(self) -> None:
        """What was cut off while it was being written."""
        for path in (*(self.base / "releases").glob(f"{STAGING}*"), *self.base.glob(".wheels-*")):
            shutil.rmtree(path)

    def _renew_settler(self, version: str) -> None:
        """What takes a release back is never the one of the release that is being tried."""
        source, place = self.folder(version) / SETTLER_IN_RELEASE, self.base / SETTLER
        if not source.is_file() or (place.is_file() and place.read_bytes() == source.read_bytes()):
            return
        _copy(source, place)
        sync_folder(self.base)

    def _point_at(self, version: str) -> None:
        self._lay(version)
        fresh = self.base / ".current.new"
        fresh.unlink(missing_ok=True)
        os.symlink(f"releases/{version}", fresh)
        os.replace(fresh, self.base / "current")
        sync_folder(self.base)

    def _lay(self, version: str) -> None:
        """Its units and rules in their places; those that only other releases had are gone."""
        wanted = host_files(self.folder(version))
        for other in self.versions():
            for name in host_files(self.folder(other)):
                # What an earlier attempt left half written.
                _fresh(self.root / name).unlink(missing_ok=True)
                if name not in wanted:
                    (self.root / name).unlink(missing_ok=True)
        for name, source in wanted.items():
            place = self.root / name
            if place.is_file() and place.read_bytes() == source.read_bytes():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            _copy(source, place)
        os.sync()

    def _write(self, state: State) -> None:
        fresh = self.base / ".state.new"
        with fresh.open("w") as file:
            json.dump(asdict(state), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.base / "state.json")
        sync_folder(self.base)


def host_files(release: Path) -> dict[str, Path]:
    """By their places below the root of the computer."""
    host = release / "host"
    return {str(path.relative_to(host)): path for path in sorted(host.rglob("*")) if path.is_file()}


def _fresh(place: Path) -> Path:
    return place.with_name(f".{place.name}.new")


def _copy(source: Path, place: Path) -> None:
    """Under its name it is whole; that name is durable once its folder is."""
    fresh = _fresh(place)
    shutil.copy(source, fresh)
    descriptor = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(fresh, place)


def order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """1.10.0 comes after 1.9.0, and 1.10.0 after 1.10.0rc1. What follows a plus tells builds apart and orders none."""
    found = re.match(r"([0-9.]+)([^+]*)", version)
    assert found is not None
    return tuple(int(part) for part in found[1].split(".") if part), not found[2], found[2]


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path, sync: Callable[[], None] = os.sync) -> None:
    """Everything below is durable. One call for all: an fsync for each of some thousand files takes minutes."""
    sync()
    sync_folder(folder)


def main(arguments: list[str]) -> int:
    """`settle`, run by the system's own Python: the release that is tried may be the one that is broken. With
    --restart, what ran of it ends and the one before is started: a computer that is starting does that by itself. These
    arguments never change: the units of the next release run this file before that one has proved itself."""
    if arguments not in (["settle"], ["settle", "--restart"]):
        sys.stderr.write("releases.py: expected settle, or settle --restart\n")
        return 2
    if done := Releases().settle():
        print(done)
        if "--restart" in arguments:
            for command in (("daemon-reload",), ("--no-block", "restart", TARGET)):
                subprocess.run(("systemctl", *command), check=True, stdin=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
