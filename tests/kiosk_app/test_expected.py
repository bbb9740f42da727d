"""Who is expected today: found by booking and by last digits, never in the log, gone with the day."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.book import PracticeBook
from kiosk_app.central_settings import read_booking_key
from kiosk_app.clock import OfficeClock
from kiosk_app.expected import Expected
from kiosk_app.office import facts as f
from kiosk_app.office.check_in_rows import CheckInRow, last_digits, phone_mark
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.runtime import RuntimeFile

KEY, OFFICE, DAY = b"k" * 32, "kokura-kita", "2026-04-06"


def row(booking: str, phone: str, name: str = "") -> CheckInRow:
    return CheckInRow(booking=booking, name=name, phone_mark=phone_mark(KEY, OFFICE, DAY, phone))


def open_day(date: str = DAY) -> PracticeBook:
    book = PracticeBook(OfficeClock())
    book.commit("core", [f.DayOpened(date=date, office=OFFICE)])
    return book


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("0001", "0001"), ("090-0000-0001", "0001"), ("０００１", "0001"), ("001", ""), ("", ""), ("12a34", "1234")],
)
def test_last_digits_as_people_type_them(typed: str, digits: str) -> None:
    assert last_digits(typed) == digits


def test_a_mark_is_of_its_office_day_and_key() -> None:
    mark = phone_mark(KEY, OFFICE, DAY, "0001")
    assert mark == phone_mark(KEY, OFFICE, DAY, "090-0000-0001") and len(mark) == 32
    others = [(b"x" * 32, OFFICE, DAY), (KEY, "moji", DAY), (KEY, OFFICE, "2026-04-07")]
    assert mark not in [phone_mark(key, office, day, "0001") for key, office, day in others]
    assert phone_mark(KEY, OFFICE, DAY, "") == ""


def test_rows_are_found_by_booking_and_by_digits_that_several_share() -> None:
    expected = Expected(open_day(), OFFICE, KEY)
    expected.put(DAY, [row("b1", "0001", "見本太郎"), row("b2", "0001"), row("b3", "0002"), row("b4", "")])
    assert [one.booking for one in expected.with_digits("０００１")] == ["b1", "b2"]
    assert expected.with_digits("9999") == () == expected.with_digits("") == expected.with_digits("1")
    found = expected.row("b1")
    assert found is not None and found.name == "見本太郎" and expected.row("b9") is None


def test_an_office_without_central_expects_nobody() -> None:
    assert Expected(open_day(), OFFICE, b"").with_digits("0001") == ()


def test_a_killed_core_still_knows_them_and_the_next_day_does_not(tmp_path: Path) -> None:
    book, kept = open_day(), RuntimeFile(tmp_path / "expected.json")
    Expected(book, OFFICE, KEY, kept).put(DAY, [row("b1", "0001", "見本太郎")])
    again = Expected(book, OFFICE, KEY, kept)
    assert again.row("b1") is not None and again.date == DAY
    book.commit("core", [f.DayOpened(date="2026-04-07", office=OFFICE)])
    assert again.row("b1") is None and again.date == ""
    assert "見本".encode() not in kept.path.read_bytes()


def test_rows_of_another_day_are_not_kept() -> None:
    expected = Expected(open_day(), OFFICE, KEY)
    expected.put("2026-04-07", [row("b1", "0001")])
    assert expected.row("b1") is None


def test_a_booking_key_is_hexadecimal_and_a_short_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "booking.key").write_text(KEY.hex() + "\n")
    assert read_booking_key(tmp_path / "booking.key") == KEY
    (tmp_path / "short").write_text(KEY[1:].hex())
    (tmp_path / "words").write_text("secret")
    for name in ("short", "words", "none"):
        with pytest.raises(ConfigError, match="booking_key_file"):
            read_booking_key(tmp_path / name)


def test_who_was_moved_within_the_day_is_found_as_before_whatever_central_has_heard() -> None:
    expected = Expected(open_day(), OFFICE, KEY)
    expected.put(DAY, [row("b1", "0001", "見本太郎"), row("b2", "0002")])
    expected.moved("b1", "b9")
    assert [one.booking for one in expected.with_digits("0001")] == ["b9"]
    expected.put(DAY, [row("b1", "0001", "見本太郎"), row("b2", "0002"), row("b3", "0003")])
    assert [one.booking for one in expected.with_digits("0001")] == ["b9"], "central has not heard of it"
    expected.put(DAY, [row("b9", "0001", "見本次郎"), row("b2", "0002")])
    found = expected.row("b9")
    assert found is not None and found.name == "見本次郎" and expected.row("b1") is None
    expected.moved("b7", "b8")
    assert expected.row("b8") is None
