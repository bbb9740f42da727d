"""What reaches the kanji ROM, what is drawn, and that no text can be a command."""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos_printer.encoding import columns, printable, rom_bytes, script_of


@pytest.mark.parametrize("text", ["小倉北区役所", "目安 10:40～10:55", "熙凜堯槇", "ｶﾀｶﾅ", "ソ予表能申十暴", "A-105"])
def test_rom_text_reads_back_with_iconv(text: str) -> None:
    encoded = rom_bytes(text)
    assert encoded is not None
    read = subprocess.run(["iconv", "-f", "CP932", "-t", "UTF-8"], input=encoded, capture_output=True, check=True)
    assert read.stdout.decode() == text


def test_the_wave_dash_of_a_time_range_is_in_the_rom() -> None:
    assert rom_bytes("10:40〜10:55") == rom_bytes("10:40～10:55")


@pytest.mark.parametrize(
    "text", ["𠮷田", "髙﨑", "①㈱", "德", "\ue000", "\uf8f0", "请等候", "번호표", "Tiếng Việt", "C:\\temp", "~suzuki"]
)
def test_a_line_with_a_character_outside_the_rom_is_not_encoded(text: str) -> None:
    assert rom_bytes(text) is None


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("𠮷田", "ja"),
        ("请等候叫号", "zh"),
        ("번호표 3番", "ko"),
        ("Tiếng Việt", "ja"),
        ("请はこ", "ja"),
        ("A-105", "ja"),
        ("德川髙﨑①", "ja"),
    ],
)
def test_the_glyphs_of_the_right_region_are_chosen(text: str, script: str) -> None:
    assert script_of(text) == script


def test_compatibility_ideographs_and_decomposed_letters() -> None:
    assert printable("\ufa19") == "\ufa19", "another character of a person's name"
    assert printable("e\u0302\u0301") == "\u1ebf"


@given(st.text())
def test_no_text_holds_a_control_character(text: str) -> None:
    # Also after encoding: cp932 gives single bytes of its own to some private characters.
    safe = printable(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in safe)
    encoded = rom_bytes(safe)
    assert encoded is None or min(encoded, default=0x20) >= 0x20
    assert encoded is None or not {0x80, 0xA0, 0xFD, 0xFE, 0xFF} & set(_single_bytes(encoded))
    assert "?" in text or "?" not in safe


def _single_bytes(encoded: bytes) -> bytes:
    return re.sub(rb"[\x81-\x9f\xe0-\xfc].", b"", encoded)


@given(st.text(alphabet=st.sampled_from("小倉北区役所ソ表～〜‖－−AZ09-ｶﾅ髙﨑①㈱々〆ー")))
def test_columns_are_half_width_cells(text: str) -> None:
    safe = printable(text)
    if (encoded := rom_bytes(safe)) is not None:
        assert columns(safe) == len(encoded)
