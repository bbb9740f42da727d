"""The judge of a busy morning is tried on logs, papers and replies that are wrong in each way that it must find."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.stories.morning_truth import Evidence, Paper, Replay, Stored, judged

NINE_MS = 1_775_433_600_000
NUMBERS = "no number is on two papers for two tickets"
KNOWN = "every paper is a ticket in the hub's log, and what a screen showed is on paper"
TWICE = "nobody is called twice for one stage, and no counter has two"
FORGOTTEN = "nobody is forgotten"
ORDER = "in each line who came first is called first"
TOLD = "what visitors and clerks were told is in the log"
UNDERSTOOD = "the judge understands every fact"
SAME = "all computers hold the same facts, in whole chains"
FOLDS = "all logs fold to the same office"
VERIFY = "no log has a changed or missing fact"


class Chain:
    """Facts in the order of the hub's log, each in the chain of its machine."""

    def __init__(self) -> None:
        self.facts: list[Stored] = []
        self._seqs: dict[str, int] = {}

    def add(self, machine: str, kind: str, minute: float = 0, **body: Any) -> None:
        self._seqs[machine] = self._seqs.get(machine, 0) + 1
        at = NINE_MS + int(minute * 60_000)
        fact = {
            "machine": machine,
            "seq": self._seqs[machine],
            "at_utc_ms": at,
            "actor": "x",
            "kind": kind,
            "body": body,
        }
        self.facts.append(fact)

    def ticket(self, machine: str, number: int, minute: float, group: str = "A") -> None:
        ticket = f"t{number}"
        stops = [{"service": f"{group}-1", "group": group}]
        self.add(
            machine, "TicketIssued", minute, ticket=ticket, letter="A", number=number, stops=stops, machine_code=machine
        )
        self.add(machine, "PrintStarted", minute, ticket=ticket, job=ticket)
        self.add(machine, "PrintEnded", minute, ticket=ticket, job=ticket, verdict="issued")


def morning() -> Chain:
    """Four visitors: put aside and sent on; served in two stages; not come; cut off, and so heard of late."""
    log = Chain()
    for number, machine in ((1, "m1"), (11, "m2"), (2, "m1")):
        log.ticket(machine, number, number / 10)
    log.add("h3", "Called", 3, ticket="t1", counter=3)
    log.add("h3", "Held", 4, ticket="t1", counter=3)
    log.add("h3", "Called", 5, ticket="t2", counter=3)
    log.add("h3", "Recalled", 6, ticket="t2", counter=3)
    log.add("h3", "NoShow", 7, ticket="t2", counter=3)
    log.ticket("m2", 12, 1.5)
    log.add("h3", "Resumed", 8, ticket="t1")
    log.add("h3", "Called", 9, ticket="t1", counter=4)
    log.add("h3", "Transferred", 10, ticket="t1", counter=4, stop={"service": "H-1", "group": "H"})
    log.add("h3", "Called", 11, ticket="t1", counter=7)
    log.add("h3", "Called", 12, ticket="t11", counter=3)
    log.add("h3", "Completed", 13, ticket="t1", counter=7)
    log.add("h3", "ReadyForHandover", 14, ticket="t11", counter=3)
    log.add("h3", "Called", 15, ticket="t12", counter=3)
    log.add("h3", "Called", 16, ticket="t11", counter=4, stage="handover")
    log.add("h3", "Completed", 17, ticket="t12", counter=3)
    log.add("h3", "Completed", 17, ticket="t11", counter=4)
    return log


PAPERS = [
    Paper("m1", "A-001", "t1"),
    Paper("m1", "A-002", "t2"),
    Paper("m2", "A-011", "t11"),
    Paper("m2", "A-012", "t12"),
]


def evidence(log: Chain | None = None, **changes: Any) -> Evidence:
    facts = (log or morning()).facts
    # Others come to know the same facts in another order.
    logs = {"h3": facts, "m1": sorted(facts, key=lambda fact: (fact["machine"], fact["seq"]))}
    good = Evidence(
        hub="h3",
        logs=logs,
        papers=PAPERS,
        shown=[("m1", "A-001"), ("m2", "A-012")],
        called=[(3, "A-001"), (7, "A-001")],
        folds={"h3": b"office", "m1": b"office"},
        verified={"h3": 0, "m1": 0},
    )
    return replace(good, **changes)


def broken(found: Evidence) -> set[str]:
    return {rule for rule, cases in judged(found).items() if cases}


def changed(kind: str, nth: int, **body: Any) -> Chain:
    """The morning with one fact changed."""
    log = morning()
    log.facts = deepcopy(log.facts)
    [fact for fact in log.facts if fact["kind"] == kind][nth]["body"].update(body)
    return log


def without(kind: str, nth: int) -> Chain:
    """The morning without one fact of the hub; the chain is whole all the same."""
    log = morning()
    gone = [fact for fact in log.facts if fact["kind"] == kind][nth]
    log.facts = [fact for fact in log.facts if fact is not gone]
    for fact in log.facts:
        if fact["machine"] == gone["machine"] and fact["seq"] > gone["seq"]:
            fact["seq"] -= 1
    return log


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert judged(evidence()) == {rule: [] for rule in judged(evidence())}
    assert len(judged(evidence())) == 10


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"papers": [*PAPERS, Paper("m2", "A-001", "t9")]}, NUMBERS),
        ({"papers": [*PAPERS, Paper("m1", "A-001", "t1")]}, NUMBERS),
        ({"papers": [*PAPERS, Paper("m1", "A-005", "t5")]}, KNOWN),
        ({"papers": [*PAPERS[:-1], Paper("m1", "A-012", "t12")]}, KNOWN),
        ({"papers": [*PAPERS[:-1], Paper("m2", "A-012", "")]}, KNOWN),
        ({"papers": PAPERS[:-1]}, KNOWN),
        ({"shown": [("m2", "A-001")]}, KNOWN),
        ({"shown": [("m1", "A-077")]}, TOLD),
        ({"called": [(4, "A-012")]}, TOLD),
        ({"waiting": 1}, FORGOTTEN),
        ({"folds": {"h3": b"office", "m1": b"other"}}, FOLDS),
        ({"folds": {}}, FOLDS),
        ({"verified": {"h3": 0, "m1": 1}}, VERIFY),
        ({"verified": {"h3": 0}}, VERIFY),
    ],
)
def test_wrong_papers_replies_folds_and_verdicts_are_found(wrong: dict[str, Any], rule: str) -> None:
    assert rule in broken(evidence(**wrong))


def test_a_paper_that_is_marked_as_a_second_one_may_have_the_same_number() -> None:
    assert broken(evidence(papers=[*PAPERS, Paper("m1", "A-001", "t1", again=True)])) == set()


@pytest.mark.parametrize(
    ("log", "rule"),
    [
        # A-001 again, which stands at another counter; and when it has been served.
        (changed("Called", 4, ticket="t1"), TWICE),
        (changed("Called", 5, ticket="t1"), TWICE),
        # The same stage a second time; a counter that still has somebody; an end where somebody else stands.
        (changed("Called", 6, stage="reception"), TWICE),
        (without("Held", 0), TWICE),
        (changed("Completed", 0, counter=8), TWICE),
        # Somebody stays at a counter.
        (without("Completed", 2), FORGOTTEN),
        (without("NoShow", 0), FORGOTTEN),
        # Who came later is called first: at the beginning, and of the line that was heard of late.
        (changed("Called", 0, ticket="t2"), ORDER),
        (changed("Called", 1, ticket="t11"), ORDER),
        (changed("Called", 4, ticket="t12"), ORDER),
        (changed("Called", 4, ticket="nobody"), UNDERSTOOD),
        (changed("Held", 0, ticket="nobody"), UNDERSTOOD),
    ],
)
def test_wrong_calls_are_found(log: Chain, rule: str) -> None:
    assert rule in broken(evidence(log))


@pytest.mark.parametrize("last", [(), ("Called", "Held")])
def test_who_waits_or_is_on_hold_at_the_end_is_found(last: tuple[str, ...]) -> None:
    log = morning()
    log.ticket("m1", 3, 20)
    for kind in last:
        log.add("h3", kind, 21, ticket="t3", counter=3)
    papers = [*PAPERS, Paper("m1", "A-003", "t3")]
    assert broken(evidence(log, papers=papers)) == {FORGOTTEN}
    assert broken(evidence(log, papers=papers, waiting=1)) == ({FORGOTTEN} if last else set())


def test_a_fact_that_the_judge_does_not_know_is_found() -> None:
    log = morning()
    log.add("h3", "Undone", 18, ticket="t1", counter=7)
    assert broken(evidence(log)) == {UNDERSTOOD}


def test_who_is_called_for_a_reason_may_overtake() -> None:
    assert ORDER not in broken(evidence(changed("Called", 0, ticket="t2", reason="窓口の都合")))


def test_who_was_cut_off_and_came_earlier_is_next_when_the_hub_hears_of_it_and_not_before() -> None:
    log = Chain()
    log.ticket("m1", 2, 2)
    log.add("h3", "Called", 3, ticket="t2", counter=3)
    log.ticket("m2", 1, 1)
    assert not judged(evidence(log))[ORDER]
    log = Chain()
    log.ticket("m1", 2, 2)
    log.ticket("m2", 1, 1)
    log.add("h3", "Called", 3, ticket="t2", counter=3)
    assert judged(evidence(log))[ORDER] == ["A-001 by A-002 at 3"]


def by_number(ticket: bool = True, matched: bool = True, **wrong: Any) -> Chain:
    """A-012 of a machine that is cut off is called by its number; then its ticket comes, and with it A-013."""
    log = Chain()
    log.ticket("m1", 1, 5)
    stop = {"service": "A-1", "group": "A"}
    call = {"ticket": "n12", "letter": "A", "number": 12, "machine_code": "m2", "stop": stop, "counter": 3}
    log.add("h3", "NumberCalled", 6, **(call | wrong))
    log.add("h3", "Completed", 7, ticket="n12", counter=3)
    if ticket:
        log.ticket("m2", 12, 1)
    if matched:
        log.add("h3", "NumberMatched", 8, stand_in="n12", ticket="t12")
    log.ticket("m2", 13, 2)
    for ticket_id in ("t13", "t1"):
        log.add("h3", "Called", 9, ticket=ticket_id, counter=3)
        log.add("h3", "Completed", 9, ticket=ticket_id, counter=3)
    return log


NUMBERED = {
    "papers": [Paper(machine, f"A-{n:03d}", f"t{n}") for machine, n in (("m1", 1), ("m2", 12), ("m2", 13))],
    "shown": [],
    "called": [(3, "A-012")],
}


def test_a_number_that_was_called_alone_is_one_visit_with_its_ticket() -> None:
    assert broken(evidence(by_number(), **NUMBERED)) == set()


def test_a_number_that_was_called_alone_and_is_never_matched_or_called_again_is_found() -> None:
    assert broken(evidence(by_number(matched=False), **NUMBERED)) >= {FORGOTTEN, ORDER}
    assert UNDERSTOOD in broken(evidence(by_number(ticket=False), **NUMBERED))
    assert UNDERSTOOD in broken(evidence(by_number(machine_code="m1"), **NUMBERED))
    assert TWICE in broken(evidence(by_number(number=1), **NUMBERED))
    again = by_number(matched=False)
    again.add("h3", "Called", 10, ticket="t12", counter=3)
    again.add("h3", "NumberMatched", 11, stand_in="n12", ticket="t12")
    assert TWICE in broken(evidence(again, **NUMBERED))
    later = by_number()
    later.add("h3", "Called", 10, ticket="t12", counter=3)
    assert TWICE in broken(evidence(later, **NUMBERED))


def change_of_hub(known: int) -> Chain:
    """h3 is the hub, then h4 by force; h3 calls on for a while. `known`: how much of its chain h4 had read."""
    log = Chain()
    for number in (1, 2):
        log.ticket("m1", number, number)
    log.add("h3", "HubTaken", 0, machine_code="h3", epoch=1, cause="first", after={"m1": 0})
    log.add("h3", "Called", 3, ticket="t1", counter=3)
    log.add("h3", "Completed", 4, ticket="t1", counter=3)
    log.add("h4", "HubTaken", 5, machine_code="h4", epoch=2, cause="forced", after={"m1": 6, "h3": known})
    for ticket in ("t1", "t2")[known == 3 :]:
        log.add("h4", "Called", 6, ticket=ticket, counter=4)
        log.add("h4", "Completed", 7, ticket=ticket, counter=4)
    log.add("h3", "Called", 6, ticket="t2", counter=3)
    return log


@pytest.mark.parametrize("known", [1, 3])
def test_what_an_earlier_hub_did_without_the_knowledge_of_the_later_one_does_not_count(known: int) -> None:
    two = {"papers": [Paper("m1", "A-001", "t1"), Paper("m1", "A-002", "t2")], "shown": [], "called": []}
    assert broken(evidence(change_of_hub(known), **two)) == set()
    voided = Replay(change_of_hub(known).facts).voided
    assert len(voided) == (3 if known == 1 else 1) and voided[-1] == "Called t2 at 3"
    again = change_of_hub(known)
    again.add("h4", "Called", 8, ticket="t1", counter=4)
    assert TWICE in broken(evidence(again, **two))


def test_a_fact_that_one_computer_lacks_has_twice_or_has_otherwise_is_found() -> None:
    facts = morning().facts
    other = deepcopy(facts)
    other[-1]["body"]["counter"] = 5
    for log in (facts[:-1], [*facts, facts[0]], other):
        assert broken(evidence(logs={"h3": facts, "m1": log})) == {SAME}


def test_a_gap_in_a_chain_is_found() -> None:
    facts = [fact for fact in morning().facts if fact["kind"] != "Recalled"]
    assert broken(evidence(logs={"h3": facts, "m1": facts})) == {SAME}
