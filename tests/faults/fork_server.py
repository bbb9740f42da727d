"""Starts real core processes in milliseconds: everything is imported once, each core is a fork of that.

Speaks JSON lines on its own input and output; holds no thread, so that a fork is whole. Each child may be given a
boundary at which it dies (see `boundaries`) and a wall clock that is set wrong.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import argon2  # noqa: F401  (these are imported for the children)
import babel.messages.pofile  # noqa: F401
import uvicorn.lifespan.off
import uvicorn.protocols.http.auto  # noqa: F401

from kiosk_app import clock, serve, server  # noqa: F401
from tests.faults import boundaries


def child(wish: dict[str, Any]) -> int:
    """One core from its machine.toml, as `hitofuda core` would run it."""
    if wall_step_ms := wish.get("wall_step_ms"):
        true_wall = clock.wall_utc_ms
        clock.wall_utc_ms = lambda: true_wall() + wall_step_ms
    if wish.get("boundaries"):
        kill, keep = wish.get("kill"), wish.get("keep")
        boundaries.Watch(
            Path(wish["boundaries"]),
            (kill[0], kill[1]) if kill else None,
            (Path(keep[0]), Path(keep[1])) if keep else None,
        )
    return serve.run(Path(wish["machine"]))


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
