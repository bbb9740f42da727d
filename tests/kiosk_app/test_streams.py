"""Streams on a real unix socket: at once, alive, ended in time, and nobody waits for somebody who does not read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from kiosk_app import api, streams
from kiosk_app.event_stream import ALIVE, ALIVE_EVERY_S, EventStreamParser, ServerEvent
from tests.kiosk_app.house import SERVICE, House

pytestmark = pytest.mark.slow

PATIENCE_S = 30.0
"""Reached only by what never comes."""


@pytest.fixture
def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams look about once a second by themselves: without that, what comes was pushed, or never comes."""
    monkeypatch.setattr(streams, "ALIVE_EVERY_S", 10 * PATIENCE_S)


class Reader:
    """One stream, read by hand: raw bytes, so that silence and signs of life can be told apart."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.status = 0
        self.parser = EventStreamParser()

    async def begin(self) -> Reader:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        self.status = int(head.split()[1])
        self.head = head.decode().lower()
        return self

    async def piece(self) -> bytes:
        """One chunk as the core sent it; empty when the stream has ended."""
        size = int(await asyncio.wait_for(self.reader.readline(), PATIENCE_S) or b"0", 16)
        chunk = await asyncio.wait_for(self.reader.readexactly(size + 2), PATIENCE_S)
        return chunk[:-2]

    async def event(self) -> ServerEvent:
        while True:
            if found := self.parser.feed(await self.piece()):
                assert len(found) == 1
                return found[0]


@asynccontextmanager
async def reading(path: Path, target: str, token: str = "") -> AsyncIterator[Reader]:
    reader, writer = await asyncio.open_unix_connection(str(path))
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    writer.write(f"GET {target} HTTP/1.1\r\nHost: core\r\n{bearer}\r\n".encode())
    try:
        yield await Reader(reader, writer).begin()
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.usefixtures("no_second_look")
async def test_the_first_view_comes_at_once_with_the_epoch_and_a_position_that_grows(house: House) -> None:
    async with house.serve() as path, reading(path, "/v1/citizen/events") as stream:
        first = await stream.event()
        assert "content-type: text/event-stream" in stream.head
        assert "cache-control: no-store" in stream.head
        assert (first.event, first.id) == ("view", f"{house.core.epoch}:1")
        assert msgspec.json.decode(first.data, type=api.CitizenView).screen == "idle"
        await house.press("ticket")
        second = await stream.event()
        assert second.id == f"{house.core.epoch}:2"
        assert msgspec.json.decode(second.data, type=api.CitizenView).screen == "choose"


async def test_a_quiet_stream_gives_a_sign_of_life_before_a_face_takes_the_core_for_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 2 * ALIVE_EVERY_S <= 2.0, "a face believes in its core for two seconds"
    assert streams.ALIVE_EVERY_S == ALIVE_EVERY_S
    monkeypatch.setattr(streams, "ALIVE_EVERY_S", 0.05)
    async with house.serve() as path, reading(path, "/v1/display/events?zone=1F") as stream:
        await stream.event()
        begun = time.monotonic()
        assert await stream.piece() == ALIVE
        assert time.monotonic() - begun < PATIENCE_S / 2, "as often as it is told to"


async def test_a_sign_out_ends_the_stream_of_that_console_alone(house: House) -> None:
    leaving, staying = await house.sign_in("1001"), await house.sign_in("1002")
    async with (
        house.serve() as path,
        reading(path, "/v1/staff/events", leaving) as left,
        reading(path, "/v1/staff/events", staying) as stayed,
    ):
        await left.event()
        await stayed.event()
        assert (await house.act(leaving, "sign_out")).ok
        assert await left.piece() == b""
        assert (await stayed.event()).event == "view"
    assert (await house.ask("GET", "/v1/staff/events", token=leaving)).status == 401


async def test_a_session_that_is_over_ends_its_stream(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "ALIVE_EVERY_S", 0.05)
    tokens = [await house.sign_in(), await house.sign_in(training=True)]
    async with (
        house.serve() as path,
        reading(path, "/v1/staff/events", tokens[0]) as working,
        reading(path, "/v1/staff/events", tokens[1]) as training,
    ):
        await house.at("22:59")
        for stream in (working, training):
            await stream.event()
        await house.at("23:00")
        for stream in (working, training):
            while await stream.piece():
                pass
    for token in tokens:
        assert (await house.ask("GET", "/v1/staff/view", token=token)).status == 401


@pytest.mark.usefixtures("no_second_look")
async def test_a_console_in_training_sees_its_own_act_at_once(house: House) -> None:
    token = await house.sign_in(training=True)
    async with house.serve() as path, reading(path, "/v1/staff/events", token) as stream:
        await stream.event()
        await house.act(token, "open_counter", counter=3)
        view = msgspec.json.decode((await stream.event()).data, type=api.StaffView)
        assert view.counter is not None


async def test_a_touch_at_the_machine_is_no_news_to_a_console(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "ALIVE_EVERY_S", 0.05)
    token = await house.sign_in()
    async with house.serve() as path, reading(path, "/v1/staff/events", token) as stream:
        first = await stream.event()
        await house.press("ticket")
        assert [await stream.piece() for _ in range(3)] == [ALIVE] * 3
        await house.act(token, "open_counter", counter=3)
        second = await stream.event()
        assert (first.id.rpartition(":")[2], second.id.rpartition(":")[2]) == ("1", "2")


async def test_in_a_rush_a_console_gets_few_views_and_the_last_for_certain(house: House) -> None:
    token = await house.sign_in()
    house.core.changed.pace_s = 0.3
    async with house.serve() as path, reading(path, "/v1/staff/events", token) as stream:
        await stream.event()
        begun, presses = time.monotonic(), 0
        while presses < 20 or time.monotonic() - begun < 0.5:
            presses += 1
            await house.act(token, "open_counter" if presses % 2 else "close_counter", counter=3)
        await house.act(token, "open_counter", counter=4)
        took_s = time.monotonic() - begun
        views, seen = 0, None
        while seen is None or seen.number != 4:
            seen = msgspec.json.decode((await stream.event()).data, type=api.StaffView).counter
            views += 1
        assert views <= 2 + took_s / 0.3 < presses


@pytest.mark.usefixtures("no_second_look")
async def test_after_a_pause_a_console_sees_a_change_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await house.sign_in()
    changed, woken = house.core.changed, list[int]()
    monkeypatch.setattr(changed, "woken", lambda: woken.append(changed.version))
    changed.pace_s = 0.4
    async with house.serve() as path, reading(path, "/v1/staff/events", token) as stream:
        await stream.event()
        await asyncio.sleep(0.5)
        woken.clear()
        before = changed.version
        await house.act(token, "open_counter", counter=3)
        assert woken[:1] == [before + 1], "with the change itself, and not a pace later"
        await stream.event()


async def test_how_many_wait_reaches_the_citizens_screen_though_nobody_touches_it(house: House) -> None:
    guide = await house.sign_in("2001")
    async with house.serve() as path, reading(path, "/v1/citizen/events") as stream:
        before = msgspec.json.decode((await stream.event()).data, type=api.CitizenView)
        await house.act(guide, "issue", service=SERVICE)
        after = before
        while after.board == before.board:
            after = msgspec.json.decode((await stream.event()).data, type=api.CitizenView)
        assert (before.screen, after.screen) == ("idle", "idle")


@pytest.mark.usefixtures("no_second_look")
async def test_who_does_not_read_delays_nobody_and_is_let_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STALLED_S", 0.2)
    async with (
        house.serve() as path,
        reading(path, "/v1/citizen/events") as asleep,
        reading(path, "/v1/citizen/events") as awake,
    ):
        asleep.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await awake.event()
        deadline = time.monotonic() + 2 * PATIENCE_S
        while house_streams(house).open > 1:
            assert time.monotonic() < deadline
            # Every press makes a new view of some kilobytes; what nobody takes fills the line.
            await house.press("voice")
            await awake.event()


def house_streams(house: House) -> streams.Streams:
    return house.app.state.streams


async def test_streams_are_counted_and_their_number_has_a_limit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STREAMS_MAX", 2)
    async with house.serve() as path:
        async with reading(path, "/v1/citizen/events"), reading(path, "/v1/voice/events"):
            async with reading(path, "/v1/display/events") as third:
                assert third.status == 503
                assert b"too many streams" in await third.reader.read(200)
            assert (await house.ask("GET", "/v1/health")).status == 200
        await house.until(lambda: house_streams(house).open == 0)
        assert house.core.announcements.open == 0
        async with reading(path, "/v1/display/events") as again:
            assert again.status == 200


@pytest.mark.usefixtures("no_second_look")
async def test_when_the_core_ends_every_stream_ends(house: House) -> None:
    token = await house.sign_in()
    async with (
        house.serve() as path,
        reading(path, "/v1/citizen/events") as citizen,
        reading(path, "/v1/staff/events", token) as staff,
        reading(path, "/v1/voice/events") as voice,
    ):
        house.core.end()
        for stream in (citizen, staff, voice):
            while await stream.piece():
                pass
