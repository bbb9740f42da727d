"""What the core does for the journey of forms: the one place where a visitor's words, typesetter and paper come in.

Whoever implements it answers each command by `Lobby.handle`, with the events of journeys/form_events.py.
"""

from __future__ import annotations

from typing import Protocol

from kiosk_app.journeys.form_events import FormCommand, FormsNow


class FormsPort(Protocol):
    """Belongs to the loop. Never raises for what a card, a typesetter or a printer does."""

    def now(self) -> FormsNow:
        """Read for every view and step: no waiting, no disk."""
        ...

    def start(self, command: FormCommand) -> None:
        """Begins what is asked and returns."""
        ...

    async def stop(self) -> None:
        """Overwrites what is left of a visit."""
        ...
