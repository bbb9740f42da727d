"""One place for the small questions that every screen asks: a word in the visitor's language, is it open, how long
is the wait. Pure: a state and a context in, texts out.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Literal, NamedTuple

import segno

from kiosk_app.api import Language
from kiosk_app.journeys.messages import Context, GroupLoad
from kiosk_app.office import calendar, catalogue, dates
from kiosk_app.office.catalogue import Group, Office, Service, Text
from kiosk_app.words import Words

HTML_LANGUAGES: dict[Language, str] = {
    "ja": "ja",
    "easy": "ja",
    "en": "en",
    "zh": "zh-Hans",
    "ko": "ko",
    "vi": "vi",
}
LANGUAGE_NAMES: dict[Language, str] = {
    "ja": "日本語",
    "easy": "やさしい日本語",
    "en": "English",
    "zh": "简体中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
}
"""Each in its own script: who needs it can read it. Not a matter for translators."""

QR_SCALE = 6
NOT_TOLD = "—"
"""In place of a time that nobody can promise; it is not spoken."""
SENTENCES_BY = {"confirm.called": "confirm.called_by", "ticket.estimate": "ticket.estimate_by"}
"""What stands in place of a sentence when its range has begun."""


class Desk:
    """A language and a context."""

    def __init__(self, context: Context, language: Language) -> None:
        self.context = context
        self.office = context.office
        self.language: Language = language
        self.at = local_time(context.office, context.now_utc_ms)

    def say(self, key: str, count: int | None = None, /, **values: object) -> str:
        return self.context.words.say(self.language, key, count, **values)

    def text(self, value: Text) -> str:
        return catalogue.text(value, self.language)

    def closed(self, target: Service | Group | None) -> calendar.Closed | None:
        answer = calendar.opening(self.office, target, self.at)
        return answer if isinstance(answer, calendar.Closed) else None

    def why(self, closed: calendar.Closed) -> str:
        return calendar.sentence(self.office, closed, self.at, self.language)

    def load(self, letter: str) -> GroupLoad | None:
        return self.context.loads.get(letter)

    def estimate(self, told: Told) -> str:
        return estimate_text(self.context.words, self.language, self.office, told)

    def place(self, letter: str) -> str:
        return place_text(self.context.words, self.language, self.office, letter)

    def date(self) -> str:
        return dates.screen_date(self.at.date(), self.language)


def local_time(office: Office, utc_ms: int) -> datetime:
    return datetime.fromtimestamp(utc_ms / 1000, UTC).astimezone(catalogue.zone(office))


class Told(NamedTuple):
    """An estimate and the time when it is read: on paper that of its issue. Without a promise it ends at 0."""

    from_ms: int
    to_ms: int
    now_ms: int

    @property
    def promised(self) -> bool:
        return self.to_ms > 0

    @property
    def begun(self) -> bool:
        """The beginning is no news any more, and a time in the past would only puzzle."""
        return self.from_ms <= self.now_ms


def estimate_text(words: Words, language: str, office: Office, told: Told) -> str:
    """10:40〜10:55, or 8:35ごろまで; empty where nothing can be promised."""
    if not told.promised:
        return ""
    first, last = (dates.clock_time(local_time(office, ms)) for ms in (told.from_ms, told.to_ms))
    if told.begun:
        return words.say(language, "estimate.by", time=last)
    return words.say(language, "estimate.range", first=first, last=last)


def estimate_sentence(
    words: Words, language: str, office: Office, told: Told, sentence: Literal["confirm.called", "ticket.estimate"]
) -> str:
    """The same within a sentence."""
    if not told.promised:
        return ""
    if told.begun:
        return words.say(language, SENTENCES_BY[sentence], time=dates.clock_time(local_time(office, told.to_ms)))
    return words.say(language, sentence, estimate=estimate_text(words, language, office, told))


def place_text(words: Words, language: str, office: Office, letter: str) -> str:
    """1階 3〜6番窓口."""
    runs = [
        str(first) if first == last else words.say(language, "place.range", first=first, last=last)
        for first, last in catalogue.counter_runs(office, letter)
    ]
    floor = catalogue.text(catalogue.floor_of(office, letter).name, language)
    only_one = len(runs) == 1 and runs[0].isdigit()
    counters = words.say(language, "place.separator").join(runs)
    return words.say(language, "place", 1 if only_one else 2, floor=floor, counters=counters)


@lru_cache(maxsize=64)
def qr_png(payload: str) -> str:
    """A QR code as a data:image/png address."""
    picture = BytesIO()
    segno.make(payload, error="m", micro=False).save(picture, kind="png", scale=QR_SCALE, border=4)
    return "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode("ascii")
