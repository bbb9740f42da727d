"""What goes into a citizen journey and what comes out: events, commands, and the world as the core sees it.

The journey is pure, so everything that it may know of clock, printer and queue stands in `Context`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from kiosk_app.api import Language
from kiosk_app.journeys.certificate_events import CertificateCommand, CertificateEvent, CertificatesNow
from kiosk_app.journeys.form_events import FormCommand, FormEvent, FormsNow
from kiosk_app.journeys.message_base import Command, Event
from kiosk_app.office.catalogue import Office
from kiosk_app.office.certificates import Kind
from kiosk_app.office.check_in import Answer, Booked
from kiosk_app.office.facts import Verdict
from kiosk_app.office.procedures_parts import Answer as YesOrNo
from kiosk_app.office.procedures_parts import Procedures
from kiosk_app.office.slot_sale import TimeOffered as TimeOffered
from kiosk_app.words import Words

PRINTING_STATUSES = frozenset({"ready", "near_end"})
"""The printer statuses with which a ticket can be printed (as drivers.ports.PRINTS, which a journey may not import)."""


CardSeenAs = Literal[
    "empty",
    "card",
    "no_certificate",
    "old_juki",
    "phone",
    "driving_licence",
    "residence_card",
    "payment",
    "transit",
    "unknown",
    "unreadable",
    "two",
    "reader_away",
    "service_away",
]
"""What lies at the reader. card: a My Number card with the certificate; no_certificate: one without it."""

CardTrouble = Literal["gone", "silent", "in_use", "refused", "nonsense", "pin_unknown", "reader_away", "service_away"]
"""Why the card had to be given up in the middle. pin_unknown: a PIN was sent and no answer came."""

CardResult = Literal[
    "works", "unconfirmed", "expired", "not_yet", "no_certificate", "unusable", "not_genuine", "locked"
]
"""unconfirmed: card and PIN are right, the issuer is not confirmed here. unusable: a certificate that no such card has.
not_genuine: the card does not hold the key of its own certificate."""


TicketKind = Literal["", "reservation", "late", "slot", "again"]
"""Of a ticket that is no plain walk-in's. again: the number that a reservation had been given before."""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """What this machine can do for reservations at this moment."""

    code_reader: Literal["", "below", "left", "right"] = ""
    """Where the reader of codes is; empty where there is none."""
    reads_codes: bool = False
    """This machine has the key by which a reservation code proves itself."""
    finds_phones: bool = False
    """Whoever knows the telephones of today's reservations can be asked now."""
    times: Mapping[str, tuple[TimeOffered, ...]] = {}
    """Of the services whose times can be sold here now, by id; earliest first."""


class PracticeHere(msgspec.Struct, frozen=True, kw_only=True):
    """This machine can be practised on."""

    alone: bool = False
    """It is there for nothing else: a laptop in a lesson, at any hour."""
    picture: str = ""
    """The first page of a sample (見本), small: a data:image/png address."""
    width_px: int = 0
    height_px: int = 0

    def __repr__(self) -> str:
        return f"PracticeHere(alone={self.alone})"


class GroupLoad(msgspec.Struct, frozen=True, kw_only=True):
    """People waiting for a service group, and when somebody who joins now would be called."""

    waiting: int
    estimate_from_ms: int
    estimate_to_ms: int


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The world at one instant. `new_id` is fresh and unguessable for every step."""

    now_utc_ms: int
    office: Office
    words: Words
    printer_status: str
    loads: Mapping[str, GroupLoad]
    new_id: str
    counter_staffed: str | None = None
    """The number of a counter where somebody sits, for a visitor whose call nobody has accepted."""
    machine_name: str = ""
    ringing: Mapping[str, str] = {}
    """Calls that the machine itself has made and will end: cause to alert."""
    card_reader: Literal["", "below", "left", "right"] = ""
    """Where the card reader is, as seen from the screen; empty where there is none."""
    card_seen: CardSeenAs = "empty"
    ways: Ways = Ways()
    card_last_day: date | None = None
    """Until when the certificate of the card that was just looked at can be used. Kept nowhere else."""
    certificates: CertificatesNow | None = None
    """None on every machine that is no certificate kiosk: there the journey of a certificate does not exist."""
    practice: PracticeHere | None = None
    """None where nobody can practise."""
    forms: FormsNow | None = None
    """None where the settings name no forms: there that journey does not exist."""
    procedures: Procedures | None = None
    """None on a machine that has no life events: there nobody looks for procedures."""


# --- events --------------------------------------------------------------------------------------------------


class Pressed(Event, frozen=True, kw_only=True):
    screen_id: str
    control: str


class Tick(Event, frozen=True, kw_only=True):
    """About once a second; the time is the context's."""


class PrinterStatusChanged(Event, frozen=True, kw_only=True):
    status: str


class Issued(Event, frozen=True, kw_only=True):
    """The number is durable; printing begins."""

    intent: str
    ticket: str
    number: str
    waiting: int
    estimate_from_ms: int
    estimate_to_ms: int
    kind: TicketKind = ""
    start_min: int = 0
    length_min: int = 0
    unheard: bool = False


class PrintFinished(Event, frozen=True, kw_only=True):
    ticket: str
    verdict: Verdict
    cause: str = ""


class CannotIssue(Event, frozen=True, kw_only=True):
    """No number was allocated. `cause`: a printer status, disk_full, closed, gone (no such visit to add to), booking
    (what may be done for it is another thing now), time_gone or times_away (the chosen time was not sold)."""

    intent: str
    cause: str


class AlertAccepted(Event, frozen=True, kw_only=True):
    alert: str


class NewSession(Event, frozen=True, kw_only=True):
    """Whatever was on the screen is over (start of a day, staff reset)."""

    session: str


class CardSeen(Event, frozen=True, kw_only=True):
    """What lies at the reader has changed; what it is stands in the context."""


class PinTyped(Event, frozen=True, kw_only=True):
    """So many digits are typed now. Which ones, only the core's buffer knows."""

    typed: int


class CardOpened(Event, frozen=True, kw_only=True):
    """Answers OpenCard: exactly one of the three says what came of it."""

    session: str
    tries: int = 0
    result: CardResult | None = None
    trouble: CardTrouble | CardSeenAs | None = None


class CardAnswered(Event, frozen=True, kw_only=True):
    """Answers TryPin: exactly one of the three. `tries` are left after a wrong PIN."""

    session: str
    tries: int = 0
    result: CardResult | None = None
    trouble: CardTrouble | CardSeenAs | None = None


class Scanned(Event, frozen=True, kw_only=True):
    """What the reader of codes has read: one whole text."""

    text: str


class SamplePrinted(Event, frozen=True, kw_only=True):
    """Answers PrintSample."""

    paper: str
    printed: bool


class LookedUp(Event, frozen=True, kw_only=True):
    """Answers LookUp."""

    question: str
    answer: Answer


class ListPrinted(Event, frozen=True, kw_only=True):
    """Answers PrintList."""

    job: str
    is_printed: bool


class Restarted(Event, frozen=True, kw_only=True):
    """The core has begun again: what only it remembered is gone."""


AnyEvent = (
    Pressed | Tick | PrinterStatusChanged | Issued | PrintFinished | CannotIssue | AlertAccepted | NewSession
    | CardSeen | PinTyped | CardOpened | CardAnswered | Scanned | LookedUp | ListPrinted | Restarted | SamplePrinted
    | CertificateEvent | FormEvent
)  # fmt: skip


# --- commands ------------------------------------------------------------------------------------------------


class Issue(Command, frozen=True, kw_only=True):
    """Preflight, allocate, record, print. Answered by Issued and PrintFinished, or by CannotIssue."""

    intent: str
    service: str
    language: Language
    booked: Booked | None = None
    """A check-in."""
    sale: str = ""
    """A time is bought first, once under this id: that of `start_min`."""
    start_min: int = 0
    further: tuple[str, ...] = ()
    """Services of the same visit after the first, in their order."""


class LookUp(Command, frozen=True, kw_only=True):
    """What may be done for whoever scanned or typed `text`, or chose `booked`. Answered by LookedUp."""

    question: str
    way: Literal["", "code", "phone", "scan", "chosen"]
    text: str = ""
    booked: Booked | None = None


class AddStop(Command, frozen=True, kw_only=True):
    """A further service joins the visit of a ticket. Answered only when it fails, by CannotIssue."""

    intent: str
    ticket: str
    service: str


class PrintList(Command, frozen=True, kw_only=True):
    """What has to be done and brought, on paper without a number. Answered by ListPrinted."""

    job: str
    event: str
    answers: tuple[YesOrNo, ...]
    without: tuple[str, ...]
    """Ids of procedures that are not done today."""
    language: Language


class Reprint(Command, frozen=True, kw_only=True):
    """The same number once more, marked 再発行. Answered by PrintFinished."""

    ticket: str


class ConfirmPaper(Command, frozen=True, kw_only=True):
    """What the visitor saw, where the printer could not tell."""

    ticket: str
    has_paper: bool


class VoidTicket(Command, frozen=True, kw_only=True):
    ticket: str
    reason: Literal["no_paper", "interrupted", "abandoned"]


class CallStaff(Command, frozen=True, kw_only=True):
    """Rings every console. `cause`: visitor, help, many_tickets, stuck, doubt, disk_full, certificate_doubt,
    certificate_claim, form_paper, or a printer status. `detail`: the status of the printer of documents."""

    alert: str
    cause: str
    detail: str = ""


class ClearAlert(Command, frozen=True, kw_only=True):
    alert: str


class OpenCard(Command, frozen=True, kw_only=True):
    """Look at certificate and tries left. Answered by CardOpened."""

    session: str


class TryPin(Command, frozen=True, kw_only=True):
    """Send what was typed to the card, once. Answered by CardAnswered."""

    session: str
    spend_last_try: bool = False


class EndCard(Command, frozen=True, kw_only=True):
    """Overwrite what was typed, take power from the card, forget what was read."""


class PrintSample(Command, frozen=True, kw_only=True):
    """What somebody who practised asked for, marked 見本. Answered by SamplePrinted."""

    paper: str
    what: Literal["certificate", "lesson"]
    kind: Kind | None = None
    """Of the certificate that was practised with."""


class CountCheck(Command, frozen=True, kw_only=True):
    """A card check has come to its end: a fact without anything of the person."""

    result: CardResult


AnyCommand = (
    Issue | AddStop | Reprint | ConfirmPaper | VoidTicket | CallStaff | ClearAlert
    | OpenCard | TryPin | EndCard | CountCheck | LookUp | PrintList | PrintSample
    | CertificateCommand | FormCommand
)  # fmt: skip
