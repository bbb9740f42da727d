"""Every documented bit pattern is one word, and the graver one wins."""

import pytest

from drivers.escpos_printer.status import from_asb, from_real_time


@pytest.mark.parametrize(
    ("replies", "status"),
    [
        ("12 12 12 12", "ready"),
        ("12 12 12 1E", "near_end"),
        ("1A 32 12 7E", "paper_out"),
        ("1A 16 12 12", "cover_open"),
        ("1A 52 1A 12", "cutter_error"),
        ("1A 52 52 12", "head_hot"),
        ("1A 52 32 12", "offline"),
        ("1A 12 12 12", "offline"),
        ("1A 36 12 7E", "cover_open"),
    ],
)
def test_the_answers_to_dle_eot(replies: str, status: str) -> None:
    assert from_real_time(*bytes.fromhex(replies)) == status


@pytest.mark.parametrize(
    ("asb", "status"),
    [
        ("10 00 00 00", "ready"),
        ("10 00 03 00", "near_end"),
        ("18 00 0F 00", "paper_out"),
        ("38 00 00 00", "cover_open"),
        ("18 08 00 00", "cutter_error"),
        ("18 40 00 00", "head_hot"),
        ("18 20 00 00", "offline"),
        ("18 00 00 00", "offline"),
    ],
)
def test_the_automatic_status(asb: str, status: str) -> None:
    assert from_asb(bytes.fromhex(asb)) == status
