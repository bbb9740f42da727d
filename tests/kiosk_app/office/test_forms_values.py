"""Days, digits and ages as people write them; whatever is no such value is None and never an exception."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import forms_values as v

DAYS = st.dates(v.OLDEST, date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和元年５月１日", date(2019, 5, 1)),
        ("平成３１年４月３０日", date(2019, 4, 30)),
        ("平成31年5月1日", None),
        ("令和1年4月30日", None),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和64年1月8日", None),
        ("R8.4.1", date(2026, 4, 1)),
        ("ｒ８／４／１", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("西暦2026年 4月 1日", date(2026, 4, 1)),
        ("２０２６－０４－０１", date(2026, 4, 1)),
        ("20260401", date(2026, 4, 1)),
        ("2026/4-1", None),
        ("2026-02-29", None),
        ("19850000", None),
        ("明治45年1月1日", None),
        ("", None),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert v.day(text) == day


@given(DAYS)
def test_each_way_of_writing_a_day_is_the_same_day(day: date) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for text in (v.wareki(day), v.western(day), day.isoformat(), f"{day:%Y%m%d}"):
        assert v.day(text) == day == v.day(text.translate(wide))


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert v.day(text) is None or isinstance(v.day(text), date)
    v.postal(text), v.katakana(text), v.digits(text), v.birth_of_card(text), v.is_kana(text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("19851103", "昭和60年11月3日"), ("19850000", "1985年月日不詳"), ("19851100", "1985年11月日不詳"), ("x", "")],
)
def test_a_birth_date_of_a_card(raw: str, shown: str) -> None:
    assert v.birth_of_card(raw) == shown


def test_who_needs_a_guardian() -> None:
    today = date(2026, 4, 6)
    assert v.needs_guardian(date(2011, 4, 7), today)
    assert not v.needs_guardian(date(2011, 4, 6), today)
    assert not v.needs_guardian(None, today)
    assert v.age(date(2008, 2, 29), date(2026, 2, 28)) == 17


@given(DAYS, st.integers(0, 40_000))
def test_an_age_never_goes_back(birth: date, days: int) -> None:
    later = birth + timedelta(days=days)
    assert 0 <= v.age(birth, later) <= v.age(birth, later + timedelta(days=1))


def test_widths_and_kana() -> None:
    assert v.postal("〒８０３－０８１４") == "8030814" and v.postal("803-081") is None
    assert v.katakana("ﾀｶｻｷ みさき") == "タカサキ　ミサキ"
    assert v.is_kana("タカサキ　ミサキ") and not v.is_kana("高崎") and not v.is_kana("　")
    assert v.wide_digits("1-2") == "１－２"
