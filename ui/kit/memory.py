"""What a console, which has more pages than any other face, does to stay small."""

from __future__ import annotations

import sys

M_MMAP_THRESHOLD = -3
"""mallopt(3). Set once, it no longer grows by itself with the largest piece that was given back."""
THRESHOLD_BYTES = 128 * 1024


def stay_small() -> None:
    """To be called after the first frame, because ctypes costs a millisecond, and before msgspec is loaded.

    Pictures of a screen go back to the system when they are put away: else each later one may take room beside them.
    And msgspec takes typing's own where typing_extensions, which other parts of the product bring, would cost 1 MiB.
    """
    import ctypes

    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, THRESHOLD_BYTES)
    if "msgspec" not in sys.modules:
        sys.modules.setdefault("typing_extensions", None)  # type: ignore[arg-type]
