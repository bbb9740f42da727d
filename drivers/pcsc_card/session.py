"""One session with the card that lies there, from power-up to power-off: the ports' promises about PINs are kept here.

Whatever goes wrong ends the session and takes power from the card. A session never opens itself again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from drivers.card_ports import (
    Attributes,
    CardGone,
    CardInUse,
    CardNonsense,
    CardRefused,
    CardSilent,
    CardTrouble,
    Certificate,
    NoCertificate,
    PinAccepted,
    PinOutcome,
    PinUnknown,
    ReaderLost,
    Signature,
    Tries,
    WrongCard,
)
from drivers.pcsc_card import steps
from drivers.pcsc_card.allow_list import Gate, Purpose
from drivers.pcsc_card.apdu import Script
from drivers.pcsc_card.deadline import CardThread, Overdue
from drivers.pcsc_card.line import CardService, GuardedLine, Line, LineLost, Trace
from drivers.pcsc_card.profile import CardProfile, PinPolicy
from drivers.pin_buffer import PinBuffer

T = TypeVar("T")
TROUBLES = (CardGone, ReaderLost, CardSilent, CardInUse, CardRefused, CardNonsense, WrongCard)
POWER_OFF_S = 1.0
"""So long does `end` wait for the card to be without power."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a session needs to begin."""

    service: CardService
    slot_name: str
    profile: CardProfile
    exchange_s: float
    trace: Trace | None = None


class Session:
    """The line of one session and its end. Used by one thread; `end` may come from another."""

    def __init__(self, opening: Opening, purpose: Purpose) -> None:
        self.profile = opening.profile
        self._opening = opening
        self._gate = Gate(opening.profile, purpose)
        self._line: Line | None = None
        self._guarded: GuardedLine | None = None
        self._trouble: CardTrouble | None = None
        self._thread = CardThread(opening.exchange_s, self._power_off)

    @property
    def line(self) -> Line | None:
        """For what it says of itself; commands go through the gate."""
        return self._line

    def open(self) -> CardTrouble | None:
        """Powers the card. None: it is ours."""
        if CardThread.too_many_hang():
            return self._fail(CardSilent())
        return self._attempt(self._connect)

    def play(self, script: Script[T], at: str) -> T | CardTrouble:
        """Trouble ends the session."""

        def work() -> T | CardTrouble:
            assert self._guarded is not None
            return self._guarded.run(steps.guarded(script, at))

        return self._attempt(work)

    def selecting(self, file: int, at: str, then: Script[T]) -> Script[T]:
        """`then` with this file selected, which it may be already."""
        return then if self._gate.file == file else steps.selecting(file, at, then)

    def end(self) -> None:
        self._trouble = self._trouble or CardGone()
        self._thread.end(POWER_OFF_S)

    def _attempt(self, work: Callable[[], T | CardTrouble]) -> T | CardTrouble:
        if self._trouble is not None:
            return self._trouble
        try:
            value = self._thread.run(work)
        except LineLost as lost:
            return self._fail(lost.trouble)
        except Overdue:
            return self._fail(self._trouble or CardSilent())
        except BaseException:
            # A bug; the card does not stay open behind it.
            self.end()
            raise
        return self._fail(value) if isinstance(value, TROUBLES) else value

    def _connect(self) -> None:
        self._line = self._opening.service.open(self._opening.slot_name)
        self._guarded = GuardedLine(self._line, self._gate, self._opening.trace, self._thread.beat)

    def _fail(self, trouble: CardTrouble) -> CardTrouble:
        self._trouble = trouble
        self._thread.end()
        return trouble

    def _power_off(self) -> None:
        if self._line is not None:
            self._line.power_off()


class _PinSession:
    """What both kinds of session have: one PIN file."""

    def __init__(self, session: Session, pin_file: int, policy: PinPolicy) -> None:
        self._session = session
        self._pin_file = pin_file
        self._policy = policy
        self._is_accepted = False

    def tries(self) -> Tries:
        return self._session.play(self._with_pin(steps.tries(self._policy, self._is_accepted)), at="retry query")

    def verify(self, pin: PinBuffer, *, spend_last_try: bool = False) -> PinOutcome:
        sent: list[bool] = []
        try:
            sending = steps.verify(self._policy, pin, spend_last_try, lambda: sent.append(True))
            outcome: PinOutcome = self._session.play(self._with_pin(sending), at="verify")
        finally:
            pin.overwrite()
        if isinstance(outcome, PinUnknown):
            self._session.end()
        if isinstance(outcome, TROUBLES) and sent and not isinstance(outcome, CardRefused):
            return PinUnknown(outcome)
        self._is_accepted = isinstance(outcome, PinAccepted)
        return outcome

    def end(self) -> None:
        self._session.end()

    def _with_pin(self, script: Script[T]) -> Script[T]:
        return self._session.selecting(self._pin_file, "select pin", script)


class AuthenticationSession(_PinSession):
    """`AuthenticationCard` on a JPKI application that has been selected."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, session.profile.pin_ef, session.profile.pin)
        self._certificate: Certificate | NoCertificate | None = None

    def certificate(self) -> Certificate | NoCertificate | CardTrouble:
        if self._certificate is None:
            found = self._session.play(steps.certificate(self._session.profile), at="certificate")
            if not isinstance(found, Certificate | NoCertificate):
                return found
            self._certificate = found
        return self._certificate

    def sign(self, challenge: bytes) -> Signature | CardTrouble:
        profile = self._session.profile
        digest = hashlib.new(profile.scheme.digest, challenge).digest()
        signing = self._session.selecting(profile.key_ef, "select key", steps.sign(profile, digest))
        return self._session.play(signing, at="sign")

    def end(self) -> None:
        self._certificate = None
        super().end()


class AttributeSession(_PinSession):
    """`AttributeCard` on a text application that has been selected."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, session.profile.attributes_pin_ef, session.profile.attributes_pin)

    def attributes(self) -> Attributes | CardTrouble:
        return self._session.play(steps.attributes(self._session.profile), at="attributes")
