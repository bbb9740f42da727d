"""The printer's language without any line to it: a ticket as bytes, the questions we ask, and what the answers prove.

Choices: GS ! scales kanji and ASCII alike (Epson's reference; FS ! is not used). ESC @ switches ASB off, so GS a
follows it. GS P makes the motion unit one dot. Text is the kanji ROM's; rules, QR codes and other scripts are pictures.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

from drivers.escpos_printer.drawing import text_picture
from drivers.escpos_printer.encoding import Script, columns, needs_other_shapes, printable, rom_bytes, script_of
from drivers.escpos_printer.folding import fold
from drivers.escpos_printer.qr import native_qr, qr_picture
from drivers.escpos_printer.raster import encode_picture, feed, picture_dots, rule_picture
from drivers.ports import Gap, NumberMark, PaperPart, QrCode, Rule, TicketLine, TicketPaper

INITIALISE = b"\x1b@"
ASB_ON = b"\x1da\x0e"
"""Report changes of on/off-line, errors and paper."""
JAPANESE = b"\x1bt\x01" + b"\x1cC\x01" + b"\x1bR\x08" + b"\x1cS\x00\x00"
CENTRED = b"\x1ba\x01"
CUT = b"\x1dV\x42\x00"
"""Feed the last line past the cutter, then cut."""
ASK_STATUS = b"".join(bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4))
CLEAR_BUFFER = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
RECOVER = b"\x10\x05\x02"
"""DLE ENQ 2: go on after a cutter error, with empty buffers. Never 1, which prints on from a line that nobody knows."""
ASK_MODEL = b"\x1dI\x43"
ASK_PAPER = b"\x1dr\x01"
"""GS r waits its turn in the buffer: an answer proves that everything before it was processed."""
PROBE = b"test"
BOTTOM_DOTS = 64
STOP_BYTES = 1024
"""Another answer is asked for after this much, so that the driver knows how full the printer's buffer can be."""
_ID_DIGITS = 95**3


@dataclass(frozen=True)
class Marks:
    """The process-ids of one ticket: before the number, after it, before the cut, after the cut."""

    number: bytes
    numbered: bytes
    printed: bytes
    cut: bytes


def marks_of(job: str, attempt: int) -> Marks:
    """Ids that no earlier ticket of this connection had, in the bytes 20h to 7Eh that GS ( H allows."""
    value = (zlib.crc32(job.encode()) + attempt) % _ID_DIGITS
    tail = bytes(0x20 + value // 95**place % 95 for place in (2, 1, 0))
    return Marks(b"N" + tail, b"A" + tail, b"P" + tail, b"C" + tail)


def report(process_id: bytes) -> bytes:
    """GS ( H function 48: the printer sends these four bytes back when everything before has been printed."""
    return b"\x1d(H\x06\x0000" + process_id


@dataclass(frozen=True)
class EncodedTicket:
    """The bytes, and the places in them (end of the asking command) where the printer is asked to report."""

    data: bytes
    stops: tuple[tuple[int, bytes], ...]


class Writer:
    """Puts commands together and asks the printer to report often enough."""

    def __init__(self, marks: Marks, process_ids: bool) -> None:
        self._tail = marks.number[1:]
        self._process_ids = process_ids
        self._data = bytearray()
        self._stops: list[tuple[int, bytes]] = []

    def add(self, command: bytes) -> None:
        self._data += command
        since = self._stops[-1][0] if self._stops else 0
        if len(self._data) - since >= STOP_BYTES:
            self.ask(bytes((0x60 + len(self._stops) % 30,)) + self._tail)

    def ask(self, process_id: bytes) -> None:
        """A printer without process-ids gets GS r in their place: it would print the unknown command's bytes."""
        self._data += report(process_id) if self._process_ids else ASK_PAPER
        self._stops.append((len(self._data), process_id))

    def ticket(self) -> EncodedTicket:
        return EncodedTicket(bytes(self._data), tuple(self._stops))


def encode_ticket(
    paper: TicketPaper,
    marks: Marks,
    width_dots: int = 576,
    dpi: int = 203,
    process_ids: bool = True,
    cut_before: bool = False,
    qr_by_printer: bool = False,
) -> EncodedTicket:
    """The whole ticket. A paper without a number mark is taken to begin with its number: the careful reading.

    `cut_before` gets rid of what an abandoned ticket has left behind the cutter. `qr_by_printer` is for models that
    `qr.prints_qr` knows.
    """
    parts = paper.parts
    mark_at = next((at for at, part in enumerate(parts) if isinstance(part, NumberMark)), -1)
    out = Writer(marks, process_ids)
    out.add(preamble(dpi, cut_before))
    out.add(CENTRED)
    if mark_at < 0:
        out.ask(marks.number)
    for at, part in enumerate(parts):
        if at == mark_at:
            out.ask(marks.number)
        for command in _encode_part(part, width_dots, qr_by_printer):
            out.add(command)
        if at == mark_at + 1:
            # Right behind it, so that what swallows the number on a bad line swallows this too.
            out.ask(marks.numbered)
    out.add(feed(BOTTOM_DOTS))
    out.ask(marks.printed)
    out.add(CUT)
    out.ask(marks.cut)
    return out.ticket()


def preamble(dpi: int, cut_before: bool) -> bytes:
    return (CUT if cut_before else b"") + INITIALISE + ASB_ON + JAPANESE + bytes((0x1D, 0x50, dpi, dpi))


def _encode_part(part: PaperPart, width_dots: int, qr_by_printer: bool) -> list[bytes]:
    match part:
        case TicketLine():
            return _encode_line(part, width_dots)
        case Rule():
            # 32 dots of air on both sides; a text line of double size brings 16 of those above with it.
            return [feed(16), *encode_picture(rule_picture(text_width_dots(width_dots))), feed(32)]
        case QrCode():
            return _encode_qr(printable(part.payload), width_dots, qr_by_printer)
        case Gap():
            return [feed(part.height_dots)]
        case NumberMark():
            return []


def text_width_dots(width_dots: int) -> int:
    """The column that stands on every ticket: 512 dots, or the whole width of narrower paper."""
    return picture_dots(min(512, width_dots))


def leading_dots(size: int) -> int:
    """White below a line: 12 dots at size 1, 16 at size 2, 32 at size 6 and more."""
    return min(4 * size + 8, 32)


def _encode_qr(payload: str, width_dots: int, qr_by_printer: bool) -> list[bytes]:
    """By the printer or as a picture; nothing when no code on this paper holds the text. The ticket comes anyhow."""
    if qr_by_printer and (native := native_qr(payload, width_dots)):
        return [native]
    picture = qr_picture(payload, width_dots)
    return [] if picture is None else encode_picture(picture, double=True)


def _encode_line(line: TicketLine, width_dots: int) -> list[bytes]:
    text = printable(line.text)
    if rom_bytes(text) is None or needs_other_shapes(text, line.language):
        size = max(1, min(line.size, 8))
        drawn = _drawn_line.__wrapped__ if line.personal else _drawn_line
        return [*drawn(text, size, picture_dots(width_dots), line.reverse, script_of(text, line.language))]
    # A space of reversed paper at both ends, so that the first stroke does not touch the edge.
    edge = " " if line.reverse else ""
    size = fitting_size(line.size, columns(f"{edge}{text}{edge}"), width_dots)
    fits = width_dots // (12 * size) - 2 * len(edge)
    folded = [text] if columns(text) <= fits else fold(text, lambda part: columns(part) <= fits)
    return [_rom_line(f"{edge}{part}{edge}", size, line.bold, line.reverse) for part in folded]


@lru_cache(maxsize=256)
def _drawn_line(text: str, size: int, width_dots: int, reverse: bool, script: Script) -> tuple[bytes, ...]:
    """Kept, because most drawn lines are the same on each ticket of a language."""
    return (*encode_picture(text_picture(text, size, width_dots, reverse, script)), feed(6))


def _rom_line(text: str, size: int, bold: bool, reverse: bool) -> bytes:
    encoded = rom_bytes(text)
    assert encoded is not None, "part of a line that is in the ROM"
    pitch = 24 * size + leading_dots(size)
    out = bytearray((0x1D, 0x21, (size - 1) * 0x11, 0x1B, 0x33, pitch))
    if bold:
        out += b"\x1bE\x01"
    if reverse:
        out += b"\x1dB\x01"
    out += encoded
    if reverse:
        out += b"\x1dB\x00"
    if bold:
        out += b"\x1bE\x00"
    return bytes(out) + b"\n"


def fitting_size(size: int, width_columns: int, width_dots: int) -> int:
    """The size asked for, or the largest one at which the line need not be broken; 1 when it must be all the same."""
    return max(1, min(size, 8, width_dots // max(1, 12 * width_columns)))
