"""Log, rules and the real driver on a simulated unit: whatever the line, the power and the core do, each yen in the
unit is one in the log, or somebody is told to look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cctalk_unit import messages as m
from drivers.payment_ports import PaymentPoint
from kiosk_app.book import PracticeBook
from kiosk_app.clock import DrivenClock
from kiosk_app.counter_payment import CounterPayment
from kiosk_app.office import facts as f
from kiosk_app.office import payment_rules
from kiosk_app.office.payment_rules import AT_THE_COUNTER, Bound, Copy, Seller
from kiosk_app.office.sales import claim_yen
from kiosk_app.office.takings import day_takings
from kiosk_app.till import Till, last_mark
from tests.depth import examples
from tests.drivers.cctalk_unit.bus import FLOAT_YEN, Desk
from tests.kiosk_app.office.till import a_price

DATE = "2026-04-06"
SELLER = Seller("1号機", DATE, "session", "resident", "ja")
COPIES = [Copy("job-1", "a" * 64, "i1", "s1")]
AT_HAND = Bound("session", "resident", "a" * 64)


class Killed(Exception):
    """The core ends here."""


class Kiosk:
    """`boot` makes everything anew but the log and the unit."""

    def __init__(self, point: Callable[[str], PaymentPoint]) -> None:
        self._point = point
        self._ids = 0
        self.book = PracticeBook(DrivenClock(1_775_437_920_000))
        self.book.commit("core", [f.DayOpened(date=DATE, office="kokura-kita")])
        self.told: list[f.Fact] = []
        self.book.told = self.told.extend
        self.till = self._made()

    def _made(self) -> Till:
        return Till(self.book, self._point(last_mark(self.book.state, "practice")), self.new_id, lambda: SELLER)

    def new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids}"

    async def boot(self) -> None:
        """Also a boot may be cut short."""
        while True:
            self.till = self._made()
            try:
                return await self.till.boot()
            except Killed:
                continue

    async def sell(self, payment: str, yen: int, verdict: f.Verdict, seconds: float) -> None:
        """One visitor: until it is paid, or for so long."""
        copies = [COPIES[0]._replace(job=f"{payment}-job")]
        if await self.till.ask(payment, SELLER, a_price(yen, 1), "住民票の写し", copies) == "ready":
            for _ in range(40):
                sale = self.book.state.sales[payment]
                if not await self.till.take(payment, seconds) or payment_rules.is_paid(sale):
                    break
        await self.till.shut(payment)
        state = self.book.state
        started = payment_rules.start_print(state, payment, f"{payment}-job", AT_HAND, "p")
        if isinstance(started, tuple):
            self.book.commit("core", started)
            self.book.settle("core", payment_rules.print_ended(state, payment, f"{payment}-job", verdict))
        self.book.settle("core", payment_rules.void_rest(state, payment, "abandoned"))
        await self.till.give_back(payment)
        self.book.settle("core", payment_rules.finish(state, payment, self.new_id()))


def test_a_sale_at_the_counter() -> None:
    point = CounterPayment()
    kiosk = Kiosk(lambda mark: point)

    async def play() -> None:
        assert await kiosk.till.ask("p1", SELLER, a_price(200, 1), "住民票の写し", COPIES) == "ready"
        assert kiosk.book.state.sales["p1"].means == "counter"
        kiosk.book.commit("2041", payment_rules.paid_here(kiosk.book.state, "p1"))
        point.paid(AT_THE_COUNTER, 200)
        assert len(await kiosk.till.take("p1", 60.0)) == 1
        assert kiosk.book.state.sales["p1"].credits == {AT_THE_COUNTER: 200}
        await kiosk.till.shut("p1")
        kiosk.book.settle("core", payment_rules.void_rest(kiosk.book.state, "p1", "stopped"))
        assert await kiosk.till.give_back("p1") is None
        kiosk.book.settle("core", payment_rules.finish(kiosk.book.state, "p1", "c1"))
        await kiosk.till.stop()

    asyncio.run(play())
    assert kiosk.book.state.claims["c1"].owed_yen == 200


def test_a_sale_into_the_unit() -> None:
    desk = Desk()
    kiosk = Kiosk(desk.started)

    async def play() -> None:
        desk.bus.at(2.0, lambda: desk.unit.insert_note(1000))
        await kiosk.sell("p1", 450, "issued", 10.0)
        await kiosk.till.stop()

    asyncio.run(play())
    assert [type(fact).__name__ for fact in kiosk.told] == [
        "CertificateIntended", "PaymentAsked", "MoneyTaken", "CertificatePrintStarted", "CertificateEnded",
        "PayoutStarted", "PayoutEnded", "PaymentEnded",
    ]  # fmt: skip
    assert desk.unit.cash.tray_yen == 550
    day = day_takings(kiosk.book.state, DATE)
    assert (day.whole.unit_yen, day.whole.sold_yen, day.whole.paid_out_yen, day.unit_yen) == (1000, 450, 550, 450)


def test_without_an_answer_of_the_unit_no_sale_begins() -> None:
    desk = Desk()
    kiosk = Kiosk(desk.started)
    desk.unit.power_off()
    assert asyncio.run(kiosk.till.ask("p1", SELLER, a_price(200, 1), "住民票の写し", COPIES)) == "silent"
    assert kiosk.told == []


def test_money_that_comes_when_the_sale_is_over_is_a_claim_at_once() -> None:
    desk = Desk()
    kiosk = Kiosk(desk.started)

    async def play() -> None:
        await kiosk.sell("p1", 200, "issued", 1.0)
        # Somebody opened the unit by hand.
        desk.unit._ram.open[m.CHANGER] = True
        desk.unit.insert_coin(500)
        desk.bus.sleep(1.0)
        await kiosk.till.take("p1", 1.0)

    asyncio.run(play())
    (claim,) = kiosk.book.state.claims.values()
    assert (claim.owed_yen, claim.number, claim.reason) == (500, 2, "abandoned")


@pytest.mark.parametrize("after_s", [1.0, 2.9, 3.4, 4.0, 5.0, 6.0, 7.0])
def test_a_core_that_ends_at_any_moment_finds_every_yen_again(after_s: float) -> None:
    desk = Desk()
    kiosk = Kiosk(desk.started)

    def kill() -> None:
        raise Killed

    async def play() -> None:
        desk.bus.at(0.1, lambda: desk.unit.insert_coin(500))
        desk.bus.at(2.5, lambda: desk.unit.insert_coin(500))
        desk.bus.at(after_s, kill)
        try:
            await kiosk.sell("p1", 900, "issued", 5.0)
        except Killed:
            desk.bus.sleep(20.0)
            await kiosk.boot()

    asyncio.run(play())
    settled(kiosk, desk)


@pytest.mark.parametrize("back_after_s", [0.1, 60.0])
def test_a_power_cut_of_the_whole_kiosk_leaves_no_yen_unsaid(back_after_s: float) -> None:
    """A coin is under way; unit and core forget everything, and the unit may be the slower one to come back."""
    desk = Desk()
    kiosk = Kiosk(desk.started)

    def cut() -> None:
        desk.unit.power_off()
        raise Killed

    async def play() -> None:
        desk.bus.at(2.0, lambda: desk.unit.insert_coin(100))
        desk.bus.at(2.1, cut)
        with pytest.raises(Killed):
            await kiosk.sell("p1", 900, "issued", 5.0)
        desk.bus.at(desk.bus.now_s() + back_after_s, desk.unit.power_on)
        desk.bus.sleep(0.2)
        await kiosk.boot()

    asyncio.run(play())
    assert kiosk.book.state.sales["p1"].doubted
    settled(kiosk, desk)


def settled(kiosk: Kiosk, desk: Desk) -> None:
    """Nothing is open, and what is in the unit is what the log says, but for what somebody looks after."""
    state = kiosk.book.state
    day = day_takings(state, DATE)
    assert day.whole.open_yen == 0
    assert all(sale.ended for sale in state.sales.values())
    doubted = [key for key, sale in state.sales.items() if sale.doubted]
    assert {state.claims[key].reason for key in day.claims_open if state.claims[key].payment in doubted} <= {"unit"}
    assert all(any(claim.payment == key for claim in state.claims.values()) for key in doubted)
    unheard_yen = sum(one.doubt_yen for sale in state.sales.values() for one in sale.payouts.values())
    more_yen = desk.unit.cash.kept_yen - FLOAT_YEN - day.unit_yen
    assert -unheard_yen <= more_yen
    assert doubted or more_yen <= 0
    if not doubted and not unheard_yen:
        assert more_yen == 0
    owed = sum(claim_yen(claim) for claim in state.claims.values())
    assert day.whole.claimed_yen == owed


seconds = st.floats(0.2, 14.0)
trouble = st.one_of(
    st.tuples(seconds, st.sampled_from(["silent", "garbled", "half", "twice", "late", "lost_answer", "busy", "nak"])),
    st.tuples(seconds, st.sampled_from(["note_jam", "hopper_jam", "power", "kill"])),
)
visit = st.tuples(
    st.lists(st.tuples(seconds, st.sampled_from([50, 100, 500, 1000, 5000])), max_size=4),
    st.lists(trouble, max_size=2),
    st.sampled_from([0, 200, 450]),
    st.sampled_from(["issued", "not_issued", "unknown"]),
)


@given(st.lists(visit, min_size=1, max_size=2))
@settings(max_examples=examples(40), deadline=None)
def test_days_of_trouble_reconcile_with_the_boxes(plan: list) -> None:
    desk = Desk()
    kiosk = Kiosk(desk.started)

    def put(yen: int) -> None:
        if desk.unit.powered:
            (desk.unit.insert_note if yen >= 1000 else desk.unit.insert_coin)(yen)

    def kill() -> None:
        raise Killed

    async def play() -> None:
        for number, (money, troubles, yen, verdict) in enumerate(plan):
            now_s = desk.bus.now_s()
            for at, piece in money:
                desk.bus.at(now_s + at, lambda piece=piece: put(piece))  # type: ignore[misc]
            for at, what in troubles:
                if what == "power":
                    desk.bus.at(now_s + at, desk.unit.power_off)
                    desk.bus.at(now_s + at + 0.4, desk.unit.power_on)
                elif what == "kill":
                    desk.bus.at(now_s + at, kill)
                else:
                    desk.bus.at(now_s + at, lambda what=what: desk.unit.faults.fail_next(what))  # type: ignore[misc]
            try:
                await kiosk.sell(f"p{number}", yen, verdict, 15.0)
            except Killed:
                await kiosk.boot()
            desk.unit.faults.clear()
        while True:
            try:
                desk.bus.sleep(40.0)
                break
            except Killed:
                pass
        await kiosk.boot()
        desk.bus.sleep(5.0)

    asyncio.run(play())
    settled(kiosk, desk)
