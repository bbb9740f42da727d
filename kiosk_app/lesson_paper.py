"""What practice mode prints on the ticket printer when somebody asks: the steps to take home, and a sample that nobody
can take for a certificate. Pure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from drivers.ports import NumberMark, PaperPart, Rule, TicketLine, TicketPaper
from kiosk_app.api import Language, language_of
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.lesson import STEPS, PrintLesson
from kiosk_app.journeys.messages import Context
from kiosk_app.office.certificates import RULES
from kiosk_app.ticket_layout import large_lines, small_lines


def paper(context: Context, wish: PrintLesson) -> TicketPaper:
    """80 mm, Japanese first; every part begins and ends with what it is."""
    language = language_of(wish.language)
    told = _sheet if wish.what == "sheet" else _sample
    parts: list[PaperPart] = [*_mark(Desk(context, "ja")), NumberMark(), *told(Desk(context, "ja"), wish)]
    if language != "ja":
        parts += [Rule(), *_in(language, [*_mark(Desk(context, language)), *told(Desk(context, language), wish)])]
    return TicketPaper(parts=(*parts, *_mark(Desk(context, "ja"))))


def _mark(desk: Desk) -> Iterator[TicketLine]:
    yield TicketLine(f" {desk.say('lesson.mark')} ", reverse=True, bold=True)


def _sheet(desk: Desk, wish: PrintLesson) -> Iterator[PaperPart]:
    yield from large_lines(desk.say("lesson.paper.title"))
    yield from small_lines(desk.say("lesson.paper.store"))
    yield Rule()
    yield from small_lines(desk.say("lesson.paper.begin"))
    for n, step in enumerate(STEPS, 1):
        yield from small_lines(f"{n} {desk.say(f'lesson.do.{step}')}")
    yield Rule()
    yield from small_lines(desk.say("lesson.paper.bring"))
    yield from small_lines(desk.say("lesson.paper.locked"))


def _sample(desk: Desk, wish: PrintLesson) -> Iterator[PaperPart]:
    yield from large_lines(desk.say("lesson.paper.sample"))
    yield from small_lines(RULES[wish.kind].name)
    yield from large_lines(desk.say("lesson.paper.sample"))
    yield from small_lines(desk.say("lesson.paper.sample_note"))


def _in(language: Language, parts: list[PaperPart]) -> Iterator[PaperPart]:
    for part in parts:
        yield dataclasses.replace(part, language=language) if isinstance(part, TicketLine) else part
