"""A technician at the ticket machine itself: what is wrong and what to do, and each device tried by hand.

One pure step, as staff mode beside it (staff_mode.py), through whose door a technician comes. It ends by itself, so
that no visitor stands before a machine that is being looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from kiosk_app.api import CheckGrade, Colour
from kiosk_app.journeys.message_base import Command, Event
from kiosk_app.journeys.messages import Tick
from kiosk_app.office.catalogue import Office

PATIENCE_MS = 5 * 60_000
"""Without a touch: whoever has both hands in a printer touches nothing for a while."""
LONGEST_MS = 90 * 60_000
CELLS = 24
"""Of the touch grid."""
COLOURS: tuple[Colour, ...] = ("white", "black", "red", "green", "blue", "greys", "lines")
KEYS = (*"1234567890", "erase", "enter")
"""Of the tactile pad, besides its arrows."""

WIDTHS_DOTS = (384, 420, 512, 576, 832)
DPI_OF_MM = {27: 300, 40: 203, 45: 180}
"""Of the ruler that a printer prints (drivers/escpos_printer/ruler.py): its lines, and what its length means."""

Page = Literal["list", "parts", "device", "ruler", "touch", "keys", "colour", "judge", "sound", "working", "said"]
Sound = Literal["", "earphone", "machine", "chime"]
PAGES: Mapping[str, Page] = {
    "printer": "device", "printer_2": "device", "documents": "device", "card_reader": "device", "code_reader": "device",
    "cash_unit": "device", "touch": "touch", "keys": "keys", "screen": "colour", "sound": "sound",
    "unit": "parts", "tls": "parts", "smart": "parts",
}  # fmt: skip
"""What can be tried by hand or has parts, by the name of its check."""
ANSWERS = frozenset({"printer", "printer_2", "documents", "cash_unit"})
"""Devices that are asked when their page is opened; the others tell of themselves."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at, as `hitofuda diag` says it. `good_utc_ms`: 0 where that is not known."""

    check: str
    name: str
    grade: CheckGrade
    says: str
    cause: str = ""
    next_step: str = ""
    good_utc_ms: int = 0


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """How a device did when somebody tried it last."""

    grade: CheckGrade
    at_utc_ms: int


class TechnicianContext(msgspec.Struct, frozen=True, kw_only=True):
    """The world at one instant. `new_id` is fresh for every step. `told`: what a device says of itself, by its
    check."""

    now_utc_ms: int
    new_id: str
    office: Office
    machine: str
    checks: tuple[Check, ...] = ()
    looked_utc_ms: int = 0
    told: Mapping[str, tuple[tuple[str, str], ...]] = {}
    paper: Mapping[str, tuple[int, int]] = {}
    """Width in dots and dpi of a printer, as its settings have them."""
    others: frozenset[str] = frozenset()
    """Printers whose model is not known here."""
    tried: Mapping[str, Tried] = {}


class TechnicianMode(msgspec.Struct, frozen=True, kw_only=True):
    session: str
    staff_code: str
    began_ms: int
    touched_ms: int
    page: Page = "list"
    ordinal: int = 0
    chosen: str = ""
    """A tile of the list; empty: the worst."""
    inside: str = ""
    """The kind whose parts the list shows; empty: all."""
    cells: tuple[int, ...] = ()
    typed: tuple[str, ...] = ()
    colour: int = 0
    width_dots: int = 0
    """As seen on the ruler."""
    sound: Sound = ""
    sounds: int = 0
    """Makes each one another screen, so that the voice says the same again."""
    intent: str = ""
    busy: str = ""
    """What is being done, in words."""
    after: Page = "list"
    ok: bool = False
    said: str = ""

    @property
    def screen_id(self) -> str:
        return f"{self.session}:{self.ordinal}"


# --- events --------------------------------------------------------------------------------------------------


class Pressed(Event, frozen=True, kw_only=True):
    """A control that this screen offers."""

    control: str


class Done(Event, frozen=True, kw_only=True):
    """Of the act under way. Without a message the next screen says enough."""

    intent: str
    ok: bool = True
    message: str = ""


AnyEvent = Tick | Pressed | Done

# --- commands ------------------------------------------------------------------------------------------------


class LookOver(Command, frozen=True, kw_only=True):
    """Everything anew. Answered by Done, as every command with an intent."""

    intent: str


class PrintSlip(Command, frozen=True, kw_only=True):
    """The diagnosis on paper."""

    intent: str


class PrintTest(Command, frozen=True, kw_only=True):
    intent: str
    printer: str


class Ask(Command, frozen=True, kw_only=True):
    """Ask this device now what it is and can do; what it says is in the context afterwards."""

    intent: str
    check: str


class Recover(Command, frozen=True, kw_only=True):
    """The cutter goes on after a jam was cleared."""

    intent: str
    printer: str


class PrintRuler(Command, frozen=True, kw_only=True):
    intent: str
    printer: str


class Accept(Command, frozen=True, kw_only=True):
    """A person has seen that the new model prints at the width of the settings."""

    intent: str
    printer: str


class Judge(Command, frozen=True, kw_only=True):
    """What a person has seen or heard; a fact like any other check."""

    check: str
    grade: CheckGrade


Work = LookOver | PrintSlip | PrintTest | Ask | Recover | PrintRuler | Accept
"""What takes its time."""
AnyCommand = Work | Judge
Turn = tuple[TechnicianMode | None, tuple[AnyCommand, ...]]
"""None: it is over."""
OVER: Turn = (None, ())
LOOKS = "調べています"
MENDS = "動くか確かめています"
PRINTS = "印刷しています"


def begin(staff_code: str, context: TechnicianContext) -> tuple[TechnicianMode, tuple[AnyCommand, ...]]:
    now = context.now_utc_ms
    state = TechnicianMode(
        session=f"tech-{context.new_id}",
        staff_code=staff_code,
        began_ms=now,
        touched_ms=now,
        page="working",
        busy=LOOKS,
        intent=context.new_id,
    )
    return state, (LookOver(intent=context.new_id),)


def step(state: TechnicianMode, event: AnyEvent, context: TechnicianContext) -> Turn:
    now = context.now_utc_ms
    match event:
        case Tick():
            # Devices have deadlines of their own.
            waited, stood = now - state.touched_ms, now - state.began_ms
            is_over = state.page != "working" and (waited >= PATIENCE_MS or stood >= LONGEST_MS)
            return OVER if is_over else (state, ())
        case Done(intent=intent, ok=ok, message=message) if state.page == "working" and intent == state.intent:
            if message:
                after: Page = "device" if state.after == "ruler" else state.after
                return _to(state, now, page="said", after=after, ok=ok, said=message, intent=""), ()
            return _to(state, now, page=state.after, intent=""), ()
        case Pressed(control=control):
            return _pressed(state, control, context)
    return state, ()


def _to(state: TechnicianMode, now_ms: int, **changes: object) -> TechnicianMode:
    return replace(state, ordinal=state.ordinal + 1, touched_ms=now_ms, **changes)


def _pressed(state: TechnicianMode, control: str, context: TechnicianContext) -> Turn:
    now, new_id = context.now_utc_ms, context.new_id
    verb, _, name = control.partition(":")
    match verb, name:
        case "back", _:
            return _back(state, now)
        case "check", check:
            return _to(state, now, chosen=check), ()
        case "look", _:
            return _work(state, now, LOOKS, "list", LookOver(intent=new_id))
        case "slip", _:
            return _work(state, now, PRINTS, "list", PrintSlip(intent=new_id))
        case "try", check if check in PAGES:
            return _try(state, check, context)
        case "do", "test":
            return _work(state, now, PRINTS, "device", PrintTest(intent=new_id, printer=state.chosen))
        case "do", "ask":
            return _work(state, now, LOOKS, "device", Ask(intent=new_id, check=state.chosen))
        case "do", "recover":
            return _work(state, now, MENDS, "device", Recover(intent=new_id, printer=state.chosen))
        case "do", "ruler":
            ruler = PrintRuler(intent=new_id, printer=state.chosen)
            return _work(replace(state, width_dots=0), now, PRINTS, "ruler", ruler)
        case "width", width:
            return _to(state, now, width_dots=int(width)), ()
        case "mm", length:
            return _measured(state, DPI_OF_MM[int(length)], context)
        case "cell", _:
            return _touched(state, int(name), now)
        case "key", _:
            return _typed(state, name, now)
        case "next", _:
            last = state.colour + 1 >= len(COLOURS)
            return _to(state, now, page="judge" if last else "colour", colour=0 if last else state.colour + 1), ()
        case "sound", "earphone" | "machine" | "chime" | "stop":
            return _to(state, now, sound="" if name == "stop" else name, sounds=state.sounds + 1), ()
        case "say", "good" | "bad":
            grade: CheckGrade = "good" if name == "good" else "bad"
            return _to(state, now, page="list", sound=""), (Judge(check=f"{state.chosen}_tried", grade=grade),)
    return state, ()


def _back(state: TechnicianMode, now_ms: int) -> Turn:
    if state.page == "list" and state.inside:
        return _to(state, now_ms, chosen=state.inside, inside=""), ()
    if state.page == "list":
        return OVER
    page: Page = state.after if state.page == "said" else "device" if state.page == "ruler" else "list"
    return _to(state, now_ms, page=page, sound=""), ()


def _try(state: TechnicianMode, check: str, context: TechnicianContext) -> Turn:
    page = PAGES[check]
    if page == "parts":
        return _to(state, context.now_utc_ms, inside=check, chosen=""), ()
    begun = replace(state, chosen=check, cells=(), typed=(), colour=0, sound="")
    if check in ANSWERS:
        asked = Ask(intent=context.new_id, check=check)
        return _work(begun, context.now_utc_ms, LOOKS, "device", asked)
    return _to(begun, context.now_utc_ms, page=page), ()


def _work(state: TechnicianMode, now_ms: int, busy: str, after: Page, command: Work) -> Turn:
    return _to(state, now_ms, page="working", busy=busy, after=after, intent=command.intent), (command,)


def _measured(state: TechnicianMode, dpi: int, context: TechnicianContext) -> Turn:
    now = context.now_utc_ms
    if context.paper.get(state.chosen) == (state.width_dots, dpi):
        accept = Accept(intent=context.new_id, printer=state.chosen)
        return _work(state, now, "登録しています", "device", accept)
    said = (
        f"幅{state.width_dots}ドット・{dpi}dpiで、今の設定と違います。何も変えていません。"
        "コアを止めて、hitofuda diag printer --adopt で登録してください。"
    )
    return _to(state, now, page="said", after="device", ok=False, said=said), ()


def _touched(state: TechnicianMode, cell: int, now_ms: int) -> Turn:
    cells = (*state.cells, cell)
    if len(cells) < CELLS:
        return _to(state, now_ms, cells=cells), ()
    said = f"{CELLS}か所のすべてが反応しました。"
    return (
        _to(state, now_ms, page="said", after="list", ok=True, said=said, cells=()),
        (Judge(check="touch_tried", grade="good"),),
    )


def _typed(state: TechnicianMode, key: str, now_ms: int) -> Turn:
    if key == "cancel":
        return _to(state, now_ms, page="list", typed=()), ()
    typed = (*state.typed, key)
    if set(KEYS) - set(typed):
        return _to(state, now_ms, typed=typed), ()
    said = "数字・訂正・入力のすべてのキーが届きました。"
    return (
        _to(state, now_ms, page="said", after="list", ok=True, said=said, typed=()),
        (Judge(check="keys_tried", grade="good"),),
    )
