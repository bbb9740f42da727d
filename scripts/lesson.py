"""A laptop in a lesson: one core and one window on which getting a certificate is practised. No office, hub or network.

The printer is simulated: what is asked for lies as pictures in DIR/paper. Where a ticket printer stands beside the
laptop, its [printer] table goes into a machine.toml of one's own (config/machine.example.toml) with `[practice]`.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

from kiosk_app.voice.output import sound_card_present
from scripts.supervisor import Supervisor


def machine_file(work: Path, printer_port: int, office_file: Path, staff_file: Path) -> Path:
    """A machine that is its own hub and has no other door than that of practice, at any hour."""
    path = work / "machine.toml"
    path.write_text(f'''schema = 1
code = "m1"
name = "れんしゅう"
roles = ["hub"]
office_file = "{office_file}"
staff_file = "{staff_file}"
data_dir = "{work}/data"
runtime_dir = "{work}/run"

[printer]
kind = "tcp"
host = "127.0.0.1"
port = {printer_port}

[practice]
alone = true
''')
    return path


def keep(work: Path, orientation: str) -> int:
    """Until the window is closed or somebody ends it."""
    from scripts import office

    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, stop)
    print(f"Paper that is asked for lies in {work}/paper. To end, close the window or press Ctrl-C here.", flush=True)
    say: Callable[[str], None] = lambda line: print(line, flush=True)  # noqa: E731
    supervisor = Supervisor(work / "run", work / "log", {"PYTHONPATH": str(office.ROOT)}, say)
    port, core = office.free_port(), office.core_address(work)
    machine = machine_file(work, port, office.OFFICE_FILE, office.STAFF_FILE)
    supervisor.start("core", *office.PROGRAM, "core", "--machine", str(machine))
    supervisor.start("citizen", *office.PROGRAM, "face", "citizen", "--core", core, "--orientation", orientation)
    supervisor.start("printer", *office.SIMULATOR, "--port", str(port), "--out", str(work / "paper"), watched=False)
    where = () if sound_card_present() else ("--out", str(work / "sound"))
    supervisor.start("earphone", *office.PROGRAM, "voice", "--citizen", "--core", core, *where, watched=False)
    while not stopping and {"citizen", "core"} <= set(supervisor.running()):
        supervisor.turn()
    supervisor.stop()
    return 0 if supervisor.services["core"].ended is None else 1
