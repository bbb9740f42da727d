"""A certificate kiosk whose core is killed after each record of a sale: what was paid is a sheet, money given back or a
claim; nothing is printed twice; central hears the same.
"""

from __future__ import annotations

import contextlib

import pytest

from drivers.cctalk_unit.simulated_lines import ServedCashUnit
from drivers.cctalk_unit.simulator import SimulatedCashUnit
from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.office.sales import claim_text
from kiosk_app.office.takings import day_takings
from kiosk_app.settings import UnitPay
from offline_store.errors import StoreFull
from tests.drivers.cctalk_unit.bus import FLOAT, FLOAT_YEN
from tests.kiosk_app.certificate_kiosk_house import KioskHouse
from tests.kiosk_app.conftest import AKiosk

pytestmark = pytest.mark.slow
RECORDS = range(10)
"""Asked, confirmed, taken, sheet begun, sheet ended, over, receipt begun, outcome told; and one that is not reached."""
IN_PLAIN = (1, 3, 4, 5)
CHOICES = ("kind:resident-record", "scope:self", "next", "copies:1")


async def killed_sale(kiosk: KioskHouse, records: int, choices: tuple[str, ...] = CHOICES) -> str:
    """The sale, after the core has come up again."""
    await kiosk.to_confirm(*choices)
    kiosk.kill_after(records)
    await kiosk.press("buy")
    payment = kiosk.sale_id
    await kiosk.until(lambda: kiosk.core.book.closed or kiosk.screen == "cert_pay")
    if not kiosk.core.book.closed:
        with contextlib.suppress(StoreFull):
            kiosk.staff_take_money()
    await kiosk.until(lambda: kiosk.core.book.closed or kiosk.is_quiet(payment))
    await kiosk.restart()
    return payment


async def came_to_its_end(kiosk: KioskHouse, payment: str) -> None:
    """The only sale that this kiosk has known."""
    await kiosk.sees("cert_said", "cert_claim", "cert_take")
    state = kiosk.core.book.state
    sale = state.sales.get(payment)
    if sale is None:
        assert kiosk.screen == "cert_said" and not kiosk.sheets
        return
    taken_yen = sum(sale.credits.values())
    sold_yen = sum(copy.yen for copy in sale.copies.values() if copy.state == "issued")
    paid_back_yen = sum(one.paid_yen for one in sale.payouts.values())
    assert sale.ended and taken_yen == sold_yen + sale.claimed_yen + paid_back_yen
    came = len(kiosk.sheets)
    states = [copy.state for copy in sale.copies.values()]
    assert came <= len(states) and (taken_yen or not came)
    assert states.count("issued") <= came <= states.count("issued") + states.count("unknown")
    if sale.claim:
        assert kiosk.screen == "cert_claim" and kiosk.view.slip is not None
        assert kiosk.view.slip.number == claim_text(sale.claim)
        await kiosk.until(lambda: state.sales[payment].slips)
    else:
        assert kiosk.screen == ("cert_take" if sold_yen else "cert_said")
    await kiosk.until(lambda: all(one.ended for one in state.sales.values()) and not open_outcomes(kiosk))
    settled = "claim" if sale.claim else "refunded" if taken_yen else "not_paid"
    told = {"issued": "issued", "unknown": f"unknown {settled}"}
    wanted = [told.get(copy.state, f"not_issued {settled}") for copy in sale.copies.values()]
    assert sorted(kiosk.rows([copy.issuance for copy in sale.copies.values()])) == sorted(wanted)


def open_outcomes(kiosk: KioskHouse) -> list[str]:
    """Claims are open until staff have settled them; central has heard of them all the same."""
    return [key for key, one in kiosk.core.book.state.outcomes.items() if one.told is None]


@pytest.mark.parametrize(
    "records", [pytest.param(one, marks=() if one in IN_PLAIN else pytest.mark.long) for one in RECORDS]
)
async def test_a_kill_after_each_record_of_a_sale_at_the_counter(
    printer: SimulatedPrinter, a_kiosk: AKiosk, records: int
) -> None:
    async with a_kiosk() as kiosk:
        payment = await killed_sale(kiosk, records)
        await came_to_its_end(kiosk, payment)
        begun = kiosk.core.book.state.sales[payment].slips if payment in kiosk.core.book.state.sales else ()
        await kiosk.until(lambda: len(printer.pieces) == len(begun))
        # And once more: a second start finds nothing to end, and prints nothing.
        before = kiosk.kinds()
        papers = len(kiosk.sheets), len(printer.pieces)
        assert papers[1] <= 1
        await kiosk.restart()
        await came_to_its_end(kiosk, payment)
        assert (len(kiosk.sheets), len(printer.pieces)) == papers
        of_sales = ("Certificate", "Claim", "Payment", "Slip", "Money", "Outcome")
        assert not [kind for kind in kiosk.kinds()[len(before) :] if kind.startswith(of_sales)]


@pytest.mark.long
@pytest.mark.parametrize("records", range(13))
async def test_a_kill_after_each_record_of_a_sale_into_a_unit(a_kiosk: AKiosk, records: int) -> None:
    """Two copies of 200 yen for a note and a coin: change is given, or claimed, and the boxes agree with the log."""
    with ServedCashUnit(SimulatedCashUnit(FLOAT)) as unit:
        means = UnitPay(host="127.0.0.1", port=unit.port, answer_s=5.0)
        async with a_kiosk(payment=means) as kiosk:
            await kiosk.to_confirm("kind:resident-record", "scope:self", "next", "copies:2")
            kiosk.kill_after(records)
            await kiosk.press("buy")
            payment = kiosk.sale_id
            await kiosk.until(lambda: kiosk.core.book.closed or kiosk.screen == "cert_pay")
            if not kiosk.core.book.closed:
                unit.hand(lambda one: one.insert_coin(100))
                unit.hand(lambda one: one.insert_note(1000))
            await kiosk.until(lambda: kiosk.core.book.closed or kiosk.is_quiet(payment))
            await kiosk.restart()
            await came_to_its_end(kiosk, payment)
            day = day_takings(kiosk.core.book.state, "2026-04-06")
            assert day.whole.open_yen == 0
            doubt_yen = sum(claim.doubt_yen for claim in kiosk.core.book.state.claims.values())
            kept_yen = unit.unit.cash.kept_yen - FLOAT_YEN
            assert 0 <= day.unit_yen - kept_yen <= doubt_yen
