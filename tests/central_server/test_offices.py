"""Offices and their tokens, with the commands that a technician types."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from central_server import offices, settings
from central_server.command import app
from central_server.database import Pool
from central_server.offices import OfficesError
from kiosk_app import hub_tls
from tests.central_server.house import BOX, NOW, OFFICE, ROOT, here

pytestmark = pytest.mark.slow
CATALOGUE = ROOT / "config" / "offices" / "kokura-kita.toml"


def added(dsn: str) -> offices.Added:
    return offices.add(dsn, BOX, here()[OFFICE].office, NOW, lambda _: None)


async def test_a_token_names_its_office_and_its_key_is_sealed(pool: Pool, dsn: str) -> None:
    one = added(dsn)
    async with pool.connection() as connection:
        assert await offices.by_token(connection, one.token, NOW) == OFFICE
        assert await offices.by_token(connection, "guessed", NOW) is None
    loaded = offices.load(dsn, BOX, {OFFICE: here()[OFFICE].office})
    assert loaded[OFFICE].booking_key == one.booking_key
    with psycopg.connect(dsn) as plain:
        stored = str(plain.execute("SELECT * FROM offices").fetchall())
    assert one.token not in stored and one.booking_key.hex() not in stored and str(one.booking_key) not in stored
    with pytest.raises(OfficesError, match="is there already"):
        added(dsn)


async def test_the_old_token_is_good_until_the_hub_shows_the_new_one(pool: Pool, dsn: str) -> None:
    old = added(dsn).token

    async def whose(token: str) -> str | None:
        async with pool.connection() as connection:
            return await offices.by_token(connection, token, NOW)

    assert await whose(old) == OFFICE
    lost = offices.renew(dsn, OFFICE, lambda _: None)
    new = offices.renew(dsn, OFFICE, lambda _: None)
    assert await whose(old) == OFFICE and await whose(lost) is None
    assert [one.heard for one in offices.rows(dsn)] == [False]
    assert await whose(new) == OFFICE and await whose(new) == OFFICE
    assert await whose(old) is None
    assert [one.heard for one in offices.rows(dsn)] == [True]


def test_a_folder_that_cannot_be_written_adds_no_office(dsn: str) -> None:
    def full(_: offices.Added) -> None:
        raise settings.SettingsError("disk full")

    with pytest.raises(settings.SettingsError):
        offices.add(dsn, BOX, here()[OFFICE].office, NOW, full)
    assert offices.rows(dsn) == []


def test_an_office_that_was_never_added_is_named(dsn: str) -> None:
    with pytest.raises(OfficesError, match=f"office {OFFICE}: not added yet"):
        offices.load(dsn, BOX, {OFFICE: here()[OFFICE].office})


def test_the_commands_of_a_technician(dsn: str, tmp_path: Path) -> None:
    run = CliRunner()
    file = tmp_path / "central.toml"
    file.write_text(
        'schema = 1\npublic_url = "https://x.example.jp"\nkey_file = "k"\noffices_dir = "o"\n'
        f'[database]\ndsn = "{dsn}"\n'
    )
    at = ["--settings", str(file)]
    hub_tls.make(tmp_path / "tls", ["localhost"])
    ca, out = str(tmp_path / "tls" / "ca.pem"), tmp_path / "hub"
    assert run.invoke(app, ["key", str(tmp_path / "k")]).exit_code == 0
    assert run.invoke(app, ["key", str(tmp_path / "k")]).exit_code == 2, "a key is never written over"
    assert run.invoke(app, ["migrate", *at]).exit_code == 0
    add = ["office", "add", str(CATALOGUE), *at, "--out", str(out), "--ca", ca, "--url"]
    wrong = run.invoke(app, [*add, "http://x"])
    assert wrong.exit_code == 2 and "--url: expected" in wrong.stderr
    done = run.invoke(app, [*add, "https://x.example.jp:8480"])
    assert done.exit_code == 0, done.stderr
    table = tomllib.loads((out / "machine-central.toml").read_text())["central"]
    assert table["url"] == "https://x.example.jp:8480"
    named = {name: out / table[f"{name}_file"] for name in ("token", "booking_key", "ca")}
    assert [stat.S_IMODE(named[name].stat().st_mode) for name in ("token", "booking_key", "ca")] == [
        0o600,
        0o600,
        0o644,
    ]
    assert len(bytes.fromhex(named["booking_key"].read_text())) == 32 and len(named["token"].read_text().strip()) == 43
    assert run.invoke(app, [*add, "https://x.example.jp:8480"]).exit_code == 2
    listed = run.invoke(app, ["office", "list", *at])
    assert OFFICE in listed.stdout and "has not come yet" in listed.stdout
    again = run.invoke(app, ["token", "renew", OFFICE, "--out", str(tmp_path / "new"), *at])
    assert again.exit_code == 0 and (tmp_path / "new" / "central.token").exists()
    nobody = run.invoke(app, ["token", "renew", "nowhere", "--out", str(tmp_path / "n2"), *at])
    assert nobody.exit_code == 2 and "there is no such office" in nobody.stderr
    file.write_text(file.read_text().replace(dsn, "host=/nowhere"))
    away = run.invoke(app, ["office", "list", *at])
    assert away.exit_code == 1 and away.stderr.startswith("database: cannot be used")
