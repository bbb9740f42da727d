"""What the printer's software costs apart from the paper, and how near a ticket comes to what line and mechanism allow.

The limit is the line's bytes at its rate, one after the other with the paper's dots at the mechanism's speed and the
cut: no real ticket needs the whole sum, because paper moves while bytes still come.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.row import Row, percentile, row
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings, Transport, open_transport
from drivers.ports import NumberMark, QrCode, Rule, TicketLine, TicketPaper

TICKETS = 100
TIMED_TICKETS = 3
SPEED_DOTS_S = 2000.0
"""250 mm/s at 203 dots an inch."""
CUT_S = 0.3
CUTTER_DISTANCE_DOTS = 120
LIMIT_RATIO = 1.25
BITS_A_BYTE = 10
SLICE_S = 0.002
A4_DOTS = 2376
"""297 mm."""
PAPER = TicketPaper(
    (
        TicketLine("小倉北区役所", 2),
        NumberMark(),
        TicketLine("A-105", 8),
        TicketLine("証明書", 2),
        TicketLine("1階 3〜6番窓口", 2),
        Rule(),
        TicketLine("お待ちの方 12人", 2),
        TicketLine("目安 10:40〜10:55", 2),
        Rule(),
        TicketLine("令和8年4月6日(月)10:12  1号機"),
        TicketLine("順番が前後することがあります"),
        TicketLine("ご不在のときは職員へお見せください"),
        TicketLine("終わるまでお持ちください"),
        QrCode("https://example.jp/t/7Kq2mX9bLw"),
        TicketLine("待ち状況"),
    )
)
RASTER_A4 = TicketPaper((NumberMark(), *(TicketLine("번호가 불리면 창구로 오십시오", 2) for _ in range(A4_DOTS // 62))))
"""Hangul is not in a Japanese printer's ROM, so every line of it is a picture."""


class _RatedLine:
    """A line of so many baud, with the time at which each process-id came back over it."""

    def __init__(self, line: Transport, baud: int) -> None:
        self._line = line
        self._bytes_s = baud / BITS_A_BYTE
        self._free_at_s = 0.0
        self.sent_bytes = 0
        self.heard: list[tuple[float, bytes]] = []

    def write(self, data: bytes, timeout_s: float) -> int:
        """As a serial port's own queue does: takes little at a time, and no faster than it goes out."""
        until_s = time.monotonic() + timeout_s
        taken = 0
        while taken < len(data):
            now_s = time.monotonic()
            self._free_at_s = max(self._free_at_s, now_s - SLICE_S)
            part = data[taken : taken + max(1, int(SLICE_S * self._bytes_s))]
            due_s = self._free_at_s + len(part) / self._bytes_s
            if due_s > until_s:
                break
            time.sleep(max(0.0, due_s - now_s))
            count = self._line.write(part, max(0.0, until_s - time.monotonic()))
            self._free_at_s += count / self._bytes_s
            self.sent_bytes += count
            taken += count
            if count < len(part):
                break
        return taken

    def read(self, timeout_s: float) -> bytes:
        data = self._line.read(timeout_s)
        if data:
            self.heard.append((time.monotonic(), data))
        return data

    def close(self, timeout_s: float = 1.0) -> None:
        self._line.close(timeout_s)

    def came_at_s(self, process_id: bytes) -> float:
        return next(at_s for at_s, data in self.heard if process_id in data)


class _Timed:
    """Median seconds of one ticket, and what line and mechanism alone would take."""

    def __init__(self, paper: TicketPaper, baud: int) -> None:
        lines: list[_RatedLine] = []

        def open_rated(settings: PrinterSettings) -> Transport:
            lines.append(_RatedLine(open_transport(settings), baud))
            return lines[-1]

        printed_s, cut_s = [], []
        mechanism = {"speed_dots_s": SPEED_DOTS_S, "cut_s": CUT_S, "cutter_distance_dots": CUTTER_DISTANCE_DOTS}
        with SimulatedPrinter(**mechanism) as printer:
            driver = EscPosTicketPrinter(PrinterSettings(port=printer.port, ticket_timeout_s=60.0), open_rated)
            driver.preflight()
            driver.print_ticket(TicketPaper((NumberMark(), TicketLine("1"))), "warm")
            for attempt in range(TIMED_TICKETS):
                (line,) = lines
                sent_before = line.sent_bytes
                line.heard.clear()
                began_s = time.monotonic()
                outcome = driver.print_ticket(paper, f"timed {attempt}")
                if outcome.verdict != "issued":
                    raise RuntimeError(f"ticket {attempt}: {outcome}")
                # The driver counts its tickets; the small one was the first.
                marks = marks_of(f"timed {attempt}", attempt + 2)
                printed_s.append(line.came_at_s(marks.printed) - began_s)
                cut_s.append(line.came_at_s(marks.cut) - began_s)
                line_s = (line.sent_bytes - sent_before) * BITS_A_BYTE / baud
            driver.close()
            height_dots = printer.pieces[-1].image.height
        self.printed_s, self.cut_s = percentile(printed_s, 50), percentile(cut_s, 50)
        self.printed_limit_s = line_s + (height_dots - CUTTER_DISTANCE_DOTS) / SPEED_DOTS_S
        self.cut_limit_s = line_s + height_dots / SPEED_DOTS_S + CUT_S


LINES: tuple[tuple[str, int], ...] = (("38,400 baud", 38_400), ("115,200 baud", 115_200), ("TCP", 100_000_000))


def _mechanism_rows() -> list[Row]:
    out = []
    for name, baud in LINES:
        timed = _Timed(PAPER, baud)
        for what, took_s, limit_s in (
            ("process-id", timed.printed_s, timed.printed_limit_s),
            ("cut", timed.cut_s, timed.cut_limit_s),
        ):
            label = f"printing: text ticket to {what}, 250 mm/s, {name}, against line + mechanism"
            out.append(row(label, took_s / limit_s, "x", LIMIT_RATIO))
    raster = _Timed(RASTER_A4, LINES[-1][1])
    label = "printing: A4 length as raster to cut, 250 mm/s, TCP, against line + mechanism"
    return [*out, row(label, raster.cut_s / raster.cut_limit_s, "x", LIMIT_RATIO)]


def _software_rows() -> list[Row]:
    encoding_s = _times(lambda attempt: encode_ticket(PAPER, marks_of("bench", attempt)))
    first_byte_s, handed_over_s = [], []
    with SimulatedPrinter() as printer:
        driver = EscPosTicketPrinter(PrinterSettings(port=printer.port))
        driver.preflight()
        for attempt in range(TICKETS):
            outcome = driver.print_ticket(PAPER, f"bench {attempt}")
            if outcome.verdict != "issued":
                raise RuntimeError(f"ticket {attempt}: {outcome}")
            first_byte_s.append(outcome.first_byte_s)
            handed_over_s.append(outcome.handed_over_s)
        driver.close()
    encoding_ms, first_ms, whole_ms = (
        1000 * percentile(values, percent)
        for values, percent in ((encoding_s, 50), (first_byte_s, 99), (handed_over_s, 99))
    )
    return [
        row("printer: processor time to encode a text ticket, p50", encoding_ms, "ms", 5.0),
        row("printer: print_ticket to first byte on TCP, p99", first_ms, "ms", 50.0),
        row("printer: whole text ticket handed over on TCP, p99", whole_ms, "ms", 60.0),
    ]


def _times(work: Callable[[int], object]) -> list[float]:
    taken_s = []
    for attempt in range(TICKETS):
        started = time.process_time()
        work(attempt)
        taken_s.append(time.process_time() - started)
    return taken_s


def rows() -> list[Row]:
    return [*_software_rows(), *_mechanism_rows()]
