"""The real driver on a simulated unit on virtual time: every piece of money is told once, and so is every doubt."""

from __future__ import annotations

import pytest

from drivers.cctalk_unit import messages as m
from drivers.cctalk_unit.scripts import ask
from drivers.payment_ports import Inserted, PaidOut
from tests.drivers.cctalk_unit.bus import FLOAT_YEN, Desk, whys, yen_of


def test_coins_until_the_sum_is_reached_and_then_no_more() -> None:
    desk = Desk()
    desk.begin(200)
    for at, yen in enumerate((50, 50, 100)):
        desk.bus.at(1.0 + at, lambda yen=yen: desk.unit.insert_coin(yen))  # type: ignore[misc]
    assert yen_of(desk.look()) == [50, 50, 100]
    desk.unit.insert_coin(500)
    assert whys(desk.look()) == ["not_taken"]
    assert (desk.unit.cash.back_yen, desk.unit.cash.kept_yen) == (500, FLOAT_YEN + 200)


def test_each_piece_has_its_own_identity_and_mark() -> None:
    desk = Desk()
    mark = desk.begin(300)
    for _ in range(3):
        desk.unit.insert_coin(100)
    pieces = [event for event in desk.look() if isinstance(event, Inserted)]
    assert len({piece.credit for piece in pieces}) == len({piece.mark for piece in pieces}) == 3
    assert mark not in {piece.mark for piece in pieces}


def test_a_note_is_stacked_and_the_change_comes() -> None:
    desk = Desk()
    mark = desk.begin(200)
    desk.unit.insert_note(1000)
    assert yen_of(desk.look()) == [1000]
    assert desk.unit.cash.stacker_yen == 1000
    assert desk.shut() == []
    mark = desk.driver.mark() or ""
    assert desk.driver.pay_out(800, mark) == PaidOut(800, 0, desk.driver.mark() or "")
    assert desk.unit.cash.tray_yen == 800


def test_the_same_payout_again_does_not_pay_again() -> None:
    desk = Desk()
    desk.begin(0)
    mark = desk.driver.mark() or ""
    first = desk.driver.pay_out(300, mark)
    assert desk.driver.pay_out(300, mark) == first
    assert desk.started(mark).paid_since(300, mark) == first
    assert desk.unit.cash.tray_yen == 300


def test_a_note_for_which_there_is_no_change_comes_back() -> None:
    desk = Desk({10: 9, 50: 3, 100: 5, 500: 1})
    desk.begin(200)
    desk.unit.insert_note(5000)
    assert whys(desk.look()) == ["no_change"]
    assert desk.unit.cash.back_yen == 5000
    desk.unit.insert_note(1000)
    assert yen_of(desk.look()) == [1000]


def test_a_note_that_is_not_taken_here() -> None:
    desk = Desk()
    desk.begin(200)
    desk.unit.insert_note(10000)
    assert whys(desk.look()) == ["not_taken"]


def test_a_note_that_is_held_when_the_sale_ends_goes_back() -> None:
    desk = Desk()
    desk.begin(500)
    # Its decision is not heard: the note stays in escrow.
    desk.unit.faults.fail_repeatedly(f"silent:{m.ROUTE_NOTE}")
    desk.unit.insert_note(1000)
    assert desk.look(2.0) == []
    desk.unit.faults.clear()
    assert whys(desk.shut()) == ["shut"]
    assert (desk.unit.cash.back_yen, desk.credited_yen) == (1000, 0)


def test_a_note_that_was_put_in_just_before_the_end_is_back_when_the_next_visitor_comes() -> None:
    desk = Desk()
    desk.begin(500)
    desk.unit.insert_note(1000)
    assert whys(desk.shut()) == ["shut"]
    assert (desk.unit.cash.back_yen, desk.unit.cash.inside_yen) == (1000, 0)
    desk.begin(200)
    assert desk.look(3.0) == []


def test_a_coin_that_is_under_way_when_the_sale_ends_counts() -> None:
    desk = Desk()
    desk.begin(500)
    desk.unit.insert_coin(100)
    assert yen_of(desk.shut()) == [100]


def test_one_that_is_switched_off_is_not_waited_for_and_what_it_took_is_told_later() -> None:
    desk = Desk()
    desk.begin(500)
    desk.unit.insert_coin(100)
    desk.unit.faults.fail_repeatedly("silent")
    began_s = desk.bus.now_s()
    assert desk.shut() == []
    assert desk.bus.now_s() - began_s < 30
    desk.unit.faults.clear()
    assert yen_of(desk.shut()) == [100]
    off = Desk()
    off.unit.power_off()
    began_s = off.bus.now_s()
    assert whys(list(off.driver.shut(was_open=True))) == ["power"]
    assert off.bus.now_s() - began_s < 30


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("coin_jam", "coin_jam"),
        ("box_full", "full"),
        ("box_out", "box_missing"),
        ("fraud", "tampered"),
        ("jammed_hopper", "coin_jam"),
        ("note_stuck", "fault"),
        ("starting", "unknown"),
        ("silent", "silent"),
    ],
)
def test_a_unit_in_trouble_sells_nothing_and_says_why(condition: str, status: str) -> None:
    desk = Desk()
    desk.unit.faults.fail_repeatedly(condition)
    assert desk.driver.preflight() == status
    assert desk.driver.open(200) == status
    desk.unit.insert_coin(100)
    desk.look(1.0)
    assert desk.credited_yen == 0 and desk.unit.cash.back_yen == 100
    desk.unit.faults.clear()
    assert desk.driver.preflight() == "ready"


def test_without_change_for_every_coin_it_sells_nothing() -> None:
    desk = Desk({10: 3, 50: 1, 100: 4, 500: 9})
    assert desk.driver.preflight() == "no_change"
    assert Desk({10: 0, 50: 0, 100: 0, 500: 0}).driver.preflight() == "no_change"


def test_a_note_that_jams_on_its_way_is_in_doubt_and_the_unit_says_so_until_it_is_cleared() -> None:
    desk = Desk()
    desk.begin(200)
    desk.unit.faults.fail_next("note_jam")
    desk.unit.insert_note(1000)
    assert whys(desk.look()) == ["stuck"]
    assert desk.credited_yen == 0 and desk.unit.cash.inside_yen == 1000
    assert desk.driver.preflight() == "note_jam"
    desk.unit.faults.clear()
    assert desk.driver.preflight() == "ready"


def test_a_full_stacker_gives_the_note_back() -> None:
    desk = Desk()
    desk.begin(200)
    desk.unit.faults.fail_repeatedly("stacker_full")
    desk.unit.insert_note(1000)
    assert whys(desk.look()) == ["no_change"] or desk.unit.cash.back_yen == 1000
    assert desk.driver.preflight() == "full"


@pytest.mark.parametrize("what", ["coin", "note"])
def test_power_lost_while_money_goes_in_is_a_doubt_and_no_credit(what: str) -> None:
    desk = Desk()
    desk.begin(1000)
    desk.unit.insert_coin(50)
    assert yen_of(desk.look(1.0)) == [50]
    if what == "coin":
        desk.unit.insert_coin(100)
        desk.bus.sleep(0.1)
    else:
        desk.unit.insert_note(1000)
        desk.look(1.2)
    desk.unit.power_off()
    assert desk.look(2.0) == []
    assert desk.driver.status == "silent"
    desk.unit.power_on()
    assert "power" in whys(desk.look(2.0))
    assert desk.credited_yen == 50
    assert desk.shut() == []
    # Nothing more is taken until somebody opens it anew.
    desk.unit.insert_coin(100)
    assert yen_of(desk.look(1.0)) == []


def test_power_lost_before_the_first_event_is_seen_by_what_the_unit_has_forgotten() -> None:
    desk = Desk()
    desk.begin(1000)
    desk.unit.insert_coin(100)
    desk.bus.sleep(0.1)
    desk.unit.power_off()
    desk.unit.power_on()
    assert whys(desk.look(2.0)) == ["power"]


def test_more_events_than_the_unit_keeps_are_a_doubt() -> None:
    desk = Desk()
    desk.begin(2000)
    for _ in range(7):
        desk.unit.insert_coin(10)
    desk.bus.sleep(5.0)
    told = desk.look(1.0)
    assert yen_of(told) == [10] * 5
    assert whys(told) == ["lost"]


def test_money_that_went_in_while_the_core_was_not_running_is_told_once() -> None:
    desk = Desk()
    desk.begin(1000)
    desk.unit.insert_coin(100)
    desk.look(1.0)
    mark = desk.last_mark
    desk.unit.insert_coin(500)
    desk.bus.sleep(1.0)
    desk.driver = desk.started(mark)
    assert yen_of(desk.shut()) == [500]
    desk.driver = desk.started(desk.last_mark)
    assert desk.shut() == []
    assert desk.credited_yen == 600


def test_a_unit_that_is_new_here_begins_where_it_is() -> None:
    desk = Desk()
    desk.begin(1000)
    for _ in range(3):
        desk.unit.insert_coin(100)
    desk.look(1.0)
    desk.driver = desk.started("")
    assert desk.look(1.0) == []


# --- the line


@pytest.mark.parametrize("fault", ["garbled", "half", "lost_answer", "twice", "silent", "busy"])
@pytest.mark.parametrize("header", [m.READ_COINS, m.READ_NOTES, m.ROUTE_NOTE, m.MODIFY_MASTER_INHIBIT])
def test_one_bad_answer_changes_nothing(fault: str, header: int) -> None:
    desk = Desk()
    desk.begin(1200)
    desk.unit.faults.fail_next(f"{fault}:{header}")
    desk.unit.insert_note(1000)
    desk.look(4.0)
    if desk.credited_yen == 0:
        # A busy validator did not take the decision: the note comes back by itself, or at the end.
        assert (fault, header) == ("busy", m.ROUTE_NOTE)
        assert whys(desk.shut()) == ["shut"]
        return
    desk.unit.insert_coin(100)
    desk.look(2.0)
    desk.shut()
    assert desk.credited_yen == desk.unit.cash.kept_yen - FLOAT_YEN == 1100


@pytest.mark.parametrize("fault", ["silent", "lost_answer", "garbled", "half", "nak", "busy", "twice"])
def test_a_payout_is_sent_once_whatever_becomes_of_its_answer(fault: str) -> None:
    desk = Desk()
    mark = desk.begin(0)
    desk.driver.pay_out(50, mark)
    mark = desk.driver.mark() or ""
    desk.unit.asked.clear()
    desk.unit.faults.fail_next(f"{fault}:{m.PAY_MONEY_OUT}")
    found = desk.driver.pay_out(300, mark)
    assert desk.unit.asked.count(m.PAY_MONEY_OUT) <= 1
    assert (found.paid_yen, found.doubt_yen) == (desk.unit.cash.tray_yen - 50, 0)
    assert found.paid_yen == (0 if fault in ("silent", "nak", "busy") else 300)


def test_an_acknowledgement_that_belongs_to_an_earlier_question_pays_nothing() -> None:
    desk = Desk()
    desk.driver.pay_out(50, desk.begin(0))
    mark = desk.driver.mark() or ""
    desk.unit.faults.fail_next(f"twice:{m.REQUEST_ACTIVITY}")
    desk.unit.faults.fail_next(f"silent:{m.PAY_MONEY_OUT}")
    found = desk.driver.pay_out(300, mark)
    assert (found.paid_yen, found.doubt_yen, desk.unit.cash.tray_yen) == (0, 0, 50)


@pytest.mark.parametrize("fault", ["twice", "late"])
def test_an_answer_that_comes_again_or_late_is_not_taken_for_that_to_the_next_question(fault: str) -> None:
    desk = Desk()
    assert desk.driver.preflight() == "ready"
    desk.unit.faults.fail_next(f"{fault}:{m.SIMPLE_POLL}")
    desk.driver._run(ask(m.CHANGER, m.SIMPLE_POLL))
    desk.bus.sleep(0.2)
    assert desk.driver._run(ask(m.CHANGER, m.REQUEST_CATEGORY)) == b"Changer"


def test_a_first_payout_of_which_nothing_is_known_is_in_doubt_and_not_tried_again() -> None:
    """A counter at 0 before and after would look the same if the power had been cut meanwhile."""
    desk = Desk()
    mark = desk.begin(0)
    desk.unit.faults.fail_next(f"silent:{m.PAY_MONEY_OUT}")
    found = desk.driver.pay_out(300, mark)
    assert (found.paid_yen, found.doubt_yen) == (0, 300)
    assert desk.driver.pay_out(300, mark) == found
    assert desk.started(mark).paid_since(300, mark).doubt_yen == 300
    assert desk.unit.cash.tray_yen == 0


def test_hoppers_that_run_empty_leave_a_rest() -> None:
    desk = Desk({10: 9, 50: 3, 100: 5, 500: 0})
    desk.begin(0)
    found = desk.driver.pay_out(900, desk.driver.mark() or "")
    assert (found.paid_yen, found.doubt_yen, found.cause) == (740, 0, "no_change")
    assert desk.unit.cash.tray_yen == 740


def test_a_hopper_that_jams_leaves_a_rest() -> None:
    desk = Desk()
    desk.begin(0)
    mark = desk.driver.mark() or ""
    desk.bus.at(desk.bus.now_s() + 0.5, lambda: desk.unit.faults.fail_next("hopper_jam"))
    found = desk.driver.pay_out(980, mark)
    assert 0 < found.paid_yen == desk.unit.cash.tray_yen < 980
    assert found.doubt_yen == 0
    assert desk.driver.preflight() == "coin_jam"


@pytest.mark.parametrize("paid_before", [0, 50])
def test_power_lost_in_a_payout_is_in_doubt(paid_before: int) -> None:
    desk = Desk()
    mark = desk.begin(0)
    if paid_before:
        desk.driver.pay_out(paid_before, mark)
        mark = desk.driver.mark() or ""
    desk.bus.at(desk.bus.now_s() + 0.5, desk.unit.power_off)
    desk.bus.at(desk.bus.now_s() + 1.0, desk.unit.power_on)
    found = desk.driver.pay_out(980, mark)
    assert (found.paid_yen, found.doubt_yen) == (0, 980)


def test_a_core_that_ends_in_a_payout_asks_the_unit_afterwards() -> None:
    desk = Desk()
    desk.driver.pay_out(50, desk.begin(0))
    mark = desk.driver.mark() or ""

    class Killed(Exception):
        pass

    def kill() -> None:
        raise Killed

    desk.bus.at(desk.bus.now_s() + 0.7, kill)
    with pytest.raises(Killed):
        desk.driver.pay_out(980, mark)
    again = desk.started(mark)
    assert again.paid_since(980, mark).paid_yen == 980
    assert desk.unit.cash.tray_yen == 1030


def test_a_payout_that_never_reached_the_unit_is_known_as_such() -> None:
    desk = Desk()
    desk.driver.pay_out(50, desk.begin(0))
    mark = desk.driver.mark() or ""
    found = desk.started(mark).paid_since(300, mark)
    assert (found.paid_yen, found.doubt_yen) == (0, 0)


def test_the_mark_of_another_unit_cannot_be_asked_about() -> None:
    found = Desk().driver.paid_since(300, "counter")
    assert (found.paid_yen, found.doubt_yen, found.cause) == (0, 300, "other_device")


def test_a_cable_that_is_pulled_and_comes_back() -> None:
    desk = Desk()
    desk.begin(1000)
    desk.unit.insert_coin(100)
    desk.look(1.0)
    desk.bus.unplugged = True
    assert desk.look(2.0) == []
    assert desk.driver.status == "away"
    assert desk.driver.mark() is None
    desk.unit.insert_coin(100)
    desk.bus.sleep(1.0)
    desk.bus.unplugged = False
    assert yen_of(desk.look(2.0)) == [100]


def test_another_device_at_the_line_is_no_unit() -> None:
    desk = Desk()
    desk.unit._common = lambda address, header, data: b"Hopper" if header == m.REQUEST_CATEGORY else None  # type: ignore[method-assign]
    assert desk.driver.preflight() == "other_device"


def test_closing_shuts_first() -> None:
    desk = Desk()
    desk.begin(500)
    desk.driver.close()
    desk.unit.insert_coin(100)
    desk.bus.sleep(1.0)
    assert desk.unit.cash.back_yen == 100
