"""The papers of practice, on the printer for tickets: a sample certificate and the steps at a convenience store.

Both say first and last, white on black, that they are a sample: whoever tears off a part has one of the two.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from drivers.ports import Gap, NumberMark, PaperPart, Rule, TicketLine, TicketPaper
from kiosk_app.api import Language
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.messages import Context, PrintSample
from kiosk_app.journeys.practice import MEMBERS, SAMPLE
from kiosk_app.journeys.practice_view import SHOP
from kiosk_app.office import catalogue, dates
from kiosk_app.ticket_layout import COLUMNS, GAP_DOTS, large_lines, small_lines, width_columns
from kiosk_app.words import Words

NUMBER_SIZE = 8
ADDRESS = "見本県見本市見本町1-2-3"


def layout(wanted: PrintSample, context: Context, language: Language) -> TicketPaper:
    """80 mm paper."""
    words = context.words
    parts: list[PaperPart] = [
        *_marked("ja", words),
        NumberMark(),
        TicketLine(SAMPLE, size=NUMBER_SIZE, bold=True),
        Rule(),
    ]
    languages: tuple[Language, ...] = ("ja",) if language == "ja" else ("ja", language)
    for one in languages:
        block = _lesson(one, words) if wanted.what == "lesson" else _certificate(wanted, one, words)
        parts += [*_in(one, block), Rule()]
    at = local_time(context.office, context.now_utc_ms)
    parts += [
        TicketLine(f"{dates.ticket_date(at.date())}{dates.clock_time(at)}  {context.machine_name}".rstrip()),
        *small_lines(catalogue.text(context.office.name, "ja")),
        Gap(GAP_DOTS),
        *_marked("ja", words),
    ]
    return TicketPaper(parts=tuple(parts))


def _marked(language: Language, words: Words) -> Iterator[TicketLine]:
    for line in large_lines(words.say(language, "practice.slip")):
        yield dataclasses.replace(line, text=f" {line.text} ", reverse=True)


def _certificate(wanted: PrintSample, language: Language, words: Words) -> Iterator[TicketLine]:
    yield from large_lines(words.say(language, f"certificate.kind.{wanted.kind or 'resident-record'}"))
    yield from _left(f"{words.say(language, 'practice.slip_name')}  {MEMBERS[0].name}")
    yield from _left(f"{words.say(language, 'practice.slip_address')}  {ADDRESS}")
    yield from small_lines(words.say(language, "practice.slip"))
    yield from _sentences(words.say(language, "practice.slip_note"))


def _lesson(language: Language, words: Words) -> Iterator[TicketLine]:
    yield from large_lines(words.say(language, "practice.slip_lesson"))
    for number, step in enumerate(SHOP, 1):
        yield from _left(f"{number}. {words.say(language, f'practice.shop.{step}')}")
    yield from small_lines(words.say(language, "practice.slip_card"))
    yield from _sentences(words.say(language, "practice.lesson_note"))
    yield from _sentences(words.say(language, "practice.slip_note"))


def _sentences(text: str) -> Iterator[TicketLine]:
    """Japanese has no spaces at which a line could be broken."""
    for sentence in re.split(r"(?<=。)(?=.)|(?=（)", text):
        yield from small_lines(sentence)


def _left(text: str) -> Iterator[TicketLine]:
    """Paper is centred, so what begins at the left edge is filled up."""
    for line in small_lines(text):
        yield TicketLine(line.text + " " * (COLUMNS - width_columns(line.text)))


def _in(language: Language, lines: Iterable[TicketLine]) -> Iterator[TicketLine]:
    return (dataclasses.replace(line, language=language) for line in lines)
