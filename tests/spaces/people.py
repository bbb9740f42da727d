"""Who uses the office while things go wrong: visitors at the machines, clerks at the counters, each a thread.

They are patient: whoever is not answered asks the same thing again, and notes only what was said.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from kiosk_app import api
from kiosk_app.client import Client, CoreAway, CoreRefused, OutcomeUnknown
from tests.faults.house import PIN_1001, House
from tests.faults.visitor import ImpatientClient
from tests.spaces.judge import NUMBER, Answer
from tests.spaces.plan import HUB

T = TypeVar("T")
WISHES = (("A", "resident-record-copy"), ("A", "seal-certificate"), ("H", "move-in"))
COUNTERS = (3, 4, 7)
"""Two for the first line, one for the second."""
AGAIN = 0.25
"""So many presses are sent once more after their answer, as where it was lost."""
LOOK_S = 0.03
AWAY_S = 0.05
NOT_THE_HUB = 421
SERVING: dict[api.StaffVerb, int] = {
    "call_next": 8,
    "complete": 3,
    "hold": 2,
    "no_show": 1,
    "recall": 1,
    "ready_for_handover": 2,
}


class Gone(Exception):
    """The schedule is over for this one: nobody answers any more."""


class Person(threading.Thread):
    """`say`: what is done, for whoever reads a failure. What it raises is kept in `trouble`."""

    def __init__(self, name: str, seed: int, say: Callable[[str], None], patience_s: float) -> None:
        super().__init__(name=name, daemon=True)
        self.draw = random.Random(f"{seed} {name}")
        self.say_of = say
        self.trouble: BaseException | None = None
        self.evening = threading.Event()
        """Set when nobody begins anything new."""
        self._ends_s = time.monotonic() + patience_s

    def run(self) -> None:
        try:
            self.work()
        except BaseException as trouble:
            self.trouble = trouble

    def work(self) -> None:
        raise NotImplementedError

    def doing(self) -> str:
        """Where it is now, for whoever reads a failure."""
        frame = sys._current_frames().get(self.ident or 0)
        return "".join(traceback.format_stack(frame)) if frame is not None else ""

    def say(self, what: str) -> None:
        self.say_of(f"{self.name} {what}")

    def patiently(self, ask: Callable[[], T]) -> T:
        """Again and again, the same thing, until it is answered."""
        while True:
            try:
                return ask()
            except CoreAway:
                if time.monotonic() > self._ends_s:
                    raise Gone(f"{self.name}: nobody answers") from None
                time.sleep(AWAY_S)


class Visitors(Person):
    """One after the other at one machine."""

    def __init__(self, house: House, code: str, seed: int, say: Callable[[str], None], patience_s: float) -> None:
        super().__init__(f"visitor at {code}", seed, say, patience_s)
        self._house, self._code = house, code
        self._client = ImpatientClient(house.client.core)
        self._presses = itertools.count(1)
        self.shown: list[tuple[str, str]] = []

    def work(self) -> None:
        while not self.evening.is_set():
            self._visit()
            self.evening.wait(self.draw.uniform(0.2, 0.8))

    def _visit(self) -> None:
        # The first visitors everywhere want the same: two machines that have not heard of the hub must not meet.
        group, service = self.draw.choice(WISHES) if self.shown else WISHES[0]
        way = {"idle": "ticket", "choose": f"group:{group}", "services": f"service:{service}", "confirm": "take"}
        papers = len(self._house.printer.wait_for_pieces(0))
        number, begun = "", False
        while True:
            view = self.patiently(self._client.citizen_view)
            if view.screen == "idle" and (begun or self.evening.is_set()):
                return
            begun = begun or view.screen != "closed"
            if view.dialog is not None:
                # So many tickets within a minute that the machine asks whether they are for different people; or it
                # asks whether anybody is there, because its clock was set forward.
                offered = [action.id for action in view.dialog.actions]
                self._press(view, "separate" if "separate" in offered else offered[0])
            elif view.screen == "take":
                assert view.slip is not None
                if number != view.slip.number:
                    number = view.slip.number
                    self.shown.append((self._code, number))
                    self.say(f"takes {number}")
                self._press(view, "end")
            elif view.screen in way:
                self._press(view, way[view.screen])
            elif view.screen == "doubt":
                self._press(view, "has_paper" if self._has_paper(papers) else "no_paper")
            elif view.screen == "trouble" and (self.evening.is_set() or self.draw.random() < 0.05):
                self.say("leaves without a ticket")
                self._press(view, "leave")
            elif view.screen == "explain":
                self._press(view, "ok")
            elif view.screen == "closed" and self.evening.is_set():
                return
            else:
                time.sleep(LOOK_S)

    def _press(self, view: api.CitizenView, control: str) -> None:
        press = api.Press(press_id=f"p{next(self._presses)}", screen_id=view.screen_id, control=control)
        for _ in range(2 if self.draw.random() < 0.1 else 1):
            self.patiently(lambda: self._client.press(press))

    def _has_paper(self, before: int) -> bool:
        """Looks when nothing moves any more, and takes only a whole ticket for one."""
        printer = self._house.printer
        while not (self.patiently(self._client.health).printer == "ready" and printer.firmware.idle):
            if time.monotonic() > self._ends_s:
                raise Gone(f"{self.name}: the printer does not come back")
            time.sleep(LOOK_S)
        return any(not piece.torn and piece.lines for piece in printer.wait_for_pieces(0)[before:])


class Staff(Person):
    """Somebody with a code and a PIN at a console of the hub."""

    code, pin = "1001", PIN_1001

    def __init__(
        self, core: str | Sequence[str], name: str, seed: int, say: Callable[[str], None], patience_s: float
    ) -> None:
        super().__init__(name, seed, say, patience_s)
        self._hubs = itertools.cycle((core,) if isinstance(core, str) else core)
        self._client = Client(next(self._hubs))
        self._acts = itertools.count(1)

    def intent(self) -> str:
        return f"{self.name} {next(self._acts)}"

    def signed_in(self, ask: Callable[[], T]) -> T:
        """Patiently, and signed in again where the hub has forgotten it."""
        while True:
            try:
                return self.patiently(ask)
            except CoreRefused as refused:
                if refused.status == NOT_THE_HUB:
                    self._elsewhere()
                elif refused.status == 401:
                    self._sign_in()
                else:
                    raise

    def _elsewhere(self) -> None:
        self._client = Client(next(self._hubs))
        if time.monotonic() > self._ends_s:
            raise Gone(f"{self.name}: nobody is the hub")
        time.sleep(AWAY_S)

    def ask(self, act: api.StaffAct) -> api.Reply:
        return self.signed_in(lambda: self._client.act(act))

    def _sign_in(self) -> None:
        # Each try counts, so the client does not repeat it by itself: a person does.
        with contextlib.suppress(OutcomeUnknown):
            try:
                signed = self.patiently(lambda: self._client.sign_in(api.SignIn(staff_code=self.code, pin=self.pin)))
            except CoreRefused as refused:
                if refused.status != NOT_THE_HUB:
                    raise
                self._elsewhere()
                return
            if not signed.ok:
                time.sleep(AWAY_S)


class Technician(Staff):
    """Takes the trust of a machine back, which goes on as if nothing were, and gives it a new one in the end."""

    code, pin = "9001", "5791"

    def __init__(self, core: str, whom: str, seed: int, say: Callable[[str], None], patience_s: float) -> None:
        super().__init__(core, f"technician of {whom}", seed, say, patience_s)
        self.whom = whom

    def work(self) -> None:
        reason = api.REVOKE_REASONS[2]
        while not self.ask(
            api.StaffAct(intent=self.intent(), verb="revoke_device", device=self.whom, reason=reason)
        ).ok:
            # The hub's disk is full.
            time.sleep(AWAY_S)
        self.say("has revoked it")

    def says_yes(self) -> bool:
        """To the machine that asks to be one of ours, if it does."""
        view = self.signed_in(self._client.staff_view)
        asking = [one.id for one in view.technician.pairings if one.name == self.whom] if view.technician else []
        return any(
            self.ask(api.StaffAct(intent=self.intent(), verb="confirm_pairing", pairing=one)).ok for one in asking
        )


class Usurper(Staff):
    """A technician at the machine that may be hub too, who says that the hub is off although it is not."""

    code, pin = "9001", "5791"

    def __init__(self, core: str, seed: int, say: Callable[[str], None], patience_s: float) -> None:
        super().__init__(core, "technician at the second hub", seed, say, patience_s)
        self.done = threading.Event()

    def work(self) -> None:
        wish = api.HubTake(old_hub=HUB, staff_code=self.code, pin=self.pin)
        while not self.done.is_set():
            with contextlib.suppress(OutcomeUnknown):
                reply = self.patiently(lambda: self._client.post("/v1/hub/take", wish, api.Reply))
                self.say(reply.message)
                # Told again after a reply was lost, it is the hub already.
                if reply.ok or "引き継げません" in reply.message:
                    self.done.set()
            time.sleep(AWAY_S)


class Clerk(Staff):
    """At one counter."""

    def __init__(
        self,
        hubs: Sequence[str],
        name: str,
        counter: int,
        seed: int,
        say: Callable[[str], None],
        patience_s: float,
    ) -> None:
        super().__init__(hubs, name, seed, say, patience_s)
        self._counter = counter
        self.begins: threading.Event | None = None
        """When there is something to do."""
        self.answers: list[Answer] = []
        self._held: list[str] = []

    def work(self) -> None:
        while self.begins is not None and not self.begins.wait(LOOK_S):
            if self.evening.is_set():
                break
        self._open()
        while not self.evening.is_set():
            verb = self.draw.choices(list(SERVING), list(SERVING.values()))[0]
            if self._held and self.draw.random() < 0.3:
                self._act("resume", number=self._held.pop())
            reply = self._act(verb)
            if verb == "hold" and reply.ok:
                self._held.append(NUMBER.findall(reply.message)[0])
            self.evening.wait(self.draw.uniform(0.05, 0.4))

    def voided(self) -> list[str]:
        """Of the list of those whom another hub had called: chain and place of each call."""
        return [row.id for row in self.signed_in(self._client.staff_view).voided]

    def serve_everybody(self) -> None:
        """Until nobody waits in the lines of this counter; whoever was put aside first."""
        while self._held:
            self._act("resume", number=self._held.pop())
        while self._act("call_next").ok:
            pass

    def _open(self) -> None:
        while not self.ask(api.StaffAct(intent=self.intent(), verb="open_counter", counter=self._counter)).ok:
            # The hub's disk is full.
            time.sleep(AWAY_S)

    def _act(self, verb: api.StaffVerb, number: str = "") -> api.Reply:
        act = api.StaffAct(intent=self.intent(), verb=verb, counter=self._counter, number=number)
        reply = self.ask(act)
        self.answers.append(Answer(verb, act.intent, reply.ok, reply.message))
        self.say(f"{verb}: {reply.message}")
        if reply.ok and self.draw.random() < AGAIN:
            again = self.ask(act)
            self.answers.append(Answer(verb, act.intent, again.ok, again.message))
        return reply
