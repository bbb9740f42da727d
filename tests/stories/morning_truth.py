"""What must be true after a day in an office of several computers: judged from papers, exported logs and replies alone.

On purpose it knows nothing of the product's folds: a mistake there must not hide itself here. Each rule is a function
from the evidence to the cases that break it; a fact that the judge does not understand breaks one as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Stored = dict[str, Any]
"""One exported fact: machine, seq, at_utc_ms, actor, kind, body."""


class Paper(NamedTuple):
    """A piece that a printer cut. `ticket`: what its QR code names. `again`: marked 再発行."""

    machine: str
    number: str
    ticket: str
    again: bool = False


@dataclass(frozen=True)
class Evidence:
    """`logs`: of each computer, as `hitofuda log export` gives it, in its order. `folds`: what each log folds to."""

    hub: str
    logs: Mapping[str, Sequence[Stored]]
    papers: Sequence[Paper]
    shown: Sequence[tuple[str, str]] = ()
    """Machine and number that a visitor read on a screen."""
    called: Sequence[tuple[int, str]] = ()
    """Counter and number that a console answered."""
    folds: Mapping[str, bytes] = field(default_factory=dict)
    verified: Mapping[str, int] = field(default_factory=dict)
    """The exit code of `hitofuda log verify` for each log."""
    waiting: int = 0
    """How many still wait when the story is over."""


@dataclass
class Visit:
    """One ticket, as the hub's log tells it so far."""

    number: str
    machine: str
    arrival: tuple[int, str, int]
    groups: list[str]
    status: str = "waiting"
    stage: str = "reception"
    counter: int = 0
    bound: int = 0
    """The one counter that is to call it."""
    paper: str = ""
    credited: bool = False
    ended: str = ""

    @property
    def line(self) -> tuple[str, int]:
        return (self.groups[0] if self.groups else "", self.bound)

    @property
    def is_in_line(self) -> bool:
        printed = self.paper not in ("", "not_issued")
        return self.status == "waiting" and self.stage == "reception" and printed and not self.credited


IGNORED = frozenset(
    (
        *("DayOpened", "DayJoined", "DayClosed", "DayCheckpoint", "NumbersLeased"),
        *("CounterOpened", "CounterPaused", "CounterClosed", "SignedIn", "SignedOut"),
        *("StaffCalled", "StaffAccepted", "AlertCleared", "PrinterChanged", "PrinterRecognised"),
        *("Recalled", "CardChecked", "DiskLow", "ClockDoubted", "DeviceEnrolled"),
        *("OutageEnded", "CallContinued", "HubTaken", "HubHandedOver", "HubFollowed"),
        *("SlotsPlanned", "PlanTaken", "OnlineClosed", "BookingMade", "BookingCancelled", "BookingMissed"),
        *(
            "VoidedCallsAccepted",
            "MachineCheckpoint",
        ),
    )
)
"""They change nothing about who is called."""
OF_TICKET_MACHINES = frozenset(("TicketIssued", "PrintStarted", "PrintEnded", "TicketVoided", "StopAdded"))
"""Of visits; whatever else is told of them the hub alone writes."""


class Replay:
    """A hub's log, fact by fact, in the order in which it came to know them. `hub`: only its own calls are judged for
    their order, because another hub did not know the same at the same moment."""

    def __init__(self, facts: Sequence[Stored], hub: str = "") -> None:
        self._hub = hub
        self.visits: dict[str, Visit] = {}
        self.calls: set[tuple[int, str]] = set()
        self.twice: list[str] = []
        self.overtaken: list[str] = []
        self.not_understood: list[str] = []
        self.voided: list[str] = []
        """What an earlier hub did without the knowledge of the later one: it does not count, and staff are shown it."""
        self._reigns = [fact for fact in facts if fact["kind"] == "HubTaken"]
        self._at: dict[int, str] = {}
        self._latest: dict[str, int] = {}
        for fact in facts:
            self._take(fact)

    def _take(self, fact: Stored) -> None:
        kind, body = fact["kind"], fact["body"]
        if kind in IGNORED:
            return
        if kind not in OF_TICKET_MACHINES and self._is_void(fact):
            self.voided.append(f"{kind} {body.get('ticket')} at {body.get('counter')}")
            return
        if kind == "TicketIssued":
            self._issued(fact, body)
            return
        if kind == "NumberCalled":
            self._called_by_number(body)
            return
        if kind == "NumberMatched":
            self._matched(body)
            return
        visit = self.visits.get(body.get("ticket", ""))
        if visit is None:
            self.not_understood.append(f"{kind} of a ticket that was never issued: {body}")
            return
        match kind:
            case "PrintStarted":
                visit.paper = visit.paper or "started"
            case "PrintEnded":
                visit.paper = body["verdict"] if visit.paper in ("", "started", "not_issued") else visit.paper
            case "TicketVoided" | "TicketCancelled":
                self._leave(visit)
                visit.status = visit.ended = "cancelled"
            case "Called":
                self._called(body["ticket"], visit, body, fact["machine"])
            case "Completed":
                self._end(body["ticket"], visit, body, "waiting" if visit.groups[1:] else "done")
                visit.groups, visit.stage, visit.bound = visit.groups[1:] or visit.groups, "reception", 0
            case "ReadyForHandover":
                self._end(body["ticket"], visit, body, "waiting")
                visit.stage = "handover"
            case "Held" | "NoShow":
                self._end(body["ticket"], visit, body, "held" if kind == "Held" else "no-show")
            case "Resumed":
                visit.status = "waiting"
            case "Transferred":
                self._end(body["ticket"], visit, body, "waiting")
                visit.bound = body.get("to_counter", 0)
                if not visit.bound:
                    visit.groups[0], visit.stage = body["stop"]["group"], "reception"
            case "PriorityGranted":
                visit.credited = True
            case _:
                self.not_understood.append(f"{kind}: {body}")

    def _is_void(self, fact: Stored) -> bool:
        """Beyond what the hub that came after had read of this chain, and not after this machine was the hub again."""
        chain, seq = fact["machine"], fact["seq"]
        own = [taken for taken in self._reigns if taken["machine"] == chain and taken["seq"] < seq]
        epoch = max((taken["body"]["epoch"] for taken in own), default=0)
        return any(
            taken["machine"] != chain and taken["body"]["epoch"] > epoch and seq > taken["body"]["after"].get(chain, 0)
            for taken in self._reigns
        )

    def _issued(self, fact: Stored, body: Stored) -> None:
        machine = fact["machine"]
        # As it was at its machine, whose clock may be corrected: nobody overtakes who stood before the same screen.
        self._latest[machine] = max(fact["at_utc_ms"], self._latest.get(machine, 0))
        self.visits[body["ticket"]] = Visit(
            f"{body['letter']}-{body['number']:03d}",
            body["machine_code"],
            (self._latest[machine], machine, fact["seq"]),
            [stop["group"] for stop in body["stops"]],
            # Another order has those (noon_truth.py): here they stand in no line.
            credited=bool(body.get("booking")),
        )

    def _called(self, ticket: str, visit: Visit, body: Stored, hub: str = "") -> None:
        counter, stage = body["counter"], body.get("stage", "reception")
        if visit.status in ("called", "done", "cancelled") or stage != visit.stage:
            was = f"{visit.status} at {visit.counter}" if visit.counter else visit.status
            self.twice.append(f"{visit.number} for {stage} at {counter}, was {was}, {visit.stage}")
        if there := self._at.get(counter):
            self.twice.append(f"{counter} has {self.visits[there].number} and calls {visit.number}")
        if not body.get("reason") and visit.is_in_line and code_of(hub) == self._hub:
            line = [one for one in self.visits.values() if one.is_in_line and one.line == visit.line]
            first = min(line, key=lambda one: one.arrival)
            if first is not visit:
                self.overtaken.append(f"{first.number} by {visit.number} at {counter}")
        visit.status, visit.counter = "called", counter
        self._at[counter] = ticket
        self.calls.add((counter, visit.number))

    def _called_by_number(self, body: Stored) -> None:
        """Of a machine that is cut off: whatever it has printed, nobody here knows of a ticket with this number."""
        number = f"{body['letter']}-{body['number']:03d}"
        if any(visit.number == number for visit in self.visits.values()):
            self.twice.append(f"{number} by its number alone at {body['counter']}, and was known")
        nobody_knows = (0, "", 0)
        visit = Visit(number, body["machine_code"], nobody_knows, [body["stop"]["group"]], paper="unheard")
        self.visits[body["ticket"]] = visit
        self._called(body["ticket"], visit, {**body, "reason": "by number"})

    def _matched(self, body: Stored) -> None:
        """The ticket is here: what was done with its number was done with it."""
        stood, came = self.visits.get(body["stand_in"]), self.visits.get(body["ticket"])
        if stood is None or came is None or (stood.number, stood.machine) != (came.number, came.machine):
            self.not_understood.append(f"NumberMatched of what does not belong together: {body}")
            return
        if came.status != "waiting" or came.counter or came.stage != "reception":
            self.twice.append(f"{came.number} had been called by its number, and was {came.status} when it was matched")
        del self.visits[body["stand_in"]]
        if self._at.get(stood.counter) == body["stand_in"]:
            self._at[stood.counter] = body["ticket"]
        if body.get("stop"):
            came.groups[0] = body["stop"]["group"]
        came.status, came.stage, came.counter = stood.status, stood.stage, stood.counter
        came.bound, came.ended = stood.bound, stood.ended

    def _end(self, ticket: str, visit: Visit, body: Stored, status: str) -> None:
        if self._at.get(body["counter"]) != ticket:
            self.twice.append(f"{visit.number} {status} at {body['counter']}, which has somebody else")
        self._leave(visit)
        visit.status = status
        visit.ended = status if status in ("done", "no-show") else ""

    def _leave(self, visit: Visit) -> None:
        if visit.counter and self.visits.get(self._at.get(visit.counter, "")) is visit:
            del self._at[visit.counter]
        visit.counter = 0


def code_of(machine: str) -> str:
    """m1~2 is a log of m1."""
    return machine.partition("~")[0]


# --- the rules -----------------------------------------------------------------------------------------------


def one_number_one_ticket(evidence: Evidence, replay: Replay) -> Iterator[str]:
    tickets: dict[str, set[str]] = defaultdict(set)
    first: dict[str, int] = defaultdict(int)
    for paper in evidence.papers:
        tickets[paper.number].add(paper.ticket)
        first[paper.number] += not paper.again
    yield from (f"{number} names {sorted(named)}" for number, named in tickets.items() if len(named) > 1)
    yield from (f"{number} on {count} papers without 再発行" for number, count in first.items() if count > 1)


def every_paper_is_known(evidence: Evidence, replay: Replay) -> Iterator[str]:
    printed = {(paper.machine, paper.number) for paper in evidence.papers}
    for paper in evidence.papers:
        visit = replay.visits.get(paper.ticket)
        if visit is None:
            yield f"{paper.number} of {paper.machine} is not in the hub's log"
        elif (visit.machine, visit.number) != (paper.machine, paper.number):
            yield f"{paper.number} of {paper.machine} is {visit.number} of {visit.machine} in the hub's log"
    yield from (f"{number} was shown at {machine} and is not on paper" for machine, number in evidence.shown
                if (machine, number) not in printed)  # fmt: skip
    on_paper = {paper.ticket for paper in evidence.papers}
    for ticket, visit in replay.visits.items():
        if visit.paper in ("issued", "uncut") and ticket not in on_paper:
            yield f"{visit.number} is said to be on paper and is not"


def nobody_is_called_twice(evidence: Evidence, replay: Replay) -> Iterator[str]:
    yield from replay.twice


def nobody_is_forgotten(evidence: Evidence, replay: Replay) -> Iterator[str]:
    for visit in replay.visits.values():
        if visit.paper == "unheard":
            yield f"{visit.number} was called by its number, and its ticket never came"
    open_now = [visit for visit in replay.visits.values() if not visit.ended]
    yield from (f"{visit.number} is {visit.status}" for visit in open_now if visit.status != "waiting")
    waiting = [visit.number for visit in open_now if visit.status == "waiting"]
    if len(waiting) != evidence.waiting:
        yield f"{len(waiting)} wait and not {evidence.waiting}: {', '.join(sorted(waiting))}"


def first_come_first_served(evidence: Evidence, replay: Replay) -> Iterator[str]:
    for code in sorted({code_of(fact["machine"]) for fact in evidence.logs[evidence.hub] if fact["kind"] == "Called"}):
        yield from Replay(evidence.logs.get(code, evidence.logs[evidence.hub]), code).overtaken


def what_was_told_is_true(evidence: Evidence, replay: Replay) -> Iterator[str]:
    known = {visit.number for visit in replay.visits.values()}
    yield from (f"a visitor was shown {number}" for _, number in evidence.shown if number not in known)
    yield from (f"counter {counter} was told {number}" for counter, number in evidence.called
                if (counter, number) not in replay.calls)  # fmt: skip


def all_is_understood(evidence: Evidence, replay: Replay) -> Iterator[str]:
    yield from replay.not_understood


def all_have_the_same_facts(evidence: Evidence, replay: Replay) -> Iterator[str]:
    places = {code: {(f["machine"], f["seq"]): f for f in log} for code, log in evidence.logs.items()}
    hubs = places[evidence.hub]
    for code, facts in places.items():
        if len(facts) != len(evidence.logs[code]):
            yield f"{code} has a place twice"
        if different := [place for place in facts.keys() | hubs.keys() if facts.get(place) != hubs.get(place)]:
            yield f"{code} and the hub differ in {len(different)}, first {min(different)}"
    for machine in {machine for machine, _ in hubs}:
        seqs = sorted(seq for one, seq in hubs if one == machine)
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"the chain of {machine} has a gap"


def all_fold_to_the_same_office(evidence: Evidence, replay: Replay) -> Iterator[str]:
    hubs = evidence.folds.get(evidence.hub)
    for code in evidence.logs:
        if hubs is None or evidence.folds.get(code) != hubs:
            yield f"{code} folds to another office than the hub"


def every_log_verifies(evidence: Evidence, replay: Replay) -> Iterator[str]:
    for code in evidence.logs:
        if (exit_code := evidence.verified.get(code)) != 0:
            yield f"{code}: {exit_code}"


class Rule(NamedTuple):
    """What must hold, and by what it is seen from outside."""

    what: str
    seen_by: str
    cases: Callable[[Evidence, Replay], Iterator[str]]


HUBS_LOG = "the hub's exported log, replayed without the product's folds"
EACH_HUBS_LOG = "the exported log of whoever was the hub when it called, replayed without the product's folds"
RULES = (
    Rule("no number is on two papers for two tickets", "number and QR code of every paper", one_number_one_ticket),
    Rule(
        "every paper is a ticket in the hub's log, and what a screen showed is on paper",
        "papers and screens against the hub's exported log",
        every_paper_is_known,
    ),
    Rule("nobody is called twice for one stage, and no counter has two", HUBS_LOG, nobody_is_called_twice),
    Rule("nobody is forgotten", f"{HUBS_LOG}: every ticket has ended", nobody_is_forgotten),
    Rule("in each line who came first is called first", EACH_HUBS_LOG, first_come_first_served),
    Rule("what visitors and clerks were told is in the log", "screens and consoles against it", what_was_told_is_true),
    Rule("the judge understands every fact", HUBS_LOG, all_is_understood),
    Rule("all computers hold the same facts, in whole chains", "the exports of all logs", all_have_the_same_facts),
    Rule(
        "all logs fold to the same office",
        "each export folded in its own order, compared byte for byte",
        all_fold_to_the_same_office,
    ),
    Rule("no log has a changed or missing fact", "`hitofuda log verify` of each", every_log_verifies),
)


def judged(evidence: Evidence) -> dict[str, list[str]]:
    """For each rule the cases that break it; nothing where it holds."""
    replay = Replay(evidence.logs[evidence.hub])
    return {rule.what: list(rule.cases(evidence, replay)) for rule in RULES}
