"""What must be true when everything has healed, judged from outside: paper, screens, replies and the exported logs.

On purpose it knows nothing of the product's folds and queue: a mistake there must not hide itself here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NUMBER = re.compile(r"[A-Z]-\d{3,4}")
AGAIN = "再発行"
ENDS = ("Completed", "NoShow", "Held", "ReadyForHandover", "Transferred")
Stored = dict[str, Any]
"""One exported fact: machine, seq, kind, body …"""


@dataclass(frozen=True)
class Paper:
    """A piece that left a printer, or stands in it. `whole`: it was cut, not torn."""

    machine: str
    lines: tuple[str, ...]
    whole: bool = True

    @property
    def numbers(self) -> list[str]:
        return [line for line in self.lines if NUMBER.fullmatch(line)]

    @property
    def again(self) -> bool:
        return any(AGAIN in line for line in self.lines)


@dataclass(frozen=True)
class Answer:
    """The reply to one press of staff."""

    verb: str
    intent: str
    ok: bool
    message: str


@dataclass
class Evidence:
    """`shown`: machine and number, of each screen that told a visitor to take the ticket. `logs`, `digests`, `folds`:
    of each computer when it has stopped; `forks`: so many facts were put aside there. `revoked`: machines that were
    not trusted for a while. `liars`: names of logs that nobody may have facts of.
    `voided`: chain and place of each call that the console lists, because another one was the hub already."""

    papers: list[Paper] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    logs: dict[str, list[Stored]] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    folds: dict[str, bytes] = field(default_factory=dict)
    forks: dict[str, int] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    liars: tuple[str, ...] = ()
    voided: list[str] = field(default_factory=list)


def faults(seen: Evidence, hub: str) -> list[str]:
    """Each begins with the name of what is not true; empty when everything is well."""
    facts = seen.logs[hub]
    issued = {fact["body"]["ticket"]: number_of(fact["body"]) for fact in facts if fact["kind"] == "TicketIssued"}
    found = [f"logs differ: {code} and {hub}" for code, one in seen.digests.items() if one != seen.digests[hub]]
    found += [f"folds differ: {code} and {hub}" for code, one in seen.folds.items() if one != seen.folds[hub]]
    found += [f"a fork: {count} facts put aside at {code}" for code, count in seen.forks.items() if count]
    found += numbers_twice(seen.papers, issued)
    counting = [fact for fact in facts if not _is_void(fact, facts)]
    void = {f"{fact['machine']} {fact['seq']}" for fact in facts if fact["kind"] == "Called" and _is_void(fact, facts)}
    if void != set(seen.voided):
        found.append(f"the list of calls that do not count: it has {sorted(seen.voided)}, and they are {sorted(void)}")
    found += _calls(counting, issued)
    found += _forgotten(seen, counting, issued)
    found += _replies(seen, facts, issued)
    found += _revoked(seen, facts)
    found += [
        f"a liar was believed: {code} holds {fact['kind']} of {fact['machine']}"
        for code, log in seen.logs.items()
        for fact in log
        if fact["machine"] in seen.liars
    ]
    refused = {
        (one["machine_code"], one["cause"]) for one in (f["body"] for f in facts if f["kind"] == "RecordsRefused")
    }
    found += [f"a liar was not recorded: {liar}" for liar in seen.liars if liar not in {code for code, _ in refused}]
    for code, cause in sorted(refused):
        if code not in seen.liars and not (code in seen.revoked and cause == "revoked"):
            found.append(f"an honest machine was refused: {code} for {cause}")
    return found


def _is_void(fact: Stored, facts: Sequence[Stored]) -> bool:
    """What a hub wrote of calls beyond that which its successor knew when it took over (decision 025)."""
    if fact["kind"] not in ("Called", "Recalled", "Resumed", *ENDS):
        return False
    taken = [one for one in facts if one["kind"] == "HubTaken" and one["body"]["epoch"] > 1]
    return any(
        fact["machine"] != one["machine"] and fact["seq"] > one["body"]["after"].get(fact["machine"], 0)
        for one in taken
    )


def number_of(body: Stored) -> str:
    return f"{body['letter']}-{body['number']:03d}"


def numbers_twice(papers: Sequence[Paper], issued: dict[str, str]) -> list[str]:
    """No number for two people: not in the log, and not on paper unless it is marked as printed again."""
    found = [
        f"a number twice: {number} of {count} tickets"
        for number, count in Counter(issued.values()).items()
        if count > 1
    ]
    for paper in papers:
        if len(set(paper.numbers)) > 1:
            found.append(f"a number twice: {paper.numbers} on one piece of paper at {paper.machine}")
    unmarked = Counter(number for paper in papers if not paper.again for number in set(paper.numbers))
    found += [f"a number twice: {number} on {count} papers" for number, count in unmarked.items() if count > 1]
    at = {number: {paper.machine for paper in papers if number in paper.numbers} for number in unmarked}
    found += [f"a number twice: {number} printed by {sorted(codes)}" for number, codes in at.items() if len(codes) > 1]
    return found


def _calls(facts: Sequence[Stored], issued: dict[str, str]) -> list[str]:
    """Each stage of a visit is called again only after it was put aside or nobody came."""
    found: list[str] = []
    where: dict[str, str] = {}
    has: dict[int, str] = {}
    made_ready: set[str] = set()
    for fact in facts:
        kind, body = fact["kind"], fact["body"]
        ticket, counter = body.get("ticket", ""), body.get("counter", 0)
        number, stage = issued.get(ticket, ticket), body.get("stage", "reception")
        if kind == "Called":
            before = where.get(ticket, "waiting")
            if ticket not in issued:
                found.append(f"called and never issued: {ticket}")
            if before.startswith("called") or before == f"done {stage}" or before == "done handover":
                found.append(f"called twice: {number} to {counter} for {stage}, was {before}")
            if held := has.get(counter):
                found.append(f"called twice: {counter} has {issued.get(held)} and calls {number}")
            where[ticket], has[counter] = f"called to {counter}", ticket
        elif kind in ENDS:
            open_here = has.pop(counter, "") == ticket
            if not open_here:
                found.append(f"called twice: {number} {kind} at {counter}, which had somebody else")
            stage = "handover" if ticket in made_ready else "reception"
            where[ticket] = f"done {stage}" if kind == "Completed" else "waiting"
            if kind == "ReadyForHandover":
                made_ready.add(ticket)
    return found


def _revoked(seen: Evidence, facts: Sequence[Stored]) -> list[str]:
    """Nothing of a machine comes to the hub between its revocation and its new enrolment."""
    found: list[str] = []
    out: set[str] = set()
    ever: set[str] = set()
    for fact in facts:
        if fact["kind"] == "DeviceRevoked":
            out.add(fact["body"]["device"])
            ever.add(fact["body"]["device"])
        elif fact["kind"] == "DeviceEnrolled":
            out.discard(fact["body"]["name"])
        elif fact["machine"].partition("~")[0] in out:
            found.append(f"a revoked device was heard: {fact['kind']} of {fact['machine']}")
    return found + [f"a revocation was not kept: {code}" for code in seen.revoked if code not in ever]


def _forgotten(seen: Evidence, facts: Sequence[Stored], issued: dict[str, str]) -> list[str]:
    """Whoever holds paper, or was told to take some, is known at the hub and was called in the end."""
    known = set(issued.values())
    voided = {issued.get(f["body"]["ticket"], "") for f in facts if f["kind"] == "TicketVoided"}
    called = {issued.get(f["body"]["ticket"], "") for f in facts if f["kind"] == "Called"}
    whole = {number for paper in seen.papers if paper.whole for number in paper.numbers}
    told = {number for _, number in seen.shown}
    found = [f"a number that nobody issued: {number} on paper" for number in sorted(whole - known)]
    found += [f"forgotten: {number} was shown and is not at the hub" for number in sorted(told - known)]
    found += [f"shown without paper: {number}" for number in sorted(told - whole)]
    found += [f"forgotten: {number} was never called" for number in sorted(((whole & known) | told) - voided - called)]
    found += [f"shown and void: {number}" for number in sorted(told & voided)]
    return found


def _replies(seen: Evidence, facts: Sequence[Stored], issued: dict[str, str]) -> list[str]:
    """What staff were told has happened stands in the log, with that number, once."""
    acts: dict[str, list[Stored]] = {}
    for fact in facts:
        if intent := fact["body"].get("intent", ""):
            acts.setdefault(intent, []).append(fact)
    of_staff = {answer.intent for answer in seen.answers}
    found = []
    for intent, done in acts.items():
        # A ticket that a machine printed before it knew the day is written again into it: same intent, same ticket.
        twice = len(done) > 1 if intent in of_staff else len({one["body"].get("ticket") for one in done}) > 1
        found += [f"an intent acted twice: {intent} {[one['kind'] for one in done]}"] if twice else []
    for answer in seen.answers:
        if not answer.ok:
            continue
        if answer.intent not in acts:
            found.append(f"an untrue reply: {answer.verb} {answer.message} is not in the log")
            continue
        told = NUMBER.search(answer.message)
        kept = issued.get(acts[answer.intent][-1]["body"].get("ticket", ""), "")
        if told is not None and kept and told[0] != kept:
            found.append(f"an untrue reply: {answer.verb} told {told[0]}, kept {kept}")
    return found
