"""What an outage leaves out: no handling is measured over it, no wait contains it, and open calls are asked about."""

from __future__ import annotations

import pytest

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.figures import day_figures
from kiosk_app.office.floor_plan import seats
from kiosk_app.office.growing_day import GrowingDay
from kiosk_app.office.outages import is_in_question, outage_ms, overlap_ms, running_ms
from kiosk_app.office.rates import learnt, pauses
from kiosk_app.office.state import counter_of, dump, visit_of
from kiosk_app.office.statistics import day_totals, service_days
from kiosk_app.office.touched import Touched
from tests.kiosk_app.office.scenario import MINUTE_MS, Office
from tests.kiosk_app.office.test_folds import folded


class Cut(Office):
    def power_cut(self, minutes: float) -> Cut:
        since = self.now_utc_ms
        self.pass_min(minutes).append(f.OutageEnded(from_utc_ms=since, until_utc_ms=self.now_utc_ms), actor="core")
        return self


def asked(office: Office, counter: int) -> bool:
    day = office.state.day
    return is_in_question(day, visit_of(day, counter_of(day, counter).current))


def opened() -> Cut:
    office = Cut()
    office.open_day()
    return office


def test_a_span_without_its_outages() -> None:
    office = opened()
    begin = office.now_utc_ms
    office.pass_min(10)
    office.power_cut(5).pass_min(10)
    office.power_cut(2).pass_min(1)
    day, end = office.state.day, office.now_utc_ms
    assert outage_ms(day) == overlap_ms(day, begin, end) == 7 * MINUTE_MS
    assert running_ms(day, begin, end) == 21 * MINUTE_MS
    assert overlap_ms(day, begin + 12 * MINUTE_MS, begin + 13 * MINUTE_MS) == MINUTE_MS
    assert overlap_ms(day, begin, begin + 10 * MINUTE_MS) == 0 and running_ms(day, end, begin) == 0


@pytest.mark.parametrize("answer", ["complete", "no_show", "continue_call", "recall", "call_next"])
def test_each_counter_is_asked_once_whatever_the_answer(answer: str) -> None:
    office = opened()
    for _ in range(3):
        office.issue()
    office.called(1)
    office.called(2)
    assert not asked(office, 1)
    office.power_cut(20)
    assert asked(office, 1) and asked(office, 2)
    office.pass_min(1)
    assert isinstance(office.act(answer, counter=1), Decision)
    assert not asked(office, 1) and asked(office, 2)
    assert dump(folded(office.log)) == dump(office.state)
    office.power_cut(20)
    assert asked(office, 1) == bool(counter_of(office.state.day, 1).current)


def test_who_goes_on_changes_nothing_else_and_only_where_it_was_asked() -> None:
    office = opened()
    office.issue()
    office.called(1)
    assert isinstance(office.act("continue_call", counter=1), Refusal)
    assert isinstance(office.act("continue_call", counter=2), Refusal)
    office.power_cut(3)
    office.act("continue_call", counter=1)
    assert isinstance(office.act("undo", counter=1), Decision), "the call itself can still be taken back"
    assert office.state.day.live and not counter_of(office.state.day, 1).current


@pytest.mark.parametrize("end", ["complete", "ready_for_handover"])
def test_a_call_over_an_outage_is_counted_and_not_measured(end: str) -> None:
    office = opened()
    office.issue("seal")
    office.called(1)
    office.pass_min(2)
    office.power_cut(150).pass_min(3).act(end, counter=1)
    found = day_figures(office.state.day, over=False).whole
    assert (found.handlings, found.unmeasured, found.forgotten) == (0, 1, 0)
    assert office.state.day.service_s == {}
    office.issue()
    office.called(2)
    office.pass_min(4).act("complete", counter=2)
    assert day_figures(office.state.day, over=False).whole.handling_sum_s == 240


def test_of_waits_and_stays_the_outage_is_left_out_and_the_day_says_how_long_it_was() -> None:
    office = opened()
    office.issue()
    office.pass_min(10)
    growing, touched, before = GrowingDay(), Touched(), len(office.log)
    growing.services(office.state.day)
    touched.take()
    office.power_cut(55).pass_min(5).called(1)
    touched.by(record[-1] for record in office.log[before:])
    assert growing.services(office.state.day, touched.take()) == service_days(office.state.day)
    office.pass_min(6).act("complete", counter=1)
    totals = day_totals(office.state.day)
    found = day_figures(office.state.day, over=True)
    assert (totals.outage_s, totals.wait_median_s, totals.services[0].wait_median_s) == (55 * 60, 900, 900)
    assert (found.whole.outage_s, found.whole.wait_sum_s, found.whole.stay_sum_s) == (55 * 60, 900, 21 * 60)
    assert [(row.key, row.outage_s) for row in found.by_hour if row.outage_s] == [("09", 50 * 60), ("10", 5 * 60)]


def test_estimates_learn_nothing_from_it() -> None:
    office = opened()
    for _ in range(3):
        office.issue("seal")
    office.called(1)
    office.called(2)
    office.act("pause_counter", counter=3)
    office.power_cut(40).pass_min(1)
    office.act("no_show", counter=1)
    office.act("ready_for_handover", counter=2)
    office.act("open_counter", counter=3)
    rates = learnt(office.state, office.now_utc_ms, {"seal": 300}, ["seal"])
    quiet = opened()
    for _ in range(3):
        quiet.issue("seal")
    quiet.called(1)
    quiet.called(2)
    quiet.act("pause_counter", counter=3)
    quiet.pass_min(1)
    quiet.act("no_show", counter=1)
    quiet.act("ready_for_handover", counter=2)
    quiet.act("open_counter", counter=3)
    known = learnt(quiet.state, quiet.now_utc_ms, {"seal": 300}, ["seal"])
    assert (rates.no_show_s, rates.papers_s, rates.break_s) == (known.no_show_s, known.papers_s, known.break_s)
    assert pauses(office.state.day).breaks_s == pauses(quiet.state.day).breaks_s == [60.0]
    office.called(1)
    free = office.now_utc_ms
    office.power_cut(40)
    (seat,) = [one for one in seats(office.state.day, office.now_utc_ms, {}, {}, rates)[0] if one.number == 1]
    assert seat.free_utc_ms == free + 40 * MINUTE_MS + rates.call_ms("seal"), "as if it had just been called"
