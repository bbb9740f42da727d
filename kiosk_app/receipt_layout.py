"""What stands on a receipt (領収書) and on the slip of somebody to whom money is owed: Japanese first, then the key
lines in the visitor's language. No name of a person; the number of the sale, and of a claim the code that staff
compare.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

import msgspec

from drivers.ports import Gap, NumberMark, PaperPart, QrCode, Rule, TicketLine, TicketPaper
from kiosk_app.api import Language
from kiosk_app.journeys.desk import local_time, place_text
from kiosk_app.office import catalogue, dates
from kiosk_app.office.catalogue import Office, Text
from kiosk_app.office.sales import Claim, claim_text, number_text
from kiosk_app.ticket_layout import COLUMNS, GAP_DOTS, large_lines, small_lines, width_columns
from kiosk_app.words import Words

NUMBER_SIZE = 5
DOMAINS = ("money", "hitofuda")
"""Of the words: the place of a counter is told as on a ticket."""
WHY = {
    "not_issued": "claim.not_issued",
    "in_doubt": "claim.in_doubt",
    "no_change": "claim.no_change",
    "unit": "claim.money",
    "interrupted": "claim.ended",
    "abandoned": "claim.ended",
}


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """Copies of one kind at one price. Only copies that came are on a receipt."""

    name: Text
    each_yen: int
    copies: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """`received_yen` and `change_yen` of a unit; at a counter both are 0 and not printed."""

    number: int
    lines: tuple[ReceiptLine, ...]
    received_yen: int
    change_yen: int
    at_counter: bool
    paid_utc_ms: int
    machine_name: str

    @property
    def total_yen(self) -> int:
        return sum(line.each_yen * line.copies for line in self.lines)


def receipt(office: Office, paid: Receipt, language: Language, words: Words, *, reprint: bool = False) -> TicketPaper:
    """80 mm paper. A second one says so, because it proves the same money."""
    parts: list[PaperPart] = []
    if reprint:
        parts.append(TicketLine(f" {words.say('ja', 'receipt.again')} ", size=2, reverse=True))
    parts += [
        *large_lines(words.say("ja", "receipt.title")),
        *large_lines(catalogue.text(office.name, "ja")),
        NumberMark(),
        TicketLine(number_text(paid.number), size=NUMBER_SIZE, bold=True),
        Rule(),
        *_sums(paid, "ja", words),
        Rule(),
        TicketLine(words.say("ja", "receipt.paid")),
        TicketLine(_when(office, paid.paid_utc_ms, paid.machine_name)),
        TicketLine(words.say("ja", "receipt.no_tax")),
    ]
    if language != "ja":
        block = [*large_lines(words.say(language, "receipt.title")), *_sums(paid, language, words)]
        parts += [Rule(), *_in(language, block)]
    return TicketPaper(parts=tuple(parts))


def _sums(paid: Receipt, language: Language, words: Words) -> Iterator[TicketLine]:
    def yen(amount: int) -> str:
        return words.say(language, "receipt.yen", yen=f"{amount:,}")

    for line in paid.lines:
        yield from _left(catalogue.text(line.name, language))
        each = words.say(language, "receipt.each", each=f"{line.each_yen:,}", copies=line.copies)
        yield from _columns(f" {each}", yen(line.each_yen * line.copies))
    yield from _columns(words.say(language, "receipt.total"), yen(paid.total_yen), size=2)
    if paid.at_counter:
        yield from _left(words.say(language, "receipt.at_counter"))
    elif paid.received_yen:
        yield from _columns(words.say(language, "receipt.received"), yen(paid.received_yen))
        yield from _columns(words.say(language, "receipt.change"), yen(paid.change_yen))


def claim_slip(
    office: Office,
    claim_id: str,
    claim: Claim,
    language: Language,
    words: Words,
    machine_name: str,
    opened_utc_ms: int,
    letter: str = "",
) -> TicketPaper:
    """`letter`: the group whose counters settle claims; empty: 窓口."""
    parts: list[PaperPart] = [
        *large_lines(words.say("ja", "claim.title")),
        *large_lines(catalogue.text(office.name, "ja")),
        NumberMark(),
        TicketLine(number_text(claim.number), size=NUMBER_SIZE, bold=True),
        Rule(),
        *_owed(office, claim, "ja", words, letter),
        Rule(),
        Gap(GAP_DOTS),
        QrCode(claim_id),
        TicketLine(words.say("ja", "claim.code", code=claim_text(claim_id)), size=2),
        TicketLine(words.say("ja", "claim.lost")),
        TicketLine(_when(office, opened_utc_ms, machine_name)),
    ]
    if language != "ja":
        block = [
            *large_lines(words.say(language, "claim.title")),
            *_owed(office, claim, language, words, letter),
            *small_lines(words.say(language, "claim.lost")),
        ]
        parts += [Rule(), *_in(language, block)]
    return TicketPaper(parts=tuple(parts))


def _owed(office: Office, claim: Claim, language: Language, words: Words, letter: str) -> Iterator[TicketLine]:
    yield from small_lines(words.say(language, WHY.get(claim.reason, "claim.ended")))
    if claim.doubt_yen and claim.reason not in ("in_doubt", "unit"):
        yield from small_lines(words.say(language, "claim.in_doubt"))
    for key, yen in (("claim.owed", claim.owed_yen), ("claim.doubt", claim.doubt_yen)):
        if yen:
            yield from small_lines(words.say(language, key))
            yield TicketLine(words.say(language, "receipt.yen", yen=f"{yen:,}"), size=2, bold=True)
    place = place_text(words, language, office, letter) if letter else words.say(language, "claim.counter")
    yield from small_lines(words.say(language, "claim.take", place=place))


def _when(office: Office, utc_ms: int, machine_name: str) -> str:
    at = local_time(office, utc_ms)
    return f"{dates.ticket_date(at.date())}{dates.clock_time(at)}  {machine_name}".rstrip()


def _columns(left: str, right: str, size: int = 1) -> Iterator[TicketLine]:
    """One line with both at its ends; where it is too long, two."""
    columns = COLUMNS // size
    gap = columns - width_columns(left) - width_columns(right)
    if gap > 0:
        yield TicketLine(left + " " * gap + right, size=size)
    elif size > 1:
        yield from _columns(left, right)
    else:
        yield from _left(left)
        yield TicketLine(" " * (columns - width_columns(right)) + right)


def _left(text: str) -> Iterator[TicketLine]:
    """Paper is centred, so what begins at the left edge is filled up."""
    for line in small_lines(text):
        yield TicketLine(line.text + " " * (COLUMNS - width_columns(line.text)))


def _in(language: Language, lines: Iterable[TicketLine]) -> Iterator[TicketLine]:
    return (dataclasses.replace(line, language=language) for line in lines)
