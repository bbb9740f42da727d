"""Numbers of the emergency pad: registered in one step, called in their turn, never twice, counted apart."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.decision import Answer, Decision, Refusal
from kiosk_app.office.figures import day_figures
from kiosk_app.office.folds import apply
from kiosk_app.office.numbers import PAD, allocate, may_print
from kiosk_app.office.queue import waiting
from kiosk_app.office.report import day_statistics
from kiosk_app.office.state import dump, number_of, unprinted_tickets, visit_of
from kiosk_app.office.statistics import day_totals
from tests.kiosk_app.office.scenario import DESK, MINUTE_MS, Office
from tests.kiosk_app.office.test_folds import folded


def refused(answer: Answer) -> str:
    assert isinstance(answer, Refusal), answer
    assert answer.message_ja.endswith("。")
    return answer.message_ja


def line(office: Office) -> list[str]:
    return [one.number for one in waiting(office.state)]


def test_a_row_of_the_pad_is_registered_in_one_step_and_waits_like_any() -> None:
    office = Office().open_day()
    answer = office.act("register_pad", "guide", number="a901", count=15, service="residence", language="vi")
    assert isinstance(answer, Decision) and answer.message_ja == "手書きの番号札A-901〜A-915の15枚を登録しました。"
    assert len(answer.facts) == 1
    assert line(office) == [f"A-{n}" for n in range(901, 916)]
    first = office.called(1)
    assert (number_of(office.state.day, first), office.state.day.tickets[first].language) == ("A-901", "vi")
    for verb in ("recall", "hold"):
        assert isinstance(office.act(verb, counter=1), Decision)
    office.act("resume", ticket=first)
    assert line(office)[0] == "A-901", "it keeps its place"
    assert isinstance(office.act("cancel", number="A-902", reason="帰宅"), Decision)
    assert dump(folded(office.log)) == dump(office.state)


def test_the_same_press_registers_once_and_says_what_it_did() -> None:
    office = Office().open_day()
    office.act("register_pad", intent="press", number="A-901", count=3, service="residence")
    again = office.act("register_pad", intent="press", number="A-901", count=3, service="residence")
    assert isinstance(again, Decision) and again.facts == () and "A-903" in again.message_ja


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"number": "A-903", "count": 4}, "A-904はすでに"),
        ({"number": "A-900"}, "A-901からA-999"),
        ({"number": "A-990", "count": 11}, "A-901からA-999"),
        ({"number": "H-901"}, "A-901からA-999"),
        ({"number": "九百一"}, "A-901からA-999"),
        ({"number": "A-901", "service": "none"}, "用件"),
        ({"number": "A-901", "outage": True}, "止まっていた記録はありません"),
    ],
)
def test_what_cannot_be_registered_leaves_nothing(fields: dict[str, object], says: str) -> None:
    office = Office().open_day()
    office.act("register_pad", number="A-904", count=1, service="residence")
    before = len(office.log)
    assert says in refused(office.act("register_pad", **({"service": "residence"} | fields)))
    assert len(office.log) == before


@pytest.mark.parametrize("first", ["m1", "m2"])
def test_a_sheet_that_two_hubs_registered_apart_is_one_ticket_whichever_is_heard_first(first: str) -> None:
    office = Office().open_day()
    at, records = office.now_utc_ms, []
    for machine, service in (("m1", "residence"), ("m2", "seal")):
        fact = f.PadRegistered(
            letter="A",
            first=901,
            count=2,
            stop=DESK.services[service],
            language="ja",
            machine_code=machine,
            from_utc_ms=at,
            until_utc_ms=at,
            due_utc_ms=at,
            intent=machine,
        )
        records.append((machine, 1, at, "2041", fact))
    for record in sorted(records, key=lambda record: record[0] != first):
        apply(office.state, *record)
    assert [one.machine for one in office.state.day.tickets.values()] == ["m1", "m1"]
    assert line(office) == ["A-901", "A-902"]
    other = Office().open_day()
    for record in records:
        apply(other.state, *record)
    assert dump(other.state) == dump(office.state)


def test_a_pad_number_is_registered_before_it_is_called() -> None:
    office = Office(replace(DESK, away=("2号機",))).open_day()
    said = refused(office.act("call_number", counter=1, number="A-905", service="residence", reason="x"))
    assert "手書き番号札を登録" in said


def test_who_was_given_a_sheet_before_a_ticket_was_printed_is_called_before_it() -> None:
    office = Office().open_day()
    office.pass_min(10).issue(due_min=5)
    office.pass_min(30).issue(due_min=5)
    assert line(office) == ["A-001", "A-002"]
    office.act("register_pad", number="A-901", count=2, service="residence", minutes=20)
    office.act("register_pad", number="A-903", count=1, service="residence")
    assert line(office) == ["A-001", "A-901", "A-902", "A-002", "A-903"]


def test_over_an_outage_they_came_one_after_the_other() -> None:
    office = Office().open_day()
    office.issue()
    since = office.now_utc_ms
    office.pass_min(20).append(f.OutageEnded(from_utc_ms=since, until_utc_ms=office.now_utc_ms))
    office.pass_min(2).issue()
    office.act("register_pad", number="A-901", count=4, service="residence", outage=True)
    assert line(office) == ["A-001", "A-901", "A-902", "A-903", "A-904", "A-002"]
    came = [office.state.day.tickets[f"pad-A-{n}"].issued_utc_ms - since for n in range(901, 905)]
    assert came == [20 * MINUTE_MS * place // 99 for place in range(4)]


def test_several_services_of_one_pad_keep_the_order_of_the_pad() -> None:
    office = Office().open_day()
    since = office.now_utc_ms
    office.pass_min(20).append(f.OutageEnded(from_utc_ms=since, until_utc_ms=office.now_utc_ms))
    for first, count, service in ((903, 2, "seal"), (901, 2, "residence"), (905, 1, "residence")):
        office.act("register_pad", number=f"A-{first}", count=count, service=service, outage=True)
    assert line(office) == [f"A-{n}" for n in range(901, 906)]


def test_nobody_came_before_the_day_began() -> None:
    office = Office().open_day().pass_min(5)
    office.act("register_pad", number="A-901", service="residence", minutes=60)
    ticket = office.state.day.tickets["pad-A-901"]
    assert ticket.issued_utc_ms == office.state.day.opened_utc_ms


def test_it_is_ordered_among_other_lines_by_what_a_ticket_would_be_promised_now() -> None:
    office = Office(replace(DESK, due=lambda state, service, now: now + 12 * MINUTE_MS)).open_day()
    office.act("register_pad", number="A-901", service="residence", minutes=30)
    assert office.state.day.tickets["pad-A-901"].due_utc_ms == office.now_utc_ms + 12 * MINUTE_MS


def test_they_are_counted_apart_and_their_waits_are_measured() -> None:
    office = Office().open_day().pass_min(40)
    office.issue()
    office.act("register_pad", number="A-901", count=2, service="residence", minutes=10)
    office.called(1)
    office.pass_min(3).called(1)
    found = day_figures(office.state.day, over=False)
    # They follow each other by a millisecond.
    assert (found.whole.issued, found.whole.pad, found.whole.by_staff, found.whole.wait_sum_s) == (3, 2, 0, 600 + 779)
    assert sum(row.pad for row in found.by_hour) == sum(row.pad for row in found.by_service) == 2
    whole = day_statistics(day_totals(office.state.day), over=True).rows[0]
    assert (whole.by_machine, whole.pad) == (1, 2)


def test_a_reprint_that_fails_takes_nobodys_sheet_away_and_none_is_missing_a_print() -> None:
    office = Office().open_day()
    office.act("register_pad", number="A-901", service="residence")
    assert unprinted_tickets(office.state) == ()
    office.append(f.PrintStarted(job="j", ticket="pad-A-901", attempt=1, printer="p"))
    office.append(f.PrintEnded(job="j", ticket="pad-A-901", verdict="not_issued"))
    assert office.called(1) == "pad-A-901"


def test_no_machine_may_print_from_the_pad() -> None:
    office = Office().open_day()
    assert not any(may_print(office.state, f"{m}号機", "A", number) for m in range(1, 9) for number in PAD)
    office.act("register_pad", number="A-901", count=99, service="residence")
    given = allocate(office.state, "1号機", "A")
    assert getattr(given, "number", 0) == 1


def test_a_closed_day_takes_none() -> None:
    office = Office().open_day()
    office.append(f.DayClosed(date="2026-04-06"))
    assert "業務日" in refused(office.act("register_pad", number="A-901", service="residence"))
    assert visit_of(office.state.day, "pad-A-901").call == 0
