"""The thread of the code reader and the loop: each code arrives there once, and a bug is not swallowed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from drivers.code_reader.driver import CodeReaderSettings, SerialCodeReader
from drivers.code_reader.simulator import SimulatedCodeReader
from drivers.code_reader.transport import CodeLine
from drivers.ports import CodeEvent, CodeRead, CodeReaderStatus
from kiosk_app.code_device import CodeDevice

CODE = "0126000123456789"
PATIENCE_S = 20.0


class Heard:
    def __init__(self) -> None:
        self.events: asyncio.Queue[CodeEvent] = asyncio.Queue()
        self.statuses: asyncio.Queue[CodeReaderStatus] = asyncio.Queue()
        self.bugs: asyncio.Queue[BaseException] = asyncio.Queue()

    def start(self, device: CodeDevice) -> None:
        device.start(self.events.put_nowait, self.statuses.put_nowait, self.bugs.put_nowait)


async def test_codes_and_statuses_arrive_in_the_loop(tmp_path: Path) -> None:
    scanner, heard = SimulatedCodeReader(tmp_path / "scanner"), Heard()
    device = CodeDevice(SerialCodeReader(CodeReaderSettings(str(scanner.device))))
    heard.start(device)
    assert await asyncio.wait_for(heard.statuses.get(), PATIENCE_S) == "away"
    with scanner:
        assert await asyncio.wait_for(heard.statuses.get(), PATIENCE_S) == "ready"
        scanner.show(CODE, times=3)
        assert await asyncio.wait_for(heard.events.get(), PATIENCE_S) == CodeRead(CODE)
        device.forget()
        scanner.show(CODE)
        assert await asyncio.wait_for(heard.events.get(), PATIENCE_S) == CodeRead(CODE)
    assert await asyncio.wait_for(heard.statuses.get(), PATIENCE_S) == "away"
    assert device.status == "away"
    await device.stop()
    assert heard.events.empty() and heard.bugs.empty()


async def test_the_device_is_let_go_of(tmp_path: Path) -> None:
    with SimulatedCodeReader(tmp_path / "scanner") as scanner:
        readers = [SerialCodeReader(CodeReaderSettings(str(scanner.device))) for _ in range(2)]
        for reader in readers:
            heard, device = Heard(), CodeDevice(reader)
            heard.start(device)
            # Exclusive: the second one would be refused while the first has it.
            assert await asyncio.wait_for(heard.statuses.get(), PATIENCE_S) == "ready"
            await device.stop()


async def test_a_bug_in_the_thread_is_told() -> None:
    def broken(device: str, baud: int) -> CodeLine:
        raise ZeroDivisionError

    heard = Heard()
    device = CodeDevice(SerialCodeReader(CodeReaderSettings("/dev/none"), broken))
    heard.start(device)
    with pytest.raises(ZeroDivisionError):
        raise await asyncio.wait_for(heard.bugs.get(), PATIENCE_S)
    await device.stop()
