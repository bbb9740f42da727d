"""The reservation code: what it says is read back, and a code that nobody sold proves nothing."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office import booking_code as codes
from kiosk_app.office.booking_code import Claim

KEY, OTHER = b"k" * 32, b"o" * 32
TODAY = date(2026, 4, 6)
claims = st.builds(
    Claim,
    st.integers(1, 99),
    st.integers(-9, 90).map(lambda days: TODAY + timedelta(days=days)),
    st.sampled_from(codes.LETTERS),
    st.integers(0, 1439),
    st.integers(1, 50),
)


@given(claims)
def test_what_a_code_says_is_read_back_however_it_is_written(claim: Claim) -> None:
    code = codes.encode(KEY, claim)
    wide = codes.grouped(code).translate(str.maketrans("0123456789", "０１２３４５６７８９")).replace(" ", "-")
    for typed in (code, codes.grouped(code), wide):
        assert codes.read(typed, TODAY) == claim
        assert codes.proves(KEY, typed, claim)
    assert len(code) == codes.DIGITS


def test_one_wrong_digit_is_hardly_ever_another_true_code() -> None:
    chance, true = Random(1), 0
    for at in range(3_000):
        claim = Claim(chance.randint(1, 99), TODAY, chance.choice(codes.LETTERS), at % 1440, chance.randint(1, 50))
        code, place = codes.encode(KEY, claim), chance.randrange(codes.DIGITS)
        wrong = code[:place] + str((int(code[place]) + chance.randint(1, 9)) % 10) + code[place + 1 :]
        found = codes.read(wrong, TODAY)
        true += found is not None and codes.proves(KEY, wrong, found)
    # One in a hundred thousand is.
    assert true <= 1


def test_another_office_key_proves_nothing() -> None:
    claim = Claim(3, TODAY, "A", 600, 2)
    made = [codes.proves(OTHER, codes.encode(KEY, claim._replace(start_min=at)), claim) for at in range(1000)]
    assert sum(made) <= 2


def test_two_bookings_never_have_one_code() -> None:
    made = {
        codes.encode(KEY, Claim(3, TODAY + timedelta(days=day), letter, at, lane))
        for day in range(3)
        for letter in "AHM"
        for at in range(540, 1020, 5)
        for lane in range(1, 6)
    }
    assert len(made) == 3 * 3 * 96 * 5


@pytest.mark.parametrize("typed", ["", "12", "x" * 16, "1" * 17, "²" * 16, "00" + "1" * 14, "0150" + "9" * 12])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert codes.read(typed, TODAY) is None


def test_a_day_outside_the_window_is_none() -> None:
    claim = Claim(3, TODAY, "A", 600, 2)
    code = codes.encode(KEY, claim)
    assert codes.read(code, TODAY + timedelta(days=9)) == claim
    assert codes.read(code, TODAY + timedelta(days=10)) != claim


def test_what_no_plan_has_is_refused() -> None:
    for wrong in (Claim(0, TODAY, "A", 0, 1), Claim(1, TODAY, "a", 0, 1), Claim(1, TODAY, "A", 1440, 1)):
        with pytest.raises(ValueError, match="no place"):
            codes.encode(KEY, wrong)
    with pytest.raises(ValueError, match="32 bytes"):
        codes.encode(b"short", Claim(1, TODAY, "A", 0, 1))
