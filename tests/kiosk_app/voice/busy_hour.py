"""A busy hour of calls on virtual time: seeded arrivals with bursts and recalls, spoken at measured lengths."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiosk_app.api import Announcement, Language
from kiosk_app.voice.rules import Drop, Finished, Heard, Speak, VoiceState, step

HOUR_MS = 3_600_000
CHIME_MS, SHORT_CHIME_MS = 1_100, 400
JAPANESE_MS = {"reception": 4_500, "handover": 6_750}
ENGLISH_MS = {"reception": 3_550, "handover": 3_950}
"""With the pause before it. All four are of A-105 at counter 3; test_busy_hour measures them again."""
MAKING_MS = 350
"""Of a call that nobody waited for; the next one is made while the one before is heard (voice/making.py)."""
A_BURST = 12
"""So many counters call within ten seconds, as they do when the doors open or after lunch."""


@dataclass(frozen=True)
class Mix:
    """What kind of hour. Shares are of the announcements."""

    announcements: int = 460
    bursts: int = 6
    handover: float = 0.4
    recalled: float = 0.12
    english: float = 0.04


@dataclass
class Report:
    """`late_ms`: from the call to its speech, of every first saying."""

    said_once: int = 0
    said_twice: int = 0
    merged: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    late_ms: list[int] = field(default_factory=list)
    history: list[tuple[int, Speak | Drop]] = field(default_factory=list)


def hour(seed: int, mix: Mix) -> list[Announcement]:
    """In the order of the clock; a recall bears the id of its call and comes 3 to 90 s behind it."""
    chance = random.Random(seed)
    recalls = round(mix.announcements * mix.recalled)
    fresh = mix.announcements - recalls
    starts = [chance.randrange(HOUR_MS) for _ in range(mix.bursts)]
    at = [start + chance.randrange(10_000) for start in starts for _ in range(A_BURST)][:fresh]
    at += [chance.randrange(HOUR_MS) for _ in range(fresh - len(at))]
    calls = [_call(chance, n, at_ms, mix) for n, at_ms in enumerate(sorted(at), 1)]
    again = [(chance.choice(calls), chance.randrange(3_000, 90_000)) for _ in range(recalls)]
    calls += [_at(call, call.called_utc_ms + later_ms) for call, later_ms in again]
    return sorted(calls, key=lambda call: call.called_utc_ms)


def _call(chance: random.Random, number: int, at_ms: int, mix: Mix) -> Announcement:
    language: Language = "en" if chance.random() < mix.english else "ja"
    return Announcement(
        call_id=f"c{number}",
        zone="1F",
        letter="A",
        number=number,
        counter=chance.randrange(1, 21),
        stage="handover" if chance.random() < mix.handover else "reception",
        language=language,
        called_utc_ms=at_ms,
        now_utc_ms=at_ms,
    )


def _at(call: Announcement, at_ms: int) -> Announcement:
    return replace(call, called_utc_ms=at_ms, now_utc_ms=at_ms)


def lasts_ms(speak: Speak) -> int:
    call = speak.announcement
    english_ms = ENGLISH_MS[call.stage] if call.language == "en" else 0
    chime_ms = 0 if speak.saying == 2 else SHORT_CHIME_MS if speak.follows else CHIME_MS
    making_ms = 0 if speak.saying == 2 or speak.follows else MAKING_MS
    return making_ms + chime_ms + JAPANESE_MS[call.stage] + english_ms


def speak_hour(calls: list[Announcement], zone: str = "1F") -> Report:
    """Until the last word; the voice hears a call in the moment in which it is announced."""
    state, report, free_at_ms = VoiceState(zone), Report(), None
    coming = list(calls)
    while coming or free_at_ms is not None:
        if free_at_ms is not None and (not coming or free_at_ms <= coming[0].called_utc_ms):
            now_ms, event = free_at_ms, Finished(free_at_ms)
            free_at_ms = None
        else:
            call = coming.pop(0)
            now_ms, event = call.called_utc_ms, Heard(call, call.called_utc_ms)
        state, commands = step(state, event)
        for command in commands:
            report.history.append((now_ms, command))
            if isinstance(command, Drop):
                report.dropped[command.why] += 1
                continue
            assert free_at_ms is None, "one voice at a time"
            free_at_ms = now_ms + lasts_ms(command)
            if command.saying == 1:
                report.said_once += 1
                report.late_ms.append(now_ms - command.announcement.called_utc_ms)
            else:
                report.said_twice += 1
    report.said_once -= report.said_twice
    report.merged = len(calls) - report.said_once - report.said_twice - sum(report.dropped.values())
    return report
