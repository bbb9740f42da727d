"""The paper of a sale of certificates, decided without a printer and without a clock: which sheet is next, when a
person is waited for, and what is given up.

A sheet begins again only when it is certain that nothing of it is on paper. What is in doubt is never printed again:
the certificate is over then, and the visitor has a claim. What is not what had been bound ends everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from kiosk_app.office.sheets import SheetState, state_after, verdict_of, void_of

Verdict = Literal["issued", "uncut", "maybe", "not_issued", "unknown"]
PAPER_MS = 5 * 60_000
"""So long a visitor waits for paper in all; then it is a claim. Nobody should find a certificate in a machine later."""
ASK_EVERY_MS = 1_000
ATTEMPTS_MAX = 3
"""Of one sheet, on a printer that says that it is well and prints nothing."""


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One copy. `verdict` is empty until nothing more will be printed of it; `void`: nothing ever was begun."""

    job: str
    sheets: tuple[SheetState, ...]
    begun: bool = False
    attempts: int = 0
    """Of the sheet that is next."""
    verdict: Verdict | Literal["", "void"] = ""
    cause: str = ""


class Printing(msgspec.Struct, frozen=True, kw_only=True):
    certificates: tuple[Certificate, ...]
    phase: Literal["asking", "keeping", "printing", "no paper", "done"] = "asking"
    cause: str = ""
    """Why it waits for a person; also why it ended early."""
    until_ms: int = 0
    """Of all waiting for paper together; 0 before there was any."""
    leaving: bool = False
    """Nobody waits for what has not begun."""
    stopped: bool = False
    """What was to be printed was not what had been bound."""


# --- events


class Answered(NamedTuple):
    """The printer, asked just now."""

    well: bool
    cause: str = ""


class Kept(NamedTuple):
    """The intent is durable."""


class NotKept(NamedTuple):
    """No room on the disk: nothing happened."""


class NotBound(NamedTuple):
    """Nothing was kept. mismatch: what is at hand is not what was bound. stopped: this kiosk sells none now. Else the
    facts say that this has begun before, or is not paid: whoever asks again gets nothing."""

    why: str


class Printed(NamedTuple):
    """`misfit`: it was not what had been bound; not a byte of it was sent."""

    verdict: Verdict
    cause: str = ""
    misfit: str = ""


class Ticked(NamedTuple):
    pass


class Left(NamedTuple):
    """The visitor does not wait, or the machine is to stop."""


Event = Answered | Kept | NotKept | NotBound | Printed | Ticked | Left


# --- what is kept


class SheetBegins(NamedTuple):
    job: str
    sheet: int
    sheets: int
    attempt: int
    first: bool
    """The certificate begins with it."""


class SheetEnds(NamedTuple):
    job: str
    sheet: int
    verdict: Verdict
    cause: str = ""


class SheetsAreVoid(NamedTuple):
    job: str
    sheets: tuple[int, ...]
    reason: Literal["incomplete", "mismatch"]


class CertificateEnds(NamedTuple):
    job: str
    verdict: Verdict
    cause: str = ""


class CertificateIsVoid(NamedTuple):
    """It was never begun."""

    job: str
    reason: Literal["not_issued", "mismatch", "stopped"]


Outcome = SheetEnds | SheetsAreVoid | CertificateEnds | CertificateIsVoid

# --- commands: any of these first, which nothing answers ...


class Keep(NamedTuple):
    """The end of what was begun: all together, and never refused."""

    outcomes: tuple[Outcome, ...]


class Ring(NamedTuple):
    """Somebody must see to the printer."""

    cause: str


class Quiet(NamedTuple):
    """The bell is over."""


class Stop(NamedTuple):
    """No more certificates at this kiosk until a technician has looked."""

    job: str
    why: str


# --- ... and one of these last, which one event answers


class AskPrinter(NamedTuple):
    pass


class Begin(NamedTuple):
    """Keep the intent: only when it is durable is anything sent."""

    intent: SheetBegins


class Print(NamedTuple):
    job: str
    sheet: int


class Wait(NamedTuple):
    until_ms: int


class Done(NamedTuple):
    pass


Command = Keep | Ring | Quiet | Stop | AskPrinter | Begin | Print | Wait | Done
Turn = tuple[Printing, tuple[Command, ...]]


def begin(certificates: Sequence[tuple[str, int]]) -> Turn:
    """Jobs in their order, with how many sheets each has."""
    none: SheetState = "waiting"
    made = tuple(Certificate(job=job, sheets=(none,) * sheets) for job, sheets in certificates)
    return _next(Printing(certificates=made))


def step(state: Printing, event: Event, now_ms: int) -> Turn:
    match state.phase, event:
        case "done", _:
            return state, (Done(),)
        case _, Left():
            return _left(state)
        case (("asking" | "no paper"), Answered()) if state.leaving:
            return _give_up(state)
        case (("asking" | "no paper"), Answered(well, cause)):
            return _begin_sheet(state) if well else _no_paper(state, cause, now_ms)
        case "keeping", Kept():
            return _send(state)
        case "keeping", NotKept():
            return _give_up(replace(state, cause="disk_full"))
        case "keeping", NotBound("mismatch"):
            return _mismatch(state, "what is at hand is not what was bound", ())
        case "keeping", NotBound("stopped"):
            return _ended(replace(state, cause="stopped"), "stopped", "stopped")
        case "keeping", NotBound(why):
            return _refused(state, why)
        case "printing", Printed() as printed:
            return _printed(state, printed)
        case "no paper", Ticked():
            if now_ms < state.until_ms:
                return state, (AskPrinter(),)
            return _give_up(state)
    raise ValueError(f"{event} while {state.phase}")


def is_waiting(state: Printing) -> bool:
    """For a person who puts paper in: the visitor may wait, or leave with a claim."""
    return state.phase == "no paper"


def _at(state: Printing) -> int:
    """The certificate that is being printed, or is next."""
    return next(at for at, one in enumerate(state.certificates) if not one.verdict)


def _current(state: Printing) -> tuple[Certificate, int]:
    one = state.certificates[_at(state)]
    started = one.sheets.index("started") if "started" in one.sheets else one.sheets.index("waiting")
    return one, started


def _changed(state: Printing, changed: Certificate) -> Printing:
    made = tuple(changed if one.job == changed.job else one for one in state.certificates)
    return replace(state, certificates=made)


def _next(state: Printing) -> Turn:
    """The next sheet, if there is one."""
    if all(one.verdict for one in state.certificates):
        return replace(state, phase="done"), (Done(),)
    if state.leaving:
        return _give_up(state)
    return replace(state, phase="asking"), (AskPrinter(),)


def _begin_sheet(state: Printing) -> Turn:
    one, at = _current(state)
    intent = SheetBegins(one.job, at, len(one.sheets), one.attempts + 1, not one.begun)
    quiet: tuple[Command, ...] = (Quiet(),) if state.phase == "no paper" else ()
    return replace(state, phase="keeping", cause=""), (*quiet, Begin(intent))


def _send(state: Printing) -> Turn:
    one, at = _current(state)
    sheets = (*one.sheets[:at], "started", *one.sheets[at + 1 :])
    begun = replace(one, sheets=sheets, begun=True, attempts=one.attempts + 1)
    return replace(_changed(state, begun), phase="printing"), (Print(one.job, at),)


def _printed(state: Printing, printed: Printed) -> Turn:
    one, at = _current(state)
    if printed.misfit:
        # Whatever the driver says besides: it was compared before its first byte.
        ended = SheetEnds(one.job, at, "not_issued", "mismatch")
        return _mismatch(_sheet_is(state, at, "waiting"), printed.misfit, (ended,))
    now = state_after(printed.verdict, printed.cause)
    state = _sheet_is(state, at, now)
    ended = SheetEnds(one.job, at, printed.verdict, printed.cause)
    one = state.certificates[_at(state)]
    is_over = "waiting" not in one.sheets or now == "unknown"
    is_hopeless = now == "waiting" and one.attempts >= ATTEMPTS_MAX
    if now != "waiting":
        state = _changed(state, replace(one, attempts=0))
    if is_over:
        state, outcomes = _closed(state, printed.cause, "incomplete")
        state, commands = _next(state)
        return state, _kept((ended, *outcomes), commands)
    state, commands = _give_up(replace(state, cause=printed.cause)) if is_hopeless else _next(state)
    return state, _kept((ended,), commands)


def _kept(outcomes: tuple[Outcome, ...], commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Together with what follows at once: one word on the disk for one end."""
    if commands and isinstance(commands[0], Keep):
        return (Keep((*outcomes, *commands[0].outcomes)), *commands[1:])
    return (Keep(outcomes), *commands)


def _sheet_is(state: Printing, at: int, now: SheetState) -> Printing:
    one = state.certificates[_at(state)]
    return _changed(state, replace(one, sheets=(*one.sheets[:at], now, *one.sheets[at + 1 :])))


def _closed(
    state: Printing, cause: str, reason: Literal["incomplete", "mismatch"]
) -> tuple[Printing, tuple[Outcome, ...]]:
    """Nothing more is printed of the certificate that was begun."""
    one = state.certificates[_at(state)]
    verdict, void = verdict_of(one.sheets), void_of(one.sheets)
    outcomes: list[Outcome] = [SheetsAreVoid(one.job, void, reason)] if void else []
    outcomes.append(CertificateEnds(one.job, verdict, "" if verdict == "issued" else cause))
    sheets = tuple("void" if at in void else now for at, now in enumerate(one.sheets))
    return _changed(state, replace(one, verdict=verdict, cause=cause, sheets=sheets)), tuple(outcomes)


def _no_paper(state: Printing, cause: str, now_ms: int) -> Turn:
    rings: tuple[Command, ...] = (Ring(cause),) if state.phase != "no paper" or state.cause != cause else ()
    state = replace(state, phase="no paper", cause=cause, until_ms=state.until_ms or now_ms + PAPER_MS)
    if now_ms >= state.until_ms:
        state, commands = _give_up(state)
        return state, (*rings, *commands)
    return state, (*rings, Wait(min(state.until_ms, now_ms + ASK_EVERY_MS)))


def _left(state: Printing) -> Turn:
    """What is in the printer comes to its end first."""
    state = replace(state, leaving=True)
    return _give_up(state) if state.phase == "no paper" else (state, ())


def _give_up(state: Printing) -> Turn:
    """The rest is not printed. A bell that rings for the printer goes on: it is still without paper."""
    return _ended(state, state.cause, "incomplete")


def _mismatch(state: Printing, why: str, ended: tuple[Outcome, ...]) -> Turn:
    """The stop is kept first: a kill in between must not leave a kiosk that goes on."""
    job = state.certificates[_at(state)].job
    state, commands = _ended(replace(state, stopped=True, cause="mismatch"), "mismatch", "mismatch")
    return state, (Stop(job, why), *_kept(ended, commands))


def _refused(state: Printing, why: str) -> Turn:
    """What has begun here comes to its end; of the rest the facts know better, so nothing is written of it."""
    outcomes: tuple[Outcome, ...] = ()
    if state.certificates[_at(state)].begun:
        state, outcomes = _closed(state, why, "incomplete")
    made = tuple(one if one.verdict else replace(one, verdict="void", cause=why) for one in state.certificates)
    kept: tuple[Command, ...] = (Keep(outcomes),) if outcomes else ()
    return replace(state, certificates=made, phase="done", cause=why), (*kept, Done())


Ending = Literal["incomplete", "mismatch", "stopped"]
_UNBEGUN: Mapping[Ending, Literal["not_issued", "mismatch", "stopped"]] = {
    "incomplete": "not_issued",
    "mismatch": "mismatch",
    "stopped": "stopped",
}


def _ended(state: Printing, cause: str, why: Ending) -> Turn:
    outcomes: list[Outcome] = []
    while any(not one.verdict for one in state.certificates):
        one = state.certificates[_at(state)]
        if one.begun:
            state, closed = _closed(state, cause, "mismatch" if why == "mismatch" else "incomplete")
            outcomes += closed
        else:
            outcomes.append(CertificateIsVoid(one.job, _UNBEGUN[why]))
            state = _changed(state, replace(one, verdict="void", cause=cause))
    kept: tuple[Command, ...] = (Keep(tuple(outcomes)),) if outcomes else ()
    return replace(state, phase="done"), (*kept, Done())
