"""Everything that a ticket journey remembers, and nothing else: saved at each step, so that a killed core comes
back to the same screen. Ids only, no texts: the language may change at any moment.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.api import Language, ScreenName
from kiosk_app.journeys.certificate_state import Certificate
from kiosk_app.journeys.forms_state import Forms
from kiosk_app.journeys.messages import CardResult, CardSeenAs, CardTrouble, TicketKind
from kiosk_app.journeys.procedure_state import Finding
from kiosk_app.journeys.ticket_place import Place as Place
from kiosk_app.office.check_in import Answer, Booked


class TakenTicket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket of this visit, or one of the last that this machine gave."""

    ticket: str
    number: str
    services: tuple[str, ...]
    waiting: int
    estimate_from_ms: int
    estimate_to_ms: int
    issued_utc_ms: int
    booked: TicketKind = ""
    start_min: int = 0
    length_min: int = 0
    unheard: bool = False
    """Of a reservation that nobody here had heard of (未確認)."""


class Alert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call for staff that rings until it is accepted."""

    id: str
    cause: str
    since_ms: int
    accepted: bool = False
    named_counter: bool = False
    """The screen has already sent the visitor to somebody."""


class CardCheck(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a card check stands. Saved like the rest, so nothing of the card is in it: no digit, no date, no serial."""

    session: str = ""
    """Of the card that is being asked; an answer for another comes too late."""
    trouble: CardTrouble | CardSeenAs | None = None
    """Why the visitor stands before "place your card" again."""
    tries: int = 0
    typed: int = 0
    wrong: bool = False
    """The PIN just tried was wrong."""
    spend_last: bool = False
    """The visitor wants to spend the last try."""
    result: CardResult | None = None
    after: Literal["", "reset", "counter"] = ""
    """What comes once the card is taken: the start, a ticket to have the PIN reset, or one for the counter of cards."""


class CheckIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a check-in stands. `typed`: digits of a code or the last ones of a telephone, until the screen is over."""

    way: Literal["", "code", "phone", "scan"] = ""
    typed: str = ""
    asked: str = ""
    """The question that the core has not answered; an answer to another comes too late."""
    fault: Literal["", "wrong_code", "wrong_phone", "unreadable"] = ""
    wrong: int = 0
    answer: Answer | None = None


class TicketJourney(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    session: str
    place: Place
    touched_ms: int
    shown_ms: int
    """When the present screen appeared."""
    ordinal: int = 0
    way_back: tuple[Place, ...] = ()
    language: Language = "ja"
    modes: frozenset[str] = frozenset()
    """Of large, contrast, low, voice, slow."""
    sheet: str = ""
    """"language", "ease" or none."""
    dialog: str = ""
    """"timeout", "staff", "ask_many" or none."""
    intent: str = ""
    """Of the Issue or AddStop that is under way."""
    attempts: int = 0
    """How often printing was tried for this ticket, or issuing for this press."""
    ticket: TakenTicket | None = None
    """The ticket of this visit."""
    added: bool = False
    """The last act joined a service to the visit, without paper."""
    cause: str = ""
    """Why there is no paper: a printer status, disk_full, stuck, closed."""
    explains: str = ""
    """The closed control that the explain screen speaks of."""
    recent: tuple[TakenTicket, ...] = ()
    """The last tickets of this machine, over all sessions: somebody may be pressing everything."""
    asked_many: bool = False
    visitor_alert: Alert | None = None
    """The visitor pressed 職員を呼ぶ; ends with the visit."""
    machine_alert: Alert | None = None
    """The machine cannot go on alone; ends when it can."""
    card: CardCheck | None = None
    """Also during the visit of a certificate: as long as a card of this visit may lie at the reader."""
    certificate: Certificate | None = None
    forms: Forms | None = None
    check_in: CheckIn | None = None
    booked: Booked | None = None
    """The reservation whose number is under way."""
    sale: str = ""
    """The time that is being bought, under an id that stays the same however often the number is tried."""
    start_min: int = 0
    """Of the chosen time."""
    times_fault: Literal["", "gone", "none"] = ""
    finding: Finding | None = None
    further: tuple[str, ...] = ()
    """Of the number that is under way: its services after the first."""
    left_card: Alert | None = None
    """Somebody went away and left a card at the reader; ends when it is taken."""

    @property
    def screen(self) -> ScreenName:
        return self.place.screen

    @property
    def screen_id(self) -> str:
        return f"{self.session}:{self.ordinal}"
