"""A coin recycler and a note validator made of software: bytes in, bytes out, and coins and notes that can be counted.

Where each piece of money truly is stands in `cash`, so that a test compares what the driver said with what happened.

Conditions, each alone or with a header (`silent:125`): silent (nothing is done or said), lost_answer (done, not said),
late (said after its time), twice (said again a little later), garbled, half, nak, busy. Of the mechanics: coin_jam,
hopper_jam, box_full, box_out, note_jam, stacker_full, starting, fraud. `power_off` and `power_on` come at any moment.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.cctalk_unit import frames
from drivers.cctalk_unit import messages as m
from drivers.cctalk_unit.frames import BadFrame, Frame
from drivers.faults import Faults

COINS = {1: b"JP010A", 2: b"JP050A", 3: b"JP100A", 4: b"JP500A"}
NOTES = {1: b"JP0001A", 2: b"JP0005A", 3: b"JP0010A"}
SCALING = 1000
COIN_S, NOTE_S, STACK_S, RETURN_S, PAY_S, ESCROW_S = 0.3, 1.0, 0.8, 0.5, 0.15, 30.0
AGAIN_S, LATE_S = 0.02, 0.35
HOPPER_COINS_MAX = 100


def _yen(coin: bytes) -> int:
    return int(coin[2:5])


@dataclass
class Cash:
    """Where the money is. Everything that was put in is in one of these."""

    hoppers: dict[int, int]
    """Coins by yen."""
    box_yen: int = 0
    stacker_yen: int = 0
    tray_yen: int = 0
    """Paid out, in the visitor's hand."""
    back_yen: int = 0
    """Not taken, in the visitor's hand again."""
    inside_yen: int = 0
    """Under way: in the coin path, in escrow, or jammed."""

    @property
    def kept_yen(self) -> int:
        return sum(yen * count for yen, count in self.hoppers.items()) + self.box_yen + self.stacker_yen


@dataclass
class _Memory:
    """What a power cut takes: everything here."""

    coin_counter: int = 0
    coin_results: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)] * m.EVENTS_KEPT)
    note_counter: int = 0
    note_results: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)] * m.EVENTS_KEPT)
    out_counter: int = 0
    paid_yen: int = 0
    unpaid_yen: int = 0
    open: dict[int, bool] = field(default_factory=lambda: {m.CHANGER: False, m.VALIDATOR: False})
    masks: dict[int, int] = field(default_factory=lambda: {m.CHANGER: 0, m.VALIDATOR: 0})
    mode: int = 0
    escrow: int = 0
    """Type of the note that is held."""
    note_under_way: bool = False
    """From the slot until it is stacked or back in the hand."""
    paying: bool = False
    coins_under_way: int = 0


class SimulatedCashUnit:
    """Time is the caller's: `advance` before anything else is asked of it."""

    def __init__(self, hoppers: dict[int, int] | None = None) -> None:
        self.faults = Faults()
        self.cash = Cash(dict(hoppers or {10: 50, 50: 20, 100: 50, 500: 20}))
        self.powered = True
        self.speak: Callable[[bytes], None] = lambda data: None
        """Puts bytes on the wire that nobody has just asked for: the line's."""
        self.asked: list[int] = []
        """Headers, in their order."""
        self._ram = _Memory()
        self._now_s = 0.0
        self._plan: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._heard = bytearray()

    # --- hands -----------------------------------------------------------------------------------------------------

    def insert_coin(self, yen: int) -> None:
        kind = next(number for number, coin in COINS.items() if _yen(coin) == yen)
        if self._takes(m.CHANGER, kind) and not self.faults.any_active(frozenset({"coin_jam", "box_full", "box_out"})):
            self.cash.inside_yen += yen
            self._ram.coins_under_way += 1
            self._after(COIN_S, lambda: self._coin_in(kind, yen))
        else:
            # The gate rests at the way back, with and without power.
            self.cash.back_yen += yen
            self._after(COIN_S, lambda: self._coin_event(0, 2))

    def insert_note(self, yen: int) -> None:
        kind = next(number for number, note in NOTES.items() if int(note[2:6]) * SCALING == yen)
        if self._ram.note_under_way:
            # The slot is not free: it stays in the hand.
            self.cash.back_yen += yen
            return
        if not self._takes(m.VALIDATOR, kind):
            self.cash.back_yen += yen
            self._after(NOTE_S, lambda: self._note_event(0, 4))
            return
        self.cash.inside_yen += yen
        self._ram.note_under_way = True
        self._after(NOTE_S, lambda: self._note_held(kind))

    def insert_rubbish(self) -> None:
        """Not money: it comes back by itself."""
        self._after(COIN_S, lambda: self._coin_event(0, 1))

    @property
    def holds_a_note(self) -> bool:
        """In escrow, where a hand can reach it."""
        return bool(self._ram.escrow) and not self._stacking

    def pull_note(self) -> None:
        """By hand, out of the escrow."""
        self._note_back(self._ram.escrow, code=8)

    def power_off(self) -> None:
        """A coin under way falls into the box, a note that was being stacked is stacked; nobody ever hears of either.
        What was held comes back when there is power again."""
        self.powered = False
        held = NOTES[self._ram.escrow] if self._ram.escrow and not self._stacking else b""
        self.cash.back_yen += (back := int(held[2:6]) * SCALING if held else 0)
        self.cash.inside_yen -= back
        self.cash.box_yen += self.cash.inside_yen
        self.cash.inside_yen = 0
        self._ram, self._plan, self._stacking = _Memory(), [], False

    def power_on(self) -> None:
        self.powered = True

    _stacking = False

    # --- mechanics -------------------------------------------------------------------------------------------------

    def advance(self, now_s: float) -> None:
        while self._plan and self._plan[0][0] <= now_s:
            self._now_s, _, act = heapq.heappop(self._plan)
            act()
        self._now_s = now_s

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        if self.powered:
            heapq.heappush(self._plan, (self._now_s + seconds, next(self._order), act))

    def _takes(self, address: int, kind: int) -> bool:
        ram = self._ram
        return self.powered and ram.open[address] and bool(ram.masks[address] >> (kind - 1) & 1)

    def _coin_in(self, kind: int, yen: int) -> None:
        self._ram.coins_under_way -= 1
        self.cash.inside_yen -= yen
        if self.cash.hoppers.get(yen, HOPPER_COINS_MAX) < HOPPER_COINS_MAX:
            self.cash.hoppers[yen] += 1
        else:
            self.cash.box_yen += yen
        self._coin_event(kind, 1)

    def _coin_event(self, a: int, b: int) -> None:
        ram = self._ram
        ram.coin_counter = ram.coin_counter % 255 + 1
        ram.coin_results = [(a, b), *ram.coin_results[:-1]]

    def _note_event(self, a: int, b: int) -> None:
        ram = self._ram
        ram.note_counter = ram.note_counter % 255 + 1
        ram.note_results = [(a, b), *ram.note_results[:-1]]

    def _note_held(self, kind: int) -> None:
        self._ram.escrow = kind
        self._note_event(kind, m.IN_ESCROW)
        self._after(
            ESCROW_S, lambda: self._note_back(kind) if self._ram.escrow == kind and not self._stacking else None
        )

    def _note_back(self, kind: int, code: int = 1) -> None:
        yen = int(NOTES[kind][2:6]) * SCALING
        self.cash.inside_yen -= yen
        self.cash.back_yen += yen
        self._ram.escrow, self._ram.note_under_way = 0, False
        self._note_event(0, code)

    def _note_in(self, kind: int) -> None:
        self._stacking = False
        if self.faults.take("note_jam"):
            self.faults.fail_repeatedly("note_stuck")
            self._note_event(0, 7)
            return
        if self.faults.active("stacker_full"):
            self._note_event(0, 14)
            self._note_back(kind)
            return
        yen = int(NOTES[kind][2:6]) * SCALING
        self.cash.inside_yen -= yen
        self.cash.stacker_yen += yen
        self._ram.escrow, self._ram.note_under_way = 0, False
        self._note_event(kind, m.IN_THE_STACKER)

    def _pay(self, left_yen: int, paid_yen: int) -> None:
        ram, cash = self._ram, self.cash
        coin = max((yen for yen, count in cash.hoppers.items() if count and yen <= left_yen), default=0)
        if coin and not self.faults.take("hopper_jam"):
            cash.hoppers[coin] -= 1
            cash.tray_yen += coin
            self._after(PAY_S, lambda: self._pay(left_yen - coin, paid_yen + coin))
            return
        if coin:
            self.faults.fail_repeatedly("jammed_hopper")
        ram.paying = False
        ram.paid_yen, ram.unpaid_yen = paid_yen, left_yen
        ram.out_counter = ram.out_counter % 255 + 1

    # --- the bus ---------------------------------------------------------------------------------------------------

    def receive(self, data: bytes) -> bytes:
        """What stands on the wire after these bytes: they themselves, and perhaps an answer."""
        if not self.powered:
            self._heard.clear()
            return data
        self._heard += data
        out = data
        try:
            while (frame := frames.take(self._heard)) is not None:
                out += self._answer(frame)
        except BadFrame:
            self._heard.clear()
        return out

    def _fails(self, condition: str, header: int) -> bool:
        return self.faults.take(f"{condition}:{header}") or self.faults.take(condition)

    def _answer(self, frame: Frame) -> bytes:
        if frame.destination not in (m.CHANGER, m.VALIDATOR) or self._fails("silent", frame.header):
            return b""
        self.asked.append(frame.header)
        header, data = frames.ACK, b""
        if self._fails("nak", frame.header):
            header = frames.NAK
        elif self._fails("busy", frame.header):
            header = frames.BUSY
        else:
            done = (self._changer if frame.destination == m.CHANGER else self._validator)(frame.header, frame.data)
            if done is None:
                # A header that a device does not know is passed over in silence.
                return b""
            data = done
        if self._fails("lost_answer", frame.header):
            return b""
        raw = frames.encode(Frame(frame.source, frame.destination, header, data))
        if self._fails("late", frame.header):
            self._after(LATE_S, lambda: self.speak(raw))
            return b""
        if self._fails("half", frame.header):
            return raw[: len(raw) // 2]
        if self._fails("garbled", frame.header):
            return bytes((*raw[:-1], raw[-1] ^ 0x10))
        if self._fails("twice", frame.header):
            self._after(AGAIN_S, lambda: self.speak(raw))
        return raw

    def _common(self, address: int, header: int, data: bytes) -> bytes | None:
        ram = self._ram
        match header:
            case m.SIMPLE_POLL:
                return b""
            case m.REQUEST_CATEGORY:
                return b"Changer" if address == m.CHANGER else b"Bill Validator"
            case m.REQUEST_PRODUCT:
                return b"SIM"
            case m.MODIFY_INHIBIT:
                ram.masks[address] = int.from_bytes(data, "little")
                return b""
            case m.MODIFY_MASTER_INHIBIT:
                ram.open[address] = bool(data[0] & 1)
                return b""
            case m.REQUEST_MASTER_INHIBIT:
                return bytes((ram.open[address],))
        return None

    def _changer(self, header: int, data: bytes) -> bytes | None:
        ram = self._ram
        match header:
            case m.REQUEST_COIN_ID:
                return COINS.get(data[0], b"......")
            case m.READ_COINS:
                return bytes((ram.coin_counter, *itertools.chain(*ram.coin_results)))
            case m.PAY_MONEY_OUT:
                ram.paying = True
                yen = int.from_bytes(data, "little")
                self._after(PAY_S, lambda: self._pay(yen, 0))
                return b""
            case m.VERIFY_MONEY_OUT:
                return (
                    bytes((ram.out_counter,))
                    + ram.paid_yen.to_bytes(4, "little")
                    + ram.unpaid_yen.to_bytes(4, "little")
                )
            case m.REQUEST_ACTIVITY:
                starting = self.faults.active("starting")
                return bytes((bool(ram.coins_under_way) << 2 | ram.paying << 3 | starting << 6, 0))
            case m.REQUEST_ERROR:
                return bytes(self._error())
            case m.REQUEST_HOPPER:
                place = dict(enumerate(sorted(self.cash.hoppers), 1)).get(data[0])
                if place is None:
                    return b"......\0\0"
                return f"JP{place:03d}A".encode() + self.cash.hoppers[place].to_bytes(2, "little")
        return self._common(m.CHANGER, header, data)

    def _error(self) -> tuple[int, int]:
        found = {
            "jammed_hopper": (1, 2),
            "fraud": (100, 102),
            "coin_jam": (100, 101),
            "box_full": (250, 251),
            "box_out": (250, 252),
        }
        active = (fault for condition, fault in found.items() if self.faults.active(condition))
        empty = next(
            ((at, 1) for at, yen in enumerate(sorted(self.cash.hoppers), 1) if not self.cash.hoppers[yen]), (0, 0)
        )
        return next(active, empty)

    def _validator(self, header: int, data: bytes) -> bytes | None:
        ram = self._ram
        match header:
            case m.SELF_CHECK:
                return bytes((44 if self.faults.active("note_stuck") else 0,))
            case m.REQUEST_NOTE_ID:
                return NOTES.get(data[0], b".......")
            case m.REQUEST_SCALING:
                return SCALING.to_bytes(2, "little") + b"\0" if data == m.COUNTRY else bytes(3)
            case m.READ_NOTES:
                return bytes((ram.note_counter, *itertools.chain(*ram.note_results)))
            case m.MODIFY_NOTE_MODE:
                ram.mode = data[0]
                return b""
            case m.ROUTE_NOTE:
                return self._route(data)
        return self._common(m.VALIDATOR, header, data)

    def _route(self, code: bytes) -> bytes:
        kind = self._ram.escrow
        if not kind or self._stacking:
            return b"" if self._stacking else bytes((254,))
        if code == m.STACK_NOTE:
            self._stacking = True
            self._after(STACK_S, lambda: self._note_in(kind))
        elif code == m.RETURN_NOTE:
            self._ram.escrow = 0
            self._after(RETURN_S, lambda: self._note_back(kind))
        return b""
