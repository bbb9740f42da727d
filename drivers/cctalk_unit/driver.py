"""The unit at its line: runs the scripts, asks again what may be asked again, opens a lost line again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.cctalk_unit import counting, frames
from drivers.cctalk_unit.frames import BadFrame, Frame
from drivers.cctalk_unit.protocol import CashUnit
from drivers.cctalk_unit.scripts import Answer, Command, Pause, Script, T
from drivers.cctalk_unit.transport import CashLine, CashUnitSettings, LineAway, open_line
from drivers.payment_ports import MoneyEvent, PaidOut, UnitStatus

TRIES = 3
GAP_S = 0.05
"""A message has no longer rest in it (part 1 of the specification)."""
QUIET_S = 0.1
"""After a message that went wrong the bus must have been still for so long: an answer that comes late would be taken
for that to the next question, because answers do not say what they answer."""
NOISE_MAX_S = 1.0
POLL_S = 0.2
REOPEN_S = 1.0


class CcTalkCashUnit:
    """`last_mark`: the last one that was written down; empty for a unit that is new here."""

    gives_back = True

    def __init__(
        self,
        settings: CashUnitSettings,
        last_mark: str = "",
        open_line: Callable[[CashUnitSettings], CashLine] = open_line,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._open_line = open_line
        self._now_s = monotonic
        self._sleep = sleep
        self._unit = CashUnit(settings.notes_yen, last_mark)
        self._line: CashLine | None = None
        self._retry_s = 0.0
        self._quiet = False
        self._untold: list[MoneyEvent] = []

    @property
    def status(self) -> UnitStatus:
        return "away" if self._line is None and self._unit.status == "silent" else self._unit.status

    @property
    def holds(self) -> tuple[tuple[int, int], ...]:
        """After `preflight`: yen of a coin, and how many the changer thinks it has to give back. A hopper that says it
        is empty is left out."""
        return self._unit.holds

    def preflight(self) -> UnitStatus:
        self._run(self._unit.look())
        return self.status

    def mark(self) -> str | None:
        mark, told = self._run(self._unit.read_mark())
        self._untold += told
        return mark

    def open(self, wanted_yen: int) -> UnitStatus:
        self._run(self._unit.open(wanted_yen))
        return self.status

    def wait(self, timeout_s: float) -> tuple[MoneyEvent, ...]:
        deadline_s = self._now_s() + timeout_s
        while True:
            told = [*self._untold, *self._run(self._unit.poll())]
            self._untold = []
            left_s = deadline_s - self._now_s()
            if told or left_s <= 0:
                return tuple(told)
            self._sleep(min(POLL_S, left_s))

    def shut(self, was_open: bool = False) -> tuple[MoneyEvent, ...]:
        told = (*self._untold, *self._run(self._unit.shut(was_open)))
        self._untold = []
        return told

    def pay_out(self, yen: int, since: str) -> PaidOut:
        mark = counting.mark_of(since)
        if mark is None:
            raise ValueError(f"not a mark of this unit: {since!r}")
        return self._run(self._unit.pay_out(yen, mark))

    def paid_since(self, yen: int, since: str) -> PaidOut:
        mark = counting.mark_of(since)
        if mark is None:
            # Of another unit that stood here: nobody can ask it.
            return PaidOut(0, yen, str(self._unit.mark), "other_device")
        return self._run(self._unit.paid_since(yen, mark))

    def close(self) -> None:
        """Shut first: what goes in while nobody looks would be found only afterwards."""
        if self._line is not None:
            self._untold += self._run(self._unit.shut())
        self.hang_up()

    # --- the bus ---------------------------------------------------------------------------------------------------

    def _run(self, script: Script[T]) -> T:
        answer: Answer | None = None
        try:
            while True:
                step = next(script) if answer is None else script.send(answer)
                if isinstance(step, Pause):
                    self._sleep(step.seconds)
                    answer = b""
                else:
                    answer = self._asked(step)
        except StopIteration as end:
            value: T = end.value
            return value

    def _asked(self, command: Command) -> Answer:
        answer: Answer = "silent"
        for _ in range(1 if command.once else TRIES):
            answer = self._exchange(Frame(command.address, frames.HOST, command.header, command.data))
            if answer not in ("silent", "garbled"):
                break
        return answer

    def _exchange(self, sent: Frame) -> Answer:
        try:
            line = self._opened()
            if line is None:
                return "silent"
            self._clear(line)
            line.write(frames.encode(sent))
            answer = self._heard(line, sent)
        except LineAway:
            self.hang_up()
            return "silent"
        self._quiet = answer not in ("silent", "garbled")
        return answer

    def _clear(self, line: CashLine) -> None:
        """What still comes belongs to an earlier question."""
        until_s = self._now_s() + NOISE_MAX_S
        while line.read(0.0 if self._quiet else QUIET_S) and self._now_s() < until_s:
            pass

    def _heard(self, line: CashLine, sent: Frame) -> Answer:
        heard = bytearray()
        deadline_s = self._now_s() + self._settings.answer_s
        while (left_s := deadline_s - self._now_s()) > 0:
            more = line.read(min(left_s, GAP_S) if heard else left_s)
            if not more and heard:
                return "garbled"
            heard += more
            try:
                reply = frames.reply_to(sent, heard)
            except BadFrame:
                return "garbled"
            if reply is not None:
                return _answer(reply)
        return "garbled" if heard else "silent"

    def _opened(self) -> CashLine | None:
        if self._line is None and self._now_s() >= self._retry_s:
            self._retry_s = self._now_s() + REOPEN_S
            self._line = self._open_line(self._settings)
            self._quiet = False
        return self._line

    def hang_up(self) -> None:
        """Lets go of the line without a word: for who has only asked."""
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _answer(reply: Frame) -> Answer:
    match reply.header:
        case frames.ACK:
            return reply.data
        case frames.NAK:
            return "nak"
        case frames.BUSY:
            return "busy"
    return "garbled"
