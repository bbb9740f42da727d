"""The simulated printer's own QR codes: what GS ( k stores and then prints, as Epson's reference has it (cn = 49).

Drawn from the bytes that arrived and not by our own `qr.py`, so that a code read from the paper is evidence.
"""

from __future__ import annotations

import segno
from PIL import Image
from segno.encoder import DataOverflowError

QR = 0x31
LEVELS = {0x30: "l", 0x31: "m", 0x32: "q", 0x33: "h"}


class Symbol:
    """The symbol store and its settings; ESC @ makes a fresh one."""

    def __init__(self) -> None:
        self._is_model_2 = True
        self._module_dots = 3
        self._level = "l"
        self._payload = b""

    def obey(self, function: bytes) -> Image.Image | None:
        """What follows GS ( k pL pH: cn, fn, parameters. A picture where it prints, 255 = ink, with no quiet zone."""
        if len(function) < 3 or function[0] != QR:
            return None
        value = function[2]
        match function[1]:
            case 0x41:
                self._is_model_2 = value == 0x32
            case 0x43 if 1 <= value <= 16:
                self._module_dots = value
            case 0x45 if value in LEVELS:
                self._level = LEVELS[value]
            case 0x50:
                self._payload = function[3:]
            case 0x51:
                return self._drawn()
        return None

    def _drawn(self) -> Image.Image | None:
        """Nothing without data, for too much of it, and for model 1, which nobody reads any more."""
        if not self._payload or not self._is_model_2:
            return None
        try:
            code = segno.make(self._payload, error=self._level, micro=False, boost_error=False)
        except DataOverflowError:
            return None
        side = len(code.matrix)
        ink = Image.frombytes("L", (side, side), bytes(255 * bit for row in code.matrix for bit in row))
        return ink.resize((side * self._module_dots,) * 2, Image.Resampling.NEAREST)
