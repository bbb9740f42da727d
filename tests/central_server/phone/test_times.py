"""What callers say, as speech recognition writes it, and what was meant. Today is Thursday, 26 November 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.phone.numerals import plain, telephone
from central_server.phone.times import Clock, Days, DayWish, Part, Soonest, TimeWish, day_wish, time_wish

TODAY = date(2026, 11, 26)


def on(month: int, day: int, year: int = 2026) -> Days:
    return Days(date(year, month, day), date(year, month, day))


def at(hour: int, minute: int = 0) -> Clock:
    return Clock(hour * 60 + minute)


def part(from_hour: float, until_hour: float) -> Part:
    return Part(int(from_hour * 60), int(until_hour * 60))


DAYS: dict[str, DayWish | None] = {
    "今日": on(11, 26),
    "本日お願いします": on(11, 26),
    "きょうの午後": on(11, 26),
    "明日": on(11, 27),
    "あしたは空いていますか": on(11, 27),
    "明後日": on(11, 28),
    "あさっての朝": on(11, 28),
    "しあさって": on(11, 29),
    "3日後": on(11, 29),
    "三日後でお願いします": on(11, 29),
    "2週間後": on(12, 10),
    "一週間後の3時": on(12, 3),
    "来週の火曜の三時半": on(12, 1),
    "来週の火曜日": on(12, 1),
    "らいしゅうのかようび": on(12, 1),
    "来週、水曜": on(12, 2),
    "来週の木曜日の午前中": on(12, 3),
    "今週の金曜": on(11, 27),
    "再来週の月曜日": on(12, 7),
    "再来週の月": on(12, 7),
    "さらいしゅうのすいようび": on(12, 9),
    "来週のどこか": Days(date(2026, 11, 30), date(2026, 12, 6)),
    "来週の前半": Days(date(2026, 11, 30), date(2026, 12, 2)),
    "来週の後半": Days(date(2026, 12, 3), date(2026, 12, 4)),
    "今週中": Days(TODAY, date(2026, 11, 29)),
    "火曜日がいいです": on(12, 1),
    "今度の金曜": on(11, 27),
    "次の木曜日": on(12, 3),
    "げつようび": on(11, 30),
    "十二月三日": on(12, 3),
    "12月3日": on(12, 3),
    "12月3日の木曜日": on(12, 3),
    "１２月３日": on(12, 3),
    "12/3": on(12, 3),
    "じゅうにがつみっか": on(12, 3),
    "1月5日": on(1, 5, 2027),
    "来年の1月5日": on(1, 5, 2027),
    "2026年12月10日": on(12, 10),
    "令和8年12月10日": on(12, 10),
    "30日": on(11, 30),
    "三日": on(12, 3),
    "3日でお願いします": on(12, 3),
    "二十六日": on(11, 26),
    "とおかがいいです": on(12, 10),
    "はつか": on(12, 20),
    "31日": on(12, 31),
    "来月の3日": on(12, 3),
    "来月三日の10時": on(12, 3),
    "来月の第2火曜": on(12, 8),
    "今月の30日": on(11, 30),
    "今月末": Days(TODAY, date(2026, 11, 30)),
    "来月の初め": Days(date(2026, 12, 1), date(2026, 12, 7)),
    "来月": Days(date(2026, 12, 1), date(2026, 12, 31)),
    "一番早い日": Soonest(),
    "なるべく早くお願いします": Soonest(),
    "いつでもいいです": Soonest(),
    "できるだけ近い日で": Soonest(),
    "空いている日でいいです": Soonest(),
    "2月30日": None,
    "来月の31日": on(12, 31),
    "今週の月曜": None,
    "えーと": None,
    "分かりません": None,
    "住民票": None,
    "三時半": None,
    "10時": None,
}
TIMES: dict[str, TimeWish | None] = {
    "三時半": at(15, 30),
    "3時半": at(15, 30),
    "さんじはん": at(15, 30),
    "来週の火曜の三時半": at(15, 30),
    "午後3時": at(15),
    "午後の3時ごろ": at(15),
    "15時": at(15),
    "15:30": at(15, 30),
    "十五時三十分": at(15, 30),
    "3時15分": at(15, 15),
    "さんじじゅうごふん": at(15, 15),
    "三時四十五分": at(15, 45),
    "朝9時": at(9),
    "朝の九時": at(9),
    "くじ": at(9),
    "午前10時": at(10),
    "十時": at(10),
    "じゅうじはんでお願いします": at(10, 30),
    "11時": at(11),
    "じゅういちじ": at(11),
    "12時": at(12),
    "正午": at(12),
    "昼の1時": at(13),
    "お昼の一時": at(13),
    "1時": at(13),
    "夕方4時": at(16),
    "夕方の四時半": at(16, 30),
    "4時10分前": at(15, 50),
    "8時45分": at(8, 45),
    "12月3日の2時": at(14),
    "3日の3時": at(15),
    "二時にお願いします": at(14),
    "10時から": at(10),
    "3時以降": part(15, 24),
    "三時すぎ": part(15, 24),
    "10時以降ならいつでも": part(10, 24),
    "11時まで": part(0, 11),
    "3時前": part(0, 15),
    "午前中": part(0, 12),
    "午前": part(0, 12),
    "明日の朝": part(0, 11),
    "午後": part(12, 24),
    "午後ならいつでも": part(12, 24),
    "夕方": part(15, 24),
    "お昼過ぎ": part(13, 15),
    "昼休みに行きたい": part(11.5, 13.5),
    "朝一番": Soonest(),
    "朝イチで": Soonest(),
    "一番早い時間": Soonest(),
    "一番遅い時間": Soonest(last=True),
    "最後の枠": Soonest(last=True),
    "何時でもいいです": Soonest(),
    "25時": None,
    "三日": None,
    "えーと": None,
    "来週の火曜日": None,
}
TELEPHONES = {
    "090-1234-5678": "09012345678",
    "０９０の１２３４の５６７８": "09012345678",
    "ゼロきゅうゼロの、いちにさんよんの、ごーろくななはち": "09012345678",
    "〇九〇一二三四五六七八": "09012345678",
    "えーと、093の582の3311です": "0935823311",
    "電話番号は、れいきゅうさん、ごはちにー、さんさんいちいち、です": "0935823311",
    "+81 90 1234 5678": "09012345678",
    "まるきゅうまる一二三四五六七八": "0901234567" + "8",
    "1234": "",
    "090-1234": "",
    "分かりません": "",
    "3時半": "",
}


@pytest.mark.parametrize(("said", "meant"), DAYS.items())
def test_days(said: str, meant: DayWish | None) -> None:
    assert day_wish(said, TODAY) == meant


@pytest.mark.parametrize(("said", "meant"), TIMES.items())
def test_times(said: str, meant: TimeWish | None) -> None:
    assert time_wish(said) == meant


@pytest.mark.parametrize(("said", "meant"), TELEPHONES.items())
def test_telephone_numbers(said: str, meant: str) -> None:
    assert telephone(said) == meant


def test_the_corpus_is_large() -> None:
    assert len(DAYS) + len(TIMES) >= 100


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 90))
def test_every_day_of_the_window_can_be_said_by_its_date(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert day_wish(f"{day.month}月{day.day}日", today) == Days(day, day)


@given(
    st.text("今来再週月火水木金土日の第一二三十百時分半前後午末令和年0123456789/:,いちにさんじはんがつ ー", max_size=24)
)
def test_whatever_is_said_no_day_is_in_the_past(said: str) -> None:
    wish = day_wish(said, TODAY)
    time_wish(said)
    if isinstance(wish, Days):
        assert wish.first <= wish.last
        # A year that was named is believed; nothing else is before today.
        assert wish.first >= TODAY or "年" in plain(said)
