"""Which call is spoken next, and how often: pure, so that a busy hour can be tried in a millisecond.

A hall hears one voice at a time. Speech that is late confuses, and the display keeps the call anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kiosk_app.api import Announcement

LATE_MS = 20_000
"""Speech that could not begin within this time after the call is dropped."""

WAITING_LIMIT = 32
"""Far more than can be spoken within LATE_MS; beyond it the oldest is dropped."""


@dataclass(frozen=True)
class Waiting:
    """A call to speak. `called_ms` is on the voice process's own steady clock."""

    announcement: Announcement
    called_ms: int


@dataclass(frozen=True)
class Speaking:
    waiting: Waiting
    saying: Literal[1, 2]


@dataclass(frozen=True)
class VoiceState:
    """An empty zone speaks for every floor."""

    zone: str
    waiting: tuple[Waiting, ...] = ()
    speaking: Speaking | None = None


@dataclass(frozen=True)
class Heard:
    """The core announced a call."""

    announcement: Announcement
    at_ms: int


@dataclass(frozen=True)
class Finished:
    """What was being said has been said, or could not be."""

    at_ms: int


@dataclass(frozen=True)
class Speak:
    """Say it now; the chime belongs to the first saying."""

    announcement: Announcement
    saying: Literal[1, 2]
    follows: bool = False
    """Right behind another call: the hall listens already, and a short chime will do."""


@dataclass(frozen=True)
class Drop:
    """Not spoken; the display still shows it."""

    announcement: Announcement
    why: Literal["late", "too_many", "silent"]


VoiceEvent = Heard | Finished
VoiceCommand = Speak | Drop


def step(state: VoiceState, event: VoiceEvent) -> tuple[VoiceState, tuple[VoiceCommand, ...]]:
    said = None
    if isinstance(event, Heard):
        if event.announcement.volume == 0:
            return _silenced(state, event.announcement)
        state = _heard(state, event)
    else:
        said, state = state.speaking, replace(state, speaking=None)
    state, drops = _without_late(state, event.at_ms)
    if state.speaking is not None:
        return state, drops
    following = _following(state, said, event.at_ms)
    if following is None:
        return state, drops
    left = state.waiting[1:] if following.saying == 1 else state.waiting
    follows = following.saying == 1 and isinstance(event, Finished)
    speak = Speak(following.waiting.announcement, following.saying, follows)
    return replace(state, waiting=left, speaking=following), (*drops, speak)


def _heard(state: VoiceState, event: Heard) -> VoiceState:
    announcement = event.announcement
    if state.zone not in ("", announcement.zone):
        return state
    if state.speaking is not None and state.speaking.waiting.announcement.call_id == announcement.call_id:
        return state
    # Both times are the core's, so its clock may be off without harm.
    age_ms = max(0, announcement.now_utc_ms - announcement.called_utc_ms)
    fresh = Waiting(announcement, event.at_ms - age_ms)
    ids = [w.announcement.call_id for w in state.waiting]
    if announcement.call_id not in ids:
        return replace(state, waiting=(*state.waiting, fresh))
    place = ids.index(announcement.call_id)
    return replace(state, waiting=(*state.waiting[:place], fresh, *state.waiting[place + 1 :]))


def _silenced(state: VoiceState, announcement: Announcement) -> tuple[VoiceState, tuple[VoiceCommand, ...]]:
    """A silent hour has begun: neither this nor what waits of the same call is spoken any more."""
    if state.zone not in ("", announcement.zone):
        return state, ()
    left = tuple(w for w in state.waiting if w.announcement.call_id != announcement.call_id)
    return replace(state, waiting=left), (Drop(announcement, "silent"),)


def _without_late(state: VoiceState, at_ms: int) -> tuple[VoiceState, tuple[Drop, ...]]:
    late = [w for w in state.waiting if at_ms - w.called_ms > LATE_MS]
    kept = [w for w in state.waiting if at_ms - w.called_ms <= LATE_MS]
    surplus = kept[: max(0, len(kept) - WAITING_LIMIT)]
    drops = [Drop(w.announcement, "late") for w in late] + [Drop(w.announcement, "too_many") for w in surplus]
    return replace(state, waiting=tuple(kept[len(surplus) :])), tuple(drops)


def _following(state: VoiceState, said: Speaking | None, at_ms: int) -> Speaking | None:
    """The next call; the same one a second time only when nothing waits."""
    if state.waiting:
        return Speaking(state.waiting[0], 1)
    if said is not None and said.saying == 1 and at_ms - said.waiting.called_ms <= LATE_MS:
        return Speaking(said.waiting, 2)
    return None
