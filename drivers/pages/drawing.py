"""The process in which PDFs become dots: one child for each document, which ends with it.

A PDF comes from outside. What it does to the library that reads it (endless work, all memory, a crash) ends with the
child, and nothing of one document can be in the memory in which another is drawn. Run by drivers.pages.house alone:
python -P -m drivers.pages.drawing, with the house's socket as its standard input.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import resource
import signal
import socket
import struct
import sys
import zlib
from collections.abc import Sequence
from typing import get_args

from PIL import Image

from drivers.ports import Unfit, Unprintable

ASKED = struct.Struct("!IIII")
"""Dots across, dots per inch, most pixels across of a preview (0: none), bytes of the PDF, which follows."""
ANSWERED = struct.Struct("!B32sI")
"""DRAWN, the SHA-256 of what was drawn, how many pages follow; or a refusal, which has none."""
PAGE = struct.Struct("!IIII")
"""Dots across and down, bytes of the deflated rows, bytes of the preview as PNG; both follow."""
DRAWN = 0
REASONS: tuple[Unfit, ...] = get_args(Unfit)
"""Answered by their place, from 1."""
DRAWING_CPU_S = 10
"""A certificate takes a twentieth of a second a page."""
DRAWING_S = 60
"""Where something else keeps the processor."""
MEMORY_BYTES = 1 << 30
"""Twenty pages of A4 at 300 dpi in grey are 180 MB."""
READY = b"\x01"
"""The house's first word: everything is loaded."""
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj trailer<</Root 1 0 R>>"
)
"""A page of ours with nothing on it. What the libraries make themselves at their first page, each child has then: it
would cost every document a fifth of its time."""


def main() -> None:
    """Takes the line of one document after the other, and makes a child for each. Ends with the core."""
    # Loaded once; every child has it from its first moment.
    answer(BLANK, 512, 203, 64)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    house = socket.socket(fileno=os.dup(0))
    house.sendall(READY)
    while True:
        _, lines, _, _ = socket.recv_fds(house, 1, 1)
        if not lines:
            return
        if os.fork() == 0:
            house.close()
            _one_document(lines[0])
        os.close(lines[0])


def _one_document(line_fd: int) -> None:
    """Never returns: whatever happens to it, the child is over."""
    try:
        signal.alarm(DRAWING_S)
        resource.setrlimit(resource.RLIMIT_CPU, (DRAWING_CPU_S, DRAWING_CPU_S))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with socket.socket(fileno=line_fd) as line:
            line.sendall(b"".join(answer(*_asked(line))))
    except BaseException as error:
        # Its kind alone: a message might carry what stands in the document.
        print(f"a document could not be drawn: {type(error).__name__}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def _asked(line: socket.socket) -> tuple[bytes, int, int, int]:
    with line.makefile("rb") as reader:
        width_dots, dpi, preview_px, length = ASKED.unpack(_exactly(reader, ASKED.size))
        return _exactly(reader, length), width_dots, dpi, preview_px


def _exactly(reader: io.BufferedReader, length: int) -> bytes:
    data = reader.read(length)
    if len(data) < length:
        raise EOFError
    return data


def answer(pdf: bytes, width_dots: int, dpi: int, preview_px: int) -> Sequence[bytes]:
    """What the child says of one document."""
    from drivers.escpos_printer.document import draw_pages

    sha256 = hashlib.sha256(pdf).digest()
    drawn = draw_pages(pdf, width_dots, dpi)
    if isinstance(drawn, Unprintable):
        return [ANSWERED.pack(1 + REASONS.index(drawn.reason), sha256, 0)]
    parts = [ANSWERED.pack(DRAWN, sha256, len(drawn))]
    for page in drawn:
        packed = zlib.compress(page.tobytes(), 1)
        shown = _preview(page, preview_px) if preview_px else b""
        parts += [PAGE.pack(page.width, page.height, len(packed), len(shown)), packed, shown]
    return parts


def _preview(page: Image.Image, most_px: int) -> bytes:
    """The very dots that will be printed, in grey, so that what is shown is what comes."""
    ink = page.convert("L")
    smaller = ink.reduce(max(1, -(-ink.width // most_px)))
    out = io.BytesIO()
    smaller.point([255 - level for level in range(256)]).save(out, "PNG", compress_level=1)
    return out.getvalue()


if __name__ == "__main__":
    with contextlib.suppress(ConnectionError):
        main()
