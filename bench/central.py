"""The central server under visitors: one hot start that everybody wants, a hundred requests a second, and what is free
in thirty days with a million bookings in the table. The real server, two worker processes, over TLS; a PostgreSQL that
writes to the disk before it answers.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg

from bench.central_crowd import Asked, Line, lines
from bench.processors import Account
from bench.row import Row, percentile, row
from central_server import days
from kiosk_app.office.slots import Lane, Stretch
from scripts.central import Trial
from scripts.office import free_port

OFFICE, LETTER, SERVICE = "kokura-kita", "M", "card-pin-reset"
NOW = datetime.fromisoformat("2026-04-01T07:00:00+09:00")
TODAY = NOW.date()
HOT = TODAY + timedelta(days=1)
OPEN_DAYS = 30
OFFICES, DAYS_BEFORE, DAYS_AFTER, A_DAY = 40, 100, 100, 63
"""40 offices with 2 groups each, 200 days, 63 bookings a day: 1,008,000."""
LANES = 3
CLIENTS = 200
HOT_S, STEADY_S = 8.0, 10.0
THINKS_S = 0.01
A_SECOND = 100
LOOKS = 150
NO_LIMITS = """[limits]
requests_a_second = 100000
holds_in_ten_minutes = 1000000
per_contact = 100
per_contact_an_hour = 1000
"""
BOOKINGS = f"/v1/offices/{OFFICE}/bookings"
SLOTS = f"/v1/offices/{OFFICE}/slots?group={LETTER}&service={SERVICE}"


def rows() -> list[Row]:
    with servers() as (full, empty):
        return asyncio.run(measured(full, empty))


@contextmanager
def servers() -> Iterator[tuple[Trial, Trial]]:
    with tempfile.TemporaryDirectory(prefix="cb") as folder:
        # PostgreSQL runs as another user, and has to reach its own folder in it.
        Path(folder).chmod(0o755)
        full = Trial(Path(folder) / "full", free_port(), more=NO_LIMITS, simulated=True)
        try:
            full.prepare()
            empty = Trial(Path(folder) / "empty", free_port(), workers=1, more=NO_LIMITS, simulated=True, beside=full)
            empty.prepare()
            for one in (full, empty):
                plan(one.dsn)
                one.set_clock(int(NOW.timestamp() * 1000))
            fill(full.dsn)
            try:
                full.start()
                empty.start()
                yield full, empty
            finally:
                empty.stop()
        finally:
            full.stop()


def plan(dsn: str) -> None:
    stretch = Stretch(start_min=540, until_min=990, length_min=10, owner="central")
    lanes = days.encode_lanes([Lane(number=n, stretches=(stretch,)) for n in range(1, LANES + 1)])
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO slot_days (office, letter, day, lanes, epoch, number) VALUES (%s, %s, %s, %s, 1, 1)",
            [(OFFICE, LETTER, TODAY + timedelta(days=n), lanes) for n in range(OPEN_DAYS + 1)],
        )


def fill(dsn: str) -> None:
    """Half of every day is sold, but for the hot one. The constraint is checked when all is there: that is quicker."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        ((constraint,),) = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'no_minute_twice'"
        ).fetchall()
        connection.execute("ALTER TABLE bookings DROP CONSTRAINT no_minute_twice")
        connection.execute("SET maintenance_work_mem = '256MB'")
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY bookings (office, booking, letter, day, lane, start_min, length_min, after_min, state, service, "
                "language, source, key_hash) FROM STDIN"
            ) as copy,
        ):
            for line in lines_of_table():
                copy.write(line)
        connection.execute(f"ALTER TABLE bookings ADD CONSTRAINT no_minute_twice {constraint}".encode())
        connection.execute("DELETE FROM bookings WHERE office = %s AND day = %s", (OFFICE, HOT))
        connection.execute("VACUUM ANALYZE bookings")


def lines_of_table() -> Iterator[str]:
    """Day by day: so the index of the constraint is made in half the time."""
    number = 0
    for ahead in range(-DAYS_BEFORE, DAYS_AFTER):
        day = (TODAY + timedelta(days=ahead)).isoformat()
        for office_number in range(OFFICES):
            office = OFFICE if office_number == 0 else f"office-{office_number:02}"
            for letter in ("H", LETTER):
                made = []
                for n in range(A_DAY):
                    number += 1
                    start = 540 + n // LANES * 20
                    what = f"{office}\tb{number:015}\t{letter}\t{day}\t{n % LANES + 1}\t{start}\t10\t0\tbooked"
                    made.append(f"{what}\t{SERVICE}\tja\tweb\t\\\\x{number:064x}\n")
                yield "".join(made)


async def measured(full: Trial, empty: Trial) -> list[Row]:
    async with crowd_of(full, 1) as line, crowd_of(empty, 1) as other:
        found = await looks(line[0], full.dsn, other[0], empty.dsn)
    async with crowd_of(full, CLIENTS) as crowd:
        with accounted("a hundred a second", full) as done:
            found += await steady(crowd, done)
    async with crowd_of(full, CLIENTS) as crowd:
        with accounted("one hot start", full) as done:
            return found + await hot(crowd, full.dsn, done)


@contextmanager
def accounted(what: str, full: Trial) -> Iterator[list[float]]:
    """Says what each request has cost; it takes how long each was waited for."""
    took_ms: list[float] = []
    # The other server shares the cluster, and does nothing meanwhile.
    account = Account({"workers": full.pid, "PostgreSQL": full.cluster.pid})
    began = time.perf_counter()
    yield took_ms
    took_s = time.perf_counter() - began
    middle = ", ".join(f"p{percent} {percentile(took_ms, percent):.0f} ms" for percent in (50, 90, 99))
    print(f"  {what}: {len(took_ms) / took_s:,.0f} requests a second, {middle}", file=sys.stderr)
    print(f"  {what}: {account.said(len(took_ms))}", file=sys.stderr)


@asynccontextmanager
async def crowd_of(trial: Trial, count: int) -> AsyncIterator[list[Line]]:
    """Fresh lines for each part: what lay idle meanwhile would have to be opened again within it."""
    crowd = await lines(trial.port, trial.trust(), count)
    try:
        yield crowd
    finally:
        for line in crowd:
            line.close()


# --- what is free in thirty days -------------------------------------------------------------------------------------


async def looks(line: Line, full: str, other: Line, empty: str) -> list[Row]:
    """In turns. Before each look every day of it has changed, so that nothing is remembered."""
    took: dict[str, list[float]] = {"full": [], "empty": [], "full again": [], "empty again": []}
    with psycopg.connect(full, autocommit=True) as one, psycopg.connect(empty, autocommit=True) as two:
        for _ in range(LOOKS):
            for name, asked, connection in (("full", line, one), ("empty", other, two)):
                connection.execute("UPDATE slot_days SET version = version + 1 WHERE office = %s", (OFFICE,))
                took[name].append((await whole(asked)).took_s * 1000)
                took[f"{name} again"].append((await whole(asked)).took_s * 1000)
    ratio = percentile(took["full again"], 50) / percentile(took["empty again"], 50)
    return [
        row("central: free starts of 30 days, 1,000,000 bookings, p99", percentile(took["full again"], 99), "ms", 100),
        row("central: the same when every day has just changed, p99", percentile(took["full"], 99), "ms", 100),
        row("central: the first beside an empty table, p50", ratio, "times", 1.5),
    ]


async def whole(line: Line) -> Asked:
    got = await line.ask("GET", SLOTS)
    assert got.status == 200 and got.data.count(b'"day":') == OPEN_DAYS + 1, got
    return got


# --- a hundred a second ----------------------------------------------------------------------------------------------


async def steady(crowd: list[Line], took_ms: list[float]) -> list[Row]:
    """Of ten visitors seven look, three book: by a clock, whether the one before is answered or not."""
    chance, later = Random(1), list[Asked]()
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in crowd:
        free.put_nowait(line)
    tasks: set[asyncio.Task[None]] = set()

    async def one(number: int, due: float) -> None:
        line = await free.get()
        # Whoever waits for a line to become free has waited too.
        late_s = time.perf_counter() - due
        first, *more = [await line.ask("GET", SLOTS)] if number % 10 < 7 else await books(line, chance, number)
        took_ms.append((first.took_s + late_s) * 1000)
        took_ms.extend(each.took_s * 1000 for each in more)
        later.extend(each for each in (first, *more) if each.status != 200)
        free.put_nowait(line)

    began = time.perf_counter()
    for number in range(int(A_SECOND * STEADY_S)):
        due = began + number / A_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.add(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    return [
        row(f"central: {A_SECOND} requests a second, p99", percentile(took_ms, 99), "ms", 100),
        row("central: of these, answered with 'later'", len(later), "requests", 0),
    ]


async def books(line: Line, chance: Random, number: int) -> list[Asked]:
    day = TODAY + timedelta(days=chance.randrange(2, OPEN_DAYS))
    held = await line.ask("POST", BOOKINGS, wish(day, 550 + 20 * chance.randrange(20)))
    if held.body.get("result") != "held":
        return [held]
    who = {"key": held.body["key"], "phone": f"090{number:08}"}
    return [held, await line.ask("POST", f"{BOOKINGS}/{held.body['booking']}/confirm", who)]


# --- one hot start ---------------------------------------------------------------------------------------------------


async def hot(crowd: list[Line], dsn: str, took_ms: list[float]) -> list[Row]:
    """Everybody wants nine o'clock of tomorrow; who gets it thinks better of it soon, so that it stays hot. As long as
    a visitor thinks, the start is his alone."""
    now_held, most_held, sold = 0, 0, 0
    until = time.perf_counter() + HOT_S

    async def visitor(line: Line) -> None:
        nonlocal now_held, most_held, sold
        while time.perf_counter() < until:
            got = await line.ask("POST", BOOKINGS, wish(HOT, 540))
            took_ms.append(got.took_s * 1000)
            if got.body.get("result") == "held":
                now_held, sold = now_held + 1, sold + 1
                most_held = max(most_held, now_held)
                path = f"{BOOKINGS}/{got.body['booking']}/release"
                await asyncio.sleep(THINKS_S)
                now_held -= 1
                given = await line.ask("POST", path, {"key": got.body["key"]})
                took_ms.append(given.took_s * 1000)

    await asyncio.gather(*(visitor(line) for line in crowd))
    with psycopg.connect(dsn) as connection:
        ((twice,),) = connection.execute(
            "SELECT count(*) FROM bookings a JOIN bookings b USING (office, letter, day, lane) "
            "WHERE a.office = %s AND a.booking < b.booking AND a.occupied && b.occupied "
            "AND a.state <> 'cancelled' AND b.state <> 'cancelled'",
            (OFFICE,),
        ).fetchall()
    over = max(0, most_held - LANES) + int(twice)
    print(f"  one hot start: {sold} times sold and given back", file=sys.stderr)
    return [
        row(f"central: one hot start, {CLIENTS} clients in a closed loop, p99", percentile(took_ms, 99), "ms", 600),
        row("central: starts sold twice", over, "starts", 0),
    ]


def wish(day: date, start_min: int) -> dict[str, object]:
    return {"group": LETTER, "service": SERVICE, "day": day.isoformat(), "start_min": start_min}
