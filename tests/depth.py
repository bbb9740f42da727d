"""How deep a run digs. The inner loop tries fewer examples of each property, and leaves no property out for that."""

from __future__ import annotations

import os
from typing import Literal, cast

DEPTH = cast(Literal["quick", "plain", "long"], os.environ.get("HITOFUDA_TEST_DEPTH", "plain"))
"""Set by scripts/test."""


def examples(plain: int) -> int:
    """For hypothesis; `plain` is the number outside of the inner loop."""
    return max(8, plain // 5) if DEPTH == "quick" else plain
