"""A visitor who cannot see: the real voice process beside a real core, its sound in files; and what silences it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from msgspec.structs import replace
from starlette.applications import Starlette

from kiosk_app import serve
from kiosk_app.client import Client
from kiosk_app.journeys.certificate_state import Certificate
from kiosk_app.journeys.ticket_state import Alert, CardCheck, Place
from kiosk_app.voice import earphone
from kiosk_app.voice.earphone import Desk
from kiosk_app.voice.output import Files, SoundCard
from kiosk_app.voice.readings import load
from kiosk_app.voice.screens import Say
from kiosk_app.voice.synthesiser import Synthesiser
from tests.kiosk_app.house import MORNING, ROOT, House, machine_toml

MEMORY_BUDGET_MB = 160


@asynccontextmanager
async def voice(*words: object) -> AsyncIterator[asyncio.subprocess.Process]:
    command = (sys.executable, "-P", "-m", "kiosk_app.main", "voice", "--citizen", *map(str, words))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def resident_mb(process_id: int) -> float:
    return int(Path(f"/proc/{process_id}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.slow
async def test_every_screen_of_a_visit_is_heard_from_the_first_key_to_the_ticket(house: House) -> None:
    out = house.folder / "sound"
    async with house.serve() as core, voice("--core", f"unix:{core}", "--out", out) as process:
        assert process.stderr is not None
        assert b'"ready"' in await asyncio.wait_for(process.stderr.readline(), 60)
        await house.press("ticket")
        await house.press("voice")
        await house.until((out / "001-choose.wav").exists, 30)
        await house.press("group:A")
        await house.until((out / "002-services.wav").exists, 30)
        await house.press("service:resident-record-copy")
        await house.until((out / "003-confirm.wav").exists, 30)
        await house.press("take")
        await house.until(lambda: list(out.glob("[0-9]*-take.wav")), 30)
        (taken,) = out.glob("[0-9]*-take.wav")
        await house.until(lambda: seconds(taken) > 5, 30)
        assert resident_mb(process.pid) <= MEMORY_BUDGET_MB
        await house.press("voice")
        await house.press("end")
        await house.press("language:en")
        await house.press("voice")
        await house.until(lambda: len(list(out.glob("[0-9]*-idle.wav"))) == 1, 30)
        (idle,) = out.glob("[0-9]*-idle.wav")
        await house.until(lambda: 3 < seconds(idle) < 15, 30)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.slow
async def test_machine_toml_says_where_the_core_is_and_where_the_sound_goes(house: House) -> None:
    machine = house.folder / "machine.toml"
    machine.write_text(machine_toml(house.folder, house.printer.port, MORNING))
    (house.folder / "run").mkdir(exist_ok=True)
    async with house.serve() as core, voice("--machine", machine) as process:
        os.symlink(core, house.folder / "run" / "core.sock")
        assert process.stderr is not None
        assert b'"ready"' in await asyncio.wait_for(process.stderr.readline(), 60)
        await house.press("voice")
        await house.until((house.folder / "run" / "earphone" / "001-idle.wav").exists, 30)


def test_the_newest_wish_wins_and_an_older_one_is_forgotten() -> None:
    desk = Desk()
    desk.put(Say("choose", ("一。",)))
    desk.put(Say("confirm", ("二。",)))
    number, wish = desk.take()
    assert wish.screen == "confirm"
    assert desk.is_newest(number)
    desk.put(Say("take", ()))
    assert not desk.is_newest(number)


def test_the_pause_between_two_chimes_ends_with_the_next_screen() -> None:
    desk = Desk()
    desk.put(Say("card_take", (), chimes=True))
    number, _ = desk.take()
    later = threading.Timer(0.05, desk.put, (Say("idle", ()),))
    later.start()
    # The test's own limit ends a pause that does not.
    desk.wait(number, 3_600)
    assert not desk.is_newest(number)
    later.join()


@pytest.mark.slow
async def test_a_card_that_is_left_chimes_aloud_in_any_language_and_the_earphone_says_its_words(
    house: House, tmp_path: Path
) -> None:
    aloud, ear = Files(tmp_path / "aloud"), Files(tmp_path / "ear")
    async with house.serve() as core:
        voice_of_the_machine = (Client(f"unix:{core}"), Synthesiser(load()), ear, print, aloud)
        speaking = asyncio.ensure_future(asyncio.to_thread(earphone.run, *voice_of_the_machine))
        left = Alert(id="a1", cause="card_left", since_ms=house.core.clock.now_utc_ms())
        house.core.lobby.state = replace(house.core.lobby.state, left_card=left, language="en")
        house.core.lobby.changed.bump()
        await house.until(lambda: len(list((tmp_path / "aloud").glob("chime-*.wav"))) >= 2, 30)
        house.core.lobby.state = replace(house.core.lobby.state, left_card=None)
        house.core.lobby.changed.bump()
        await house.press("voice")
        await house.until(lambda: list((tmp_path / "ear").glob("*-idle.wav")), 60)
        assert not list((tmp_path / "ear").glob("chime-*.wav"))
        await house.press("voice")
    async with refusing(core):
        await asyncio.wait_for(speaking, 30)


@pytest.mark.slow
async def test_who_stands_at_a_certificate_kiosk_is_told_aloud_to_take_the_card_before_it_chimes(
    house: House, tmp_path: Path
) -> None:
    aloud, ear = Files(tmp_path / "aloud"), Files(tmp_path / "ear")
    async with house.serve() as core:
        voice_of_the_machine = (Client(f"unix:{core}"), Synthesiser(load()), ear, print, aloud)
        speaking = asyncio.ensure_future(asyncio.to_thread(earphone.run, *voice_of_the_machine))
        taking = {"certificate": Certificate(), "card": CardCheck(), "place": Place(screen="card_take")}
        house.core.lobby.state = replace(house.core.lobby.state, **taking)
        house.core.lobby.changed.bump()
        await house.until(lambda: bool(list((tmp_path / "aloud").glob("chime-*.wav"))), 60)
        assert list((tmp_path / "aloud").glob("aloud-*.wav"))
        assert not list((tmp_path / "ear").glob("*.wav"))
    async with refusing(core):
        await asyncio.wait_for(speaking, 30)


@pytest.mark.slow
async def test_a_new_screen_silences_the_one_before_at_once_and_a_refusal_ends_the_voice(
    house: House, slow_player: Path
) -> None:
    unheard: list[str] = []
    async with house.serve() as core:
        client, card = Client(f"unix:{core}"), SoundCard("earphone")
        speaking = asyncio.ensure_future(
            asyncio.to_thread(earphone.run, client, Synthesiser(load()), card, unheard.append)
        )
        await house.press("voice")
        await house.until(lambda: begun(slow_player) == 1, 30)
        await house.press("ticket")
        # The first sentence would sound for half a minute; the next screen does not wait for it.
        await house.until(lambda: begun(slow_player) == 2, 5)
        await house.press("voice")
    async with refusing(core):
        refusal = await asyncio.wait_for(speaking, 10)
    assert str(refusal) == "404: Not Found"
    assert unheard == []


def begun(played: Path) -> int:
    return len(played.read_text().splitlines()) if played.exists() else 0


@asynccontextmanager
async def refusing(path: Path) -> AsyncIterator[None]:
    """A core of another kind, which knows none of our paths."""
    server = uvicorn.Server(serve.configuration(Starlette()))
    serving = asyncio.ensure_future(server.serve(sockets=[serve.listen(path)]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
