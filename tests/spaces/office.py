"""An office of several computers, each with a network, a disk, a clock and a printer of its own: real cores, real TLS.

What can fail here is what fails in an office: cables and packets, processes, disks, clocks, and a device that is no
longer trusted.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import shutil
import signal
import socket
import threading
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import hub_tls
from kiosk_app.hub_settings import hash_of_token, write_token
from kiosk_app.serve import ROLE_CHANGED
from offline_store.errors import StoreError
from offline_store.maintenance import export
from tests.faults.fork_server import fill
from tests.faults.house import ROOT, ForkServer, House, until
from tests.spaces.judge import Stored
from tests.spaces.plan import HUB, LIAR, SECOND, Plan
from tests.spaces.switch import Way
from tests.spaces.yard import address

MORNING = datetime(2026, 4, 6, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
"""A Monday with open doors, also an hour before and after."""
DISK_MIB = 100
"""What a core calls enough, its reserve and some log."""
FILLER, DEVICE = "filler", "device"
PORT = 8470
PATIENCE_S = 60.0
SHORTER = {
    "kiosk_app.hub_link": {
        "ANSWER_MS": 2_000,
        "POLL_MS": 150,
        "RETRY_MS": 100,
        "RETRY_MAX_MS": 1_000,
        "REFUSED_MS": 1_500,
    },
    "kiosk_app.hub_lookout": {"ANSWER_MS": 2_000, "LOOK_MS": 600, "SOON_MS": 150},
    "kiosk_app.hub_line": {"ANSWER_MS": 2_000, "CONNECT_S": 1.0},
}
"""Some seconds stand here for some minutes. The product's own waits are tried on virtual time."""


class Computer(House):
    """A House inside a computer of the yard."""

    def __init__(self, code: str, folder: Path, forks: ForkServer, printer: SimulatedPrinter) -> None:
        super().__init__(folder, forks, printer)
        self.code, self.number = code, int(code.removeprefix("m"))
        self.holder = 0
        self.clock_file = folder / "wall-step-ms"

    def set_clock(self, wrong_ms: int, now_utc_ms: int) -> None:
        new = self.clock_file.with_suffix(".new")
        new.write_text(str(now_utc_ms + wrong_ms - time.time_ns() // 1_000_000))
        new.replace(self.clock_file)

    def boot(self) -> None:
        self.start(ready=False, inside=self.holder, wall_step_ms=str(self.clock_file), constants=SHORTER)

    def kill(self) -> None:
        """Also one that is about to start again in a new role."""
        os.kill(self.pid, signal.SIGKILL)
        code = self.exit_code()
        assert code in (-signal.SIGKILL, ROLE_CHANGED), f"{self.code} ended with {code}\n{self.said()}"

    @property
    def disk(self) -> Path:
        """Of the running computer, seen from outside."""
        return Path(f"/proc/{self.holder}/root") / self.folder.relative_to("/") / "data"

    def fill_disk(self) -> None:
        """To the last byte."""
        fill(self.disk / FILLER)

    def clear_disk(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self.disk / FILLER).unlink()

    @property
    def kept(self) -> Path:
        """A copy of the log, outside of the computer, as `stored` has made it last."""
        return self.folder / "kept" / "facts.db"

    def stored(self) -> list[Stored]:
        """Every fact of a core that does not run."""
        shutil.rmtree(self.kept.parent, ignore_errors=True)
        self.kept.parent.mkdir()
        for file in self.disk.glob("facts.db*"):
            shutil.copy(file, self.kept.parent)
        out = io.BytesIO()
        export(self.kept, out)
        (self.folder / "facts.jsonl").write_bytes(out.getvalue())
        return [json.loads(line) for line in out.getvalue().splitlines()]


class Office:
    """The yard and its computers. Everything that is done stands in done.txt, with the seconds since the beginning."""

    def __init__(self, folder: Path, forks: ForkServer, plan: Plan) -> None:
        self.folder, self._forks, self._plan = folder, forks, plan
        self._begun_s = time.monotonic()
        self._log = (folder / "done.txt").open("w", buffering=1)
        self._log_lock = threading.Lock()
        self.printers = {
            code: SimulatedPrinter(over="pty", speed_dots_s=100_000.0, cut_s=0.0) for code in plan.printers
        }
        self.computers: dict[str, Computer] = {}
        self._tokens: dict[str, str] = {}
        self.hubs = (HUB, SECOND) if plan.usurped else (HUB,)
        """That may be it."""
        hub_tls.make(folder / "tls", [address(int(code.removeprefix("m"))) for code in self.hubs])
        for code in (*plan.codes, *([LIAR] if plan.liar else [])):
            (folder / code).mkdir()
            # A hub without a printer has one that is never spoken to.
            printer = self.printers.get(code) or next(iter(self.printers.values()))
            self.computers[code] = Computer(code, folder / code, forks, printer)
            if code not in self.hubs or plan.usurped:
                self.give_token(code)
        self._yard = self._liar = 0

    @property
    def hub(self) -> Computer:
        return self.computers[HUB]

    @property
    def cores(self) -> list[Computer]:
        """Machines first: what they have goes to the hub while they end."""
        return [*(self.computers[code] for code in self._plan.machines), self.hub]

    def say(self, what: str) -> None:
        with self._log_lock:
            self._log.write(f"{time.monotonic() - self._begun_s:7.3f} {what}\n")

    def now_utc_ms(self) -> int:
        """True time in this office."""
        return int(MORNING.timestamp() * 1000 + (time.monotonic() - self._begun_s) * 1000)

    # --- life ------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Office:
        for printer in self.printers.values():
            printer.start()
        numbers = [(code, one.number) for code, one in self.computers.items()]
        self._yard = self._forks.start(
            yard=str(self.folder),
            computers=numbers,
            disk_mib=DISK_MIB,
            seed=self._plan.seed,
            log=str(self.folder / "yard.txt"),
        )
        held = self.folder / "held.json"
        until(held.exists, "the computers stand", lambda: (self.folder / "yard.txt").read_text(), PATIENCE_S)
        for code, pid in json.loads(held.read_text()).items():
            self.computers[code].holder = pid
        for one in self.cores:
            self.write_settings(one)
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._told.connect(str(self.folder / "yard.sock"))
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for one in self.computers.values():
            if one.running:
                one.kill()
        if kind is not None:
            # The disks go with the yard.
            for one in self.cores:
                with contextlib.suppress(OSError, StoreError):
                    one.stored()
        self._end(self._liar)
        self._end(self._yard)
        self._told.close()
        for printer in self.printers.values():
            printer.stop()
        self._log.close()

    def write_settings(self, one: Computer) -> None:
        tls = self.folder / "tls"
        mine = f"{address(one.number)}:{PORT}"
        others = [code for code in self.hubs if code != one.code]
        hub = "[hub]\n"
        if others:
            token, ca = (
                ("token", f"{tls}/ca.pem") if one.code in self._tokens else (f"{DEVICE}/token", f"{DEVICE}/ca.pem")
            )
            places = [f"https://{address(self.computers[code].number)}:{PORT}" for code in others]
            hub += f'address = {json.dumps(places)}\ntoken_file = "{token}"\nca_file = "{ca}"\n'
        if one.code in self.hubs:
            if others:
                hub += f"candidates = {json.dumps(others)}\nfirst = {json.dumps(one is self.hub)}\n"
            known = {code: token for code, token in self._tokens.items() if code != one.code}
            hashes = "".join(f'{code} = "{hash_of_token(token)}"\n' for code, token in known.items())
            files = f'cert_file = "{tls}/hub.pem"\nkey_file = "{tls}/hub.key"\n'
            hub += f'listen = "{mine}"\n{files}[hub.machines]\n{hashes}'
        printer = self.printers.get(one.code)
        roles = [*(["hub"] if one.code in self.hubs else []), *(["ticket_machine"] if printer is not None else [])]
        paper = f'[printer]\nkind = "file"\ndevice = "{printer.device}"\nanswer_s = 2.0\n' if printer else ""
        one.machine_file.write_text(f'''schema = 1
code = "{one.code}"
name = "{one.code}"
roles = {json.dumps(roles)}
office_file = "{ROOT}/config/offices/kokura-kita.toml"
staff_file = "{ROOT}/config/staff.example.toml"
data_dir = "{one.folder}/data"
runtime_dir = "{one.folder}/run"
{paper}{hub}''')

    def give_token(self, code: str) -> None:
        self._tokens[code] = secrets.token_urlsafe(32)
        write_token(self.folder / code / "token", self._tokens[code])

    def let_lie(self) -> None:
        """From a computer of the office that has a valid token."""
        self._liar = self._forks.start(
            lie=f"https://{address(self.hub.number)}:{PORT}",
            token=self._tokens[LIAR],
            ca_file=str(self.folder / "tls" / "ca.pem"),
            inside=self.computers[LIAR].holder,
            heard=str(self.folder / LIAR / "heard.txt"),
            log=str(self.folder / LIAR / "log.txt"),
        )

    def lies_refused(self) -> int:
        heard = self.folder / LIAR / "heard.txt"
        return heard.read_text().count("refused") if heard.exists() else 0

    def end_lies(self) -> None:
        self._end(self._liar)
        self._liar = 0

    def _end(self, pid: int) -> None:
        if pid:
            os.kill(pid, signal.SIGKILL)
            self._forks.wait(pid)

    def pair(self, code: str) -> int:
        """The process of `hitofuda pair` on that computer, whose line in the hub's settings is gone."""
        return self._forks.start(
            pair=f"https://{address(self.hub.number)}:{PORT}",
            use="ticket_machine",
            name=code,
            folder=str(self.folder / code / DEVICE),
            inside=self.computers[code].holder,
            constants={"kiosk_app.pair_command": {"LOOK_S": 0.05}},
            log=str(self.folder / code / "pair.txt"),
        )

    def is_paired(self, pid: int) -> bool:
        return self._forks.wait(pid) == 0

    def take_line(self, code: str) -> None:
        """Of a machine in the settings of the hub."""
        del self._tokens[code]

    def said(self) -> str:
        return "\n".join(f"--- {code}\n{one.said()}" for code, one in self.computers.items())

    # --- cables ----------------------------------------------------------------------------------------------------

    def plug(self, code: str, into: bool) -> None:
        self._told.send(json.dumps({"plug": code, "into": into}).encode())

    def set_way(self, source: str, target: str, way: Way) -> None:
        self._told.send(json.dumps({"from": source, "to": target, "way": asdict(way)}).encode())
