"""Whole visits to a certificate kiosk by presses, with the real core and the real central server: one that goes well,
then one for each trouble.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.cctalk_unit.simulated_lines import ServedCashUnit
from drivers.cctalk_unit.simulator import SimulatedCashUnit
from drivers.cups_printer.simulator import SimulatedQueue
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import certificate_messages as wire
from kiosk_app import core_diagnosis
from kiosk_app.diagnosis import of_core
from kiosk_app.office import facts as f
from kiosk_app.office.sales import claim_text
from kiosk_app.office.sheets import resumption
from kiosk_app.settings import CupsQueue, UnitPay
from tests.central_server.certificates.house import text_of
from tests.drivers.cctalk_unit.bus import FLOAT
from tests.drivers.escpos_printer.documents import certificate
from tests.drivers.pages.encrypted import encrypted_pdf
from tests.kiosk_app.card_house import a_card, pins_sent
from tests.kiosk_app.certificate_kiosk_house import CODE, FEES, STAFF, YEN, KioskHouse
from tests.kiosk_app.conftest import AKiosk
from tests.kiosk_app.marked_pages import marked_pdf

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
"""The first of a worker waits for central and its database to start, on a computer that may have much else to do."""


@pytest.fixture
async def kiosk(a_kiosk: AKiosk) -> AsyncIterator[KioskHouse]:
    async with a_kiosk() as made:
        yield made


async def test_one_copy_paid_at_the_counter(kiosk: KioskHouse, printer: SimulatedPrinter, tmp_path: Path) -> None:
    await kiosk.to_confirm()
    assert kiosk.view.preview is not None and kiosk.view.preview.picture.startswith("data:image/png;base64,")
    assert kiosk.view.fee is not None and kiosk.view.fee.amount == "200"
    # A price that is another one since it was shown is shown again; from the confirmation on it is frozen.
    kiosk.charge(350)
    await kiosk.press("buy")
    await kiosk.until(lambda: kiosk.screen == "cert_confirm" and kiosk.view.fee and kiosk.view.fee.amount == "350")
    assert kiosk.view.notice and not kiosk.core.book.state.sales
    await kiosk.press("buy")
    await kiosk.sees("cert_pay")
    kiosk.charge(100)
    payment = kiosk.sale_id
    assert kiosk.view.slip is not None and kiosk.view.slip.number == "K-0001"
    assert kiosk.rows(kiosk.issuances) == ["issuing"]
    assert not kiosk.sheets
    kiosk.staff_take_money()
    await kiosk.sees("cert_take")
    (document,) = kiosk.line.documents
    assert "髙﨑" in text_of(document.pdf)
    assert kiosk.is_printed(document.pdf)
    await kiosk.until(lambda: "印刷" in kiosk.view.notice or kiosk.sale(payment).slips)
    await kiosk.told("issued")
    assert kiosk.sale(payment).ended and not kiosk.core.book.state.claims
    printer.wait_for_pieces(1)
    on_receipt = "\n".join(printer.lines_on_paper())
    assert "領収書" in on_receipt and "K-0001" in on_receipt and "350円" in on_receipt
    await kiosk.leave()
    await kiosk.until(lambda: kiosk.line.asked[-1] == "close" or "close" in kiosk.line.asked)
    steps = [one for one in kiosk.line.asked if one != "outcome"]
    assert [one for one in steps if one != "challenge"] == ["open", "offers", "prepare", "issue", "close"]
    port = kiosk.core.lobby.certificates
    assert port is not None and port.now().preview == "" and port.now().offer is None
    # Whose certificate it was stands nowhere on this computer.
    for path in (*(tmp_path / "data").iterdir(), *(tmp_path / "run").iterdir()):
        if path.is_file():
            written = path.read_bytes()
            assert not any(name.encode() in written for name in ("髙﨑", "美咲", "1985", "紺屋町")), path


# --- the line to central ---------------------------------------------------------------------------------------------


async def test_lost_answers_are_asked_again_and_nothing_is_sold_twice(kiosk: KioskHouse) -> None:
    kiosk.line.lost = {"challenge": 1, "offers": 1, "prepare": 1, "issue": 1, "outcome": 1}
    payment = await kiosk.to_take("kind:resident-record", "scope:all", "item:domicile", "next", "copies:2")
    await kiosk.told("issued", "issued")
    lost, sold = kiosk.line.documents[:2], kiosk.line.documents[2:]
    assert set(kiosk.rows([one.issuance for one in lost])) == {"void"}
    assert [one.issuance for one in sold] == kiosk.issuances
    assert all(kiosk.is_printed(one.pdf) for one in sold) and not any(kiosk.is_printed(one.pdf) for one in lost)
    assert len(kiosk.sheets) == sum(one.pages for one in sold)
    assert sum(kiosk.sale(payment).credits.values()) == 2 * YEN
    await kiosk.leave()
    # The proof is good once: whoever's answer to it is lost begins anew, and nothing was paid.
    kiosk.line.lost = {"open": 1}
    await kiosk.to_pin()
    await kiosk.cards.type()
    await kiosk.press("pin:enter")
    await kiosk.sees("cert_said")
    assert kiosk.core.lobby.state.certificate is not None and kiosk.core.lobby.state.certificate.said == "ended"


async def test_where_central_is_away_no_pin_is_sent_and_the_door_says_so(
    kiosk: KioskHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    card = a_card()
    await kiosk.to_pin(card=card)
    kiosk.line.is_down = True
    await kiosk.cards.type()
    await kiosk.press("pin:enter")
    await kiosk.sees("cert_said")
    assert kiosk.view.title == "いま通信がつながりません。"
    assert pins_sent(card) == [] and len(kiosk.cards.desk._typed) == 0
    await kiosk.press("end")
    await kiosk.cards.take()
    await kiosk.sees("idle")
    assert kiosk.door == ("off", "通信がいまつながりません")
    kiosk.line.is_down = False
    await kiosk.house.pass_s(61)
    await kiosk.until(lambda: kiosk.door[0] == "open")
    # A token that central does not know (any more): a technician reads it in the journal.
    kiosk.write_token("x" * 43)
    await kiosk.restart()
    await kiosk.until(lambda: kiosk.door[0] == "off")
    assert "certificates: central: does not know this kiosk's token" in capsys.readouterr().err


async def test_a_challenge_that_comes_late_sends_no_pin_that_was_not_entered(kiosk: KioskHouse) -> None:
    card, late = a_card(), threading.Event()
    await kiosk.until(lambda: "challenge" in kiosk.line.answered)
    kiosk.line.held["challenge"] = late
    await kiosk.to_pin(card=card)
    await kiosk.cards.type()
    await kiosk.press("pin:enter")
    await kiosk.until(lambda: kiosk.line.asked.count("challenge") == 2)
    # The visitor's patience is over first; they lay the card down again, and type.
    await kiosk.house.pass_s(61)
    await kiosk.sees("card_place")
    await kiosk.cards.take()
    await kiosk.cards.lay(card)
    await kiosk.sees("cert_copies")
    await kiosk.press("copies:1")
    await kiosk.cards.type()
    late.set()
    await kiosk.until(lambda: kiosk.line.answered.count("challenge") == 2)
    await asyncio.sleep(0.2)
    assert pins_sent(card) == [] and len(kiosk.cards.desk._typed) == 4
    await kiosk.press("pin:enter")
    await kiosk.sees("cert_card")
    assert len(pins_sent(card)) == 1


async def test_a_network_that_goes_after_the_confirmation_keeps_no_sheet_back_and_hears_of_it_later(
    kiosk: KioskHouse,
) -> None:
    payment = await kiosk.to_pay()
    kiosk.line.is_down = True
    kiosk.staff_take_money()
    await kiosk.sees("cert_take")
    (document,) = kiosk.line.documents
    assert kiosk.is_printed(document.pdf)
    await kiosk.until(lambda: kiosk.sale(payment).ended)
    assert set(kiosk.core.book.state.outcomes) == {document.issuance}
    await kiosk.leave()
    await kiosk.restart()
    assert set(kiosk.core.book.state.outcomes) == {document.issuance}
    assert kiosk.rows([document.issuance]) == ["issuing"]
    kiosk.line.is_down = False
    await kiosk.told("issued")
    assert len(kiosk.sheets) == 1


# --- documents that are refused --------------------------------------------------------------------------------------


def altered(pdf: bytes, sha256: str = "", resident: str = "") -> Callable[[wire.Reply], wire.Reply]:
    """What central prepared, with another document in its place."""

    def change(reply: wire.Reply) -> wire.Reply:
        if not isinstance(reply, wire.Prepared):
            return reply
        made = [
            replace(one, pdf=pdf or one.pdf, sha256=sha256 or hashlib.sha256(pdf or one.pdf).hexdigest())
            for one in reply.documents
        ]
        return replace(reply, documents=tuple(made), resident=resident or reply.resident)

    return change


async def test_a_document_that_cannot_be_is_refused_before_money_and_anothers_stops_the_kiosk(
    kiosk: KioskHouse,
) -> None:
    bad = (altered(b"", "0" * 64), altered(certificate()[:400]), altered(encrypted_pdf("")), altered(b"", "", "other"))
    for change in bad:
        kiosk.line.changed["prepare"] = change
        await kiosk.to_signed()
        await kiosk.sees("cert_said")
        assert kiosk.view.title == "証明書を用意できませんでした。"
        await kiosk.press("end")
        await kiosk.sees("idle")
    assert kiosk.sheets == [] and kiosk.issuances == []
    assert kiosk.door == ("off", "いま使えません。職員を呼んでいます") and kiosk.alerts == {"certificates_stopped"}
    await kiosk.until(lambda: set(kiosk.rows([one.issuance for one in kiosk.line.documents])) == {"void"})
    await kiosk.restart()
    assert kiosk.door[0] == "off"
    kiosk.core.book.commit("9001", resumption(kiosk.core.book.state.certificate_stops, CODE, "i"))
    await kiosk.core.tick()
    assert kiosk.door[0] == "open" and kiosk.alerts == set()


# --- money -----------------------------------------------------------------------------------------------------------


async def test_another_card_after_the_pin_stops_the_sale_and_money_that_comes_then_is_refused(
    kiosk: KioskHouse,
) -> None:
    payment = await kiosk.to_pay()
    confirmed = kiosk.confirmation()
    await kiosk.cards.lay(a_card())
    await kiosk.sees("cert_said")
    assert kiosk.core.lobby.state.certificate is not None and kiosk.core.lobby.state.certificate.said == "other_card"
    kiosk.core.book.commit(STAFF, confirmed)
    await kiosk.until(lambda: "ConfirmationRefused" in kiosk.kinds())
    assert kiosk.sale(payment).ended and not kiosk.sale(payment).credits and not kiosk.sheets
    await kiosk.told("not_issued not_paid")
    await kiosk.cards.take()
    await kiosk.press("end")
    # Nobody comes to pay for so long that the machine goes home.
    payment = await kiosk.to_pay()
    await kiosk.house.pass_s(590)
    await kiosk.house.pass_s(30)
    await kiosk.sees("idle")
    await kiosk.told("not_issued not_paid", "not_issued not_paid")
    assert kiosk.sale(payment).ended and kiosk.alerts == set()


async def test_a_stale_table_sells_nothing(tmp_path: Path, a_kiosk: AKiosk) -> None:
    old = FEES.read_text(encoding="utf-8").replace("checked = 2026-04-01", "checked = 2025-03-01")
    (tmp_path / "old.toml").write_text(old, encoding="utf-8")
    async with a_kiosk(fees=tmp_path / "old.toml") as kiosk:
        assert kiosk.door == ("off", "いま発行を休んでいます")
        await kiosk.press("certificate")
        assert kiosk.screen == "idle"


async def looked_over(kiosk: KioskHouse) -> dict[str, tuple[str, str]]:
    """Grade and what to do of each device that only the core can ask."""
    found = of_core.findings(await core_diagnosis.of(kiosk.core), "", "")
    return {one.check: (one.grade, one.next_step) for one in found if one.check in ("cash_unit", "documents")}


async def test_a_unit_gives_change_and_gives_back(printer: SimulatedPrinter, a_kiosk: AKiosk) -> None:
    with ServedCashUnit(SimulatedCashUnit(FLOAT)) as unit:
        means = UnitPay(host="127.0.0.1", port=unit.port, answer_s=5.0)
        async with a_kiosk(payment=means) as kiosk:
            payment = await kiosk.to_pay()
            unit.hand(lambda one: one.insert_coin(100))
            await kiosk.until(lambda: kiosk.view.fee is not None and kiosk.view.fee.amount == "100")
            assert (await looked_over(kiosk))["cash_unit"] == ("good", ""), "who pays is not disturbed"
            unit.hand(lambda one: one.insert_coin(500))
            await kiosk.sees("cert_take")
            await kiosk.until(lambda: "receipt" in kiosk.sale(payment).slips and kiosk.sale(payment).ended)
            await kiosk.told("issued")
            assert unit.unit.cash.tray_yen == 400
            await kiosk.until(lambda: printer.pieces)
            on_receipt = "\n".join(printer.lines_on_paper())
            assert "お預かり" in on_receipt and "600円" in on_receipt and "400円" in on_receipt
            await kiosk.leave()
            payment = await kiosk.to_pay()
            unit.hand(lambda one: one.insert_coin(100))
            await kiosk.until(lambda: kiosk.sale(payment).credits)
            await kiosk.press("stop_pay")
            await kiosk.sees("cert_said")
            assert unit.unit.cash.tray_yen == 500 and not kiosk.core.book.state.claims
            await kiosk.told("issued", "not_issued refunded")
            await kiosk.leave()
            unit.unit.faults.fail_repeatedly("box_out")
            await kiosk.look()
            assert kiosk.door == ("off", "いまお支払いができません")
            assert kiosk.alerts == set(), "whoever has just taken the box out is not rung to it"
            await kiosk.look()
            assert kiosk.alerts == {"cash_unit"}
            grade, step = (await looked_over(kiosk))["cash_unit"]
            assert grade == "bad" and "箱を奥まで差し込んで" in step
            unit.unit.faults.clear("box_out")
            await kiosk.look()
            assert not kiosk.alerts and kiosk.door[0] == "open"
            assert await looked_over(kiosk) == {"cash_unit": ("good", ""), "documents": ("good", "")}


# --- paper -----------------------------------------------------------------------------------------------------------


async def test_staff_are_rung_to_a_printer_that_nobody_waits_for(kiosk: KioskHouse) -> None:
    kiosk.documents.faults.fail_repeatedly("paper_out")
    await kiosk.look()
    assert kiosk.door[0] == "off" and kiosk.alerts == set()
    await kiosk.look()
    assert kiosk.alerts == {"certificate_printer"}
    (alert,) = [one for one in kiosk.core.book.state.alerts.values() if not one.cleared]
    assert alert.detail == "用紙がありません"
    kiosk.documents.faults.clear("paper_out")
    await kiosk.look()
    assert not kiosk.alerts and kiosk.door[0] == "open"


async def test_paper_that_ends_after_page_one_of_two_is_waited_for_and_then_claimed(
    kiosk: KioskHouse, printer: SimulatedPrinter
) -> None:
    kiosk.line.changed["prepare"] = altered(marked_pdf("r", "j", 2))
    waited_s = [0.0]
    sheets = kiosk.core.sheets
    assert sheets is not None
    sheets._monotonic_s = lambda: time.monotonic() + waited_s[0]
    payment = await kiosk.to_pay()
    kiosk.when(f.SheetEnded, lambda: kiosk.documents.faults.fail_repeatedly("paper_out"))
    kiosk.staff_take_money()
    await kiosk.until(lambda: kiosk.view.title == "用紙がありません。")
    assert kiosk.screen == "cert_print" and kiosk.alerts == {"certificate_paper"}
    waited_s[0] = 301.0
    await kiosk.sees("cert_claim")
    (claim,) = kiosk.core.book.state.claims
    assert kiosk.view.slip is not None and kiosk.view.slip.number == claim_text(claim)
    await kiosk.until(lambda: kiosk.sale(payment).slips == ("claim",) and printer.pieces)
    on_slip = "\n".join(printer.lines_on_paper())
    assert "返金引換票" in on_slip and claim_text(claim) in on_slip
    kiosk.documents.faults.clear()
    await kiosk.until(lambda: kiosk.line.outcomes)
    assert kiosk.rows(kiosk.issuances) == ["not_issued claim"]
    assert kiosk.line.outcomes[-1].claim == claim_text(claim)
    # A kill while the visitor stands there: the claim is the same, and its slip comes no second time.
    await kiosk.restart()
    await kiosk.sees("cert_claim")
    kiosk.settle_claim(claim, paid_yen=YEN)
    await kiosk.told("not_issued refunded")
    assert len(printer.pieces) == 1 and len(kiosk.sheets) == 1


async def test_a_sale_whose_visitor_is_gone_is_brought_to_its_end(kiosk: KioskHouse, printer: SimulatedPrinter) -> None:
    """Another day begins while somebody waits for paper: nobody stands there to be told."""
    payment = await kiosk.to_pay()
    kiosk.when(f.MoneyTaken, lambda: kiosk.documents.faults.fail_repeatedly("paper_out"))
    kiosk.staff_take_money()
    await kiosk.until(lambda: kiosk.view.title == "用紙がありません。")
    await kiosk.house.at("08:31", day="2026-04-07")
    assert kiosk.screen == "idle"
    await kiosk.until(lambda: "certificate_claim" in kiosk.alerts)
    (claim,) = kiosk.core.book.state.claims.values()
    assert (claim.payment, claim.owed_yen, claim.date) == (payment, YEN, "2026-04-06")
    await kiosk.until(lambda: kiosk.line.outcomes)
    assert kiosk.rows(kiosk.issuances) == ["not_issued claim"] and not kiosk.sheets
    kiosk.documents.faults.clear()
    await kiosk.house.pass_s(11)
    await kiosk.until(lambda: kiosk.door[0] == "open" and kiosk.alerts == {"certificate_claim"})


async def test_behind_a_spooler_the_visitor_says_whether_it_came(a_kiosk: AKiosk) -> None:
    with SimulatedQueue() as queue:
        a4 = CupsQueue(queue="a4", server=f"localhost:{queue.port}", answer_s=10.0)
        async with a_kiosk(documents=a4) as kiosk:
            payment = await kiosk.to_pay()
            kiosk.staff_take_money()
            await kiosk.sees("cert_doubt")
            await kiosk.press("has_paper")
            await kiosk.sees("cert_take")
            await kiosk.told("issued")
            assert kiosk.sale(payment).ended and not kiosk.core.book.state.claims
            assert queue.paper == [kiosk.line.documents[0].pdf]
            await kiosk.leave()
            await kiosk.to_pay()
            kiosk.staff_take_money()
            await kiosk.sees("cert_doubt")
            await kiosk.press("no_paper")
            await kiosk.sees("cert_claim")
            (claim,) = kiosk.core.book.state.claims
            await kiosk.until(lambda: len(kiosk.line.outcomes) == 2)
            assert kiosk.rows(kiosk.issuances[1:]) == ["unknown claim"]
            # Staff find the sheet in the printer's mouth.
            kiosk.settle_claim(claim, paid_yen=0, sold_yen=YEN)
            await kiosk.told("issued", "issued claim")
