"""The service manager hears that a core is well only while its loop turns and its ticks go on."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kiosk_app import service_manager
from kiosk_app.service_manager import MISSED_MAX, Pulse
from tests.kiosk_app.house import House


def test_it_is_told_while_the_count_grows() -> None:
    told, ticks = [0], [0]
    pulse = Pulse(lambda: ticks[0], lambda: told.__setitem__(0, told[0] + 1))
    for _ in range(20):
        ticks[0] += 1
        pulse.beat()
    assert told == [20]


def test_a_loop_that_turns_without_ticks_falls_silent_and_is_heard_again_with_the_next_tick() -> None:
    told, ticks = [0], [0]
    pulse = Pulse(lambda: ticks[0], lambda: told.__setitem__(0, told[0] + 1))
    for _ in range(20):
        pulse.beat()
    assert told == [1 + MISSED_MAX]
    ticks[0] += 1
    pulse.beat()
    assert told == [2 + MISSED_MAX]


async def test_each_tick_of_a_core_counts(house: House) -> None:
    before = house.core.upkeep.ticks
    await house.core.tick()
    assert house.core.upkeep.ticks == before + 1


def test_what_is_told_is_what_systemd_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        service_manager.tell_alive()
        assert manager.recv(100) == b"READY=1\nWATCHDOG=1"
