"""Staff at the ticket machine itself: sign in on the keypad, print a number again, give another, have one cancelled.

One pure step, apart from the visitors' journey: that one stands still on its first screen meanwhile, and no press of
either reaches the other. It ends by itself, is kept nowhere, and so never meets the next visitor.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from kiosk_app.api import Role
from kiosk_app.journeys.message_base import Command, Event
from kiosk_app.journeys.messages import PinTyped, Tick
from kiosk_app.office.catalogue import Office

PATIENCE_MS = 30_000
"""Without a touch; on a result a little less, because there is nothing left to do."""
SAID_MS = 15_000
LONGEST_MS = 5 * 60_000
"""Whatever is touched: somebody who plays with it has not signed in."""
ANSWER_MS = 12_000
"""So long is a hub that was asked waited for."""
DIGITS_MAX = 64

Page = Literal["code", "pin", "checking", "numbers", "number", "reason", "group", "service", "working", "said"]


class NumberRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of the last tickets of this machine, by number only. What may not be done says why."""

    ticket: str
    number: str
    note: str
    no_reprint: str = ""
    no_cancel: str = ""
    no_other: str = ""
    keeps_place: bool = False


class StaffContext(msgspec.Struct, frozen=True, kw_only=True):
    """The world at one instant. `new_id` is fresh for every step."""

    now_utc_ms: int
    new_id: str
    office: Office
    numbers: tuple[NumberRow, ...]
    cut_off: bool = False
    """The machine cannot hear its hub: what it knows of calls may be old."""


class StaffMode(msgspec.Struct, frozen=True, kw_only=True):
    """`session` is a new one each time."""

    session: str
    began_ms: int
    touched_ms: int
    page: Page = "code"
    ordinal: int = 0
    typed: int = 0
    """Digits; which ones, only the buffer knows."""
    fault: str = ""
    staff_code: str = ""
    admitted: bool = False
    """The code alone opens nothing."""
    role: Role = "guide"
    ticket: str = ""
    letter: str = ""
    intent: str = ""
    ok: bool = False
    said: str = ""

    @property
    def screen_id(self) -> str:
        return f"{self.session}:{self.ordinal}"


# --- events --------------------------------------------------------------------------------------------------


class Pressed(Event, frozen=True, kw_only=True):
    """A control that this screen offers."""

    control: str


class CodeRead(Event, frozen=True, kw_only=True):
    """Answers ReadCode."""

    staff_code: str


class Admitted(Event, frozen=True, kw_only=True):
    staff_code: str
    role: Role


class Refused(Event, frozen=True, kw_only=True):
    message: str
    again: bool
    """Whether another try is allowed now."""


class Done(Event, frozen=True, kw_only=True):
    """Of the act under way."""

    intent: str
    ok: bool
    message: str


AnyEvent = Tick | PinTyped | Pressed | CodeRead | Admitted | Refused | Done

# --- commands ------------------------------------------------------------------------------------------------


class ReadCode(Command, frozen=True, kw_only=True):
    """Take what was typed as the staff code, and begin with an empty buffer."""


class Check(Command, frozen=True, kw_only=True):
    """Code and what was typed as PIN. Answered by Admitted or Refused."""

    staff_code: str


class Reprint(Command, frozen=True, kw_only=True):
    intent: str
    ticket: str


class GiveOther(Command, frozen=True, kw_only=True):
    """A new number for this visitor. `keep`: in the place of the old one, which is void then."""

    intent: str
    ticket: str
    service: str
    keep: bool


class Cancel(Command, frozen=True, kw_only=True):
    intent: str
    ticket: str
    reason: str


class Leave(Command, frozen=True, kw_only=True):
    """Forget everything that was typed."""


AnyCommand = ReadCode | Check | Reprint | GiveOther | Cancel | Leave
Turn = tuple[StaffMode | None, tuple[AnyCommand, ...]]
"""None: it is over."""
OVER: Turn = (None, (Leave(),))


def begin(context: StaffContext) -> StaffMode:
    return StaffMode(session=f"staff-{context.new_id}", began_ms=context.now_utc_ms, touched_ms=context.now_utc_ms)


def step(state: StaffMode, event: AnyEvent, context: StaffContext) -> Turn:
    now = context.now_utc_ms
    match event:
        case Tick():
            return _tick(state, now)
        case PinTyped(typed=typed):
            return _to(state, now, typed=min(typed, DIGITS_MAX), fault=""), ()
        case CodeRead(staff_code=code):
            return _to(state, now, page="pin", staff_code=code, typed=0), ()
        case Admitted(staff_code=code, role=role) if state.page == "checking":
            return _to(state, now, page="numbers", staff_code=code, role=role, admitted=True), ()
        case Refused(message=message, again=again) if state.page == "checking":
            if again:
                return _to(state, now, page="code", staff_code="", typed=0, fault=message), ()
            return _to(state, now, page="said", staff_code="", ok=False, said=message), ()
        case Done(intent=intent, ok=ok, message=message) if state.page == "working" and intent == state.intent:
            return _to(state, now, page="said", ok=ok, said=message, intent=""), ()
        case Pressed(control=control):
            return _pressed(state, control, context)
    return state, ()


def _tick(state: StaffMode, now_ms: int) -> Turn:
    if state.page == "working":
        # The printer and the hub have deadlines of their own.
        return state, ()
    patience = SAID_MS if state.page == "said" else PATIENCE_MS
    if now_ms - state.touched_ms >= patience or now_ms - state.began_ms >= LONGEST_MS:
        return OVER
    return state, ()


def _to(state: StaffMode, now_ms: int, **changes: object) -> StaffMode:
    return replace(state, ordinal=state.ordinal + 1, touched_ms=now_ms, **changes)


def _pressed(state: StaffMode, control: str, context: StaffContext) -> Turn:
    now = context.now_utc_ms
    verb, _, name = control.partition(":")
    match verb, name:
        case "end", _:
            return OVER
        case "back", _:
            return _back(state, context)
        case "pin", "cancel":
            return OVER
        case "pin", "enter" if state.page == "code":
            return state, (ReadCode(),)
        case "pin", "enter":
            return _to(state, now, page="checking", fault=""), (Check(staff_code=state.staff_code),)
        case "numbers", _:
            return _to(state, now, page="numbers", ticket="", letter=""), ()
        case "number", ticket:
            return _to(state, now, page="number", ticket=ticket), ()
        case "do", "cancel":
            return _to(state, now, page="reason"), ()
        case "do", "other":
            return _to(state, now, page="group"), ()
        case "do", "reprint":
            return _work(state, context, Reprint(intent=context.new_id, ticket=state.ticket))
        case "group", letter:
            return _to(state, now, page="service", letter=letter), ()
        case "service", service:
            row = next((row for row in context.numbers if row.ticket == state.ticket), None)
            keep = row is not None and row.keeps_place
            return _work(
                state, context, GiveOther(intent=context.new_id, ticket=state.ticket, service=service, keep=keep)
            )
        case "reason", number:
            reason = context.office.cancel_reasons[int(number)]
            return _work(state, context, Cancel(intent=context.new_id, ticket=state.ticket, reason=reason))
    return state, ()


def _work(state: StaffMode, context: StaffContext, command: Reprint | GiveOther | Cancel) -> Turn:
    return _to(state, context.now_utc_ms, page="working", intent=command.intent), (command,)


BEFORE: dict[Page, Page] = {"number": "numbers", "reason": "number", "group": "number", "service": "group"}


def _back(state: StaffMode, context: StaffContext) -> Turn:
    before = BEFORE.get(state.page)
    return (_to(state, context.now_utc_ms, page=before), ()) if before is not None else OVER
