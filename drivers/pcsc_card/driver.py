"""The card reader of this machine over PC/SC: what lies there, and sessions with it (`card_ports.CardReader`)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from drivers.card_ports import (
    AttributeCard,
    AuthenticationCard,
    CardDetails,
    CardTrouble,
    MyNumberCard,
    OtherCard,
    Presence,
    ReaderAway,
    ReaderLost,
    ServiceAway,
    WrongCard,
)
from drivers.pcsc_card import steps
from drivers.pcsc_card.allow_list import Purpose
from drivers.pcsc_card.apdu import Script
from drivers.pcsc_card.details import read_details
from drivers.pcsc_card.line import CardService, Slot, Trace
from drivers.pcsc_card.presence import PresenceWatch
from drivers.pcsc_card.profile import CARD_OF_2016, CardProfile
from drivers.pcsc_card.session import AttributeSession, AuthenticationSession, Opening, Session


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Which reader stands here, from the machine's configuration."""

    name: str = ""
    """A part of the reader's name as `hitofuda diag card` shows it; a reader with two slots is told apart so."""
    exchange_s: float = 4.0
    """So long may a card take for one answer; signing takes up to a second."""


class PcscCardReader:
    """`CardReader`. `service` is pcscd unless a test brings its own; `trace` hears headers and status words only."""

    def __init__(
        self,
        settings: ReaderSettings,
        service: CardService | None = None,
        profile: CardProfile = CARD_OF_2016,
        trace: Trace | None = None,
    ) -> None:
        if service is None:
            # Loaded only where there is a reader.
            from drivers.pcsc_card.transport import PcscService

            service = PcscService(settings.name)
        self._settings = settings
        self._service = service
        self._profile = profile
        self._trace = trace
        self._session: Session | None = None
        self._opening = threading.Lock()
        """Identifying and opening never meet at one card."""
        self._watch = PresenceWatch(service, self._identify, self._card_left)

    def presence(self) -> Presence:
        return self._watch.presence

    def watch(self, changed: Callable[[Presence], None]) -> None:
        self._watch.watch(changed)

    def authenticate(self) -> AuthenticationCard | CardTrouble:
        session = self._begin("authenticate", steps.open_jpki(self._profile))
        return AuthenticationSession(session) if isinstance(session, Session) else session

    def read_attributes(self) -> AttributeCard | CardTrouble:
        session = self._begin("attributes", steps.open_attributes(self._profile))
        return AttributeSession(session) if isinstance(session, Session) else session

    def details(self) -> CardDetails | CardTrouble:
        slot = self._watch.slot
        session = self._begin("details")
        if not isinstance(session, Session) or slot is None:
            return session if not isinstance(session, Session) else ReaderLost()
        try:
            return read_details(session, slot.name)
        finally:
            session.end()

    def close(self) -> None:
        self._watch.close()
        self._card_left()

    def _begin(self, purpose: Purpose, script: Script[None] | None = None) -> Session | CardTrouble:
        presence, slot = self._watch.presence, self._watch.slot
        if isinstance(presence, ReaderAway | ServiceAway):
            return ReaderLost()
        is_ours = isinstance(presence, MyNumberCard) or (isinstance(presence, OtherCard) and purpose == "details")
        if slot is None or not is_ours:
            return WrongCard(presence)
        with self._opening:
            self._card_left()
            session = self._session_at(slot, purpose)
            trouble = session.open()
            if trouble is None and script is not None:
                trouble = session.play(script, at="open")
            if trouble is not None:
                session.end()
                return trouble
            self._session = session
            return session

    def _identify(self, slot: Slot) -> Presence | CardTrouble:
        with self._opening:
            session = self._session_at(slot, "identify")
            try:
                trouble = session.open()
                if trouble is not None:
                    return trouble
                return session.play(steps.identify(self._profile, slot.atr), at="identify")
            finally:
                session.end()

    def _session_at(self, slot: Slot, purpose: Purpose) -> Session:
        return Session(
            Opening(self._service, slot.name, self._profile, self._settings.exchange_s, self._trace), purpose
        )

    def _card_left(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.end()
