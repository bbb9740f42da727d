"""The next call's sound is ready when its turn comes, is made once, and does not pile up."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from kiosk_app.api import Announcement
from kiosk_app.voice.check import SAMPLE
from kiosk_app.voice.making import KEPT, Making


def call(number: int) -> Announcement:
    return replace(SAMPLE, number=number)


def test_a_second_saying_and_a_recall_are_not_made_again_and_volume_makes_no_other_sound() -> None:
    made: list[int] = []

    def make(one: Announcement) -> bytes:
        made.append(one.number)
        return bytes([one.number])

    making = Making(make)
    for one in (call(1), call(2), replace(call(1), call_id="again", volume=50), call(2)):
        assert making.begin(one).result(10) == bytes([one.number])
    assert made == [1, 2]
    assert making.begin(replace(call(1), language="en")).result(10) == bytes([1])
    assert made == [1, 2, 1], "another language is another sound"


def test_it_is_made_while_nobody_waits_for_it_and_only_a_few_are_kept() -> None:
    made: list[int] = []
    begun, going = threading.Event(), threading.Event()

    def make(one: Announcement) -> bytes:
        begun.set()
        going.wait(10)
        made.append(one.number)
        return b""

    making = Making(make)
    wished = [making.begin(call(1))]
    assert begun.wait(10)
    wished += [making.begin(call(number)) for number in range(2, 10)]
    assert made == []
    going.set()
    assert wished[-1].result(10) == b""
    # The first was being made already; those that were overtaken are not made at all.
    assert made == [1, *range(10 - KEPT, 10)]
    assert [one.cancelled() for one in wished] == [False, *[True] * (9 - 1 - KEPT), *[False] * KEPT]


def test_a_bug_in_making_is_raised_where_the_sound_is_wanted() -> None:
    def make(one: Announcement) -> bytes:
        raise RuntimeError("the voice gives 44100 Hz")

    with pytest.raises(RuntimeError, match="44100"):
        Making(make).begin(call(1)).result(10)
