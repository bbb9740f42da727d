"""Codes of forms: the office reads what was sealed for it until their day is over; anything else is a word, no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app import form_code
from kiosk_app.form_code import Coded, Unread, open_, seal
from kiosk_app.form_press.press import code_picture
from tests.kiosk_app.office.forms_house import TODAY, everything, form_set

PRIVATE = form_code.new_key()
PUBLIC = form_code.public_of(PRIVATE)
NOW_MIN = 29_590_000
CODED = Coded(
    "resident-move",
    1,
    "住民異動届",
    (("届出人 氏名", "髙﨑　美咲"), ("新しい住所", "福岡県北九州市小倉北区大手町１１番４号")),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12), TEXTS, st.integers(0, 999))
def test_what_was_sealed_is_read(rows: list[tuple[str, str]], form: str, version: int) -> None:
    coded = Coded(form, version, form, tuple(rows))
    text = seal(coded, PUBLIC, NOW_MIN + 1)
    assert text.isascii() and text.isalnum() and text.upper() == text
    assert open_(text, PRIVATE, NOW_MIN) == coded


def test_as_scanners_type_it() -> None:
    text = seal(CODED, PUBLIC, NOW_MIN + 1)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    for typed in (text.lower(), f" {text}\r\n", wide, text[:50] + "\n" + text[50:]):
        assert open_(typed, PRIVATE, NOW_MIN) == CODED


def test_nothing_of_it_stands_in_the_code() -> None:
    one, two = seal(CODED, PUBLIC, NOW_MIN + 1), seal(CODED, PUBLIC, NOW_MIN + 1)
    assert one[13:] != two[13:], "each with a key of its own"
    assert "髙﨑" not in repr(CODED)


def test_why_a_code_is_not_read() -> None:
    text = seal(CODED, PUBLIC, NOW_MIN + 60)
    assert open_(text, PRIVATE, NOW_MIN + 60) == Unread("expired")
    assert open_(text, form_code.new_key(), NOW_MIN) == Unread("other_key")
    assert open_("4912345678904", PRIVATE, NOW_MIN) == Unread("not_a_form")
    assert open_(text[:-8], PRIVATE, NOW_MIN) == Unread("damaged")
    assert open_("HF1", PRIVATE, NOW_MIN) == Unread("damaged")


def test_its_day_cannot_be_put_off() -> None:
    """The head is bound to the seal."""
    text = seal(CODED, PUBLIC, NOW_MIN - 1)
    head = bytearray(form_code.base64.b32decode((text[3:] + "=" * 7)[: -(-len(text[3:]) // 8) * 8]))
    head[7] = 0xFF
    forged = "HF1" + form_code.base64.b32encode(bytes(head)).decode().rstrip("=")
    assert open_(forged, PRIVATE, NOW_MIN) == Unread("damaged")


@given(st.data())
def test_a_changed_letter_is_never_another_form(data: st.DataObject) -> None:
    text = seal(CODED, PUBLIC, NOW_MIN + 1)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    found = open_(text[:at] + letter + text[at + 1 :], PRIVATE, NOW_MIN)
    # The last letter holds fewer bits than it could.
    assert (
        found == CODED if isinstance(found, Coded) else found.why in ("damaged", "other_key", "not_a_form", "expired")
    )


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(open_("HF1" + text, PRIVATE, NOW_MIN), Unread)


def test_a_point_that_gives_no_agreement_is_damage() -> None:
    raw = form_code._name_of(PUBLIC) + (NOW_MIN + 1).to_bytes(4, "big") + bytes(32) + bytes(40)
    text = "HF1" + form_code.base64.b32encode(raw).decode().rstrip("=")
    assert open_(text, PRIVATE, NOW_MIN) == Unread("damaged")


@pytest.mark.parametrize("people", [1, 4])
def test_the_forms_of_a_family_fit_a_code(people: int) -> None:
    """Measured: of four people up to 1,050 letters, version 22, in a square of 4.3 cm."""
    from kiosk_app.office.forms_fill import fill

    for form in form_set().forms:
        filled = fill(form_set(), form, everything(people=people), people, TODAY, "小倉北区役所")
        rows = tuple((label, text) for label, text in filled.coded())
        picture, wide_mm = code_picture(seal(Coded(form.id, form.version, filled.title, rows), PUBLIC, NOW_MIN))
        assert picture.startswith("<svg") and 20 < wide_mm < 60


def test_what_is_too_long_has_no_code() -> None:
    assert code_picture("HF1" + "A" * 3_000) == ("", 0.0)
