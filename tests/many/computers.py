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
from collections.abc import Callable, Sequence
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
from tests.many.cable import Cable, Direction

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

    `listens`: where it is found as the hub; `hubs`: where it looks for one. One that may be the hub while another is
    has both, and `candidates`: the codes of those others. `prefix` stands before each of its commands.
    """

    code: str
    name: str
    folder: Path
    roles: tuple[str, ...]
    log: TextIO
    clock: Clock
    listens: Place | None = None
    hubs: tuple[Place, ...] = ()
    candidates: tuple[str, ...] = ()
    first: bool = False
    """It is the hub while none has been."""
    printer: Place | None = None
    office_file: Path = OFFICE_FILE
    staff_file: Path = STAFF_FILE
    prefix: tuple[str, ...] = ()
    more_keys: str = ""
    more_tables: str = ""
    """Of machine.toml: lines before its first table, and tables at its end."""
    machines: dict[str, str] = field(default_factory=dict)
    """Of one that may be the hub: the hash of each other computer's token."""
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
                self.more_keys,
                self._hub_table(),
                f'[printer]\nkind = "tcp"\nhost = "{self.printer.host}"\nport = {self.printer.port}\nanswer_s = 2.0'
                if self.printer
                else "",
                self.clock.table(),
                self.more_tables,
            )
            if part
        )

    def _hub_table(self) -> str:
        tls = self.folder.parent / "tls"
        lines = ["[hub]", f'ca_file = "{tls}/ca.pem"']
        if self.hubs:
            addresses = ", ".join(f'"https://{hub}"' for hub in self.hubs)
            lines += [f"address = [{addresses}]", 'token_file = "token"']
        if self.listens is not None:
            lines += [f'listen = "{self.listens}"', f'cert_file = "{tls}/hub.pem"', f'key_file = "{tls}/hub.key"']
        if self.candidates:
            codes = ", ".join(f'"{code}"' for code in self.candidates)
            lines += [f"candidates = [{codes}]", f"first = {str(self.first).lower()}"]
        if self.machines:
            lines += ["[hub.machines]", *(f'{code} = "{known}"' for code, known in self.machines.items())]
        return "\n".join(lines)


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


def _role(computer: Computer) -> str:
    return computer.client.health().role


class Way:
    """The cables from one computer or device to every place where the hub may be, cut and healed together."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.cables = tuple(Cable(*place) for place in places)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(Place(HERE, cable.port) for cable in self.cables)

    def cut(self, *directions: Direction) -> None:
        for cable in self.cables:
            cable.cut(*directions)

    def pull(self) -> None:
        for cable in self.cables:
            cable.pull()

    def heal(self) -> None:
        for cable in self.cables:
            cable.heal()

    def slow(self, delay_s: float) -> None:
        for cable in self.cables:
            cable.slow(delay_s)

    def close(self) -> None:
        for cable in self.cables:
            cable.close()


class Office:
    """A hub without a printer and ticket machines m1, m2 … on this computer, each behind cables of its own.

    `with Office(...) as office:` everything that was started has ended afterwards. `printers`: where each machine's is.
    `candidate`: the code of a ticket machine that may become the hub.
    """

    def __init__(
        self,
        work: Path,
        log: TextIO,
        start: datetime,
        printers: Sequence[Place],
        *,
        candidate: str = "",
        office_file: Path = OFFICE_FILE,
        staff_file: Path = STAFF_FILE,
    ) -> None:
        self.clock = Clock(start)
        more: dict[str, Any] = {"log": log, "clock": self.clock, "office_file": office_file, "staff_file": staff_file}
        first = f"h{len(printers) + 1}"
        codes = [f"m{number}" for number in range(1, len(printers) + 1)]
        listens = {code: Place(HERE, free_port()) for code in (first, candidate) if code}
        self.hub_places = tuple(listens.values())
        """Where the hub may be: the first one, then the candidate."""
        others = {code: [at for one, at in listens.items() if one != code] for code in (first, *codes)}
        self.cables = {code: Way(places) for code, places in others.items()}

        def may_be_hub(code: str) -> dict[str, Any]:
            if code not in listens:
                return {"hubs": self.cables[code].places}
            candidates = tuple(one for one in listens if one != code)
            found: dict[str, Any] = {"listens": listens[code], "candidates": candidates, "first": code == first}
            return found | ({"hubs": self.cables[code].places} if candidates else {})

        self.hub = Computer(first, "ハブ", work / first, ("hub",), **may_be_hub(first), **more)
        """The one that is the hub now."""
        self.machines = [
            Computer(
                code,
                f"{number}号機",
                work / code,
                ("hub", "ticket_machine") if code == candidate else ("ticket_machine",),
                printer=printer,
                **may_be_hub(code),
                **more,
            )
            for number, (code, printer) in enumerate(zip(codes, printers, strict=True), 1)
        ]
        self.computers = [self.hub, *self.machines]
        furnish(work, self.computers)
        self.clock.computers = self.computers

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
        """Every computer that runs and is not the hub."""
        for computer in self.computers:
            computer.revive()
            if computer is not self.hub and computer.running:
                until(lambda one=computer: self._answers(one) and one.linked, f"{computer.code} is linked")  # type: ignore[misc]

    def hub_is_now(self, computer: Computer) -> None:
        """Comes back when it is, and everybody else has it for their hub. Both begin again in their new roles."""
        before, self.hub = self.hub, computer
        until(lambda: self._answers(computer) and _role(computer) == "hub", f"{computer.code} is the hub")
        before.revive()
        if before.running:
            until(lambda: self._answers(before) and _role(before) == "machine", f"{before.code} is none")
        self.until_linked()

    def _answers(self, computer: Computer) -> bool:
        """Meanwhile any of them may begin again: a core that has another role says so and ends a moment later."""
        for one in self.computers:
            one.revive()
        return computer.answers()

    def until_equal(self, patience_s: float = PATIENCE_S) -> None:
        """Every log has as many facts as the hub's, and nobody writes any more."""

        def counted() -> set[int]:
            return {computer.client.health().facts for computer in self.computers}

        until(lambda: len(counted()) == 1, "all logs have as many facts", patience_s)

    def close(self) -> None:
        for computer in self.computers:
            if computer.running:
                computer.kill()
        for way in self.cables.values():
            way.close()


def furnish(work: Path, computers: Sequence[Computer], hosts: Sequence[str] = (HERE,)) -> None:
    """Folders, the office's own authority with the hub's certificate, and a token for each that looks for a hub."""
    hub_tls.make(work / "tls", list(hosts))
    for computer in computers:
        computer.folder.mkdir(parents=True)
        if computer.hubs:
            known = write_token(computer.folder / "token", new_token())
            for other in computers:
                if other.listens is not None and other is not computer:
                    other.machines[computer.code] = known
