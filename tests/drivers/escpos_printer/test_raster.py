"""Pictures come out as they went in, and never carry a command that a printer executes."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.paper import compose
from drivers.escpos_printer.protocol import CUT, report
from drivers.escpos_printer.raster import (
    BAND_BYTES,
    encode_picture,
    encode_rows,
    feed,
    picture_dots,
    without_real_time_commands,
)
from tests.depth import examples
from tests.drivers.escpos_printer.reading import carries_real_time_command, picture_on

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
def test_bands_feeds_and_trimming_give_the_same_picture(width_bytes: int, height: int, chance: random.Random) -> None:
    ink = Image.new("L", (8 * width_bytes, height), 0)
    for _ in range(12):
        x, y = chance.randrange(ink.width), chance.randrange(height)
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


# Documents fill the paper from its left edge, so what decodes is compared dot by dot. Pictures full of the bytes that
# begin commands, at every width of a printer, also where a row, a band or the picture ends.
BAD = (
    b"\x10\x04\x01",
    b"\x10\x05\x02",
    b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
    b"\x10\x10\x04",
    b"\x10",
    b"\x04",
    b"\x05",
)
WIDTH_BYTES = (1, 2, 3, 16, 48, 52, 54, 64, 72, 104, 216)
bad_rows = st.lists(st.one_of(st.sampled_from(BAD), st.just(b"\x00" * 5), st.binary(max_size=4)), max_size=200)


def assert_safe_and_the_same(packed: bytes, width_bytes: int, trim: bool) -> None:
    data = b"".join(encode_rows(packed, width_bytes, trim=trim))
    # A report stands between bands and a cut after them; what follows a stop is a status question.
    assert not carries_real_time_command(data + report(b"P  ~") + CUT)
    for token in split(data):
        assert token.kind == "picture" or token.data[:2] == b"\x1bJ"
        assert len(token.data) <= 8 + max(BAND_BYTES, width_bytes)
    decoded = picture_on(data, 8 * width_bytes).tobytes()
    assert len(decoded) == len(packed)
    gained = 0
    for at, (before, after) in enumerate(zip(packed, decoded, strict=True)):
        if before != after:
            assert (before, after) == (0x10, 0x18), "one dot, right of a lone dot"
            rest_of_row = packed[at + 1 : (at // width_bytes + 1) * width_bytes]
            assert rest_of_row[:1] in (b"\x04", b"\x05", b"\x14") or not any(rest_of_row), "where a command would begin"
            gained += 1
    assert gained <= len(packed) // 2


@settings(max_examples=examples(200))
@given(bad_rows, st.sampled_from(WIDTH_BYTES), st.booleans())
def test_no_document_carries_a_command_and_the_picture_is_the_same(
    pieces: list[bytes], width_bytes: int, trim: bool
) -> None:
    packed = b"".join(pieces)
    assert_safe_and_the_same(packed + bytes(-len(packed) % width_bytes), width_bytes, trim)


@pytest.mark.parametrize("width_bytes", WIDTH_BYTES)
@pytest.mark.parametrize("bad", BAD)
def test_a_picture_that_is_nothing_but_commands(width_bytes: int, bad: bytes) -> None:
    """Every offset, so that a command stands across the end of each row and band."""
    for offset in range(min(len(bad), 3)):
        packed = (bad * (width_bytes * 40))[offset:][: width_bytes * 40]
        assert_safe_and_the_same(packed, width_bytes, True)


@pytest.mark.slow
def test_five_hundred_seeded_documents() -> None:
    for seed in range(500):
        chance = random.Random(seed)
        width_bytes = chance.choice(WIDTH_BYTES)
        alphabet = chance.choice((b"\x10\x04", b"\x10\x05\x14\x00", b"\x00\x00\x00\x10\x04\xff", bytes(range(256))))
        packed = bytes(chance.choices(alphabet, k=width_bytes * chance.randrange(1, 60)))
        assert_safe_and_the_same(packed, width_bytes, chance.random() < 0.5)


@pytest.mark.parametrize("height", [16, 255, 256, 1040, 1284, 5136])
def test_the_size_of_a_band_is_no_command(height: int) -> None:
    """1040 rows would be 10 04 in the size of one band."""
    assert_safe_and_the_same(b"\x04" * height, 1, True)
    assert_safe_and_the_same(b"\x80" * 16 * min(height, 300), 16, False)


def test_the_right_edge_of_a_document_is_trimmed() -> None:
    row = b"\xf0" + bytes(215)
    data = b"".join(encode_rows(row * 100, 216, trim=True))
    assert len(data) < 100 + 8 * 30


def test_a_picture_is_never_wider_than_the_paper() -> None:
    assert picture_dots(420) == 416
    assert all(picture_dots(width) == width for width in (384, 432, 512, 576, 832, 1728))
