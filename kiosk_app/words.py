"""Every word that a visitor sees or hears outside the catalogue, in six languages, from gettext .po files.

Translators edit the .po files with their usual tools; nothing is compiled ahead, so that a changed file cannot
disagree with what is shown. Furigana stand in the text as 漢字(かな), in ASCII brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from kiosk_app.api import LANGUAGES

LOCALES_FOLDER = Path(__file__).parent.parent / "config" / "locales"
OWN_FOLDER = Path("/etc/hitofuda/words")
"""The city's own wording, as the folder of a release and of it only what differs: `hitofuda data take` writes it."""
DOMAIN = "hitofuda"
KIOSK_DOMAINS = (DOMAIN, "certificates")
"""Of a certificate kiosk."""
PRACTICE = "practice"
"""Of a machine on which one can practise: it has the words of a kiosk too."""
FORM_DOMAIN = "forms"
"""Where forms are made that nobody has to write."""
PROCEDURES = "procedures"
"""Of a machine that has life events."""

_KANJI = r"[㐀-䶿一-鿿々〆ヶ]"
_READING = re.compile(rf"({_KANJI})\(([ぁ-ゖー]+)\)")
_DAY_WITH_DIGITS = re.compile(r"\d+日\((?!にち)([ぁ-ゖー]+)\)")
_KANJI_WITH_READING = re.compile(rf"{_KANJI}+\(([ぁ-ゖー]+)\)")
_BREAK = re.compile(r"(?<![。、])\n")
"""A line that ends without a stop is a pause all the same."""
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_SPEECH = (
    ("番号札", "ばんごうふだ"),
    ("番号の紙", "ばんごうのかみ"),
    ("の方", "のかた"),
    ("ある方", "あるかた"),
    ("〜", "から"),
)
"""What the speech library reads wrongly as written (reference/words.md)."""


def domains_of(
    is_kiosk: bool, has_procedures: bool, makes_forms: bool = False, practises: bool = False
) -> tuple[str, ...]:
    """What one machine has to say."""
    wanted = ((PROCEDURES, has_procedures), (FORM_DOMAIN, makes_forms), (PRACTICE, practises))
    of_kiosk = KIOSK_DOMAINS if is_kiosk or practises else (DOMAIN,)
    return (*of_kiosk, *(domain for domain, is_said in wanted if is_said))


class WordsError(Exception):
    """A catalogue of words is missing or malformed; the message names the file."""


class Words:
    """`say(language, key, ...)`. A missing key is a bug and raises KeyError; the tests prove that none is missing."""

    def __init__(self, texts: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self._texts = texts

    def say(self, language: str, key: str, count: int | None = None, /, **values: object) -> str:
        """`count` chooses between the forms for one and for many, and stands for {count}."""
        forms = self._texts[language][key]
        if count is None:
            return forms[0].format_map(values) if values else forms[0]
        form = forms[0] if count == 1 or len(forms) == 1 else forms[1]
        return form.format_map({**values, "count": count})

    def keys(self, language: str) -> frozenset[str]:
        return frozenset(self._texts[language])

    def forms(self, language: str, key: str) -> tuple[str, ...]:
        return self._texts[language][key]


def load(folder: Path | None = None, domains: Sequence[str] = (DOMAIN,)) -> Words:
    """`domains`: files of each language; what only phone pages say need not be read by a ticket machine. Raises
    WordsError."""
    found: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in LANGUAGES}
    for domain in domains:
        for language, texts in _load(folder or LOCALES_FOLDER, domain).items():
            if twice := texts.keys() & found[language].keys():
                raise WordsError(f"{domain}.po ({language}): {min(twice)!r} stands in another file already")
            found[language] |= texts | (own(OWN_FOLDER, language, domain, texts) if folder is None else {})
    return Words(found)


def own(folder: Path, language: str, domain: str, texts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Of the city's wording what fits these texts: it was made for some release, and this may be a later one. Raises
    WordsError for a file that cannot be read."""
    path = folder / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return {}
    return {key: forms for key, forms in _read(path).items() if not own_fault(key, forms, texts)}


def own_fault(key: str, forms: tuple[str, ...], texts: Mapping[str, tuple[str, ...]]) -> str:
    """Why this text cannot take the place of the release's; empty when it can."""
    known = texts.get(key)
    if known is None:
        return f"{key!r}: this release has no such text"
    for fault in _form_faults({key: forms}):
        return fault
    if len(forms) != len(known):
        return f"{key!r}: expected {len(known)} forms"
    values, wanted = ({value for form in each for value in _values(form)} for each in (forms, known))
    if values != wanted:
        return f"{key!r}: expected the values {{{'}, {'.join(sorted(wanted)) or 'none'}}}"
    return ""


def of_file(path: Path) -> dict[str, tuple[str, ...]]:
    """The texts of one file by their keys. Raises WordsError."""
    return _read(path)


def _load(folder: Path, domain: str) -> dict[str, dict[str, tuple[str, ...]]]:
    paths: dict[str, Path] = {language: folder / language / "LC_MESSAGES" / f"{domain}.po" for language in LANGUAGES}
    texts = {language: _read(path) for language, path in paths.items()}
    for language, path in paths.items():
        for fault in _form_faults(texts[language]):
            raise WordsError(f"{path}: {fault}")
    for language, path in paths.items():
        for fault in _faults(texts, language):
            raise WordsError(f"{path}: {fault}")
    return texts


def _form_faults(texts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for key, forms in texts.items():
        if not all(forms) or not forms:
            yield f"{key!r}: expected a text, it is empty"
        for form in forms:
            try:
                _values(form)
            except ValueError as error:
                yield f"{key!r}: {error}"


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalogue = read_po(BytesIO(path.read_bytes()), abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        raise WordsError(f"{path}: {error}") from error
    texts: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if isinstance(message.id, str):
            if message.id:
                texts[message.id] = (str(message.string),)
        else:
            texts[message.id[0]] = tuple(message.string or ())
    return texts


def _faults(texts: Mapping[str, Mapping[str, tuple[str, ...]]], language: str) -> Iterator[str]:
    """The languages are each other's measure: no key and no value may stand in one alone or be missing in one."""
    own = texts[language]
    others = [texts[other] for other in texts if other != language]
    for key in {key for other in others for key in other} - own.keys():
        yield f"{key!r}: expected a text, as in the other languages"
    for key, forms in own.items():
        if not any(key in other for other in others):
            yield f"{key!r}: no other language has such a text"
        known = {value for other in others for form in other.get(key, ()) for value in _values(form)}
        if strange := {value for form in forms for value in _values(form)} - known:
            yield f"{key!r}: no other language has the value {{{min(strange)}}}"


def _values(text: str) -> set[str]:
    """Raises ValueError for a bracket that is not closed."""
    return {value for _, value, _, _ in Formatter().parse(text) if value is not None}


def plain(text: str) -> str:
    """Without readings, for paper, accessible names and comparisons."""
    return _READING.sub(r"\1", text)


def spoken(text: str, language: str = "ja") -> str:
    """As it should be read aloud."""
    if language not in ("ja", "easy"):
        return text.replace("\n", " ")
    text = _DAY_WITH_DIGITS.sub(r"\1", text)
    text = _KANJI_WITH_READING.sub(r"\1", text)
    text = _CLOCK.sub(lambda m: f"{int(m[1])}時" + (f"{int(m[2])}分" if int(m[2]) else ""), text)
    for written, said in _SPEECH:
        text = text.replace(written, said)
    return _BREAK.sub("、", text).replace("\n", "")
