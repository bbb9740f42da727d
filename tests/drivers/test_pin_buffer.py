"""A PIN is typed, counted and forgotten; nothing that a program prints of it says anything."""

from __future__ import annotations

import copy
import gc
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pin_buffer import LONGEST, PinBuffer


def typed(text: str) -> PinBuffer:
    buffer = PinBuffer()
    assert all(buffer.press(character) for character in text)
    return buffer


def contents(buffer: PinBuffer) -> str:
    target = bytearray(len(buffer))
    buffer.copy_into(target, 0)
    return target.decode()


@given(st.lists(st.characters() | st.sampled_from("0123456789０１２３ＡＢ⌫") | st.just("12")))
def test_it_holds_what_was_pressed_last(keys: list[str]) -> None:
    buffer, model = PinBuffer(), ""
    for key in keys:
        if key == "⌫":
            buffer.erase_last()
            model = model[:-1]
            continue
        # Full-width digits are what a Japanese keyboard gives.
        narrow = chr(ord(key) - 0xFEE0) if len(key) == 1 and "！" <= key <= "～" else key
        fits = len(narrow) == 1 and narrow in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" and len(model) < LONGEST
        assert buffer.press(key) == fits
        model += narrow if fits else ""
        assert len(buffer) == len(model)
    assert contents(buffer) == model
    assert buffer.is_digits() == all(character.isdigit() for character in model)


def test_nothing_that_prints_says_a_digit_or_how_many() -> None:
    printed = {repr(typed(pin)) for pin in ("", "1", "1234", "ABC123")} | {str(typed("97531")), f"{typed('97531')!r}"}
    assert printed == {"PinBuffer(…)"}


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_leave_its_place(leave: object) -> None:
    assert callable(leave)
    with pytest.raises(TypeError, match="a PIN is not copied"):
        leave(typed("1234"))


def test_it_is_overwritten_whatever_happens() -> None:
    buffer = typed("4821")
    with pytest.raises(ZeroDivisionError) as caught, buffer:
        raise ZeroDivisionError
    assert len(buffer) == 0 and contents(buffer) == ""
    (inside,) = [held for held in gc.get_referents(buffer) if isinstance(held, bytearray)]
    assert inside == bytes(LONGEST)
    assert "4821" not in "".join(traceback.format_exception(caught.value))


def test_erasing_overwrites_too() -> None:
    buffer = typed("4821")
    for _ in range(6):
        buffer.erase_last()
    (inside,) = [held for held in gc.get_referents(buffer) if isinstance(held, bytearray)]
    assert inside == bytes(LONGEST)
