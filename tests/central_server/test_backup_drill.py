"""The drill of docs/central-backup.md on a real PostgreSQL: a dump that is put back, and an archive from which a lost
server comes back to the moment before an accident.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from central_server import database, offices, restored
from central_server.bookings import Bookings
from central_server.contacts import Box, Contact, NotOurs
from central_server.fleet import metrics
from offline_store.envelope import GENESIS, decode_link, hash_of
from scripts.postgres import Cluster, _as_whom, programs
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, ROOT, booked, here, lanes, planned

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PATIENCE_S = 120.0
DUMP = ("--format=custom", "--no-owner")


@dataclass
class Place:
    """A server that archives, as docs/central-backup.md sets it up."""

    folder: Path
    archive: Path
    cluster: Cluster

    def tool(self, program: str, *arguments: str, user: bool = True) -> None:
        """With the words of the document."""
        uid, gid = _as_whom() if user else (None, None)
        done = subprocess.run(
            [programs() / program, *arguments], capture_output=True, cwd="/", user=uid, group=gid, check=False
        )
        assert done.returncode == 0, f"{program}: {done.stderr.decode()}"

    def own(self, path: Path) -> None:
        uid, gid = _as_whom()
        if uid is not None and gid is not None:
            os.chown(path, uid, gid)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Without rows where the statement has none."""
        with psycopg.connect(self.cluster.dsn, autocommit=True) as connection:
            found = connection.execute(query.encode())
            return found.fetchall() if found.description is not None else []

    @property
    def where(self) -> tuple[str, ...]:
        return f"--host={self.cluster.folder}", "--username=postgres"


def until(true: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="pgb") as name:
        folder = Path(name)
        folder.chmod(0o755)
        archive, program = folder / "archive", folder / "archive-wal"
        archive.mkdir()
        shutil.copy(ROOT / "scripts" / "archive-wal", program)
        settings = {
            "archive_mode": "on",
            "archive_command": f"{program} %p %f {archive}",
            "shared_buffers": "32MB",
            "max_connections": "20",
        }
        one = Place(folder, archive, Cluster(folder / "c", settings))
        one.own(archive)
        one.cluster.start()
        try:
            database.migrate(one.cluster.dsn)
            offices.add(one.cluster.dsn, BOX, here()[OFFICE].office, NOW, lambda _: None)
            yield one
        finally:
            one.cluster.kill()


def book(dsn: str, first: int, count: int) -> None:
    """Visitors of the sample office, by the product's own way."""

    async def done() -> None:
        async with database.pool(dsn, 2) as pool:
            if first == 0:
                await planned(pool, lanes(2, 240))
            for number in range(first, first + count):
                # Each with a telephone of their own: one person may not have so many.
                who = Contact(name="見本太郎", phone=f"090-0000-{number:04}")
                await booked(Bookings(pool, BOX, here()), NINE + 10 * number, who)

    asyncio.run(done())


def picture(dsn: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must come back, in an order of its own."""
    tables = ("offices", "chains", "facts", "slot_days", "bookings", "contacts", "messages", "migrations")
    with psycopg.connect(dsn) as connection:
        return {one: connection.execute(f"SELECT * FROM {one} ORDER BY 1, 2, 3".encode()).fetchall() for one in tables}


def check(dsn: str, bookings: int) -> None:
    """What is here is sound: the schema, central's own chain, the promises, and the contacts with the key that was kept
    apart. Then nobody is sold anything until the hubs have told what the copy has forgotten.
    """
    assert database.missing(dsn) == []
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM bookings WHERE state = 'booked'").fetchone() == (bookings,)
        last = GENESIS
        for seq, data in connection.execute("SELECT seq, data FROM facts ORDER BY seq").fetchall():
            envelope, before = decode_link(data)
            assert (envelope.seq, before) == (seq, last)
            last = hash_of(data)
        kept = connection.execute("SELECT contact, sealed FROM contacts").fetchall()
        assert len(kept) == bookings
        for contact, sealed in kept:
            assert BOX.open(OFFICE, contact, sealed).name == "見本太郎"
            with pytest.raises(NotOurs):
                Box(b"x" * 32).open(OFFICE, contact, sealed)
        with pytest.raises(psycopg.errors.ExclusionViolation):
            connection.execute(
                "INSERT INTO bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, "
                "service, language, source, key_hash) SELECT office, 'second', letter, day, lane, start_min, "
                "length_min, after_min, state, service, language, source, key_hash FROM bookings LIMIT 1"
            )

    async def pause() -> int:
        async with await database.Connection.connect(dsn) as connection:
            return await restored.pause_all(connection)

    assert asyncio.run(pause()) == 1
    with psycopg.connect(dsn) as connection:
        paused = connection.execute("SELECT office, letter, day FROM paused_days").fetchall()
    assert paused == [(OFFICE, LETTER, DAY)]


def test_a_dump_is_put_back_whole_into_another_database(place: Place) -> None:
    dsn = place.cluster.dsn
    book(dsn, 0, 3)
    before = picture(dsn)
    file = place.folder / "central.dump"
    place.tool("pg_dump", *place.where, *DUMP, f"--file={file}", "postgres", user=False)
    book(dsn, 3, 2)
    place.tool("createdb", *place.where, "again")
    place.tool("pg_restore", *place.where, "--exit-on-error", "--no-owner", "--dbname=again", str(file), user=False)
    again = dsn.replace("dbname=postgres", "dbname=again")
    assert picture(again) == before
    check(again, 3)
    # A copy alone opens nobody's contact: the key is not in it.
    assert b"k" * 32 not in file.read_bytes() and "見本太郎".encode() not in file.read_bytes()


def test_a_lost_server_comes_back_to_the_moment_before_an_accident(place: Place) -> None:
    dsn = place.cluster.dsn
    book(dsn, 0, 2)
    base = place.folder / "base"
    base.mkdir(mode=0o700)
    place.own(base)
    place.tool("pg_basebackup", *place.where, f"--pgdata={base}", "--wal-method=stream", "--checkpoint=fast")
    place.tool("pg_verifybackup", str(base))
    book(dsn, 2, 3)
    before = picture(dsn)
    ((moment,),) = place.ask("SELECT clock_timestamp()")
    place.ask("SELECT pg_sleep(0.01)")
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM bookings")
        connection.execute("DELETE FROM contacts")
    ((segment,),) = place.ask("SELECT pg_walfile_name(pg_switch_wal())")
    until(lambda: (place.archive / segment).exists())
    place.cluster.kill_hard()
    shutil.rmtree(place.cluster.folder / "data")

    other = place.folder / "d"
    other.mkdir()
    shutil.move(str(base), other / "data")
    signal = other / "data" / "recovery.signal"
    signal.touch()
    place.own(signal)
    place.cluster = Cluster(
        other,
        {
            "restore_command": f"cp {place.archive}/%f %p",
            "recovery_target_time": moment.isoformat(),
            "recovery_target_action": "promote",
            "shared_buffers": "32MB",
            "max_connections": "20",
        },
    )
    place.cluster.start()
    again = place.cluster.dsn
    until(lambda: place.ask("SELECT pg_is_in_recovery()") == [(False,)])
    assert picture(again) == before
    check(again, 5)
    # It sells on, on a timeline of its own.
    ((file,),) = place.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
    assert file.startswith("00000002")


def test_an_archive_that_fails_is_seen_in_the_metrics_and_catches_up(place: Place) -> None:
    async def told() -> metrics.Archive:
        async with await database.Connection.connect(place.cluster.dsn) as connection:
            return await metrics.archive(connection)

    aside = place.folder / "aside"
    place.archive.rename(aside)
    place.ask("CREATE TABLE something (n integer)")
    ((segment,),) = place.ask("SELECT pg_walfile_name(pg_switch_wal())")
    until(lambda: asyncio.run(told()).fails_now)
    found = asyncio.run(told())
    assert found.is_on and found.failed > 0
    aside.rename(place.archive)
    # It asks again by itself after a minute; a new segment is a reason to ask now.
    place.ask("CREATE TABLE something_more (n integer)")
    place.ask("SELECT pg_switch_wal()")
    until(lambda: (place.archive / segment).exists())
    until(lambda: not asyncio.run(told()).fails_now)
    until(lambda: not list(place.archive.glob(".*.part")))


def test_a_segment_is_never_put_in_the_place_of_another(tmp_path: Path) -> None:
    archive, segment = tmp_path / "archive", tmp_path / "segment"
    archive.mkdir()

    def run() -> int:
        words = [ROOT / "scripts" / "archive-wal", segment, "000000010000000000000001", archive]
        return subprocess.run(words, capture_output=True, check=False).returncode

    segment.write_bytes(b"one")
    assert run() == 0 and run() == 0
    segment.write_bytes(b"another")
    assert run() == 1
    assert [path.read_bytes() for path in archive.iterdir()] == [b"one"]
    # What was left half is written anew.
    (archive / "000000010000000000000001").rename(archive / ".000000010000000000000001.part")
    assert run() == 0
    assert [path.read_bytes() for path in archive.iterdir()] == [b"another"]
