"""A running office to measure: a real core in its own process with its log on the disk of the working folder, a
simulated printer that keeps the time of each byte, and any number of listening consoles and displays.
"""

from __future__ import annotations

import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from bench import office_day
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.client import Client, CoreAway
from kiosk_app.office.catalogue import Office

START_PATIENCE_S = 20.0
READ_BYTES = 1 << 18


class TimedPrinter(SimulatedPrinter):
    """Notes when bytes arrive; CLOCK_MONOTONIC is the same in every process of the machine."""

    def __init__(self, **mechanism: Any) -> None:
        super().__init__(**mechanism)
        self.arrivals: list[tuple[float, bytes]] = []

    def _take_in(self, data: bytes) -> None:
        self.arrivals.append((time.monotonic(), data))
        super()._take_in(data)


class Listeners:
    """Open event streams, read by one thread. `heard(which, data, at_s)` is called there for each piece."""

    def __init__(self, socket_path: Path, heard: Callable[[int, bytes, float], None] = lambda *_: None) -> None:
        self._path = str(socket_path)
        self._heard = heard
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._lost: list[int] = []
        self._count = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def add(self, target: str, token: str = "") -> None:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.connect(self._path)
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        line.sendall(f"GET {target} HTTP/1.1\r\nHost: core\r\nAccept: text/event-stream\r\n{bearer}\r\n".encode())
        line.setblocking(False)
        self._selector.register(line, selectors.EVENT_READ, self._count)
        self._count += 1

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Raises when a stream ended meanwhile: what was measured then was not what was meant."""
        self._stopping = True
        self._thread.join()
        if self._lost:
            raise RuntimeError(f"the core closed the streams {self._lost}")
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()

    def _listen(self) -> None:
        while not self._stopping:
            for key, _ in self._selector.select(0.1):
                line = key.fileobj
                assert isinstance(line, socket.socket)
                data = line.recv(READ_BYTES)
                at_s = time.monotonic()
                if data:
                    self._heard(key.data, data, at_s)
                else:
                    self._lost.append(key.data)
                    self._selector.unregister(line)
                    line.close()


class House:
    """`with House() as house:` the core is ready and its printer has answered. `history`: so many facts went before.

    `fill` writes another log and other sessions than the Monday's, into the two folders that it is given.
    """

    def __init__(
        self,
        machine: str = "m1",
        *,
        history: int = 0,
        printer: TimedPrinter | None = None,
        office_file: Path = office_day.OFFICE_FILE,
        fill: Callable[[Path, Path, str], Office] | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=".bench-core-", dir=Path.cwd()))
        # Its own short name: the path of a unix socket has 107 bytes at most.
        self._run = Path(tempfile.mkdtemp(prefix="hitofuda-"))
        fill = fill or partial(office_day.write, history=history)
        self.office = fill(self.folder, self._run, machine)
        self._office_file = office_file
        self.socket = self._run / "core.sock"
        self.client = Client(f"unix:{self.socket}")
        self.log_path = self.folder / "facts.db"
        self.printer = printer or TimedPrinter()
        self._machine_file = self._run / "machine.toml"
        self.more = ""
        """Further tables of machine.toml."""
        self.core: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> House:
        self.printer.start()
        self._machine_file.write_text(f"""schema = 1
code = "m1"
name = "1号機"
roles = ["hub", "ticket_machine"]
office_file = "{self._office_file}"
staff_file = "{office_day.STAFF_FILE}"
data_dir = "{self.folder}"
runtime_dir = "{self._run}"

[printer]
kind = "tcp"
host = "127.0.0.1"
port = {self.printer.port}

[simulation]
clock = "driven"
start = {office_day.NOW.replace(tzinfo=None).isoformat()}
{self.more}""")
        try:
            self.start_core()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start_core(self, *before: str) -> float:
        """Seconds until it answers and has looked at its printer. `before`: a command that runs the core's."""
        begun = time.monotonic()
        core = (sys.executable, "-P", "-m", "kiosk_app.main", "core", "--machine", str(self._machine_file))
        self.core = subprocess.Popen([*before, *core])
        while time.monotonic() - begun < START_PATIENCE_S:
            # Not before it listens: a client that finds nobody waits longer each time, and that would be measured.
            try:
                if self._listens() and self.client.health().printer == "ready":
                    return time.monotonic() - begun
            except CoreAway:
                pass
            if self.core.poll() is not None:
                raise RuntimeError(f"the core ended with {self.core.returncode}")
            time.sleep(0.002)
        raise RuntimeError(f"the core was not ready after {START_PATIENCE_S} s")

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.socket)) == 0

    def stop_core(self) -> None:
        if self.core is not None:
            self.core.terminate()
            self.core.wait(20)
            self.core = None

    def kill_core(self) -> None:
        assert self.core is not None
        self.core.kill()
        self.core.wait(20)
        self.core = None

    def close(self) -> None:
        self.stop_core()
        self.printer.stop()
        shutil.rmtree(self.folder)
        shutil.rmtree(self._run)

    def listeners(self, heard: Callable[[int, bytes, float], None] = lambda *_: None) -> Listeners:
        """The whole floor: the citizen's screen, a console at each counter, a display on each floor."""
        everybody = Listeners(self.socket, heard)
        everybody.add("/v1/citizen/events")
        for token in office_day.tokens(self.office).values():
            everybody.add("/v1/staff/events", token)
        for floor in self.office.floors:
            everybody.add(f"/v1/display/events?zone={floor.id}")
        return everybody


def milliseconds(spans_s: Iterable[float]) -> list[float]:
    return [1000 * span_s for span_s in spans_s]


def weight_mib(pid: int) -> float:
    """Of one process, with its share of what others use too (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
