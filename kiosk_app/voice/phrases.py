"""The sentences that are called out, as the office agreed them, with the names of their sound files."""

from __future__ import annotations

from kiosk_app.api import Announcement
from kiosk_app.voice.readings import Readings

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def sentence(announcement: Announcement, readings: Readings) -> str:
    number = readings.number(announcement.letter, announcement.number)
    counter = f"{announcement.counter}番窓口へお越しください。"
    if announcement.stage == "handover":
        return readings.spoken(f"{number}のかた、お渡しの準備ができました。{counter}")
    return readings.spoken(f"{number}のかた、{counter}")


def english_sentence(announcement: Announcement) -> str:
    """Number A-105, counter 3. Digit by digit, as it is printed: fifteen and fifty sound alike in a hall.

    The semicolons make the voice say the letter's name (an A before a word would be the article) and pause shortly.
    """
    digits = " ".join(_DIGITS[int(digit)] for digit in f"{announcement.number:03d}")
    where = f"counter {announcement.counter}."
    if announcement.stage == "handover":
        where = f"ready at {where}"
    return f"Number {announcement.letter}; {digits}; {where}"


def file_name(order: int, announcement: Announcement) -> str:
    """001-A-105-3.wav: the third counter, the first call since the process began."""
    return f"{order:03}-{announcement.letter}-{announcement.number}-{announcement.counter}.wav"
