"""Sixteen clients at once on one real core: no number twice, no ticket called twice, and what was told is true.

The judge of the rush is tried first on logs that are wrong in each way that it must find.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bench.rush import rushed
from bench.rush_clients import CLIENTS
from bench.rush_truth import Answer, judged
from tests.depth import DEPTH

SECONDS = 30.0 if DEPTH == "long" else 6.0


def fact(kind: str, actor: str = "1001", **body: Any) -> dict[str, Any]:
    return {"kind": kind, "actor": actor, "body": body}


def issued(ticket: str, number: int) -> dict[str, Any]:
    return fact("TicketIssued", ticket=ticket, intent=f"i-{ticket}", letter="A", number=number, stops=[{"group": "A"}])


DAY = [
    issued("first", 1),
    issued("second", 2),
    issued("third", 3),
    issued("fourth", 4),
    fact("Called", ticket="first", counter=3, intent="c1"),
    fact("Held", ticket="first", counter=3, intent="h1"),
    fact("Called", ticket="second", counter=3, intent="c2"),
    fact("Resumed", ticket="first", intent="r1"),
    fact("Completed", ticket="second", counter=3),
    fact("Called", ticket="first", counter=3, intent="c3"),
    fact("Called", ticket="fourth", counter=5, intent="c4", reason="窓口の都合"),
    fact("Called", ticket="third", counter=4, intent="c5"),
]
ANSWERS = [
    Answer("issue", "i-first", True, "A-001を発券しました。", 0.1, False),
    Answer("call_next", "c5", True, "A-003を呼びました。", 0.1, False),
    Answer("call_next", "c9", False, "お待ちの方はいません。", 0.1, False),
]
PAPERS = [("A-001",), ("小倉北区役所", "A-002"), ("A-003",)]


def faults(
    *changes: tuple[int, dict[str, Any]], more: tuple[dict[str, Any], ...] = (), answers: list[Answer] = ANSWERS
) -> list[str]:
    """Of DAY with some bodies changed and some facts behind it: the names of what is wrong."""
    day = deepcopy(DAY)
    for which, body in changes:
        day[which]["body"] |= body
    return [fault.split(":")[0] for fault in judged([*day, *more], answers, PAPERS).faults]


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ((1, {"number": 1}), "repeated_numbers"),
        ((11, {"intent": "c1"}), "repeated_intents"),
        ((11, {"counter": 5}), "called_twice"),
        ((8, {"counter": 4}), "called_twice"),
        ((11, {"ticket": "second"}), "called_twice"),
        ((11, {"ticket": "fifth"}), "never_issued"),
        ((4, {"ticket": "third"}), "overtaken"),
        ((10, {"reason": ""}), "overtaken"),
    ],
)
def test_the_judge_finds_whatever_is_wrong(change: tuple[int, dict[str, Any]], wrong: str) -> None:
    assert wrong in faults(change)


def test_the_judge_finds_a_call_to_two_counters() -> None:
    assert faults(more=(fact("Called", ticket="third", counter=6),)) == ["called_twice"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer("call_next", "c8", True, "A-003を呼びました。", 0.1, False),
        Answer("call_next", "c5", True, "A-002を呼びました。", 0.1, True),
        Answer("take", "somebody", True, "A-003", 0.1, False),
    ],
)
def test_the_judge_finds_an_untrue_reply(answer: Answer) -> None:
    assert faults(answers=[*ANSWERS, answer]) == ["untrue_replies"]


def test_the_judge_finds_a_refusal_without_need() -> None:
    refused = Answer("complete", "c7", False, "対応中の方がいません。", 0.1, False)
    assert faults(answers=[*ANSWERS, refused]) == ["refused"]


def test_who_held_somebody_may_find_that_a_colleague_has_called_him() -> None:
    refused = Answer("resume", "r2", False, "A-003は保留でも不在でもありません。", 0.1, False)
    held = fact("Held", ticket="third", counter=4, intent="h2")
    called = fact("Called", ticket="third", counter=6, intent="c6", reason="窓口の都合")
    assert faults(more=(held,), answers=[*ANSWERS, refused]) == ["refused"]
    assert faults(more=(held, called), answers=[*ANSWERS, refused]) == []


@pytest.mark.parametrize("papers", [PAPERS[1:], [*PAPERS, ("A-001",)], [*PAPERS, ("A-005",)], [*PAPERS, ("", "")]])
def test_the_judge_finds_wrong_paper(papers: list[tuple[str, ...]]) -> None:
    assert judged(DAY, ANSWERS, papers).wrong_papers != []


@pytest.mark.slow
def test_sixteen_clients_at_once_never_get_one_number_or_one_visitor_twice() -> None:
    rush = rushed(SECONDS)
    assert rush.truth.faults == []
    verbs = ("issue", "take", "call_next", "hold", "resume", "complete")
    done = {verb: len(rush.spans_ms(verb)) for verb in verbs}
    assert CLIENTS == 16 and min(done.values()) > 0, f"a rush in which little happens proves little: {done}"
    assert sum(one.again for one in rush.answers) > CLIENTS
    assert any(one.verb == "call_number" for one in rush.answers), "several want the same visitor"
