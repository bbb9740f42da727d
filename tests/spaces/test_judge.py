"""The judge finds nothing where nothing is wrong, and names whatever is."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.spaces.judge import Answer, Evidence, Paper, faults


def fact(kind: str, machine: str = "m1", **body: Any) -> dict[str, Any]:
    return {"kind": kind, "machine": machine, "body": body}


def issued(ticket: str, machine: str, number: int) -> dict[str, Any]:
    return fact("TicketIssued", machine, ticket=ticket, intent=f"i-{ticket}", letter="A", number=number)


DAY = [
    issued("first", "m2", 1),
    issued("second", "m3", 11),
    issued("third", "m3", 740),
    issued("left", "m2", 2),
    fact("TicketVoided", "m2", ticket="left", reason="abandoned"),
    fact("Called", ticket="first", counter=3, stage="reception", intent="c1"),
    fact("Held", ticket="first", counter=3, intent="h1"),
    fact("Called", ticket="second", counter=3, stage="reception", intent="c2"),
    fact("ReadyForHandover", ticket="second", counter=3, intent="r2"),
    fact("Resumed", ticket="first", intent="r1"),
    fact("Called", ticket="first", counter=3, stage="reception", intent="c3"),
    fact("Called", ticket="second", counter=4, stage="handover", intent="c4"),
    fact("Completed", ticket="second", counter=4),
    fact("Called", ticket="third", counter=4, stage="reception", intent="c5"),
    fact("NoShow", ticket="third", counter=4, intent="n5"),
    fact("DeviceRevoked", device="m3", reason="紛失・盗難"),
    fact("RecordsRefused", machine_code="m3", cause="revoked"),
    fact("DeviceEnrolled", device="new", name="m3"),
    fact("PrintEnded", "m3", ticket="third", job="third.1"),
    fact("RecordsRefused", machine_code="m8", cause="not_its_kind"),
]
PAPERS = [
    Paper("m2", ("小倉北区役所", "A-001")),
    Paper("m3", ("A-011",), whole=False),
    Paper("m3", ("再発行", "A-011")),
    Paper("m3", ("A-740",)),
    Paper("m2", (), whole=False),
]
ANSWERS = [
    Answer("call_next", "c1", True, "A-001を呼びました。"),
    Answer("call_next", "c9", False, "お待ちの方はいません。"),
]


def evidence() -> Evidence:
    return Evidence(
        papers=list(PAPERS),
        shown=[("m2", "A-001"), ("m3", "A-011"), ("m3", "A-740")],
        answers=list(ANSWERS),
        logs={"m1": deepcopy(DAY), "m2": deepcopy(DAY)},
        digests={"m1": b"d", "m2": b"d"},
        folds={"m1": b"f", "m2": b"f", "m2 anew": b"f"},
        forks={"m1": 0, "m2": 0},
        revoked=["m3"],
        liars=("m8",),
    )


def names(seen: Evidence) -> set[str]:
    return {one.split(":")[0] for one in faults(seen, "m1")}


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    assert faults(evidence(), "m1") == []


@pytest.mark.parametrize(
    ("which", "body", "wrong"),
    [
        (1, {"number": 1}, "a number twice"),
        (7, {"ticket": "first"}, "called twice"),
        (10, {"ticket": "second", "stage": "reception"}, "called twice"),
        (11, {"counter": 3}, "called twice"),
        (12, {"counter": 3}, "called twice"),
        (13, {"ticket": "second", "stage": "handover"}, "called twice"),
        (13, {"ticket": "stranger"}, "called and never issued"),
        (13, {"ticket": "first", "counter": 4}, "called twice"),
        (13, {"intent": "c1"}, "an intent acted twice"),
        (5, {"intent": "c0"}, "an untrue reply"),
        (4, {"ticket": "third"}, "shown and void"),
    ],
)
def test_the_judge_finds_whatever_is_wrong_in_the_log(which: int, body: dict[str, Any], wrong: str) -> None:
    seen = evidence()
    seen.logs["m1"][which]["body"] |= body
    assert wrong in names(seen)


def test_a_visitor_at_two_counters_is_called_twice() -> None:
    seen = evidence()
    seen.logs["m1"].insert(6, fact("Called", ticket="first", counter=4, stage="reception"))
    assert "called twice" in names(seen)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_ticket_that_never_came_to_the_hub_is_forgotten(which: int) -> None:
    seen = evidence()
    del seen.logs["m1"][which]
    assert "forgotten" in names(seen)


def test_paper_that_nobody_was_shown_must_be_known_too() -> None:
    seen = evidence()
    seen.papers.append(Paper("m2", ("A-003",)))
    assert names(seen) == {"a number that nobody issued"}


def test_whoever_is_never_called_is_forgotten() -> None:
    seen = evidence()
    del seen.logs["m1"][13:15]
    assert names(seen) == {"forgotten"}


@pytest.mark.parametrize(
    "paper", [Paper("m2", ("A-001",)), Paper("m3", ("再発行", "A-001")), Paper("m2", ("再発行", "A-001", "A-740"))]
)
def test_a_number_on_two_papers_or_two_on_one(paper: Paper) -> None:
    seen = evidence()
    seen.papers.append(paper)
    assert names(seen) == {"a number twice"}


def test_a_screen_without_paper() -> None:
    seen = evidence()
    del seen.papers[2]
    assert names(seen) == {"shown without paper"}


def test_an_untrue_reply() -> None:
    seen = evidence()
    seen.answers.append(Answer("call_next", "c5", True, "A-001を呼びました。"))
    assert names(seen) == {"an untrue reply"}


def test_computers_that_differ_forks_a_revoked_device_and_a_liar() -> None:
    seen = evidence()
    seen.digests["m2"] = seen.folds["m2 anew"] = b"other"
    seen.forks["m2"] = 1
    seen.logs["m1"].insert(17, fact("PrintEnded", "m3", ticket="second", job="second.1"))
    seen.logs["m2"].append(fact("DayJoined", "m8"))
    wrong = {"logs differ", "folds differ", "a fork", "a revoked device was heard", "a liar was believed"}
    assert names(seen) == wrong


@pytest.mark.parametrize(
    ("machine", "wrong"),
    [("", {"a liar was not recorded"}), ("m2", {"a liar was not recorded", "an honest machine was refused"})],
)
def test_whoever_lies_is_recorded_and_nobody_else(machine: str, wrong: set[str]) -> None:
    seen = evidence()
    seen.logs["m1"].pop()
    if machine:
        seen.logs["m1"].append(fact("RecordsRefused", machine_code=machine, cause="not_its_kind"))
    assert names(seen) == wrong


def test_a_revocation_that_was_not_kept_and_a_machine_that_was_refused_for_another_cause() -> None:
    seen = evidence()
    seen.logs["m1"][15]["body"]["device"] = "m2"
    seen.logs["m1"][16]["body"]["cause"] = "malformed"
    assert names(seen) == {"a revocation was not kept", "an honest machine was refused"}
