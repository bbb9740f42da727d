"""Who presses in a busy morning: visitors at the ticket machines, and clerks at their consoles.

Most visitors press as a face does, by press id and screen id, on the machine's API; some on the real face, with a
picture of every screen. Clerks press the keys of real consoles alone.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk_app import api
from tests.many.computers import Computer, until
from tests.stories.crowd import HANDED_OUT_S, Fate, Visitor
from tests.stories.house import Lines, Untrue
from tests.stories.morning_house import PIN, Tap

NUMBER = re.compile(r"[A-Z]-\d{3,4}")
FIRST_BELL = "\t"
"""F9."""
GROUPS = "AHMRWY"
"""As the console offers them when a visit is sent on."""
MINUTE_S = 60
NO_SHOW_CALLS = 3
SOON_S = 60
"""From a call until a clerk sees that nobody comes, or puts the visit aside."""
_presses = itertools.count(1)


@dataclass
class Notes:
    """What everybody saw, for the report and the judge. Lists only grow, from many threads."""

    by_number: dict[str, Visitor] = field(default_factory=dict)
    shown: list[tuple[str, str]] = field(default_factory=list)
    """Machine and number, as a visitor read it on the screen."""
    called: list[tuple[int, str]] = field(default_factory=list)
    """Counter and number, as a console answered."""
    called_at_s: dict[tuple[str, int], float] = field(default_factory=dict)
    """When the key was pressed for the first call of a number to a counter."""
    first_byte_ms: list[float] = field(default_factory=list)
    pictures: Callable[[str], str] = str
    """A name of a picture to a new file."""

    def __post_init__(self) -> None:
        self._known = threading.Condition()

    def takes(self, number: str, machine: str, visitor: Visitor) -> None:
        with self._known:
            self.shown.append((machine, number))
            self.by_number[number] = visitor
            self._known.notify_all()

    def visitor_of(self, number: str) -> Visitor:
        """A clerk may be quicker than the visitor who still reads the number."""
        with self._known:
            if not self._known.wait_for(lambda: number in self.by_number, 20.0):
                raise Untrue(f"{number} was called and nobody has it")
            return self.by_number[number]


class Machine:
    """One visitor after the other before one ticket machine."""

    def __init__(self, computer: Computer, face: Lines, tap: Tap, notes: Notes) -> None:
        self.code = computer.code
        self._client, self._face, self._tap, self._notes = computer.client, face, tap, notes

    def serve(self, visitors: Sequence[Visitor]) -> None:
        for visitor in visitors:
            self._take_ticket(visitor)

    def _take_ticket(self, visitor: Visitor) -> None:
        press = self._by_hand if visitor.by_hand else self._by_screen
        if visitor.language != "ja":
            press(f"language:{visitor.language}")
        for control in ("ticket", f"group:{visitor.wish.letter}", f"service:{visitor.wish.service}"):
            press(control)
        pieces, pressed_s = len(self._tap), time.monotonic()
        press("take")
        if (dialog := self._client.citizen_view().dialog) is not None:
            if not any(action.id == "separate" for action in dialog.actions):
                raise Untrue(f"{self.code}: asked {dialog.title}")
            # So many tickets within a minute: whether they are for different people.
            pieces, pressed_s = len(self._tap), time.monotonic()
            press("separate")
        until(lambda: self._client.citizen_view().screen == "take", f"{self.code} gives a ticket to {visitor}")
        began_s = self._tap.ticket_began_s(pieces)
        if began_s is None:
            raise Untrue(f"{self.code}: a ticket is to be taken and the printer has heard nothing of it")
        if not visitor.by_hand:
            self._notes.first_byte_ms.append(1000 * (began_s - pressed_s))
        slip = self._client.citizen_view().slip
        assert slip is not None
        self._notes.takes(slip.number, self.code, visitor)
        press("end")

    def _by_screen(self, control: str) -> None:
        screen_id = self._client.citizen_view().screen_id
        self._client.press(api.Press(press_id=f"{self.code}-{next(_presses)}", screen_id=screen_id, control=control))

    def _by_hand(self, control: str) -> None:
        before = self._client.citizen_view().screen_id
        self._face.say(until={"screen_id": before}, picture=self._notes.pictures(f"citizen-{self.code}"))
        self._face.say(press=control)
        until(lambda: self._client.citizen_view().screen_id != before, f"{control} changes the screen of {self.code}")


class Clerk:
    """One counter and its console. Whoever is called is served as long as their visit takes, or as their fate says."""

    def __init__(self, counter: int, code: str, console: Lines, notes: Notes, waiting: Callable[[str], int]) -> None:
        self.counter, self.letter, self._console, self._notes = counter, "", console, notes
        self._code, self._waiting = code, waiting
        self._todo: deque[tuple[int, str]] = deque()
        self._due_ms = 0
        self._calls_of: dict[str, int] = {}
        self.number = ""

    def open(self) -> None:
        self._console.say(keys=f"{self._code}\r{PIN}\r", until={"page": "counter"})
        self._console.say(press=f"{self.counter}番窓口")
        told = self._console.say(keys="\r", until={"page": "work"}, tell=["head.letters", "head.title"])["told"]
        if told["head.title"] != f"{self.counter}番窓口":
            raise Untrue(f"counter {self.counter}: the console says {told['head.title']}")
        (self.letter,) = told["head.letters"]

    def answer_bells(self) -> None:
        """Goes to whoever rang, one after the other: a machine where many tickets were taken at once says so."""

        def ringing() -> list[Any]:
            found: list[Any] = told(self._console, "alerts")
            return found

        while bells := ringing():
            self._console.say(keys=FIRST_BELL)
            until(lambda first=bells[0]: first not in ringing(), "the bell is answered")  # type: ignore[misc]

    def close(self) -> None:
        self._console.say(keys="B2", until={"page": "counter"})

    def work(self, now_ms: int) -> None:
        """What is due at this moment of office time."""
        while self.number and self._due_ms <= now_ms:
            step = self._todo.popleft()[1]
            if step != "done":
                self._do(step)
            elif self._waiting(self.letter):
                # The one key: whoever is here is done, and the next is called.
                self._call_next(now_ms)
            else:
                self._press("3")
        if not self.number and self._waiting(self.letter):
            self._call_next(now_ms)

    def _call_next(self, now_ms: int) -> None:
        pressed_s = time.monotonic()
        heard = self._console.say(keys="1", allow="お待ちの方はいません", tell=["said"])["told"]["said"]
        self._leave()
        if "呼びました" not in heard:
            # A colleague was quicker; whoever was here is done.
            return
        number = NUMBER.findall(heard)[-1]
        self._console.say(until={"visit.number": number})
        self._notes.called.append((self.counter, number))
        self._notes.called_at_s.setdefault((number, self.counter), pressed_s)
        self.number = number
        visitor = self._notes.visitor_of(number)
        self._todo = deque(steps(visitor, self._calls_before(number)))
        self._due_ms = now_ms + 1000 * self._todo[0][0]

    def _calls_before(self, number: str) -> int:
        """Of the whole office: a visit that was sent on comes to another counter."""
        return sum(called == number for _, called in self._notes.called) - 1

    def _do(self, step: str) -> None:
        if step == "recall":
            self._console.say(keys="2")
            self._due_ms += 1000 * self._todo[0][0]
        elif step == "send-on":
            letter = sent_on_to(self._notes.visitor_of(self.number).wish.letter)
            self._press(f"6{GROUPS.index(letter) + 1}1")
        else:
            self._press({"hold": "4", "no-show": "5", "hand-over": "8"}[step])

    def _press(self, keys: str) -> None:
        """What ends the call."""
        self._console.say(keys=keys, until={"visit": None})
        self._leave()

    def _leave(self) -> None:
        self.number = ""
        self._todo.clear()


def sent_on_to(letter: str) -> str:
    """From one group to another that has a counter as well."""
    return {"A": "H", "H": "A", "M": "A", "R": "M"}[letter]


def steps(visitor: Visitor, calls_before: int) -> list[tuple[int, str]]:
    """What a clerk does with a visit that was called for the n-th time: seconds from the step before, and the step."""
    done = (visitor.served_s, "done")
    first: dict[Fate, list[tuple[int, str]]] = {
        "served": [done],
        "recalled": [(SOON_S, "recall"), done],
        "held": [(SOON_S, "hold")],
        "transferred": [(visitor.served_s, "send-on")],
        "two-stage": [(visitor.served_s, "hand-over")],
        "no-show": [(SOON_S, "recall")] * (NO_SHOW_CALLS - 1) + [(SOON_S, "no-show")],
    }
    if calls_before == 0 or visitor.fate == "no-show":
        return first[visitor.fate]
    return [(HANDED_OUT_S, "done")] if visitor.fate == "two-stage" else [done]


def told(face: Lines, path: str) -> Any:
    """One value of what a face shows."""
    return face.say(tell=[path])["told"][path]
