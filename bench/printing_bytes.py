"""What paper costs in processor time before the first byte: a text ticket, a drawn one, a page of a document."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from bench.printing import PAPER
from bench.row import Row, percentile, row
from drivers.escpos_printer.document import encode_document
from drivers.escpos_printer.protocol import EncodedTicket, encode_ticket, marks_of
from drivers.ports import DocumentPaper, QrCode, Rule, TicketLine, TicketPaper
from tests.drivers.escpos_printer.documents import certificate

TICKETS = 100
PAGES = 20
WIDTHS_DOTS = (576, 832, 1728)
JAPANESE = PAPER.parts[:-2]
"""Without the code, which is each visitor's own."""


def _ticket(attempt: int, chinese: bool) -> TicketPaper:
    """No two alike: the waiting line and the address differ, as they do from visitor to visitor."""
    code = QrCode(f"https://example.jp/t/7Kq2m{attempt:05d}")
    drawn = tuple(
        TicketLine(text, size, language="zh")
        for text, size in (
            ("证明书", 2),
            ("1楼 3-6号窗口", 2),
            (f"{attempt}人等候", 2),
            ("预计 10:40-10:55", 2),
            ("叫号顺序可能有变动", 1),
            ("请保管好号码票", 1),
        )
    )
    return TicketPaper((*JAPANESE, code, TicketLine("待ち状況"), *((Rule(), *drawn) if chinese else ())))


def _processor_ms(work: Callable[[int], object], times: int) -> list[float]:
    out = []
    for attempt in range(times):
        started = time.process_time()
        work(attempt)
        out.append(1000 * (time.process_time() - started))
    return out


def rows() -> list[Row]:
    out = []
    for name, chinese in (("Japanese", False), ("Japanese and Chinese", True)):
        costs = _processor_ms(lambda at, zh=chinese: encode_ticket(_ticket(at, zh), marks_of("bench", at)), TICKETS)
        out.append(row(f"printing: processor time of a text ticket, {name}, p50", percentile(costs, 50), "ms", 5.0))
    pdf = certificate()
    paper = DocumentPaper(pdf, hashlib.sha256(pdf).hexdigest())
    for width_dots in WIDTHS_DOTS:
        taken_ms = []
        for attempt in range(PAGES):
            started = time.perf_counter()
            encoded = encode_document(paper, marks_of("bench", attempt), width_dots)
            taken_ms.append(1000 * (time.perf_counter() - started))
            if not isinstance(encoded, EncodedTicket):
                raise RuntimeError(f"the sample page is refused: {encoded.reason}")
        name = f"printing: page of a PDF to bytes for {width_dots} dots, p50"
        out.append(row(name, percentile(taken_ms, 50), "ms", 150.0))
    return out
