"""An office on this machine for everybody who wants to try it: core, simulated printer, voice and three windows.

The processes are the real ones; only the printer is simulated, and its paper lies as pictures in DIR/paper.
"""

from __future__ import annotations

import argparse
import fcntl
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from kiosk_app.voice.output import sound_card_present
from scripts import central as central_trial
from scripts import lesson, postgres
from scripts.central import Trial
from scripts.supervisor import Supervisor

ROOT = Path(__file__).parent.parent
OFFICE_FILE = ROOT / "config" / "offices" / "kokura-kita.toml"
PROCEDURES = ROOT / "config" / "procedures"
STAFF_FILE = ROOT / "config" / "staff.example.toml"
ZONE = ZoneInfo("Asia/Tokyo")
PYTHON = (sys.executable, "-P", "-m")
SIMULATOR = (*PYTHON, "drivers.escpos_printer.simulator")
PROGRAM = (*PYTHON, "kiosk_app.main")
OUT = ROOT / "out" / "office"
PLACES = {"citizen": "left", "staff": "top-right", "display": "bottom-right"}
CENTRAL_PORT = 8480
PRACTICE_TIME = "10:00"
PRACTICE = "[practice]\n\n"
SOCKET_PATH_BYTES_MAX = 107
"""Of a unix socket, by the kernel."""
CITIZEN_FIRST_S = 10.0
"""After this the rest is started all the same."""
SIGN_IN = "1001 and PIN 1357 (clerk), 2001 and 3579 (floor guide) or 3001 and 4680 (leader)"


def machine_file(
    work: Path,
    printer_port: int,
    start: datetime | None,
    authorities: Path | None = None,
    central: str = "",
    procedures: Path | None = None,
    practice: str = "",
) -> Path:
    """Writes a machine.toml for hub and ticket machine in one; with `start` its clock begins at that local time.

    With `authorities` it has a card reader, and trusts those (of a test hierarchy) that lie in that folder. `central`,
    `practice`: its tables of these names. `procedures`: the folder of life events.
    """
    reader = f'''[card_reader]
kind = "pcsc"
authorities_dir = "{authorities}"
test_hierarchy = true

'''
    asks = f'procedures_dir = "{procedures}"\n' if procedures is not None else ""
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
{asks}
[printer]
kind = "tcp"
host = "127.0.0.1"
port = {printer_port}

[sound]
device = "none"

{reader if authorities else ""}{central}{practice}{simulation}''')
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


class CannotBegin(Exception):
    """What is in the way, and what to do."""


def taken(work: Path) -> TextIO:
    """The folder belongs to one office for as long as the result is held: two would fight over its sockets."""
    if len(bytes(work / "run" / "citizen.notify")) > SOCKET_PATH_BYTES_MAX:
        raise CannotBegin(f"{work}: too long a name for a socket in it. Choose a shorter folder: --dir FOLDER")
    for name in ("run", "log"):
        (work / name).mkdir(parents=True, exist_ok=True)
    lock = (work / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotBegin(f"An office runs in {work} already. End it, or start another one: --dir FOLDER") from None
    return lock


def start_all(
    supervisor: Supervisor,
    work: Path,
    start: datetime | None,
    orientation: str,
    stopping: Callable[[], bool],
    central: Trial | None = None,
) -> None:
    """The citizen's screen goes first: on two processors, every process that starts delays the others."""
    port, core = free_port(), core_address(work)
    table = "" if central is None else central.table()
    machine = machine_file(work, port, start, central=table, procedures=PROCEDURES)

    def face(kind: str, *more: str) -> None:
        supervisor.start(kind, *PROGRAM, "face", kind, "--core", core, "--place", PLACES[kind], *more)

    supervisor.start("core", *PROGRAM, "core", "--machine", str(machine))
    face("citizen", "--orientation", orientation)
    supervisor.start("printer", *SIMULATOR, "--port", str(port), "--out", str(work / "paper"), watched=False)
    deadline = time.monotonic() + CITIZEN_FIRST_S
    while time.monotonic() < deadline and not supervisor.ready("core", "citizen"):
        supervisor.turn()
        if stopping() or "core" not in supervisor.running():
            return
    face("staff")
    face("display")
    if central is not None:
        supervisor.start("central", *central.command, watched=False)
    for name, of_whom in (("voice", ()), ("earphone", ("--citizen",))):
        # Both through the one sound card of a desktop; where there is none, as files.
        where = () if sound_card_present() else ("--out", str(work / "sound" / name))
        supervisor.start(name, *PROGRAM, "voice", *of_whom, "--core", core, *where, watched=False)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    parser.add_argument("--dir", type=Path, default=OUT, help="the log, and the paper as pictures")
    parser.add_argument("--at", type=datetime.fromisoformat, help='local time, as "2026-04-06 10:00"')
    parser.add_argument("--orientation", choices=("portrait", "landscape"), default="portrait")
    parser.add_argument("--central", action="store_true", help="with the city's central server: reservations by phone")
    parser.add_argument("--practice", action="store_true", help="for a lesson: only certificates to practise with")
    arguments = parser.parse_args()
    work: Path = arguments.dir.resolve()
    if arguments.practice:
        work = work.with_name("lesson") if work == OUT else work
    try:
        lock = taken(work)
    except CannotBegin as error:
        print(error, file=sys.stderr)
        return 2
    with lock:
        if arguments.practice:
            return lesson.keep(work, arguments.orientation)
        begins = arguments.at or practice_start(datetime.now(ZONE))
        if not arguments.central:
            return keep(work, begins, arguments.orientation)
        central = Trial(
            work / "central", CENTRAL_PORT, more=f'procedures_dir = "{PROCEDURES}"', simulated=begins is not None
        )
        try:
            central.prepare()
            if begins is not None:
                central.set_clock(int(begins.replace(tzinfo=ZONE).timestamp() * 1000))
            return keep(work, begins, arguments.orientation, central)
        except (central_trial.CannotStart, postgres.CannotStart) as error:
            print(error, file=sys.stderr)
            return 2
        finally:
            central.stop()


def keep(work: Path, start: datetime | None, orientation: str, central: Trial | None = None) -> int:
    """Until the windows are closed or somebody ends it."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, stop)
    if start is not None:
        print(f"The office's clock begins at {start:%Y-%m-%d %H:%M}.")
    print(f"Take a ticket in the window ひとふだ and call it in 窓口端末: sign in with {SIGN_IN}.")
    if central is not None:
        print(f"Reservations: {central.url} (this computer's own authority: {central.ca_file}).")
    print(f"The paper lies in {work}/paper. To end, close the windows or press Ctrl-C here.", flush=True)
    supervisor = Supervisor(work / "run", work / "log", {"PYTHONPATH": str(ROOT)}, lambda line: print(line, flush=True))
    start_all(supervisor, work, start, orientation, lambda: stopping, central)
    while not stopping and set(PLACES) & set(supervisor.running()) and "core" in supervisor.running():
        supervisor.turn()
    supervisor.stop()
    return 0 if supervisor.services["core"].ended is None else 1


if __name__ == "__main__":
    sys.exit(main())
