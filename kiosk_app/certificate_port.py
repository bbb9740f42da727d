"""What a certificate kiosk's core does for the citizen's journey: the one place where central, money and paper come in.

Whoever implements it answers each command by `Lobby.handle`, with the events of journeys/certificate_events.py. A
machine without one is no certificate kiosk: its first screen has no such door, and no press reaches the journey.
"""

from __future__ import annotations

from typing import Protocol

from kiosk_app.journeys.certificate_events import CertificateCommand, CertificatesNow


class CertificatePort(Protocol):
    """Belongs to the loop. Never raises for what central, a payment unit or a printer does."""

    def now(self) -> CertificatesNow:
        """Read for every view and step: no waiting, no disk."""
        ...

    def start(self, command: CertificateCommand) -> None:
        """Begins what is asked and returns; ForgetPin is the card desk's and does not come here."""
        ...
