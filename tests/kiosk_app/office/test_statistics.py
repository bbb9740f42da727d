"""The figures that the leader reads and the lines that an auditor reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.rows import action_rows, missed_numbers, waiting_counts, waiting_rows
from kiosk_app.office.state import number_of
from kiosk_app.office.statistics import day_totals, quantile, service_days
from tests.kiosk_app.office.scenario import Office


@given(st.lists(st.integers(0, 1000), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_a_value_that_enough_do_not_exceed(values: list[int], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


def test_no_values_have_no_quantile() -> None:
    assert quantile([], 0.5) is None


def test_the_figures_of_a_morning() -> None:
    office = Office().open_day()
    for _ in range(4):
        office.issue()
    office.issue("move")
    office.issue(verdict=None)
    office.pass_min(10)
    office.called(1)
    office.pass_min(5).called(1)
    office.act("no_show", counter=1)
    office.act("cancel", counter=1, number="A-003", reason="帰宅")
    (move, residence) = service_days(office.state.day)
    assert (move.letter, move.issued, move.waiting) == ("H", 1, 1)
    assert (residence.issued, residence.completed, residence.no_shows, residence.waiting) == (5, 1, 1, 1)
    assert (residence.wait_median_s, residence.wait_p90_s) == (600, 900)
    assert (residence.service_median_s, residence.service_p90_s) == (300, 300)
    totals = day_totals(office.state.day)
    assert (totals.issued, totals.completed, totals.no_shows, totals.cancelled, totals.waiting) == (6, 1, 1, 1, 2)
    assert missed_numbers(office.state) == ("A-002",)
    assert waiting_counts(office.state) == {"A": 1, "H": 1}


def test_the_waiting_list_is_in_the_order_of_the_calls_with_those_on_hold_last() -> None:
    office = Office().open_day()
    held = office.issue()
    office.pass_min(1).issue(due_min=20, verdict="unknown")
    office.issue(due_min=15, promise="reservation")
    office.called(1)
    office.act("hold", counter=1)
    rows = waiting_rows(office.state, office.pass_min(5).now_utc_ms)
    assert [(row.number, row.kind, row.promised, row.waited_min, row.paper) for row in rows] == [
        ("A-003", "reservation", "9:16", 5, ""),
        ("A-002", "walk_in", "9:21", 5, "紙を確認"),
        (number_of(office.state.day, held), "held", "", 6, ""),
    ]


def test_the_history_says_who_did_what_with_which_number_and_why() -> None:
    office = Office().open_day(counters=(3,))
    office.issue("move")
    office.pass_min(10).called(3)
    office.pass_min(1).act("cancel", counter=3, reason="帰宅")
    office.pass_min(1).act("undo", counter=3)
    lines = [
        (row.time, row.staff_code, row.counter, row.number, row.what, row.reason) for row in action_rows(office.state)
    ]
    assert lines == [
        ("9:12", "2041", "3番", "H-001", "元に戻す", "取り消し"),
        ("9:11", "2041", "3番", "H-001", "取り消し", "帰宅"),
        ("9:10", "2041", "3番", "H-001", "呼出", ""),
        ("9:00", "2041", "3番", "", "窓口を開く", ""),
    ]
    assert len(action_rows(office.state, number="H-001")) == 3
    assert action_rows(office.state, number="A-001") == ()
