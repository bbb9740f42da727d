"""The words of practice stand in a file of their own, which other machines do not read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk_app import words
from kiosk_app.api import LANGUAGES
from tests.kiosk_app.test_words import KANJI_WITHOUT_READING

PROGRAM = Path(words.__file__).parent
DOMAIN = "practice"


@pytest.fixture(scope="module")
def loaded() -> words.Words:
    return words.load(domains=(DOMAIN,))


def test_all_files_are_read_together_and_share_no_key(loaded: words.Words) -> None:
    everything = words.load(domains=words.domains_of(False, has_procedures=True, practises=True)).keys("ja")
    kiosk = words.load(domains=words.domains_of(True, has_procedures=True)).keys("ja")
    assert everything == kiosk | loaded.keys("ja")
    assert not kiosk & loaded.keys("ja")
    assert not loaded.keys("ja") & words.load(domains=words.domains_of(False, has_procedures=False)).keys("ja")


def test_every_word_is_used_and_every_key_of_the_program_is_there(loaded: words.Words) -> None:
    source = "\n".join(path.read_text() for path in [*PROGRAM.glob("practice*.py"), *PROGRAM.glob("journeys/*.py")])
    literal = set(re.findall(r'["\'](practice(?:\.[a-z_]+)+)["\']', source))
    prefixes = tuple(re.findall(r'f["\'](practice\.(?:[a-z]+\.)?)\{', source))
    assert literal <= loaded.keys("ja")
    assert {key for key in loaded.keys("ja") if key not in literal and not key.startswith(prefixes)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked(language: str) -> None:
    path = words.LOCALES_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    marked = {m.id for m in catalogue if m.id and "unreviewed" in m.user_comments}
    assert marked == (set() if language in ("ja", "en") else {m.id for m in catalogue if m.id})


def test_every_kanji_of_the_easy_words_has_its_reading(loaded: words.Words) -> None:
    forms = [(key, form) for key in loaded.keys("easy") for form in loaded.forms("easy", key)]
    assert [(k, m.group()) for k, form in forms for m in KANJI_WITHOUT_READING.finditer(form)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_asked_for_a_real_pin(loaded: words.Words, language: str) -> None:
    told = loaded.say(language, "practice.do.card_pin")
    assert "1234" in told and len(re.findall(r"[.。]", told)) == 2, "which digits, and then: not your own"
