"""The processes of a story: core, simulated printer, voice and faces, each the real one, in a folder of their own."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from kiosk_app.client import Client, CoreTrouble
from scripts.office import PROGRAM, PYTHON, SIMULATOR, core_address, free_port, machine_file
from scripts.supervisor import end_with_us

PATIENCE_S = 10.0
START_PATIENCE_S = 60.0
"""For the first start, when nothing has been read from the disk."""


class Untrue(Exception):
    """The story did not come out as written."""


def until(true: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except CoreTrouble:
            pass
        time.sleep(0.01)
    raise Untrue(f"waited {patience_s} s in vain until {what}")


class Lines:
    """A child process that speaks JSON lines."""

    def __init__(self, command: tuple[str, ...], log: TextIO) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            preexec_fn=end_with_us,
        )

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Untrue(f"{self.process.args}: ended")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def say(self, **words: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        heard = self.hear()
        if not heard.get("ok", True):
            raise Untrue(f"{words}: {heard}")

    def end(self) -> None:
        """A face ends when nobody speaks to it any more; one that was killed has ended already."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()


class Printer:
    """The simulated printer and its control socket."""

    def __init__(self, port: int, out: Path, log: TextIO) -> None:
        command = (*SIMULATOR, "--port", str(port), "--control-port", "0", "--out", str(out))
        self.lines = Lines(command, log)
        self._out = out
        self._control: socket.socket | None = None

    def tell(self, **words: Any) -> None:
        if self._control is None:
            self._control = socket.create_connection(("127.0.0.1", self.lines.hear()["control_port"]))
            self._replies = self._control.makefile()
        self._control.sendall((json.dumps(words) + "\n").encode())
        if not json.loads(self._replies.readline())["ok"]:
            raise Untrue(f"the printer does not know {words}")

    def end(self) -> None:
        if self._control is not None:
            self._replies.close()
            self._control.close()
        self.lines.process.terminate()
        self.lines.end()


class House:
    """Everything that runs. The faces start beside the core, as they do after a power cut.

    What is started ends with the player at the latest, also when that one fails, is interrupted or killed. `work` is a
    folder with a short name, for the sockets in it.
    """

    def __init__(self, start: datetime, work: Path, out: Path, consoles: tuple[str, ...]) -> None:
        self.work, self.out = work, out
        for name in ("screens", "paper", "sound"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        self.log = (out / "log.txt").open("w")
        port = free_port()
        core = core_address(self.work)
        machine = machine_file(self.work, port, start)
        self.printer = Printer(port, out / "paper", self.log)
        self.core = self.run("core", "--machine", str(machine))
        self.voice = self.run("voice", "--core", core, "--out", str(out / "sound"))
        self.citizen = self._robot("citizen", core)
        self.display = self._robot("display", core)
        self.consoles = {code: self._robot("staff", core) for code in consoles}
        self.client = Client(core)
        for face in self._faces():
            face.hear()
        until(lambda: self.client.health().printer == "ready", "the printer is ready", START_PATIENCE_S)
        until(lambda: '"ready"' in (out / "log.txt").read_text(), "the voice listens", START_PATIENCE_S)

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*PROGRAM, *arguments], stderr=self.log, stdout=self.log, preexec_fn=end_with_us)

    def _robot(self, face: str, core: str) -> Lines:
        return Lines((*PYTHON, "tests.robot", face, core), self.log)

    def _faces(self) -> tuple[Lines, ...]:
        return (self.citizen, self.display, *self.consoles.values())

    def heard_twice(self, calls: int) -> None:
        """Each call is said twice when nothing waits: in a story the next act comes after that."""
        until(lambda: (self.out / "log.txt").read_text().count('"saying":"2"') >= calls, f"call {calls} was said twice")

    def close(self) -> None:
        for face in self._faces():
            face.end()
        for process in (self.voice, self.core):
            process.terminate()
            process.wait(PATIENCE_S)
        self.printer.end()
        self.log.close()
