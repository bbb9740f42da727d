"""The way to central: how fast a long backlog gets there, how many bytes a fact costs, and what visitors notice of it.

A real core with a day's office and 100,000 facts behind it, TLS, the product's own door, and a real PostgreSQL that
waits for its disk. To make the same backlog again, central is put back to an empty copy: the hub hears of it and sends
everything.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench import faces
from bench.house import House
from bench.row import Row, percentile, row
from bench.sync_central import BOX_KEY
from bench.touch import Visitor
from central_server import database, offices
from central_server.contacts import Box
from kiosk_app import hub_tls
from kiosk_app.clock import new_id
from kiosk_app.office.catalogue import Office
from offline_store import schema
from offline_store.envelope import GENESIS
from scripts.postgres import running

BACKLOG = 100_000
DRAIN_S = 10.0
BYTES_A_FACT = 250
TOUCH_MS = 50
TURNS = 3
PATIENCE_S = 120.0
TABLES = ("facts", "office_chains", "office_gaps", "office_forks", "bookings", "slot_days", "paused_days")


class Central:
    """A cluster, a process, and the folder that a technician would carry to the hub."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self.folder, self.dsn = folder, dsn
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        hub_tls.make(folder, ["127.0.0.1"])
        database.migrate(dsn)
        self.process: subprocess.Popen[str] | None = None

    def know(self, office: Office) -> None:
        self.office = office.id
        added = offices.add(self.dsn, Box(BOX_KEY), office, datetime.now(UTC), lambda told: None)
        (self.folder / "central.token").write_text(added.token + "\n")
        (self.folder / "booking.key").write_text(added.booking_key.hex() + "\n")

    @property
    def table(self) -> str:
        return f"""
[central]
url = "https://127.0.0.1:{self.port}"
token_file = "{self.folder}/central.token"
ca_file = "{self.folder}/ca.pem"
booking_key_file = "{self.folder}/booking.key"
"""

    def start(self) -> None:
        command = (sys.executable, "-P", "-m", "bench.sync_central", self.dsn, str(self.folder), str(self.port))
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise RuntimeError("central did not start")

    def stop(self) -> dict[str, int]:
        """Bytes of bodies that came in and went out."""
        assert self.process is not None and self.process.stdout is not None
        self.process.terminate()
        said = self.process.stdout.read().strip().splitlines()
        self.process.wait(20)
        self.process = None
        found: dict[str, int] = json.loads(said[-1])
        return found

    def forget(self, connection: psycopg.Connection[Any]) -> None:
        """An empty copy of the database: the hub's next word has no session any more."""
        with connection.transaction():
            for table in TABLES:
                connection.execute(f"TRUNCATE {table}".encode())
            connection.execute("UPDATE chains SET seq = 0, hash = %s", (GENESIS,))
            connection.execute("UPDATE office_sync SET session = %s, heard_at = NULL", (new_id(),))

    def drained_s(self, connection: psycopg.Connection[Any], facts: Callable[[], int]) -> float:
        """From the hub's greeting until everything is there."""
        deadline = time.monotonic() + PATIENCE_S
        greeted = 0.0
        while time.monotonic() < deadline:
            if not greeted:
                heard = connection.execute("SELECT count(*) FROM office_sync WHERE heard_at IS NOT NULL").fetchone()
                greeted = time.monotonic() if heard and heard[0] else 0.0
            else:
                found = connection.execute("SELECT seq FROM office_chains WHERE machine = 'm1'").fetchone()
                if found and found[0] >= facts():
                    return time.monotonic() - greeted
            time.sleep(0.01)
        raise RuntimeError("the backlog did not get there")


@contextmanager
def central() -> Iterator[Central]:
    with tempfile.TemporaryDirectory(prefix="pg-bench-") as name, tempfile.TemporaryDirectory(prefix="hub-") as keys:
        Path(name).chmod(0o755)
        with running(Path(name) / "c") as cluster:
            yield Central(Path(keys), cluster.dsn)


class Presses(threading.Thread):
    """A visitor who goes to and fro, as long as the backlog goes up."""

    def __init__(self, house: House) -> None:
        super().__init__(daemon=True)
        self._house = house
        self._ending = threading.Event()
        self.took_ms: list[float] = []

    def run(self) -> None:
        visitor = Visitor(self._house.client)
        while not self._ending.wait(0.05):
            for control in ("language", "close_sheet"):
                before = time.monotonic()
                self._house.client.press(visitor.press(control))
                self.took_ms.append(1000 * (time.monotonic() - before))

    def end(self) -> list[float]:
        self._ending.set()
        self.join()
        return self.took_ms


def rows() -> list[Row]:
    with central() as there:
        house = House(history=BACKLOG)
        there.know(house.office)
        house.more = there.table
        with house, psycopg.connect(there.dsn, autocommit=True) as connection:

            def facts() -> int:
                """Of the hub's own chain."""
                log = schema.connect_read_only(house.log_path)
                try:
                    return int(log.execute("SELECT max(seq) FROM facts WHERE machine = 'm1'").fetchone()[0])
                finally:
                    log.close()

            there.start()
            first_s = there.drained_s(connection, facts)
            sent = there.stop()
            there.start()
            drained = [first_s]
            touches: list[float] = []
            for _ in range(TURNS - 1):
                there.forget(connection)
                presses = Presses(house)
                presses.start()
                drained.append(there.drained_s(connection, facts))
                touches += presses.end()
            frames = _frames(there, house, connection, facts)
            there.stop()
            count = facts()
    print(f"  drained in {', '.join(f'{one:.1f} s' for one in drained)}; {count} facts", file=sys.stderr)
    return [
        row(f"sync: {count} facts of backlog to central", statistics.median(drained), "s", DRAIN_S),
        row("sync: bodies both ways", (sent["in"] + sent["out"]) / count, "bytes a fact", BYTES_A_FACT),
        row("sync: a press meanwhile, p99", percentile(touches, 99), "ms", TOUCH_MS),
        *frames,
    ]


def _frames(there: Central, house: House, connection: psycopg.Connection[Any], facts: Callable[[], int]) -> list[Row]:
    """Each walk of a citizen's face while the backlog goes up again and again."""
    ending = threading.Event()

    def again() -> None:
        while not ending.is_set():
            there.forget(connection)
            there.drained_s(connection, facts)

    steps = faces.citizen_steps(house)
    draining = threading.Thread(target=again, daemon=True)
    draining.start()
    try:
        found = faces.frames_of(house, "citizen", steps)
    finally:
        ending.set()
        draining.join()
    slowest = max(found, key=lambda name: found[name])
    return [row(f"sync: citizen's slowest of {len(found)} changes meanwhile", found[slowest], "ms", faces.FRAME_MS)]
