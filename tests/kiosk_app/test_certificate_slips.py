"""Receipts and slips of claims: each once for a sale, on the printer that the kiosk has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as with_
from functools import cache

import pytest
from msgspec.structs import replace

from drivers.document_driver import EscPosDocumentPrinter
from drivers.escpos_printer.document import draw_pages
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import fee_file, receipt_layout, words
from kiosk_app.book import PracticeBook
from kiosk_app.certificate_slips import Slips, as_document, receipt_of
from kiosk_app.clock import DrivenClock
from kiosk_app.devices import DocumentDevice
from kiosk_app.office import facts as f
from kiosk_app.office import payment_rules
from kiosk_app.office.payment_rules import Bound, Copy, Seller
from kiosk_app.office.sales import GivenBack
from kiosk_app.receipt_layout import DOMAINS, ReceiptLine
from tests.drivers.escpos_printer.patience import patient
from tests.kiosk_app.certificate_kiosk_house import FEES
from tests.kiosk_app.house import the_office
from tests.kiosk_app.office.till import a_price

DATE = "2026-04-06"
SELLER = Seller("m1", DATE, "session", "resident", "vi")
WIDTH_DOTS, DPI = 576, 203


@cache
def the_fees():  # type: ignore[no-untyped-def]
    return fee_file.load(FEES)


def a_book() -> PracticeBook:
    """Two copies were paid at the counter; one came, and the money of the other is claimed."""
    book = PracticeBook(DrivenClock(1_775_437_920_000))
    book.commit("core", [f.DayOpened(date=DATE, office="kokura-kita")])
    copies = [Copy(f"j{n}", "a" * 64, f"i{n}", f"s{n}") for n in (1, 2)]
    asked = payment_rules.ask(book.state, "p", SELLER, a_price(200, 2), "住民票の写し", copies, "counter")
    book.commit("visitor", asked)
    book.commit("1001", payment_rules.paid_here(book.state, "p"))
    started = payment_rules.start_print(book.state, "p", "j1", Bound("session", "resident", "a" * 64), "printer")
    assert isinstance(started, tuple)
    book.commit("printer", started)
    book.commit("printer", payment_rules.print_ended(book.state, "p", "j1", "issued"))
    book.commit("core", payment_rules.void_rest(book.state, "p", "not_issued"))
    book.commit("core", payment_rules.finish(book.state, "p", "a1b2-c3d4_e5f6g7"))
    return book


@pytest.fixture
def roll() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(speed_dots_s=400_000.0, cut_s=0.0) as made:
        yield made


@pytest.mark.slow
async def test_without_a_ticket_printer_slips_come_out_beside_the_certificates_once(roll: SimulatedPrinter) -> None:
    book = a_book()
    documents = DocumentDevice(EscPosDocumentPrinter(with_(patient(roll.port), width_dots=WIDTH_DOTS)))
    slips = Slips(book, the_office(), the_fees(), words.load(domains=DOMAINS), "1号機", None, documents)
    assert await slips.claim("p") and await slips.receipt("p")
    assert not await slips.claim("p") and not await slips.receipt("p") and not await slips.receipt("unknown")
    assert book.state.sales["p"].slips == ("claim", "receipt")
    roll.faults.fail_repeatedly("paper_out")
    other = Slips(a_book(), the_office(), the_fees(), words.load(domains=DOMAINS), "1号機", None, documents)
    assert not await other.claim("p")
    assert other._book.state.sales["p"].slips == (), "what has not begun may be begun when there is paper"
    await documents.stop()
    assert len([piece for piece in roll.pieces if piece.image.point(lambda level: not level).getbbox()]) == 2


def test_only_copies_that_came_are_on_a_receipt_and_a_unit_says_what_it_took_and_gave() -> None:
    sale = a_book().state.sales["p"]
    names = {"resident-record": {"ja": "住民票の写し", "en": "Resident record"}}
    found = receipt_of(sale, names, 1, "1号機")
    assert found.lines == (ReceiptLine(name=names["resident-record"], each_yen=200, copies=1),)
    assert (found.at_counter, found.received_yen, found.change_yen, found.total_yen) == (True, 0, 0, 200)
    into_a_unit = replace(
        sale, means="unit", credits={"n": 1000}, payouts={"o": GivenBack(yen=800, why="change", paid_yen=800)}
    )
    found = receipt_of(into_a_unit, {}, 1, "1号機")
    assert (found.at_counter, found.received_yen, found.change_yen) == (False, 1000, 800)
    assert found.lines[0].name["ja"] == "住民票の写し"


def test_a_slip_as_a_page_is_as_wide_as_a_roll_and_says_everything() -> None:
    book = a_book()
    paper = receipt_layout.claim_slip(
        the_office(),
        "a1b2-c3d4_e5f6g7",
        book.state.claims["a1b2-c3d4_e5f6g7"],
        "vi",
        words.load(domains=DOMAINS),
        "1号機",
        book.clock.now_utc_ms(),
    )
    document = as_document(paper)
    drawn = draw_pages(document.pdf, WIDTH_DOTS, DPI)
    assert isinstance(drawn, list) and len(drawn) == 1 and 700 < drawn[0].height < 2_400
    ink = drawn[0].getbbox()
    assert ink is not None and ink[0] > 16 and ink[2] < WIDTH_DOTS - 16 and ink[3] > drawn[0].height - 80
