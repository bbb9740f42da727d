"""Has PDFs drawn in a process of their own: each document over a line that is made for it alone and ends with it.

Nothing is written to a disk and nothing has a name, so no two documents can be taken for one another. Blocking, safe to
use from any thread, and every wait has a deadline.
"""

from __future__ import annotations

import contextlib
import io
import select
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field

from drivers.escpos_printer.raster import picture_dots
from drivers.pages.drawing import ANSWERED, ASKED, DRAWING_S, DRAWN, PAGE, READY, REASONS
from drivers.ports import Unprintable
from drivers.sheet_ports import Binding, Page, PaperShape, seal_of

PDF_BYTES_MAX = 4_000_000
ANSWER_BYTES_MAX = 64 << 20
"""Twenty pages that hardly deflate, with their previews."""
START_S = 20.0
"""Python and pdfium, on a machine that starts."""
ANSWER_S = DRAWING_S + 5.0
_CHECK = PaperShape(width_dots=1240, dpi=150)
"""For a printer that draws by itself: what cannot be drawn here is not sold, whoever would draw it."""


@dataclass(frozen=True)
class Drawn:
    """A whole document, drawn for one binding. `pages` is empty for a printer that takes the PDF as it is."""

    binding: Binding
    pdf: bytes = field(repr=False)
    page_count: int
    pages: tuple[Page, ...] = field(repr=False)
    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """PNG, one a page, of the dots that will be printed."""


class PageHouse:
    """The process is started by the first document, or by `start` before anybody waits; and again if it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        return self._process

    def start(self) -> None:
        with self._lock:
            self._open()

    def close(self) -> None:
        """Children that are at work end by themselves."""
        with self._lock:
            self._close()

    def draw(self, pdf: bytes, binding: Binding, shape: PaperShape, preview_px: int = 0) -> Drawn | Unprintable:
        """Exactly these bytes for this binding, or why not. Unprintable is final for these bytes."""
        if len(pdf) > PDF_BYTES_MAX:
            return Unprintable("too_long")
        if not pdf.startswith(b"%PDF-"):
            return Unprintable("unreadable")
        drawn_for = shape if shape.by_page else _CHECK
        asked = ASKED.pack(picture_dots(drawn_for.width_dots), drawn_for.dpi, preview_px, len(pdf)) + pdf
        answered = self._ask(asked)
        if isinstance(answered, Unprintable):
            return answered
        try:
            found = _read(io.BytesIO(answered), binding)
        except (EOFError, ValueError):
            # A child that was ended in the middle of its work.
            return Unprintable("unreadable")
        if isinstance(found, Unprintable):
            return found
        pages, previews = found
        return Drawn(binding, pdf, len(pages), pages if shape.by_page else (), previews)

    def _ask(self, asked: bytes) -> bytes | Unprintable:
        for _ in range(2):
            ours, theirs = socket.socketpair()
            with ours:
                ours.settimeout(ANSWER_S)
                try:
                    with theirs:
                        self._hand_over(theirs)
                    return _exchange(ours, asked)
                except TimeoutError:
                    return Unprintable("unreadable")
                except OSError:
                    # The process has died since the last document; nothing of this one has been drawn.
                    self.close()
        return Unprintable("unreadable")

    def _hand_over(self, line: socket.socket) -> None:
        with self._lock:
            socket.send_fds(self._open(), [b"\0"], [line.fileno()])

    def _open(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._close()
        if self._line is None:
            ours, theirs = socket.socketpair()
            with theirs:
                command = [sys.executable, "-P", "-m", "drivers.pages.drawing"]
                self._process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
            self._line = ours
            if not select.select([ours], [], [], START_S)[0] or ours.recv(1) != READY:
                self._close()
                raise ConnectionError("the process that draws pages does not start")
        return self._line

    def _close(self) -> None:
        line, self._line = self._line, None
        process, self._process = self._process, None
        if line is not None:
            line.close()
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
                return
            process.kill()
            process.wait()


def _exchange(line: socket.socket, asked: bytes) -> bytes:
    line.sendall(asked)
    line.shutdown(socket.SHUT_WR)
    answered = bytearray()
    while len(answered) <= ANSWER_BYTES_MAX and (data := line.recv(1 << 16)):
        answered += data
    return bytes(answered)


def _read(answer: io.BytesIO, binding: Binding) -> tuple[tuple[Page, ...], tuple[bytes, ...]] | Unprintable:
    """Raises EOFError for half an answer, ValueError for one that makes no sense."""
    what, sha256, count = ANSWERED.unpack(_exactly(answer, ANSWERED.size))
    if sha256.hex() != binding.sha256:
        return Unprintable("not_the_document")
    if what != DRAWN:
        if not 1 <= what <= len(REASONS):
            raise ValueError(what)
        return Unprintable(REASONS[what - 1])
    pages, previews = [], []
    for at in range(count):
        width_dots, height_dots, length, shown = PAGE.unpack(_exactly(answer, PAGE.size))
        packed = _exactly(answer, length)
        seal = seal_of(binding, at, width_dots, height_dots, packed)
        pages.append(Page(binding, at, width_dots, height_dots, packed, seal))
        if shown:
            previews.append(_exactly(answer, shown))
    if answer.read(1):
        raise ValueError("more than was told")
    return tuple(pages), tuple(previews)


def _exactly(reader: io.BytesIO, length: int) -> bytes:
    data = reader.read(length)
    if len(data) < length:
        raise EOFError
    return data
