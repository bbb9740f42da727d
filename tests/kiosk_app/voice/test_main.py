"""The real voice process against a real server on a unix socket: calls become files, a restart is outlived."""

from __future__ import annotations

import array
import asyncio
import contextlib
import math
import os
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from kiosk_app.api import Announcement, Language
from kiosk_app.event_stream import ALIVE, encode
from kiosk_app.voice import main
from kiosk_app.voice.phrases import sentence
from kiosk_app.voice.readings import load
from kiosk_app.voice.synthesiser import Synthesiser, chime

ROOT = Path(__file__).parents[3]
MEMORY_BUDGET_MB = 160


def announcement(
    call_id: str,
    number: int,
    counter: int,
    age_ms: int = 0,
    zone: str = "1F",
    language: Language = "ja",
    volume: int = 100,
) -> Announcement:
    return Announcement(
        call_id=call_id,
        zone=zone,
        letter="A",
        number=number,
        counter=counter,
        stage="reception",
        language=language,
        volume=volume,
        called_utc_ms=1_000_000,
        now_utc_ms=1_000_000 + age_ms,
    )


@contextlib.contextmanager
def core(path: Path, calls: list[Announcement], asked: list[str]) -> Iterator[None]:
    left = list(calls)

    async def events(request: Request) -> StreamingResponse:
        asked.append(str(request.url.query))

        async def stream() -> AsyncIterator[bytes]:
            yield ALIVE
            # As the real one: who comes again, as this one ends, hears nothing old.
            while left:
                call = left.pop(0)
                yield encode("announcement", call.call_id, msgspec.json.encode(call))
                await asyncio.sleep(0.01)
            while not server.should_exit:
                yield ALIVE
                await asyncio.sleep(0.02)

        return StreamingResponse(stream(), media_type="text/event-stream")

    app = Starlette(routes=[Route("/v1/voice/events", events)])
    server = uvicorn.Server(uvicorn.Config(app, uds=str(path), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def wait_for(what: Callable[[], bool], deadline_s: float = 30.0) -> None:
    end = time.monotonic() + deadline_s
    while not what():
        assert time.monotonic() < end, "not within the deadline"
        time.sleep(0.02)


@contextlib.contextmanager
def voice(core_address: str, out: Path) -> Iterator[subprocess.Popen[str]]:
    program = (
        "import sys, pathlib; from kiosk_app.voice.main import main; "
        "sys.exit(main(sys.argv[1], '1F', pathlib.Path(sys.argv[2])))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, core_address, str(out)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def resident_mb(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.slow
def test_calls_become_sound_and_a_restart_of_the_core_is_outlived(tmp_path: Path) -> None:
    socket_path, out, asked = tmp_path / "core", tmp_path / "sound", list[str]()
    before = [announcement("a", 105, 3), announcement("z", 900, 9, zone="2F"), announcement("o", 104, 3, age_ms=60_000)]
    with voice(f"unix:{socket_path}", out) as process:
        with core(socket_path, before, asked):
            wait_for((out / "001-A-105-3.wav").exists)
        socket_path.unlink(missing_ok=True)
        with core(socket_path, [announcement("b", 106, 12)], asked):
            wait_for((out / "002-A-106-12.wav").exists)
            assert resident_mb(process.pid) <= MEMORY_BUDGET_MB
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == 0
    assert asked[0] == "zone=1F"
    assert sorted(p.name for p in out.iterdir() if not p.name.startswith(".")) == [
        "001-A-105-3.wav",
        "002-A-106-12.wav",
    ]
    with wave.open(str(out / "002-A-106-12.wav")) as file:
        assert 4.0 < file.getnframes() / file.getframerate() < 14.0


def samples(path: Path) -> array.array[int]:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return array.array("h", file.readframes(file.getnframes()))


@pytest.mark.slow
def test_english_follows_japanese_and_the_volume_of_the_hour_is_in_the_samples(tmp_path: Path) -> None:
    calls = [
        announcement("a", 105, 3),
        announcement("b", 105, 3, volume=50),
        announcement("c", 105, 3, volume=0),
        announcement("d", 105, 3, language="en"),
    ]
    out = tmp_path / "sound"
    with voice(f"unix:{tmp_path / 'core'}", out), core(tmp_path / "core", calls, []):
        wait_for((out / "003-A-105-3.wav").exists)
        whole, half, english = (samples(out / f"00{n}-A-105-3.wav") for n in (1, 2, 3))
    words = array.array("h", Synthesiser(load()).samples(sentence(calls[0], load())))
    long, short = len(chime()) // 2, len(chime(True)) // 2
    # A chime, shorter behind another call, and the same Japanese words.
    assert whole[long : long + len(words)] == words
    assert power(half[short : short + len(words)]) / power(words) == pytest.approx(0.5, abs=0.001)
    assert english[short : short + len(words)] == words
    # And then 0.3 s of nothing and the English sentence.
    end = short + len(words)
    assert set(english[end : end + 14_400]) == {0}
    assert power(english[end + 14_400 : end + 4 * 48_000]) > 1_000


def power(values: array.array[int]) -> float:
    return math.sqrt(sum(v * v for v in values) / len(values))


def test_without_flite_an_english_ticket_is_called_in_japanese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main._in_english(announcement("a", 105, 3, language="en")) == b""
    assert "apt-get install flite" in capsys.readouterr().err


def test_a_wrong_address_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    with voice("nowhere", tmp_path) as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said == "core address 'nowhere': expected unix:/path or http://127.0.0.1:port\n"
