"""Every word exists in every language, with the same places to fill in."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk_app import words
from kiosk_app.api import LANGUAGES

SOURCES = [
    *(Path(words.__file__).parent / "journeys").glob("*.py"),
    Path(words.__file__).parent / "ticket_layout.py",
    Path(words.__file__).parent / "display_view.py",
]
KANJI_WITHOUT_READING = re.compile(r"[㐀-䶿一-鿿々]+(?![㐀-䶿一-鿿々]|\([ぁ-ゖー]+\))")


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def loaded() -> words.Words:
    return words.load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_word(loaded: words.Words, language: str) -> None:
    assert loaded.keys(language) == loaded.keys("ja")
    for key in loaded.keys("ja"):
        forms = loaded.forms(language, key)
        assert forms and all(form.strip() for form in forms), key
        wanted = fields(loaded.forms("ja", key)[0])
        for form in forms:
            # The form for one may leave the figure out.
            assert fields(form) == wanted or (len(forms) > 1 and fields(form) | {"count"} == wanted), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_words_are_marked(language: str) -> None:
    path = words.LOCALES_FOLDER / language / "LC_MESSAGES" / "hitofuda.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    marked = {m.id for m in catalogue if m.id and "unreviewed" in m.user_comments}
    wanted = set() if language in ("ja", "en") else {m.id for m in catalogue if m.id}
    assert marked == wanted


def test_every_kanji_of_the_easy_words_has_its_reading(loaded: words.Words) -> None:
    without = [
        (key, found.group())
        for key in loaded.keys("easy")
        for form in loaded.forms("easy", key)
        for found in KANJI_WITHOUT_READING.finditer(form)
    ]
    assert without == []


def test_every_key_in_the_program_exists_and_every_word_is_used(loaded: words.Words) -> None:
    source = "\n".join(path.read_text() for path in SOURCES)
    keys = loaded.keys("ja")
    literal = set(re.findall(r'"([a-z]+(?:\.[a-z_]+)+)"', source)) | {"people", "place", "unsure"}
    prefixes = tuple(re.findall(r'f"([a-z.]+\.)\{', source))
    assert {k for k in literal if k.split(".")[0] in {x.split(".")[0] for x in keys}} <= keys
    assert {k for k in keys if k not in literal and not k.startswith(prefixes)} == set()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(words.WordsError, match=r"ja/LC_MESSAGES/hitofuda\.po"):
        words.load(tmp_path)


def test_a_malformed_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ja" / "LC_MESSAGES" / "hitofuda.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid "a"\nmsgstr unquoted\n')
    with pytest.raises(words.WordsError, match=r"hitofuda\.po"):
        words.load(tmp_path)


@pytest.mark.parametrize(
    ("marked", "plain", "spoken"),
    [
        ("画面(がめん)をさわる", "画面をさわる", "がめんをさわる"),
        ("引(ひ)っ越(こ)し", "引っ越し", "ひっこし"),
        ("4月(がつ)7日(なのか)", "4月7日", "4がつなのか"),
        ("4月(がつ)12日(にち)", "4月12日", "4がつ12にち"),
        ("1階(かい)", "1階", "1かい"),
        ("4月7日(火)", "4月7日(火)", "4月7日(火)"),
        ("10:40〜10:55", "10:40〜10:55", "10時40分から10時55分"),
        ("13:00から", "13:00から", "13時から"),
        ("番号札をお持ちの方", "番号札をお持ちの方", "ばんごうふだをお持ちのかた"),
    ],
)
def test_readings(marked: str, plain: str, spoken: str) -> None:
    assert words.plain(marked) == plain
    assert words.spoken(marked) == spoken


def test_other_languages_are_spoken_as_written() -> None:
    assert words.spoken("10:40–10:55\nnow", "en") == "10:40–10:55 now"


def test_the_form_follows_the_count(loaded: words.Words) -> None:
    assert [loaded.say("en", "people", n) for n in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
    assert loaded.say("vi", "people", 1) == "1 người"


def test_loading_is_quick() -> None:
    """In a process of its own, its imports counted; processor time, because other tests run beside it."""
    program = (
        "import time\nfrom kiosk_app import words\nbegan = time.process_time()\nwords.load()\n"
        "print(time.process_time() - began)"
    )
    best = min(
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout) for _ in range(3)
    )
    assert best < 0.1
