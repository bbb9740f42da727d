"""Was every ticket called exactly once? Judged from the exported log and the replies alone, after every line is empty.

On purpose it knows nothing of the product's folds: a mistake there must not hide itself here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from bench.rush_truth import Answer, Stored


def not_called_once(facts: Iterable[Stored], answers: Sequence[Answer]) -> list[str]:
    """One sentence for each ticket, call or reply that is wrong; empty when everybody was called once and told so.

    `answers`: the replies to every 次を呼ぶ, repeats and refusals among them.
    """
    numbers: dict[str, str] = {}
    calls: defaultdict[str, list[int]] = defaultdict(list)
    by_intent: dict[str, str] = {}
    for fact in facts:
        body = fact["body"]
        if fact["kind"] == "TicketIssued":
            numbers[body["ticket"]] = f"{body['letter']}-{body['number']:03d}"
        elif fact["kind"] == "Called":
            calls[body["ticket"]].append(body["counter"])
            by_intent[body["intent"]] = body["ticket"]
    wrong = [
        f"{number} was called {len(calls[ticket])} times, at {calls[ticket]}"
        for ticket, number in numbers.items()
        if len(calls[ticket]) != 1
    ]
    wrong += [f"{ticket} was called and never issued" for ticket in calls if ticket not in numbers]
    called = {intent: numbers.get(ticket, "") for intent, ticket in by_intent.items()}
    return wrong + _untrue(called, answers) + _told_twice(answers)


def _untrue(called: dict[str, str], answers: Sequence[Answer]) -> list[str]:
    """Every press of a rush has its reply, and each repeat the same one."""
    sent = {one.intent for one in answers}
    told = {one.intent: one.number for one in answers if _names_a_call(one)}
    wrong = [
        f"a press was told {one.number}, the log has {called.get(one.intent) or 'no such call'}"
        for one in answers
        if _names_a_call(one) and called.get(one.intent) != one.number
    ]
    return wrong + [f"{called[i]} was called and nobody was told" for i in called if i in sent and i not in told]


def _told_twice(answers: Sequence[Answer]) -> list[str]:
    """By the replies alone: no two presses were told the same number."""
    told = {(one.number, one.intent) for one in answers if _names_a_call(one)}
    counted = Counter(number for number, _ in told)
    return [f"{number} was told to {count} presses" for number, count in counted.items() if count > 1]


def _names_a_call(one: Answer) -> bool:
    return one.verb == "call_next" and one.ok and "呼びました" in one.message
