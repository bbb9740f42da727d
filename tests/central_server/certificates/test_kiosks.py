"""`hitofuda central kiosk`: a token that can be read in one place alone, and ends when somebody says so."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from central_server import offices
from central_server.certificates import kiosks
from central_server.certificates.kiosks import Kiosk
from central_server.command import app
from central_server.database import Pool
from tests.central_server.house import BOX, NOW, OFFICE, here

RUN = CliRunner()


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Path:
    with contextlib.suppress(offices.OfficesError):
        offices.add(dsn, BOX, here()[OFFICE].office, NOW, lambda told: None)
    path = tmp_path / "central.toml"
    path.write_text(
        f'schema = 1\npublic_url = "https://x"\nkey_file = "k"\noffices_dir = "o"\n[database]\ndsn = "{dsn}"\n'
    )
    return path


def run(settings: Path, *arguments: str) -> tuple[int, str]:
    done = RUN.invoke(app, ["kiosk", *arguments, "--settings", str(settings)])
    return done.exit_code, done.output


async def test_a_token_lies_in_the_folder_and_opens_until_it_is_revoked(settings: Path, pool: Pool) -> None:
    folder = settings.parent / "for-the-kiosk"
    code, said = run(settings, "add", OFFICE, "kiosk-1", "--out", str(folder))
    assert code == 0, said
    file = folder / "certificates.token"
    token = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and len(token) == 43 and token not in said
    async with pool.connection() as connection:
        assert await kiosks.by_token(connection, token) == Kiosk(OFFICE, "kiosk-1")
    assert run(settings, "revoke", OFFICE, "kiosk-1")[0] == 0
    async with pool.connection() as connection:
        assert await kiosks.by_token(connection, token) is None


async def test_a_new_token_ends_the_old_one_and_one_that_cannot_be_written_ends_nothing(
    settings: Path, pool: Pool
) -> None:
    folder = settings.parent
    assert run(settings, "add", OFFICE, "kiosk-1", "--out", str(folder / "a"))[0] == 0
    assert run(settings, "add", OFFICE, "kiosk-1", "--out", str(folder / "a"))[0] == 2, "nothing is overwritten"
    first = (folder / "a" / "certificates.token").read_text().strip()
    async with pool.connection() as connection:
        assert await kiosks.by_token(connection, first) is not None
    assert run(settings, "add", OFFICE, "kiosk-1", "--out", str(folder / "b"))[0] == 0
    async with pool.connection() as connection:
        assert await kiosks.by_token(connection, first) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "nowhere", "kiosk-1", "--out", "{folder}/x"),
        ("add", OFFICE, "Kiosk 1", "--out", "{folder}/x"),
        ("add", OFFICE, "k" * 33, "--out", "{folder}/x"),
        ("revoke", OFFICE, "nobody"),
    ],
)
def test_what_is_not_there_is_said(settings: Path, arguments: tuple[str, ...]) -> None:
    told = [one.format(folder=settings.parent) for one in arguments]
    assert run(settings, *told)[0] == 2
    assert not (settings.parent / "x").exists()
