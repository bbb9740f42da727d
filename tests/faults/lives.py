"""The lives of a core that is killed again and again, and what must be true at the end of them all."""

from __future__ import annotations

import contextlib
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk_app import api
from kiosk_app.client import CoreAway
from kiosk_app.journeys.ticket_state import TicketJourney
from offline_store.check import Progress
from offline_store.maintenance import verify
from tests.faults.house import AGAIN, House
from tests.faults.visitor import ImpatientClient, Visitor

Boundary = tuple[str, int]


class Lives:
    """Starts the next core whenever one has died, and looks at its screen before anybody presses."""

    def __init__(
        self, house: House, kills: list[Boundary], dead: Callable[[], None] = lambda: None, **wish: Any
    ) -> None:
        """`dead`: what happens between a death and the next life."""
        self.house = house
        self.visitor = Visitor(house, self.next)
        self.deaths = 0
        self._kills = iter(kills)
        self._dead = dead
        self._wish = wish

    def next(self) -> None:
        """The first life, or the one after a death."""
        if self.house.running:
            self._bury(self.house.exit_code())
        right = self._right_screen()
        while not self._begin():
            right = self._right_screen()
        with contextlib.suppress(CoreAway):
            # A core that dies while it is looked at is looked at again in its next life.
            view = ImpatientClient(self.house.client.core).citizen_view()
            assert right(view), (view, self.house.facts())

    def _begin(self) -> bool:
        """Whether the core got as far as listening."""
        kill = next(self._kills, None)
        log = str(self.house.folder / "boundaries")
        self.house.start(ready=False, boundaries=log, kill=kill, **self._wish)
        while not self.house.listens():
            if (code := self.house.exit_code(timeout_s=0.002)) is not None:
                self._bury(code)
                return False
        return True

    def _bury(self, code: int | None) -> None:
        assert code == -signal.SIGKILL, self.house.said()
        self.deaths += 1
        self._dead()

    def _right_screen(self) -> Callable[[api.CitizenView], bool]:
        """The very screen on which the visitor was left, or the one that tells how the printing ended."""
        path = self.house.folder / "run" / "journey.json"
        if not path.exists():
            return lambda view: view.screen == "idle"
        kept = msgspec.json.decode(path.read_bytes(), type=TicketJourney)
        if kept.screen != "printing":
            return lambda view: (view.screen, view.screen_id) == (kept.screen, kept.screen_id)
        after = self._after_printing(kept)
        return lambda view: view.screen in after

    def _after_printing(self, kept: TicketJourney) -> tuple[str, ...]:
        tickets = [t["ticket"] for t in self.house.bodies("TicketIssued") if t["intent"] == kept.intent]
        started = [s["job"] for s in self.house.bodies("PrintStarted") if s["ticket"] in tickets]
        if len(started) < kept.attempts:
            return ("printing", "take")
        ended = {e["job"]: e["verdict"] for e in self.house.bodies("PrintEnded")}
        return ("take",) if "issued" in (ended.get(job) for job in started) else ("doubt",)


def check_end(house: House, numbers: list[str], forgotten: int = 0) -> None:
    """`numbers`: what the screens have promised, one a visitor. `forgotten`: so many more tickets there may be, whose
    visitors had to begin anew because the machine had forgotten them."""
    progress = verify(house.log_path)
    assert isinstance(progress, Progress) and progress.done, progress
    issued = house.bodies("TicketIssued")
    given = Counter(f"{t['letter']}-{t['number']:03d}" for t in issued)
    assert given >= Counter(numbers)
    assert max(given.values()) == 1 and given.total() <= len(numbers) + forgotten
    assert len({t["intent"] for t in issued}) == len(issued)
    pieces = [(p.lines, p.torn) for p in house.printer.wait_for_pieces(0)] + [(house.printer.firmware.roll.lines, True)]
    for lines, _ in pieces:
        assert len([line for line in lines if line.startswith("A-")]) <= 1, "two numbers on one piece of paper"
        assert set(lines).isdisjoint(given) == (not any(line.startswith("A-") for line in lines)), "nobody's number"
    for number in given:
        shown = [(lines, torn) for lines, torn in pieces if number in lines]
        unmarked = [lines for lines, _ in shown if not any(AGAIN in line for line in lines)]
        assert len(unmarked) <= 1, f"{number} printed twice without {AGAIN}"
        if number in numbers:
            assert [torn for _, torn in shown].count(False) == 1, f"{number}: not exactly one whole ticket"
