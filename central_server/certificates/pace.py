"""When an answer leaves that must not tell by its time what it hides by its words."""

from __future__ import annotations

import math

STEP_S = 0.25
"""An answer leaves at the end of a step, counted from its question; one that takes longer leaves at the end of
another."""


def wait_s(took_s: float) -> float:
    """How long it has to be kept; more than nothing, so that one step is never left in zero time."""
    return max(1, math.ceil(took_s / STEP_S)) * STEP_S - took_s
