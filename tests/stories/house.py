"""The processes of a story: core, simulated printer, voice and faces, each the real one, in a folder of their own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from cryptography.hazmat.primitives.serialization import Encoding

from drivers.pcsc_card.simulator import certificates
from drivers.pcsc_card.simulator.daemon import UNPRIVILEGED, CannotStart, PrivatePcscd
from drivers.pcsc_card.simulator.emulator import EmulatedCard
from drivers.pcsc_card.simulator.kinds import Kind, Pins, make
from drivers.pcsc_card.simulator.virtual import VirtualCard
from kiosk_app.client import Client, CoreTrouble
from scripts.office import PRACTICE, PROCEDURES, PROGRAM, PYTHON, SIMULATOR, core_address, free_port, machine_file
from scripts.supervisor import end_with_us

PATIENCE_S = 30.0
START_PATIENCE_S = 60.0
"""For the first start, when nothing has been read from the disk."""


CARD_PIN = "8642"
"""Of every simulated card in a story; it must stand nowhere afterwards."""


SELECT = 0xA4
FILE_OF_THE_NUMBER = bytes.fromhex("0001")
"""Of the text application: the 個人番号. Of the other: the certificate with name and address."""


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

    def say(self, **words: Any) -> dict[str, Any]:
        """What it answered. Raises Untrue when it could not be done."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        heard = self.hear()
        if not heard.get("ok", True):
            raise Untrue(f"{words}: {heard}")
        return heard

    def end(self) -> None:
        """A face ends when nobody speaks to it any more; one that was killed has ended already."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()


class Printer:
    """The simulated printer and its control socket."""

    def __init__(self, port: int, out: Path, log: TextIO, *more: str) -> None:
        command = (*SIMULATOR, "--port", str(port), "--control-port", "0", "--out", str(out), *more)
        self.lines = Lines(command, log)
        self._out = out
        self._control: socket.socket | None = None

    def tell(self, **words: Any) -> dict[str, Any]:
        """Its answer: how many pieces of paper there are, and how many of them are torn."""
        if self._control is None:
            self._control = socket.create_connection(("127.0.0.1", self.lines.hear()["control_port"]))
            self._replies = self._control.makefile()
        self._control.sendall((json.dumps(words) + "\n").encode())
        answer: dict[str, Any] = json.loads(self._replies.readline())
        if not answer["ok"]:
            raise Untrue(f"the printer does not know {words}")
        return answer

    def end(self) -> None:
        if self._control is not None:
            self._replies.close()
            self._control.close()
        self.lines.process.terminate()
        self.lines.end()


class CardTable:
    """A real pcscd of the story's own with a virtual reader, and the simulated cards that are laid there."""

    def __init__(self, work: Path, today: date) -> None:
        self.authorities = work / "authorities"
        self.authorities.mkdir()
        for generation in (1, 2):
            made = certificates.authority(generation, today).certificate
            (self.authorities / f"authca{generation:02d}.cer").write_bytes(made.public_bytes(Encoding.DER))
        # Of its own, because the daemon runs as nobody and may not enter ours.
        self._folder = Path(tempfile.mkdtemp(prefix="hf-"))
        if os.geteuid() == 0:
            os.chown(self._folder, UNPRIVILEGED, UNPRIVILEGED)
        try:
            self.pcscd = PrivatePcscd(self._folder)
            self.pcscd.start()
        except CannotStart as trouble:
            shutil.rmtree(self._folder)
            raise Untrue(str(trouble)) from trouble
        self._today = today
        self._placed: VirtualCard | None = None

    def place(self, kind: Kind) -> None:
        self.lay(make(kind, self._today, pins=Pins(authentication=CARD_PIN.encode())))

    def lay(self, card: EmulatedCard) -> None:
        self.take()
        self._placed = VirtualCard(card, self.pcscd.port)
        self._placed.place()

    def take(self) -> None:
        placed, self._placed = self._placed, None
        if placed is not None:
            placed.take()
            if placed.card.is_open:
                raise Untrue("a card was taken whose PIN was still open")
            if any(command[5:] == FILE_OF_THE_NUMBER and command[1] == SELECT for command in placed.card.journal):
                raise Untrue("a card was asked for its file 0001")

    def close(self) -> None:
        try:
            self.take()
        finally:
            self.pcscd.stop()
            shutil.rmtree(self._folder)


class House:
    """Everything that runs. The faces start beside the core, as they do after a power cut.

    What is started ends with the player at the latest, also when that one fails, is interrupted or killed. `work` is a
    folder with a short name, for the sockets in it.
    """

    def __init__(
        self,
        start: datetime,
        work: Path,
        out: Path,
        consoles: tuple[str, ...],
        has_reader: bool = False,
        practises: bool = False,
        finds: bool = False,
        more: str = "",
        sound: str = "",
    ) -> None:
        """`more`: what follows in machine.toml. `sound`: the device of its own loudspeaker."""
        self.work, self.out = work, out
        for name in ("screens", "paper", "sound"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        self.log = (out / "log.txt").open("w")
        port = free_port()
        core = core_address(self.work)
        self.cards = CardTable(work, start.date()) if has_reader else None
        authorities = self.cards.authorities if self.cards is not None else None
        practice, life_events = PRACTICE if practises else "", PROCEDURES if finds else None
        machine = machine_file(self.work, port, start, authorities, procedures=life_events, practice=practice)
        loudspeaker = f'[sound]\nmachine = "{sound}"' if sound else "[sound]"
        machine.write_text(machine.read_text().replace("[sound]", loudspeaker) + more)
        self.printer = Printer(port, out / "paper", self.log)
        self.core = self.run("core", "--machine", str(machine))
        self.voice = self.run("voice", "--core", core, "--out", str(out / "sound"))
        self.earphone = None
        has_earphone = has_reader or practises
        if has_earphone:
            self.earphone = self.run("voice", "--citizen", "--core", core, "--out", str(out / "sound"))
        self.citizen = self._robot("citizen", core)
        self.display = self._robot("display", core)
        self.consoles = {code: self._robot("staff", core) for code in consoles}
        self.client = Client(core)
        for face in self._faces():
            face.hear()
        until(lambda: self.client.health().printer == "ready", "the printer is ready", START_PATIENCE_S)
        voices = 2 if has_earphone else 1
        ready = lambda: (out / "log.txt").read_text().count('"ready"') >= voices  # noqa: E731
        until(ready, "the voice listens", START_PATIENCE_S)

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **(self.cards.pcscd.environment if self.cards is not None else {})}
        return subprocess.Popen(
            [*PROGRAM, *arguments], stderr=self.log, stdout=self.log, preexec_fn=end_with_us, env=environment
        )

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
        for process in (self.voice, *([self.earphone] if self.earphone is not None else ()), self.core):
            process.terminate()
            process.wait(PATIENCE_S)
        self.printer.end()
        if self.cards is not None:
            self.cards.close()
        self.log.close()
