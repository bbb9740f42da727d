"""A certificate's way from central's PDF to the printer: drawing and encoding a page, and how long a visitor who has
paid waits for the first byte, with the facts on the disk before it.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from pathlib import Path

from bench.row import Row, percentile, row
from drivers.escpos_printer.document import encode_pages
from drivers.escpos_printer.protocol import marks_of
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pages.house import Drawn, PageHouse
from drivers.sheet_ports import Binding, PaperShape
from kiosk_app.sheet_desk import Order
from tests.drivers.escpos_printer.documents import certificate
from tests.kiosk_app.kiosk_paths import Kiosk

PAGES = 60
VISITORS = 40
KIOSKS = 8
WIDTHS = (("80 mm", 576), ("112 mm", 832), ("216 mm", 1728))
PAGE_LIMIT_MS = 150.0
TOGETHER_LIMIT_MS = 750.0
"""Half of the 1.5 s that are allowed from the PIN on; eight kiosks, their printers and disks share one core here."""
FIRST_BYTE_LIMIT_MS = 100.0
"""Two records on the disk and a question to the printer come before it."""


def _page_rows(house: PageHouse) -> list[Row]:
    """Over the line to the process that draws, and as bytes for the printer."""
    pdf = certificate()
    binding = Binding("s", "j", "r", hashlib.sha256(pdf).hexdigest())
    rows = []
    for name, width_dots in WIDTHS:
        taken_s = []
        shape = PaperShape(width_dots, 203, by_page=True)
        for attempt in range(PAGES):
            began_s = time.monotonic()
            found = house.draw(pdf, binding, shape)
            if not isinstance(found, Drawn):
                raise RuntimeError(found)
            encode_pages([found.pages[0].rows()], marks_of("bench", attempt), width_dots, 203, True, False)
            taken_s.append(time.monotonic() - began_s)
        label = f"certificate page: PDF, drawn in its own process, encoded, {name}, p95"
        rows.append(row(label, 1000 * percentile(taken_s, 95), "ms", PAGE_LIMIT_MS))
    return rows


async def _visits(kiosk: Kiosk, first: int = 0) -> tuple[list[float], list[float]]:
    """Seconds to draw what central gave, with a preview, and from the order to print to the first byte."""
    ready_s, first_byte_s = [], []
    for number in range(first, first + VISITORS):
        visitor = kiosk.come(number, [1])
        kiosk.desk.sit(visitor.seat)
        began_s = time.monotonic()
        order = await kiosk.desk.prepare(visitor.seat, visitor.seat.resident, visitor.received, preview_px=600)
        ready_s.append(time.monotonic() - began_s)
        if not isinstance(order, Order):
            raise RuntimeError(order)
        kiosk.pay(visitor)
        delivered = await kiosk.desk.deliver(visitor.payment, order)
        if delivered.verdict != "issued":
            raise RuntimeError(delivered)
        first_byte_s.append(delivered.first_byte_s)
    return ready_s, first_byte_s


async def _visit_rows(house: PageHouse, folder: Path) -> list[Row]:
    printers = [SimulatedPrinter(speed_dots_s=500_000.0, cut_s=0.0) for _ in range(KIOSKS)]
    for printer in printers:
        printer.start()
    kiosks = [await Kiosk(at, folder, house, printer).open() for at, printer in enumerate(printers)]
    try:
        alone_s = await _visits(kiosks[0])
        together = await asyncio.gather(*(_visits(kiosk, VISITORS) for kiosk in kiosks))
    finally:
        for kiosk, printer in zip(kiosks, printers, strict=True):
            await kiosk.close()
            printer.stop()
    whole_s = [ready + first for times in together for ready, first in zip(*times, strict=True)]
    name = "certificate: PDF received -> first byte, 8 kiosks at once in one process, p99"
    return [
        row("certificate: PDF received -> drawn, with preview, p99", _p99_ms(alone_s[0]), "ms", PAGE_LIMIT_MS),
        row("certificate: paid -> first byte at the printer, p99", _p99_ms(alone_s[1]), "ms", FIRST_BYTE_LIMIT_MS),
        row(name, _p99_ms(whole_s), "ms", TOGETHER_LIMIT_MS),
    ]


def _p99_ms(values_s: list[float]) -> float:
    return 1000 * percentile(values_s, 99)


def rows() -> list[Row]:
    house = PageHouse()
    house.start()
    try:
        found = _page_rows(house)
        with tempfile.TemporaryDirectory() as folder:
            return [*found, *asyncio.run(_visit_rows(house, Path(folder)))]
    finally:
        house.close()
