"""The voice on another computer than the hub's: no call is said twice when the hub changes, and a refusal says whom to
call."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from kiosk_app.api import Announcement
from kiosk_app.event_stream import ALIVE, encode
from tests.kiosk_app.voice.test_main import announcement, wait_for
from tests.tls_hub import doors, paired, serving


@contextmanager
def voice(core: str, out: Path) -> Iterator[subprocess.Popen[str]]:
    folder = core.removeprefix("device:")
    program = [sys.executable, "-P", "-m", "kiosk_app.main", "voice", "--device", folder, "--out", str(out)]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def hub(calls: list[Announcement], ended: threading.Event, asked: list[str]) -> Starlette:
    async def stream() -> AsyncIterator[bytes]:
        yield ALIVE
        while not ended.is_set():
            # As the real one: who comes again, as this one ends, hears nothing old.
            yield encode("announcement", "e:1", msgspec.json.encode(calls.pop(0))) if calls else ALIVE
            await asyncio.sleep(0.02)

    async def events(request: Request) -> StreamingResponse:
        asked.append(str(request.url.query))
        return StreamingResponse(stream(), media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/voice/events", events)])


@pytest.mark.slow
def test_the_hub_changes_and_nothing_old_is_said(tmp_path: Path) -> None:
    old, new = every = doors(tmp_path / "tls", 2)
    new.epoch, asked = 2, list[str]()
    out, first, last = tmp_path / "sound", threading.Event(), threading.Event()
    with voice(paired(tmp_path / "device", every, "display"), out):
        with serving(old, hub([announcement("a", 105, 3)], first, asked)):
            wait_for((out / "001-A-105-3.wav").exists, 60)
            first.set()
        with serving(new, hub([announcement("a", 105, 3, age_ms=60_000), announcement("b", 106, 4)], last, asked)):
            wait_for((out / "002-A-106-4.wav").exists, 60)
            last.set()
    assert sorted(path.name for path in out.iterdir() if not path.name.startswith(".")) == [
        "001-A-105-3.wav",
        "002-A-106-4.wav",
    ]
    assert set(asked) == {""}, "the floor of a paired display is known to the hub"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("revoked", 1, "must be paired with the hub again"),
        ("stranger", 1, "do not belong together"),
        ("console", 2, "use: expected 'display', got 'console'"),
    ],
)
def test_a_refusal_ends_it_with_whom_to_call(tmp_path: Path, what: str, code: int, said: str) -> None:
    (door,) = doors(tmp_path / "tls")
    ca = (doors(tmp_path / "other")[0].folder / "ca.pem").read_bytes() if what == "stranger" else b""
    core = paired(tmp_path / "device", [door], "console" if what == "console" else "display", ca)
    door.tokens.clear()
    ended = threading.Event()
    with serving(door, hub([], ended, [])), voice(core, tmp_path / "sound") as process:
        _, told = process.communicate(timeout=60)
        ended.set()
    assert process.returncode == code
    assert said in told
    assert "Traceback" not in told
