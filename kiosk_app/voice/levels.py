"""Samples louder, softer and at another rate: 16-bit little-endian mono.

numpy is loaded on first use; the speech library brings it and has paid for it by then.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

TAPS = 95
"""Of the filter behind the stuffed zeros: what mirrors of the voice lie above 8 kHz are 60 dB down."""


def at_volume(samples: bytes, percent: int) -> bytes:
    """Percent of the amplitude: 50 is 6 dB softer. 100 changes no bit."""
    if percent >= 100:
        return samples
    import numpy

    softer: bytes = (numpy.frombuffer(samples, "<i2") * (percent / 100)).round().astype("<i2").tobytes()
    return softer


def three_times_the_rate(samples: bytes) -> bytes:
    """16 kHz to 48 kHz."""
    import numpy

    stuffed = numpy.zeros(len(samples) // 2 * 3)
    stuffed[::3] = numpy.frombuffer(samples, "<i2")
    smooth = numpy.convolve(stuffed, _low_pass(), "same")
    raised: bytes = smooth.round().clip(-32768, 32767).astype("<i2").tobytes()
    return raised


@functools.cache
def _low_pass() -> NDArray[numpy.float64]:
    """A windowed sinc with its edge at a sixth of the rate; three times as strong, because two of three are zeros."""
    import numpy

    place = numpy.arange(TAPS) - TAPS // 2
    return numpy.asarray(numpy.sinc(place / 3.2) / 3.2 * numpy.blackman(TAPS) * 3)
