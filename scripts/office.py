"""An office on this machine for everybody who wants to try it: core, simulated printer, voice and three windows.

The processes are the real ones; only the printer is simulated, and its paper lies as pictures in DIR/paper.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk_app.voice.output import sound_card_present
from scripts.supervisor import Supervisor

ROOT = Path(__file__).parent.parent
OFFICE_FILE = ROOT / "config" / "offices" / "kokura-kita.toml"
STAFF_FILE = ROOT / "config" / "staff.example.toml"
ZONE = ZoneInfo("Asia/Tokyo")
PYTHON = (sys.executable, "-P", "-m")
SIMULATOR = (*PYTHON, "drivers.escpos_printer.simulator")
PROGRAM = (*PYTHON, "kiosk_app.main")
FACES = ("citizen", "staff", "display")
PRACTICE_TIME = "10:00"


def machine_file(work: Path, printer_port: int, start: datetime | None) -> Path:
    """Writes a machine.toml for hub and ticket machine in one; with `start` its clock begins at that local time."""
    simulation = f'[simulation]\nclock = "driven"\nstart = {start.isoformat()}\n' if start else ""
    path = work / "machine.toml"
    path.write_text(f'''schema = 1
code = "m1"
name = "1号機"
roles = ["hub", "ticket_machine"]
office_file = "{OFFICE_FILE}"
staff_file = "{STAFF_FILE}"
data_dir = "{work}/data"
runtime_dir = "{work}/run"

[printer]
kind = "tcp"
host = "127.0.0.1"
port = {printer_port}

[sound]
device = "none"

{simulation}''')
    return path


def core_address(work: Path) -> str:
    return f"unix:{work}/run/core.sock"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def practice_start(now: datetime) -> datetime | None:
    """None while the office is open; else ten o'clock of the next day on which it opens, so that there is life."""
    from kiosk_app.office import calendar
    from kiosk_app.settings import load_office

    office = load_office(OFFICE_FILE)
    today = calendar.business_day(office, now.date())
    if today is not None and today.issue_from <= now < today.issue_until:
        return None
    hour, minute = map(int, PRACTICE_TIME.split(":"))
    first = now.date() if now.hour < hour else now.date() + timedelta(days=1)
    day: date = next(
        d for d in (first + timedelta(days=n) for n in range(31)) if calendar.business_day(office, d) is not None
    )
    return datetime(day.year, day.month, day.day, hour, minute)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=ROOT / "out" / "office", help="the log, and the paper as pictures")
    parser.add_argument("--at", type=datetime.fromisoformat, help='local time, as "2026-04-06 10:00"')
    parser.add_argument("--orientation", choices=("portrait", "landscape"), default="portrait")
    arguments = parser.parse_args()
    work: Path = arguments.dir.resolve()
    (work / "run").mkdir(parents=True, exist_ok=True)
    start = arguments.at or practice_start(datetime.now(ZONE))
    if start is not None:
        print(f"The office's clock begins at {start:%Y-%m-%d %H:%M}.")
    port = free_port()
    machine = machine_file(work, port, start)
    core = core_address(work)
    supervisor = Supervisor(work / "run", {"PYTHONPATH": str(ROOT)}, lambda line: print(line, flush=True))
    wanted = [signal.SIGTERM, signal.SIGINT]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for name in wanted:
        signal.signal(name, stop)
    supervisor.start("printer", *SIMULATOR, "--port", str(port), "--out", str(work / "paper"), watched=False)
    supervisor.start("core", *PROGRAM, "core", "--machine", str(machine))
    for kind in FACES:
        more = ("--orientation", arguments.orientation) if kind == "citizen" else ()
        supervisor.start(kind, *PROGRAM, "face", kind, "--core", core, "--fit", *more)
    for name, of_whom in (("voice", ()), ("earphone", ("--citizen",))):
        # Both through the one sound card of a desktop; where there is none, as files.
        where = () if sound_card_present() else ("--out", str(work / "sound" / name))
        supervisor.start(name, *PROGRAM, "voice", *of_whom, "--core", core, *where, watched=False)
    print("Staff sign in with 1001 and PIN 1357 (clerk) or 2001 and 3579 (floor guide). Close the windows to end.")
    while not stopping and set(FACES) & set(supervisor.running()) and "core" in supervisor.running():
        supervisor.turn()
    supervisor.stop()
    return 0 if supervisor.services["core"].ended is None else 1


if __name__ == "__main__":
    sys.exit(main())
