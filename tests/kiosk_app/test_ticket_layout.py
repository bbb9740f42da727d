"""The ticket as the office's floor agreed on it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.ports import NumberMark, QrCode, Rule, TicketLine, TicketPaper
from kiosk_app import words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.office import catalogue
from kiosk_app.ticket_layout import COLUMNS, TicketInfo, layout, width_columns

OFFICE_FILE = Path(__file__).parents[2] / "config" / "offices" / "kokura-kita.toml"
MONDAY_1012_MS = 1_775_437_920_000


@pytest.fixture(scope="module")
def office() -> catalogue.Office:
    return catalogue.parse(OFFICE_FILE.read_text(), OFFICE_FILE.name)


@pytest.fixture(scope="module")
def all_words() -> words.Words:
    return words.load()


TICKET = TicketInfo(
    ticket="k3T9xQ2v",
    number="A-105",
    letter="A",
    waiting=12,
    estimate_from_ms=MONDAY_1012_MS + 28 * 60_000,
    estimate_to_ms=MONDAY_1012_MS + 43 * 60_000,
    issued_utc_ms=MONDAY_1012_MS,
    machine_name="1号機",
)


def lines(paper: TicketPaper) -> list[str]:
    return [part.text for part in paper.parts if isinstance(part, TicketLine)]


def test_a_ticket_without_a_promise_tells_no_time(office: catalogue.Office, all_words: words.Words) -> None:
    bare = msgspec.structs.replace(TICKET, estimate_from_ms=0, estimate_to_ms=0)
    told, untold = (set(lines(layout(office, one, "en", all_words))) for one in (TICKET, bare))
    assert untold < told
    assert all(re.search(r"10:40|10:55", line) for line in told - untold)
    assert len(told - untold) == 2, "one in each language"


def test_the_agreed_lines(office: catalogue.Office, all_words: words.Words) -> None:
    paper = layout(office, TICKET, "ja", all_words)
    assert lines(paper) == [
        "小倉北区役所",
        "A-105",
        "証明書",
        "1階 3〜6番窓口",
        "お待ちの方 12人",
        "目安 10:40〜10:55",
        "令和8年4月6日(月)10:12  1号機",
        "順番が前後することがあります",
        "ご不在のときは職員へお見せください",
        "終わるまでお持ちください",
        "待ち状況",
    ]
    mark = paper.parts.index(NumberMark())
    number = paper.parts[mark + 1]
    assert isinstance(number, TicketLine)
    assert (number.text, number.size) == ("A-105", 8)
    assert QrCode("https://kokurakita.example.lg.jp/t/k3T9xQ2v") in paper.parts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_range_that_has_begun_is_told_by_its_end(
    office: catalogue.Office, all_words: words.Words, language: Language
) -> None:
    at_once = msgspec.structs.replace(TICKET, estimate_from_ms=MONDAY_1012_MS - 120_000)
    printed = lines(layout(office, at_once, language, all_words))
    assert "目安 10:55ごろまで" in printed
    assert not [line for line in printed if "10:10" in line]


def test_a_reprint_says_so_first(office: catalogue.Office, all_words: words.Words) -> None:
    first = layout(office, TICKET, "ja", all_words, reprint=True).parts[0]
    assert isinstance(first, TicketLine)
    assert first.reverse
    assert first.text.strip() == "再発行"


def test_the_visitors_language_stands_below(office: catalogue.Office, all_words: words.Words) -> None:
    printed = lines(layout(office, TICKET, "en", all_words))
    assert printed[: len(lines(layout(office, TICKET, "ja", all_words)))] == lines(
        layout(office, TICKET, "ja", all_words)
    )
    below = printed[printed.index("待ち状況") + 1 :]
    assert below[:4] == ["Certificates", "1F, counters 3-6", "12 people waiting", "Est. call 10:40-10:55"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_paper(office: catalogue.Office, all_words: words.Words, language: Language) -> None:
    for group in office.groups:
        for number in ("A-105", "A-1005", "A-10005"):
            ticket = msgspec.structs.replace(TICKET, letter=group.letter, number=number, waiting=188)
            for reprint in (False, True):
                for part in layout(office, ticket, language, all_words, reprint=reprint).parts:
                    if isinstance(part, TicketLine):
                        assert width_columns(part.text) * part.size <= COLUMNS, part
                        assert part.text.strip()
                        assert "{" not in part.text


def test_no_line_ends_between_a_word_and_its_reading(office: catalogue.Office, all_words: words.Words) -> None:
    for group in office.groups:
        ticket = msgspec.structs.replace(TICKET, letter=group.letter)
        for line in lines(layout(office, ticket, "easy", all_words)):
            assert line.count("(") == line.count(")")
            assert not line.startswith("(")


# --- reservations and chosen times ---------------------------------------------------------------------------------

GOLDEN_HEX = (
    "1b401d610e1b74011c43011b52081c53 00001d50cbcb1b61011d72011d21111b "
    "33408e9e8ad42031313a323081603131 3a33300a1d72011d21111b334031313a "
    "313582dc82c582c90a1d21111b334082 a896df82e882ad82be82b382a20a1b4a "
    "401d72011d5642001d7201"
)
"""Twice the size (1D 21 11): 時間 11:20〜11:30, 11:15までに, お戻りください."""
SLOT = msgspec.structs.replace(TICKET, number="H-105", letter="H", kind="slot", start_min=680, length_min=10)


def after_the_place(paper: TicketPaper) -> list[tuple[str, int]]:
    """The lines that tell when, with their size: between the first two rules."""
    rules = [n for n, part in enumerate(paper.parts) if isinstance(part, Rule)]
    told = paper.parts[rules[0] : rules[1]]
    return [(part.text, part.size) for part in told if isinstance(part, TicketLine)]


def test_a_chosen_time_says_when_to_be_back_in_large_letters(office: catalogue.Office, all_words: words.Words) -> None:
    found = after_the_place(layout(office, SLOT, "ja", all_words))
    assert found == [("時間 11:20〜11:30", 2), ("11:15までに", 2), ("お戻りください", 2)]


def test_a_reservation_has_its_time_and_whoever_was_late_what_a_walk_in_has(
    office: catalogue.Office, all_words: words.Words
) -> None:
    reserved = msgspec.structs.replace(SLOT, kind="reservation")
    assert after_the_place(layout(office, reserved, "ja", all_words)) == [("予約 11:20〜11:30", 2)]
    unknown = msgspec.structs.replace(reserved, length_min=0)
    assert after_the_place(layout(office, unknown, "ja", all_words)) == [("予約 11:20", 2)]
    late = msgspec.structs.replace(SLOT, kind="late")
    lines_of_late = [text for text, _ in after_the_place(layout(office, late, "ja", all_words))]
    assert lines_of_late == ["予約 11:20", "お待ちの方 12人", "目安 10:40〜10:55"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["reservation", "slot", "late"])
def test_a_time_fits_the_paper_in_every_language(
    office: catalogue.Office, all_words: words.Words, language: Language, kind: str
) -> None:
    one = msgspec.structs.replace(SLOT, kind=kind, start_min=600, length_min=15)
    for part in layout(office, one, language, all_words).parts:
        if isinstance(part, TicketLine):
            assert width_columns(part.text) * part.size <= COLUMNS, part.text


def test_the_bytes_of_a_chosen_time_are_those_that_were_looked_at(
    office: catalogue.Office, all_words: words.Words
) -> None:
    """The lines alone, as a printer gets them: whoever changes them looks at the paper first."""
    parts = layout(office, SLOT, "ja", all_words).parts
    rules = [n for n, part in enumerate(parts) if isinstance(part, Rule)]
    told = TicketPaper((NumberMark(), *parts[rules[0] + 1 : rules[1]]))
    data = encode_ticket(told, marks_of("golden", 1), process_ids=False).data
    assert data.hex(" ", -16) == GOLDEN_HEX
