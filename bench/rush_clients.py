"""Sixteen clients of one core, as fast as it answers: a visitor at the machine, floor guides, and clerks at counters.

Many a press is sent twice at once or again after its answer; several clerks want the same ticket. They live in a
process of their own, so that neither the printer nor the displays keep them from reading an answer.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

from bench.office_day import GUIDES, guide_tokens
from bench.rush_truth import Answer, number_in
from bench.touch import Visitor
from kiosk_app import api
from kiosk_app.client import Client

COUNTERS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
"""Four serve one line, four another, two a third."""
SERVICES = ("resident-record-copy", "move-in", "card-pickup")
"""One of each of these lines."""
CLIENTS = 1 + GUIDES + len(COUNTERS)
AT_ONCE, AGAIN = 0.15, 0.1
"""So many presses are sent twice at once, and so many once more after their answer."""
SERVING: dict[api.StaffVerb, int] = {"call_next": 10, "call_number": 2, "complete": 2, "hold": 2, "no_show": 1}
"""What a clerk does next, with its weight. Whoever is on hold goes back into the line before the next call."""
NOBODY_WAITS_S = 0.02
TURN_S = 0.0005
"""Python's own 5 ms between threads would be counted as the core's."""
PATIENCE_S = 30.0


def answers(core: str, tokens: Mapping[int, str], seconds: float, seed: int) -> list[Answer]:
    """All replies to a rush of so many seconds; raises what no client expected. `tokens`: of each counter's console."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_rush, core, dict(tokens), seconds, seed).result()


def _rush(core: str, tokens: dict[int, str], seconds: float, seed: int) -> list[Answer]:
    sys.setswitchinterval(TURN_S)
    with _Floor(core, seconds, seed) as floor, ThreadPoolExecutor(CLIENTS) as threads:
        everybody: list[Callable[[], None]] = [_Machine(floor).work]
        everybody += [_Guide(floor, token).work for token in guide_tokens()]
        everybody += [_Clerk(floor, tokens[counter], counter).work for counter in COUNTERS]
        for client in [threads.submit(work) for work in everybody]:
            client.result()
    return floor.answers


class _Floor:
    """What all clients share: the end of the rush, and the notes of what was answered."""

    def __init__(self, core: str, seconds: float, seed: int) -> None:
        self.core, self.seed = core, seed
        self.answers: list[Answer] = []
        self._ends_s = time.monotonic() + seconds
        self._echoes = ThreadPoolExecutor(CLIENTS)

    def __enter__(self) -> _Floor:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends_s = 0.0
        self._echoes.shutdown()

    @property
    def is_busy(self) -> bool:
        return time.monotonic() < self._ends_s

    def echo(self, send: Callable[[], object]) -> Future[object]:
        """The same once more, at the same time."""
        return self._echoes.submit(send)

    def note(self, verb: str, intent: str, reply: api.Reply, begun_s: float, again: bool = False) -> None:
        self.answers.append(Answer(verb, intent, reply.ok, reply.message, time.monotonic() - begun_s, again))


class _Console:
    """Sends acts of staff: once, twice at the same time, or a second time when the first is answered."""

    def __init__(self, floor: _Floor, token: str) -> None:
        self.floor = floor
        self.client = Client(floor.core, token=token, timeout_s=PATIENCE_S)
        self.dice = random.Random(f"{floor.seed} {token}")

    def act(
        self,
        verb: api.StaffVerb,
        counter: int | None = None,
        ticket: str = "",
        number: str = "",
        service: str = "",
        reason: str = "",
    ) -> api.Reply:
        wish = api.StaffAct(
            intent=str(uuid.uuid4()),
            verb=verb,
            counter=counter,
            ticket=ticket,
            number=number,
            service=service,
            reason=reason,
        )
        throw = self.dice.random()
        twin = self.floor.echo(lambda: self._send(wish, again=True)) if throw < AT_ONCE else None
        reply = self._send(wish, again=twin is not None)
        if twin is not None:
            twin.result()
        elif throw < AT_ONCE + AGAIN:
            self._send(wish, again=True)
        return reply

    def _send(self, wish: api.StaffAct, again: bool) -> api.Reply:
        begun_s = time.monotonic()
        reply = self.client.act(wish)
        self.floor.note(wish.verb, wish.intent, reply, begun_s, again)
        return reply


class _Guide:
    """案内係: hands out one ticket after the other."""

    def __init__(self, floor: _Floor, token: str) -> None:
        self._console = _Console(floor, token)

    def work(self) -> None:
        while self._console.floor.is_busy:
            self._console.act("issue", service=self._console.dice.choice(SERVICES))


class _Clerk:
    """At one counter."""

    def __init__(self, floor: _Floor, token: str, counter: int) -> None:
        self._console, self._counter = _Console(floor, token), counter
        self._has_somebody = False
        self._held: list[str] = []

    def work(self) -> None:
        for verb in ("complete", "close_counter", "open_counter"):
            self._act(verb)
        while self._console.floor.is_busy:
            verb = self._console.dice.choices(list(SERVING), list(SERVING.values()))[0]
            if verb == "call_next" or not self._has_somebody:
                self._call_next()
            elif verb == "call_number":
                self._call_whom_all_want()
            else:
                self._end(verb)

    def _call_next(self) -> None:
        if self._held:
            self._act("resume", number=self._held.pop())
        reply = self._act("call_next")
        # With nobody waiting the press only completes whom the counter had.
        self._has_somebody = reply.ok and "呼びました" in reply.message
        if not reply.ok:
            time.sleep(NOBODY_WAITS_S)

    def _call_whom_all_want(self) -> None:
        """By its number, while the others press 次を呼ぶ for the same one."""
        for row in self._console.client.staff_view().waiting:
            if row.next:
                self._act("call_number", ticket=row.ticket, reason=api.CALL_REASONS[0])

    def _end(self, verb: api.StaffVerb) -> None:
        reply = self._act(verb)
        self._has_somebody = False
        if verb == "hold" and reply.ok:
            self._held.append(number_in(reply.message))

    def _act(self, verb: api.StaffVerb, **more: str) -> api.Reply:
        return self._console.act(verb, self._counter, **more)


class _Machine:
    """One visitor after the other at the ticket machine; each taps twice."""

    def __init__(self, floor: _Floor) -> None:
        self._floor = floor
        self._client = Client(floor.core, timeout_s=PATIENCE_S)
        self._visitor = Visitor(self._client)

    def work(self) -> None:
        while self._floor.is_busy:
            self._visitor.walk_to_confirm()
            begun_s = time.monotonic()
            self._tap_twice("take")
            if self._client.citizen_view().dialog is not None:
                # So many tickets within a minute: the machine asks whether they are for different people.
                self._tap_twice("separate")
            self._visitor.until("take")
            slip = self._client.citizen_view().slip
            assert slip is not None
            self._floor.note("take", str(uuid.uuid4()), api.Reply(ok=True, message=slip.number), begun_s)
            self._client.press(self._visitor.press("end"))

    def _tap_twice(self, control: str) -> None:
        press = self._visitor.press(control)
        twin = self._floor.echo(lambda: self._client.press(press))
        self._client.press(press)
        twin.result()
