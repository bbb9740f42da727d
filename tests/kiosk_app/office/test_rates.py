"""What the folds teach: times, people who stay away, breaks, papers; and what an estimate makes of them."""

from __future__ import annotations

from kiosk_app.office.floor_plan import remaining_ms
from kiosk_app.office.rates import BREAK_S, HANDOVER_S, NO_SHOW_S, Rates, learnt
from tests.kiosk_app.office.scenario import MINUTE_MS, Office
from tests.kiosk_app.office.test_estimates import TIMES_S, estimated


def rates(office: Office) -> Rates:
    return learnt(office.state, office.now_utc_ms, TIMES_S, {"seal"})


def test_an_office_of_which_nothing_is_known_has_the_catalogues_times_and_nobody_stays_away() -> None:
    found = rates(Office().open_day())
    assert (found.service_s["residence"], found.service_s["move"]) == (300, 600)
    assert (found.no_show_share, found.away_share, found.handover_share["seal"]) == (0, 0, 0)
    assert (found.no_show_s, found.break_s, found.handover_s["seal"]) == (NO_SHOW_S, BREAK_S, HANDOVER_S)
    assert found.call_ms("residence") == 5 * MINUTE_MS


def test_who_does_not_come_costs_a_counter_less_than_who_does() -> None:
    office = Office().open_day(counters=(1,))
    for which in range(40):
        office.issue()
        office.called(1)
        if which % 4:
            office.pass_min(5).act("complete", counter=1)
        else:
            office.pass_min(1).act("no_show", counter=1)
    found = rates(office)
    assert 0.08 < found.no_show_share < 0.25
    assert 60 <= found.no_show_s < 90
    assert found.call_ms("residence") < 0.95 * found.service_ms("residence")
    office.pass_min(24 * 60).open_day("2026-04-07", counters=(1,))
    assert 0.08 < rates(office).no_show_share < 0.25, "also in the morning after"


def test_a_counter_on_its_break_is_counted_on_from_when_it_is_usually_back_and_not_for_ever() -> None:
    office = Office().open_day(counters=(1, 2))
    office.act("pause_counter", counter=1)
    office.act("close_counter", counter=2)
    told = estimated(office)
    assert told.is_promised
    assert told.due_utc_ms == office.now_utc_ms + int(1000 * BREAK_S)
    soon = estimated(office.pass_min(4))
    assert office.now_utc_ms < soon.due_utc_ms < told.due_utc_ms + 3 * MINUTE_MS
    assert not estimated(office.pass_min(60)).is_promised, "who is away for an hour has gone"


def test_the_length_of_breaks_and_their_share_are_learnt_and_a_lunch_is_none() -> None:
    office = Office().open_day(counters=(1,))
    for away_min in (4, 4, 4, 4, 50):
        office.pass_min(30).act("pause_counter", counter=1)
        office.pass_min(away_min).act("open_counter", counter=1)
    found = rates(office)
    assert 4 * 60 < found.break_s < BREAK_S
    assert 0.02 < found.away_share < 0.08
    assert found.call_ms("residence") > 5 * MINUTE_MS


def test_papers_and_handovers_are_learnt_apart_from_receptions() -> None:
    office = Office().open_day(counters=(1,))
    for _ in range(10):
        office.issue("seal")
        office.called(1)
        office.pass_min(8).act("ready_for_handover", counter=1)
        office.called(1)
        office.pass_min(1).act("complete", counter=1)
    found = rates(office)
    assert 7 * 60 < found.service_s["seal"] < 8 * 60
    assert 60 < found.handover_s["seal"] < HANDOVER_S
    assert found.handover_share["seal"] > 0.7
    office.pass_min(24 * 60).open_day("2026-04-07", counters=(1,))
    assert rates(office).handover_share["seal"] == 1, "what was done yesterday is expected this morning"


def test_a_visitor_whose_papers_are_being_made_will_be_called_again_before_whoever_comes_now() -> None:
    office = Office().open_day(counters=(1,))
    office.state.past_handover_s["seal"] = [240] * 30
    first = office.issue("seal")
    office.called(1)
    office.pass_min(5).act("complete", counter=1)
    for _ in range(4):
        office.issue("seal")
    with_papers, handover_ms = estimated(office).due_utc_ms, rates(office).call_ms("seal", handover=True)
    office.state.day.visits = {}
    office.state.day.live.discard(first)
    assert with_papers - estimated(office).due_utc_ms == handover_ms
    assert handover_ms > 3 * MINUTE_MS


def test_what_has_begun_takes_less_and_never_nothing() -> None:
    assert remaining_ms(1000, 0) == 1000
    assert [remaining_ms(1000, elapsed) for elapsed in (400, 1000, 5000)] == [700, 450, 450]
