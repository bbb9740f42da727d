"""Pictures as printer bytes: bands of bounded size, blank rows as feeds.

A printer executes real-time commands even inside picture data (10 05 02 clears its buffer), so no picture may hold one.
"""

from __future__ import annotations

import re

from PIL import Image

BAND_BYTES = 1024
"""A band is small against the smallest receive buffer (4 kB), so that the printer never waits for half a picture."""
BAND_ROWS = 255
"""With at most 255 rows of at most 255 bytes every second byte of a band's size is 0: no two of them are a command."""
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def picture_dots(width_dots: int) -> int:
    """The widest picture: whole bytes that fit. 420 dots are 52 and a half, and the printer would cut off the rest."""
    return width_dots // 8 * 8


def without_real_time_commands(packed: bytes) -> bytes:
    """The same picture with one more dot beside a dot wherever DLE would begin a real-time command.

    The bound: no dot is lost; each gained one stands right of a lone dot; at most one in 16 dots of a row's length.
    """
    return _REAL_TIME.sub(b"\x18", packed)


def encode_picture(ink: Image.Image, double: bool = False) -> list[bytes]:
    """A one-bit picture (255 = ink) for the middle of the paper (ESC a 1). Ends at the last row.

    `double` prints each dot as 2 x 2: a QR code of 6-dot modules crosses a slow serial line in a quarter of the time.
    """
    box = ink.getbbox()
    if box is None:
        return [feed(ink.height * (2 if double else 1))]
    cropped = _symmetric_crop(ink, box[0], box[2])
    return encode_rows(cropped.convert("1").tobytes(), cropped.width // 8, double)


def encode_rows(packed: bytes, width_bytes: int, double: bool = False, trim: bool = False) -> list[bytes]:
    """Rows of dots as GS v 0 bands; blank ones are fed (ESC J).

    `trim`: the paper is filled from its left edge (ESC a 0), so each band ends where its ink ends.
    """
    scale = 2 if double else 1
    rows = [packed[at : at + width_bytes] for at in range(0, len(packed), width_bytes)]
    blank = bytes(width_bytes)
    band_rows = max(1, min(BAND_ROWS, BAND_BYTES // width_bytes))
    out: list[bytes] = []
    start = 0
    while start < len(rows):
        end = start
        is_blank = rows[start] == blank
        limit = len(rows) if is_blank else min(len(rows), start + band_rows)
        while end < limit and (rows[end] == blank) == is_blank:
            end += 1
        out.append(feed((end - start) * scale) if is_blank else _band(rows[start:end], double, trim))
        start = end
    return out


def _band(rows: list[bytes], double: bool, trim: bool) -> bytes:
    width_bytes = max(len(row.rstrip(b"\0")) for row in rows) if trim else len(rows[0])
    size = width_bytes.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    data = b"".join(row[:width_bytes] for row in rows)
    # What follows a band is a command, so its last byte begins nothing.
    return bytes((0x1D, 0x76, 0x30, 3 if double else 0)) + size + without_real_time_commands(data)


def _symmetric_crop(ink: Image.Image, left: int, right: int) -> Image.Image:
    """Both edges trimmed alike, to whole bytes: the printer centres what is left where the picture stood."""
    margin = min(left, ink.width - right)
    width = ink.width - 2 * margin
    padded = (width + 7) // 8 * 8
    out = Image.new("L", (padded, ink.height), 0)
    out.paste(ink.crop((margin, 0, margin + width, ink.height)), ((padded - width) // 2, 0))
    return out


def feed(height_dots: int) -> bytes:
    """Blank paper; the motion unit is one dot (GS P)."""
    out = bytearray()
    while height_dots > 0:
        step = min(height_dots, 255)
        out += bytes((0x1B, 0x4A, step))
        height_dots -= step
    return bytes(out)


def rule_picture(width_dots: int, height_dots: int = 4) -> Image.Image:
    return Image.new("L", (width_dots, height_dots), 255)
