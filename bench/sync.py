"""The way to central: how fast a long backlog gets there, how many bytes a fact costs, and what visitors notice of it.

A real core with a day's office and 100,000 facts behind it, TLS, the product's own door, and a real PostgreSQL that
waits for its disk. To make the same backlog again, central is put back to an empty copy: the hub hears of it and sends
everything.
"""

from __future__ import annotations

import itertools
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
from bench.processors import gently, parent_of, with_children
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
ALONE_S = 8.0
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

    def as_another_computer(self, connection: psycopg.Connection[Any]) -> None:
        """It is none that a hub and its citizen's screen share their processors with: it gets what they leave."""
        assert self.process is not None
        database = int(connection.execute("SELECT pg_backend_pid()").fetchall()[0][0])
        gently([*with_children(parent_of(database)), *with_children(self.process.pid)])

    def forget(self, connection: psycopg.Connection[Any]) -> None:
        """An empty copy of the database: the hub's next word has no session any more."""
        with connection.transaction():
            for table in TABLES:
                connection.execute(f"TRUNCATE {table}".encode())
            connection.execute("UPDATE chains SET seq = 0, hash = %s", (GENESIS,))
            connection.execute("UPDATE office_sync SET session = %s, heard_at = NULL", (new_id(),))

    def greeted(self, connection: psycopg.Connection[Any]) -> None:
        """Until the hub has said hello, and so knows that nothing of it is here."""
        self._until(connection, "SELECT count(*) FROM office_sync WHERE heard_at IS NOT NULL", 1)

    def drained_s(self, connection: psycopg.Connection[Any], facts: Callable[[], int]) -> float:
        """From the hub's greeting until everything is there."""
        self.greeted(connection)
        began = time.monotonic()
        self._until(connection, "SELECT coalesce(max(seq), 0) FROM office_chains WHERE machine = 'm1'", facts())
        return time.monotonic() - began

    def _until(self, connection: psycopg.Connection[Any], question: str, least: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = connection.execute(question.encode()).fetchone()
            if found is not None and found[0] >= least:
                return
            time.sleep(0.01)
        raise RuntimeError(f"not {least} after {PATIENCE_S} s: {question}")


@contextmanager
def central() -> Iterator[Central]:
    with tempfile.TemporaryDirectory(prefix="pg-bench-") as name, tempfile.TemporaryDirectory(prefix="hub-") as keys:
        Path(name).chmod(0o755)
        with running(Path(name) / "c") as cluster:
            there = Central(Path(keys), cluster.dsn)
            try:
                yield there
            finally:
                if there.process is not None:
                    there.process.kill()
                    there.process.wait()


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
            backlog = Backlog(there, house, connection)
            there.start()
            first_s = backlog.drained_s()
            sent = there.stop()
            there.start()
            alone_ms = backlog.presses(lambda: time.sleep(ALONE_S))
            steps = faces.citizen_steps(house)
            alone_frames = faces.frames_of(house, "citizen", steps)
            there.as_another_computer(connection)
            drained, touches = [first_s], list[float]()
            for _ in range(TURNS - 1):
                backlog.again()
                there.greeted(connection)
                touches += backlog.presses(lambda: drained.append(backlog.drained_s()))
            with backlog.without_end() as times:
                frames = faces.frames_of(house, "citizen", steps)
            there.stop()
            count = backlog.facts()
    print(f"  drained in {', '.join(f'{one:.1f} s' for one in drained)}; {count} facts", file=sys.stderr)
    print(f"  drained {len(times)} times more beside the frames", file=sys.stderr)
    print(
        f"  without a backlog: a press p99 {percentile(alone_ms, 99):.1f} ms, frames {_told(alone_frames)}",
        file=sys.stderr,
    )
    print(f"  beside it: a press p99 {percentile(touches, 99):.1f} ms, frames {_told(frames)}", file=sys.stderr)
    slowest = max(frames, key=lambda name: frames[name])
    return [
        row(f"sync: {count} facts of backlog to central", statistics.median(drained), "s", DRAIN_S),
        row("sync: bodies both ways", (sent["in"] + sent["out"]) / count, "bytes a fact", BYTES_A_FACT),
        row("sync: a press meanwhile, p99", percentile(touches, 99), "ms", TOUCH_MS),
        row(f"sync: citizen's slowest of {len(frames)} changes meanwhile", frames[slowest], "ms", faces.FRAME_MS),
    ]


class Backlog:
    """The same facts on their way again and again. Each time the hub hears of it at once, because somebody is called:
    otherwise it would ask after half a minute, and what is measured meanwhile would be measured without it."""

    def __init__(self, there: Central, house: House, connection: psycopg.Connection[Any]) -> None:
        self._there, self._house, self._connection = there, house, connection
        self._counters = itertools.cycle(counter.number for counter in house.office.counters)

    def facts(self) -> int:
        """Of the hub's own chain."""
        log = schema.connect_read_only(self._house.log_path)
        try:
            return int(log.execute("SELECT max(seq) FROM facts WHERE machine = 'm1'").fetchone()[0])
        finally:
            log.close()

    def drained_s(self) -> float:
        return self._there.drained_s(self._connection, self.facts)

    def again(self) -> None:
        self._there.forget(self._connection)
        faces.call(self._house, next(self._counters))

    def presses(self, meanwhile: Callable[[], object]) -> list[float]:
        """Milliseconds of each."""
        visitor = Presses(self._house)
        visitor.start()
        meanwhile()
        return visitor.end()

    @contextmanager
    def without_end(self) -> Iterator[list[float]]:
        """Seconds of each that has ended. It is on its way when this begins."""
        ending, took_s, begun = threading.Event(), list[float](), threading.Event()

        def drain() -> None:
            while not ending.is_set():
                self.again()
                self._there.greeted(self._connection)
                begun.set()
                took_s.append(self.drained_s())

        draining = threading.Thread(target=drain, daemon=True)
        draining.start()
        begun.wait(PATIENCE_S)
        try:
            yield took_s
        finally:
            ending.set()
            draining.join()


def _told(frames: dict[str, float]) -> str:
    return ", ".join(f"{one:.0f}" for one in frames.values()) + " ms"
