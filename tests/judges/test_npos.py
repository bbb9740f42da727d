"""What our driver sends, taken apart by npos and read by iconv: the text to the character, the pictures to the dot."""

from __future__ import annotations

import itertools
import random
import re
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from drivers.escpos_printer.document import draw_pages, encode_document
from drivers.escpos_printer.drawing import text_picture
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.encoding import Script
from drivers.escpos_printer.protocol import EncodedTicket, encode_ticket, marks_of
from drivers.escpos_printer.qr import qr_picture
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import NumberMark, PrintOutcome, QrCode, TicketLine, TicketPaper
from kiosk_app import words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.office import catalogue
from kiosk_app.ticket_layout import TicketInfo, layout
from tests.drivers.escpos_printer.documents import certificate, paper
from tests.drivers.escpos_printer.patience import patient
from tests.judges.npos import (
    SAME_GLYPH,
    Command,
    Part,
    Text,
    drawn,
    every_rom_has,
    lines,
    needs_node_judges,
    take_apart,
)
from tests.judges.pictures import assert_same, assert_same_but_beside_lone_dots

pytestmark = [needs_node_judges, pytest.mark.slow]
PAPERS = ((384, 203), (420, 180), (432, 203), (512, 180), (576, 203), (832, 203), (1728, 203))
LINES_UNBROKEN_DOTS = 512
"""On narrower paper some lines of the sample office are folded."""
NPOS_WIDTH_LIMIT_DOTS = 1024
MARKS = marks_of("job", 1)
OFFICE_FILE = Path(__file__).parents[2] / "config" / "offices" / "kokura-kita.toml"
ADDRESS = "https://example.jp/t/7Kq2mX9bLw"
MONDAY_1012_MS = 1_775_437_920_000
SECOND_BYTE_IS_A_BACKSLASH = "ソ噂浬欺圭構蚕十申曾箪貼能表暴予禄兔"
IN_THE_ROM = (
    "小倉北区役所",
    "1階 3〜6番窓口",
    "−‖¢£¬¥—",
    "ｶﾀｶﾅ ﾊﾟ",
    "熙凜堯槇遙瑤",
    "A-105 !\"#$%&'()*+,-./:;<=>?@[]^_`{|}",
)
DRAWN: dict[str, Script] = {
    **dict.fromkeys(("𠮷田", "髙﨑", "①㈱", "德川", "辻󠄀", "神\ufa19", "C:\\temp", "~suzuki", "Tiếng Việt"), "ja"),
    "번호표": "ko",
    "请等候叫号": "zh",
}
HOSTILE = {
    "A\x1b@B": "A@B",
    "\x1dV\x00cut": "Vcut",
    "\x1bp\x00\x19": "p",
    "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08clear": "clear",
    "小\x1c.倉\x9b\x7f\x00北\n区": "小.倉北 区",
}


@lru_cache
def sample() -> tuple[catalogue.Office, words.Words]:
    return catalogue.parse(OFFICE_FILE.read_text(encoding="utf-8"), OFFICE_FILE.name), words.load()


def tickets(language: Language) -> list[TicketPaper]:
    """One of each group, of two lengths of number, and reprinted."""
    office, said = sample()
    out = []
    for group, number, reprint in itertools.product(office.groups, ("105", "10005"), (False, True)):
        info = TicketInfo(
            ticket="k3T9xQ2v7Kq2mX9bLw",
            number=f"{group.letter}-{number}",
            letter=group.letter,
            waiting=188,
            estimate_from_ms=MONDAY_1012_MS + 98 * 60_000,
            estimate_to_ms=MONDAY_1012_MS + 143 * 60_000,
            issued_utc_ms=MONDAY_1012_MS,
            machine_name="1号機",
        )
        out.append(layout(office, info, language, said, reprint=reprint))
    return out


def text_lines(ticket: TicketPaper) -> list[str]:
    """What the printer's own ROM shall print, by glibc's word and not by ours. Chinese is drawn in Chinese shapes."""
    found = [part for part in ticket.parts if isinstance(part, TicketLine)]
    is_chinese = [line.language == "zh" and bool(re.search("[\u4e00-\u9fff]", line.text)) for line in found]
    return [
        line.text.strip(" ").translate(SAME_GLYPH)
        for line, chinese in zip(found, is_chinese, strict=True)
        if not chinese and every_rom_has(line.text)
    ]


def commands(parts: list[Part]) -> list[str]:
    return [part.name for part in parts if isinstance(part, Command)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ticket_of_the_office_reads_as_it_was_meant(language: Language) -> None:
    wanted = tickets(language)
    every = list(itertools.product(wanted, PAPERS))
    read = take_apart(encode_ticket(ticket, MARKS, *size).data for ticket, size in every)
    assert len(read) == len(wanted) * len(PAPERS)
    for (ticket, (width_dots, _)), parts in zip(every, read, strict=True):
        if width_dots >= LINES_UNBROKEN_DOTS:
            assert lines(parts) == text_lines(ticket)
        else:
            assert re.sub(r"\s", "", "".join(lines(parts))) == re.sub(r"\s", "", "".join(text_lines(ticket)))


def test_hard_text_in_every_size_reads_as_it_was_meant() -> None:
    wanted = [*IN_THE_ROM, *SECOND_BYTE_IS_A_BACKSLASH, SECOND_BYTE_IS_A_BACKSLASH]
    parts = [TicketLine(text, 1 + at % 8, bold=at % 2 == 1) for at, text in enumerate(wanted)]
    reversed_parts = [TicketLine(text, 2, reverse=True) for text in wanted]
    (read,) = take_apart([encode_ticket(TicketPaper((NumberMark(), *parts, *reversed_parts)), MARKS, 1728).data])
    assert lines(read) == [text.translate(SAME_GLYPH) for text in wanted] * 2


def test_any_character_of_the_rom_reads_as_itself() -> None:
    """All of JIS X 0208, by the codec of EUC: two bytes from A1 to FE each. Without the Ångström sign, which Unicode
    takes for the letter, so that we draw it, and without the space.
    """
    cells = (bytes((row, cell)) for row in range(0xA1, 0xFF) for cell in range(0xA1, 0xFF))
    characters = [char for cell in cells if (char := cell.decode("euc_jp", "ignore")) and char not in "\u212b\u3000"]
    assert len(characters) == 6877
    random.Random(7).shuffle(characters)
    texts = ["".join(characters[at : at + 40]) for at in range(0, len(characters), 40)]
    paper = TicketPaper((NumberMark(), *(TicketLine(text) for text in texts)))
    (read,) = take_apart([encode_ticket(paper, MARKS, 1728).data])
    assert lines(read) == [text.translate(SAME_GLYPH) for text in texts]


def test_no_text_becomes_a_command() -> None:
    evil = [*(TicketLine(text) for text in HOSTILE), *(TicketLine(text, 2, reverse=True) for text in HOSTILE)]
    good = [TicketLine("x"), TicketLine("x", 2, reverse=True)]
    read, plain = take_apart(encode_ticket(TicketPaper((NumberMark(), *some)), MARKS).data for some in (evil, good))
    assert lines(read) == [*HOSTILE.values()] * 2
    assert set(commands(read)) == set(commands(plain))
    assert [commands(read).count(name) for name in ("ESC@", "GSV", "GSa")] == [1, 1, 1]


@pytest.mark.parametrize("width_dots", [width for width, _ in PAPERS if width <= NPOS_WIDTH_LIMIT_DOTS])
def test_a_line_that_we_draw_is_the_same_to_the_dot(width_dots: int) -> None:
    asked = [TicketLine(text, size, reverse=size == 2) for text in DRAWN for size in (1, 2, 3)]
    streams = [encode_ticket(TicketPaper((NumberMark(), line)), MARKS, width_dots).data for line in asked]
    for line, parts in zip(asked, take_apart(streams), strict=True):
        assert not [part for part in parts if isinstance(part, Text)]
        # On 420 dots a picture has 416: only whole bytes are printed.
        drawn_width_dots = width_dots // 8 * 8
        wanted = text_picture(line.text, line.size, drawn_width_dots, line.reverse, DRAWN[line.text])
        assert_same(drawn(parts, drawn_width_dots), wanted)


@pytest.mark.parametrize("width_dots", [384, 512, 576, 832])
def test_a_document_is_the_same_to_the_dot(width_dots: int) -> None:
    """But for a dot beside a lone one, where the picture itself would be a real-time command."""
    data = certificate()
    pages = draw_pages(data, width_dots, 203)
    encoded = encode_document(paper(data), MARKS, width_dots, 203)
    assert isinstance(pages, list)
    assert isinstance(encoded, EncodedTicket)
    (parts,) = take_apart([encoded.data])
    assert_same_but_beside_lone_dots(drawn(parts, width_dots), pages[0])


def test_the_code_is_the_same_to_the_dot_and_reads(tmp_path: Path) -> None:
    (parts,) = take_apart([encode_ticket(TicketPaper((NumberMark(), QrCode(ADDRESS))), MARKS).data])
    wanted = qr_picture(ADDRESS, 576)
    assert wanted is not None
    laid = drawn(parts, 576)
    ink, box = wanted.resize((2 * wanted.width, 2 * wanted.height), Image.Resampling.NEAREST), laid.getbbox()
    assert box is not None
    assert laid.crop(box).tobytes() == ink.crop(ink.getbbox()).tobytes()
    # Pictures are whole bytes wide and double here: the middle is met to two dots.
    assert abs((box[0] + box[2]) / 2 - 576 / 2) <= 2
    ImageOps.invert(laid).save(tmp_path / "code.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "code.png"], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == ADDRESS


def test_a_printers_own_code_holds_the_address() -> None:
    ticket = TicketPaper((NumberMark(), QrCode(ADDRESS)))
    (parts,) = take_apart([encode_ticket(ticket, MARKS, qr_by_printer=True).data])
    symbols = [part.value[2:] for part in parts if isinstance(part, Command) and part.name == "GS(k"]
    # cn = 49: model 2, 6 dots a module, correction M, store, print.
    assert symbols == [b"1A2\x00", b"1C\x06", b"1E1", b"1P0" + ADDRESS.encode(), b"1Q0"]


def test_the_simulated_paper_is_what_npos_draws() -> None:
    with SimulatedPrinter(speed_dots_s=1e6, cut_s=0.0) as printer:
        driver = EscPosTicketPrinter(patient(printer.port))
        outcome = driver.print_document(paper(certificate()), "one")
        driver.close()
        (piece,) = printer.wait_for_pieces(1)
    assert isinstance(outcome, PrintOutcome)
    assert outcome.verdict == "issued"
    (parts,) = take_apart([piece.data])
    assert_same(drawn(parts, 576), ImageOps.invert(piece.image.convert("L")))
