"""Typeset forms: whatever stands on one stands there whole, and a process that had a visitor's words in it is gone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from msgspec.structs import replace

from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app import form_code, form_file
from kiosk_app.form_press.glyphs import GETA, Glyphs, printable
from kiosk_app.form_press.house import PressAway, PressHouse
from kiosk_app.form_press.press import FONT, Failed
from kiosk_app.office.forms import FormsError
from kiosk_app.office.forms_fill import Filled, fill
from tests.kiosk_app.office.forms_house import FOLDER, TODAY, everything, form_set

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def press() -> Iterator[PressHouse]:
    made = PressHouse(FOLDER)
    made.open(())
    yield made
    made.close()


def filled(form: str, answers: dict[str, str], people: int = 4) -> Filled:
    found = form_set().form(form)
    assert found is not None
    return fill(form_set(), found, answers, people, TODAY, "小倉北区役所")


def words(pdf: bytes) -> tuple[str, int]:
    """Every letter of it without blanks, and how many pages it has."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"[\s\u200b\ufffe]+", "", text), len(document)


def letters(text: str) -> str:
    """As a PDF gives them back: without variation selectors, which are in its shapes."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Mn")


@pytest.mark.parametrize("form", [form.id for form in form_set().forms])
def test_everything_stands_there_whole_with_the_longest_names(press: PressHouse, form: str) -> None:
    answers = everything() | {
        "1.name": PEOPLE["long"].name,
        "1.address": PEOPLE["long"].address,
        "2.name": PEOPLE["latin"].name,
        "3.name": PEOPLE["alias"].name,
        "4.name": "Ｗ" * 60,
        "new_address": PEOPLE["long"].address,
        "agent_address": PEOPLE["long"].address,
    }
    one = filled(form, answers)
    text, _ = words(press.make(one, "ab").pdf)
    for cell in one.cells:
        assert letters(cell.text) in text, cell.id
    for row in one.people:
        for words_of_cell in row:
            assert letters(words_of_cell) in text


def test_a_word_wider_than_its_place_goes_to_the_continuation_sheet(press: PressHouse) -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 4
    one = filled("resident-move", everything() | {"1.name": long})
    text, pages = words(press.make(one, "ab").pdf)
    assert pages == 2 and "続紙1のとおり" in text and long in text
    assert words(press.make(filled("resident-move", everything()), "ab").pdf)[1] == 1


def test_markup_in_a_name_is_text(press: PressHouse) -> None:
    name = "#panic() *a* $x$ \\ ] } <continued> \" '"
    text, pages = words(press.make(filled("proxy", everything(people=1) | {"1.name": name}, 1), "ab").pdf)
    assert letters(name) in text and pages == 1


def test_a_letter_that_the_font_lacks_is_told(press: PressHouse) -> None:
    made = press.make(filled("proxy", everything(people=1) | {"1.name": "山😀田"}, 1), "ab")
    text, _ = words(made.pdf)
    assert made.missing == ("U+1F600",) and "U+1F600" in text and f"山{GETA}田" in text


def test_the_font_is_known() -> None:
    glyphs = Glyphs(FONT)
    assert all(glyphs.has(c) for c in "髙﨑𠮷辻あアＡ〓") and not glyphs.has("😀")
    assert printable("髙﨑", glyphs) == ("髙﨑", frozenset())
    # One that the font has, and one that it has not.
    assert printable("辻\U000e0101", glyphs)[1] or printable("辻\U000e0102", glyphs)[1] == frozenset()
    with pytest.raises(ValueError, match="no font"):
        Glyphs(Path(__file__))


def test_a_process_ends_with_its_visit() -> None:
    house = PressHouse(FOLDER)
    house.open(("proxy.typ",))
    process = house.process
    assert process is not None and process.poll() is None
    house.make(filled("proxy", everything(people=1), 1), "ab")
    house.end_now()
    with pytest.raises(PressAway):
        house.make(filled("proxy", everything(people=1), 1), "ab")
    house.close()
    assert process.poll() is not None and house.process is None


def test_what_goes_wrong_says_nothing_of_a_person(press: PressHouse) -> None:
    one = replace(filled("proxy", everything(people=1), 1), template="none.typ")
    with pytest.raises(PressAway) as caught:
        press.make(one, "ab")
    assert "髙﨑" not in str(caught.value) and caught.value.__cause__ is None
    assert isinstance(press.look(one), Failed)


def test_the_code_of_a_form_says_what_stands_there(press: PressHouse) -> None:
    private = form_code.new_key()
    one = filled("health-insurance", everything())
    made = press.make(one, "ab", form_code.public_of(private), 1000, "4月7日まで")
    found = form_code.open_(made.code, private, 999)
    assert isinstance(found, form_code.Coded)
    assert [list(row) for row in found.rows] == one.coded()


def test_the_products_forms_are_usable() -> None:
    assert form_file.check(FOLDER, TODAY)[-1].endswith("usable: 6 forms, 27 questions")


def test_templates_that_lose_a_text_or_are_none_are_refused(tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        shutil.copy(path, tmp_path)
    broken = {
        "resident-move": ('#row("kana")', ""),
        "proxy": ('"matter"', '"mater"'),
        "seal-certificate": ("#show", "#("),
    }
    for name, (old, new) in broken.items():
        path = tmp_path / f"{name}.typ"
        path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(FormsError) as caught:
        form_file.check(tmp_path, TODAY)
    told = str(caught.value)
    assert "resident-move.typ: expected a place for kana" in told
    assert "proxy.typ: mater is no field of proxy" in told and "expected a place for matter" in told
    assert "seal-certificate.typ: " in told
    (tmp_path / "proxy.typ").unlink()
    with pytest.raises(FormsError, match=r"proxy: template: proxy\.typ is not in the folder"):
        form_file.load(tmp_path)


def test_a_core_that_makes_forms_loads_no_typesetter_and_no_cryptography() -> None:
    """What weighs: 40 MB and 20 MB. Both are in the visit's own process, or where somebody reads a code."""
    loaded = "import sys, kiosk_app.forms_desk, kiosk_app.forms_paper, kiosk_app.form_file, kiosk_app.with_forms"
    heavy = "sorted({'typst', 'cryptography', 'pypdfium2'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-P", "-c", f"{loaded}; print({heavy})"], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr
