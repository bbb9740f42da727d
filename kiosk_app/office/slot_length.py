"""How long a slot of a service should be, and why: replayed from what was measured, never guessed from a mean.

The shortest whole minute at which a lane of slots keeps its promises: the latest measured visits one after the other,
one a slot, and no more than one in ten begins later than `LATE_S`. Booked slots are promises and stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from kiosk_app.office.figures import Call, calls_of, nearest_rank
from kiosk_app.office.state import OfficeState

SAMPLES_MIN = 10
SAMPLES_MAX = 60
LATE_S = 5 * 60
LATE_SHARE = 0.1
SHORTEST_MIN, LONGEST_MIN = 3, 60


class SlotLength(NamedTuple):
    """`minutes` is None where nothing can be suggested; `reason_ja` says why, or what it rests on."""

    samples: int
    median_s: int | None
    p90_s: int | None
    minutes: int | None
    reason_ja: str


def handling_samples_s(state: OfficeState, service: str, calls: Sequence[Call] | None = None) -> list[int]:
    """The latest measured calls, oldest first. `calls` is `calls_of(state.day)` where it is known.

    Of a service with two stages only today's first calls: what is known of the days before is of the second.
    """
    calls = calls_of(state.day) if calls is None else calls
    first = [call for call in calls if call.service == service and not call.handover]
    if any(call.end is not None and call.end.kind == "ReadyForHandover" for call in first):
        times = [call.handling_s() for call in first]
        return [time_s for time_s in times if time_s is not None][-SAMPLES_MAX:]
    known = [*state.past_service_s.get(service, []), *state.day.service_s.get(service, [])]
    return known[-SAMPLES_MAX:]


def pooled(by_service: Sequence[Sequence[int]]) -> list[int]:
    """Of several services that share their slots, in turn, the latest last: each has its part of the latest."""
    rows = zip_longest(*(list(reversed(samples)) for samples in by_service))
    found = [sample for row in rows for sample in row if sample is not None][:SAMPLES_MAX]
    return found[::-1]


def suggested(samples_s: Sequence[int]) -> SlotLength:
    """From handling times in the order in which they were measured."""
    count, ordered = len(samples_s), sorted(samples_s)
    median_s, p90_s = nearest_rank(ordered, 0.5), nearest_rank(ordered, 0.9)
    if count < SAMPLES_MIN:
        reason = f"測定がまだ{count}件のため、おすすめできません（{SAMPLES_MIN}件から）。"
        return SlotLength(count, median_s, p90_s, None, reason)
    assert median_s is not None and p90_s is not None
    measured = f"直近{count}件の処理時間は、中央値{_minutes(median_s)}分、10件のうち9件が{_minutes(p90_s)}分以内です。"
    shortest = max(SHORTEST_MIN, math.ceil(sum(samples_s) / count / 60))
    for minutes in range(shortest, LONGEST_MIN + 1):
        if _late(samples_s, minutes * 60) <= LATE_SHARE * count:
            why = f"{minutes}分なら、続けて予約が入っても{LATE_S // 60}分より遅れて始まる方は10人に1人までです。"
            return SlotLength(count, median_s, p90_s, minutes, measured + why)
    why = f"{LONGEST_MIN}分の枠でも間に合わない方が多いため、窓口を増やすか業務を分けてください。"
    return SlotLength(count, median_s, p90_s, None, measured + why)


def _late(samples_s: Sequence[int], slot_s: int) -> int:
    """How many of a full lane begin more than LATE_S after their slot."""
    behind_s = late = 0
    for handling_s in samples_s:
        late += behind_s > LATE_S
        behind_s = max(0, behind_s + handling_s - slot_s)
    return late


def _minutes(seconds: int) -> int:
    return math.ceil(seconds / 60)
