"""操作履歴 of any day over the API: whole, by number, in pages, for those who may, and without holding up the loop."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlencode

import pytest

from kiosk_app import api
from kiosk_app import history as reading
from kiosk_app.office import facts as f
from kiosk_app.office.history import ROWS_MAX
from offline_store.log import NewFact
from tests.kiosk_app.house import House

FIRST, SECOND = "2026-04-06", "2026-04-07"
HELD_MAX_MS = 20.0
FACTS = 5_000


async def ask(house: House, token: str, date: str, number: str = "", before: str = "") -> api.ActionsPage:
    query = urlencode({"date": date, "number": number, "before": before})
    answer = await house.ask("GET", f"/v1/staff/actions?{query}", token=token)
    assert answer.status == 200, answer
    return answer.of(api.ActionsPage)


async def a_day_and_the_next(house: House, pauses: int = 0) -> str:
    """One visitor is called on the first day, and the counter paused so many times; a clerk's token of the second."""
    await house.take()
    clerk = await house.sign_in("1002")
    await house.act(clerk, "open_counter", counter=3)
    await house.act(clerk, "call_next", counter=3)
    for _ in range(pauses):
        house.core.book.commit("1002", [f.CounterPaused(counter=3)])
    await house.at("09:00", SECOND)
    return await house.sign_in("1001")


async def test_a_day_before_today_is_found_whole_and_by_number(house: House) -> None:
    clerk = await a_day_and_the_next(house)
    page = await ask(house, clerk, FIRST)
    assert page.ok
    assert [row.what for row in page.rows][-3:] == ["呼出", "窓口を開く", "サインイン"]
    assert page.total == len(page.rows) and not page.more
    page = await ask(house, clerk, FIRST, "a1")
    assert [(row.number, row.what, row.counter, row.staff_code) for row in page.rows] == [
        ("A-001", "呼出", "3番", "1002")
    ]
    today = await ask(house, clerk, SECOND)
    assert today.rows[0].what == "サインイン"
    assert "呼出" not in {row.what for row in today.rows}
    for nothing in ("2026-04-05", "2026-04-08", "2999-12-31"):
        assert (await ask(house, clerk, nothing)).rows == ()


async def test_of_a_long_day_every_line_is_found_in_pages(house: House) -> None:
    clerk = await a_day_and_the_next(house, pauses=2 * ROWS_MAX)
    found, before = [], ""
    while True:
        page = await ask(house, clerk, FIRST, before=before)
        assert len(page.rows) <= ROWS_MAX
        found += page.rows
        before = page.more
        if not before:
            break
    assert len(found) == page.total
    assert sum(row.what == "休憩" for row in found) == 2 * ROWS_MAX
    # On the console's first page the number had long gone by.
    assert [row.what for row in (await ask(house, clerk, FIRST, "A-001")).rows] == ["呼出"]


async def test_what_comes_late_for_a_day_already_read_is_seen(house: House) -> None:
    clerk = await a_day_and_the_next(house)
    before = (await ask(house, clerk, FIRST)).total
    late = next(entry for _, entry in house.core.book.log.read(0, 1_000) if entry.kind == "Called").at_utc_ms + 1
    house.core.book.log.append([NewFact("1002", "CounterPaused", b'{"counter":3}', late)])
    assert (await ask(house, clerk, FIRST)).total == before + 1


async def test_whole_days_are_for_clerks_and_leaders(house: House) -> None:
    await a_day_and_the_next(house)
    for code, may in (("1001", True), ("3001", True), ("2001", False), ("9001", False)):
        page = await ask(house, await house.sign_in(code), FIRST)
        assert page.ok == may
        assert bool(page.rows) == may
        assert may or page.message.endswith("。")


async def test_a_trainee_sees_the_practice_of_today_alone(house: House) -> None:
    await a_day_and_the_next(house)
    trainee = await house.sign_in("1001", training=True)
    await house.act(trainee, "open_counter", counter=4)
    assert [row.what for row in (await ask(house, trainee, SECOND)).rows] == ["窓口を開く"]
    page = await ask(house, trainee, FIRST)
    assert (page.ok, page.rows) == (False, ())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "date=6.4.2026",
        "date=2026-02-31",
        "date=2026-04-06&date=2026-04-07",
        "date=2026-04-06&page=2",
        "date=2026-04-06&number=" + "1" * 17,
        "date=2026-04-06&before=yesterday",
    ],
)
async def test_a_malformed_question_is_422(house: House, query: str) -> None:
    answer = await house.ask("GET", f"/v1/staff/actions?{query}", token=await house.sign_in("1001"))
    assert answer.status == 422
    assert answer.error


async def test_consoles_share_one_reading_and_too_many_are_asked_to_wait(house: House) -> None:
    clerk = await a_day_and_the_next(house)
    pages = await asyncio.gather(*(ask(house, clerk, FIRST) for _ in range(reading.ASKING_MAX + 3)))
    refused = [page for page in pages if not page.ok]
    assert [page.message for page in refused] == [reading.BUSY] * 3
    assert all(page.rows == pages[0].rows for page in pages if page.ok)
    assert (await ask(house, clerk, FIRST)).ok


async def test_a_day_that_cannot_be_read_is_said_and_the_log_is_mended(house: House) -> None:
    clerk = await a_day_and_the_next(house)
    damaged: list[object] = []
    house.core.book.on_damage = damaged.append
    # As a bad sector would: behind the back of the connections, in what has been written to the file.
    house.core.book.log._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = house.core.book.log.path
    data = path.read_bytes()
    at = data.index(b'"Called"') + 1
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"K")
    page = await ask(house, clerk, FIRST)
    assert (page.ok, page.message) == (False, reading.UNREADABLE)
    assert len(damaged) == 1


@pytest.mark.slow
async def test_a_long_day_never_holds_up_the_loop(house: House) -> None:
    """Five thousand facts, read while the loop counts how long it worked at a stretch.

    By the thread's own clock: what other processes take from this one is not the loop's doing.
    """
    clerk = await a_day_and_the_next(house)
    called = next(entry for _, entry in house.core.book.log.read(0, 1_000) if entry.kind == "Called")
    pause = NewFact("1002", "CounterPaused", b'{"counter":3}', called.at_utc_ms + 1)
    house.core.book.log.append([pause] * FACTS)
    assert await _longest_stretch_ms(house, clerk) <= HELD_MAX_MS


async def _longest_stretch_ms(house: House, token: str) -> float:
    house.core.desk._history._kept = None
    asking = asyncio.ensure_future(ask(house, token, FIRST))
    longest, last = 0.0, time.thread_time()
    while not asking.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, last = max(longest, now - last), now
    assert (await asking).total > FACTS
    return longest * 1000
