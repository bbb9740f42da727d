"""A code on paper: what central signed is known again, and every other text is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.certificates.verification import (
    CODE_LETTERS,
    FIRST_DAY,
    Claims,
    Signer,
    birth_mark,
    read,
    serial,
)
from kiosk_app.office.certificates import KINDS

SIGNER, OTHER = Signer(bytes(range(32))), Signer(b"\7" * 32)
KEYS = {SIGNER.key_id: SIGNER.public}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CLAIMS = st.builds(
    Claims,
    st.integers(1, 99),
    st.sampled_from(KINDS),
    st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=65_535)),
    st.integers(1, 2**32 - 1),
    st.binary(min_size=8, max_size=8),
)


@given(CLAIMS)
def test_what_was_signed_is_read_again(claims: Claims) -> None:
    code = SIGNER.code(claims)
    assert len(code) == CODE_LETTERS and set(code) <= set(LETTERS)
    assert read(code, KEYS) == claims


@given(CLAIMS, st.integers(0, CODE_LETTERS - 1), st.sampled_from(LETTERS))
def test_a_changed_letter_is_no_code_of_ours(claims: Claims, at: int, letter: str) -> None:
    code = SIGNER.code(claims)
    changed = code[:at] + letter + code[at + 1 :]
    assert (read(changed, KEYS) is None) == (changed != code)


def test_no_letter_of_one_code_can_be_changed() -> None:
    code = SIGNER.code(Claims(1, "resident-record", date(2026, 4, 6), 123, b"12345678"))
    changed = [code[:at] + one + code[at + 1 :] for at in range(CODE_LETTERS) for one in LETTERS if one != code[at]]
    assert [one for one in changed if read(one, KEYS) is not None] == []


@given(st.text(max_size=130) | st.text(LETTERS, min_size=CODE_LETTERS, max_size=CODE_LETTERS))
def test_any_text_may_be_asked_for(text: str) -> None:
    assert read(text, KEYS) is None


@given(CLAIMS)
def test_a_key_that_is_not_ours_signs_nothing_of_ours(claims: Claims) -> None:
    assert read(OTHER.code(claims), KEYS) is None
    # Under the id of ours as well.
    assert read(OTHER.code(claims), {OTHER.key_id: SIGNER.public}) is None
    assert read(OTHER.code(claims), {**KEYS, OTHER.key_id: OTHER.public}) == claims


@given(st.integers(1, 99), st.integers(1, 99_999_998), st.integers(0, 9))
def test_a_mistyped_digit_of_a_serial_number_shows(office: int, number: int, digit: int) -> None:
    right = serial(office, number)
    for at, letter in enumerate(right):
        if letter != "-" and letter != str(digit):
            wrong = right[:at] + str(digit) + right[at + 1 :]
            body = wrong.replace("-", "")
            if int(body[2:10]) and int(body[:2]):
                assert serial(int(body[:2]), int(body[2:10])) != wrong


def test_a_birth_date_is_marked_for_one_paper_alone() -> None:
    born = date(1985, 11, 3)
    assert birth_mark(b"k" * 32, 1, 5, born) == birth_mark(b"k" * 32, 1, 5, born)
    others = {
        birth_mark(b"k" * 32, 1, 6, born),
        birth_mark(b"k" * 32, 2, 5, born),
        birth_mark(b"l" * 32, 1, 5, born),
        birth_mark(b"k" * 32, 1, 5, date(1985, 11, 4)),
    }
    assert len(others) == 4 and birth_mark(b"k" * 32, 1, 5, born) not in others


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError):
        Signer(b"short")
