"""The core's worker between the card reader's port and the journey: a thread asks the card, the loop hears the answer.

What the journey must not know stays here, in memory only: the digits of a PIN until they are sent, the certificate
until the visit ends. Nothing of it is ever written, and nothing that was sent is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol, TypeVar

from drivers import card_ports as port
from drivers.pin_buffer import PinBuffer
from kiosk_app.clock import new_nonce
from kiosk_app.journeys import messages as m
from kiosk_app.journeys.card_check import AWAY
from kiosk_app.journeys.card_reading import PIN_DIGITS
from kiosk_app.journeys.certificate_events import CertificateSigned, SignForCertificate
from kiosk_app.journeys.form_events import AttributesRead, OpenAttributes, ReadAttributes
from kiosk_app.office.jpki.anchors import Anchors
from kiosk_app.office.jpki.certificate import CardCertificate
from kiosk_app.office.jpki.challenge import Challenge, Challenges
from kiosk_app.office.jpki.verification import (
    Expired,
    Issued,
    NotYetValid,
    holds_key,
    in_force,
    issued,
)

T = TypeVar("T")
Heard = Callable[[m.CardSeen | m.CardOpened | m.CardAnswered | CertificateSigned | AttributesRead], None]


class Proof(NamedTuple):
    """The card's certificate in DER and its signature of what it was given. In memory only, until central has it."""

    certificate: bytes
    signature: bytes

    def __repr__(self) -> str:
        return "Proof(…)"


class Clock(Protocol):
    def now_utc_ms(self) -> int: ...


class CardDesk:
    """One reader. All methods but those with a leading underscore belong to the loop."""

    def __init__(self, reader: port.CardReader, anchors: Anchors, clock: Clock, audience: str) -> None:
        self.seen: m.CardSeenAs = "empty"
        self.last_day: date | None = None
        self._reader = reader
        self._anchors = anchors
        self._clock = clock
        self._challenges = Challenges(audience)
        self._typed = PinBuffer()
        self._card: port.AuthenticationCard | None = None
        self._attributes: port.AttributeCard | None = None
        """Only while a form's visitor wants them read: another PIN, with tries of its own."""
        self._certificate: CardCertificate | None = None
        self._last: date | None = None
        self._heard: Heard = lambda event: None
        self._bug: Callable[[BaseException], None] = lambda error: None
        self._stopped = False
        self._visit = 0
        """Counts what was ended, so that an answer of before tells no date of a card to the visitor after."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="card")

    def start(self, heard: Heard, bug: Callable[[BaseException], None]) -> None:
        loop = asyncio.get_running_loop()
        self._heard, self._bug = heard, bug

        def tell(presence: port.Presence) -> None:
            seen = seen_as(presence)
            if not self._stopped and seen != self.seen:
                self.seen = seen
                self._heard(m.CardSeen())

        def changed(presence: port.Presence) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, presence)

        self._reader.watch(changed)

    @property
    def reader(self) -> str:
        """For whoever looks after the machine."""
        return self.seen if self.seen in AWAY else "ready"

    # --- what the journey asks -----------------------------------------------------------------------------------

    def type(self, key: str) -> int:
        """A digit, or `erase`; how many are typed now."""
        if key == "erase":
            self._typed.erase_last()
        elif len(self._typed) < PIN_DIGITS:
            self._typed.press(key)
        return len(self._typed)

    def open(self, command: m.OpenCard) -> None:
        self._typed.overwrite()
        self._ask(lambda: self._open(command.session))

    def try_pin(self, command: m.TryPin) -> None:
        """The buffer goes to the thread, which overwrites it; the next PIN is typed into another one."""
        sent, self._typed = self._typed, PinBuffer()
        self._ask(lambda: self._try(command.session, sent, command.spend_last_try))

    def forget(self) -> None:
        """What was typed; the card stays open."""
        self._typed.overwrite()

    def sign(self, command: SignForCertificate, message: bytes, proved: Callable[[Proof], None]) -> None:
        """Sends what was typed, once, and has the card sign `message`. `proved` comes before the journey's event."""
        sent, self._typed = self._typed, PinBuffer()
        visit = self._visit

        def answered(found: tuple[m.CardAnswered | CertificateSigned, Proof | None]) -> None:
            if self._stopped or visit != self._visit:
                return
            event, proof = found
            if proof is not None:
                proved(proof)
            self._heard(event)

        self._do(lambda: self._sign(command, sent, message), answered)

    def open_attributes(self, command: OpenAttributes) -> None:
        """Answered by CardOpened: the tries left of the PIN for the four attributes."""
        self._typed.overwrite()
        visit = self._visit
        self._do(lambda: self._open_attributes(command.session), lambda event: self._tell(event, visit))

    def read_attributes(self, command: ReadAttributes, read: Callable[[port.Attributes], None]) -> None:
        """Sends what was typed, once. `read` comes before the journey's event, which carries nothing of a person."""
        sent, self._typed = self._typed, PinBuffer()
        visit = self._visit

        def answered(found: port.Attributes | m.CardAnswered) -> None:
            if self._stopped or visit != self._visit:
                return
            if isinstance(found, m.CardAnswered):
                self._heard(found)
                return
            read(found)
            self._heard(AttributesRead(session=command.session))

        self._do(lambda: self._read_attributes(command, sent), answered)

    def _tell(self, event: m.CardOpened, visit: int) -> None:
        if not self._stopped and visit == self._visit:
            self._heard(event)

    def end(self) -> None:
        self._typed.overwrite()
        self.last_day = None
        self._visit += 1
        self._do(self._end, lambda nothing: None)

    async def stop(self) -> None:
        self._stopped = True
        self.end()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._reader.close)
        self._thread.shutdown()

    def _ask(self, work: Callable[[], m.CardOpened | m.CardAnswered]) -> None:
        visit = self._visit

        def answered(found: tuple[m.CardOpened | m.CardAnswered, date | None]) -> None:
            if not self._stopped and visit == self._visit:
                event, self.last_day = found
                self._heard(event)

        self._do(lambda: (work(), self._last), answered)

    def _do(self, work: Callable[[], T], answered: Callable[[T], None]) -> None:
        def done(found: asyncio.Future[T]) -> None:
            if found.cancelled():
                return
            if (error := found.exception()) is not None:
                self._bug(error)
            else:
                answered(found.result())

        asyncio.get_running_loop().run_in_executor(self._thread, work).add_done_callback(done)

    # --- in the thread -------------------------------------------------------------------------------------------

    def _open(self, session: str) -> m.CardOpened:
        self._end()
        card = self._reader.authenticate()
        if isinstance(card, port.CardTrouble):
            return m.CardOpened(session=session, trouble=trouble_of(card))
        self._card = card
        found = card.certificate()
        if isinstance(found, port.NoCertificate):
            self._off()
            return m.CardOpened(session=session, result="no_certificate")
        if not isinstance(found, port.Certificate):
            self._off()
            return m.CardOpened(session=session, trouble=trouble_of(found))
        judged = in_force(found.der, self._now())
        if isinstance(judged, CardCertificate | Expired):
            self._last = judged.last_day
        if not isinstance(judged, CardCertificate):
            self._off()
            return m.CardOpened(session=session, result=_why_not(judged))
        self._certificate = judged
        tries = card.tries()
        match tries:
            case port.TriesLeft():
                return m.CardOpened(session=session, tries=tries.tries)
            case port.PinLocked():
                self._off()
                return m.CardOpened(session=session, result="locked")
        self._off()
        return m.CardOpened(session=session, trouble=trouble_of(tries))

    def _try(self, session: str, typed: PinBuffer, spend_last_try: bool) -> m.CardAnswered:
        found = self._verified(session, typed, spend_last_try)
        return found if isinstance(found, m.CardAnswered) else self._prove(session, *found)

    def _sign(
        self, command: SignForCertificate, typed: PinBuffer, message: bytes
    ) -> tuple[m.CardAnswered | CertificateSigned, Proof | None]:
        """The PIN is open: one signature, then no power."""
        found = self._verified(command.session, typed, command.spend_last_try)
        if isinstance(found, m.CardAnswered):
            return found, None
        card, certificate = found
        signed = card.sign(message)
        self._off()
        if not isinstance(signed, port.Signature):
            return m.CardAnswered(session=command.session, trouble=trouble_of(signed)), None
        return CertificateSigned(session=command.session), Proof(certificate.der, signed.signature)

    def _verified(
        self, session: str, typed: PinBuffer, spend_last_try: bool
    ) -> tuple[port.AuthenticationCard, CardCertificate] | m.CardAnswered:
        card, certificate = self._card, self._certificate
        with typed:
            if card is None or certificate is None:
                return m.CardAnswered(session=session, trouble="gone")
            outcome = card.verify(typed, spend_last_try=spend_last_try)
        return self._told(session, card, outcome) or (card, certificate)

    def _told(self, session: str, card: port.PinCard, outcome: port.PinOutcome) -> m.CardAnswered | None:
        """What the journey hears of a PIN; None: it was right. After what is final the card has no power."""
        match outcome:
            case port.PinAccepted():
                return None
            case port.PinWrong(tries=tries):
                return m.CardAnswered(session=session, tries=tries)
            case port.LastTryKept():
                return m.CardAnswered(session=session, tries=1)
            case port.PinMisshapen():
                return self._tries_again(session, card)
        self._off()
        match outcome:
            case port.PinLocked():
                return m.CardAnswered(session=session, result="locked")
            case port.PinUnknown():
                return m.CardAnswered(session=session, trouble="pin_unknown")
        return m.CardAnswered(session=session, trouble=trouble_of(outcome))

    def _open_attributes(self, session: str) -> m.CardOpened:
        self._end()
        card = self._reader.read_attributes()
        if isinstance(card, port.CardTrouble):
            return m.CardOpened(session=session, trouble=trouble_of(card))
        self._attributes = card
        tries = card.tries()
        match tries:
            case port.TriesLeft():
                return m.CardOpened(session=session, tries=tries.tries)
            case port.PinLocked():
                self._off()
                return m.CardOpened(session=session, result="locked")
        self._off()
        return m.CardOpened(session=session, trouble=trouble_of(tries))

    def _read_attributes(self, command: ReadAttributes, typed: PinBuffer) -> port.Attributes | m.CardAnswered:
        """The PIN is open: one reading, then no power."""
        card, session = self._attributes, command.session
        with typed:
            if card is None:
                return m.CardAnswered(session=session, trouble="gone")
            outcome = card.verify(typed, spend_last_try=command.spend_last_try)
        told = self._told(session, card, outcome)
        if told is not None:
            return told
        found = card.attributes()
        self._off()
        return (
            found if isinstance(found, port.Attributes) else m.CardAnswered(session=session, trouble=trouble_of(found))
        )

    def _tries_again(self, session: str, card: port.PinCard) -> m.CardAnswered:
        """Nothing was sent: what is left is asked, which costs nothing."""
        tries = card.tries()
        if isinstance(tries, port.TriesLeft):
            return m.CardAnswered(session=session, tries=tries.tries)
        self._off()
        if isinstance(tries, port.PinLocked):
            return m.CardAnswered(session=session, result="locked")
        return m.CardAnswered(session=session, trouble=trouble_of(tries))

    def _prove(self, session: str, card: port.AuthenticationCard, certificate: CardCertificate) -> m.CardAnswered:
        """The PIN is open: one challenge, then no power. What is not certain is not called working."""
        challenge = self._challenges.make("card-check", new_nonce(), self._clock.now_utc_ms())
        signed = card.sign(challenge.message())
        self._off()
        spent = self._challenges.spend("card-check", challenge.nonce, self._clock.now_utc_ms())
        if not isinstance(signed, port.Signature):
            return m.CardAnswered(session=session, trouble=trouble_of(signed))
        if not isinstance(spent, Challenge) or not holds_key(certificate, spent, signed.signature):
            return m.CardAnswered(session=session, result="not_genuine")
        known = isinstance(issued(certificate.der, self._anchors, self._now()), Issued)
        return m.CardAnswered(session=session, result="works" if known else "unconfirmed")

    def _off(self) -> None:
        card, self._card = self._card, None
        reading, self._attributes = self._attributes, None
        for one in (card, reading):
            if one is not None:
                one.end()

    def _end(self) -> None:
        self._off()
        self._certificate = self._last = None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_utc_ms() / 1000, UTC)


def _why_not(judged: object) -> m.CardResult:
    if isinstance(judged, Expired):
        return "expired"
    return "not_yet" if isinstance(judged, NotYetValid) else "unusable"


def seen_as(presence: port.Presence) -> m.CardSeenAs:
    match presence:
        case port.NothingThere():
            return "empty"
        case port.MyNumberCard():
            return "card" if presence.has_authentication else "no_certificate"
        case port.OtherCard():
            return presence.kind
        case port.UnreadableCard():
            return "unreadable"
        case port.TwoCards():
            return "two"
        case port.ReaderAway():
            return "reader_away"
    return "service_away"


def trouble_of(trouble: port.CardTrouble) -> m.CardTrouble | m.CardSeenAs:
    """What the visitor is told; a card that has become another one meanwhile is told as what lies there."""
    match trouble:
        case port.WrongCard():
            there = seen_as(trouble.presence)
            return "gone" if there in ("empty", "card", "no_certificate") else there
        case port.ReaderLost():
            return "reader_away"
        case port.CardSilent():
            return "silent"
        case port.CardInUse():
            return "in_use"
        case port.CardRefused():
            return "refused"
        case port.CardNonsense():
            return "nonsense"
    return "gone"
