"""Starts real core processes in milliseconds: everything is imported and read once, each core is a fork of that.

Speaks JSON lines on its own input and output; holds no thread, so that a fork is whole. Each child may be given a
boundary at which it dies (see `boundaries`) and a wall clock that is set wrong.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import argon2  # noqa: F401  (these are imported for the children)
import babel.messages.pofile  # noqa: F401
import uvicorn.lifespan.off
import uvicorn.protocols.http.auto  # noqa: F401

from kiosk_app import clock, hub_line, hub_server, pair_command, serve, server, words  # noqa: F401
from tests import read_once
from tests.faults import boundaries, slow_disk
from tests.spaces import kernel, liar, yard

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
PR_SET_NO_NEW_PRIVS, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 38, 1, 1


def child(wish: dict[str, Any]) -> int:
    """One core from its machine.toml, as `hitofuda core` would run it; or what surrounds cores in `tests.spaces`."""
    if "yard" in wish:
        return yard.run(wish)
    if "inside" in wish:
        kernel.enter(wish["inside"])
    if "central" in wish:
        # Loaded by the child alone: no other has a use for it.
        from tests.central_server import served

        return served.run(wish)
    if "lie" in wish:
        return liar.run(wish)
    for module, values in wish.get("constants", {}).items():
        vars(sys.modules[module]).update(values)
    if "pair" in wish:
        return pair_command.run(wish["pair"], wish["use"], wish["name"], "", Path(wish["folder"]), print)
    if step := wish.get("wall_step_ms"):
        # Read anew each time, so that a test may set the clock of a running core.
        true_wall = clock.wall_utc_ms
        clock.wall_utc_ms = lambda: true_wall() + int(Path(step).read_text())
    if "locales" in wish:
        words.LOCALES_FOLDER = Path(wish["locales"])
    if "disk_mib" in wish:
        private_disk(Path(wish["machine"]).parent / "data", wish["disk_mib"], wish.get("disk_full", False))
    if wish.get("syncs_fail"):
        signal.signal(signal.SIGUSR1, lambda *_: no_more_syncs())
    if "slow_disk_s" in wish:
        slow_disk.begin(wish["slow_disk_s"])
    if wish.get("read_only"):
        read_only(Path(wish["machine"]).parent / "data")
    if wish.get("boundaries"):
        kill, keep = wish.get("kill"), wish.get("keep")
        boundaries.Watch(
            Path(wish["boundaries"]),
            (kill[0], kill[1]) if kill else None,
            (Path(keep[0]), Path(keep[1])) if keep else None,
        )
    return serve.run(Path(wish["machine"]))


def no_more_syncs() -> None:
    """From now on the kernel answers each fsync and fdatasync of this process with EIO, as a dying disk does."""
    calls = {"x86_64": (74, 75, 317), "aarch64": (82, 83, 277)}[os.uname().machine]
    load, equal, give = 0x20, 0x15, 0x06
    refuse, allow = 0x00050000 | errno.EIO, 0x7FFF0000
    filters = (
        (load, 0, 0, 0),
        (equal, 1, 0, calls[0]),
        (equal, 0, 1, calls[1]),
        (give, 0, 0, refuse),
        (give, 0, 0, allow),
    )
    program = b"".join(struct.pack("HBBI", *one) for one in filters)
    held = ctypes.create_string_buffer(program)
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filters), ctypes.addressof(held)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(
        calls[2], SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, head
    ):
        raise OSError(ctypes.get_errno(), "seccomp")


def read_only(folder: Path) -> None:
    """As a disk that the kernel has remounted after an error."""
    folder.mkdir(exist_ok=True)
    private_view()
    mount(bytes(folder), bytes(folder), None, MS_BIND, None)
    mount(None, bytes(folder), None, MS_REMOUNT | MS_BIND | MS_RDONLY, None)


def private_view() -> None:
    """What is mounted from now on is seen by this process alone."""
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWNS | (CLONE_NEWUSER if uid else 0)):
        raise OSError(ctypes.get_errno(), "unshare")
    if uid:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def private_disk(folder: Path, size_mib: int, full: bool) -> None:
    """A small disk that only this process sees (others by /proc/PID/root); it goes with the process.

    `full`: with the files of the folder it stands for, and not a byte of room beside them.
    """
    folder.mkdir(exist_ok=True)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()} if full else {}
    private_view()
    mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=%dm" % size_mib)
    for name, data in kept.items():
        (folder / name).write_bytes(data)
    if full:
        fill(folder / "filler-0")


def fill(path: Path) -> None:
    """A file that takes what room there is, to the last byte."""
    for piece in (bytes(1024 * 1024), bytes(512)):
        with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(piece)


def mount(*arguments: bytes | int | None) -> None:
    if libc.mount(*arguments):
        raise OSError(ctypes.get_errno(), f"mount {arguments}")


def start(wish: dict[str, Any]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, log), (2, log)):
            os.dup2(source, target)
        code = child(wish)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def wait(pid: int, timeout_s: float) -> int | None:
    """The exit code, negative for a signal; None while it still runs."""
    deadline = time.monotonic() + timeout_s
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.002)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running: set[int] = set()
    read_once.install()
    read_once.read_now()
    for line in sys.stdin:
        wish = json.loads(line)
        if "wait" in wish:
            code = wait(wish["wait"], wish["timeout_s"])
            if code is not None:
                running.discard(wish["wait"])
            answer: dict[str, Any] = {"code": code}
        else:
            answer = {"pid": start(wish)}
            running.add(answer["pid"])
        print(json.dumps(answer), flush=True)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
