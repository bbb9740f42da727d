"""`hitofuda fees check`: everything that is wrong at once, or what a usable table will do today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk_app import fee_file
from kiosk_app.command_line import app
from kiosk_app.office.fees import FeesError
from tests.kiosk_app.office.test_fees import HEAD, ROWS, row

SAMPLE = Path(__file__).parents[2] / "config/fees/kitakyushu.toml"


def test_the_sample_is_usable() -> None:
    found = CliRunner().invoke(app, ["fees", "check", str(SAMPLE)])
    assert found.exit_code == 0
    assert "kitakyushu.toml: usable: 16 fees of 7 kinds at 2 places, good until" in found.stdout


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "fees.toml"
    path.write_text(HEAD + ROWS + row(yen=305, valid_from="2027-04-01") + row(site="kiosks"))
    found = CliRunner().invoke(app, ["fees", "check", str(path)])
    assert found.exit_code == 2
    lines = found.stderr.splitlines()
    assert len(lines) == 2 and all(line.startswith("fees.toml: fees[#") for line in lines)


def test_a_table_that_sells_nothing_today_says_so_first(tmp_path: Path) -> None:
    path = tmp_path / "fees.toml"
    path.write_text(HEAD + ROWS + row(yen=400, valid_from="2028-04-01"))
    stale = fee_file.check(path, date(2027, 5, 7))
    assert stale[0].startswith("fees.toml: SELLS NOTHING: checked on 2026-04-01, good until 2027-05-06")
    assert "400 yen from 2028-04-01 on" in stale[1]
    assert "SELLS NOTHING" in fee_file.check(path, date(2026, 3, 31))[0]
    assert "SELLS NOTHING" not in "".join(fee_file.check(path, date(2027, 5, 6)))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FeesError, match="cannot be read"):
        fee_file.load(tmp_path / "none.toml")
