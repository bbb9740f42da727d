"""A receipt and a refund slip: every line fits, every language is there, and the printed paper can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from msgspec.structs import replace

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.escpos_printer.virtual import VirtualLine, VirtualPrinter
from drivers.ports import QrCode, TicketLine, TicketPaper
from kiosk_app import fee_file, receipt_layout, words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.office import catalogue
from kiosk_app.office.sales import Claim
from kiosk_app.receipt_layout import DOMAINS, Receipt, ReceiptLine, claim_slip, receipt
from kiosk_app.ticket_layout import COLUMNS, width_columns
from tests.kiosk_app.test_words import KANJI_WITHOUT_READING

ROOT = Path(__file__).parents[2]
OFFICE = catalogue.parse((ROOT / "config/offices/kokura-kita.toml").read_text(), "kokura-kita.toml")
FEES = fee_file.load(ROOT / "config/fees/kitakyushu.toml")
WORDS = words.load(domains=DOMAINS)
MONEY = words.load(domains=("money",))
MONDAY_1012_MS = 1_775_437_920_000
NAMES = {kind.id: kind.name for kind in FEES.kinds}
CLAIM_ID = "Xk3T9-xQ2v_77aa"
PAID = Receipt(
    number=12,
    lines=(
        ReceiptLine(name=NAMES["resident-record"], each_yen=200, copies=2),
        ReceiptLine(name=NAMES["family-register-addresses"], each_yen=300, copies=1),
    ),
    received_yen=1000,
    change_yen=300,
    at_counter=False,
    paid_utc_ms=MONDAY_1012_MS,
    machine_name="1号機",
)
OWED = Claim(machine="m1", machine_code="1号機", number=12, date="2026-04-06", reason="not_issued", owed_yen=200)
DOUBT = Claim(machine="m1", number=13, date="2026-04-06", reason="in_doubt", doubt_yen=450)
BOTH = Claim(machine="m1", number=14, date="2026-04-06", reason="interrupted", owed_yen=1300, doubt_yen=450)


def texts(paper: TicketPaper) -> list[str]:
    return [part.text for part in paper.parts if isinstance(part, TicketLine)]


def slip(claim: Claim, language: Language = "ja", letter: str = "A") -> TicketPaper:
    return claim_slip(OFFICE, CLAIM_ID, claim, language, WORDS, "1号機", MONDAY_1012_MS, letter)


def test_the_lines_of_a_receipt() -> None:
    lines = texts(receipt(OFFICE, PAID, "ja", WORDS))
    assert [re.sub(r" {2,}", " | ", line).strip(" |") for line in lines] == [
        "領収書",
        "小倉北区役所",
        "K-0012",
        "住民票の写し",
        "200円 × 2通 | 400円",
        "戸籍の附票の写し",
        "300円 × 1通 | 300円",
        "合計 | 700円",
        "お預かり | 1,000円",
        "お釣り | 300円",
        "上記の金額を領収しました",
        "令和8年4月6日(月)10:12 | 1号機",
        "手数料に消費税はかかりません",
    ]


def test_paid_at_the_counter_no_change_is_told() -> None:
    lines = texts(receipt(OFFICE, replace(PAID, at_counter=True, received_yen=0, change_yen=0), "ja", WORDS))
    assert "窓口でお支払い" in [line.strip() for line in lines]
    assert not any("お釣り" in line or "お預かり" in line for line in lines)


def test_a_second_receipt_says_so_first() -> None:
    first = receipt(OFFICE, PAID, "ja", WORDS, reprint=True).parts[0]
    assert isinstance(first, TicketLine)
    assert (first.reverse, first.text.strip()) == (True, "再発行")


def test_the_lines_of_a_refund_slip() -> None:
    paper = slip(OWED)
    assert texts(paper) == [
        "返金引換票",
        "小倉北区役所",
        "K-0012",
        "証明書は印刷されていません",
        "お返しする金額",
        "200円",
        "この紙を1階 3〜6番窓口へお持ちください",
        "照合番号 XK3T-9XQ2",
        "なくしたときは受付番号をお知らせください",
        "令和8年4月6日(月)10:12  1号機",
    ]
    assert QrCode(CLAIM_ID) in paper.parts


def test_a_unit_that_lost_count_promises_no_sum() -> None:
    lines = texts(slip(Claim(machine="m1", number=15, date="2026-04-06", reason="unit")))
    assert lines[3] == "入れたお金を職員が確かめます"
    assert not any("円" in line for line in lines)


def test_what_is_in_doubt_is_not_promised() -> None:
    lines = texts(slip(DOUBT))
    assert "お返しする金額" not in lines
    assert lines[lines.index("確かめてからお返しする金額(最大)") + 1] == "450円"
    both = texts(slip(BOTH, letter=""))
    assert both[both.index("お返しする金額") + 1] == "1,300円"
    assert both[both.index("確かめてからお返しする金額(最大)") + 1] == "450円"
    assert "この紙を窓口へお持ちください" in both


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_paper(language: Language) -> None:
    many = Receipt(
        number=9999,
        lines=tuple(ReceiptLine(name=name, each_yen=100_000, copies=5) for name in NAMES.values()),
        received_yen=3_500_000,
        change_yen=0,
        at_counter=False,
        paid_utc_ms=MONDAY_1012_MS,
        machine_name="1号機",
    )
    papers = [receipt(OFFICE, many, language, WORDS, reprint=True), receipt(OFFICE, PAID, language, WORDS)]
    papers += [slip(claim, language, letter) for claim in (OWED, DOUBT, BOTH) for letter in ("A", "", "Y")]
    for paper in papers:
        for part in paper.parts:
            if isinstance(part, TicketLine):
                assert width_columns(part.text) * part.size <= COLUMNS, part
                assert part.text.strip()
                assert "{" not in part.text


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "ja"])
def test_the_visitors_language_stands_below(language: Language) -> None:
    for made, key in ((receipt(OFFICE, PAID, language, WORDS), "receipt.title"), (slip(OWED, language), "claim.title")):
        below = [part for part in made.parts if isinstance(part, TicketLine) and part.language == language]
        assert below[0].text == WORDS.say(language, key)


def printed(paper: TicketPaper) -> VirtualPrinter:
    """By the real driver."""
    printer = VirtualPrinter()
    driver = EscPosTicketPrinter(PrinterSettings(), printer.open, listen=VirtualLine, monotonic=printer.now_s)
    assert driver.print_ticket(paper, "job").verdict == "issued"
    return printer


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printer_cuts_one_paper_with_every_japanese_line_on_it(language: Language) -> None:
    for paper in (receipt(OFFICE, PAID, language, WORDS), slip(BOTH, language)):
        (piece,) = printed(paper).pieces
        japanese = [p.text for p in paper.parts if isinstance(p, TicketLine) and not p.language]
        # Shift_JIS has one sign for the two dashes of a range.
        on_paper = [line.strip().replace("～", "〜") for line in piece.lines]
        assert on_paper[: len(japanese)] == [line.strip() for line in japanese]


# --- words


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    source = Path(receipt_layout.__file__).read_text()
    used = set(re.findall(r"[\"']((?:receipt|claim)\.[a-z_]+)[\"']", source))
    assert used == MONEY.keys("ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked(language: str) -> None:
    with (words.LOCALES_FOLDER / language / "LC_MESSAGES" / "money.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    marked = {message.id for message in messages if "unreviewed" in message.user_comments}
    assert marked == (set() if language in ("ja", "en") else {message.id for message in messages})


def test_every_kanji_of_the_easy_words_has_its_reading() -> None:
    forms = [form for key in MONEY.keys("easy") for form in MONEY.forms("easy", key)]
    assert [form for form in forms if KANJI_WITHOUT_READING.search(form)] == []
