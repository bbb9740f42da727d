"""The simulated printer from inside: buffers, mechanism, cutter, status and process-ids, without any line to it.

One thread calls `receive` with what arrives; another runs `work`. Or nobody's thread does: on virtual time `run_due`
carries out what is due. Real-time commands act on arrival wherever they stand, inside a picture as well, because real
printers do.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image

from drivers.escpos_printer.commands import Token, take
from drivers.escpos_printer.counters import CUTS, HOURS, LINES
from drivers.escpos_printer.paper import Piece, Roll, Style, compose, glyph
from drivers.escpos_printer.symbol import Symbol
from drivers.faults import Faults

_REAL_TIME = re.compile(rb"\x10\x04[\x01-\x04]|\x10\x05[\x01\x02]|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
_LONGEST_REAL_TIME = 10
STOPPING = frozenset({"paper_out", "cover_open", "cutter_error", "head_hot", "offline", "hung", "power_off"})
SLICE_DOTS = 8
NOT_WORTH_A_WAIT_S = 0.001


class Firmware:
    def __init__(
        self,
        transmit: Callable[[bytes], None],
        finished: Callable[[Piece], None],
        *,
        width_dots: int = 576,
        speed_dots_s: float = 20_000.0,
        cut_s: float = 0.02,
        buffer_bytes: int = 4096,
        cutter_distance_dots: int = 120,
        process_ids: bool = True,
        clear_response: bool = True,
        model: str = "SIMULATED",
        monotonic: Callable[[], float] = time.monotonic,
        slice_dots: int = SLICE_DOTS,
    ) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.faults = Faults(self._faults_changed)
        self.roll = Roll(width_dots, cutter_distance_dots)
        self._transmit = transmit
        self._finished = finished
        self._width_dots = width_dots
        self.speed_dots_s = speed_dots_s
        self._cut_s = cut_s
        self._buffer_bytes = buffer_bytes
        self._cutter_distance_dots = cutter_distance_dots
        self._process_ids = process_ids
        self._clear_response = clear_response
        self._model = model
        self.counters = {LINES: 41_250, CUTS: 1_830, HOURS: 512}
        """Of a printer that has served for a while."""
        self._said_once: list[str] = []
        self._monotonic = monotonic
        self._slice_dots = slice_dots
        self._buffer = bytearray()
        self._window = bytearray()
        self._piece_data = bytearray()
        self._generation = 0
        self._starved = False
        self.idle = True
        """Nothing moves: no command is being carried out, and what has arrived is not a whole one."""
        self._running = True
        self._asb_mask = 0
        self._last_asb = b""
        self._handled_paper = False
        self._has_power = True
        self._mechanism = self._carry_out()
        self._reset()

    def _reset(self) -> None:
        self._style = Style()
        self._spacing_dots = 30
        self._justification = 0
        self._cells: list[Image.Image] = []
        self._text = ""
        self._symbol = Symbol()

    # --- the line's end

    def room(self) -> int:
        """How many bytes the receive buffer takes now; more only while half a picture waits for its rest."""
        with self.changed:
            return SLICE_DOTS * 64 if self._starved else max(0, self._buffer_bytes - len(self._buffer))

    def receive(self, data: bytes) -> None:
        with self.changed:
            if not self._has_power:
                return
            if 0x10 not in data and 0x10 not in self._window:
                # No real-time command is near: taken at once.
                self._buffer += data
                self._window += data
                del self._window[:-_LONGEST_REAL_TIME]
                data = b""
            for byte in data:
                self._buffer.append(byte)
                self._window.append(byte)
                del self._window[:-_LONGEST_REAL_TIME]
                match = _REAL_TIME.search(bytes(self._window)) if 0x10 in self._window else None
                if match:
                    command = match.group()
                    self._window.clear()
                    self._real_time(command)
            self._starved = False
            self.idle = False
            self.changed.notify_all()

    def _real_time(self, command: bytes) -> None:
        if command[1] == 0x04:
            self._transmit(bytes((self._real_time_status(command[2]),)))
            return
        if command[1] == 0x05 and "cutter_error" in self._conditions():
            self.faults.clear("cutter_error")
            if command[2] == 1:
                return
        elif command[1] == 0x05:
            return
        self._discard()
        if command[1] == 0x14 and self._clear_response:
            self._transmit(b"\x37\x25\x00")

    def _discard(self) -> None:
        self._buffer.clear()
        self._cells, self._text = [], ""
        self._generation += 1
        self.roll.spoil()
        self.changed.notify_all()

    def become(self, model: str, *, process_ids: bool) -> None:
        """Another printer stands here now, at the end of the same cable."""
        with self.changed:
            self._model, self._process_ids = model, process_ids

    def say_once(self, *models: str) -> None:
        """Answers to the next questions for its model, one each; then its own name again. Empty: no answer."""
        with self.changed:
            self._said_once += models

    def power_cut(self) -> None:
        """Everything that is not paper is lost."""
        with self.changed:
            self._discard()
            self._window.clear()
            self._reset()
            self._asb_mask = 0

    # --- status

    def _conditions(self) -> set[str]:
        return {name for name in (*STOPPING, "near_end") if self.faults.active(name)}

    def is_stopped(self) -> bool:
        return self.faults.any_active(STOPPING)

    def _real_time_status(self, n: int) -> int:
        now = self._conditions()
        bits = {
            1: 0x08 if self.is_stopped() else 0,
            2: 0x04 * ("cover_open" in now)
            | 0x20 * ("paper_out" in now)
            | 0x40 * bool({"cutter_error", "head_hot"} & now),
            3: 0x08 * ("cutter_error" in now) | 0x40 * ("head_hot" in now),
            4: 0x6C * ("paper_out" in now) | 0x0C * ("near_end" in now),
        }
        return 0x12 | bits[n]

    def _asb(self) -> bytes:
        now = self._conditions()
        first = 0x10 | 0x08 * self.is_stopped() | 0x20 * ("cover_open" in now)
        second = 0x08 * ("cutter_error" in now) | 0x40 * ("head_hot" in now)
        third = 0x0F * ("paper_out" in now) | 0x03 * ("near_end" in now)
        return bytes((first, second, third, 0))

    def _faults_changed(self) -> None:
        with self.changed:
            has_power = not self.faults.active("power_off")
            if self._has_power and not has_power:
                self.power_cut()
            self._has_power = has_power
            now = self._conditions()
            if {"paper_out", "cover_open"} & now:
                self._handled_paper = True
            elif self._handled_paper:
                # Whoever loaded paper or closed the cover has torn off what was sticking out.
                self._handled_paper = False
                if self.roll.has_ink():
                    self._take_piece(torn=True)
            self._send_asb_if_changed()
            self.changed.notify_all()

    def _send_asb_if_changed(self, always: bool = False) -> None:
        asb = self._asb()
        if self._asb_mask and (always or asb != self._last_asb):
            self._transmit(asb)
        self._last_asb = asb

    # --- the mechanism

    def stop(self) -> None:
        with self.changed:
            self._running = False
            self.changed.notify_all()

    def work(self) -> None:
        """Runs until `stop`: the printer's own thread."""
        with self.changed:
            while self._running:
                wake_s = next(self._mechanism)
                self.changed.wait(0.5 if wake_s is None else max(0.0, wake_s - self._monotonic()))

    def run_due(self) -> float | None:
        """Carry out what is due by now; says when the next thing is, or None: not before something changes."""
        with self.changed:
            return next(self._mechanism)

    def _carry_out(self) -> Iterator[float | None]:
        """The mechanism: yields until when it moves, or None when it waits for data or for a person."""
        while True:
            token = None if self.is_stopped() else take(self._buffer)
            self.idle = token is None
            if token is None:
                self._starved = bool(self._buffer) and not self.is_stopped()
                yield None
                continue
            del self._buffer[: len(token.data)]
            self._piece_data += token.data
            yield from self._execute(token)

    def _until(self, due_s: float) -> Iterator[float | None]:
        while due_s - self._monotonic() > NOT_WORTH_A_WAIT_S:
            yield due_s

    def _execute(self, token: Token) -> Iterator[float | None]:
        match token.kind:
            case "text":
                yield from self._add_text(token.data)
            case "feed":
                yield from self._print_line()
            case "picture":
                yield from self._print_picture(token.data)
            case "command":
                yield from self._command(token.data)
            case "unknown":
                pass

    def _command(self, data: bytes) -> Iterator[float | None]:
        value = data[2] if len(data) > 2 else 0
        match data[:2]:
            case b"\x1b@":
                self._reset()
                self._asb_mask = 0
            case b"\x1da":
                self._asb_mask = value
                self._send_asb_if_changed(always=True)
            case b"\x1ba":
                self._justification = value & 3
            case b"\x1b3":
                self._spacing_dots = value
            case b"\x1bJ":
                yield from self._print_line(value)
            case b"\x1bE":
                self._style = replace(self._style, bold=bool(value & 1))
            case b"\x1dB":
                self._style = replace(self._style, reverse=bool(value & 1))
            case b"\x1d!":
                self._style = replace(self._style, width=(value >> 4 & 7) + 1, height=(value & 7) + 1)
            case b"\x1dr":
                now = self._conditions()
                self._transmit(bytes((0x0F * ("paper_out" in now) | 0x03 * ("near_end" in now),)))
            case b"\x1dI":
                if model := self._said_once.pop(0) if self._said_once else self._model:
                    self._transmit(b"\x5f" + model.encode("ascii") + b"\0")
            case b"\x1d(" if data[2:7] == b"H\x06\x0000" and self._process_ids:
                self._transmit(b"\x37\x22" + data[7:11] + b"\0")
            case b"\x1d(" if data[2:3] == b"k":
                if ink := self._symbol.obey(data[5:]):
                    yield from self._advance(ink.height, compose([ink], self._width_dots, self._justification))
            case b"\x1dg" if data[2:4] == b"2\0":
                if (count := self.counters.get(int.from_bytes(data[4:6], "little"))) is not None:
                    self._transmit(b"\x5f" + str(count).encode("ascii") + b"\0")
            case b"\x1dV":
                self.counters[CUTS] += 1
                yield from self._cut(self._cutter_distance_dots + data[3] if len(data) == 4 else 0)

    def _add_text(self, data: bytes) -> Iterator[float | None]:
        for char in data.decode("cp932", "backslashreplace"):
            cells = len(char.encode("cp932", "replace"))
            cell = glyph(char, cells, self._style)
            if sum(c.width for c in self._cells) + cell.width > self._width_dots:
                yield from self._print_line()
            self._cells.append(cell)
            self._text += char

    def _print_line(self, feed_dots: int | None = None) -> Iterator[float | None]:
        ink = compose(self._cells, self._width_dots, self._justification) if self._cells else None
        text, self._cells, self._text = self._text, [], ""
        height = ink.height if ink else 0
        spacing = self._spacing_dots if feed_dots is None else feed_dots
        if ink:
            yield from self._advance(height, ink, text)
        yield from self._advance(max(0, spacing - height))

    def _print_picture(self, data: bytes) -> Iterator[float | None]:
        width, height = 8 * (data[4] + 256 * data[5]), data[6] + 256 * data[7]
        ink = Image.frombytes("1", (width, height), data[8:]).convert("L")
        scale_x, scale_y = 1 + (data[3] & 1), 1 + (data[3] >> 1 & 1)
        ink = ink.resize((width * scale_x, height * scale_y), Image.Resampling.NEAREST)
        yield from self._advance(ink.height, compose([ink], self._width_dots, self._justification))

    def _advance(self, rows: int, ink: Image.Image | None = None, text: str = "") -> Iterator[float | None]:
        """Move the paper under the head, as far as there is paper; stops for good when the buffer is cleared."""
        generation = self._generation
        dots = None if ink is None else self.roll.rows_of(ink)
        done = 0
        due = self._monotonic()
        while done < rows:
            count = self.faults.allowed("dots", min(self._slice_dots, rows - done))
            if self.is_stopped() or count == 0:
                yield None
                due = self._monotonic()
            else:
                if text:
                    self.roll.write(text)
                    text = ""
                self.roll.burn(dots, done, count)
                done += count
                due += count / self.speed_dots_s
                yield from self._until(due)
                self.faults.spend("dots", count)
            if generation != self._generation:
                return

    def _cut(self, feed_dots: int) -> Iterator[float | None]:
        generation = self._generation
        if self._cells:
            yield from self._print_line()
        yield from self._advance(feed_dots)
        if self.faults.take("cutter_error"):
            self.faults.fail_repeatedly("cutter_error")
        due = self._monotonic() + self._cut_s
        while generation == self._generation:
            if self.is_stopped():
                yield None
            elif due - self._monotonic() > 0:
                yield due
            else:
                self._take_piece()
                return

    def _take_piece(self, torn: bool = False) -> None:
        data = bytes(self._piece_data)
        self._piece_data.clear()
        self._finished(self.roll.take(data, torn))
        self.changed.notify_all()
