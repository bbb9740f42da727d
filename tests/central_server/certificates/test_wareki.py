"""Days as certificates write them, and as people read them off the paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.certificates.wareki import day_of, fiscal_year, wareki, western


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-04-06", "令和8年4月6日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1868-01-01", "1868年1月1日"),
    ],
)
def test_days_are_written_in_their_era(day: str, said: str) -> None:
    assert wareki(date.fromisoformat(day)) == said


def test_a_fiscal_year_is_called_after_its_first_of_may() -> None:
    assert [fiscal_year(year) for year in (2018, 2019, 2025)] == ["平成30年度", "令和元年度", "令和7年度"]


@given(st.dates(date(1869, 1, 1), date(2100, 1, 1)))
def test_what_is_written_is_read_again(day: date) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for said in (wareki(day), western(day), day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y/%m/%d}"):
        assert day_of(said) == day_of(said.translate(wide)) == day_of(f" {said} ") == day


@pytest.mark.parametrize(
    "text",
    ["", "1985", "85-11-03", "1985-02-30", "昭和65年1月1日", "令和0年1月1日", "平成元年1月7日", "1985-11-03x", "二月"],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


@given(st.text(max_size=30))
def test_any_text_may_be_typed(text: str) -> None:
    assert day_of(text) is None or isinstance(day_of(text), date)
