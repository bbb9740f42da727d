"""Which machine is the hub, and which of its facts count where two were it at once. Pure: the same on every machine.

A reign is one `HubTaken`. The reign of the highest epoch counts, and of two of one epoch that of the machine with the
lower number; with it its ancestors: the reign that it knew of when it began, the one before that, and so on. What a hub
wrote as a hub counts when its reign is one of these and every later one of them knew it when it began. So nothing
depends on the order in which facts arrive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from kiosk_app.office.across_days import Followed, Reign
from kiosk_app.office.facts_hub import HubHandedOver, HubTaken, TakenBecause
from kiosk_app.office.state import OfficeState

Role = Literal["hub", "handing_over", "machine"]
FIRST_EPOCH = 1
EPOCHS_AHEAD_MAX = 1_000
"""No office changes its hub so often unseen: one that could set the epoch to its end could stop every change."""


class Rank(NamedTuple):
    """The order of hubs. `order` is the number of the machine, less than nothing, so that the lower one is greater."""

    epoch: int
    order: int
    code: str


class Place(NamedTuple):
    """Of a fact among all that one machine has written, in whichever of its logs."""

    incarnation: int
    seq: int


@lru_cache(1_000)
def rank(epoch: int, code: str) -> Rank:
    found = re.search(r"[0-9]+", code)
    return Rank(epoch, -int(found[0]) if found else -1_000_000, code)


def code_of(machine: str) -> str:
    """m1~2 is a log of m1."""
    return machine.partition("~")[0]


def place(machine: str, seq: int) -> Place:
    return Place(_incarnation(machine), seq)


@lru_cache(1_000)
def _incarnation(machine: str) -> int:
    suffix = machine.partition("~")[2]
    return int(suffix) if suffix.isdigit() else 0


def order(reign: Reign) -> tuple[Rank, Place]:
    return rank(reign.epoch, reign.code), place(reign.machine, reign.seq)


def line_of(reigns: Iterable[Reign]) -> list[Reign]:
    """The reign that counts and its ancestors, latest first."""
    left = sorted(reigns, key=order, reverse=True)
    line = left[:1]
    for one in left[1:]:
        if one.seq <= line[-1].after.get(one.machine, 0):
            line.append(one)
    return line


def reign_of(reigns: Iterable[Reign], machine: str, seq: int) -> Reign | None:
    """Under which this place of a chain stands; None: before any of its machine."""
    here, code = place(machine, seq), code_of(machine)
    own = (one for one in reigns if one.code == code and place(one.machine, one.seq) <= here)
    return max(own, key=lambda one: place(one.machine, one.seq), default=None)


def counts(reigns: Sequence[Reign], line: Sequence[Reign], machine: str, seq: int) -> bool:
    """Whether what stands there as a hub's fact counts."""
    own = reign_of(reigns, machine, seq) if reigns else None
    if own is not None and own not in line:
        return False
    for later in line:
        if own is not None and order(later) <= order(own):
            return True
        if seq > later.after.get(machine, 0):
            return False
    return True


def differs(state: OfficeState, reigns: Sequence[Reign], line: Sequence[Reign]) -> bool:
    """Whether, of what this state has folded as a hub's, other facts count by `reigns` than by its own."""
    if line == state.line:
        return False
    for machine, last in state.hub_wrote.items():
        edges = {1, last}
        for one in (*state.reigns, *reigns):
            known = one.after.get(machine, 0)
            edges |= {known, known + 1} | ({one.seq, one.seq - 1} if one.machine == machine else set())
        for seq in edges:
            if 1 <= seq <= last and counts(state.reigns, state.line, machine, seq) != counts(
                reigns, line, machine, seq
            ):
                return True
    return False


# --- who it is now -------------------------------------------------------------------------------------------


def highest(state: OfficeState) -> Rank:
    """The highest hub that anybody has told of in the log; of an office that never changed, epoch 1 of no one named."""
    taken = [rank(one.epoch, one.code) for one in state.line[:1]]
    followed = [rank(one.epoch, one.hub) for one in state.followed.values()]
    return max([rank(FIRST_EPOCH, ""), *taken, *followed])


def role_of(state: OfficeState, code: str, first: bool) -> Role:
    """`first`: this machine is the hub of an office whose log tells of none."""
    if state.line[0].code != code if state.line else not first:
        return "machine"
    followed, handed = state.followed.get(code), state.handed.get(code)
    if followed is None and handed is None:
        return "hub"
    mine = max((place(r.machine, r.seq) for r in state.reigns if r.code == code), default=Place(0, 0))
    if followed is not None and place(followed.machine, followed.seq) > mine:
        return "machine"
    if handed is not None and place(handed.machine, handed.seq) > mine:
        return "handing_over"
    return "hub"


def reigns_now(state: OfficeState, code: str) -> bool:
    """Whether a machine may go on with a hub's facts, as far as its own chain says. A chain of which no beginning is
    known belongs to the first hub, where no other is known to be that."""
    mine = max((place(r.machine, r.seq) for r in state.reigns if r.code == code), default=None)
    if mine is None and any(r.epoch == FIRST_EPOCH for r in state.reigns):
        return False
    ends = (known for known in (state.followed.get(code), state.handed.get(code)) if known is not None)
    return all(place(one.machine, one.seq) < (mine or Place(0, 0)) for one in ends)


def taken(state: OfficeState, heads: Mapping[str, int], code: str, cause: TakenBecause) -> HubTaken:
    """`heads`: how far this log knows each chain, with its own."""
    epoch = FIRST_EPOCH if cause == "first" else highest(state).epoch + 1
    return HubTaken(machine_code=code, epoch=epoch, cause=cause, after=dict(heads))


def handed_over(state: OfficeState, to: str) -> HubHandedOver:
    return HubHandedOver(to=to, epoch=highest(state).epoch + 1)


def is_named_next(state: OfficeState, code: str) -> bool:
    """Whether the hub has handed over to this machine, and nobody is known to have taken over since."""
    if not state.line or state.line[0].code == code:
        return False
    giver = state.line[0]
    handed = state.handed.get(giver.code)
    if handed is None or handed.hub != code or place(handed.machine, handed.seq) < place(giver.machine, giver.seq):
        return False
    return role_of(state, giver.code, False) == "handing_over" and highest(state).epoch < handed.epoch


def may_lease(state: OfficeState, code: str, candidates: Iterable[str]) -> bool:
    """Whether this hub knows every number that any hub has leased. One that took over by force does when each of the
    machines that may be hub has said that it stopped. One that is none of them any more (`candidates`) cannot say so:
    without its word it is not before the next day."""
    forced = next((one for one in state.line if one.cause == "forced"), None)
    if forced is None:
        return True
    since, known = rank(forced.epoch, forced.code), set(candidates) - {code}
    if any(_stood(state, one) < since for one in known):
        return False
    gone = {one.code for one in state.reigns} - known - {code}
    told = all(_stood(state, one) >= since for one in gone) and any(r.epoch == FIRST_EPOCH for r in state.reigns)
    return told or forced.day < state.day.date


def _stood(state: OfficeState, code: str) -> Rank:
    """The highest that this machine's own chain tells of."""
    told = [rank(one.epoch, one.code) for one in state.reigns if one.code == code]
    marks: list[Followed | None] = [state.followed.get(code), state.handed.get(code)]
    told += [rank(one.epoch, one.hub) for one in marks if one is not None]
    return max(told, default=rank(0, ""))
