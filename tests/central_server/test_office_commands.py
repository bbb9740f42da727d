"""`hitofuda central restored` and `office catalogue` against a real PostgreSQL, as somebody types them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from central_server import days
from central_server.bookings import Bookings, Held, No
from central_server.command import app
from central_server.database import Pool
from central_server.restored import resume
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, ROOT, booked, here, lanes, planned, wish

pytestmark = pytest.mark.slow
CATALOGUE = ROOT / "config" / "offices" / "kokura-kita.toml"


@pytest.fixture
def at(dsn: str, tmp_path: Path) -> list[str]:
    file = tmp_path / "central.toml"
    file.write_text(
        'schema = 1\npublic_url = "https://x.example.jp"\nkey_file = "k"\noffices_dir = "o"\n'
        f'[database]\ndsn = "{dsn}"\n'
    )
    return ["--settings", str(file)]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def one(dsn: str, sql: str) -> Any:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(sql.encode()).fetchone()
    return None if row is None else row[0] if len(row) == 1 else row


# --- after a backup was put back -------------------------------------------------------------------------------------


async def test_after_a_restore_nothing_is_sold_until_the_hub_has_told_everything(
    pool: Pool, dsn: str, at: list[str]
) -> None:
    await planned(pool, lanes(2))
    bookings = Bookings(pool, BOX, here())
    kept, _ = await booked(bookings, NINE)
    typing = await bookings.hold(wish(NINE + 10), NOW)
    assert isinstance(typing, Held)
    session = one(dsn, "SELECT session FROM office_sync")

    done = await to_thread(run, "restored", *at)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "1 offices: each is sold from again as soon as its hub has told everything.\n"
    lost = await bookings.hold(wish(NINE + 20), NOW)
    assert isinstance(lost, No) and lost.why == "taken" and lost.near == (), "as if nothing were free"
    assert one(dsn, "SELECT session FROM office_sync") not in (session, None), "the hub greets anew"
    assert one(dsn, "SELECT booking FROM bookings WHERE state = 'booked'") == kept.booking, "promises stay"
    assert one(dsn, "SELECT count(*) FROM bookings") == 1, "what was only held may be the office's by now"
    assert one(dsn, "SELECT count(*) FROM paused_days") == 1

    again = await to_thread(run, "restored", *at)
    assert again.exit_code == 0 and one(dsn, "SELECT count(*) FROM paused_days") == 1, "typed twice it does no harm"
    async with pool.connection() as connection:
        await resume(connection, OFFICE)
        day = await days.locked(connection, OFFICE, LETTER, DAY)
    assert day is not None and list(day.lanes) == lanes(2)
    assert isinstance(await bookings.hold(wish(NINE + 20), NOW), Held)


async def to_thread(work: Any, *words: str) -> Result:
    """The command has a loop of its own."""
    import asyncio

    return await asyncio.to_thread(work, *words)


def test_without_any_office_there_is_nothing_to_wait_for(at: list[str]) -> None:
    done = run("restored", *at)
    assert done.exit_code == 0 and done.stdout.startswith("0 offices:")


def test_a_database_that_is_away_or_not_migrated_is_one_line(cluster: Any, dsn: str, at: list[str]) -> None:
    file = Path(at[1])
    text = file.read_text()
    for other, code in (("host=/nowhere dbname=x", 1), (cluster.dsn, 1)):
        file.write_text(text.replace(dsn, other))
        for words in (["restored"], ["office", "catalogue", str(CATALOGUE)]):
            done = run(*words, *at)
            assert done.exit_code == code, done.output
            assert (
                done.stdout == ""
                and done.stderr.startswith("database: cannot be used")
                and done.stderr.count("\n") == 1
            )


def test_settings_that_are_not_there_are_one_line(tmp_path: Path) -> None:
    for words in (["restored"], ["office", "catalogue", str(CATALOGUE)]):
        done = run(*words, "--settings", str(tmp_path / "none.toml"))
        assert done.exit_code == 2 and "none.toml" in done.stderr and done.stderr.count("\n") == 1


# --- a newer catalogue -----------------------------------------------------------------------------------------------


async def test_a_newer_catalogue_is_there_for_the_hub_and_is_checked_first(
    pool: Pool, dsn: str, at: list[str], tmp_path: Path
) -> None:
    nobody = await to_thread(run, "office", "catalogue", str(CATALOGUE), *at)
    assert (nobody.exit_code, nobody.stderr) == (2, f"office {OFFICE}: there is no such office\n")
    await planned(pool, lanes())

    done = await to_thread(run, "office", "catalogue", str(CATALOGUE), *at)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{OFFICE}: its hub has it with its next word, and uses it from its next opening day on.\n"
    text = CATALOGUE.read_text(encoding="utf-8")
    named = hashlib.sha256(text.encode()).hexdigest()
    assert one(dsn, "SELECT catalogue, catalogue_sha256 FROM office_sync") == (text, named)

    newer = tmp_path / "newer.toml"
    newer.write_text(f"\ufeff{text}\n# newer\n", encoding="utf-8")
    assert (await to_thread(run, "office", "catalogue", str(newer), *at)).exit_code == 0
    assert one(dsn, "SELECT catalogue FROM office_sync") == f"{text}\n# newer\n", "without an editor's mark"

    broken = tmp_path / "broken.toml"
    for wrong, said in (
        (text.replace("schema = 1", "schema = 9", 1).encode(), "broken.toml: schema"),
        (text.replace("length_minutes = 10", "length_minutes = 0").encode(), "broken.toml: "),
        (b"[[", "broken.toml"),
        (b"\xff\xfe", "expected UTF-8 text"),
    ):
        broken.write_bytes(wrong)
        refused = await to_thread(run, "office", "catalogue", str(broken), *at)
        assert refused.exit_code == 2 and said in refused.stderr and refused.stderr.count("\n") == 1, refused.output
    missing = await to_thread(run, "office", "catalogue", str(tmp_path / "none"), *at)
    assert missing.exit_code == 2 and "cannot be read" in missing.stderr
    assert one(dsn, "SELECT catalogue FROM office_sync") == f"{text}\n# newer\n", "what is wrong changes nothing"
