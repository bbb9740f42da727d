"""From facts to the state, one fact at a time, quickly and totally: a late, repeated or unknown fact does no harm.

Folds never judge (the decisions did, before the fact was written); they only remember.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kiosk_app.office import (
    checkpoints,
    fold_appliance,
    fold_calls,
    fold_certificates,
    fold_devices,
    fold_floor,
    fold_hubs,
    fold_leader,
    fold_outage,
    fold_practice,
    fold_sheets,
    fold_slots,
    fold_tickets,
    reigns,
    statistics,
)
from kiosk_app.office import facts as f
from kiosk_app.office.authorship import CENTRAL, OF_A_MACHINE, OF_CENTRAL, OF_CENTRAL_ALONE, is_central
from kiosk_app.office.fold_base import SKEW_MS, Origin, is_of_an_earlier_day, settle
from kiosk_app.office.state import Day, OfficeState


def apply(state: OfficeState, machine: str, seq: int, at_utc_ms: int, actor: str, fact: f.Fact) -> None:
    """Fold one fact. Facts of one machine come in order; one already seen is ignored."""
    known = state.positions.get(machine)
    if known is not None and seq <= known:
        return
    state.positions[machine] = seq
    origin = Origin(machine, seq, at_utc_ms, actor)
    kind = type(fact)
    if machine.startswith(CENTRAL) and is_central(machine):
        if kind not in OF_CENTRAL:
            return
    elif kind in OF_CENTRAL_ALONE or (kind not in OF_A_MACHINE and not _as_a_hub(state, origin, fact)):
        return
    if kind is f.DayOpened and seq > (known or 0) + 1:
        state.begins_at[machine] = seq
    fold = _OF_THE_OFFICE.get(kind)
    if fold is None and not is_of_an_earlier_day(state, origin):
        fold = _OF_THE_DAY.get(kind)
    if fold is not None:
        fold(state, origin, fact)


def _as_a_hub(state: OfficeState, origin: Origin, fact: f.Fact) -> bool:
    """Whether it counts, of what only a hub writes."""
    kind = type(fact)
    state.hub_wrote[origin.machine] = origin.seq
    if not state.reigns or kind in fold_hubs.TELL_OF_THE_CHANGE or kind.__name__ in fold_hubs.COUNT_WHOEVER_WROTE_THEM:
        return True
    if reigns.counts(state.reigns, state.line, origin.machine, origin.seq):
        return True
    if isinstance(fact, f.DayOpened):
        # Of what follows in its chain it says the day all the same.
        _day_joined(state, origin, f.DayJoined(date=fact.date))
    else:
        fold_hubs.voided(state, origin, fact)
    return False


def _day_opened(state: OfficeState, origin: Origin, fact: f.DayOpened) -> None:
    old = state.day
    _of_the_day(state, origin, fact.date)
    if fact.date == old.date:
        if not old.machine:
            # A ticket machine that was cut off had begun it.
            state.office, old.machine, old.opened_utc_ms = fact.office, origin.machine, origin.at_utc_ms
        elif origin.machine == old.machine:
            old.closed = False
    if fact.date <= old.date:
        return
    if old.date:
        _archive(state, old)
    state.office = fact.office
    state.day = Day(date=fact.date, machine=origin.machine, opened_utc_ms=origin.at_utc_ms)
    state.alerts = checkpoints.lasting_alerts(state)
    fold_slots.forget_gone(state)
    fold_certificates.forget_gone(state)
    _carry_over(state, old, state.day)


def _day_joined(state: OfficeState, origin: Origin, fact: f.DayJoined) -> None:
    """The figures of the day before come with the hub's checkpoint, which knows more than a machine that is cut off."""
    _of_the_day(state, origin, fact.date)
    if fact.date == state.day.date:
        for key, ticket in state.day.tickets.items():
            if ticket.undated and ticket.machine == origin.machine:
                state.day.tickets[key] = replace(ticket, undated=False)
    elif fact.date > state.day.date:
        state.day = Day(date=fact.date)
        state.alerts = checkpoints.lasting_alerts(state)
        fold_slots.forget_gone(state)
        fold_certificates.forget_gone(state)


def _of_the_day(state: OfficeState, origin: Origin, date: str) -> None:
    state.machine_days[origin.machine] = max(date, state.machine_days.get(origin.machine, ""))


def _day_checkpoint(state: OfficeState, origin: Origin, fact: f.DayCheckpoint) -> None:
    """Where everything is folded it says what is known; the figures are those of the hub on every machine."""
    if state.begins_at.pop(origin.machine, 0) == origin.seq - 1 > 0:
        checkpoints.begin(state, origin.machine, origin.seq, fact)
    if fact.total is not None:
        checkpoints.keep_totals(state, (fact.total,))
    state.past_service_s = dict(fact.past_service_s)
    state.past_handover_s = dict(fact.past_handover_s)
    # The hub's alone; what is over goes with its word, so that it goes on every machine at the same fact.
    state.suspensions = dict(fact.suspensions)
    state.posted = dict(fact.posted)


def _carry_over(state: OfficeState, old: Day, new: Day) -> None:
    """Another machine may have begun the new day's work before the hub's word of it arrived here, and not said so."""
    for key, ticket in old.tickets.items():
        if ticket.machine in state.machine_days or ticket.issued_utc_ms < new.opened_utc_ms - SKEW_MS:
            continue
        fold_tickets.add_ticket(new, key, ticket)
        new.intents.update((intent, answer) for intent, answer in old.intents.items() if answer.ticket == key)
        new.arrivals[ticket.machine] = max(ticket.arrival_utc_ms, new.arrivals.get(ticket.machine, 0))
        if key in old.jobs:
            new.jobs[key] = old.jobs[key]
        if key in old.added:
            new.added[key] = old.added[key]
        settle(new, key)


def _day_closed(state: OfficeState, origin: Origin, fact: f.DayClosed) -> None:
    if fact.date == state.day.date:
        state.day.closed = True


def _archive(state: OfficeState, day: Day) -> None:
    checkpoints.keep_totals(state, (statistics.day_totals(day),))
    state.past_service_s = checkpoints.past_s(state.past_service_s, day.service_s)
    state.past_handover_s = checkpoints.past_s(state.past_handover_s, day.handover_s)


def _records_destroyed(state: OfficeState, origin: Origin, fact: f.RecordsDestroyed) -> None:
    checkpoints.keep_totals(state, fact.totals)


def _incarnation_began(state: OfficeState, origin: Origin, fact: f.IncarnationBegan) -> None:
    state.incarnations[origin.machine] = origin.at_utc_ms


_OF_THE_OFFICE: dict[type[f.Fact], Callable[[OfficeState, Origin, Any], None]] = {
    f.DayOpened: _day_opened,
    f.DayJoined: _day_joined,
    f.DayCheckpoint: _day_checkpoint,
    f.DayClosed: _day_closed,
    f.RecordsDestroyed: _records_destroyed,
    f.IncarnationBegan: _incarnation_began,
    f.SignInLocked: fold_floor.sign_in_locked,
    f.StaffCalled: fold_floor.staff_called,
    f.StaffAccepted: fold_floor.staff_accepted,
    f.AlertCleared: fold_floor.alert_cleared,
    f.SheetStarted: fold_sheets.started,
    f.SheetEnded: fold_sheets.ended,
    f.SheetsVoided: fold_sheets.voided,
    f.CertificatesStopped: fold_sheets.stopped,
    f.CertificatesResumed: fold_sheets.resumed,
    f.PracticeStepped: fold_practice.stepped,
    f.VisitStepped: fold_practice.stepped,
    f.FormsStarted: fold_practice.forms_started,
    f.PrinterChanged: fold_floor.printer_changed,
    f.PrinterRecognised: fold_floor.printer_recognised,
    f.DiskLow: fold_floor.disk_low,
    f.Diagnosed: fold_appliance.diagnosed,
    f.LogDamaged: fold_floor.log_damaged,
    f.Suspended: fold_leader.suspended,
    f.SuspensionEnded: fold_leader.suspension_ended,
    f.NoticePosted: fold_leader.notice_posted,
    f.NoticeWithdrawn: fold_leader.notice_withdrawn,
    f.DeviceEnrolled: fold_devices.device_enrolled,
    f.DeviceRevoked: fold_devices.device_revoked,
    f.SignedIn: fold_floor.signed_in,
    f.SignedOut: fold_floor.signed_out,
    f.HubTaken: fold_hubs.hub_taken,
    f.HubHandedOver: fold_hubs.hub_handed_over,
    f.HubFollowed: fold_hubs.hub_followed,
    f.SlotsPlanned: fold_slots.planned,
    f.PlanTaken: fold_slots.plan_taken,
    f.OnlineClosed: fold_slots.online_closed,
    f.BookingMade: fold_slots.booking_made,
    f.BookingCancelled: fold_slots.booking_cancelled,
    f.BookingMissed: fold_slots.booking_missed,
    # Of a ticket, which is of one day alone, whatever central's clock says.
    f.GiveBackAsked: fold_tickets.give_back_asked,
    f.CertificateIntended: fold_certificates.intended,
    f.PaymentAsked: fold_certificates.asked,
    f.MoneyTaken: fold_certificates.taken,
    f.MoneyDoubted: fold_certificates.doubted,
    f.CertificatePrintStarted: fold_certificates.print_started,
    f.CertificateEnded: fold_certificates.ended,
    f.CertificateSeen: fold_certificates.seen,
    f.CertificateVoided: fold_certificates.voided,
    f.PayoutStarted: fold_certificates.payout_started,
    f.PayoutEnded: fold_certificates.payout_ended,
    f.ClaimOpened: fold_certificates.claim_opened,
    f.PaymentEnded: fold_certificates.payment_ended,
    f.SlipStarted: fold_certificates.slip_started,
    f.OutcomeTold: fold_certificates.outcome_told,
    f.PaymentConfirmed: fold_certificates.confirmed,
    f.ConfirmationRefused: fold_certificates.confirmation_refused,
    f.ClaimSettled: fold_certificates.claim_settled,
    f.MoneyReturned: fold_certificates.money_returned,
}
_OF_THE_DAY: dict[type[f.Fact], Callable[[OfficeState, Origin, Any], None]] = {
    f.NumbersLeased: fold_tickets.numbers_leased,
    f.TicketIssued: fold_tickets.ticket_issued,
    f.StopAdded: fold_tickets.stop_added,
    f.TicketVoided: fold_tickets.ticket_voided,
    f.CancellationAsked: fold_tickets.cancellation_asked,
    f.CancellationRefused: fold_tickets.cancellation_refused,
    f.PrintStarted: fold_tickets.print_started,
    f.PrintEnded: fold_tickets.print_ended,
    f.Called: fold_calls.called,
    f.Recalled: fold_calls.recalled,
    f.Held: fold_calls.held,
    f.Resumed: fold_calls.resumed,
    f.NoShow: fold_calls.no_show,
    f.Completed: fold_calls.completed,
    f.ReadyForHandover: fold_calls.ready,
    f.Undone: fold_calls.undone,
    f.PriorityGranted: fold_calls.priority_granted,
    f.Transferred: fold_calls.transferred,
    f.ServiceChanged: fold_calls.service_changed,
    f.TicketCancelled: fold_calls.cancelled,
    f.NumberCalled: fold_outage.number_called,
    f.NumberMatched: fold_outage.number_matched,
    f.PadRegistered: fold_outage.pad_registered,
    f.CallContinued: fold_outage.call_continued,
    f.OutageEnded: fold_outage.outage_ended,
    f.HistoryPrintStarted: fold_leader.history_print_started,
    f.ContactsShown: fold_leader.contacts_shown,
    f.PaperLoaded: fold_sheets.paper_loaded,
    f.TakingsPrintStarted: fold_certificates.takings_print_started,
    f.TicketsCancelled: fold_leader.tickets_cancelled,
    f.TicketsRestored: fold_leader.tickets_restored,
    f.CounterOpened: fold_floor.counter_opened,
    f.CounterPaused: fold_floor.counter_paused,
    f.CounterClosed: fold_floor.counter_closed,
    f.VoidedCallsAccepted: fold_hubs.accepted,
}
