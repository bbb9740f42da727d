"""Every ticket of the sample office, in every language, stands whole on every paper; the printer breaks no line."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.encoding import printable, rom_bytes
from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.ports import NumberMark, QrCode, TicketLine, TicketPaper
from kiosk_app import words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.office import catalogue
from kiosk_app.ticket_layout import TicketInfo, layout
from tests.depth import examples
from tests.drivers.escpos_printer.reading import carries_real_time_command, laid_out

PAPERS = ((384, 203), (420, 180), (432, 203), (512, 180), (576, 203), (832, 203), (1728, 203))
MARKS = marks_of("job", 1)
OFFICE_FILE = Path(__file__).parents[3] / "config" / "offices" / "kokura-kita.toml"
MONDAY_1012_MS = 1_775_437_920_000
OURS = {b"\x1b@", b"\x1da", b"\x1bt", b"\x1cC", b"\x1bR", b"\x1cS", b"\x1ba", b"\x1dP", b"\x1d(", b"\x1bJ"}
OURS |= {b"\x1d!", b"\x1b3", b"\x1bE", b"\x1dB", b"\x1dV"}


@pytest.fixture(scope="module")
def office() -> catalogue.Office:
    return sample()[0]


@pytest.fixture(scope="module")
def all_words() -> words.Words:
    return sample()[1]


@lru_cache
def sample() -> tuple[catalogue.Office, words.Words]:
    return catalogue.parse(OFFICE_FILE.read_text(encoding="utf-8"), OFFICE_FILE.name), words.load()


def info(letter: str, number: str) -> TicketInfo:
    return TicketInfo(
        ticket="k3T9xQ2v7Kq2mX9bLw",
        number=number,
        letter=letter,
        waiting=188,
        estimate_from_ms=MONDAY_1012_MS + 98 * 60_000,
        estimate_to_ms=MONDAY_1012_MS + 143 * 60_000,
        issued_utc_ms=MONDAY_1012_MS,
        machine_name="1号機",
    )


def together(text: str) -> str:
    """Without the spaces at which lines are broken."""
    return re.sub(r"\s", "", text)


def assert_stands_whole(paper: TicketPaper, width_dots: int, dpi: int) -> None:
    data = encode_ticket(paper, MARKS, width_dots, dpi).data
    laid = laid_out(data)
    assert max(line.width_dots for line in laid) <= width_dots
    texts = [(printable(part.text), part.language) for part in paper.parts if isinstance(part, TicketLine)]
    by_rom = [encoded.decode("cp932") for text, language in texts if language != "zh" and (encoded := rom_bytes(text))]
    printed = together("".join(line.text for line in laid))
    for text in by_rom:
        at = printed.find(together(text))
        assert at >= 0, text
        printed = printed[at + len(together(text)) :]
    assert not carries_real_time_command(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_number_on_every_paper(
    office: catalogue.Office, all_words: words.Words, language: Language
) -> None:
    for width_dots, dpi in PAPERS:
        paper = layout(office, info("A", "A-10005"), language, all_words, reprint=True)
        assert_stands_whole(paper, width_dots, dpi)


@pytest.mark.slow
@pytest.mark.parametrize(("width_dots", "dpi"), PAPERS)
def test_every_group_and_language(office: catalogue.Office, all_words: words.Words, width_dots: int, dpi: int) -> None:
    for language in LANGUAGES:
        for group in office.groups:
            for number in (f"{group.letter}-105", f"{group.letter}-1005"):
                assert_stands_whole(layout(office, info(group.letter, number), language, all_words), width_dots, dpi)


written = st.text(
    alphabet=st.one_of(
        st.sampled_from("小倉北区役所、証明書。（）()1階 3〜6番窓口ーっんA-105 xyz ｶﾅ"),
        st.sampled_from(" "),
        st.characters(),
    ),
    max_size=60,
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(written, st.integers(1, 8), st.booleans()), max_size=3), st.sampled_from(PAPERS))
def test_any_lines_stand_whole(lines: list[tuple[str, int, bool]], paper: tuple[int, int]) -> None:
    parts = tuple(TicketLine(text, size, reverse=reverse) for text, size, reverse in lines)
    assert_stands_whole(TicketPaper((NumberMark(), TicketLine("A-105", 8), *parts)), *paper)


hostile = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("\x1b\x1d\x1c\x10\x04\x05\x14\x00\x01\x08@Vav0(\x7f\x80\x9b\n小\ufffe")
    ),
    max_size=30,
)


@settings(max_examples=examples(60), deadline=None)
@given(hostile, hostile, hostile, hostile, st.sampled_from(LANGUAGES), st.sampled_from(PAPERS), st.booleans())
def test_no_name_notice_or_address_injects_a_command(
    name: str, group: str, machine: str, address: str, language: Language, paper: tuple[int, int], native: bool
) -> None:
    parsed, said = sample()
    first = msgspec.structs.replace(parsed.groups[0], name={**parsed.groups[0].name, "ja": group, language: group})
    evil = msgspec.structs.replace(
        parsed, name={"ja": name, "en": name}, groups=(first, *parsed.groups[1:]), status_url=address
    )
    ticket = msgspec.structs.replace(info(first.letter, "A-105"), machine_name=machine)
    data = encode_ticket(layout(evil, ticket, language, said), MARKS, *paper, qr_by_printer=native).data
    tokens = split(data)
    assert {token.data[:2] for token in tokens if token.kind == "command"} <= OURS
    assert not [token for token in tokens if token.kind == "unknown"]
    assert sum(token.data[:2] == b"\x1dV" for token in tokens) == 1
    assert sum(token.data[:2] == b"\x1b@" for token in tokens) == 1
    assert not carries_real_time_command(data)


@pytest.mark.slow
@pytest.mark.parametrize(("width_dots", "dpi"), PAPERS)
def test_the_simulated_printer_breaks_nothing_and_the_code_reads(
    office: catalogue.Office, all_words: words.Words, width_dots: int, dpi: int, tmp_path: Path
) -> None:
    paper = layout(office, info("A", "A-10005"), "vi", all_words, reprint=True)
    with SimulatedPrinter(width_dots=width_dots, speed_dots_s=1e6, cut_s=0.0) as printer:
        driver = EscPosTicketPrinter(PrinterSettings(port=printer.port, width_dots=width_dots, dpi=dpi))
        assert driver.print_ticket(paper, "job").verdict == "issued"
        driver.close()
        piece = printer.wait_for_pieces(1)[0]
    assert list(piece.lines) == [line.text for line in laid_out(piece.data) if line.text]
    address = next(part.payload for part in paper.parts if isinstance(part, QrCode))
    assert _read(piece.image, tmp_path) == address
    if width_dots == 512:
        # What a TM-T88 does that is set to 58 mm paper.
        scaled = piece.image.convert("L").resize((420, piece.image.height * 420 // 512), Image.Resampling.NEAREST)
        assert _read(scaled, tmp_path) == address


def _read(image: Image.Image, folder: Path) -> str:
    image.save(folder / "paper.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", str(folder / "paper.png")], capture_output=True, text=True)
    return read.stdout.strip()
