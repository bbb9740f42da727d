"""What a ticket machine may say: facts of its own tickets, paper, devices and bells, and nothing that the hub writes.

A machine that is broken or was taken over can then harm its own tickets alone. Pure; the hub asks before it takes a
batch, and what is refused is recorded and shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from kiosk_app.office import facts as f
from kiosk_app.office import numbers, reigns
from kiosk_app.office.state import OfficeState

_OF_TICKETS_AND_DEVICES: frozenset[type[f.Fact]] = frozenset(
    {
        f.DayJoined,
        f.MachineCheckpoint,
        f.ClockDoubted,
        f.IncarnationBegan,
        f.RecordsDestroyed,
        f.TicketIssued,
        f.StopAdded,
        f.TicketVoided,
        f.PrintStarted,
        f.PrintEnded,
        f.CertificatesStopped,
        f.StaffCalled,
        f.AlertCleared,
        f.CancellationAsked,
        f.PrinterChanged,
        f.PrinterRecognised,
        f.CardChecked,
        f.PracticeStepped,
        f.VisitStepped,
        f.FormsStarted,
        f.FormsEnded,
        f.LogDamaged,
        f.DiskLow,
        f.Diagnosed,
        # A kind of a later version is kept, relayed and ignored.
        f.UnknownFact,
    }
)
OF_A_SALE = (
    f.CertificateIntended
    | f.PaymentAsked
    | f.MoneyTaken
    | f.MoneyDoubted
    | f.CertificatePrintStarted
    | f.CertificateEnded
    | f.CertificateSeen
    | f.CertificateVoided
    | f.SheetStarted
    | f.SheetEnded
    | f.SheetsVoided
    | f.PayoutStarted
    | f.PayoutEnded
    | f.ClaimOpened
    | f.PaymentEnded
    | f.SlipStarted
    | f.OutcomeTold
    | f.ConfirmationRefused
)
"""Of a certificate, its money and its sheets; none of them changes a ticket."""
OF_A_MACHINE = _OF_TICKETS_AND_DEVICES | frozenset(get_args(OF_A_SALE))
CENTRAL = "central"
"""The chain of the city's server; central~2 after it was restored from a backup."""
OF_CENTRAL_ALONE: frozenset[type[f.Fact]] = frozenset({f.PlanTaken, f.OnlineClosed})
OF_CENTRAL: frozenset[type[f.Fact]] = OF_CENTRAL_ALONE | {
    f.BookingMade,
    f.BookingCancelled,
    f.GiveBackAsked,
    f.UnknownFact,
}
"""What a server that is broken or was taken over may say: whom it promised which time, who wants to leave, and nothing
of the office."""
Cause = Literal["not_its_kind", "not_its_ticket", "not_its_sale", "not_its_number", "not_its_name", "day_ahead"]


class Fault(NamedTuple):
    """The first fact that this machine may not write."""

    cause: Cause
    machine: str
    seq: int


def is_central(machine: str) -> bool:
    return machine.partition("~")[0] == CENTRAL


def first_fault(
    state: OfficeState,
    machine_code: str,
    entries: Iterable[tuple[str, int, f.Fact]],
    today: str,
    leases_known: bool = True,
    candidate: bool = False,
) -> Fault | None:
    """`entries`: machine, seq and fact, new ones alone, in their order. `today`: no day can be later than that.
    `leases_known`: false for a hub that does not know all that was leased today. `candidate`: the machine may be hub,
    and what it wrote while it was one is taken, whether it counts or not."""
    days: dict[str, str] = {}
    reigning = candidate and reigns.reigns_now(state, machine_code)
    issued: dict[tuple[str, int], str] = {}
    for machine, seq, fact in entries:
        day = days.setdefault(machine, state.machine_days.get(machine, ""))
        if type(fact) in OF_A_MACHINE:
            cause = _cause(state, machine_code, fact, day == state.day.date, today, leases_known)
        else:
            cause = _as_a_hub(state, machine_code, fact, candidate, reigning, today)
            reigning = isinstance(fact, f.HubTaken) or (
                reigning and not isinstance(fact, f.HubFollowed | f.HubHandedOver)
            )
        if isinstance(fact, f.DayJoined | f.DayOpened):
            days[machine] = max(day, fact.date)
        if isinstance(fact, f.TicketIssued) and not cause and day == state.day.date:
            # Also not twice by itself.
            number = fact.letter, fact.number
            if issued.setdefault(number, fact.ticket) != fact.ticket:
                cause = "not_its_number"
        if cause:
            return Fault(cause, machine, seq)
    return None


def _cause(
    state: OfficeState, machine_code: str, fact: f.Fact, of_today: bool, today: str, leases_known: bool
) -> Cause | None:
    match fact:
        case f.DayJoined(date=date):
            return "day_ahead" if date > today else None
        case f.TicketIssued():
            return _issue(state, machine_code, fact, leases_known) if of_today else None
        case f.StopAdded(ticket=ticket) | f.TicketVoided(ticket=ticket) | f.CancellationAsked(ticket=ticket):
            return None if _is_its(state, machine_code, ticket) else "not_its_ticket"
        case f.PrintStarted(ticket=ticket) | f.PrintEnded(ticket=ticket):
            return None if _is_its(state, machine_code, ticket) else "not_its_ticket"
        case (
            f.StaffCalled(machine_code=named)
            | f.CertificatesStopped(machine_code=named)
            | f.PracticeStepped(machine_code=named)
            | f.VisitStepped(machine_code=named)
            | f.Diagnosed(machine_code=named)
        ):
            return None if named == machine_code else "not_its_name"
        case f.AlertCleared(alert=alert):
            known = state.alerts.get(alert)
            return None if known is None or known.machine_code in ("", machine_code) else "not_its_name"
    return _of_a_sale(state, machine_code, fact) if isinstance(fact, OF_A_SALE) else None


def _of_a_sale(state: OfficeState, machine_code: str, fact: f.Fact) -> Cause | None:
    """Money is a machine's own: none may take or give in the name of another."""
    if getattr(fact, "machine_code", machine_code) != machine_code:
        return "not_its_name"
    sale = state.sales.get(getattr(fact, "payment", ""))
    return None if sale is None or sale.machine_code == machine_code else "not_its_sale"


def _as_a_hub(
    state: OfficeState, machine_code: str, fact: f.Fact, candidate: bool, reigning: bool, today: str
) -> Cause | None:
    match fact:
        case f.HubTaken(machine_code=named, epoch=epoch):
            if not candidate:
                return "not_its_kind"
            known = 1 <= epoch <= reigns.highest(state).epoch + reigns.EPOCHS_AHEAD_MAX
            return None if named == machine_code and known else "not_its_name"
        case f.HubFollowed():
            return None if candidate else "not_its_kind"
        case f.DayOpened(date=date) if reigning:
            return "day_ahead" if date > today else None
    return None if reigning else "not_its_kind"


def _issue(state: OfficeState, machine_code: str, fact: f.TicketIssued, leases_known: bool) -> Cause | None:
    if fact.machine_code != machine_code:
        return "not_its_name"
    known = state.day.tickets.get(fact.ticket)
    if known is not None:
        return None if known.machine_code == machine_code else "not_its_ticket"
    if not _keeps_its_own_place(state, machine_code, fact):
        return "not_its_ticket"
    unknown = not leases_known and any(fact.number in band for band in numbers.HUB_BANDS)
    mine = unknown or numbers.may_print(state, machine_code, fact.letter, fact.number)
    return None if mine and fact.number not in state.day.used.get(fact.letter, ()) else "not_its_number"


def _keeps_its_own_place(state: OfficeState, machine_code: str, fact: f.TicketIssued) -> bool:
    """Nobody comes before others but in the place of a number of the same machine, as long as that waited."""
    if not fact.arrival_utc_ms:
        return True
    known = state.day.tickets.get(state.day.by_number.get(fact.replaces, ""))
    if known is None or known.source == "unheard":
        # It comes with this, or was written by a log of this machine that has ended.
        return True
    return known.machine_code == machine_code and known.arrival_utc_ms == fact.arrival_utc_ms


def _is_its(state: OfficeState, machine_code: str, ticket: str) -> bool:
    known = state.day.tickets.get(ticket)
    return known is None or known.machine_code == machine_code
