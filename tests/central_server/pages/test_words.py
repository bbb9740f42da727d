"""The words of the phone pages: each in every language, used, with its readings, and marked until it is reviewed."""

from __future__ import annotations

import re
import string

import pytest
from babel.messages.pofile import read_po

from central_server.web import forms, site, survey, verify_pages
from central_server.web.site import HERE, UNREVIEWED
from central_server.web.ticket_view import Say
from kiosk_app import words
from kiosk_app.api import LANGUAGES
from kiosk_app.office.catalogue import WEEKDAYS
from kiosk_app.office.certificates import KINDS
from tests.kiosk_app.test_words import KANJI_WITHOUT_READING

SOURCES = [*HERE.glob("*.py"), *(HERE / "templates").glob("*.html")]
BUILT = (
    *(f"weekday.{one}" for one in WEEKDAYS),
    *(f"survey.{one}" for one in survey.ANSWERS),
    *(f"nav.{one}" for one in ("find", "book", "ticket", "now")),
    *(f"error.{one}{end}" for one in site.STATUS for end in ("", "_next")),
    *(f"form.{one}" for one in (*forms.Fault.__args__, *forms.Field.__args__)),
    *(f"ticket.{one}" for one in Say.__args__),
    *(f"ticket.{one}_note" for one in Say.__args__ if one not in ("wait", "called")),
    *(f"verify.{one}{end}" for one in verify_pages.Said.__args__ for end in ("", "_next")),
    *(f"verify.kind_{one.replace('-', '_')}" for one in KINDS),
    *(f"ended.{one}_next" for one in ("cancelled", "no_show", "late", "closed")),
)
"""Keys that are put together from a value."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def pages() -> words.Words:
    return words.load(domains=("pages",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_word(pages: words.Words, language: str) -> None:
    assert pages.keys(language) == pages.keys("ja")
    for key in pages.keys("ja"):
        wanted = fields(pages.forms("ja", key)[0])
        for form in pages.forms(language, key):
            assert form.strip() and fields(form) == wanted, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked_and_the_page_says_so(language: str) -> None:
    path = words.LOCALES_FOLDER / language / "LC_MESSAGES" / "pages.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    marked = {m.id for m in catalogue if m.id and "unreviewed" in m.user_comments}
    assert marked == ({m.id for m in catalogue if m.id} if language in UNREVIEWED else set())


def test_every_kanji_of_the_easy_words_has_its_reading(pages: words.Words) -> None:
    without = [
        (key, found.group())
        for key in pages.keys("easy")
        for form in pages.forms("easy", key)
        for found in KANJI_WITHOUT_READING.finditer(form)
    ]
    assert without == []


def test_every_key_of_the_pages_exists_and_every_word_is_used() -> None:
    pages = words.load(domains=("pages",)).keys("ja")
    both = pages | words.load().keys("ja")
    source = "\n".join(path.read_text() for path in SOURCES)
    said = {one for one in re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', source) if not one.endswith((".html", ".css"))}
    said |= set(BUILT)
    assert {key for key in said if key.split(".")[0] in {one.split(".")[0] for one in pages}} <= both
    assert pages - said == set()
