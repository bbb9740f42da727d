"""A central server of our own for a trial, a story, a bench or a test: a private PostgreSQL, the real program before
it, an office that it knows, all in one folder. In production its database is anywhere and its settings are by hand.
"""

from __future__ import annotations

import contextlib
import http.client
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from kiosk_app import hub_tls
from kiosk_app.clock import wall_utc_ms
from scripts.postgres import Cluster
from scripts.supervisor import end_with_us

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-P", "-m", "kiosk_app.main", "central")
ENVIRONMENT = {"PYTHONPATH": str(ROOT)}
READY_S, END_S = 60.0, 20.0
OFFICE_FILE = ROOT / "config" / "offices" / "kokura-kita.toml"


class CannotStart(Exception):
    """What the program said."""


class Trial:
    """`folder`: short, because the socket of the database lies in it. `more`: further lines of central.toml, after
    those that stand before its first table. `simulated`: its clock is what `set_clock` says. `beside`: another one
    whose PostgreSQL this one shares, with a database of its own."""

    def __init__(
        self,
        folder: Path,
        port: int,
        offices: Sequence[Path] = (OFFICE_FILE,),
        workers: int = 2,
        more: str = "",
        simulated: bool = False,
        database: Mapping[str, str] | None = None,
        beside: Trial | None = None,
    ) -> None:
        self.folder, self.port, self.offices, self.workers = folder, port, offices, workers
        self.settings = folder / "central.toml"
        self.cluster = Cluster(folder / "pg", database) if beside is None else beside.cluster
        self._beside = beside
        self._more, self._simulated = more, simulated
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        """Of its database."""
        if self._beside is None:
            return self.cluster.dsn
        return self.cluster.dsn.replace("dbname=postgres", f"dbname={self.folder.name}")

    @property
    def pid(self) -> int:
        """Of the parent of its workers, while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "tls" / "ca.pem"

    @property
    def command(self) -> tuple[str, ...]:
        """What a supervisor starts, after `prepare`."""
        return (*COMMAND, "run", "--settings", str(self.settings))

    def for_hub(self, office: str) -> Path:
        """The folder whose files machine.toml of its hub names under [central]."""
        return self.folder / "hubs" / office

    def table(self, office: str = OFFICE_FILE.stem) -> str:
        """[central] of that office's machine.toml, with whole paths."""
        folder = self.for_hub(office)
        return f"""[central]
url = "{self.url}"
token_file = "{folder}/central.token"
ca_file = "{folder}/central-ca.pem"
booking_key_file = "{folder}/booking.key"

"""

    def make_key(self, name: str) -> None:
        """A file in its folder, as signing_key_file of [certificates] names it."""
        self._run("key", str(self.folder / name))

    def add_kiosk(self, code: str, office: str = OFFICE_FILE.stem) -> None:
        """Lets the certificate kiosk of that machine code in, after `prepare`."""
        folder = self.kiosk_token(code).parent
        self._run("kiosk", "add", office, code, "--out", str(folder), "--settings", str(self.settings))

    def kiosk_token(self, code: str) -> Path:
        return self.folder / "kiosks" / code / "certificates.token"

    def start(self) -> None:
        """Returns when it answers. Raises CannotStart."""
        self.prepare()
        with (self.folder / "central.txt").open("ab") as log:
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_us, cwd=ROOT
            )
        self.wait_ready()

    def prepare(self) -> None:
        """The database runs, and knows the offices."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # The user that the database runs as must reach its own folder in it.
        self.folder.chmod(0o755)
        self.cluster.start()
        if self._beside is not None:
            with psycopg.connect(self.cluster.dsn, autocommit=True) as connection:
                known = connection.execute("SELECT FROM pg_database WHERE datname = %s", (self.folder.name,)).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {self.folder.name}".encode())
        if not self.settings.exists():
            hub_tls.make(self.folder / "tls", ["127.0.0.1", "localhost"])
            self._run("key", str(self.folder / "central.key"))
            self.set_clock(wall_utc_ms())
            self.settings.write_text(self._toml())
            links = self.folder / "offices"
            links.mkdir()
            for path in self.offices:
                (links / path.name).symlink_to(path)
        self._run("migrate", "--settings", str(self.settings))
        for path in self.offices:
            if not self.for_hub(path.stem).exists():
                where = ("--out", str(self.for_hub(path.stem)), "--ca", str(self.ca_file), "--url", self.url)
                self._run("office", "add", str(path), "--settings", str(self.settings), *where)

    def set_clock(self, utc_ms: int) -> None:
        """It is this time now for the server, and goes on from there."""
        file = self.folder / "clock.txt"
        fresh = file.with_suffix(".new")
        fresh.write_text(str(utc_ms - wall_utc_ms()))
        fresh.replace(file)

    def wait_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and (self._process is None or self._process.poll() is None):
            line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=self.trust())
            with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
                line.request("GET", "/v1/health")
                if line.getresponse().status == 200:
                    return
            time.sleep(0.1)
        said = (self.folder / "central.txt").read_text(errors="replace")[-2_000:]
        self.stop()
        raise CannotStart(f"the central server did not start: {said}")

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file))

    def stop(self) -> None:
        """The server and its database."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._beside is None:
            self.cluster.stop()

    def _toml(self) -> str:
        clock = '\n[simulation]\nclock_file = "clock.txt"\n' if self._simulated else ""
        return f"""schema = 1
listen = "127.0.0.1:{self.port}"
workers = {self.workers}
public_url = "{self.url}"
key_file = "central.key"
offices_dir = "offices"
{self._more}
[database]
dsn = "{self.dsn}"

[tls]
cert_file = "tls/hub.pem"
key_file = "tls/hub.key"
{clock}"""

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            (*COMMAND, *arguments), check=False, capture_output=True, timeout=READY_S, cwd=ROOT, text=True
        )
        if done.returncode != 0:
            raise CannotStart(f"hitofuda central {' '.join(arguments)}: {done.stderr}")
