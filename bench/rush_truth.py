"""What must be true after any rush, judged from the exported log, the replies and the paper alone.

On purpose it knows nothing of the product's folds: a mistake there must not hide itself here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Stored = dict[str, Any]
"""One exported fact: actor, kind, body."""
NUMBER = re.compile(r"[A-Z]-\d{3,4}")
ENDS = {"Completed": "done", "NoShow": "gone", "Held": "held"}
MAY_BE_REFUSED = ("call_next", "call_number")
"""Nobody waits, or another counter was quicker. Everything else in a rush is in order and must be done."""


@dataclass(frozen=True)
class Answer:
    """One reply. `again`: a repeat of an intent that had been sent before, or was sent twice at once."""

    verb: str
    intent: str
    ok: bool
    message: str
    took_s: float
    again: bool

    @property
    def number(self) -> str:
        return number_in(self.message)


def number_in(message: str) -> str:
    """A-105 where a sentence names one."""
    found = NUMBER.search(message)
    return found[0] if found else ""


@dataclass
class Truth:
    """Sentences, one for each case; all empty when everything is well."""

    repeated_numbers: list[str] = field(default_factory=list)
    repeated_intents: list[str] = field(default_factory=list)
    called_twice: list[str] = field(default_factory=list)
    """Called while a call of it was open or after it had been served, or called at two counters."""
    never_issued: list[str] = field(default_factory=list)
    overtaken: list[str] = field(default_factory=list)
    """Called by 次を呼ぶ although somebody in the same line had come earlier and waited."""
    untrue_replies: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wrong_papers: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [f"{name}: {case}" for name, cases in vars(self).items() for case in cases]


def judged(facts: Iterable[Stored], answers: Sequence[Answer], papers: Iterable[Sequence[str]]) -> Truth:
    """`papers`: the lines of each piece that the printer cut, for all tickets after those that the log began with."""
    truth, floor = Truth(), _Floor()
    for fact in facts:
        floor.take(fact, truth)
    _judge_replies(floor, answers, truth)
    _judge_papers(floor, answers, papers, truth)
    return truth


class _Floor:
    """Replays calls one by one: where each ticket is, and whom each counter has."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}
        self.by_intent: dict[str, str] = {}
        """The number that each intent acted on."""
        self.taken: set[str] = set()
        """Numbers that visitors took at the machine."""
        self.called_from_hold: set[str] = set()
        """Numbers that a colleague called by name while they were held: whoever held one finds it gone."""
        self._seen: set[str] = set()
        self._lines: dict[str, dict[str, int]] = {}
        self._of_line: dict[str, str] = {}
        self._where: dict[str, str] = {}
        self._at: dict[str, int] = {}
        self._has: dict[int, str] = {}

    def take(self, fact: Stored, truth: Truth) -> None:
        kind, body = fact["kind"], fact["body"]
        ticket = body.get("ticket", "")
        if kind == "TicketIssued":
            self._issued(ticket, body, truth)
            if fact["actor"] == "visitor":
                self.taken.add(self.numbers[ticket])
        elif kind == "Called":
            self._called(ticket, body, truth)
        elif kind in ENDS:
            self._ended(ticket, body["counter"], ENDS[kind], truth)
        elif kind == "Resumed":
            self._where[ticket] = "waiting"
            self._wait(ticket)
        if intent := body.get("intent"):
            if intent in self.by_intent:
                truth.repeated_intents.append(f"{kind} {intent}")
            self.by_intent[intent] = self.numbers.get(ticket, "")

    def _issued(self, ticket: str, body: Stored, truth: Truth) -> None:
        number = f"{body['letter']}-{body['number']:03d}"
        if number in self._seen:
            truth.repeated_numbers.append(number)
        self._seen.add(number)
        self.numbers[ticket], self._where[ticket] = number, "waiting"
        self._at[ticket], self._of_line[ticket] = len(self._at), body["stops"][0]["group"]
        self._wait(ticket)

    def _wait(self, ticket: str) -> None:
        self._lines.setdefault(self._of_line[ticket], {})[ticket] = self._at[ticket]

    def _called(self, ticket: str, body: Stored, truth: Truth) -> None:
        if ticket not in self.numbers:
            truth.never_issued.append(ticket)
            return
        number, counter = self.numbers[ticket], body["counter"]
        where = self._where[ticket]
        if where == "done" or where.startswith("called"):
            truth.called_twice.append(f"{number} at {counter}, was {where}")
        if held := self._has.get(counter):
            truth.called_twice.append(f"{counter} has {self.numbers[held]} and calls {number}")
        if where == "held":
            self.called_from_hold.add(number)
        line = self._lines[self._of_line[ticket]]
        if not body.get("reason") and ticket in line:
            first = min(line, key=line.__getitem__)
            if first != ticket:
                truth.overtaken.append(f"{self.numbers[first]} by {number} at {counter}")
        line.pop(ticket, None)
        self._where[ticket], self._has[counter] = f"called to {counter}", ticket

    def _ended(self, ticket: str, counter: int, how: str, truth: Truth) -> None:
        if self._has.pop(counter, "") != ticket:
            truth.called_twice.append(f"{self.numbers.get(ticket)} {how} at {counter}, which had somebody else")
        self._where[ticket] = how


def _judge_replies(floor: _Floor, answers: Sequence[Answer], truth: Truth) -> None:
    for one in answers:
        if not one.ok:
            is_gone = one.verb == "resume" and one.number in floor.called_from_hold
            if one.verb not in MAY_BE_REFUSED and not is_gone:
                truth.refused.append(f"{one.verb}: {one.message}")
            continue
        if one.verb == "take":
            if one.number not in floor.taken:
                truth.untrue_replies.append(f"a visitor was shown {one.number}")
        elif one.intent not in floor.by_intent:
            truth.untrue_replies.append(f"{one.verb} {one.intent} was acknowledged and is not in the log")
        elif floor.by_intent[one.intent] != one.number:
            truth.untrue_replies.append(f"{one.verb}: told {one.number}, kept {floor.by_intent[one.intent]}")


def _judge_papers(floor: _Floor, answers: Sequence[Answer], papers: Iterable[Sequence[str]], truth: Truth) -> None:
    printed: Counter[str] = Counter()
    for lines in papers:
        numbers = [line for line in lines if NUMBER.fullmatch(line)]
        if len(numbers) != 1:
            truth.wrong_papers.append(f"{numbers} on one piece of paper")
        printed.update(numbers)
    truth.wrong_papers += [f"{number} on {count} papers" for number, count in printed.items() if count > 1]
    told = {one.number for one in answers if one.ok and one.verb in ("issue", "take")}
    truth.wrong_papers += [f"{number} was told and is not on paper" for number in sorted(told - set(printed))]
    known = set(floor.numbers.values())
    truth.wrong_papers += [f"{number} is nobody's" for number in sorted(set(printed) - known)]
