"""A visitor who goes on whatever happens to the machine: repeats a press that was not answered, looks at the paper when
asked, and remembers every number that the screen has promised.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec

from kiosk_app import api
from kiosk_app.client import Client, CoreAway, CoreTrouble
from tests.faults.house import GROUP, LOOK_EVERY_S, PATIENCE_S, SERVICE, House, until

T = TypeVar("T", bound=msgspec.Struct)
WAY = {"idle": "ticket", "choose": f"group:{GROUP}", "services": f"service:{SERVICE}", "confirm": "take"}
"""What a visitor who wants one certain ticket presses on each screen."""


class ImpatientClient(Client):
    """Asks once: who is behind it decides what the death of a core means."""

    def _repeated(self, method: str, target: str, payload: bytes | None) -> bytes:
        return self._once(method, target, payload, time.monotonic() + self.timeout_s, repeatable=True)


class Visitor:
    """`died` is called each time when the core is gone, and comes back when another one listens."""

    def __init__(self, house: House, died: Callable[[], None]) -> None:
        self._house, self._died = house, died
        self._client = ImpatientClient(house.client.core)
        self._presses = itertools.count(1)
        self.seen: api.CitizenView | None = None
        """The last screen that was shown before the present moment."""
        self.answered = False
        """Whether the press on it was answered."""

    def take_ticket(self) -> str:
        """From whatever screen there is to the paper in the hand and back to the first screen; gives the number."""
        deadline = time.monotonic() + PATIENCE_S
        number = ""
        pieces_before = len(self._house.printer.wait_for_pieces(0))
        while time.monotonic() < deadline:
            view = self._look()
            if view.screen == "take":
                assert view.slip is not None
                number = view.slip.number
                self._press(view, "end")
            elif number and view.screen == "idle":
                return number
            elif view.screen in WAY:
                self._press(view, WAY[view.screen])
            elif view.screen == "doubt":
                self._press(view, "has_paper" if self._paper_came(pieces_before) else "no_paper")
            else:
                time.sleep(LOOK_EVERY_S)
        raise AssertionError(f"{PATIENCE_S} s in vain, last {self.seen}\n{self._house.said()}")

    def _paper_came(self, pieces_before: int) -> bool:
        """Looks when nothing moves any more, and takes only a whole ticket for one."""
        printer = self._house.printer
        until(lambda: self._whole(self._client.health).printer == "ready", "the printer answers", self._house.said)
        until(lambda: printer.firmware.idle, "the printer is still", self._house.said)
        return any(not piece.torn and piece.lines for piece in printer.wait_for_pieces(0)[pieces_before:])

    def _look(self) -> api.CitizenView:
        self.seen = self._whole(self._client.citizen_view)
        self.answered = True
        return self.seen

    def _press(self, view: api.CitizenView, control: str) -> None:
        press = api.Press(press_id=f"p{next(self._presses)}", screen_id=view.screen_id, control=control)
        self.answered = False
        self._whole(lambda: self._client.press(press))
        self.answered = True

    def _whole(self, ask: Callable[[], T]) -> T:
        """Asked again, the same thing, until it is answered."""
        while True:
            try:
                return ask()
            except CoreAway:
                self._died()
            except CoreTrouble as trouble:
                raise AssertionError(self._house.said()) from trouble
