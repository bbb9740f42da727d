"""The way of a certificate's paper at one kiosk, from central's bytes to the sheet, with all that may go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.cups_printer.driver import CupsDocumentPrinter
from drivers.cups_printer.simulator import SimulatedQueue
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pages.house import PageHouse
from drivers.sheet_ports import PaperShape
from kiosk_app import settings
from kiosk_app.devices import DocumentDevice
from kiosk_app.office import facts as f
from kiosk_app.office import payment_rules
from kiosk_app.office.fees import Price
from kiosk_app.office.payment_rules import Copy, Seller
from kiosk_app.office.sales import Sale
from kiosk_app.office.state import ringing_for
from kiosk_app.sheet_desk import Certificate, NotOffered, Order, Received, Seat, SheetDesk, layout_for
from tests.drivers.cups_printer.test_driver import patient as cups_patient
from tests.drivers.escpos_printer.documents import certificate, pdf
from tests.drivers.pages.encrypted import encrypted_pdf
from tests.kiosk_app.house import MORNING, House, machine_toml
from tests.kiosk_app.kiosk_paths import Kiosk, Visitor, received_of, until
from tests.kiosk_app.marked_pages import Whose, marked_pdf, read

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pages() -> Iterator[PageHouse]:
    made = PageHouse()
    yield made
    made.close()


@pytest.fixture
async def kiosk(tmp_path: Path, pages: PageHouse) -> AsyncIterator[Kiosk]:
    with SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as printer:
        made = await Kiosk(1, tmp_path, pages, printer).open()
        yield made
        await made.close()


def on_paper(kiosk: Kiosk) -> list[tuple[set[bytes], bool]]:
    """Every piece with ink: whose bands, and whether it is a whole page."""
    seen = [read(piece.image) for piece in kiosk.printer.pieces]
    return [(set(one.rows), one.is_whole) for one in seen if one is not None]


def code(visitor: Visitor, job: str, page: int) -> set[bytes]:
    return {Whose(visitor.seat.resident, job, page).code}


def sale(kiosk: Kiosk, visitor: Visitor) -> Sale:
    return kiosk.book.state.sales[visitor.payment]


def kinds(kiosk: Kiosk) -> list[str]:
    return [entry.kind for _, entry in kiosk.book.log.read(0, 1000)]


async def test_two_copies_of_two_sheets_come_out_in_order_each_after_its_intent(kiosk: Kiosk) -> None:
    visitor = kiosk.come(1, [2, 2])
    before = len(kinds(kiosk))
    delivered = await kiosk.sell(visitor)
    first, second = visitor.pages
    assert delivered.certificates == (Certificate(first, "issued", ""), Certificate(second, "issued", ""))
    assert not delivered.stopped and delivered.first_byte_s > 0
    assert (delivered.verdict, delivered.printed) == ("issued", 2)
    kiosk.printer.wait_for_pieces(4)
    want = [(code(visitor, job, page), True) for job in visitor.pages for page in (0, 1)]
    assert on_paper(kiosk) == want
    copy = ["CertificatePrintStarted", "SheetStarted", "SheetEnded", "SheetStarted", "SheetEnded", "CertificateEnded"]
    sold = ["CertificateIntended", "CertificateIntended", "PaymentAsked", "MoneyTaken"]
    assert kinds(kiosk)[before:] == [*sold, *copy, *copy]
    assert {one.state for one in sale(kiosk, visitor).copies.values()} == {"issued"}


BAD = {
    "not_the_document": Received("j", "0" * 64, certificate()),
    "unreadable": received_of("j", certificate()[:400]),
    "encrypted": received_of("j", encrypted_pdf("")),
    "too_long": received_of("j", pdf(*[""] * 21)),
}


@pytest.mark.parametrize("cause", BAD)
async def test_a_bad_pdf_is_refused_before_money(kiosk: Kiosk, cause: str) -> None:
    visitor = kiosk.come(1, [1])
    bad = replace(visitor, received=(*visitor.received, BAD[cause]))
    assert await kiosk.prepare(bad) == NotOffered(cause)
    assert not kiosk.stopper.is_stopped and not kiosk.book.state.sales


async def test_nothing_is_sold_while_the_printer_has_no_paper(kiosk: Kiosk) -> None:
    assert await kiosk.desk.why_not() == ""
    kiosk.printer.faults.fail_repeatedly("paper_out")
    assert await kiosk.desk.why_not() == "paper_out"
    kiosk.printer.faults.clear()
    assert await kiosk.desk.why_not() == ""


async def test_paper_that_ends_between_two_sheets_is_filled_and_the_second_follows_once(kiosk: Kiosk) -> None:
    visitor = kiosk.come(1, [2])
    (job,) = visitor.pages
    kiosk.desk.changed = lambda printing: (
        kiosk.printer.faults.fail_repeatedly("paper_out") if printing.certificates[0].sheets[0] == "issued" else None
    )
    work = asyncio.create_task(kiosk.sell(visitor))
    await until(lambda: ringing_for(kiosk.book.state, kiosk.code, "certificate_paper") is not None)
    kiosk.desk.changed = lambda printing: None
    assert kiosk.sheets() == (job, ("issued", "waiting"))
    kiosk.printer.faults.clear()
    delivered = await work
    assert delivered.certificates == (Certificate(job, "issued", ""),)
    assert ringing_for(kiosk.book.state, kiosk.code, "certificate_paper") is None
    kiosk.printer.wait_for_pieces(2)
    assert on_paper(kiosk) == [(code(visitor, job, 0), True), (code(visitor, job, 1), True)]


async def test_paper_that_ends_in_the_first_of_two_sheets_leaves_a_void_sheet_and_a_claim(kiosk: Kiosk) -> None:
    """The other copy is printed when there is paper; of this one nothing more ever is."""
    visitor = kiosk.come(1, [2, 1])
    first, second = visitor.pages
    assert await kiosk.desk.why_not() == ""
    kiosk.printer.faults.fail_after("paper_out", 200, "dots")
    work = asyncio.create_task(kiosk.sell(visitor))
    await until(lambda: ringing_for(kiosk.book.state, kiosk.code, "certificate_paper") is not None)
    kiosk.printer.faults.clear()
    delivered = await work
    assert delivered.certificates == (Certificate(first, "not_issued", "paper_out"), Certificate(second, "issued", ""))
    assert (delivered.verdict, delivered.printed) == ("not_issued", 1)
    (void,) = [
        f.decode(entry.kind, entry.body) for _, entry in kiosk.book.log.read(0, 1000) if entry.kind == "SheetsVoided"
    ]
    assert void == f.SheetsVoided(payment=visitor.payment, job=first, sheets=(0,), reason="incomplete")
    kiosk.printer.wait_for_pieces(2)
    assert on_paper(kiosk) == [(code(visitor, first, 0), False), (code(visitor, second, 0), True)]
    assert [copy.state for copy in sale(kiosk, visitor).copies.values()] == ["not_issued", "issued"]


async def test_whoever_leaves_while_there_is_no_paper_gets_nothing_later(kiosk: Kiosk) -> None:
    visitor = kiosk.come(1, [1])
    (job,) = visitor.pages
    order = await kiosk.prepare(visitor)
    assert isinstance(order, Order)
    kiosk.pay(visitor)
    kiosk.printer.faults.fail_repeatedly("paper_out")
    work = asyncio.create_task(kiosk.desk.deliver(visitor.payment, order))
    await until(lambda: ringing_for(kiosk.book.state, kiosk.code, "certificate_paper") is not None)
    kiosk.desk.leave()
    assert (await work).certificates == (Certificate(job, "void", "paper_out"),)
    kiosk.printer.faults.clear()
    again = await kiosk.desk.deliver(visitor.payment, order)
    assert again.certificates == (Certificate(job, "void", "begun_before"),)
    assert not kiosk.stopper.is_stopped and on_paper(kiosk) == []
    assert sale(kiosk, visitor).copies[job].state == "voided"


async def test_asking_again_prints_nothing_again_and_changes_nothing(kiosk: Kiosk) -> None:
    visitor = kiosk.come(1, [2])
    (job,) = visitor.pages
    order = await kiosk.prepare(visitor)
    assert isinstance(order, Order)
    unpaid = await kiosk.desk.deliver(visitor.payment, order)
    assert unpaid.certificates == (Certificate(job, "void", "unknown"),)
    kiosk.pay(visitor)
    assert (await kiosk.desk.deliver(visitor.payment, order)).certificates[0].verdict == "issued"
    before = kinds(kiosk)
    again = await kiosk.desk.deliver(visitor.payment, order)
    assert again.certificates == (Certificate(job, "void", "begun_before"),)
    assert kinds(kiosk) == before and sale(kiosk, visitor).copies[job].state == "issued"
    kiosk.printer.wait_for_pieces(2)
    assert len(on_paper(kiosk)) == 2


async def test_another_visitor_cannot_sit_down_while_paper_comes_out(kiosk: Kiosk) -> None:
    visitor = kiosk.come(1, [2])
    work = asyncio.create_task(kiosk.sell(visitor))
    await until(lambda: kiosk.book.state.sheet_jobs)
    other = kiosk.come(2, [1])
    with pytest.raises(RuntimeError, match="still being printed"):
        kiosk.desk.sit(other.seat)
    kiosk.desk.stand_up()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    with pytest.raises(RuntimeError, match="still being printed"):
        kiosk.desk.sit(other.seat)
    kiosk.printer.wait_for_pieces(2)
    await until(lambda: kiosk.sheets()[1] == ("issued", "issued"))


def swapped(order: Order, other: Order) -> Order:
    """As a buffer that two jobs share would do it: the second page is another's."""
    mine, theirs = order.copies[0], other.copies[0]
    return replace(order, copies=(replace(mine, pages=(mine.pages[0], theirs.pages[1])),))


MIXED = {
    "pages": swapped,
    "pdf": lambda order, other: replace(order, copies=(replace(order.copies[0], pdf=other.copies[0].pdf),)),
    "everything": lambda order, other: replace(
        order, copies=(replace(other.copies[0], binding=order.copies[0].binding),)
    ),
    "dots": lambda order, other: replace(
        order,
        copies=(
            replace(
                order.copies[0],
                pages=tuple(
                    replace(mine, packed=theirs.packed)
                    for mine, theirs in zip(order.copies[0].pages, other.copies[0].pages, strict=True)
                ),
            ),
        ),
    ),
}


@pytest.mark.parametrize("what", MIXED)
async def test_what_was_mixed_up_is_not_printed_and_stops_the_kiosk(kiosk: Kiosk, what: str) -> None:
    """Two visitors' documents that were mixed up between drawing and printing, in each way that can be thought of."""
    stranger, visitor = kiosk.come(1, [2]), kiosk.come(2, [2])
    theirs = await kiosk.prepare(stranger)
    mine = await kiosk.prepare(visitor)
    assert isinstance(theirs, Order) and isinstance(mine, Order)
    (job,) = visitor.pages
    kiosk.pay(visitor)
    delivered = await kiosk.desk.deliver(visitor.payment, MIXED[what](mine, theirs))
    assert delivered.stopped and kiosk.stopper.is_stopped
    assert ringing_for(kiosk.book.state, kiosk.code, "certificates_stopped") is not None
    assert not any(
        codes & code(stranger, job, page) for codes, _ in on_paper(kiosk) for job in stranger.pages for page in (0, 1)
    )
    assert len(on_paper(kiosk)) == (1 if what == "pages" else 0)
    state = sale(kiosk, visitor).copies[job].state
    assert state == ("voided" if what == "pdf" or what == "everything" else "not_issued")
    if what == "pages":
        assert kiosk.sheets() == (job, ("void", "waiting"))
    assert await kiosk.desk.why_not() == "stopped"
    assert await kiosk.prepare(visitor) == NotOffered("stopped")
    await kiosk.restart()
    assert await kiosk.desk.why_not() == "stopped"


async def test_paid_paper_of_one_who_does_not_sit_here_any_more_is_not_printed(kiosk: Kiosk) -> None:
    visitor, next_one = kiosk.come(1, [1]), kiosk.come(2, [1])
    order = await kiosk.prepare(visitor)
    assert isinstance(order, Order)
    kiosk.pay(visitor)
    kiosk.desk.sit(next_one.seat)
    assert (await kiosk.desk.deliver(visitor.payment, order)).stopped
    assert kiosk.stopper.is_stopped and on_paper(kiosk) == []


async def test_an_answer_of_central_that_names_another_stops_the_kiosk_before_anything_is_sold(kiosk: Kiosk) -> None:
    visitor, other = kiosk.come(1, [1]), kiosk.come(2, [1])
    kiosk.desk.sit(visitor.seat)
    found = await kiosk.desk.prepare(visitor.seat, other.seat.resident, other.received)
    assert found == NotOffered("stopped") and kiosk.stopper.is_stopped


async def test_a_late_answer_to_somebody_who_has_left_is_nothing(kiosk: Kiosk) -> None:
    visitor, other = kiosk.come(1, [1]), kiosk.come(2, [1])
    for leave in (kiosk.desk.stand_up, lambda: kiosk.desk.sit(other.seat)):
        kiosk.desk.sit(visitor.seat)
        leave()
        found = await kiosk.desk.prepare(visitor.seat, visitor.seat.resident, visitor.received)
        assert found == NotOffered("gone") and not kiosk.stopper.is_stopped
    kiosk.desk.sit(visitor.seat)
    work = asyncio.create_task(kiosk.desk.prepare(visitor.seat, visitor.seat.resident, visitor.received))
    await asyncio.sleep(0)
    kiosk.desk.sit(other.seat)
    assert await work == NotOffered("gone") and not kiosk.stopper.is_stopped


async def test_a_bug_in_a_delivery_is_heard_although_nobody_waits_for_it(kiosk: Kiosk) -> None:
    heard: list[BaseException] = []
    kiosk.desk._bug = heard.append
    visitor = kiosk.come(1, [1])

    def fail(printing: object) -> None:
        raise ZeroDivisionError

    kiosk.desk.changed = fail
    work = asyncio.create_task(kiosk.sell(visitor))
    await until(lambda: kiosk.desk.is_delivering or heard)
    work.cancel()
    await until(lambda: heard)
    assert isinstance(heard[0], ZeroDivisionError) and not kiosk.desk.is_delivering
    await asyncio.wait([work])


@pytest.mark.parametrize("records", range(7))
async def test_a_kill_after_each_record_leaves_everything_told_and_nothing_to_come(kiosk: Kiosk, records: int) -> None:
    visitor = kiosk.come(1, [2])
    (job,) = visitor.pages
    await kiosk.killed_while_selling(visitor, records)
    copy = sale(kiosk, visitor).copies[job]
    assert copy.state in ("voided", "not_issued", "unknown", "issued")
    pieces = on_paper(kiosk)
    assert len(pieces) <= 2 and len({frozenset(codes) for codes, _ in pieces}) == len(pieces)
    whole = [is_whole for _, is_whole in pieces]
    if copy.state == "issued":
        assert whole == [True, True]
    if copy.state in ("voided", "not_issued"):
        assert whole.count(True) < 2
        if copy.state == "not_issued":
            assert "void" in kiosk.sheets()[1] or not pieces
    assert sale(kiosk, visitor).ended, "what is left is a claim"
    if copy.state != "voided":
        left = set(kiosk.sheets()[1])
        assert left <= ({"issued", "unknown"} if copy.state in ("issued", "unknown") else {"void", "waiting"})
    assert (await kiosk.sell(kiosk.come(2, [1]))).certificates[0].verdict == "issued"


async def test_the_bound_is_asked_for_with_the_sheet_begun_and_not_before_or_after(kiosk: Kiosk) -> None:
    visitor = kiosk.come(1, [2])
    (job,) = visitor.pages
    heard: list[tuple[bool, bool, bool]] = []
    desk = kiosk.desk
    bound = [lambda sheet=sheet: desk._bound(visitor.payment, job, sheet) is not None for sheet in (0, 1, 2)]
    desk.changed = lambda printing: heard.append((bound[0](), bound[1](), bound[2]()))
    await kiosk.sell(visitor)
    assert heard[0] == heard[-1] == (False, False, False)
    assert {one for one in heard if any(one)} == {(True, False, False), (False, True, False)}


async def test_a_core_with_a_printer_of_documents_prints_certificates_and_history_waits(tmp_path: Path) -> None:
    """Through the settings and the start of a real core."""
    with SimulatedPrinter() as tickets, SimulatedPrinter(speed_dots_s=200_000.0, cut_s=0.0) as documents:
        house = House(tmp_path, tickets, MORNING)
        table = f'[document_printer]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {documents.port}\nwidth_dots = 576\n'
        text = machine_toml(tmp_path, tickets.port, MORNING, f"{table}answer_s = 2.0\n")
        house.settings = settings.parse_machine(text, "machine.toml")
        await house.open()
        desk = house.core.sheets
        assert desk is not None and desk.layout == "roll-80"
        seat = Seat.of("secret", "r1")
        one = received_of("j1", marked_pdf("r1", "j1", 2))
        desk.sit(seat)
        order = await desk.prepare(seat, "r1", [one], preview_px=300)
        assert isinstance(order, Order) and (order.page_count, len(order.previews)) == (2, 2)
        book = house.core.book
        price = Price(table="t", valid_from="2026-04-01", kind="income-tax", site="k", each_yen=0, copies=1)
        seller = Seller("m1", "2026-04-06", seat.session, seat.resident, "ja")
        copies = [Copy(one.job, one.sha256, "i1", "s1")]
        book.commit("visitor", payment_rules.ask(book.state, "p1", seller, price, "課税証明書", copies, "counter"))
        token = await house.sign_in()
        work = asyncio.create_task(desk.deliver("p1", order))
        await until(lambda: desk.is_delivering)
        told = await house.act(token, "print_history", day="2026-04-06")
        assert (told.ok, told.message[:5]) == (False, "証明書を印")
        assert (await work).certificates == (Certificate("j1", "issued", ""),)
        await house.close()
        assert [seen.is_whole for piece in documents.pieces if (seen := read(piece.image))] == [True, True]


async def test_behind_a_spooler_a_document_is_one_sheet_and_a_person_says_whether_it_came(
    kiosk: Kiosk, pages: PageHouse
) -> None:
    with SimulatedQueue() as queue:
        await kiosk.device.stop()
        kiosk.device = DocumentDevice(CupsDocumentPrinter(cups_patient(queue)))
        kiosk.desk = SheetDesk(kiosk.book, kiosk.device, pages, kiosk.code, kiosk.stopper)
        assert kiosk.desk.layout == "a4"
        visitor = kiosk.come(1, [2])
        (job,) = visitor.pages
        queue.reasons = ("media-empty-error",)
        assert await kiosk.desk.why_not() == "paper_out"
        queue.reasons = ()
        assert await kiosk.desk.refilled() == ""
        delivered = await kiosk.sell(visitor)
        assert (delivered.certificates, delivered.printed) == ((Certificate(job, "maybe", ""),), 0)
        assert queue.paper == [visitor.received[0].pdf]
        assert kiosk.sheets() == (job, ("unproven",))
        assert sale(kiosk, visitor).copies[job].state == "unknown"
        word = payment_rules.seen(kiosk.book.state, visitor.payment, job, True, "visitor")
        kiosk.book.commit("visitor", word)
        assert sale(kiosk, visitor).copies[job].state == "issued"
        again = kiosk.come(2, [1])
        order = await kiosk.prepare(again)
        assert isinstance(order, Order)
        kiosk.pay(again)
        mixed = replace(order, copies=(replace(order.copies[0], pdf=visitor.received[0].pdf),))
        assert (await kiosk.desk.deliver(again.payment, mixed)).stopped and len(queue.paper) == 1


@pytest.mark.parametrize(
    ("width_dots", "dpi", "layout"),
    [(576, 203, "roll-80"), (512, 180, "roll-80"), (832, 203, "roll-112"), (1728, 203, "a4")],
)
def test_the_layout_is_that_of_the_paper(width_dots: int, dpi: int, layout: str) -> None:
    assert layout_for(PaperShape(width_dots, dpi, by_page=True)) == layout
    assert layout_for(PaperShape()) == "a4"
