"""How deep a run digs. The inner loop tries fewer examples of each property, and leaves no property out for that."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal, cast

import pytest

DEPTH = cast(Literal["quick", "plain", "long"], os.environ.get("HITOFUDA_TEST_DEPTH", "plain"))
"""Set by scripts/test."""


def examples(plain: int) -> int:
    """For hypothesis; `plain` is the number outside of the inner loop."""
    return max(8, plain // 5) if DEPTH == "quick" else plain


def seeds(quick: Iterable[int], plain: Iterable[int], long: Iterable[int]) -> list[object]:
    """For parametrize. What this depth leaves out is not even made: to gather thousands costs each worker a second.
    One of the long ones is played again with HITOFUDA_TEST_DEPTH=long."""
    return [
        *quick,
        *(pytest.param(seed, marks=pytest.mark.slow) for seed in plain if DEPTH != "quick"),
        *(pytest.param(seed, marks=pytest.mark.long) for seed in long if DEPTH == "long"),
    ]
