"""What a leader does to many at once hits exactly those who were shown, says until when, and has a way back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk_app.office import calendar, catalogue, checkpoints
from kiosk_app.office import facts as f
from kiosk_app.office.decision import Answer, Decision, Refusal
from kiosk_app.office.folds import apply
from kiosk_app.office.leader_rules import posted_now, suspensions_now
from kiosk_app.office.queue import waiting
from kiosk_app.office.rows import action_rows
from kiosk_app.office.state import OfficeState, dump, load, visit_of
from kiosk_app.office.suspensions import office_now
from tests.kiosk_app.house import the_office
from tests.kiosk_app.office.scenario import Office

STORM = "台風・大雨"
STORM_JA = "台風・大雨のため、休止しています。"
LEADER = [
    ("suspend", {"reason": STORM, "minutes": 30}),
    ("post_notice", {"reason": "混み合っています", "minutes": 30}),
    ("cancel_many", {"reason": STORM, "tickets": ("ticket-1",)}),
]


def leads(office: Office, verb: str, **fields: object) -> Answer:
    return office.act(verb, "leader", **fields)


def refused(answer: Answer) -> str:
    assert isinstance(answer, Refusal)
    assert answer.message_ja.endswith("。")
    return answer.message_ja


@pytest.mark.parametrize(("verb", "fields"), LEADER)
def test_only_a_leader_may(verb: str, fields: dict[str, object]) -> None:
    office = Office().open_day()
    assert "リーダーに頼んで" in refused(office.act(verb, "clerk", **fields))
    assert "リーダーに頼んで" in refused(office.act(verb, "guide", **fields))


# --- many tickets ------------------------------------------------------------------------------------------------


def test_exactly_those_who_were_shown_and_still_wait_are_cancelled() -> None:
    office = Office().open_day()
    served, shown, on_hold, unseen = office.issue(), office.issue(), office.issue(), None
    office.called(1)
    office.act("call_number", counter=2, ticket=on_hold, reason="窓口の都合")
    office.act("hold", counter=2)
    unseen = office.issue()
    answer = leads(office, "cancel_many", reason=STORM, tickets=(served, shown, on_hold, shown))
    assert isinstance(answer, Decision)
    assert answer.message_ja.startswith("2人の番号を取り消しました")
    status = {t: visit_of(office.state.day, t).status for t in (served, shown, on_hold, unseen)}
    assert status == {served: "called", shown: "cancelled", on_hold: "cancelled", unseen: "waiting"}
    office.pass_min(60).tick()
    assert visit_of(office.state.day, on_hold).status == "cancelled"
    assert [(row.number, row.reason) for row in action_rows(office.state, "A-002")] == [("A-002", STORM)]


@given(st.integers(1, 8), st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_taking_it_back_brings_back_exactly_what_was_but_for_whom_somebody_has_acted_on(
    count: int, cancelled: set[int], acted: set[int]
) -> None:
    office = Office().open_day()
    tickets = [office.pass_min(0.1).issue() for _ in range(count)]
    order = [one.ticket_id for one in waiting(office.state)]
    chosen = [t for n, t in enumerate(tickets) if n in cancelled]
    if not chosen:
        return
    leads(office, "cancel_many", reason=STORM, tickets=tuple(chosen))
    # Another leader's cancellation of the same people in between is an act on them.
    changed = [t for n, t in enumerate(tickets) if n in acted and t in chosen]
    for ticket in changed:
        office.append(f.TicketCancelled(ticket=ticket, reason="ご本人の申し出"))
    assert isinstance(leads(office, "restore_many"), Decision)
    assert [one.ticket_id for one in waiting(office.state)] == [t for t in order if t not in changed]
    assert "元に戻せる一括取り消しがありません" in refused(leads(office, "restore_many"))


def test_nobody_is_cancelled_without_a_reason_from_the_list_or_when_nobody_waits() -> None:
    office = Office().open_day()
    ticket = office.issue()
    assert "理由" in refused(leads(office, "cancel_many", reason="うるさい", tickets=(ticket,)))
    assert "取り消す番号がありません" in refused(leads(office, "cancel_many", reason=STORM, tickets=("nobody",)))


def test_the_same_press_twice_cancels_once() -> None:
    office = Office().open_day()
    first, second = office.issue(), office.issue()
    leads(office, "cancel_many", reason=STORM, tickets=(first,), intent="one")
    again = leads(office, "cancel_many", reason=STORM, tickets=(first, second), intent="one")
    assert isinstance(again, Decision)
    assert again.repeated
    assert visit_of(office.state.day, second).status == "waiting"


# --- closing for a time ------------------------------------------------------------------------------------------


def ward() -> catalogue.Office:
    return replace(the_office(), calendar=replace(the_office().calendar, closures=()))


def opening(office: Office, target: calendar.Target) -> calendar.Open | calendar.Closed:
    now = office_now(ward(), office.state, office.now_utc_ms)
    return calendar.opening(now, target, datetime.fromtimestamp(office.now_utc_ms / 1000, catalogue.zone(ward())))


def test_a_closure_says_why_and_until_when_and_ends_by_itself() -> None:
    office = Office().open_day()
    letter = catalogue.group(ward(), "A")
    assert isinstance(opening(office, letter), calendar.Open)
    leads(office, "suspend", groups=("A",), reason=STORM, minutes=30)
    closed = opening(office, letter)
    assert isinstance(closed, calendar.Closed)
    assert (closed.cause, closed.reason["ja"], f"{closed.opens_at:%H:%M}") == ("closure", STORM_JA, "09:30")
    assert isinstance(opening(office, catalogue.group(ward(), "H")), calendar.Open)
    assert isinstance(opening(office, None), calendar.Open)
    office.pass_min(30)
    assert isinstance(opening(office, letter), calendar.Open)
    assert suspensions_now(office.state, office.now_utc_ms) == []


def test_the_whole_office_or_one_service_is_closed_and_opened_again_by_hand() -> None:
    office = Office().open_day()
    leads(office, "suspend", reason=STORM, minutes=0, intent="all")
    leads(office, "suspend", reason=STORM, minutes=120, service="move", intent="one")
    assert isinstance(opening(office, None), calendar.Closed)
    leads(office, "end_suspension", suspension="all")
    assert isinstance(opening(office, None), calendar.Open)
    assert [key for key, _ in suspensions_now(office.state, office.now_utc_ms)] == ["one"]
    assert "終わっています" in refused(leads(office, "end_suspension", suspension="all"))


def test_whoever_has_a_ticket_is_called_all_the_same() -> None:
    office = Office().open_day()
    ticket = office.issue()
    leads(office, "suspend", reason=STORM, minutes=0)
    assert office.called(1) == ticket


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minutes": 30}, "理由"),
        ({"reason": STORM}, "いつまで"),
        ({"reason": STORM, "minutes": 30, "service": "no-such"}, "用件"),
        ({"reason": STORM, "minutes": 30, "groups": ("Z",)}, "グループ"),
    ],
)
def test_a_closure_that_says_too_little_is_refused(fields: dict[str, object], words: str) -> None:
    office = Office().open_day()
    assert words in refused(leads(office, "suspend", **fields))


def test_the_same_is_closed_once() -> None:
    office = Office().open_day()
    leads(office, "suspend", reason=STORM, minutes=30, groups=("A",))
    assert "すでに休止" in refused(leads(office, "suspend", reason=STORM, minutes=60, groups=("A",)))


def test_a_notice_stands_until_its_time_or_until_it_is_taken_down() -> None:
    office = Office().open_day()
    leads(office, "post_notice", reason="混み合っています", minutes=30, intent="n1")
    assert "同じお知らせ" in refused(leads(office, "post_notice", reason="混み合っています", minutes=60))
    (first, *_) = office_now(ward(), office.state, office.now_utc_ms).notices
    assert (first.text["en"], first.valid_from) == ("It is very busy now.", date(2026, 4, 6))
    leads(office, "withdraw_notice", notice="n1")
    assert posted_now(office.state, office.now_utc_ms) == []
    assert "終わっています" in refused(leads(office, "withdraw_notice", notice="n1"))
    leads(office, "post_notice", reason="混み合っています", minutes=30, intent="n2")
    office.pass_min(30)
    assert office_now(ward(), office.state, office.now_utc_ms) == ward()


def test_a_closure_lasts_over_the_night_and_a_fold_that_begins_at_the_new_day_knows_it() -> None:
    office = Office().open_day()
    leads(office, "suspend", reason=STORM, minutes=24 * 60, intent="long")
    leads(office, "suspend", reason=STORM, minutes=30, groups=("A",), intent="short")
    office.append(f.DayClosed(date="2026-04-06"))
    office.pass_min(23 * 60)
    opened = f.DayOpened(date="2026-04-07", office="kokura-kita")
    checkpoint = checkpoints.taken(office.state, opened, "hub", "", office.now_utc_ms)
    before = len(office.log)
    office.append(opened, checkpoint)
    fresh = OfficeState()
    for record in office.log[before : before + 1]:
        apply(fresh, *record)
    checkpoints.begin(fresh, "hub", office.log[-1][1], checkpoint)
    assert fresh.suspensions == office.state.suspensions
    assert dump(load(dump(office.state))) == dump(office.state)
    assert [key for key, _ in suspensions_now(office.state, office.now_utc_ms)] == ["long"]
    opened = f.DayOpened(date="2026-04-08", office="kokura-kita")
    office.pass_min(24 * 60)
    office.append(opened, checkpoints.taken(office.state, opened, "hub", "", office.now_utc_ms))
    assert set(office.state.suspensions) == {"long"}
