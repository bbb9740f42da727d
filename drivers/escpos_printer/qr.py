"""QR codes: by the printer itself where its model is known to do it, else drawn by us; never under 4 dots a module."""

from __future__ import annotations

import re

import segno
from PIL import Image
from segno.encoder import DataOverflowError

from drivers.escpos_printer.raster import feed

MODULE_DOTS = (6, 4)
"""Module sizes to try, largest first; under 4 dots a telephone fails on warm paper."""
_SCALED_WIDTH_DOTS = 512
"""A TM-T88 that is set to 58 mm paper scales what is sent for 512 dots down to 420: 6 dots become 4.9, 4 only 3.3."""
BORDER_MODULES = 4
_NATIVE_LIMIT_BYTES = 500
_NATIVE_PAYLOAD = re.compile(r"[\x20-\x7e]+")
NATIVE_MODELS = frozenset({"TM-L90", "TM-P80", "TM-T20II", "TM-T88IV", "TM-T88V"})
"""Epson's models to which a profile of python-escpos gives `qrCode`, without the oldest (TM-T88II and III). Any other
gets a picture, which every printer prints."""


def prints_qr(model: str) -> bool:
    """Whether what GS I answered names a model with GS ( k."""
    return model.strip().upper() in NATIVE_MODELS


def module_dots(modules: int, width_dots: int) -> int | None:
    """The size at which a code with its quiet zone fits the paper."""
    sizes = MODULE_DOTS[:1] if width_dots == _SCALED_WIDTH_DOTS else MODULE_DOTS
    return next((dots for dots in sizes if modules * dots <= width_dots), None)


def _matrix(payload: str) -> list[list[int]] | None:
    # A fixed mask saves the search for the best one, most of a ticket's processor time; zbarimg read 400 of 400 random
    # ticket addresses made so, blurred and turned, as many as with the search.
    try:
        return [list(row) for row in segno.make(payload, error="m", micro=False, mask=3).matrix] if payload else None
    except DataOverflowError:
        return None


def qr_picture(payload: str, width_dots: int) -> Image.Image | None:
    """The code at half its printed size (it is printed double), with its quiet zone; None when it does not fit.

    No QR code is ever perturbed: 10h is a lone dot, and here every run has two at least.
    """
    matrix = _matrix(payload)
    modules = len(matrix or ()) + 2 * BORDER_MODULES
    size = module_dots(modules, width_dots)
    if matrix is None or size is None:
        return None
    small = Image.new("L", (modules, modules), 0)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + BORDER_MODULES, y + BORDER_MODULES), 255)
    half = modules * size // 2
    return small.resize((half, half), Image.Resampling.NEAREST)


def native_qr(payload: str, width_dots: int) -> bytes | None:
    """GS ( k: model 2, module size, correction M, data, print. None when the payload is not for it."""
    if len(payload) > _NATIVE_LIMIT_BYTES or not _NATIVE_PAYLOAD.fullmatch(payload):
        return None
    matrix = _matrix(payload)
    size = module_dots(len(matrix or ()) + 2 * BORDER_MODULES, width_dots)
    if matrix is None or size is None:
        return None
    quiet = feed(BORDER_MODULES * size)
    return quiet + b"".join(
        (
            _symbol(b"\x41\x32\x00"),
            _symbol(bytes((0x43, size))),
            _symbol(b"\x45\x31"),
            _symbol(b"\x50\x30" + payload.encode("ascii")),
            _symbol(b"\x51\x30"),
            quiet,
        )
    )


def _symbol(function: bytes) -> bytes:
    return b"\x1d(k" + (len(function) + 1).to_bytes(2, "little") + b"\x31" + function
