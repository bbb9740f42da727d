"""Sales under faults drawn by hypothesis: what is credited is in the unit, and what is in the unit is credited or in
doubt."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cctalk_unit import messages as m
from drivers.payment_ports import InDoubt, Inserted
from tests.depth import examples
from tests.drivers.cctalk_unit.bus import FLOAT_YEN, Desk

LINE = ["silent", "garbled", "half", "twice", "lost_answer", "late", "busy", "nak"]
HEADERS = [
    "",
    *(f":{header}" for header in (m.READ_COINS, m.READ_NOTES, m.ROUTE_NOTE, m.PAY_MONEY_OUT, m.REQUEST_ACTIVITY)),
]
seconds = st.floats(0.1, 12.0)
hands = st.one_of(
    st.tuples(seconds, st.just("coin"), st.sampled_from([10, 50, 100, 500])),
    st.tuples(seconds, st.just("note"), st.sampled_from([1000, 5000, 10000])),
    st.tuples(seconds, st.just("rubbish"), st.just(0)),
)
faults = st.one_of(
    st.tuples(seconds, st.sampled_from(LINE), st.sampled_from(HEADERS)),
    st.tuples(seconds, st.sampled_from(["note_jam", "hopper_jam"]), st.just("")),
)


@given(
    st.lists(hands, max_size=6),
    st.lists(faults, max_size=4),
    st.sampled_from([0.0, 0.0, 0.0, 4.0, 13.5]),
    st.sampled_from([200, 450, 900]),
)
@settings(max_examples=examples(80), deadline=None)
def test_no_yen_is_credited_that_is_not_there_and_none_is_there_unsaid(
    money: list, troubles: list, power_cut_s: float, wanted_yen: int
) -> None:
    desk = Desk()
    desk.begin(wanted_yen)
    began_s = desk.bus.now_s()
    for at, what, yen in money:
        desk.bus.at(began_s + at, lambda what=what, yen=yen: hand(desk, what, yen))  # type: ignore[misc]
    for at, condition, header in troubles:
        desk.bus.at(began_s + at, lambda fault=condition + header: desk.unit.faults.fail_next(fault))  # type: ignore[misc]
    if power_cut_s:
        desk.bus.at(began_s + power_cut_s, desk.unit.power_off)
        desk.bus.at(began_s + power_cut_s + 0.3, desk.unit.power_on)
    until_s = began_s + 13.0
    while desk.bus.now_s() < until_s:
        desk.told += desk.driver.wait(until_s - desk.bus.now_s())
    desk.unit.faults.clear()
    desk.shut()
    in_doubt = any(isinstance(event, InDoubt) for event in desk.told)
    credits = [event.credit for event in desk.told if isinstance(event, Inserted)]
    assert len(credits) == len(set(credits))
    kept_yen = desk.unit.cash.kept_yen - FLOAT_YEN
    assert desk.credited_yen <= kept_yen
    assert in_doubt or desk.credited_yen == kept_yen
    assert in_doubt or desk.unit.cash.inside_yen == 0
    if desk.driver.preflight() not in ("ready", "no_change"):
        return
    mark = desk.driver.mark()
    assert mark is not None
    owed_yen = max(0, desk.credited_yen - wanted_yen)
    if troubles:
        desk.unit.faults.fail_next(f"{troubles[0][1]}:{m.PAY_MONEY_OUT}")
    found = desk.driver.pay_out(owed_yen, mark) if owed_yen else None
    if found is not None:
        assert found.paid_yen <= desk.unit.cash.tray_yen <= found.paid_yen + found.doubt_yen <= owed_yen
        assert desk.driver.pay_out(owed_yen, mark) == found or found.paid_yen + found.doubt_yen < owed_yen


def hand(desk: Desk, what: str, yen: int) -> None:
    if not desk.unit.powered:
        return
    if what == "coin":
        desk.unit.insert_coin(yen)
    elif what == "note":
        desk.unit.insert_note(yen)
    else:
        desk.unit.insert_rubbish()
