"""The vocabulary: everything that can have happened in an office, one frozen struct a kind.

A fact carries what its folds need and never leans on the catalogue of the day, so that a log can be read
years later. Nothing personal may become a field here.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.office.across_days import DayTotals
from kiosk_app.office.fact_base import Fact as Fact
from kiosk_app.office.fact_base import Stop as Stop
from kiosk_app.office.facts_appliance import Diagnosed as Diagnosed
from kiosk_app.office.facts_certificates import CertificateEnded as CertificateEnded
from kiosk_app.office.facts_certificates import CertificateIntended as CertificateIntended
from kiosk_app.office.facts_certificates import CertificatePrintStarted as CertificatePrintStarted
from kiosk_app.office.facts_certificates import CertificateSeen as CertificateSeen
from kiosk_app.office.facts_certificates import CertificateVoided as CertificateVoided
from kiosk_app.office.facts_certificates import ClaimOpened as ClaimOpened
from kiosk_app.office.facts_certificates import ClaimSettled as ClaimSettled
from kiosk_app.office.facts_certificates import ConfirmationRefused as ConfirmationRefused
from kiosk_app.office.facts_certificates import Means as Means
from kiosk_app.office.facts_certificates import MoneyDoubted as MoneyDoubted
from kiosk_app.office.facts_certificates import MoneyReturned as MoneyReturned
from kiosk_app.office.facts_certificates import MoneyTaken as MoneyTaken
from kiosk_app.office.facts_certificates import OutcomeTold as OutcomeTold
from kiosk_app.office.facts_certificates import PaymentAsked as PaymentAsked
from kiosk_app.office.facts_certificates import PaymentConfirmed as PaymentConfirmed
from kiosk_app.office.facts_certificates import PaymentEnded as PaymentEnded
from kiosk_app.office.facts_certificates import PayoutEnded as PayoutEnded
from kiosk_app.office.facts_certificates import PayoutStarted as PayoutStarted
from kiosk_app.office.facts_certificates import SlipStarted as SlipStarted
from kiosk_app.office.facts_certificates import TakingsPrintStarted as TakingsPrintStarted
from kiosk_app.office.facts_certificates import VoidReason as VoidReason
from kiosk_app.office.facts_checkpoints import DayCheckpoint as DayCheckpoint
from kiosk_app.office.facts_checkpoints import MachineCheckpoint as MachineCheckpoint
from kiosk_app.office.facts_devices import DeviceEnrolled as DeviceEnrolled
from kiosk_app.office.facts_devices import DeviceRevoked as DeviceRevoked
from kiosk_app.office.facts_devices import RequestRefused as RequestRefused
from kiosk_app.office.facts_floor import AlertCleared as AlertCleared
from kiosk_app.office.facts_floor import CancellationAsked as CancellationAsked
from kiosk_app.office.facts_floor import CancellationRefused as CancellationRefused
from kiosk_app.office.facts_floor import CounterClosed as CounterClosed
from kiosk_app.office.facts_floor import CounterOpened as CounterOpened
from kiosk_app.office.facts_floor import CounterPaused as CounterPaused
from kiosk_app.office.facts_floor import GiveBackAsked as GiveBackAsked
from kiosk_app.office.facts_floor import SignedIn as SignedIn
from kiosk_app.office.facts_floor import SignedOut as SignedOut
from kiosk_app.office.facts_floor import SignInLocked as SignInLocked
from kiosk_app.office.facts_floor import StaffAccepted as StaffAccepted
from kiosk_app.office.facts_floor import StaffCalled as StaffCalled
from kiosk_app.office.facts_forms import FormsEnded as FormsEnded
from kiosk_app.office.facts_forms import FormsStarted as FormsStarted
from kiosk_app.office.facts_hub import HubFollowed as HubFollowed
from kiosk_app.office.facts_hub import HubHandedOver as HubHandedOver
from kiosk_app.office.facts_hub import HubTaken as HubTaken
from kiosk_app.office.facts_hub import VoidedCallsAccepted as VoidedCallsAccepted
from kiosk_app.office.facts_leader import ContactsShown as ContactsShown
from kiosk_app.office.facts_leader import HistoryPrintStarted as HistoryPrintStarted
from kiosk_app.office.facts_leader import NoticePosted as NoticePosted
from kiosk_app.office.facts_leader import NoticeWithdrawn as NoticeWithdrawn
from kiosk_app.office.facts_leader import Suspended as Suspended
from kiosk_app.office.facts_leader import SuspensionEnded as SuspensionEnded
from kiosk_app.office.facts_leader import TicketsCancelled as TicketsCancelled
from kiosk_app.office.facts_leader import TicketsRestored as TicketsRestored
from kiosk_app.office.facts_outage import CallContinued as CallContinued
from kiosk_app.office.facts_outage import NumberCalled as NumberCalled
from kiosk_app.office.facts_outage import NumberMatched as NumberMatched
from kiosk_app.office.facts_outage import OutageEnded as OutageEnded
from kiosk_app.office.facts_outage import PadRegistered as PadRegistered
from kiosk_app.office.facts_practice import PracticeStepped as PracticeStepped
from kiosk_app.office.facts_practice import VisitStepped as VisitStepped
from kiosk_app.office.facts_sheets import CertificatesResumed as CertificatesResumed
from kiosk_app.office.facts_sheets import CertificatesStopped as CertificatesStopped
from kiosk_app.office.facts_sheets import PaperLoaded as PaperLoaded
from kiosk_app.office.facts_sheets import SheetEnded as SheetEnded
from kiosk_app.office.facts_sheets import SheetStarted as SheetStarted
from kiosk_app.office.facts_sheets import SheetsVoided as SheetsVoided
from kiosk_app.office.facts_slots import BookingCancelled as BookingCancelled
from kiosk_app.office.facts_slots import BookingMade as BookingMade
from kiosk_app.office.facts_slots import BookingMissed as BookingMissed
from kiosk_app.office.facts_slots import OnlineClosed as OnlineClosed
from kiosk_app.office.facts_slots import PlanTaken as PlanTaken
from kiosk_app.office.facts_slots import SlotsPlanned as SlotsPlanned

Verdict = Literal["issued", "uncut", "maybe", "not_issued", "unknown"]
"""What is on the paper. issued: printed and cut. uncut: printed, perhaps not cut. maybe: the number may be on
paper. not_issued: the number is certainly not on paper. unknown: nobody was there to see."""


# --- the day -------------------------------------------------------------------------------------------------


class DayOpened(Fact, frozen=True, kw_only=True):
    """A business day begins; numbers restart. `date` is ISO (2026-04-06) in the office's zone."""

    date: str
    office: str


class DayJoined(Fact, frozen=True, kw_only=True):
    """What this machine writes from here on is of the day `date`: it heard of it, or begins it while it is cut off.

    So the day of each fact stands in the chain of its own machine, whatever arrives first anywhere else. Written again
    for the same day it says that the day was right all along, after the machine's clock had been in doubt.
    """

    date: str


class DayClosed(Fact, frozen=True, kw_only=True):
    """A business day is over; tickets still waiting at that moment are counted as `left_waiting`."""

    date: str
    left_waiting: int = 0


class RecordsDestroyed(Fact, frozen=True, kw_only=True):
    """Facts of old days were destroyed, up to and with `up_to_position` of this machine's log. The actor says by whom.

    `totals` are the figures that went with them; `in_doubt` are tickets of which nobody ever learned whether they are
    on paper (2026-04-06 A-105).
    """

    days: tuple[str, ...]
    up_to_position: int
    why: Literal["rule", "asked"]
    keep_days: int
    totals: tuple[DayTotals, ...] = ()
    in_doubt: tuple[str, ...] = ()


class ClockDoubted(Fact, frozen=True, kw_only=True):
    """The wall clock was implausible at start or has stepped; office time goes on from the log."""

    wall_utc_ms: int
    office_utc_ms: int
    reason: str


class IncarnationBegan(Fact, frozen=True, kw_only=True):
    """The log was damaged or restored: this machine goes on under a new id and a spare number band."""

    previous: str
    reason: str
    spare_band: int


# --- numbers and tickets -------------------------------------------------------------------------------------


class NumbersLeased(Fact, frozen=True, kw_only=True):
    """The hub grants `machine_code` the numbers first..last of a letter for this business day."""

    machine_code: str
    letter: str
    first: int
    last: int


class TicketIssued(Fact, frozen=True, kw_only=True):
    """A number was given to one visit. `ticket` is unguessable and is what the QR code carries."""

    ticket: str
    intent: str
    letter: str
    number: int
    stops: tuple[Stop, ...]
    language: str
    machine_code: str
    due_utc_ms: int
    estimate_from_utc_ms: int
    estimate_to_utc_ms: int
    waiting_ahead: int
    by_staff: bool = False
    promise: Literal["walk_in", "reservation", "slot"] = "walk_in"
    undated: bool = False
    """The machine's clock was in doubt and it could not ask: the ticket may be of a later day than its chain says."""
    carried_from: str = ""
    """The day on which it was written before its true day was known; the same ticket with the same number."""
    replaces: str = ""
    """The number of this machine (A-105) in whose place staff gave this one to the same visitor."""
    arrival_utc_ms: int = 0
    """Since when the visitor has waited, where that was before this number; 0: since now."""
    booking: str = ""
    """A check-in, or a time chosen at the machine: the promise that it is for. `unheard-…` where this machine had not
    heard of it but its code proved itself (未確認). Late beyond the grace the ticket is a walk-in's all the same."""
    lane: int = 0
    start_min: int = 0
    length_min: int = 0
    """Of that promise, as in BookingMade; 0 where it is not known."""


class StopAdded(Fact, frozen=True, kw_only=True):
    """A further service joined a visit that already has a ticket."""

    ticket: str
    intent: str
    stop: Stop


class ServiceChanged(Fact, frozen=True, kw_only=True):
    """Staff corrected the service of a waiting ticket; its place in the order stays."""

    ticket: str
    from_service: str
    stop: Stop
    intent: str = ""


class TicketVoided(Fact, frozen=True, kw_only=True):
    """A number that was never on paper, or never asked for again, is void; it is not given to anybody else."""

    ticket: str
    reason: Literal["no_paper", "interrupted", "abandoned"]


class TicketCancelled(Fact, frozen=True, kw_only=True):
    """Staff cancelled a ticket, or the visitor did (the actor of the envelope says who)."""

    ticket: str
    reason: str
    counter: int = 0
    intent: str = ""


class PrintStarted(Fact, frozen=True, kw_only=True):
    """Durable before the first byte goes to the printer."""

    job: str
    ticket: str
    attempt: int
    printer: str
    intent: str = ""
    """Of the press of staff that asked for a reprint."""


class PrintEnded(Fact, frozen=True, kw_only=True):
    """The outcome as the printer told it."""

    job: str
    ticket: str
    verdict: Verdict
    cause: str = ""


# --- calls ---------------------------------------------------------------------------------------------------


class Called(Fact, frozen=True, kw_only=True):
    """A ticket was called to a counter. `arbitrary` with a reason when staff chose it out of order."""

    ticket: str
    counter: int
    call: int
    stage: Literal["reception", "handover"] = "reception"
    service: str = ""
    intent: str = ""
    reason: str = ""


class Recalled(Fact, frozen=True, kw_only=True):
    """The same call was announced again."""

    ticket: str
    counter: int
    call: int
    intent: str = ""


class Held(Fact, frozen=True, kw_only=True):
    """A called ticket was put aside; it keeps its due. It comes back by itself at `until_utc_ms`; 0: only by hand."""

    ticket: str
    counter: int
    intent: str = ""
    until_utc_ms: int = 0


class Resumed(Fact, frozen=True, kw_only=True):
    """A held ticket waits again, or one that was missed: by the hand of staff, or of itself when its time has come."""

    ticket: str
    intent: str = ""


class NoShow(Fact, frozen=True, kw_only=True):
    """Nobody came. The number goes to the list of missed calls."""

    ticket: str
    counter: int
    intent: str = ""


class Completed(Fact, frozen=True, kw_only=True):
    """The stop is done at this counter. `service_s` is measured from the call; None when it was not measurable."""

    ticket: str
    counter: int
    service: str
    service_s: int | None = None
    intent: str = ""


class ReadyForHandover(Fact, frozen=True, kw_only=True):
    """The first stage is done; the ticket waits for 交付 from now on.

    `service_s` is measured from the call where this ended it; None when it was not measurable or had ended before.
    """

    ticket: str
    counter: int
    service_s: int | None = None
    intent: str = ""


class Undone(Fact, frozen=True, kw_only=True):
    """The last act at a counter was taken back; `undone_kind` names it."""

    ticket: str
    counter: int
    undone_kind: str
    undone_seq: int
    undone_machine: str
    intent: str = ""


class PriorityGranted(Fact, frozen=True, kw_only=True):
    """Staff granted a bounded credit with a reason."""

    ticket: str
    credit_s: int
    reason: str
    intent: str = ""


class Transferred(Fact, frozen=True, kw_only=True):
    """The ticket waits for another service, or for one counter: `to_counter`; 0 is any. It keeps its due."""

    ticket: str
    counter: int
    stop: Stop
    intent: str = ""
    to_counter: int = 0


# --- devices -------------------------------------------------------------------------------------------------


class PrinterChanged(Fact, frozen=True, kw_only=True):
    """The printer's status changed: ready, near_end, paper_out, cover_open, cutter_error, head_hot, offline,
    silent, unknown or other_model."""

    printer: str
    status: str


class PrinterRecognised(Fact, frozen=True, kw_only=True):
    """A printer of this model prints here at this width: adopted by a technician, or the first that stood here.

    `printer` is its table in the settings of the machine that writes this. A model that is in no such fact is not
    printed on.
    """

    printer: str
    model: str
    width_dots: int
    dpi: int


class CardChecked(Fact, frozen=True, kw_only=True):
    """Somebody had a My Number card checked: works, unconfirmed, expired, not_yet, no_certificate, unusable,
    not_genuine or locked. Nothing of the card or the person; it counts how often, for the office's statistics."""

    result: str


class LogDamaged(Fact, frozen=True, kw_only=True):
    """A damaged record was found; the old log was kept aside under `kept_as`."""

    machine: str
    first_bad_seq: int
    kept_as: str
    found_by: Literal["start", "background"]


class DiskLow(Fact, frozen=True, kw_only=True):
    """Issuing stopped (`low` true) or started again because of free space."""

    low: bool
    free_mib: int


class RecordsRefused(Fact, frozen=True, kw_only=True):
    """The hub took nothing of what `machine_code` sent, and why. `machine` and `seq` are of the first bad fact."""

    machine_code: str
    cause: str
    machine: str = ""
    seq: int = 0


class UnknownFact(Fact, frozen=True, kw_only=True):
    """A kind of a later version: kept, relayed, ignored."""

    kind: str


KINDS: dict[str, type[Fact]] = {cls.__name__: cls for cls in Fact.__subclasses__()}
_encoder = msgspec.json.Encoder(order="deterministic")
_decoders = {name: msgspec.json.Decoder(cls) for name, cls in KINDS.items()}


def encode(fact: Fact) -> bytes:
    """The body of an envelope."""
    return _encoder.encode(fact)


def decode(kind: str, body: bytes) -> Fact:
    """Raises msgspec.ValidationError when a known kind has a malformed body."""
    decoder = _decoders.get(kind)
    return UnknownFact(kind=kind) if decoder is None else decoder.decode(body)
