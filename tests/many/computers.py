"""An office of several computers for stories and tests: each a folder with machine.toml, a log and a real core process.

The hub and the ticket machines speak TLS through cables that can be cut; every process can be killed at any moment; and
the clocks of all are driven together. Nothing here needs the rights of root. Whoever has other cables (namespaces)
gives each computer a `prefix` for its commands and says where its hub is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from kiosk_app import api, hub_tls
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.clock import new_token
from kiosk_app.hub_settings import write_token
from scripts.office import OFFICE_FILE, PROGRAM, STAFF_FILE, ZONE, free_port
from scripts.supervisor import end_with_us
from tests.many.cable import Cable

PATIENCE_S = 60.0
"""Far more than anything here takes; reached only by what hangs."""
LOOK_EVERY_S = 0.005
ROLE_CHANGED = 3
"""The exit code of a core that is to be started again at once."""
HERE = "127.0.0.1"


class InVain(Exception):
    """What was waited for did not come."""


def until(true: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """A core that is away is waited for like anything else. Raises InVain."""
    deadline_s = time.monotonic() + patience_s
    while time.monotonic() < deadline_s:
        try:
            if true():
                return
        except CoreTrouble:
            pass
        time.sleep(LOOK_EVERY_S)
    raise InVain(f"waited {patience_s} s in vain until {what}")


class Place(NamedTuple):
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass
class Computer:
    """One computer. `start` it, `stop` or `kill` it, and start it again: its folder stays.

    `listens`: where a hub is found; `hub`: where this one looks for it. `prefix` stands before each of its commands.
    """

    code: str
    name: str
    folder: Path
    roles: tuple[str, ...]
    log: TextIO
    clock: Clock
    listens: Place | None = None
    hub: Place | None = None
    printer: Place | None = None
    office_file: Path = OFFICE_FILE
    staff_file: Path = STAFF_FILE
    prefix: tuple[str, ...] = ()
    machines: dict[str, str] = field(default_factory=dict)
    """Of a hub: the hash of each ticket machine's token."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def core(self) -> str:
        """As faces are told."""
        return f"unix:{self.folder}/run/core.sock"

    @property
    def client(self) -> Client:
        return Client(self.core)

    @property
    def facts(self) -> Path:
        return self.folder / "data" / "facts.db"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def linked(self) -> bool:
        return self.client.health().hub == "linked"

    def start(self) -> None:
        """Comes back at once; `until(computer.answers, …)` waits. Its clock begins at the office's present time."""
        assert not self.running, f"{self.code} runs"
        (self.folder / "machine.toml").write_text(self.settings())
        self.process = self.run("core", "--machine", str(self.folder / "machine.toml"))

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Any command of hitofuda on this computer. It ends with us at the latest."""
        return subprocess.Popen(
            [*self.prefix, *PROGRAM, *arguments], stdout=self.log, stderr=self.log, preexec_fn=end_with_us
        )

    def revive(self) -> None:
        """As its service manager does when it has another role now and says so with its exit code."""
        if self.process is not None and self.process.poll() == ROLE_CHANGED:
            self.start()

    def answers(self) -> bool:
        self.revive()
        if not self.running:
            raise InVain(f"{self.code}: its core has ended")
        health = self.client.health()
        return self.printer is None or health.printer == "ready"

    def stop(self) -> int:
        """In order, as at shutdown. The exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """SIGKILL: no goodbye."""
        return self._end(signal.SIGKILL)

    def _end(self, by: signal.Signals) -> int:
        process, self.process = self.process, None
        assert process is not None, f"{self.code} does not run"
        os.kill(process.pid, by)
        return process.wait(PATIENCE_S)

    def settings(self) -> str:
        """machine.toml."""
        roles = ", ".join(f'"{role}"' for role in self.roles)
        return "\n\n".join(
            part
            for part in (
                f'''schema = 1
code = "{self.code}"
name = "{self.name}"
roles = [{roles}]
office_file = "{self.office_file}"
staff_file = "{self.staff_file}"
data_dir = "{self.folder}/data"
runtime_dir = "{self.folder}/run"''',
                self._hub_table(),
                f'[printer]\nkind = "tcp"\nhost = "{self.printer.host}"\nport = {self.printer.port}\nanswer_s = 2.0'
                if self.printer
                else "",
                self.clock.table(),
            )
            if part
        )

    def _hub_table(self) -> str:
        tls = self.folder.parent / "tls"
        if self.listens is not None:
            machines = "\n".join(f'{code} = "{known}"' for code, known in self.machines.items())
            files = f'cert_file = "{tls}/hub.pem"\nkey_file = "{tls}/hub.key"\nca_file = "{tls}/ca.pem"'
            return f'[hub]\nlisten = "{self.listens}"\n{files}\n[hub.machines]\n{machines}'
        if self.hub is not None:
            return f'[hub]\naddress = "https://{self.hub}"\ntoken_file = "token"\nca_file = "{tls}/ca.pem"'
        return ""


class Clock:
    """Office time of all computers, in milliseconds of UTC. They run by themselves between two jumps."""

    def __init__(self, start: datetime) -> None:
        """`start`: local time of the office, without a zone."""
        self.now_utc_ms = utc_ms(start)
        self.computers: list[Computer] = []

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.now_utc_ms / 1000, ZONE).replace(tzinfo=None)

    def jump(self, to_utc_ms: int) -> None:
        """The hub first, so that no machine is ever ahead of it by more than the time between two requests."""
        self.now_utc_ms = max(self.now_utc_ms, to_utc_ms)
        for computer in self.computers:
            computer.revive()
            if computer.running:
                self.tell(computer)

    def tell(self, computer: Computer) -> None:
        jump = api.ClockJump(utc_ms=self.now_utc_ms)
        # A second time it changes nothing, so it may be repeated.
        computer.client.post("/v1/simulation/clock", jump, api.Reply, repeatable=True)

    def table(self) -> str:
        return f'[simulation]\nclock = "driven"\nstart = {self.local.isoformat(timespec="milliseconds")}\n'


def utc_ms(local: datetime) -> int:
    return int(local.replace(tzinfo=ZONE).timestamp() * 1000)


class Office:
    """A hub without a printer and ticket machines m1, m2 … on this computer, each behind a cable of its own.

    `with Office(...) as office:` everything that was started has ended afterwards. `printers`: where each machine's is.
    """

    def __init__(
        self,
        work: Path,
        log: TextIO,
        start: datetime,
        printers: Sequence[Place],
        *,
        office_file: Path = OFFICE_FILE,
        staff_file: Path = STAFF_FILE,
    ) -> None:
        self.clock = Clock(start)
        more: dict[str, Any] = {"log": log, "clock": self.clock, "office_file": office_file, "staff_file": staff_file}
        listens = Place(HERE, free_port())
        count = len(printers)
        codes = [f"m{number}" for number in range(1, count + 1)]
        self.cables = {code: Cable(*listens) for code in codes}
        hub = f"h{count + 1}"
        self.hub = Computer(hub, "ハブ", work / hub, ("hub",), listens=listens, **more)
        self.machines = [
            Computer(
                code,
                f"{number}号機",
                work / code,
                ("ticket_machine",),
                hub=Place(HERE, self.cables[code].port),
                printer=printer,
                **more,
            )
            for number, (code, printer) in enumerate(zip(codes, printers, strict=True), 1)
        ]
        furnish(work, self.hub, self.machines)
        self.clock.computers = self.computers

    @property
    def computers(self) -> list[Computer]:
        return [self.hub, *self.machines]

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        for computer in self.computers:
            computer.start()
        for computer in self.computers:
            until(computer.answers, f"{computer.code} answers")
        self.until_linked()

    def until_linked(self) -> None:
        for machine in self.machines:
            until(lambda machine=machine: machine.linked, f"{machine.code} is linked")  # type: ignore[misc]

    def until_equal(self, patience_s: float = PATIENCE_S) -> None:
        """Every log has as many facts as the hub's, and nobody writes any more."""

        def counted() -> set[int]:
            return {computer.client.health().facts for computer in self.computers}

        until(lambda: len(counted()) == 1, "all logs have as many facts", patience_s)

    def close(self) -> None:
        for computer in self.computers:
            if computer.running:
                computer.kill()
        for cable in self.cables.values():
            cable.close()


def furnish(work: Path, hub: Computer, machines: Iterable[Computer], hosts: Sequence[str] = (HERE,)) -> None:
    """Folders, the office's own authority with the hub's certificate, and a token for each machine."""
    hub_tls.make(work / "tls", list(hosts))
    hub.folder.mkdir(parents=True)
    for machine in machines:
        machine.folder.mkdir(parents=True)
        hub.machines[machine.code] = write_token(machine.folder / "token", new_token())
