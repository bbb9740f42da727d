"""What a disk may hold after a power cut, at each moment of a piece of work that was really done.

The work runs once and is watched: before and after each call that changes files, the folder is looked at, and whatever
the work had waited for (fsync, sync, a commit of SQLite) is known to be durable. A cut then takes back what nobody had
waited for: of names, those since some moment after the last wait, in their order, as journals of file systems do; of
the contents, any sector. Of no file it is assumed that a rename waits for what is in it.
"""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import BuiltinFunctionType, FrameType
from typing import Any, NamedTuple

from tests.faults.boundaries import OUTSIDE
from tests.offline_store.torn import torn

WAL = "-wal"
WAL_HEADER_BYTES = 32
FORGOTTEN = ("-shm", ".lock", "reserve")
"""Ends of names that are no part of what is kept: made anew by whoever opens the log."""
SYNC = os.sync
OF_SQLITE = frozenset({"execute", "executemany", "close", "backup"})


class Inode(NamedTuple):
    """A number is used again for another file; `born` tells them apart."""

    number: int
    born: int


@dataclass(frozen=True)
class Name:
    """`target`: of a symbolic link. A folder has neither inode nor target."""

    mode: int = 0o755
    inode: Inode | None = None
    target: str | None = None


Names = Mapping[str, Name]
Contents = Mapping[Inode, bytes]


@dataclass(frozen=True)
class Moment:
    """`names_durable`: the first moment whose names there may be. `told`: what somebody counted on by then."""

    what: str
    names: Names
    contents: Contents
    durable: Contents
    names_durable: int
    told: tuple[str, ...] = ()


@dataclass
class Film:
    moments: list[Moment] = field(default_factory=list)

    def cut(self, at: int, choose: random.Random, folder: Path) -> Moment:
        """Writes into `folder` (new) one of the disks that there may be after a cut at this moment."""
        moment = self.moments[at]
        back = self.moments[choose.randint(min(moment.names_durable, at), at)]
        folder.mkdir()
        for path, name in sorted(back.names.items()):
            place = folder / path
            if name.target is not None:
                place.symlink_to(name.target)
            elif name.inode is None:
                place.mkdir(mode=name.mode)
            else:
                place.write_bytes(_left(choose, path, name.inode, moment, back))
                place.chmod(name.mode)
        return moment


def _left(choose: random.Random, path: str, inode: Inode, moment: Moment, back: Moment) -> bytes:
    # What has lost its name meanwhile is as it was when it had one.
    of = moment if inode in moment.contents else back
    content, durable = of.contents[inode], of.durable.get(inode, b"")
    if content == durable:
        return content
    if path.endswith(WAL) and durable:
        # A write-ahead log that begins anew has its header on the disk before the first frame is written (SQLite ticket
        # ff5be73dee).
        durable = content[:WAL_HEADER_BYTES] + durable[WAL_HEADER_BYTES:]
    return torn(choose, durable, content)


class Camera:
    """Films one folder. Only this thread is watched: whoever writes there from another is not understood."""

    def __init__(self, folder: Path) -> None:
        self.film = Film()
        self._folder = folder
        self._is_looking = False
        self._births: dict[int, Inode] = {}
        self._born = 0
        self._durable: dict[Inode, bytes] = {}
        self._names_durable = 0
        self.told: tuple[str, ...] = ()

    @contextmanager
    def filming(self) -> Iterator[Camera]:
        """What is there at the beginning is durable."""
        self._look("begin")
        self._durable |= self.film.moments.pop().contents
        self._look("begin")
        fsync, fdatasync = os.fsync, os.fdatasync
        os.fsync = lambda file: self._waited(fsync, file)  # type: ignore[assignment]
        os.fdatasync = lambda file: self._waited(fdatasync, file)  # type: ignore[assignment]
        sys.setprofile(self._called)
        try:
            yield self
        finally:
            sys.setprofile(None)
            os.fsync, os.fdatasync = fsync, fdatasync
            self._look("end")

    def tell(self, *words: str) -> None:
        """From now on somebody counts on this."""
        self.told = (*self.told, *words)
        self._look("told")

    # --- what was waited for -----------------------------------------------------------------------------------------

    def _waited(self, wait: Callable[[Any], None], file: Any) -> None:
        # After what was done until now, and before what is waited for has happened: the cut comes while one waits.
        self._look("before fsync")
        wait(file)
        descriptor = file if isinstance(file, int) else file.fileno()
        told = os.fstat(descriptor)
        if Path(os.readlink(f"/proc/self/fd/{descriptor}")).is_relative_to(self._folder.resolve()):
            if stat.S_ISDIR(told.st_mode):
                self._names_durable = len(self.film.moments)
            elif inode := self._births.get(told.st_ino):
                self._durable[inode] = self.film.moments[-1].contents[inode]
        self._look("after fsync")

    def _waited_for_all(self, event: str) -> None:
        if event == "c_return":
            self._durable |= self.film.moments[-1].contents
            self._names_durable = len(self.film.moments)
        self._look(f"{event} sync")

    # --- what was called ---------------------------------------------------------------------------------------------

    def _called(self, frame: FrameType, event: str, called: Any) -> None:
        if self._is_looking or event not in ("c_call", "c_return") or not isinstance(called, BuiltinFunctionType):
            return
        owner = called.__self__
        if isinstance(owner, sqlite3.Connection) and called.__name__ in OF_SQLITE:
            self._of_sqlite(owner, event, called.__name__)
        elif called is SYNC:
            self._waited_for_all(event)
        elif called.__name__ in OUTSIDE | {"symlink", "rmdir", "close"} and getattr(owner, "__name__", "") == os.name:
            self._look(f"{event} {called.__name__}")

    def _of_sqlite(self, connection: sqlite3.Connection, event: str, name: str) -> None:
        if event == "c_call":
            self._look(f"before {name}")
            return
        before, after = self.film.moments[-1], self._seen(f"after {name}")
        # A backup's target is durable when the product says so; elsewhere SQLite waits at each commit.
        if name == "backup" or (name != "close" and connection.in_transaction):
            self._keep(after)
            return
        wrote = {inode for inode, content in after.contents.items() if before.contents.get(inode) != content}
        if not wrote:
            self._keep(after)
            return
        # First the write-ahead log is written and waited for, with its name; then what is moved out of it into the
        # file; at last, where the connection was closed, its name goes.
        logs = {inode for path, inode in _files(after) if path.endswith(WAL)} & wrote
        both = dict(before.names) | dict(after.names)
        begun = {inode: after.contents[inode] if inode in logs else before.contents.get(inode, b"") for inode in wrote}
        first = replace(after, what=f"within {name}: log", names=both, contents=dict(before.contents) | begun)
        self._keep(replace(first, durable=before.durable))
        self._durable |= {inode: after.contents[inode] for inode in logs}
        self._names_durable = len(self.film.moments)
        all_of_it, durable = dict(before.contents) | dict(after.contents), dict(before.durable) | self._durable
        second = replace(first, what=f"within {name}: file", contents=all_of_it, durable=durable)
        self._keep(replace(second, names_durable=self._names_durable))
        self._durable |= {inode: after.contents[inode] for inode in wrote}
        self._keep(replace(after, durable=dict(self._durable), names_durable=self._names_durable))

    # --- what is there -----------------------------------------------------------------------------------------------

    def _look(self, what: str) -> None:
        self._keep(self._seen(what))

    def _keep(self, moment: Moment) -> None:
        last = self.film.moments[-1] if self.film.moments else None
        if last is None or replace(last, what="") != replace(moment, what=""):
            self.film.moments.append(moment)

    def _seen(self, what: str) -> Moment:
        self._is_looking = True
        try:
            names, contents = self._walk()
        finally:
            self._is_looking = False
        here = {inode.number for inode in contents}
        self._births = {number: inode for number, inode in self._births.items() if number in here}
        self._durable = {inode: content for inode, content in self._durable.items() if inode in contents}
        return Moment(what, names, contents, dict(self._durable), self._names_durable, self.told)

    def _walk(self) -> tuple[Names, Contents]:
        names: dict[str, Name] = {}
        contents: dict[Inode, bytes] = {}
        for path in sorted(self._folder.rglob("*")):
            if path.name.endswith(FORGOTTEN):
                continue
            told, short = path.lstat(), str(path.relative_to(self._folder))
            if path.is_symlink():
                names[short] = Name(target=os.readlink(path))
            elif path.is_dir():
                names[short] = Name(told.st_mode & 0o7777)
            else:
                inode = self._inode(told.st_ino)
                names[short] = Name(told.st_mode & 0o7777, inode)
                contents[inode] = self._known(inode, path.read_bytes())
        return names, contents

    def _inode(self, number: int) -> Inode:
        if number not in self._births:
            self._born += 1
            self._births[number] = Inode(number, self._born)
        return self._births[number]

    def _known(self, inode: Inode, content: bytes) -> bytes:
        """The same bytes once: a film has hundreds of moments."""
        before = self.film.moments[-1].contents.get(inode) if self.film.moments else None
        return before if before == content else content


def _files(moment: Moment) -> list[tuple[str, Inode]]:
    return [(path, name.inode) for path, name in moment.names.items() if name.inode is not None]
