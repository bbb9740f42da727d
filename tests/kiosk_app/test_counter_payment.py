"""「窓口でお支払い」 keeps the port's word: what staff say is told once, and it gives nothing back by itself."""

from __future__ import annotations

import threading

from drivers.cctalk_unit.driver import CcTalkCashUnit
from drivers.cctalk_unit.transport import CashUnitSettings
from drivers.payment_ports import Inserted, PaymentPoint
from kiosk_app.counter_payment import MARK, CounterPayment
from kiosk_app.office.payment_rules import AT_THE_COUNTER


def test_both_are_places_to_pay() -> None:
    points: list[PaymentPoint] = [CounterPayment(), CcTalkCashUnit(CashUnitSettings(device="/dev/none"))]
    assert [point.gives_back for point in points] == [False, True]


def test_what_staff_say_is_told_once() -> None:
    point = CounterPayment()
    assert (point.preflight(), point.mark(), point.open(200)) == ("ready", MARK, "ready")
    assert point.wait(0.0) == ()
    point.paid(AT_THE_COUNTER, 200)
    assert point.wait(0.0) == (Inserted(AT_THE_COUNTER, 200, "counter", MARK),)
    assert point.shut() == ()


def test_a_word_from_another_thread_ends_the_wait() -> None:
    point = CounterPayment()
    threading.Thread(target=lambda: point.paid(AT_THE_COUNTER, 200), daemon=True).start()
    assert [event for event in point.wait(60.0) if isinstance(event, Inserted)]


def test_a_word_for_the_sale_before_is_not_for_this_one() -> None:
    point = CounterPayment()
    point.paid(AT_THE_COUNTER, 200)
    point.open(450)
    assert point.wait(0.0) == ()


def test_it_gives_nothing_back() -> None:
    point = CounterPayment()
    for found in (point.pay_out(200, MARK), point.paid_since(200, MARK)):
        assert (found.paid_yen, found.doubt_yen, found.cause) == (0, 0, "no_change")
    point.close()
