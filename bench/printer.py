"""What the printer's software costs apart from the paper: encoding a ticket, and handing one over on TCP."""

from __future__ import annotations

import time

from bench.row import Row, percentile, row
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import NumberMark, QrCode, Rule, TicketLine, TicketPaper

TICKETS = 100
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


def rows() -> list[Row]:
    encoding_s = []
    for attempt in range(TICKETS):
        started = time.process_time()
        encode_ticket(PAPER, marks_of("bench", attempt))
        encoding_s.append(time.process_time() - started)
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
