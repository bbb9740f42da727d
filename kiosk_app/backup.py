"""`hitofuda backup` and `hitofuda restore`: a copy of the log that was tried before it is believed, and the way back.

A backup is made beside the running core, sealed for a key that is not on this machine, and read again: its chain is
checked and its facts are folded. Restored, it is a new incarnation of the machine, because what happened since is not
known.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kiosk_app import kept_log, sealed
from kiosk_app.clock import wall_utc_ms
from kiosk_app.office import facts, folds
from kiosk_app.office.state import OfficeState
from kiosk_app.releases import sync_folder
from kiosk_app.sealed import NotOpened
from kiosk_app.settings import ConfigError, MachineSettings, load_machine
from offline_store import backup as store
from offline_store import maintenance
from offline_store.errors import BadRecord, StoreError

Say = Callable[[str], None]
KEY = "backup.pem"
"""Beside machine.toml: the public key for which copies are sealed."""
SUFFIX = ".backup"
KEPT = 14
COPYING, RESTORING = ".copy-", ".restore-"
BEGAN_UTC_MS = 1_767_225_600_000
"""The beginning of 2026, from which incarnations of restored logs are numbered, a minute each."""


def make(machine: Path, to: Path, say: Say) -> int:
    """0: a copy is there and was read again; 1: it could not be made; 2: the settings or the key cannot be used."""
    try:
        settings = load_machine(machine)
        reader = sealed.load_public(machine.parent / KEY)
    except ConfigError as error:
        say(str(error))
        return 2
    except NotOpened as error:
        say(f"{error}; next: hitofuda backup-key FILE, and put FILE.pem there")
        return 2
    source = Path(settings.data_dir) / kept_log.FILE
    at = datetime.fromtimestamp(wall_utc_ms() / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    place = to / f"{settings.code}-{at}{SUFFIX}"
    try:
        with _own_folder(to, COPYING) as folder:
            store.copy(source, folder / "copy")
            fresh = folder / "sealed"
            with (folder / "copy").open("rb") as plain, fresh.open("wb") as out:
                key = sealed.seal(plain, out, reader)
                out.flush()
                os.fsync(out.fileno())
            (folder / "copy").unlink()
            # What counts is what can be read back from that disk, not what was meant to be written.
            with fresh.open("rb") as written, (folder / "again").open("xb") as out:
                sealed.open_sealed(written, out, key)
            if fault := _fault(folder / "again"):
                say(f"{source}: {fault}; the copy is not kept; next: hitofuda log verify {source}")
                return 1
            count = maintenance.stats(folder / "again").facts
            os.replace(fresh, place)
        # Before it is told, and before an older one goes.
        sync_folder(to)
    except (OSError, StoreError, NotOpened) as error:
        say(f"{place}: could not be made: {error}")
        return 1
    _forget_old(to, settings.code)
    say(f"{place}: {count:,} facts, sealed and read again")
    return 0


def restore(machine: Path, path: Path, key: Path, say: Say) -> int:
    """0: the log is there again, as a new incarnation; 1: it could not be; 2: settings, key or file cannot be used."""
    try:
        settings = load_machine(machine)
        private = sealed.load_private(key)
    except (ConfigError, NotOpened) as error:
        say(str(error))
        return 2
    if _core_runs(settings):
        say("the core runs; next: systemctl stop 'hitofuda*'")
        return 2
    data = Path(settings.data_dir)
    data.mkdir(parents=True, exist_ok=True)
    try:
        with _own_folder(data, RESTORING) as folder:
            copied = folder / "copy"
            with path.open("rb") as source, copied.open("xb") as out:
                sealed.open_sealed(source, out, private)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(copied, 0o600)
            if fault := _fault(copied) or _of_another(copied, settings.code):
                say(f"{path}: {fault}; nothing was restored")
                return 2
            number = (wall_utc_ms() - BEGAN_UTC_MS) // 60_000
            done = store.put_in_place(copied, data / kept_log.FILE, settings.code, number)
    except (OSError, NotOpened) as error:
        say(f"{path}: {error}; nothing was restored")
        return 2
    except StoreError as error:
        say(str(error))
        return 1
    say(f"{data / kept_log.FILE}: {done.salvaged:,} facts are there again; what came later is not known here")
    say("Next: systemctl start hitofuda.target. Numbers of today come from the spare band; look at paper that is out.")
    return 0


def _fault(copied: Path) -> str:
    """Whether a core could go on from it: the whole chain, then every fact folded. Empty: it could."""
    try:
        found = maintenance.verify(copied)
        if isinstance(found, BadRecord):
            return f"is damaged at fact {found.seq} of {found.machine}: {found.cause}"
        state = OfficeState()
        for entry in maintenance.read_range(copied, 0, sys.maxsize):
            fact = facts.decode(entry.kind, entry.body)
            folds.apply(state, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
        known = maintenance.stats(copied).last_seq_by_machine
    except StoreError as error:
        return str(error)
    return "" if state.positions == known else "its facts cannot be folded to their end"


def _of_another(copied: Path, code: str) -> str:
    whose = maintenance.stats(copied).identity.partition("~")[0]
    return "" if whose == code else f"is of the machine {whose}, this is {code}"


def _forget_old(folder: Path, code: str) -> None:
    for path in sorted(folder.glob(f"{code}-*{SUFFIX}"))[:-KEPT]:
        path.unlink()


@contextmanager
def _own_folder(where: Path, prefix: str) -> Iterator[Path]:
    """For what nobody else may read. Held while this process lives; what others have left, who were cut off, goes."""
    for left in where.glob(f"{prefix}*"):
        if (held := _held(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(held)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=where) as name:
        held = _held(Path(name))
        try:
            yield Path(name)
        finally:
            if held is not None:
                os.close(held)


def _held(folder: Path) -> int | None:
    """None where another process has it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _core_runs(settings: MachineSettings) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(Path(settings.runtime_dir) / "core.sock")) == 0
