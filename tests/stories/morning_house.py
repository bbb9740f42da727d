"""The processes of a story that plays in an office of several computers, each the real one: hub and ticket machines,
their printers, a citizen's face at each machine; and, paired with the hub and behind a cable each, a console at each
counter, displays and voices.
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
from scripts.office import PROGRAM, PYTHON, free_port
from scripts.supervisor import end_with_us
from tests.many.cable import Cable
from tests.many.computers import HERE, InVain, Office, Place, until
from tests.many.devices import Device, paired
from tests.stories.house import START_PATIENCE_S, Lines, Printer
from tests.stories.script import Story

PIN = "1357"
"""Of every member of staff of a story, and public."""
TECHNICIAN, LEADER = "9001", "3001"


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
        self._running: list[Lines] = []
        codes = [f"m{number}" for number in range(1, floor.machines + 1)]
        self.taps = {code: Tap() for code in codes}
        ports = {code: free_port() for code in codes}
        self.printers = [Printer(port, out / "paper" / code, self.log) for code, port in ports.items()]
        self.printer_cables = {code: Cable(HERE, port, tapped=self.taps[code]) for code, port in ports.items()}
        staff = work / "staff.toml"
        self.clerks = {counter: f"10{number:02d}" for number, counter in enumerate(floor.counters, 1)}
        staff.write_text(staff_file(self.clerks.values()))
        places = [Place(HERE, cable.port) for cable in self.printer_cables.values()]
        candidate = f"m{floor.standby}" if floor.standby else ""
        self.office = Office(work, self.log, story.start, places, candidate=candidate, staff_file=staff)
        self.technician = self.office.hub.client
        self.furnish(work)
        for computer in self.office.computers:
            computer.start()
        self._work, self._floor = work, floor
        self.citizens = {machine.code: self._face("citizen", machine.core) for machine in self.office.machines}
        self.consoles: dict[int, Lines] = {}
        self.displays: dict[str, Lines] = {}
        self.voices: list[subprocess.Popen[bytes]] = []
        self.watchers: dict[str, Watcher] = {}
        self.devices: dict[str, Device] = {}
        """By name: 3番窓口, 1F, voice 1F."""

    def furnish(self, work: Path) -> None:
        """What else the computers need, before any of them starts."""

    def begin(self) -> None:
        """Comes back when everything is started and ready. Raises InVain or Untrue."""
        for computer in self.office.computers:
            until(computer.answers, f"{computer.code} answers")
        self.devices = self._paired()
        for counter in self._floor.counters:
            self.consoles[counter] = self._face("staff", self.devices[console_name(counter)].core)
        for zone in self._floor.displays:
            self.displays[zone] = self._face("display", self.devices[zone].core, "--zone", zone)
        self.voices = [self._voice(zone) for zone in self._floor.voices]
        self.office.until_linked()
        for face in self.faces:
            face.hear()
        heard = lambda: (self.out / "log.txt").read_text().count('"ready"') >= len(self.voices)  # noqa: E731
        until(heard, "the voices listen", START_PATIENCE_S)
        self.watchers = {zone: Watcher(self.devices[zone].core, zone) for zone in self.displays}

    def _wanted(self) -> list[tuple[str, api.DeviceUse, str]]:
        return [
            *((console_name(counter), "console", "") for counter in self._floor.counters),
            *((zone, "display", zone) for zone in self._floor.displays),
            *((f"voice {zone}", "display", zone) for zone in self._floor.voices),
        ]

    def _paired(self) -> dict[str, Device]:
        signed_in = self.technician.sign_in(api.SignIn(staff_code=TECHNICIAN, pin=PIN))
        if not signed_in.ok:
            raise InVain(f"the technician: {signed_in.message}")
        return paired(self.office.hub_places, self._wanted(), self._work, self.technician)

    @property
    def faces(self) -> list[Lines]:
        return [*self.named_faces().values()]

    def named_faces(self) -> dict[str, Lines]:
        return {
            **{f"citizen-{code}": face for code, face in self.citizens.items()},
            **{f"staff-{counter}": face for counter, face in self.consoles.items()},
            **{f"display-{zone}": face for zone, face in self.displays.items()},
        }

    def _face(self, kind: str, core: str, *more: str) -> Lines:
        face = Lines((*PYTHON, "tests.robot", kind, core, *more), self.log)
        self._running.append(face)
        return face

    def _voice(self, zone: str) -> subprocess.Popen[bytes]:
        device = self.devices[f"voice {zone}"]
        command = (*PROGRAM, "voice", "--device", str(device.folder), "--zone", zone)
        return subprocess.Popen(
            (*command, "--out", str(self.out / "sound" / zone)),
            stdout=self.log,
            stderr=self.log,
            preexec_fn=end_with_us,
        )

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
        for device in self.devices.values():
            device.way.close()
        self.log.close()


def console_name(counter: int) -> str:
    return f"{counter}番窓口"


def staff_file(codes: Iterable[str]) -> str:
    """Clerks with these codes, a leader, a technician, and one PIN, hashed as strongly as the product demands."""
    hashed = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PIN)
    everybody = [*((code, "clerk") for code in codes), (LEADER, "leader"), (TECHNICIAN, "technician")]
    rows = (f'\n[[staff]]\ncode = "{code}"\nrole = "{role}"\npin_hash = "{hashed}"\n' for code, role in everybody)
    return f"schema = 1\n{''.join(rows)}"
