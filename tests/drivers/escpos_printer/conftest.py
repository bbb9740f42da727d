"""The agreed ticket (words, layout) with a part in the visitor's language, and a fast simulated printer."""

from collections.abc import Callable, Iterator

import pytest

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import Gap, NumberMark, PaperPart, QrCode, Rule, TicketLine, TicketPaper
from tests.drivers.escpos_printer.patience import patient

QR = "https://example.jp/t/7Kq2mX9bLw"


def ticket(number: str = "A-105", reprint: bool = False, english: bool = False) -> TicketPaper:
    head: tuple[PaperPart, ...] = (TicketLine("再発行", 2, reverse=True), Gap(16)) if reprint else ()
    tail: tuple[PaperPart, ...] = (
        Rule(),
        TicketLine("Certificates"),
        TicketLine("Counter 3-6, 1F", 2),
        TicketLine("12 people waiting", 2),
        TicketLine("Est. call 10:40-10:55", 2),
        TicketLine("Please keep this ticket."),
    )
    body: tuple[PaperPart, ...] = (
        TicketLine("小倉北区役所", 2),
        Gap(16),
        NumberMark(),
        TicketLine(number, 8),
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
        QrCode(QR),
        TicketLine("待ち状況"),
    )
    return TicketPaper(head + body + (tail if english else ()))


@pytest.fixture(scope="session")
def make_ticket() -> Callable[..., TicketPaper]:
    return ticket


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as simulated:
        yield simulated


@pytest.fixture
def driver(printer: SimulatedPrinter) -> Iterator[EscPosTicketPrinter]:
    made = EscPosTicketPrinter(patient(printer.port))
    yield made
    made.close()
