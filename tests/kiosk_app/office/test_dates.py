"""The agreed forms of dates, and that no date of a wrong clock can stop a screen."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import dates
from kiosk_app.office.catalogue import LANGUAGES

MONDAY = date(2026, 4, 6)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (MONDAY, "令和8年4月6日(月)"),
        (date(2019, 5, 1), "令和元年5月1日(水)"),
        (date(2020, 1, 1), "令和2年1月1日(水)"),
        (date(1970, 1, 1), "1970年1月1日(木)"),
    ],
)
def test_the_ticket_counts_years_in_reiwa(day: date, written: str) -> None:
    assert dates.ticket_date(day) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ja", "4月6日（月）"),
        ("easy", "4月(がつ)6日(むいか)"),
        ("en", "Mon 6 April"),
        ("zh", "4月6日（周一）"),
        ("ko", "4월 6일(월)"),
        ("vi", "Thứ Hai 6/4"),
    ],
)
def test_the_screen_says_the_day_in_the_visitors_language(language: str, written: str) -> None:
    assert dates.screen_date(MONDAY, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ja", "4月7日(火)8:30"),
        ("easy", "4月(がつ)7日(なのか)8:30"),
        ("en", "7 April, 8:30"),
        ("zh", "4月7日（周二）8:30"),
        ("ko", "4월 7일(화) 8:30"),
        ("vi", "8:30 Thứ Ba 7/4"),
    ],
)
def test_another_day_is_named_and_today_is_not(language: str, written: str) -> None:
    assert dates.when(datetime(2026, 4, 7, 8, 30), MONDAY, language) == written
    assert dates.when(datetime(2026, 4, 6, 13, 5), MONDAY, language) == "13:05"


def test_regular_days_are_read_nichi() -> None:
    assert dates.screen_date(date(2026, 4, 11), "easy") == "4月(がつ)11日(にち)"
    assert dates.screen_date(date(2026, 4, 20), "easy") == "4月(がつ)20日(はつか)"


@given(st.dates(), st.sampled_from(LANGUAGES))
def test_every_day_has_words(day: date, language: str) -> None:
    assert str(day.day) in dates.screen_date(day, language)
    assert dates.ticket_date(day).endswith(")")
