"""Four status bytes, asked for or sent by the printer itself, as one word of the closed `PrinterStatus`.

When several things are wrong the one that a person must deal with first is named.
"""

from __future__ import annotations

from drivers.ports import PrinterStatus


def from_real_time(printer: int, offline: int, error: int, paper: int) -> PrinterStatus:
    """The replies to DLE EOT 1, 2, 3 and 4."""
    return _first(
        cover=bool(offline & 0x04),
        paper_end=bool(paper & 0x60 or offline & 0x20),
        cutter=bool(error & 0x08),
        hot=bool(error & 0x40),
        stopped=bool(printer & 0x68 or offline & 0x48 or error & 0x24),
        near_end=bool(paper & 0x0C),
    )


def from_asb(data: bytes) -> PrinterStatus:
    """The four bytes of an automatic status."""
    return _first(
        cover=bool(data[0] & 0x20),
        paper_end=bool(data[2] & 0x0C),
        cutter=bool(data[1] & 0x08),
        hot=bool(data[1] & 0x40),
        stopped=bool(data[0] & 0x48 or data[1] & 0x25),
        near_end=bool(data[2] & 0x03),
    )


def _first(*, cover: bool, paper_end: bool, cutter: bool, hot: bool, stopped: bool, near_end: bool) -> PrinterStatus:
    if cover:
        return "cover_open"
    if paper_end:
        return "paper_out"
    if cutter:
        return "cutter_error"
    if hot:
        return "head_hot"
    if stopped:
        return "offline"
    return "near_end" if near_end else "ready"
