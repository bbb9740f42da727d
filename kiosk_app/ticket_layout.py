"""What stands on a ticket, top to bottom: the agreed Japanese lines, then the same key lines in the visitor's language.

Here and not in a journey, because paper belongs to the printer's port; pure all the same.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from unicodedata import east_asian_width

import msgspec

from drivers.ports import Gap, NumberMark, PaperPart, QrCode, Rule, TicketLine, TicketPaper
from kiosk_app.api import Language
from kiosk_app.journeys.desk import Told, estimate_sentence, local_time, place_text
from kiosk_app.journeys.messages import TicketKind
from kiosk_app.journeys.slot_times import clock, return_by, slot_span
from kiosk_app.office import catalogue, dates
from kiosk_app.office.catalogue import Office
from kiosk_app.words import Words

COLUMNS = 42
"""Half-width columns on 512 dots; a full-width character takes two."""
NUMBER_SIZE = 8
GAP_DOTS = 24


class TicketInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the log knows of a ticket; never a name of a person, never a sensitive service."""

    ticket: str
    number: str
    letter: str
    waiting: int
    estimate_from_ms: int
    estimate_to_ms: int
    issued_utc_ms: int
    machine_name: str
    kind: TicketKind = ""
    start_min: int = 0
    length_min: int = 0
    """Of a reservation or a chosen time, in the local day; no length where it is not known."""
    then: tuple[str, ...] = ()
    """Letters of the groups to which the visit goes on, in their order."""


def layout(
    office: Office, ticket: TicketInfo, language: Language, words: Words, *, reprint: bool = False
) -> TicketPaper:
    """A ticket of 80 mm paper; narrower printers wrap nothing, because the lines are short enough."""
    parts: list[PaperPart] = []
    if reprint:
        parts.append(TicketLine(f" {words.say('ja', 'ticket.reprint')} ", size=2, reverse=True))
    parts += [
        *large_lines(catalogue.text(office.name, "ja")),
        NumberMark(),
        TicketLine(ticket.number, size=min(NUMBER_SIZE, COLUMNS // width_columns(ticket.number)), bold=True),
        *_key_lines(office, ticket, "ja", words),
        *(TicketLine(line) for line in _small_print(office, ticket, words)),
        Gap(GAP_DOTS),
        QrCode(office.status_url + ticket.ticket),
        TicketLine(words.say("ja", "ticket.qr")),
    ]
    if language != "ja":
        block = _visitor_block(office, ticket, language, words, reprint)
        parts += [Rule(), *(dataclasses.replace(line, language=language) for line in block)]
    return TicketPaper(parts=tuple(parts))


def width_columns(text: str) -> int:
    """In half-width columns. Ambiguous characters (〜, –) are full-width in a Japanese printer."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _key_lines(office: Office, ticket: TicketInfo, language: Language, words: Words) -> list[PaperPart]:
    group = catalogue.text(catalogue.group(office, ticket.letter).name, language)
    told = Told(ticket.estimate_from_ms, ticket.estimate_to_ms, ticket.issued_utc_ms)
    return [
        *large_lines(group),
        *large_lines(place_text(words, language, office, ticket.letter)),
        Rule(),
        *_promise(office, ticket, language, words, told),
        Rule(),
        *_way(office, ticket, language, words),
    ]


def _way(office: Office, ticket: TicketInfo, language: Language, words: Words) -> Iterator[PaperPart]:
    """Where the visit goes on, counter after counter, with this same number."""
    letters = [letter for n, letter in enumerate(ticket.then) if letter != (ticket.letter, *ticket.then)[n]]
    if not letters:
        return
    yield from small_lines(words.say(language, "ticket.then"))
    for n, letter in enumerate(letters, 2):
        group = catalogue.text(catalogue.group(office, letter).name, language)
        yield from small_lines(f"{n} {group}")
        yield from small_lines(place_text(words, language, office, letter))
    yield Rule()


def _promise(office: Office, ticket: TicketInfo, language: Language, words: Words, told: Told) -> Iterator[TicketLine]:
    """Of whoever has a time that time alone: how many wait before it would only frighten them."""
    span = slot_span(words, language, ticket.start_min, ticket.length_min)
    if ticket.kind == "reservation":
        yield from large_lines(words.say(language, "ticket.reserved", range=span))
        return
    if ticket.kind == "slot":
        yield from large_lines(words.say(language, "ticket.slot", range=span))
        for line in words.say(language, "ticket.return_by", time=return_by(ticket.start_min)).split("\n"):
            yield from large_lines(line)
        return
    if ticket.kind == "late":
        yield from large_lines(words.say(language, "ticket.reserved", range=clock(ticket.start_min)))
    yield from large_lines(words.say(language, "ticket.waiting", ticket.waiting))
    if told.promised:
        yield from large_lines(estimate_sentence(words, language, office, told, "ticket.estimate"))


def _small_print(office: Office, ticket: TicketInfo, words: Words) -> tuple[str, ...]:
    at = local_time(office, ticket.issued_utc_ms)
    day = dates.ticket_date(at.date())
    return (
        f"{day}{dates.clock_time(at)}  {ticket.machine_name}".rstrip(),
        words.say("ja", "ticket.order"),
        words.say("ja", "ticket.absent"),
        words.say("ja", "ticket.keep"),
    )


def _visitor_block(
    office: Office, ticket: TicketInfo, language: Language, words: Words, reprint: bool
) -> Iterator[TicketLine]:
    if reprint:
        yield from small_lines(words.say(language, "ticket.reprint"))
    for part in _key_lines(office, ticket, language, words):
        if isinstance(part, TicketLine):
            yield part
    for key in ("ticket.order", "ticket.absent", "ticket.keep"):
        yield from small_lines(words.say(language, key))


def large_lines(text: str) -> Iterator[TicketLine]:
    """Twice the size where it fits, else small and broken into lines."""
    text = _narrow(text)
    if width_columns(text) * 2 <= COLUMNS:
        yield TicketLine(text, size=2)
    else:
        yield from small_lines(text)


def small_lines(text: str, columns: int = COLUMNS) -> Iterator[TicketLine]:
    """Broken after a space or 、 where that will do; never between a word and its reading in brackets."""
    line = ""
    for word in re.findall(r"[^\s、]*[\s、]+|[^\s、]+", _narrow(text)):
        if width_columns((line + word).rstrip()) <= columns:
            line += word
            continue
        if line:
            yield TicketLine(line.rstrip())
        while width_columns(word.rstrip()) > columns:
            short = [n for n in range(len(word), 0, -1) if width_columns(word[:n]) <= columns]
            fits = next((n for n in short if re.search(r"[)\u3041-\u309f]$", word[:n]) and _whole(word[:n])), short[0])
            yield TicketLine(word[:fits])
            word = word[fits:]
        line = word
    if line.strip():
        yield TicketLine(line.rstrip())


def _whole(text: str) -> bool:
    return text.count("(") == text.count(")")


def _narrow(text: str) -> str:
    """A dash of Latin text would be full-width on a Japanese printer."""
    return text.replace("–", "-")
