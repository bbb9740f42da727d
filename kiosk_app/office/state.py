"""What the office knows now: the current business day in detail and a bounded list of the days before.

No record can be part of a reference cycle, hence gc=False: folds create hundreds of thousands of them.

Each part has one writing machine: a `Ticket` (issue and paper) its ticket machine, a `Visit` (calls) and a `Counter`
the hub. They are kept apart so that folds commute across machines: a call may arrive before the ticket it calls.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.office.across_days import Alert, DayTotals, Device, Practising, Reign, ServiceDay
from kiosk_app.office.carried import Carried
from kiosk_app.office.facts import Stop

__all__ = ["Alert", "DayTotals", "Device", "ServiceDay"]

Paper = Literal["none", "started", "issued", "uncut", "maybe", "not_issued", "unknown"]
Status = Literal["waiting", "called", "held", "no_show", "cancelled"]
Stage = Literal["reception", "handover"]
NOT_ON_PAPER = ("none", "not_issued")
CREDIT_MAX_S = 20 * 60
MEASURABLE_S = 2 * 60 * 60
"""A call that lasted longer was left open by mistake and is not measured."""
DAYS_KEPT = 400


class Ticket(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the ticket's own machine wrote about it."""

    letter: str
    number: int
    machine: str
    seq: int
    machine_code: str
    language: str
    stops: tuple[Stop, ...]
    promise: Literal["walk_in", "reservation", "slot"]
    issued_utc_ms: int
    arrival_utc_ms: int
    """Issue time, never earlier than that of the ticket before from the same machine, whatever its clock did."""
    due_utc_ms: int
    estimate_from_utc_ms: int
    estimate_to_utc_ms: int
    waiting_ahead: int = 0
    by_staff: bool = False
    paper: Paper = "none"
    voided: str = ""
    undated: bool = False
    source: Literal["", "pad", "unheard"] = ""
    """pad: of the emergency pad, written by the hub. unheard: only stands for a ticket that has not arrived; since when
    the visitor waits is not known."""
    booking: str = ""
    lane: int = 0
    start_min: int = 0
    length_min: int = 0


class PrintJob(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One attempt to put a number on paper, at whichever machine."""

    machine: str
    paper: Paper


class Visit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the hub wrote about a ticket. A ticket that the hub never touched has the fresh visit."""

    status: Status = "waiting"
    stage: Stage = "reception"
    counter: int = 0
    service: str = ""
    """The service of the latest call."""
    done: tuple[str, ...] = ()
    changes: tuple[tuple[str, Stop], ...] = ()
    credit_s: int = 0
    credit_reason: str = ""
    ready_utc_ms: int = 0
    call: int = 0
    announcements: int = 0
    first_called_utc_ms: int = 0
    called_utc_ms: int = 0
    announced_utc_ms: int = 0
    continued_utc_ms: int = 0
    """When staff said, after an outage, that this call goes on."""
    ended_utc_ms: int = 0
    to_counter: int = 0
    """Transferred to this counter; 0 is any. It calls alone while it is open, whatever else it serves."""
    held_until_utc_ms: int = 0
    """Of a held ticket: when it comes back by itself; 0 where only staff bring it back."""
    machine: str = ""
    seq: int = 0
    """The fact that last changed this visit: an act can be undone only while nothing came after it."""


FRESH = Visit()


class Counter(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    number: int
    state: Literal["closed", "open", "paused"] = "closed"
    groups: tuple[str, ...] = ()
    staff_code: str = ""
    current: str = ""
    """The ticket of the open call."""


class Act(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One undoable fact at a counter with what it changed. One without an intent belongs to the act above it."""

    machine: str
    seq: int
    kind: str
    ticket: str
    at_utc_ms: int
    intent: str
    visit_before: Visit | None
    current_before: str
    service: str = ""
    service_s: int | None = None


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """One cancellation of many, with what each visit was before."""

    machine: str
    seq: int
    at_utc_ms: int
    reason: str
    before: dict[str, Visit | None]


class Call(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call for the displays and the voice."""

    ticket: str
    counter: int
    call: int
    stage: Stage
    called_utc_ms: int


class Action(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of 操作履歴."""

    at_utc_ms: int
    machine: str
    seq: int
    staff_code: str
    kind: str
    ticket: str = ""
    counter: int = 0
    reason: str = ""
    part: int = 0
    """Of a fact that gave several lines: which."""
    service: str = ""
    """Of a call and of its completion."""
    service_s: int | None = None


class VoidedCall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A call that does not count: a hub made it that another one had replaced. `ended`: the kind of what that hub wrote
    of the visitor last."""

    ticket: str
    counter: int
    stage: Stage
    called_utc_ms: int
    machine: str
    seq: int
    ended: str = ""
    accepted: bool = False


class Lease(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    machine_code: str
    first: int
    last: int


class Outage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The office's program did not run between these times."""

    from_utc_ms: int
    until_utc_ms: int


class AnsweredIntent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a press led to, so that its repeat gets the same answer."""

    ticket: str
    kind: str
    counter: int = 0


class CancellationWish(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What staff at a ticket machine, or a visitor on a telephone, asked for and the hub has not answered."""

    reason: str
    staff_code: str
    intent: str


class Day(msgspec.Struct, kw_only=True):
    """One business day."""

    date: str = ""
    machine: str = ""
    opened_utc_ms: int = 0
    closed: bool = False
    tickets: dict[str, Ticket] = {}
    visits: dict[str, Visit] = {}
    jobs: dict[str, dict[str, PrintJob]] = {}
    added: dict[str, tuple[tuple[str, int, Stop], ...]] = {}
    counters: dict[str, Counter] = {}
    """By number as text, because a deterministic snapshot has text keys only; see `counter_of`."""
    live: set[str] = set()
    """Tickets that may still be called, are called or held; derived, so that views need not read the whole day."""
    by_number: dict[str, str] = {}
    used: dict[str, set[int]] = {}
    leases: dict[str, list[Lease]] = {}
    intents: dict[str, AnsweredIntent] = {}
    acts: dict[str, list[Act]] = {}
    bulks: list[Bulk] = []
    cancellations: dict[str, CancellationWish] = {}
    """By ticket."""
    calls: int = 0
    recent_calls: list[Call] = []
    actions: list[Action] = []
    service_s: dict[str, list[int]] = {}
    """Of receptions, and of services in one stage."""
    handover_s: dict[str, list[int]] = {}
    arrivals: dict[str, int] = {}
    stand_ins: set[str] = set()
    """Those among `tickets` that only stand for one that has not arrived."""
    outages: list[Outage] = []
    voided: dict[str, VoidedCall] = {}
    """By machine and seq (m1 12)."""
    check_ins: dict[str, tuple[str, ...]] = {}
    """Tickets of reservations and chosen times, by their place in the timetable (office/doubles.py)."""
    doubled: set[str] = set()
    """Places with more than one."""
    practising: dict[str, Practising] = {}
    """By machine code; also who wants a certificate, or forms."""
    steps: dict[str, int] = {}
    """How often each step was reached or ended: of what, language, modes, step and end (office/fold_practice.py)."""
    forms: dict[str, int] = {}
    """In how many visits each form was made."""
    form_visits: set[str] = set()
    """Those that are counted: paper that is printed later is of the same visit."""


class OfficeState(Carried, kw_only=True):
    """Everything that screens and decisions are made from."""

    office: str = ""
    day: Day = msgspec.field(default_factory=Day)
    days: list[DayTotals] = msgspec.field(default_factory=list)
    begins_at: dict[str, int] = msgspec.field(default_factory=dict)
    """A chain whose facts before this opening of a day did not come, because they are destroyed: its checkpoint stands
    for them."""
    reigns: list[Reign] = msgspec.field(default_factory=list)
    line: list[Reign] = msgspec.field(default_factory=list)
    """Those that count, latest first: derived (office/reigns.py)."""


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(OfficeState)


def dump(state: OfficeState) -> bytes:
    """Equal states give equal bytes."""
    return _encoder.encode(state)


def load(data: bytes) -> OfficeState:
    """Raises msgspec.DecodeError when the bytes are not a snapshot of this version."""
    return _decoder.decode(data)


def visit_of(day: Day, ticket_id: str) -> Visit:
    return day.visits.get(ticket_id, FRESH)


def counter_of(day: Day, number: int) -> Counter:
    """A counter that nobody has opened yet today is closed."""
    return day.counters.get(str(number)) or Counter(number=number)


def bound_to(day: Day, visit: Visit) -> int:
    """The one counter that this visit waits for; 0 when any may call it. Nobody waits for a counter that rests."""
    return visit.to_counter if visit.to_counter and counter_of(day, visit.to_counter).state == "open" else 0


def stops_of(day: Day, ticket_id: str) -> tuple[Stop, ...]:
    """The services of a visit after every addition and change, in the order they are visited."""
    ticket = day.tickets.get(ticket_id)
    stops = ticket.stops if ticket is not None else ()
    if ticket_id in day.added:
        stops += tuple(stop for _, _, stop in day.added[ticket_id])
    for from_service, new in visit_of(day, ticket_id).changes:
        stops = tuple(new if stop.service == from_service else stop for stop in stops)
    return stops


def current_stop(day: Day, ticket_id: str) -> Stop | None:
    """The service the visitor is called or waits for; None when every one is done."""
    visit = day.visits.get(ticket_id, FRESH)
    stops = stops_of(day, ticket_id)
    if visit.stage == "handover" or visit.status == "called":
        for stop in stops:
            if stop.service == visit.service:
                return stop
    for stop in stops:
        if stop.service not in visit.done:
            return stop
    return None


def is_callable(ticket: Ticket) -> bool:
    """A number that is certainly not on paper is never called; one in doubt is."""
    return not ticket.voided and ticket.paper not in NOT_ON_PAPER


def number_text(letter: str, number: int) -> str:
    """A-105: as it is printed, shown and typed."""
    return f"{letter}-{number:03d}"


STAND_IN = "number-"
PAD_FIRST, PAD_LAST = 901, 999
"""Of the emergency pad, for each letter."""


def stand_in_id(letter: str, number: int) -> str:
    """What stands for a ticket that has not arrived; a ticket's own id is unguessable and longer."""
    return f"{STAND_IN}{number_text(letter, number)}"


def pad_id(letter: str, number: int) -> str:
    """No QR code carries it, so that it need not be unguessable; a number of the pad is one ticket a day."""
    return f"pad-{number_text(letter, number)}"


def number_of(day: Day, ticket_id: str) -> str:
    ticket = day.tickets.get(ticket_id)
    if ticket is None:
        # A call that was taken back stands in the history all the same.
        return ticket_id.removeprefix(STAND_IN) if ticket_id.startswith(STAND_IN) else ""
    return number_text(ticket.letter, ticket.number)


def open_print_jobs(state: OfficeState) -> tuple[tuple[str, str, str], ...]:
    """(machine, job, ticket) of every print that began and has no outcome."""
    return tuple(
        (job.machine, job_id, ticket_id)
        for ticket_id, jobs in sorted(state.day.jobs.items())
        for job_id, job in sorted(jobs.items())
        if job.paper == "started"
    )


def has_doubtful_paper(state: OfficeState) -> bool:
    """Whether part of a ticket of today may still stick in a printer."""
    return any(job.paper != "issued" for jobs in state.day.jobs.values() for job in jobs.values())


def unprinted_tickets(state: OfficeState) -> tuple[str, ...]:
    """Tickets that were issued and whose printing never began, in order of issue."""
    tickets, jobs = state.day.tickets, state.day.jobs
    found = [key for key, t in tickets.items() if key not in jobs and not t.voided and not t.source]
    return tuple(sorted(found, key=lambda key: (tickets[key].machine, tickets[key].seq)))


def ringing_for(state: OfficeState, machine_code: str, cause: str) -> str | None:
    """The open alert of a machine for one cause."""
    return next((key for key, a in open_alerts(state) if (a.machine_code, a.cause) == (machine_code, cause)), None)


def is_ringing(state: OfficeState, alert_id: str) -> bool:
    """True from the call until its cause is gone, accepted or not."""
    alert = state.alerts.get(alert_id)
    return alert is not None and bool(alert.machine_code) and not alert.cleared


def open_alerts(state: OfficeState) -> tuple[tuple[str, Alert], ...]:
    """Alerts whose cause lasts, oldest first."""
    found = [(key, alert) for key, alert in state.alerts.items() if alert.machine_code and not alert.cleared]
    return tuple(sorted(found, key=lambda pair: (pair[1].since_utc_ms, pair[0])))
