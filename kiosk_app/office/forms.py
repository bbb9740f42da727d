"""Forms that nobody has to write: which there are, what stands on them, and what is asked for them. Edited as TOML.

One file of questions for all forms (config/forms/questions.toml), one file a form beside its typst template. Shapes and
reading only: sense is checked by forms_check.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.office import toml_config
from kiosk_app.office.catalogue_base import Id, Part, Text
from kiosk_app.office.toml_config import ConfigError

PEOPLE_MAX = 8
"""Of one household at one kiosk; more are asked at the counter."""
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", description="small letters, digits and underscores")]
Kind = Literal["choice", "yes_no", "date", "kana", "name", "address", "digits", "phone", "count"]
"""name: as a card has it; typed, it is kana, and the counter writes the kanji. digits: so many or fewer."""
ATTRIBUTES = ("name", "address", "birth", "sex")
"""Of every person, in the order of the card (基本4情報)."""
Attribute = Literal["name", "address", "birth", "sex"]


class FormsError(ConfigError):
    """One message: the file, the key, and what was expected."""


class Option(Part, frozen=True, kw_only=True):
    id: Name
    text: Text


class Question(Part, frozen=True, kw_only=True):
    """`of`: asked once; of every person; of every person but the first; of the guardian of a first person under 15."""

    id: Name
    kind: Kind
    text: Text
    why: Text
    """「なぜ聞くのですか」."""
    options: tuple[Option, ...] = ()
    of: Literal["visit", "person", "others", "guardian"] = "visit"
    when: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    """Only where another question of the visit has one of these answers."""
    longest: Annotated[int, Meta(ge=1, le=60)] = 40
    may_skip: bool = False
    """Who does not know it leaves it: the place on paper stays empty, to be written at the counter."""


class QuestionFile(Part, frozen=True, kw_only=True):
    schema: Literal[1]
    unreviewed_languages: tuple[str, ...] = ()
    questions: tuple[Question, ...]


class Field(Part, frozen=True, kw_only=True):
    """`source`: `me.name` (an attribute of the first person), the id of a question, or `today`, `office`. `show`: a
    choice as all its options with a mark, or as the words of the chosen one."""

    id: Name
    label: str
    source: str
    size_pt: Annotated[float, Meta(ge=6, le=16)] = 11.0
    least_pt: Annotated[float, Meta(ge=6, le=16)] = 7.5
    """Smaller than this nothing is set: what does not fit goes to the continuation sheet, whole."""
    show: Literal["text", "options"] = "text"


class Form(Part, frozen=True, kw_only=True):
    schema: Literal[1]
    id: Id
    version: Annotated[int, Meta(ge=1, le=999)]
    title: Text
    note: Text
    """When one needs it."""
    template: Annotated[str, Meta(pattern=r"^[a-z0-9-]+\.typ$", description="a .typ file of the same folder")]
    counter: str
    """Where it is handed in, as the sheet says: 市民課."""
    code_days: Annotated[int, Meta(ge=1, le=30)] = 1
    """So long the counter's scanner reads its two-dimensional code."""
    people: tuple[Name, ...] = ()
    """Columns of its table of people: attributes, or questions of persons. Empty: it has none."""
    people_from: Literal[1, 2] = 1
    """The first person of the table: the visitor, or who comes with them."""
    fields: tuple[Field, ...]


class FormSet(Part, frozen=True, kw_only=True):
    """All forms of an office, in the order in which they are offered."""

    questions: tuple[Question, ...]
    forms: tuple[Form, ...]
    unreviewed_languages: tuple[str, ...] = ()

    def form(self, form_id: str) -> Form | None:
        return next((one for one in self.forms if one.id == form_id), None)

    def question(self, name: str) -> Question | None:
        return next((one for one in self.questions if one.id == name), None)

    def chosen(self, form_ids: Sequence[str]) -> tuple[Form, ...]:
        """In the order of the set, each once; unknown ones are left out."""
        return tuple(one for one in self.forms if one.id in form_ids)


def parse(files: Mapping[str, str]) -> FormSet:
    """TOML texts by file name. Raises FormsError with the first fault of the first file that cannot be read."""
    questions = toml_config.read(files.get("questions.toml", ""), "questions.toml", QuestionFile, FormsError)
    forms = [
        toml_config.read(text, name, Form, FormsError)
        for name, text in sorted(files.items())
        if name != "questions.toml"
    ]
    return FormSet(
        questions=questions.questions, forms=tuple(forms), unreviewed_languages=questions.unreviewed_languages
    )
