"""What must be true after a day on which the city and the office sold times of the same lanes, also while they could
not talk: judged from exported logs, from central's own tables and from what the pages said.

As morning_truth.py it knows nothing of the product's folds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.stories.morning_truth import Evidence, Replay, Stored, Visit

RETURN_BEFORE_MS = 5 * 60_000
"""Who has chosen a time is called from then on."""
UNHEARD = "unheard-"
ONLINE = ("web", "phone")


class Promise(NamedTuple):
    """What a page said, as the code names it."""

    letter: str
    start_min: int
    lane: int


class ByPhone(NamedTuple):
    """What was said at the end of a call, and the number that the telephone's last digits gave at a machine."""

    promise: Promise
    number: str


@dataclass(frozen=True)
class CityEvidence:
    """`promised`: each booking that a page or the telephone acknowledged. `rows`: central's bookings that stand:
    letter, start, lane, length and time after it. `facts`: machine and sequence number of every fact that central has
    of this office."""

    day: str
    office: Evidence
    promised: Sequence[Promise] = ()
    unheard: Sequence[Promise] = ()
    rows: Sequence[tuple[str, int, int, int, int]] = ()
    facts: frozenset[tuple[str, int]] = frozenset()
    by_phone: Sequence[ByPhone] = ()
    persons: Sequence[str] = ()
    """Names and telephone numbers of whoever booked."""
    written: Mapping[str, str] = field(default_factory=dict)
    """What nobody's name or number may stand in, by its name."""

    @property
    def log(self) -> Sequence[Stored]:
        return self.office.logs[self.office.hub]

    def of(self, *kinds: str) -> Iterator[Stored]:
        return (fact for fact in self.log if fact["kind"] in kinds and fact["body"].get("date", self.day) == self.day)


def standing(evidence: CityEvidence) -> dict[str, Stored]:
    """The body of each booking of the day that was not cancelled."""
    made = {fact["body"]["booking"]: fact["body"] for fact in evidence.of("BookingMade")}
    for fact in evidence.of("BookingCancelled"):
        made.pop(fact["body"]["booking"], None)
    return made


def place(body: Stored) -> Promise:
    return Promise(body["letter"], body["start_min"], body["lane"])


# --- the rules -------------------------------------------------------------------------------------------------------


def no_minute_twice(evidence: CityEvidence) -> Iterator[str]:
    lanes: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for one in standing(evidence).values():
        until = one["start_min"] + one["length_min"] + one["after_min"]
        lanes[one["letter"], one["lane"]].append((one["start_min"], until))
    for lane, spans in lanes.items():
        for before, after in zip(sorted(spans), sorted(spans)[1:], strict=False):
            if after[0] < before[1]:
                yield f"lane {lane}: {before} and {after}"


def no_promise_moved(evidence: CityEvidence) -> Iterator[str]:
    made: dict[str, Stored] = {}
    for fact in evidence.of("BookingMade"):
        body = fact["body"]
        if body["booking"] in made:
            yield f"{body['booking']} was promised twice: {made[body['booking']]} and {body}"
        made[body["booking"]] = body
    for fact in evidence.of("TicketIssued"):
        body = fact["body"]
        promise = made.get(body.get("booking", ""))
        if promise is not None and (body["start_min"], body["lane"]) != (promise["start_min"], promise["lane"]):
            yield f"{body['letter']}-{body['number']} was checked in for another time than {promise}"


def every_acknowledged_booking_is_known(evidence: CityEvidence) -> Iterator[str]:
    known = {place(one) for one in standing(evidence).values() if one["source"] in ONLINE}
    yield from (f"{promise} was acknowledged and the hub knows nothing of it" for promise in evidence.promised
                if promise not in known)  # fmt: skip
    if len(evidence.promised) != len(set(evidence.promised)):
        yield "one time was acknowledged twice"
    yield from (f"{one} is a booking that nobody made" for one in known - set(evidence.promised))


def central_lost_none(evidence: CityEvidence) -> Iterator[str]:
    rows = {Promise(letter, start, lane) for letter, start, lane, _, _ in evidence.rows}
    yield from (f"{promise} does not stand in central's table" for promise in evidence.promised if promise not in rows)


def nobody_sold_what_was_not_theirs(evidence: CityEvidence) -> Iterator[str]:
    """As the plan stood in the hub's log when it came to know of the sale; of central's, any plan before it."""
    plans: dict[str, list[list[Stored]]] = defaultdict(list)
    for fact in evidence.log:
        body = fact["body"]
        if body.get("date") != evidence.day:
            continue
        if fact["kind"] == "SlotsPlanned":
            plans[body["letter"]].append(body["lanes"])
        elif fact["kind"] == "BookingMade":
            online = body["source"] in ONLINE
            possible = plans[body["letter"]] if online else plans[body["letter"]][-1:]
            if not any(_owns(lanes, body, online) for lanes in possible):
                yield f"{body}"


def _owns(lanes: Sequence[Stored], body: Stored, online: bool) -> bool:
    return any(
        stretch["start_min"] <= body["start_min"]
        and body["start_min"] + body["length_min"] <= stretch["until_min"]
        and online == stretch.get("owner", "office").startswith("central")
        for lane in lanes
        if lane["number"] == body["lane"]
        for stretch in lane["stretches"]
    )


def unheard_codes_are_settled(evidence: CityEvidence) -> Iterator[str]:
    known = {place(one) for one in standing(evidence).values()}
    yield from (f"{one} was checked in unheard of and never came" for one in evidence.unheard if one not in known)
    named = [fact for fact in evidence.of("TicketIssued") if fact["body"].get("booking", "").startswith(UNHEARD)]
    if len(named) != len(evidence.unheard):
        yield f"{len(named)} tickets are unheard of and {len(evidence.unheard)} were checked in so"
    tickets: dict[Promise, list[str]] = defaultdict(list)
    for fact in evidence.of("TicketIssued"):
        if fact["body"].get("booking"):
            tickets[place(fact["body"])].append(fact["body"]["ticket"])
    yield from (f"{promise} has {len(ones)} tickets" for promise, ones in tickets.items() if len(ones) > 1)


def digits_give_the_own_booking(evidence: CityEvidence) -> Iterator[str]:
    booked = {place(one): key for key, one in standing(evidence).items() if one["source"] == "phone"}
    gave = {f"{b['letter']}-{b['number']:03d}": b.get("booking", "") for b in bodies(evidence, "TicketIssued")}
    for one in evidence.by_phone:
        if gave.get(one.number, "") != booked.get(one.promise):
            yield f"{one.number} is of {gave.get(one.number)}, and {one.promise} was booked"
    if len(booked) != len(evidence.by_phone):
        yield f"{len(booked)} bookings by telephone, and {len(evidence.by_phone)} came by its digits"


def bodies(evidence: CityEvidence, kind: str) -> Iterator[Stored]:
    return (fact["body"] for fact in evidence.of(kind))


def nobody_is_written_down(evidence: CityEvidence) -> Iterator[str]:
    for name, text in evidence.written.items():
        yield from (f"{person} stands in {name}" for person in evidence.persons if person in text)


def central_has_the_same_facts(evidence: CityEvidence) -> Iterator[str]:
    here = {(fact["machine"], fact["seq"]) for fact in evidence.log}
    if missing := here - evidence.facts:
        yield f"central does not have {len(missing)}, first {min(missing)}"
    if more := evidence.facts - here:
        yield f"the hub does not have {len(more)}, first {min(more)}"


@dataclass
class _Waits:
    """A ticket as the order sees it."""

    due_ms: int
    promise: str
    arrival: tuple[int, str, int]


@dataclass
class Order(Replay):
    """The same replay, which looks at each call of the hub whether somebody with an earlier promise stood there."""

    facts: Sequence[Stored] = ()
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waits: dict[str, _Waits] = {}
        self._now_ms = 0
        super().__init__(self.facts, "")

    def _take(self, fact: Stored) -> None:
        self._now_ms = fact["at_utc_ms"]
        super()._take(fact)

    def _issued(self, fact: Stored, body: Stored) -> None:
        super()._issued(fact, body)
        promise = body.get("promise", "walk_in")
        self._waits[body["ticket"]] = _Waits(body["due_utc_ms"], promise, self.visits[body["ticket"]].arrival)

    def _called(self, ticket: str, visit: Visit, body: Stored, hub: str = "") -> None:
        if not body.get("reason") and visit.stage == "reception" and visit.status == "waiting":
            due = self._effective(visit.line)
            first = min((due_ms for due_ms in due.values()), default=0)
            if ticket in due and due[ticket] > first:
                others = [self.visits[one].number for one, due_ms in due.items() if due_ms == first]
                self.wrong.append(f"{visit.number} before {', '.join(others)} at {body['counter']}")
        super()._called(ticket, visit, body, hub)

    def _effective(self, line: tuple[str, int]) -> dict[str, int]:
        """What each that may be called now is compared by."""
        here = {
            ticket: self._waits[ticket]
            for ticket, visit in self.visits.items()
            if visit.status == "waiting" and visit.stage == "reception" and visit.line == line
            and visit.paper not in ("", "not_issued") and ticket in self._waits
        }  # fmt: skip
        found, smallest = {}, None
        for ticket, one in sorted(here.items(), key=lambda item: item[1].arrival, reverse=True):
            if one.promise == "walk_in":
                # Nobody who came later overtakes: so much does an earlier one count as well.
                smallest = one.due_ms if smallest is None else min(smallest, one.due_ms)
                found[ticket] = smallest
            elif one.promise != "slot" or self._now_ms >= one.due_ms - RETURN_BEFORE_MS:
                found[ticket] = one.due_ms
        return found


def nobody_is_overtaken(evidence: CityEvidence) -> Iterator[str]:
    yield from Order(evidence.log).wrong


class CityRule(NamedTuple):
    what: str
    seen_by: str
    cases: Callable[[CityEvidence], Iterator[str]]


HUBS_LOG = "the hub's exported log"
RULES = (
    CityRule("no minute of a lane is promised twice", HUBS_LOG, no_minute_twice),
    CityRule("no promise is moved", HUBS_LOG, no_promise_moved),
    CityRule(
        "every booking that a page or the telephone acknowledged is known at the hub, and no other",
        "codes of pages and calls against the hub's exported log",
        every_acknowledged_booking_is_known,
    ),
    CityRule("central lost none of them", "codes of pages and calls against central's table", central_lost_none),
    CityRule("each time was sold by who owned it", HUBS_LOG, nobody_sold_what_was_not_theirs),
    CityRule("every code that was checked in unheard of is settled", HUBS_LOG, unheard_codes_are_settled),
    CityRule(
        "a telephone's last digits give the number of its own booking",
        "codes of calls and numbers on screens against the hub's exported log",
        digits_give_the_own_booking,
    ),
    CityRule(
        "nobody's name or telephone number is written down",
        "every exported log, and what the programs said",
        nobody_is_written_down,
    ),
    CityRule("central and the hub have the same facts", "central's table and the export", central_has_the_same_facts),
    CityRule("nobody is called before an earlier promise", HUBS_LOG, nobody_is_overtaken),
)


def judged(evidence: CityEvidence) -> list[dict[str, object]]:
    rows = [(rule, list(rule.cases(evidence))) for rule in RULES]
    return [{"what": rule.what, "seen by": rule.seen_by, "holds": not cases, "cases": cases} for rule, cases in rows]
