"""The list of procedures on paper, the way on a ticket, the words of both: whole in every language, never too wide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import PrinterSettings
from drivers.escpos_printer.virtual import VirtualLine, VirtualPrinter
from drivers.ports import QrCode, TicketLine, TicketPaper
from kiosk_app import procedure_files, procedure_paper, ticket_layout, words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.journeys.messages import Context, PrintList
from kiosk_app.office import catalogue, procedures
from kiosk_app.ticket_layout import COLUMNS, TicketInfo, width_columns
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS
from tests.kiosk_app.office.test_procedures import ends
from tests.kiosk_app.test_words import KANJI_WITHOUT_READING

ROOT = Path(__file__).parents[2]
OFFICE = catalogue.parse((ROOT / "config/offices/kokura-kita.toml").read_text(), "kokura-kita.toml")
SHIPPED = procedure_files.load(ROOT / "config" / "procedures")
WORDS = words.load(domains=words.domains_of(False, True))
OWN = words.load(domains=(words.PROCEDURES,))
CONTEXT = Context(
    now_utc_ms=MONDAY_1012_MS,
    office=OFFICE,
    words=WORDS,
    printer_status="ready",
    loads={},
    new_id="id0",
    machine_name="1号機",
    procedures=SHIPPED,
)


def listed(language: Language = "ja", event: str = "move-in", coded: str = "nynyynny", *without: str) -> TicketPaper:
    answers = procedures.decoded(coded)
    wish = PrintList(job="j", event=event, answers=answers, without=without, language=language)
    return procedure_paper.paper(CONTEXT, wish)


def texts(paper: TicketPaper) -> list[str]:
    return [part.text.strip() for part in paper.parts if isinstance(part, TicketLine)]


def test_the_lines_of_the_list() -> None:
    assert texts(listed("ja", "move-within", "ynynnn", "card-address")) == [
        "番号札ではありません",
        "手続きの一覧",
        "小倉北区役所",
        "令和8年4月6日(月)10:12  1号機",
        "市の中で引っ越した",
        "窓口の順番",
        "1 引っ越し・戸籍　1階 7〜10番窓口",
        "□ 転居の届　引っ越した日から14日以内",
        "2 子ども・子育て　2階 25〜27番窓口",
        "□ 児童手当　次の日から15日以内",
        "お持ちいただくもの",
        "□ 本人確認書類",
        "マイナンバーカード、運転免許証など",
        "□ カード",
        "引っ越す方全員のマイナンバーカード、",
        "在留カード",
        "□ 口座番号　ご本人の通帳など",
        "別の日にするもの",
        "□ マイナンバーカードの住所変更",
        "1階 11〜13番窓口　転入の届から90日以内",
        "スマホでもできるもの",
        "□ 児童手当",
        "スマホで同じ一覧を見る",
    ]


def test_the_code_leads_to_the_same_list_on_a_telephone() -> None:
    code = QrCode("https://kokurakita.example.lg.jp/kokura-kita/procedures/move-in?a=nynyynny")
    assert code in listed().parts


def test_who_comes_another_day_reads_what_to_bring_for_all_of_it() -> None:
    every = ("move-within", "child-allowance")
    lines = texts(listed("ja", "move-within", "nnynnn", *every))
    assert "窓口の順番" not in lines and "別の日にするもの" in lines
    assert "□ 口座番号　ご本人の通帳など" in lines


def test_a_neutral_name_stands_on_paper_where_the_service_has_one() -> None:
    one = catalogue.service(OFFICE, "living-support")
    assert one.public_name is not None
    done = procedures.Done(procedures.Procedure(id="p", name=one.name, service=one.id, source="x"), one)
    desk = procedure_paper.Desk(CONTEXT, "ja")
    assert procedure_paper.name_of(desk, done) == one.public_name["ja"] != one.name["ja"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_paper(language: Language) -> None:
    for life in SHIPPED.events:
        # The longest, the shortest, and one in which everything waits.
        ways = sorted(ends(life), key=len)
        for answers in (ways[0], ways[-1]):
            every = tuple(sorted(procedures.walk(life, answers).needs))
            for without in ((), every):
                for part in listed(language, life.id, procedures.coded(answers), *without).parts:
                    if isinstance(part, TicketLine):
                        assert width_columns(part.text) * part.size <= COLUMNS, part
                        assert part.text.strip()


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "ja"])
def test_the_visitors_language_stands_below(language: Language) -> None:
    below = [p for p in listed(language).parts if isinstance(p, TicketLine) and p.language == language]
    assert below[0].text == OWN.say(language, "procedures.slip")


@pytest.mark.parametrize("language", ["ja", "vi"])
def test_the_printer_cuts_one_paper_with_every_japanese_line_on_it(language: Language) -> None:
    paper = listed(language)
    printer = VirtualPrinter()
    driver = EscPosTicketPrinter(PrinterSettings(), printer.open, listen=VirtualLine, monotonic=printer.now_s)
    assert driver.print_ticket(paper, "list-1").verdict == "issued"
    (piece,) = printer.pieces
    japanese = [p.text.strip() for p in paper.parts if isinstance(p, TicketLine) and not p.language]
    on_paper = [line.strip().replace("～", "〜") for line in piece.lines]
    assert on_paper[: len(japanese)] == japanese


# --- the way on a ticket ---------------------------------------------------------------------------------------------


def ticket(language: Language, *then: str) -> TicketPaper:
    info = TicketInfo(
        ticket="t1",
        number="H-201",
        letter="H",
        waiting=5,
        estimate_from_ms=MONDAY_1012_MS + 1_800_000,
        estimate_to_ms=MONDAY_1012_MS + 2_700_000,
        issued_utc_ms=MONDAY_1012_MS,
        machine_name="1号機",
        then=then,
    )
    return ticket_layout.layout(OFFICE, info, language, WORDS)


def test_a_ticket_says_where_the_visit_goes_on() -> None:
    lines = texts(ticket("ja", "H", "M", "R", "R"))
    at = lines.index("このあとの窓口")
    assert lines[at + 1 : at + 5] == [
        "2 マイナンバーカード",
        "1階 11〜13番窓口",
        "3 健康保険・年金",
        "2階 21〜24番窓口",
    ]
    below = texts(ticket("en", "R"))
    assert below[below.index("Then, with the same number") + 1 :][:2] == [
        "2 Health insurance, pension",
        "2F, counters 21-24",
    ]


def test_a_ticket_for_one_counter_says_nothing_of_others() -> None:
    assert "このあとの窓口" not in texts(ticket("ja"))
    assert "このあとの窓口" not in texts(ticket("ja", "H"))


# --- words -----------------------------------------------------------------------------------------------------------


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    root = Path(procedure_paper.__file__).parents[1]
    sources = [*root.glob("kiosk_app/journeys/procedures*.py"), root / "kiosk_app" / "procedure_paper.py"]
    sources += [*root.glob("central_server/web/*.py"), *root.glob("central_server/web/templates/*.html")]
    source = "\n".join(path.read_text() for path in sources)
    used = set(re.findall(r"[\"'](procedures\.[a-z_]+)[\"']", source))
    used |= {f"procedures.{one}" for one in ("yes", "no", "unsure", "paper_printing", "paper_take", "paper_failed")}
    assert 'procedures." ~ reply' in source
    used |= {f"procedures.{one}_note" for one in ("paper_printing", "paper_take", "paper_failed")}
    assert used == OWN.keys("ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked(language: str) -> None:
    with (words.LOCALES_FOLDER / language / "LC_MESSAGES" / "procedures.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    marked = {message.id for message in messages if "unreviewed" in message.user_comments}
    assert marked == (set() if language in ("ja", "en") else {message.id for message in messages})


def test_every_kanji_of_the_easy_words_has_its_reading() -> None:
    forms = [form for key in OWN.keys("easy") for form in OWN.forms("easy", key)]
    assert [form for form in forms if KANJI_WITHOUT_READING.search(form)] == []
