"""Pictures come out as they went in, and never carry a command that a printer executes."""

import re
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.paper import compose
from drivers.escpos_printer.raster import (
    MODULE_DOTS,
    encode_picture,
    feed,
    qr_picture,
    text_picture,
    without_real_time_commands,
)
from tests.depth import examples

REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")


def printed(data: bytes, width_dots: int) -> Image.Image:
    """What centred bands and feeds put on paper."""
    rows = []
    for token in split(data):
        if token.kind == "picture":
            width, height = 8 * (token.data[4] + 256 * token.data[5]), token.data[6] + 256 * token.data[7]
            rows.append(compose([Image.frombytes("1", (width, height), token.data[8:]).convert("L")], width_dots, 1))
        else:
            assert token.data[:2] == b"\x1bJ"
            rows.append(Image.new("L", (width_dots, token.data[2]), 0))
    out = Image.new("L", (width_dots, sum(row.height for row in rows)), 0)
    y = 0
    for row in rows:
        out.paste(row, (0, y))
        y += row.height
    return out


# Bytes that begin commands are drawn often: uniformly random pictures hardly ever hold one.
pixels = st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x01, 0x00, 0xFF, 0x90, 0x08]), min_size=1, max_size=600)


@given(pixels, st.integers(1, 40))
def test_no_picture_carries_a_real_time_command(values: list[int], width_bytes: int) -> None:
    data = bytes(values) + bytes(-len(values) % width_bytes)
    ink = Image.frombytes("1", (8 * width_bytes, len(data) // width_bytes), data).convert("L")
    assert not REAL_TIME.search(b"".join(encode_picture(ink)) + b"\x1b@")


@given(st.binary(max_size=300))
def test_the_perturbed_picture_only_gains_dots(data: bytes) -> None:
    safe = without_real_time_commands(data)
    assert not REAL_TIME.search(safe)
    assert all(after | before == after for before, after in zip(data, safe, strict=True))
    assert REAL_TIME.search(data) or safe == data


@settings(max_examples=examples(30))
@given(st.integers(1, 40), st.integers(1, 300), st.randoms(use_true_random=False))
def test_bands_feeds_and_trimming_give_the_same_picture(width_bytes: int, height: int, random: object) -> None:
    ink = Image.new("L", (8 * width_bytes, height), 0)
    for _ in range(12):
        x, y = random.randrange(ink.width), random.randrange(height)  # type: ignore[attr-defined]
        ink.paste(255, (x, y, min(ink.width, x + 9), min(height, y + 3)))
    data = b"".join(encode_picture(ink))
    out = printed(data, ink.width)
    difference = ImageChops.difference(out, ink)
    gained = sum(difference.convert("1").tobytes().count(bytes((byte,))) for byte in range(1, 256))
    assert out.size == ink.size
    if gained:
        # Trimming centres to whole bytes (up to 3 dots aside); the amount of ink is the same but for perturbed dots.
        assert abs(out.histogram()[255] - ink.histogram()[255]) <= 12


def test_a_feed_of_any_height_is_exact() -> None:
    assert sum(token.data[2] for token in split(feed(1000))) == 1000
    assert feed(0) == b""


def test_qr_modules_keep_at_least_four_dots() -> None:
    half = qr_picture("https://example.jp/t/7Kq2mX9bLw", 384)
    assert 2 * half.width <= 384
    assert MODULE_DOTS[-1] >= 4


def test_every_language_has_ink_for_every_character() -> None:
    missing = text_picture("\U0010fffd", 1, 576).tobytes()
    for char in "𠮷髙﨑请谢번호ếợđưằ":
        assert text_picture(char, 1, 576).getbbox() is not None
        assert text_picture(char, 1, 576).tobytes() != missing, char


def test_a_long_line_is_folded_inside_the_paper() -> None:
    wide = text_picture("Vui lòng chờ đến lượt của quý khách tại quầy số 3", 2, 576)
    assert wide.height > 60
    box = wide.getbbox()
    assert box is not None
    assert box[0] > 0
    assert box[2] < 576


@pytest.mark.slow
def test_a_hundred_codes_read_with_zbarimg(tmp_path: Path) -> None:
    wanted = [f"https://example.jp/t/{zlib.crc32(bytes((k,))):08x}{k:014d}" for k in range(100)]
    for k, payload in enumerate(wanted):
        ink = qr_picture(payload, 576)
        ImageOps.invert(ink.resize((2 * ink.width, 2 * ink.height))).rotate(k % 13 - 6, fillcolor=255).save(
            tmp_path / f"{k:03d}.png"
        )
    pictures = sorted(str(path) for path in tmp_path.iterdir())
    read = subprocess.run(["zbarimg", "-q", "--raw", *pictures], capture_output=True, text=True, check=True)
    assert read.stdout.split() == wanted
