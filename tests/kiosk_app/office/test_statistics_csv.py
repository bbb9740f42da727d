"""A table that opens in Excel as it was meant, whatever a service is called."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.api_tools import DayStatistics, FiguresRow
from kiosk_app.office.statistics_csv import BYTE_ORDER_MARK, COLUMNS, FORMULA, encoded, safe

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def day(name: str) -> DayStatistics:
    row = FiguresRow(kind="service", key="residence", name=name, issued=12, by_machine=10, by_staff=2, wait_median_s=61)
    return DayStatistics(date="2026-04-06", over=True, rows=(row,))


def test_a_row_has_a_cell_for_each_heading() -> None:
    data = encoded([day("住民票の写し, 本人\n「写し」")])
    heading, row = read(data)
    assert heading == list(COLUMNS.values())
    named = dict(zip(heading, row, strict=True))
    assert (named["日付"], named["確定"], named["区分"], named["発券"]) == ("2026-04-06", "はい", "業務", "12")
    assert named["名称"] == "住民票の写し, 本人\n「写し」"
    assert (named["待ち時間の中央値（秒）"], named["待ち時間の90%値（秒）"]) == ("61", "")
    assert data.count(b"\r\n") == 2 and data.endswith(b"\r\n")


def test_the_columns_are_the_fields_of_a_row() -> None:
    assert list(COLUMNS)[2:] == list(FiguresRow.__struct_fields__)
    assert len(set(COLUMNS.values())) == len(COLUMNS)


@pytest.mark.parametrize("evil", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "　=1", '="a","b"'])
def test_no_cell_is_a_formula(evil: str) -> None:
    (_, row) = read(encoded([day(evil)]))
    assert row[4] == f"'{evil}"


@given(st.text())
def test_whatever_a_service_is_called_comes_back_whole(name: str) -> None:
    found = safe(name)
    assert found in (name, f"'{name}")
    assert not found or found.lstrip(" 　")[:1] not in tuple(FORMULA)
    assert all(safe(plain) == plain for plain in ("", "住民票", "A-105", "'quoted"))
    (_, row) = read(encoded([day(name.replace("\0", ""))]))
    assert row[4] == safe(name.replace("\0", ""))


def test_every_column_is_explained() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", DOCUMENT.read_text(), re.MULTILINE))
    assert {name: told.get(name) for name in COLUMNS} == COLUMNS
