"""The processes of a story that plays in an office of several computers, each the real one: hub and ticket machines,
their printers, a citizen's face at each machine, a console at each counter, displays and voices.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from argon2 import PasswordHasher

from drivers.escpos_printer.protocol import INITIALISE
from kiosk_app import api
from kiosk_app.client import Client
from scripts.office import PYTHON, free_port
from tests.many.cable import Cable
from tests.many.computers import HERE, Computer, Office, Place, until
from tests.stories.house import START_PATIENCE_S, Lines, Printer
from tests.stories.script import Story

PIN = "1357"
"""Of every clerk of a story, and public."""


class Tap:
    """Hears when bytes go to a printer. CLOCK_MONOTONIC, in seconds."""

    def __init__(self) -> None:
        self._heard: list[tuple[float, bytes]] = []

    def __call__(self, data: bytes, at_s: float) -> None:
        self._heard.append((at_s, data))

    def __len__(self) -> int:
        return len(self._heard)

    def ticket_began_s(self, since: int) -> float | None:
        """When the first byte of a ticket came after so many pieces; questions to the printer are none."""
        whole = b""
        for at_s, data in self._heard[since:]:
            whole += data
            if INITIALISE in whole:
                return at_s
        return None


class Watcher:
    """Reads one floor's display events beside the display, and notes when each call was first to be seen."""

    def __init__(self, core: str, zone: str) -> None:
        self.seen_s: dict[tuple[str, int], float] = {}
        self._client, self._zone = Client(core), zone
        self._listening = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        coming = self._client.views(
            "/v1/display/events", api.DisplayView, only="view", opened=self._listening.set, zone=self._zone
        )
        for view in coming:
            now_s = time.monotonic()
            for call in (*view.newest, *view.recent):
                self.seen_s.setdefault((call.number, call.counter), now_s)


class MorningHouse:
    """Everything that runs, under `work` (a folder with a short name, for the sockets in it); what it leaves, in `out`.

    What is started ends with us at the latest.
    """

    def __init__(self, story: Story, work: Path, out: Path) -> None:
        assert story.floor is not None
        floor = story.floor
        self.out = out
        for name in ("screens", "paper", "sound"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        self.log = (out / "log.txt").open("w")
        codes = [f"m{number}" for number in range(1, floor.machines + 1)]
        self.taps = {code: Tap() for code in codes}
        ports = {code: free_port() for code in codes}
        self.printers = [Printer(port, out / "paper" / code, self.log) for code, port in ports.items()]
        self.printer_cables = {code: Cable(HERE, port, tapped=self.taps[code]) for code, port in ports.items()}
        staff = work / "staff.toml"
        self.clerks = {counter: f"10{number:02d}" for number, counter in enumerate(floor.counters, 1)}
        staff.write_text(staff_file(self.clerks.values()))
        places = [Place(HERE, cable.port) for cable in self.printer_cables.values()]
        self.office = Office(work, self.log, story.start, places, staff_file=staff)
        for computer in self.office.computers:
            computer.start()
        hub = self.office.hub
        self.citizens = {machine.code: self._face("citizen", machine) for machine in self.office.machines}
        self.consoles = {counter: self._face("staff", hub) for counter in floor.counters}
        self.displays = {zone: self._face("display", hub, "--zone", zone) for zone in floor.displays}
        self.voices = [self._voice(zone) for zone in floor.voices]
        self.watchers: dict[str, Watcher] = {}
        self._running = self.faces

    def begin(self) -> None:
        """Comes back when everything that was started is ready. Raises InVain or Untrue."""
        for computer in self.office.computers:
            until(computer.answers, f"{computer.code} answers")
        self.office.until_linked()
        for face in self.faces:
            face.hear()
        heard = lambda: (self.out / "log.txt").read_text().count('"ready"') >= len(self.voices)  # noqa: E731
        until(heard, "the voices listen", START_PATIENCE_S)
        self.watchers = {zone: Watcher(self.office.hub.core, zone) for zone in self.displays}

    @property
    def faces(self) -> list[Lines]:
        return [*self.citizens.values(), *self.consoles.values(), *self.displays.values()]

    def _face(self, kind: str, computer: Computer, *more: str) -> Lines:
        return Lines((*PYTHON, "tests.robot", kind, computer.core, *more), self.log)

    def _voice(self, zone: str) -> subprocess.Popen[bytes]:
        hub = self.office.hub
        return hub.run("voice", "--core", hub.core, "--zone", zone, "--out", str(self.out / "sound" / zone))

    def until_seen(self, kind: Callable[[Lines], bool], what: str) -> None:
        """Of every console and display."""
        for face in (*self.consoles.values(), *self.displays.values()):
            until(lambda face=face: kind(face), what)  # type: ignore[misc]

    def stop(self) -> dict[str, int]:
        """Faces, voices and cores, in order; the exit code of each core that ran. The papers are out afterwards."""
        faces, self._running = self._running, []
        for face in faces:
            face.end()
        for voice in self.voices:
            voice.terminate()
            voice.wait()
        return {computer.code: computer.stop() for computer in self.office.computers if computer.running}

    def close(self) -> None:
        """Whatever still runs."""
        for face in self._running:
            face.end()
        for voice in self.voices:
            voice.terminate()
            voice.wait()
        self.office.close()
        for printer in self.printers:
            printer.end()
        for cable in self.printer_cables.values():
            cable.close()
        self.log.close()


def staff_file(codes: Iterable[str]) -> str:
    """Clerks with these codes and one PIN, hashed as strongly as the product demands."""
    hashed = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PIN)
    clerks = "".join(f'\n[[staff]]\ncode = "{code}"\nrole = "clerk"\npin_hash = "{hashed}"\n' for code in codes)
    return f"schema = 1\n{clerks}"
