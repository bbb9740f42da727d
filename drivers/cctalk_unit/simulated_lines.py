"""The lines to a simulated unit: one in memory on virtual time, a TCP port, and a pseudo-terminal as a serial
device."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import socket
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from drivers.cctalk_unit.simulator import SimulatedCashUnit
from drivers.cctalk_unit.transport import CashUnitSettings, LineAway

TICK_S = 1e-4


class VirtualBus:
    """`CcTalkCashUnit(settings, mark, bus.open, bus.now_s, bus.sleep)`: time passes only while somebody waits. `at`
    plans what hands do."""

    def __init__(self, unit: SimulatedCashUnit) -> None:
        self.unit = unit
        self.unplugged = False
        self._now_s = 0.0
        self._wire = bytearray()
        self._plan: list[tuple[float, Callable[[], None]]] = []
        unit.speak = self._wire.extend

    def now_s(self) -> float:
        return self._now_s

    def sleep(self, seconds: float) -> None:
        until_s = self._now_s + max(seconds, TICK_S)
        while self._plan and self._plan[0][0] <= until_s:
            when_s, act = self._plan.pop(0)
            self._pass(max(when_s, self._now_s))
            act()
        self._pass(until_s)

    def _pass(self, now_s: float) -> None:
        self._now_s = now_s
        self.unit.advance(now_s)

    def at(self, when_s: float, act: Callable[[], None]) -> None:
        self._plan = sorted([*self._plan, (when_s, act)], key=lambda planned: planned[0])

    def open(self, settings: CashUnitSettings) -> VirtualBus:
        if self.unplugged:
            raise LineAway("nothing there")
        self._wire.clear()
        return self

    def write(self, data: bytes) -> None:
        if self.unplugged:
            raise LineAway("unplugged")
        self._wire += self.unit.receive(data)

    def read(self, timeout_s: float) -> bytes:
        if self.unplugged:
            raise LineAway("unplugged")
        if not self._wire:
            self.sleep(timeout_s)
        data = bytes(self._wire)
        self._wire.clear()
        return data

    def close(self) -> None:
        pass


class ServedCashUnit:
    """A simulated unit in real time. `with ServedCashUnit(unit) as served:` listens at `served.port`, of this computer
    alone; with a device it stands at that name as a serial adapter."""

    def __init__(self, unit: SimulatedCashUnit, device: Path | None = None, port: int = 0) -> None:
        """`port` 0: any that is free. OSError at the beginning where it is not."""
        self.unit = unit
        self.port = port
        self._device = device
        self._lock = threading.Lock()
        self._ends: list[int] = []
        self._stop_reading, self._stop = os.pipe()
        self._began_s = time.monotonic()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._listener: socket.socket | None = None

    def __enter__(self) -> ServedCashUnit:
        if self._device is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = int(self._listener.getsockname()[1])
        else:
            master, slave = pty.openpty()
            tty.setraw(slave)
            self._ends = [master, slave]
            self._device.symlink_to(os.ttyname(slave))
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        os.write(self._stop, b"x")
        self._thread.join()
        if self._listener is not None:
            self._listener.close()
        if self._device is not None:
            self._device.unlink()
        for end in (*self._ends, self._stop, self._stop_reading):
            os.close(end)

    def hand(self, act: Callable[[SimulatedCashUnit], None]) -> None:
        """What a person does to it, at this moment."""
        with self._lock:
            self.unit.advance(time.monotonic() - self._began_s)
            act(self.unit)

    def _serve(self) -> None:
        if self._listener is None:
            self._talk(self._ends[0])
            return
        listening = self._listener.fileno()
        while self._stop_reading not in select.select([listening, self._stop_reading], [], [])[0]:
            connection, _ = self._listener.accept()
            with connection:
                self._talk(connection.fileno())

    def _talk(self, end: int) -> None:
        while True:
            ready, _, _ = select.select([end, self._stop_reading], [], [])
            if self._stop_reading in ready:
                return
            with contextlib.suppress(OSError):
                data = os.read(end, 512)
                if not data:
                    return
                with self._lock:
                    self.unit.advance(time.monotonic() - self._began_s)
                    out = self.unit.receive(data)
                os.write(end, out)
                continue
            return
