"""What a touch means: a press happens when the first finger leaves the plate on which it came down. Pure.

A finger may stay as long as it likes and slip a little; one that slides off presses nothing. While one finger holds a
plate, other fingers, sleeves and drops of water mean nothing; a drop that lies on a plate for long gives it up again.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

SLIP_PX = 24
LONGEST_TOUCH_MS = 10_000
"""Then another finger may take over: whatever lies there is no finger."""


class Target(msgspec.Struct, frozen=True):
    id: str
    x: float
    y: float
    width: float
    height: float
    hold_ms: float = 0
    """A finger must have stayed so long before it leaves."""

    def holds(self, x: float, y: float, slip: float = 0) -> bool:
        return self.x - slip <= x <= self.x + self.width + slip and self.y - slip <= y <= self.y + self.height + slip


class Fingers(msgspec.Struct, frozen=True):
    """`finger` has come down on `target`, on the screen of that id; `inside` while it has not slid off."""

    finger: int | None = None
    target: Target | None = None
    screen_id: str = ""
    inside: bool = False
    since_ms: int = 0

    @property
    def held(self) -> str:
        return self.target.id if self.target and self.inside else ""


NONE = Fingers()


def down(
    state: Fingers, finger: int, x: float, y: float, targets: Sequence[Target], screen_id: str, now_ms: int
) -> Fingers:
    if state.finger is not None and state.finger != finger and now_ms - state.since_ms < LONGEST_TOUCH_MS:
        return state
    for target in reversed(targets):
        if target.holds(x, y):
            return Fingers(finger, target, screen_id, True, now_ms)
    return state if state.finger not in (None, finger) else NONE


def moved(state: Fingers, finger: int, x: float, y: float) -> Fingers:
    if state.finger != finger or state.target is None:
        return state
    return replace(state, inside=state.target.holds(x, y, SLIP_PX))


def up(state: Fingers, finger: int, x: float, y: float, screen_id: str, now_ms: float = 0) -> tuple[Fingers, str]:
    """And the control that is pressed by it, if any: never one of a screen that came after the touch."""
    if state.finger != finger or state.target is None:
        return state, ""
    stayed = now_ms - state.since_ms >= state.target.hold_ms
    pressed = stayed and state.target.holds(x, y, SLIP_PX) and state.screen_id == screen_id
    return NONE, state.target.id if pressed else ""


def lost(state: Fingers, finger: int) -> Fingers:
    return NONE if state.finger == finger else state
