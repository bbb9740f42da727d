"""Up to 64 consoles of one core that press as fast as it answers, in four processes of their own.

A console is a line that stays open for its presses and a stream of views that it reads. Requests are bytes made ready
and replies are looked at afterwards, so that what is measured is the core; what the clients use is told beside it.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import socket
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import msgspec

from bench.house import Listeners
from bench.rush_truth import Answer
from kiosk_app import api

PROCESSES = 4
PATIENCE_S = 60.0
TURN_S = 0.0005
"""Python's own 5 ms between threads would be counted as the core's."""
READ_BYTES = 1 << 16
AT_ONCE, AGAIN = 0.15, 0.1
"""In a rush so many presses are sent twice at once, and so many once more after their answer."""
NOBODY_WAITS_S = 0.05


class Console(NamedTuple):
    """Where somebody presses. `counter` 0: a guide, who only hands out tickets. `service`: of tickets issued here."""

    token: str
    counter: int
    service: str


class Line:
    """One connection that stays open: a request is sent, its reply is read. The core closes one that rests for some
    seconds; it is then opened again, and the same act sent, which the core would know again by its intent.
    """

    def __init__(self, path: Path, token: str) -> None:
        self._path = str(path)
        self._sent = b""
        self._open()
        self._head = (
            "POST /v1/staff/act HTTP/1.1\r\nHost: core\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: "
        ).encode()

    def _open(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect(self._path)

    def send(self, act: bytes) -> None:
        self._sent = self._head + b"%d\r\n\r\n" % len(act) + act
        try:
            self._socket.sendall(self._sent)
        except ConnectionError:
            self._send_again()

    def _send_again(self) -> None:
        self._socket.close()
        self._open()
        self._socket.sendall(self._sent)

    def read(self) -> api.Reply:
        try:
            received = self._more()
        except ConnectionError:
            self._send_again()
            received = self._more()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"the core answered {received[:200]!r}")
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(received) < end + 4 + length:
            received += self._more()
        return msgspec.json.decode(received[end + 4 :], type=api.Reply)

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> bytes:
        if not (piece := self._socket.recv(READ_BYTES)):
            raise ConnectionResetError("the core closed the line")
        return piece


class Desk:
    """One console at one core, while it presses."""

    def __init__(self, path: Path, console: Console) -> None:
        self.console = console
        self._line, self._twin = Line(path, console.token), Line(path, console.token)
        self.answers: list[Answer] = []

    def close(self) -> None:
        self._line.close()
        self._twin.close()

    def issue(self) -> tuple[str, bytes]:
        return self._act("issue", service=self.console.service)

    def call_next(self) -> tuple[str, bytes]:
        return self._act("call_next", counter=self.console.counter)

    def undo(self) -> tuple[str, bytes]:
        return self._act("undo", counter=self.console.counter)

    def press(self, verb: str, intent: str, act: bytes, again: bool = False) -> api.Reply:
        begun_s = time.monotonic()
        self._line.send(act)
        return self._note(self._line, verb, intent, begun_s, again)

    def press_twice_at_once(self, verb: str, intent: str, act: bytes) -> api.Reply:
        begun_s = time.monotonic()
        self._line.send(act)
        self._twin.send(act)
        reply = self._note(self._line, verb, intent, begun_s, True)
        self._note(self._twin, verb, intent, begun_s, True)
        return reply

    def _note(self, line: Line, verb: str, intent: str, begun_s: float, again: bool) -> api.Reply:
        reply = line.read()
        self.answers.append(Answer(verb, intent, reply.ok, reply.message, time.monotonic() - begun_s, again))
        return reply

    def _act(self, verb: api.StaffVerb, counter: int | None = None, service: str = "") -> tuple[str, bytes]:
        intent = str(uuid.uuid4())
        return intent, msgspec.json.encode(api.StaffAct(intent=intent, verb=verb, counter=counter, service=service))


@dataclass(frozen=True)
class Lap:
    """What came of it, when it began and ended (monotonic), and the clients' own processor time."""

    answers: list[Answer]
    begun_s: float
    ended_s: float
    clients_s: float

    @property
    def seconds(self) -> float:
        return self.ended_s - self.begun_s


def together(found: Sequence[Lap]) -> Lap:
    """Of those who pressed at all."""
    laps = [lap for lap in found if lap.answers] or [NOTHING]
    return Lap(
        [one for lap in laps for one in lap.answers],
        min(lap.begun_s for lap in laps),
        max(lap.ended_s for lap in laps),
        sum(lap.clients_s for lap in laps),
    )


class Crowd:
    """All consoles of one or several cores, of which `paths` are the sockets; the same consoles at each.

    Guides have a process of their own: they end a rush, and then whoever still waits is called.
    """

    def __init__(self, paths: Sequence[Path], consoles: Sequence[Console], guides: Sequence[Console] = ()) -> None:
        context = multiprocessing.get_context("spawn")
        self._issuing_is_over = context.Event()
        shares = [list(enumerate(consoles))[which::PROCESSES] for which in range(PROCESSES)]
        shares.append([(len(consoles) + which, guide) for which, guide in enumerate(guides)])
        self._pipes: list[Connection] = []
        self._processes = []
        for share in shares:
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, paths, share, self._issuing_is_over), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(10)
            process.kill()

    def follow(self, count: int) -> None:
        """The first `count` consoles, of every core, read their views from now on; the others do not."""
        self._ask(self._pipes, "follow", count)

    def issue(self, core: int, count: int, seconds: float) -> Lap:
        """The first `count` consoles hand out one ticket after the other."""
        self._ask(self._pipes, "open", core, count)
        return together(self._ask(self._pipes, "issue", seconds))

    def call(self, core: int, count: int, seconds: float) -> Lap:
        """They call, and take back what they did (元に戻す): two acts in turns that leave the lines as they were."""
        self._ask(self._pipes, "open", core, count)
        return together(self._ask(self._pipes, "call", seconds))

    def call_away(self, core: int) -> Lap:
        """Every console calls as many as it has issued since the last time."""
        self._ask(self._pipes, "open", core, None)
        return together(self._ask(self._pipes, "call_away"))

    def rush(self, core: int, seconds: float, seed: int) -> Lap:
        """Every console presses 次を呼ぶ for so long, and until nobody waits; guides issue all the time."""
        self._ask(self._pipes, "open", core, None)
        clerks, guides = self._pipes[:PROCESSES], self._pipes[PROCESSES:]
        for pipe in self._pipes:
            pipe.send(("rush", seconds, seed))
        laps = [_heard(pipe) for pipe in guides]
        self._issuing_is_over.set()
        return together([*laps, *(_heard(pipe) for pipe in clerks)])

    def _ask(self, pipes: Sequence[Connection], *wish: object) -> list[Lap]:
        for pipe in pipes:
            pipe.send(wish)
        return [_heard(pipe) for pipe in pipes]


def _heard(pipe: Connection) -> Lap:
    said = pipe.recv()
    if isinstance(said, BaseException):
        raise said
    return said


# --- in a process of its own -----------------------------------------------------------------------------------


def _work(pipe: Connection, paths: Sequence[Path], share: list[tuple[int, Console]], is_over: Event) -> None:
    sys.setswitchinterval(TURN_S)
    with _Worker(paths, share, is_over) as worker:
        while True:
            try:
                name, *wish = pipe.recv()
            except (EOFError, ConnectionError):
                return
            try:
                pipe.send(getattr(worker, name)(*wish))
            except Exception as error:
                pipe.send(RuntimeError(f"{name}: {error!r}"))


class _Worker:
    def __init__(self, paths: Sequence[Path], share: list[tuple[int, Console]], is_over: Event) -> None:
        self._paths, self._share, self._is_over = paths, share, is_over
        self._threads = ThreadPoolExecutor(max(1, len(share)))
        self._following: list[Listeners] = []
        self._desks: list[Desk] = []
        self._issued: Counter[str] = Counter()
        """By token: tickets of each console that have not been called away."""

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.follow(0)
        self._threads.shutdown()

    def follow(self, count: int) -> Lap:
        for listeners in self._following:
            listeners.stop()
        self._following = [Listeners(path) for path in self._paths] if count else []
        for listeners in self._following:
            for index, console in self._share:
                if index < count:
                    listeners.add("/v1/staff/events", console.token)
            listeners.start()
        return NOTHING

    def open(self, core: int, count: int | None) -> Lap:
        self._desks = [Desk(self._paths[core], c) for index, c in self._share if count is None or index < count]
        return NOTHING

    def issue(self, seconds: float) -> Lap:
        ends_s = time.monotonic() + seconds

        def work(desk: Desk) -> None:
            while time.monotonic() < ends_s:
                _must(desk.press("issue", *desk.issue()))
                self._issued[desk.console.token] += 1

        return self._all(work)

    def call(self, seconds: float) -> Lap:
        ends_s = time.monotonic() + seconds

        def work(desk: Desk) -> None:
            while time.monotonic() < ends_s:
                _must(desk.press("call_next", *desk.call_next()))
                _must(desk.press("undo", *desk.undo()))

        return self._all(work)

    def call_away(self) -> Lap:
        def work(desk: Desk) -> None:
            for _ in range(self._issued.pop(desk.console.token, 0)):
                _must(desk.press("call_next", *desk.call_next()))

        return self._all(work)

    def rush(self, seconds: float, seed: int) -> Lap:
        ends_s = time.monotonic() + seconds

        def work(desk: Desk) -> None:
            dice = random.Random(f"{seed} {desk.console.token}")
            if not desk.console.counter:
                while time.monotonic() < ends_s:
                    desk.press("issue", *desk.issue())
                return
            while True:
                was_over = self._is_over.is_set()
                reply = _pressed(desk, dice)
                if not reply.ok and was_over:
                    return
                if not reply.ok:
                    time.sleep(NOBODY_WAITS_S)

        return self._all(work)

    def _all(self, work: Callable[[Desk], None]) -> Lap:
        clients_s, begun_s = _processor_s(), time.monotonic()
        for done in [self._threads.submit(work, desk) for desk in self._desks]:
            done.result()
        ended_s = time.monotonic()
        clients_s = _processor_s() - clients_s
        answers = [one for desk in self._desks for one in desk.answers]
        for desk in self._desks:
            desk.close()
        self._desks = []
        return Lap(answers, begun_s, ended_s, clients_s)


def _must(reply: api.Reply) -> None:
    """Nothing here may be refused: a refusal is quicker than an act, and would be measured in its place."""
    if not reply.ok:
        raise RuntimeError(reply.message)


def _pressed(desk: Desk, dice: random.Random) -> api.Reply:
    """次を呼ぶ: once, twice at the same time, or a second time when the first is answered."""
    throw, press = dice.random(), desk.call_next()
    if throw < AT_ONCE:
        return desk.press_twice_at_once("call_next", *press)
    reply = desk.press("call_next", *press)
    if throw < AT_ONCE + AGAIN:
        desk.press("call_next", *press, again=True)
    return reply


def _processor_s() -> float:
    used = os.times()
    return used.user + used.system


NOTHING = Lap([], 0.0, 0.0, 0.0)
