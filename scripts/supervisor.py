"""A small stand-in for systemd on a computer where the product is tried out: it starts, watches and starts again.

Speaks the service manager's side of sd_notify(3), so that the processes behave as they do under their units.
"""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FROZEN_AFTER_S = 6.0
"""Six missed signs of life."""
STARTS_MAX = 5
STARTS_WITHIN_S = 10.0
STOP_WITHIN_S = 5.0
PR_SET_PDEATHSIG = 1
ENDED_WITH = {3: "has another role in the office"}
_libc = ctypes.CDLL(None)


@dataclass
class Service:
    """One process that is kept running. It ends for good by exit code 0 (its window was closed) or 2 (cannot begin)."""

    name: str
    command: tuple[str, ...]
    watched: bool = True
    process: subprocess.Popen[bytes] | None = None
    line: socket.socket | None = None
    starts: list[float] = field(default_factory=list)
    heard_at: float | None = None
    ended: int | None = None


class Supervisor:
    """Keeps services running until `stop`; `told` hears one line for a person whenever something changes.

    What a service writes itself is for an engineer and lies in `log_dir`, a file each.
    """

    def __init__(
        self, runtime_dir: Path, log_dir: Path, environment: Mapping[str, str], told: Callable[[str], None]
    ) -> None:
        self.services: dict[str, Service] = {}
        self._runtime_dir, self._log_dir, self._environment, self._told = runtime_dir, log_dir, dict(environment), told
        self._selector = selectors.DefaultSelector()

    def start(self, name: str, *command: str, watched: bool = True) -> Service:
        service = Service(name, command, watched)
        self.services[name] = service
        self._log_file(service).unlink(missing_ok=True)
        path = self._runtime_dir / f"{name}.notify"
        path.unlink(missing_ok=True)
        service.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        service.line.bind(str(path))
        service.line.setblocking(False)
        self._selector.register(service.line, selectors.EVENT_READ, service)
        self._spawn(service)
        return service

    def turn(self, timeout_s: float = 0.2) -> None:
        """Listens for a moment, then starts again whatever died or froze."""
        for key, _ in self._selector.select(timeout_s):
            service: Service = key.data
            if service.line is None:
                continue
            service.line.recv(4096)
            if service.heard_at is None:
                self._told(f"{service.name}: ready after {time.monotonic() - service.starts[-1]:.1f} s")
            service.heard_at = time.monotonic()
        for service in self.services.values():
            self._look_after(service)

    def running(self) -> list[str]:
        return [s.name for s in self.services.values() if s.ended is None]

    def ready(self, *names: str) -> bool:
        """All of them have given a sign of life."""
        return all(self.services[name].heard_at is not None for name in names)

    def stop(self) -> None:
        """Every process is asked to end, then made to."""
        alive = [s.process for s in self.services.values() if s.process is not None and s.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for service in self.services.values():
            if service.line is not None:
                self._selector.unregister(service.line)
                service.line.close()
                service.line = None
                (self._runtime_dir / f"{service.name}.notify").unlink(missing_ok=True)
        self._selector.close()

    def _look_after(self, service: Service) -> None:
        if service.ended is not None or service.process is None:
            return
        code = service.process.poll()
        if code is None:
            silent = service.heard_at is not None and time.monotonic() - service.heard_at > FROZEN_AFTER_S
            if service.watched and silent:
                self._told(f"{service.name}: frozen, started again")
                service.process.kill()
                service.process.wait()
                self._spawn(service)
            return
        if code in (0, 2):
            service.ended = code
            self._told(f"{service.name}: ended" if code == 0 else f"{service.name}: cannot begin, {self._why(service)}")
            return
        recent = [start for start in service.starts if time.monotonic() - start < STARTS_WITHIN_S]
        if len(recent) >= STARTS_MAX:
            service.ended = code
            often = f"ended {STARTS_MAX} times within {STARTS_WITHIN_S:.0f} s, given up"
            self._told(f"{service.name}: {often}, {self._why(service)}")
            return
        self._told(f"{service.name}: {ENDED_WITH.get(code, f'ended with {code}')}, started again")
        self._spawn(service)

    def _spawn(self, service: Service) -> None:
        service.heard_at = None
        service.starts.append(time.monotonic())
        notify = str(self._runtime_dir / f"{service.name}.notify")
        environment = {**os.environ, **self._environment, "NOTIFY_SOCKET": notify}
        with self._log_file(service).open("ab") as log:
            service.process = subprocess.Popen(
                service.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for us: we end them in order.
                process_group=0,
                preexec_fn=end_with_us,
            )

    def _log_file(self, service: Service) -> Path:
        return self._log_dir / f"{service.name}.txt"

    def _why(self, service: Service) -> str:
        return f"the reason is in {self._log_file(service)}"


def end_with_us() -> None:
    """In a child: it is told to end when its parent is gone, for nobody else would tell it."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
