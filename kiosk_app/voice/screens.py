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
"""The earphone speaks no other language yet (docs/decisions/022): better said than left to silence."""


@dataclass(frozen=True)
class Listening:
    """The screen that was last said; none while the voice is off."""

    screen_id: str = ""
    sentences: tuple[str, ...] = ()
    typed: int = -1
    """Of a PIN, where there is a keypad."""
    chimes: bool = False
    aloud: str = ""


@dataclass(frozen=True)
class Say:
    """Instead of whatever is being heard; nothing at all where there are no sentences."""

    screen: str
    sentences: tuple[str, ...]
    click: bool = False
    """First the sound of a key, the same for every digit."""
    chimes: bool = False
    """Then the chime, again and again: something was left lying. Whether or not the voice is on."""
    aloud: str = ""
    """Before the chime, from the machine's own loudspeaker, for who has no earphone in the ear."""


def follow(before: Listening, view: CitizenView) -> tuple[Listening, Say | None]:
    """None: go on with what is being heard."""
    if not view.voice:
        aloud = view.aloud if view.language in SPOKEN_LANGUAGES else ""
        now = Listening(chimes=view.chime, aloud=aloud)
        silenced = bool(before.screen_id) or (before.chimes, before.aloud) != (now.chimes, now.aloud)
        return now, Say(view.screen, (), chimes=now.chimes, aloud=aloud) if silenced else None
    typed = view.keypad.typed if view.keypad is not None else -1
    now = Listening(view.screen_id, sentences(view), typed, view.chime)
    # Each digit makes a new screen; whoever types it has heard the sentences before.
    same = before.screen_id == now.screen_id or (before.typed >= 0 and typed >= 0)
    known = {_without_figures(sentence) for sentence in before.sentences} if same else set()
    news = tuple(sentence for sentence in now.sentences if _without_figures(sentence) not in known)
    click = before.typed >= 0 and typed >= 0 and typed != before.typed
    if news or click or now.chimes != before.chimes or not same:
        return now, Say(view.screen, news, click, now.chimes)
    return now, None


def sentences(view: CitizenView) -> tuple[str, ...]:
    """Said one by one: the first is heard while the next is still being made."""
    if view.language not in SPOKEN_LANGUAGES:
        return JAPANESE_ONLY
    return tuple(found.strip() for found in re.findall(r"[^。？?]+[。？?]*", view.spoken) if found.strip())


def _without_figures(sentence: str) -> str:
    return re.sub(r"\d+", "", sentence)
