"""Which names the certificates' font can write: hard ones, variants, and those that nobody but their own machine
knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFont

from central_server.certificates import coverage
from central_server.certificates.typeset import FONT


@pytest.mark.parametrize(
    ("name", "draws"),
    [
        ("髙﨑　美咲", True),
        ("𠮷野　一郎", True),
        ("辻\U000e0102　彩", True),
        ("渡邉\U000e010f　昭二", True),
        ("葛\U000e0103城", True),
        ("ＯＢＲＩＥＮ　ＭＡＲＹ－ＪＡＮＥ", True),
        ("１２３４番地の５６７８　Ⅱ号館", True),
        # Of another collection than this font's: the form that was meant is not in it.
        ("辻\U000e0100　彩", False),
        # A selector after nothing, and after a character that has none.
        ("\U000e0102", False),
        ("髙\U000e0102", False),
        ("\ue000田　和子", False),
        ("〓田", False),
        ("\U000f1234", False),
        ("Nguyễn", False),
        ("", True),
    ],
)
def test_a_name_is_drawn_whole_or_not_at_all(name: str, draws: bool) -> None:
    assert coverage.of(FONT).draws(name) is draws


def test_another_reader_of_fonts_finds_the_same_glyphs() -> None:
    """FreeType draws the empty box for what the font lacks, and a glyph for what it has."""
    font = ImageFont.truetype(str(FONT), 24, layout_engine=ImageFont.Layout.BASIC)
    found = coverage.of(FONT).characters
    box = bytes(font.getmask("\U000f1234"))
    for code in [*range(0x3041, 0x3097), *range(0x4E00, 0x5200), *range(0x20B00, 0x20C00), *range(0x1E00, 0x1F00)]:
        assert (code in found) == (bytes(font.getmask(chr(code))) != box), hex(code)


def test_what_is_no_font_is_said(tmp_path: Path) -> None:
    with pytest.raises(coverage.NoFont, match="cannot be read"):
        coverage.of(tmp_path / "none.ttf")
    for name, data in (("empty", b""), ("text", b"hello" * 3), ("cut", FONT.read_bytes()[:4_000])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(coverage.NoFont, match="expected a font"):
            coverage.of(tmp_path / name)
