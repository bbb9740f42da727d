"""460 announcements an hour, bursts and recalls among them: each is spoken, merged or dropped by the rules, none late.

`python -m tests.kiosk_app.voice.test_busy_hour` prints the figures of decision 022.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.api import Announcement
from kiosk_app.voice import english
from kiosk_app.voice.phrases import english_sentence, sentence
from kiosk_app.voice.readings import load
from kiosk_app.voice.rules import LATE_MS, Drop, Speak
from kiosk_app.voice.synthesiser import Synthesiser, chime, duration_s
from tests.kiosk_app.voice import busy_hour
from tests.kiosk_app.voice.busy_hour import Mix, Report, hour, lasts_ms, speak_hour

pytestmark = pytest.mark.slow

SEEDS = range(40)
STEADY, BURSTS, A_THIRD = Mix(bursts=0), Mix(), Mix(announcements=230, bursts=3)
MIXES = {"steady": STEADY, "bursts": BURSTS, "one floor of three": A_THIRD, "handing over": Mix(handover=1.0)}


def reports(mix: Mix) -> list[Report]:
    return [speak_hour(hour(seed, mix)) for seed in SEEDS]


def test_each_announcement_is_spoken_merged_or_dropped_as_the_rules_say() -> None:
    for mix in MIXES.values():
        for seed in SEEDS[:10]:
            calls = hour(seed, mix)
            judge(calls, speak_hour(calls))


def judge(calls: list[Announcement], report: Report) -> None:
    """Without the rules' own state: only what was announced when, and what was said when."""
    ends = {n: at_ms + lasts_ms(c) for n, (at_ms, c) in enumerate(report.history) if isinstance(c, Speak)}
    settled: dict[str, int] = {}
    announced: dict[str, list[int]] = {}
    for call in calls:
        announced.setdefault(call.call_id, []).append(call.called_utc_ms)
    for n, (at_ms, command) in enumerate(report.history):
        before = [t for t in announced[command.announcement.call_id] if t <= at_ms]
        if isinstance(command, Drop):
            assert command.why == "late"
            assert at_ms - command.announcement.called_utc_ms > LATE_MS
        elif command.saying == 1:
            assert at_ms - max(before) <= LATE_MS
        else:
            settled_by_now = dict(settled)
            waiting = [
                key
                for key, times in announced.items()
                if any(t <= at_ms and t > settled_by_now.get(key, -1) for t in times)
            ]
            assert waiting == [], "said twice although something waited"
        # What is announced while it is being said is merged with it.
        settled[command.announcement.call_id] = ends.get(n, at_ms)
    for key, times in announced.items():
        assert max(times) <= settled[key], "forgotten"
    for (n, end_ms), later in zip(list(ends.items()), list(ends)[1:], strict=False):
        assert end_ms <= report.history[later][0], f"two voices at once after {n}"


def test_lateness_is_bounded_and_the_hour_is_kept_up_with() -> None:
    """Seeded, so these are figures and not chances: shares of 460 that the display alone tells."""
    shares = {}
    for name, mix in MIXES.items():
        found = reports(mix)
        assert max(max(report.late_ms) for report in found) <= LATE_MS
        shares[name] = sum(r.dropped.total() for r in found) / (len(found) * mix.announcements)
    assert shares["steady"] < 0.06
    assert shares["bursts"] < 0.15
    assert shares["one floor of three"] < 0.11
    assert shares["handing over"] < 0.21


def test_an_hour_in_three_parts_is_three_voices_that_never_say_a_call_of_another_floor() -> None:
    floors = ("1F", "2F", "3F")
    calls = [replace(call, zone=floors[int(call.call_id[1:]) % 3]) for call in hour(7, BURSTS)]
    heard = [speak_hour(calls, zone) for zone in floors]
    said = [{c.announcement.call_id for _, c in report.history} for report in heard]
    assert set.union(*said) == {call.call_id for call in calls}
    assert sum(len(one) for one in said) == len({call.call_id for call in calls})
    assert sum(report.dropped.total() for report in heard) < speak_hour(hour(7, BURSTS)).dropped.total() / 2


def test_a_silent_hour_says_nothing_and_says_so_of_each_call() -> None:
    report = speak_hour([replace(call, volume=0) for call in hour(1, BURSTS)])
    assert report.dropped == {"silent": 460}
    assert report.late_ms == []


def test_what_waits_is_not_spoken_any_more_when_it_is_called_again_in_silence() -> None:
    first, second = hour(1, STEADY)[:2]
    again = replace(second, volume=0, called_utc_ms=1_000, now_utc_ms=1_000)
    heard = [replace(c, called_utc_ms=0, now_utc_ms=0) for c in (first, second)]
    report = speak_hour([*heard, again])
    assert {c.announcement.call_id for _, c in report.history if isinstance(c, Speak)} == {first.call_id}
    assert report.dropped == {"silent": 1}


def test_the_lengths_of_the_model_are_those_of_the_voices() -> None:
    voice, words = Synthesiser(load()), load()
    call = hour(1, STEADY)[0]
    call = replace(call, number=105, counter=3)
    for stage in ("reception", "handover"):
        said = replace(call, stage=stage)
        japanese_s = duration_s(voice.samples(sentence(said, words)))
        assert abs(japanese_s * 1000 - busy_hour.JAPANESE_MS[stage]) < 100
        samples, trouble = english.samples(english_sentence(said))
        assert trouble == ""
        assert abs((0.3 + duration_s(samples)) * 1000 - busy_hour.ENGLISH_MS[stage]) < 100
    assert (duration_s(chime()), duration_s(chime(True))) == (1.1, 0.4)


def main() -> None:
    for name, mix in MIXES.items():
        found = reports(mix)
        late = sorted(ms for report in found for ms in report.late_ms)
        hours = len(found)
        print(
            f"{name}: {mix.announcements} an hour: said twice {sum(r.said_twice for r in found) / hours:.0f}, "
            f"once {sum(r.said_once for r in found) / hours:.0f}, merged {sum(r.merged for r in found) / hours:.0f}, "
            f"dropped {sum(r.dropped.total() for r in found) / hours:.1f}; begun after (median, p95, most) "
            f"{late[len(late) // 2] / 1000:.1f}, {late[len(late) * 95 // 100] / 1000:.1f}, {late[-1] / 1000:.1f} s"
        )


if __name__ == "__main__":
    main()
