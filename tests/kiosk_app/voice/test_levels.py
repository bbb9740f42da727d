"""Volumes in percent, measured on the samples that go into the WAV file."""

from __future__ import annotations

import array
import math

import pytest

from kiosk_app.voice.levels import at_volume, three_times_the_rate
from kiosk_app.voice.synthesiser import chime

RATE_HZ = 16_000


def rms(samples: bytes) -> float:
    values = array.array("h", samples)
    return math.sqrt(sum(v * v for v in values) / len(values))


def tone(pitch_hz: float) -> bytes:
    return array.array(
        "h", (round(8_000 * math.sin(2 * math.pi * pitch_hz * n / RATE_HZ)) for n in range(RATE_HZ))
    ).tobytes()


@pytest.mark.parametrize(("percent", "decibel"), [(100, 0.0), (80, -1.94), (50, -6.02), (10, -20.0)])
def test_a_percentage_is_of_the_amplitude(percent: int, decibel: float) -> None:
    measured = 20 * math.log10(rms(at_volume(chime(), percent)) / rms(chime()))
    assert measured == pytest.approx(decibel, abs=0.05)


def test_full_volume_changes_no_bit_and_none_is_silence() -> None:
    assert at_volume(chime(), 100) is chime()
    assert set(at_volume(chime(), 0)) == {0}


@pytest.mark.parametrize("pitch_hz", [120, 1_000, 4_000, 6_000])
def test_a_tone_at_three_times_the_rate_is_the_same_tone(pitch_hz: int) -> None:
    raised = array.array("h", three_times_the_rate(tone(pitch_hz)))
    assert len(raised) == 3 * RATE_HZ
    wanted = [8_000 * math.sin(2 * math.pi * pitch_hz * n / (3 * RATE_HZ)) for n in range(3 * RATE_HZ)]
    middle = range(1_000, 47_000)
    error = math.sqrt(sum((raised[n] - wanted[n]) ** 2 for n in middle) / len(middle))
    assert 20 * math.log10(error / (8_000 / math.sqrt(2))) < -50


def test_the_loudest_samples_do_not_wrap_round() -> None:
    square = array.array("h", [32_767] * 400 + [-32_768] * 400).tobytes()
    raised = array.array("h", three_times_the_rate(square))
    assert min(raised[300:1_100]) > 30_000
