"""Sixty-four counters press 次を呼ぶ at once on one real core, until nobody waits: every ticket is called exactly once.

The judge is tried first on logs and replies that are wrong in each way that it must find.
"""

from __future__ import annotations

from typing import Any

import pytest

from bench.calls_truth import not_called_once
from bench.counters import pressed
from bench.large_office import COUNTERS
from bench.rush_truth import Answer
from tests.depth import DEPTH

SECONDS = 30.0 if DEPTH == "long" else 3.0


def issued(ticket: str, number: int) -> dict[str, Any]:
    return {"kind": "TicketIssued", "body": {"ticket": ticket, "letter": "A", "number": number, "intent": f"i{ticket}"}}


def called(ticket: str, counter: int, intent: str) -> dict[str, Any]:
    return {"kind": "Called", "body": {"ticket": ticket, "counter": counter, "intent": intent}}


def told(number: str, intent: str, *, ok: bool = True) -> Answer:
    return Answer("call_next", intent, ok, f"{number}を呼びました。" if ok else "お待ちの方はいません。", 0.1, False)


FACTS = [issued("a", 1), issued("b", 2), issued("c", 3), called("a", 3, "x"), called("b", 4, "y"), called("c", 3, "z")]
ANSWERS = [told("A-001", "x"), told("A-001", "x"), told("A-002", "y"), told("A-003", "z"), told("", "v", ok=False)]


def test_the_judge_finds_nothing_where_everybody_was_called_once() -> None:
    assert not_called_once(FACTS, ANSWERS) == []


def test_who_was_called_before_the_rush_needs_no_reply() -> None:
    assert not_called_once([issued("o", 9), called("o", 7, "earlier"), *FACTS], ANSWERS) == []


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ([*FACTS, called("a", 5, "w")], "A-001 was called 2 times, at [3, 5]"),
        (FACTS[:-1], "A-003 was called 0 times, at []"),
        ([*FACTS, issued("d", 4)], "A-004 was called 0 times, at []"),
        ([*FACTS, called("e", 5, "w")], "e was called and never issued"),
        ([*FACTS[:-1], called("c", 3, "other")], "a press was told A-003, the log has no such call"),
    ],
)
def test_the_judge_finds_what_is_wrong_in_the_log(facts: list[dict[str, Any]], wrong: str) -> None:
    assert wrong in not_called_once(facts, ANSWERS)


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ([*ANSWERS, told("A-001", "w")], "A-001 was told to 2 presses"),
        ([*ANSWERS, told("A-002", "x")], "a press was told A-002, the log has A-001"),
        ([*ANSWERS[:3], told("", "z", ok=False)], "A-003 was called and nobody was told"),
    ],
)
def test_the_judge_finds_what_is_wrong_in_the_replies(answers: list[Answer], wrong: str) -> None:
    assert wrong in not_called_once(FACTS, answers)


@pytest.mark.slow
def test_sixty_four_counters_at_once_call_every_ticket_exactly_once() -> None:
    found = pressed(SECONDS)
    assert found.not_once == []
    assert found.other_faults == []
    pressing = {one.intent for one in found.calls}
    assert COUNTERS == 64 and len(pressing) > 4 * COUNTERS, "a rush in which little happens proves little"
    assert found.in_vain >= COUNTERS, "everybody presses until nobody waits"
    assert any(one.again for one in found.lap.answers), "some presses are sent twice"
