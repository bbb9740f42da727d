"""What the earphone says of the screens as they come: pure, so that a whole visit can be tried in a millisecond.

A new screen is said from its beginning and silences the one before. News on the same screen is said alone; a figure
that changed while somebody listens to twelve choices is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk_app.api import CitizenView

SPOKEN_LANGUAGES = ("ja", "easy")
JAPANESE_ONLY = ("音声のご案内は日本語だけです。", "言語を日本語に変えるか、職員をお呼びください。")
"""The speech library knows no other language (docs/decisions/006): better said than left to silence."""


@dataclass(frozen=True)
class Listening:
    """The screen that was last said; none while the voice is off."""

    screen_id: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Say:
    """Instead of whatever is being said; nothing at all where there are no sentences."""

    screen: str
    sentences: tuple[str, ...]


def follow(before: Listening, view: CitizenView) -> tuple[Listening, Say | None]:
    """None: go on with what is being said."""
    if not view.voice:
        return Listening(), Say(view.screen, ()) if before.screen_id else None
    now = Listening(view.screen_id, sentences(view))
    if before.screen_id != now.screen_id:
        return now, Say(view.screen, now.sentences)
    known = {_without_figures(sentence) for sentence in before.sentences}
    news = tuple(sentence for sentence in now.sentences if _without_figures(sentence) not in known)
    return now, Say(view.screen, news) if news else None


def sentences(view: CitizenView) -> tuple[str, ...]:
    """Said one by one: the first is heard while the next is still being made."""
    if view.language not in SPOKEN_LANGUAGES:
        return JAPANESE_ONLY
    return tuple(found.strip() for found in re.findall(r"[^。？?]+[。？?]*", view.spoken) if found.strip())


def _without_figures(sentence: str) -> str:
    return re.sub(r"\d+", "", sentence)
