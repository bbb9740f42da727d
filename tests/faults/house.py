"""One ticket machine under test: a real core process, the real driver, a printer that speaks bytes, one folder.

The core is a fork of a process that has imported everything, so a start costs milliseconds.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from drivers.escpos_printer.paper import Piece
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import api
from kiosk_app.client import Client

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 45.0
"""Far more than anything here takes; reached only by what hangs."""
LOOK_EVERY_S = 0.003
T = TypeVar("T")
PIN_1001 = "1357"
"""Public, of config/staff.example.toml."""
SERVICE = "resident-record-copy"
GROUP = "A"
AGAIN = "再発行"


class ForkServer:
    """`start` gives the process id of a new core; `wait` its exit code, negative for a signal."""

    def __init__(self, before: Sequence[str] = ()) -> None:
        """`before`: a command that runs it."""
        command = [*before, sys.executable, "-P", "-m", "tests.faults.fork_server"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def _ask(self, **wish: Any) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def start(self, **wish: Any) -> int:
        return int(self._ask(**wish)["pid"])

    def wait(self, pid: int, timeout_s: float = PATIENCE_S) -> int | None:
        code: int | None = self._ask(wait=pid, timeout_s=timeout_s)["code"]
        return code

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(PATIENCE_S)


class House:
    """The machine's folder, its printer and the core that runs now (if one does)."""

    def __init__(self, folder: Path, forks: ForkServer, printer: SimulatedPrinter, *, start: str = "") -> None:
        """`start`: office time at which the driven clock begins; a Monday morning with open doors otherwise."""
        self.folder, self.printer = folder, printer
        self.machine_file = folder / "machine.toml"
        self.log_path = folder / "data" / "facts.db"
        self.socket_path = folder / "run" / "core.sock"
        self.client = Client(f"unix:{self.socket_path}")
        self._forks = forks
        self._pid = 0
        self._presses = itertools.count(1)
        self.machine_file.write_text(machine_toml(folder, printer.port, start or "2026-04-06T09:00:00"))

    def listen_in(self, runtime: Path) -> None:
        """Where machine.toml says that the socket is."""
        self.socket_path = runtime / "core.sock"
        self.client = Client(f"unix:{self.socket_path}")

    def use_real_clock(self) -> None:
        self.machine_file.write_text(machine_toml(self.folder, self.printer.port, ""))

    # --- the process -----------------------------------------------------------------------------------------------

    def start(self, *, ready: bool = True, **wish: Any) -> None:
        """`ready`: comes back when the core listens."""
        assert self._pid == 0, "one core at a time"
        self._pid = self._forks.start(machine=str(self.machine_file), log=str(self.folder / "log.txt"), **wish)
        if ready:
            until(self.listens, "the core listens", self.said)

    def listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.socket_path)) == 0

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self.end(signal.SIGKILL, -signal.SIGKILL)

    def stop(self) -> None:
        """In order, as at shutdown."""
        self.end(signal.SIGTERM, 0)

    def end(self, by: signal.Signals, expected: int) -> None:
        os.kill(self._pid, by)
        assert self.exit_code() == expected, self.said()

    def exit_code(self, timeout_s: float = PATIENCE_S) -> int | None:
        """None while it runs."""
        code = self._forks.wait(self._pid, timeout_s)
        if code is not None:
            self._pid = 0
        return code

    @property
    def running(self) -> bool:
        return self._pid != 0

    @property
    def pid(self) -> int:
        return self._pid

    def said(self) -> str:
        """Everything that the cores wrote to their standard error."""
        path = self.folder / "log.txt"
        return path.read_text() if path.exists() else ""

    # --- the visitor -----------------------------------------------------------------------------------------------

    def view(self) -> api.CitizenView:
        return self.client.citizen_view()

    def press(self, control: str, view: api.CitizenView | None = None) -> None:
        screen_id = (view or self.view()).screen_id
        self.client.press(api.Press(press_id=f"p{next(self._presses)}", screen_id=screen_id, control=control))

    def sees(self, *screens: str) -> api.CitizenView:
        """Waits for one of these screens."""
        return until_value(self.view, lambda view: view.screen in screens, f"screen {screens}", self.said)

    def ask_for_ticket(self) -> None:
        """From the first screen to the press that asks for paper."""
        for control in ("ticket", f"group:{GROUP}", f"service:{SERVICE}", "take"):
            self.press(control)
        if self.view().dialog is not None:
            # So many tickets within a minute: the machine asks whether they are for different people.
            self.press("separate")

    def take_ticket(self) -> str:
        """A visitor from beginning to end; returns the number."""
        self.ask_for_ticket()
        slip = self.sees("take").slip
        assert slip is not None
        self.press("end")
        return slip.number

    # --- staff, log and paper --------------------------------------------------------------------------------------

    def signed_in(self, code: str = "1001", pin: str = PIN_1001) -> Client:
        client = Client(self.client.core)
        reply = client.sign_in(api.SignIn(staff_code=code, pin=pin))
        assert reply.ok, reply.message
        return client

    def alerts(self, staff: Client) -> list[str]:
        """Causes that ring at the consoles."""
        return [alert.cause for alert in staff.staff_view().alerts]

    def facts(self) -> list[dict[str, Any]]:
        """Every fact with its kind, actor and body; also beside a running core."""
        from offline_store.maintenance import export

        out = self.folder / "facts.jsonl"
        with out.open("wb") as file:
            export(self.log_path, file)
        return [json.loads(line) for line in out.read_text().splitlines()]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [fact["body"] for fact in self.facts() if fact["kind"] == kind]

    def pieces(self, number: str) -> list[Piece]:
        """Paper outside of the printer on which this number can be read, in whole or in part."""
        return [piece for piece in self.printer.wait_for_pieces(0) if number in piece.lines]


def renew(printer: SimulatedPrinter) -> None:
    """Empty, with a fresh roll of paper and no fault."""
    printer.firmware.power_cut()
    printer.faults.clear()
    with printer.firmware.changed:
        printer.firmware.roll.renew()
        printer.pieces.clear()


def until(true: Callable[[], bool], what: str, said: Callable[[], str] = str, patience_s: float = PATIENCE_S) -> None:
    until_value(true, bool, what, said, patience_s)


def until_value(
    look: Callable[[], T],
    right: Callable[[T], bool],
    what: str,
    said: Callable[[], str] = str,
    patience_s: float = PATIENCE_S,
) -> T:
    """The first look that is right."""
    deadline = time.monotonic() + patience_s
    while not right(found := look()):
        assert time.monotonic() < deadline, f"waited {patience_s} s in vain until: {what}\n{found}\n{said()}"
        time.sleep(LOOK_EVERY_S)
    return found


def machine_toml(folder: Path, port: int, start: str) -> str:
    clock = f'[simulation]\nclock = "driven"\nstart = {start}\n' if start else ""
    return f'''schema = 1
code = "m1"
name = "1号機"
roles = ["hub", "ticket_machine"]
office_file = "{ROOT}/config/offices/kokura-kita.toml"
staff_file = "{ROOT}/config/staff.example.toml"
data_dir = "{folder}/data"
runtime_dir = "{folder}/run"

[printer]
kind = "tcp"
host = "127.0.0.1"
port = {port}
answer_s = 2.0

{clock}'''
