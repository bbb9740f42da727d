"""Plays a story against the real processes: core, simulated printer, faces, voice. Nothing here is the product.

Leaves in the output directory: screens/, paper/, sound/, facts.jsonl and report.json. Exits 0 only if the story came
out as it is written.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from kiosk_app import api
from kiosk_app.client import Client, CoreTrouble
from tests.stories.script import Act, Story, read

ROOT = Path(__file__).parent.parent.parent
ZONE = ZoneInfo("Asia/Tokyo")
PATIENCE_S = 10.0
PINS = {"1001": "1357", "1002": "2468"}
"""The public ones of config/staff.example.toml."""


class Untrue(Exception):
    """The story did not come out as written."""


class Lines:
    """A child process that speaks JSON lines."""

    def __init__(self, *command: str, log: TextIO) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Untrue(f"{self.process.args}: ended")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def say(self, **words: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        heard = self.hear()
        if not heard.get("ok", True):
            raise Untrue(f"{words}: {heard}")
        return heard


class Printer:
    """The simulated printer and its control socket."""

    def __init__(self, out: Path, log: TextIO) -> None:
        self.lines = Lines(
            "drivers.escpos_printer.simulator", "--port", "0", "--control-port", "0", "--out", str(out), log=log
        )
        ports = self.lines.hear()
        self.port: int = ports["port"]
        self._control = socket.create_connection(("127.0.0.1", ports["control_port"]))
        self._replies = self._control.makefile()

    def tell(self, **words: Any) -> None:
        self._control.sendall((json.dumps(words) + "\n").encode())
        self._replies.readline()


class House:
    """The running office of one story."""

    def __init__(self, story: Story, out: Path) -> None:
        self.story, self.out = story, out
        for name in ("screens", "paper", "sound"):
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir(parents=True)
        self.work = Path(tempfile.mkdtemp(prefix="hitofuda-"))
        self.log = (out / "log.txt").open("w")
        self.pictures = 0
        self.screens_seen: set[str] = set()
        self.staff: dict[str, tuple[Client, int]] = {}
        self.printer = Printer(out / "paper", self.log)
        core = f"unix:{self.work}/run/core.sock"
        machine = self._machine_file()
        self.core = subprocess.Popen(
            [sys.executable, "-P", "-m", "kiosk_app.main", "core", "--machine", str(machine)],
            stderr=self.log, stdout=self.log,
        )  # fmt: skip
        self.client = Client(core)
        self._until(lambda: self.client.health().facts > 0, "the core answers")
        self.voice = subprocess.Popen(
            [sys.executable, "-P", "-m", "kiosk_app.main", "voice", "--core", core, "--out", str(out / "sound")],
            stderr=self.log, stdout=self.log,
        )  # fmt: skip
        self.citizen = Lines("tests.robot", "ui.citizen", core, log=self.log)
        self.display = Lines("tests.robot", "ui.display", core, log=self.log)
        self.citizen.hear()
        self.display.hear()

    def _machine_file(self) -> Path:
        path = self.work / "machine.toml"
        path.write_text(f'''schema = 1
code = "m1"
name = "1号機"
roles = ["hub", "ticket_machine"]
office_file = "{ROOT}/config/offices/kokura-kita.toml"
staff_file = "{ROOT}/config/staff.example.toml"
data_dir = "{self.work}/data"
runtime_dir = "{self.work}/run"

[printer]
kind = "tcp"
host = "127.0.0.1"
port = {self.printer.port}

[simulation]
clock = "driven"
start = {self.story.start.isoformat()}
''')
        return path

    # --- time and looking ------------------------------------------------------------------------------------------

    def _until(self, true: Any, what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if true():
                    return
            except CoreTrouble:
                pass
            time.sleep(0.02)
        raise Untrue(f"waited {PATIENCE_S} s in vain until {what}")

    def set_time(self, act: Act) -> None:
        utc_ms = int(act.at.replace(tzinfo=ZONE).timestamp() * 1000)
        self.client.post("/v1/simulation/clock", api.ClockJump(utc_ms=utc_ms), api.Reply)

    def picture(self, face: Lines, kind: str, name: str) -> None:
        self.pictures += 1
        path = self.out / "screens" / f"{self.pictures:03d}-{kind}-{name}.png"
        face.say(picture=str(path))

    # --- acts ------------------------------------------------------------------------------------------------------

    def play(self, act: Act) -> None:
        self.set_time(act)
        getattr(self, f"_{act.who}")(*act.words)

    def _citizen(self, verb: str, *things: str) -> None:
        if verb == "press":
            self.picture(self.citizen, "citizen", self.client.citizen_view().screen)
            self.citizen.say(press=things[0])
        elif verb == "press-twice":
            self.picture(self.citizen, "citizen", self.client.citizen_view().screen)
            self.citizen.say(press=things[0], times=2)
        elif verb == "sees":
            self._sees(*things)
        else:
            raise Untrue(f"unknown: citizen {verb}")

    def _sees(self, screen: str, number: str = "") -> None:
        def shown() -> bool:
            view = self.client.citizen_view()
            return view.screen == screen and (not number or (view.slip is not None and view.slip.number == number))

        self._until(shown, f"the citizen sees {screen} {number}")
        self.picture(self.citizen, "citizen", screen)

    def _printer(self, verb: str, *things: str) -> None:
        if verb == "paper-out-after-lines":
            self.printer.tell(paper_out_after_lines=int(things[0]))
        elif verb == "refill":
            self.printer.tell(set="ready")
        else:
            raise Untrue(f"unknown: printer {verb}")

    def _display(self, verb: str, *things: str) -> None:
        if verb == "shows":
            number, counter = things[0], int(things[1])
            self._until(
                lambda: [(c.number, c.counter) for c in self.client.display_view("").newest] == [(number, counter)],
                f"the display shows {number} at {counter}",
            )
        else:
            self._until(lambda: things[0] in self.client.display_view("").missed, f"{things[0]} is a missed call")
        self.picture(self.display, "display", things[0])

    def _staff(self, code: str, verb: str, *things: str) -> None:
        if verb == "sign-in":
            client = Client(self.client.core)
            reply = client.sign_in(api.SignIn(staff_code=code, pin=PINS[code]))
            if not reply.ok:
                raise Untrue(f"{code} cannot sign in: {reply.message}")
            self.staff[code] = (client, 0)
            return
        client, counter = self.staff[code]
        if verb == "open":
            counter = int(things[0])
            self.staff[code] = (client, counter)
        view = client.staff_view()
        act = api.StaffAct(intent=str(uuid.uuid4()), verb=VERBS[verb], counter=counter)
        if verb == "call":
            act = api.StaffAct(
                intent=act.intent, verb="call_number", counter=counter, number=things[0], reason="準備ができた"
            )
        if verb == "accept-alert":
            act = api.StaffAct(intent=act.intent, verb="accept_alert", counter=counter, alert=view.alerts[0].id)
        reply = client.act(act)
        if not reply.ok:
            raise Untrue(f"{code} {verb}: {reply.message}")
        if verb in ("next", "call"):
            current = client.staff_view().current
            if current is None or current.number != things[0]:
                raise Untrue(f"{code} called {current and current.number}, the story says {things[0]}")

    # --- the end ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        for lines in (self.citizen, self.display):
            if lines.process.stdin is not None:
                lines.process.stdin.close()
            lines.process.wait(10)
        self.voice.terminate()
        self.core.terminate()
        self.core.wait(10)
        self.voice.wait(10)
        self.printer.lines.process.terminate()
        self.printer.lines.process.wait(10)

    def report(self, seconds: float) -> dict[str, Any]:
        from kiosk_app.log_commands import export

        export(self.work / "data" / "facts.db", self.out / "facts.jsonl")
        facts = [json.loads(line) for line in (self.out / "facts.jsonl").read_text().splitlines()]
        kinds = [f["kind"] for f in facts]
        printed = {f["body"]["ticket"] for f in facts if f["kind"] == "PrintEnded" and f["body"]["verdict"] == "issued"}
        called = {f["body"]["ticket"] for f in facts if f["kind"] == "Called"}
        return {
            "story": self.story.name,
            "issued": kinds.count("TicketIssued"),
            "printed": len(printed),
            "called": len(called),
            "completed": kinds.count("Completed"),
            "no-shows": kinds.count("NoShow"),
            "facts": len(facts),
            "screens": self.pictures,
            "seconds": round(seconds, 1),
        }


VERBS: dict[str, api.StaffVerb] = {
    "open": "open_counter",
    "close": "close_counter",
    "next": "call_next",
    "call": "call_number",
    "recall": "recall",
    "hold": "hold",
    "no-show": "no_show",
    "complete": "complete",
    "accept-alert": "accept_alert",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--story", default="first_day")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    arguments = parser.parse_args()
    story = read(ROOT / "tests" / "stories" / f"{arguments.story}.story")
    begun = time.monotonic()
    out: Path = arguments.out.resolve()
    house = House(story, out)
    untrue = ""
    for act in story.acts:
        try:
            house.play(act)
        except Untrue as error:
            untrue = f"{story.name}.story:{act.line}: {error}"
            break
    house.close()
    report = house.report(time.monotonic() - begun)
    if not untrue and (wrong := {k: report[k] for k, v in story.expected.items() if report[k] != v}):
        untrue = f"the end differs: {wrong}, expected {story.expected}"
    (out / "report.json").write_text(json.dumps(report | {"untrue": untrue}, ensure_ascii=False, indent=2) + "\n")
    print(untrue or json.dumps(report, ensure_ascii=False))
    return 1 if untrue else 0


if __name__ == "__main__":
    sys.exit(main())
