"""What a stream of bytes puts on paper, worked out from the commands alone: the judge of widths and pictures."""

from __future__ import annotations

import re
from typing import NamedTuple

from PIL import Image

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.firmware import Firmware

REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")


class Laid(NamedTuple):
    """One line of text, or one band of a picture."""

    text: str
    width_dots: int
    height_dots: int


def laid_out(data: bytes) -> list[Laid]:
    """Text lines with the width that their cells take; pictures with the width that their dots take."""
    out: list[Laid] = []
    size, line = 1, ""
    for token in split(data):
        match token.kind:
            case "text":
                line += token.data.decode("cp932")
            case "feed":
                out.append(Laid(line, 12 * size * len(line.encode("cp932")), 24 * size))
                line = ""
            case "picture":
                scale = 2 if token.data[3] else 1
                width, height = 8 * int.from_bytes(token.data[4:6], "little"), int.from_bytes(token.data[6:8], "little")
                out.append(Laid("", scale * width, scale * height))
            case "command" if token.data[:2] == b"\x1d!":
                size = (token.data[2] & 7) + 1
                assert token.data[2] >> 4 == size - 1
            case _:
                assert token.kind == "command", token
    assert not line
    return out


def picture_on(data: bytes, width_dots: int) -> Image.Image:
    """Bands and feeds, put together from the left edge (1 = ink)."""
    rows = []
    for token in split(data):
        if token.kind == "picture":
            width, height = 8 * int.from_bytes(token.data[4:6], "little"), int.from_bytes(token.data[6:8], "little")
            band = Image.new("1", (width_dots, height), 0)
            band.paste(Image.frombytes("1", (width, height), token.data[8:]), (0, 0))
            rows.append(band)
        elif token.data[:2] == b"\x1bJ":
            rows.append(Image.new("1", (width_dots, token.data[2]), 0))
    out = Image.new("1", (width_dots, sum(row.height for row in rows)), 0)
    y = 0
    for row in rows:
        out.paste(row, (0, y))
        y += row.height
    return out


def carries_real_time_command(data: bytes) -> bool:
    """Judged twice: by the pattern, and by what a printer does while the bytes arrive (it answers or clears)."""
    answers: list[bytes] = []
    Firmware(answers.append, lambda piece: None, buffer_bytes=len(data) + 1).receive(data)
    return bool(answers) or bool(REAL_TIME.search(data))
