"""What stands on a certificate's paper, read from its picture alone: text by tesseract, the code by zbar, and whether a
name stands there in just its own characters, by holding the drawn name against the dots.

None of them is ours, and none is needed where certificates are printed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.stories.house import Untrue
from tests.stories.morning_report import qr_codes

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ROOT / "scripts" / "system-packages.txt"
FONT = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"
"""IPAmj Mincho, of Debian's package fonts-ipamj-mincho."""
DPI, POINTS = 203, 72
BODY_POINTS = 11
NAME_LEFT_DOTS, NAME_WIDTH_DOTS = 470, 1_130
"""Of a sheet of A4: where what stands beside a label begins, and how far it may reach."""
LINE_LETTERS = 30
"""Fit into one line beside a label. A longer name goes on in the next one, wherever its last letter fits."""
READ_S = 120
LANGUAGE = "jpn"
ONE_COLUMN = "4"
"""Of text in lines of various sizes, as tesseract names it (--psm)."""
Dots = NDArray[np.float32]

FOLDED = str.maketrans("髙﨑𠮷廣瀨濵栁邉德", "高崎吉広瀬浜柳辺徳")
"""What a reader of print that knows none of these takes them for."""


def cannot_read() -> str:
    """Why no paper can be read as text here; empty: it can."""
    if shutil.which("tesseract") is None:
        return "tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-jpn"
    known = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    if LANGUAGE not in (known.stdout + known.stderr).split():
        return "tesseract knows no Japanese: apt-get install tesseract-ocr-jpn"
    return ""


def was_promised() -> bool:
    """This computer was set up with everything that scripts/system-packages.txt names, as environment.sh keeps it."""
    listed = hashlib.sha256(PACKAGES.read_bytes()).hexdigest()[:16]
    return (ROOT / ".setup" / f"system-{listed}").exists()


def text_of(picture: Path) -> str:
    """All that tesseract reads there, folded and without blanks. Raises Untrue."""
    command = ["tesseract", str(picture), "-", "-l", LANGUAGE, "--psm", ONE_COLUMN, "--dpi", str(DPI)]
    # Its threads wait for one another by turning round: with one it needs a tenth of the processor.
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    read = subprocess.run(command, capture_output=True, text=True, check=False, timeout=READ_S, env=alone)
    if read.returncode != 0:
        raise Untrue(f"tesseract: {read.stderr[-300:]}")
    return folded(read.stdout)


def folded(text: str) -> str:
    """Without what no reader of print tells apart: blanks, widths, variants of a character."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(FOLDED).split())
    return "".join(letter for letter in plain if not 0xE0100 <= ord(letter) < 0xE01F0)


def likeness(text: str, phrase: str) -> float:
    """How much of a phrase stands in a folded text at one place: 1.0 is all of it."""
    wanted = folded(phrase)
    if wanted in text:
        return 1.0
    best = 0.0
    for start in range(max(1, len(text) - len(wanted) + 1)):
        found = SequenceMatcher(None, text[start : start + len(wanted)], wanted, autojunk=False)
        if found.real_quick_ratio() > best and found.quick_ratio() > best:
            best = max(best, found.ratio())
    return best


@cache
def has_ink(picture: Path) -> bool:
    with Image.open(picture) as opened:
        return opened.convert("L").getextrema()[0] == 0


def codes_of(pictures: Sequence[Path]) -> dict[str, str]:
    """The address in the two-dimensional code of each picture that has one, by the picture's name."""
    return qr_codes(pictures)


# --- names in their own characters -----------------------------------------------------------------------------------


class Lettering:
    """The part of one sheet where names stand, to be held against drawn names."""

    def __init__(self, picture: Path) -> None:
        with Image.open(picture) as opened:
            right = min(opened.width, NAME_LEFT_DOTS + NAME_WIDTH_DOTS)
            part = opened.convert("L").crop((NAME_LEFT_DOTS, 0, right, opened.height))
        ink = (255 - np.asarray(part, np.float32)) / 255
        self._height, self._width = ink.shape
        self._size = (-(-self._height // 64) * 64, -(-self._width // 64) * 64)
        self._spectrum = np.fft.rfft2(ink, self._size)
        self._sums = np.zeros((self._height + 1, self._width + 1))
        self._sums[1:, 1:] = ink.cumsum(0, dtype=np.float64).cumsum(1)
        self._squares = np.zeros_like(self._sums)
        self._squares[1:, 1:] = (ink**2).cumsum(0, dtype=np.float64).cumsum(1)

    def holds(self, name: str) -> float:
        """How well the drawn name fits at its best place: 1.0 for every dot (normalised correlation)."""
        drawn = lettering(name)
        height, width = drawn.shape
        if height > self._height or width > self._width:
            return 0.0
        centred = drawn - drawn.mean()
        found = np.fft.irfft2(self._spectrum * np.conj(np.fft.rfft2(centred, self._size)), self._size)
        found = found[: self._height - height + 1, : self._width - width + 1]
        variance = _windows(self._squares, height, width) - _windows(self._sums, height, width) ** 2 / drawn.size
        spread = np.sqrt(np.maximum(variance, 1e-3) * float((centred**2).sum()))
        return float((found / spread).max())


@cache
def lettering(name: str) -> Dots:
    """As a certificate has it, in its size, with nothing around it; of a long name the words of its first line."""
    text = name
    while len(text) > LINE_LETTERS:
        text = text.rpartition("\u3000")[0]
    font = ImageFont.truetype(FONT, BODY_POINTS * DPI / POINTS, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = font.getbbox(text, language="ja")
    made = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2), 0)
    ImageDraw.Draw(made).text((1 - left, 1 - top), text, 255, font, language="ja")
    return np.asarray(made, np.float32) / 255.0


def is_drawn_alike(one: str, other: str) -> bool:
    """No paper can tell them apart."""
    return np.array_equal(lettering(one), lettering(other))


def _windows(sums: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """The sum over each window of that size, from the sums over all that lies above and left."""
    return sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
