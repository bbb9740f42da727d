"""Folds forget nothing and mind no order that machines cannot promise: the state is a function of the facts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.office import facts as f
from kiosk_app.office.folds import apply
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import (
    OfficeState,
    dump,
    load,
    open_alerts,
    open_print_jobs,
    stops_of,
    unprinted_tickets,
    visit_of,
)
from kiosk_app.office.statistics import day_totals
from tests.depth import examples
from tests.kiosk_app.office.scenario import SERVICES, Office, Record

VERBS = ["call_next", "call_next", "complete", "hold", "no_show", "undo", "recall", "ready_for_handover", "transfer"]
NAMED = ["resume", "cancel", "grant_priority", "change_service", "call_number", "ready_for_handover"]
LEADS = ["cancel_many", "restore_many", "suspend", "end_suspension"]
moves = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(LEADS), st.integers(0, 5), st.just("")),
        st.tuples(st.just("issue"), st.sampled_from(["hub", "kiosk"]), st.sampled_from(sorted(SERVICES))),
        st.tuples(st.sampled_from(VERBS), st.integers(1, 3), st.sampled_from(sorted(SERVICES))),
        st.tuples(st.sampled_from(NAMED), st.integers(0, 5), st.sampled_from(sorted(SERVICES))),
    ),
    max_size=40,
)


def played(plan: list[tuple[str, str | int, str]]) -> Office:
    office = Office().open_day()
    tickets: list[str] = []
    for verb, where, service in plan:
        office.pass_min(0.5).tick()
        if verb == "issue":
            tickets.append(office.issue(service, due_min=10, machine=str(where)))
            add = f.StopAdded(ticket=tickets[-1], intent=f"add-{len(tickets)}", stop=SERVICES["move"])
            office.append(add, f.StaffCalled(alert="a1", machine_code="2号機", cause="help"), machine="kiosk")
        elif verb in NAMED and tickets:
            ticket = tickets[int(where) % len(tickets)]
            office.act(verb, counter=int(where) % 3 + 1, ticket=ticket, service=service, reason="理由")
            office.act("accept_alert", alert="a1")
        elif verb in VERBS:
            to_counter = int(where) % 3 + 1 if service == "seal" else None
            office.act(verb, counter=int(where), service=service, to_counter=to_counter)
        elif verb in LEADS:
            some = tuple(tickets[: int(where)])
            office.act(verb, "leader", tickets=some, reason="台風・大雨", minutes=30, suspension="act-9")
            office.act("post_notice", "leader", reason="混み合っています", minutes=int(where))
    return office


def folded(records: list[Record], state: OfficeState | None = None) -> OfficeState:
    state = OfficeState() if state is None else state
    for record in records:
        apply(state, *record)
    return state


@given(moves)
def test_the_same_facts_give_the_same_state_however_often_they_come(plan: list[tuple[str, str | int, str]]) -> None:
    office = played(plan)
    once = dump(folded(office.log))
    assert once == dump(office.state)
    assert dump(folded([*office.log, *office.log[::-1]])) == once


@given(moves, st.randoms(use_true_random=False))
def test_machines_may_be_merged_in_any_order(plan: list[tuple[str, str | int, str]], random: object) -> None:
    office = played(plan)
    streams = [[r for r in office.log if r[0] == machine] for machine in ("hub", "kiosk")]
    first, rest = streams[0][:1], [streams[0][1:], streams[1]]
    for _ in range(3):
        left = [list(stream) for stream in rest]
        merged = list(first)
        while any(left):
            merged.append(random.choice([stream for stream in left if stream]).pop(0))  # type: ignore[attr-defined]
        assert dump(folded(merged)) == dump(office.state)


def test_a_machine_may_begin_the_day_before_the_hub_is_heard() -> None:
    office = Office().open_day()
    office.issue(machine="kiosk")
    office.issue("move", machine="kiosk")
    kiosk = [record for record in office.log if record[0] == "kiosk"]
    hub = [record for record in office.log if record[0] == "hub"]
    assert dump(folded([*kiosk, *hub])) == dump(folded([*hub, *kiosk]))


@given(moves, st.integers(0, 200))
def test_a_snapshot_and_the_tail_equal_the_whole_fold(plan: list[tuple[str, str | int, str]], cut: int) -> None:
    office = played(plan)
    state = load(dump(folded(office.log[:cut])))
    assert dump(folded(office.log[cut:], state)) == dump(office.state)


@given(st.lists(st.tuples(st.sampled_from(sorted(f.KINDS)), st.integers(0, 3), st.integers(0, 9)), max_size=60))
@settings(max_examples=examples(200))
def test_facts_out_of_any_order_never_raise(facts: list[tuple[str, int, int]]) -> None:
    state = OfficeState()
    for seq, (kind, which, small) in enumerate(facts):
        apply(state, f"m{which}", seq, small * 1000, "2041", any_fact(kind, f"t{which}", small))
        waiting(state)
        day_totals(state.day)
    assert dump(load(dump(state))) == dump(state)


def any_fact(kind: str, ticket: str, small: int) -> f.Fact:
    """A fact of the kind whose fields are plausible and fit nothing."""
    wanted = f.KINDS[kind].__struct_fields__
    known: dict[str, object] = {
        "ticket": ticket,
        "intent": f"i{small}" if small % 2 else "",
        "stop": f"s{small % 3}" if kind.startswith("Certificates") else SERVICES["move"],
        "stops": (SERVICES["seal"],) * (small % 2),
        "number": "A-001" if kind == "HistoryPrintStarted" else small,
        "lines": small,
        "place": "paper" if small % 2 else "screen",
        "people": small,
        "counter": small % 3,
        "to_counter": small % 3,
        "service": "seal",
        "service_s": small or None,
        "language": "ja",
        "verdict": "issued",
        "date": f"2026-04-0{small % 9 + 1}",
        "stage": "handover" if small % 2 else "reception",
        "undone_seq": small,
        "undone_machine": ticket.replace("t", "m"),
        "promise": "walk_in",
        "groups": ("A",),
        "low": True,
        "sheet": small % 2,
        "sheets": (small % 2,) if kind == "SheetsVoided" else 1 + small % 3,
        "sheet_jobs": {},
        "certificate_stops": {},
        "last_checks": {},
        "grades": {"printer": ("good", "look", "bad")[small % 3], f"disk{small}": "good"},
        "by_staff": bool(small % 2),
        "undated": bool(small % 2),
        "totals": (),
        "tickets": (ticket,),
        "services": (),
        "text": {"ja": "文"},
        "ahead": {"ja": "文"},
        "cancelled_seq": small,
        "cancelled_machine": ticket.replace("t", "m"),
        "width_dots": 512 + small,
        "dpi": 203,
        "total": None,
        "stand_in": f"t{small % 4}",
        "count": small,
        "past_service_s": {},
        "past_handover_s": {},
        "suspensions": {},
        "posted": {},
        "epoch": small,
        "after": {ticket.replace("t", "m"): small},
        "calls": ((ticket.replace("t", "m"), small),),
        "reigns": (),
        "followed": {},
        "handed": {},
        "hub_wrote": {},
        "devices": {},
        "slots": {},
        "lanes": (),
        "base": (),
        "before": (),
        "by": "catalogue" if kind == "SlotsPlanned" else "visitor",
        "source": "coin" if kind == "MoneyTaken" else "web",
        "lane": small,
        "booking": f"b{small % 3}" if kind.startswith("Booking") else ticket.replace("t", "unheard-") * (small % 2),
        "start_min": 540,
        "length_min": 10,
        "after_min": 0,
        "payment": f"p{small % 4}",
        "job": f"j{small % 2}",
        "credit": f"c{small}",
        "claim": f"q{small % 2}",
        "payout": f"o{small % 2}",
        "sha256": "0" * 64,
        "means": "unit" if small % 2 else "counter",
        "why": "change",
        "issued": bool(small % 2),
        "confirmed_by": ticket.replace("t", "m") * (small % 2),
    }
    numbers = (
        "yen",
        "copy",
        "copies",
        "_ms",
        "first",
        "last",
        "attempt",
        "call",
        "_mib",
        "_s",
        "ahead",
        "band",
        "seq",
        "waiting",
    )
    if kind == "Suspended":
        known["reason"] = {"ja": "文"}
    if kind == "ConfirmationRefused":
        known["reason"] = "over"
    if kind == "HubTaken":
        known["cause"] = "forced"
    values = {
        name: known.get(name, 1 if name.endswith(numbers) else ("interrupted" if name == "reason" else "x"))
        for name in wanted
    }
    return f.KINDS[kind](**values)


def test_the_paper_of_a_reprint_that_failed_does_not_take_the_first_away() -> None:
    office = Office().open_day()
    ticket = office.issue()
    office.append(f.PrintStarted(job="again", ticket=ticket, attempt=2, printer="p"))
    assert open_print_jobs(office.state) == (("hub", "again", ticket),)
    office.append(f.PrintEnded(job="again", ticket=ticket, verdict="not_issued"))
    assert office.state.day.tickets[ticket].paper == "issued"
    assert open_print_jobs(office.state) == ()


def test_a_ticket_without_a_print_is_known_at_boot() -> None:
    office = Office().open_day()
    ticket = office.issue(verdict=None)
    assert unprinted_tickets(office.state) == (ticket,)
    office.append(f.TicketVoided(ticket=ticket, reason="interrupted"))
    assert unprinted_tickets(office.state) == ()


def test_a_new_day_starts_numbers_again_and_keeps_the_figures_of_the_old() -> None:
    office = Office().open_day()
    office.issue()
    office.called(1)
    office.pass_min(4).act("complete", counter=1)
    office.issue()
    office.append(f.DayClosed(date="2026-04-06", left_waiting=1))
    office.pass_min(24 * 60).open_day("2026-04-07")
    (old,) = office.state.days
    assert (old.date, old.issued, old.completed, old.waiting) == ("2026-04-06", 2, 1, 1)
    assert office.state.past_service_s == {"residence": [240]}
    ticket = office.issue()
    assert office.state.day.tickets[ticket].number == 1


def test_receptions_and_handovers_are_measured_apart_and_taken_back_where_they_were_measured() -> None:
    office = Office().open_day(counters=(1,))
    office.issue("seal")
    office.called(1)
    office.pass_min(6).act("ready_for_handover", counter=1)
    day = office.state.day
    assert (day.service_s, day.handover_s) == ({"seal": [360]}, {})
    office.act("undo", counter=1)
    assert (day.service_s, day.handover_s) == ({}, {})
    office.act("ready_for_handover", counter=1)
    office.called(1)
    office.pass_min(1).act("complete", counter=1)
    assert (day.service_s, day.handover_s) == ({"seal": [360]}, {"seal": [60]})
    office.act("undo", counter=1)
    assert (day.service_s, day.handover_s) == ({"seal": [360]}, {})
    office.act("complete", counter=1)
    office.pass_min(24 * 60).open_day("2026-04-07")
    assert office.state.past_service_s == {"seal": [360]}
    assert office.state.past_handover_s == {"seal": [60]}


def test_a_fact_of_yesterday_that_comes_late_changes_nothing_today() -> None:
    office = Office().open_day()
    yesterday = Office().open_day()
    late = yesterday.issue(machine="kiosk")
    office.pass_min(24 * 60).open_day("2026-04-07")
    before = dump(office.state)
    for record in [record for record in yesterday.log if record[0] == "kiosk"]:
        apply(office.state, *record)
    assert late not in office.state.day.tickets
    office.state.positions.pop("kiosk")
    assert dump(office.state) == before


def test_alerts_ring_until_cleared() -> None:
    office = Office().open_day()
    office.append(f.StaffCalled(alert="a1", machine_code="1号機", cause="paper_out"))
    office.act("accept_alert", alert="a1")
    ((_, alert),) = open_alerts(office.state)
    assert alert.accepted_by == "2041"
    office.append(f.AlertCleared(alert="a1"))
    assert open_alerts(office.state) == ()


def test_services_that_join_and_change_are_visited_in_order() -> None:
    office = Office().open_day()
    ticket = office.issue("residence")
    office.append(f.StopAdded(ticket=ticket, intent="add", stop=SERVICES["move"]))
    office.act("change_service", ticket=ticket, service="seal")
    assert [stop.service for stop in stops_of(office.state.day, ticket)] == ["seal", "move"]
    assert visit_of(office.state.day, ticket).status == "waiting"


def test_a_bell_that_ended_before_its_machine_knew_the_day_ends_everywhere() -> None:
    """Found by seeds 1 and 51 of tests/spaces: the machine's clock stood in 1970, and the hub had its day already."""
    rings = f.StaffCalled(alert="a1", machine_code="m2", cause="disk_full")
    machine: list[Record] = [
        ("m2", seq, seq, "core", fact)
        for seq, fact in enumerate((rings, f.AlertCleared(alert="a1"), f.DayJoined(date="2026-04-06")), 1)
    ]
    hub: list[Record] = [("m1", 1, 1_775_433_600_000, "core", f.DayOpened(date="2026-04-06", office="kokura-kita"))]
    first, second = folded([*machine, *hub]), folded([*hub, *machine])
    assert dump(first) == dump(second)
    assert first.alerts == {}
