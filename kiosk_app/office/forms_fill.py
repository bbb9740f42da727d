"""What stands on a form once everything is answered: texts in Japanese, marks at options, rows of people. Pure.

Texts are never altered but for what a form wants: days in 令和, フリガナ in katakana. A name is as the card has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from kiosk_app.office import forms_values
from kiosk_app.office.forms import Field, Form, FormSet, Question
from kiosk_app.office.forms_ask import ME, asked, is_under_age, key_of

BY_HAND = ""
"""Of what was skipped: an empty place."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One place of a form. `options`: each with whether it is marked."""

    id: str
    label: str
    text: str
    size_pt: float
    least_pt: float
    options: tuple[tuple[str, bool], ...] = ()

    def __repr__(self) -> str:
        return f"Cell(id={self.id!r})"


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A form of one visit. Personal: never printed, logged or kept."""

    form: str
    version: int
    title: str
    counter: str
    office: str
    day: str
    template: str
    cells: tuple[Cell, ...]
    columns: tuple[str, ...] = ()
    people: tuple[tuple[str, ...], ...] = ()
    has_guardian: bool = False

    def __repr__(self) -> str:
        return f"Filled(form={self.form!r})"

    def coded(self) -> list[list[str]]:
        """For the counter's scanner: label and text of every place that has one, then the people's, row by row."""
        cells = [[cell.label, cell.text] for cell in self.cells if cell.text]
        rows = [
            [f"{label}{number}", text]
            for number, row in enumerate(self.people, 1)
            for label, text in zip(self.columns, row, strict=True)
            if text
        ]
        return cells + rows


def fill(form_set: FormSet, form: Form, answers: Mapping[str, str], people: int, today: date, office: str) -> Filled:
    """An answer that no question of this visit asks for any more stands nowhere."""
    wanted = {ask.key for ask in asked(form_set, (form.id,), answers, people, today)}
    answers = {key: value for key, value in answers.items() if key in wanted or key == key_of("birth", 1)}
    under_age = is_under_age(answers, today)
    cells = tuple(
        _cell(form_set, field, answers, today, office)
        for field in form.fields
        if under_age or not _is_guardian(form_set, field)
    )
    rows = range(form.people_from, people + 1) if form.people else range(0)
    return Filled(
        form=form.id,
        version=form.version,
        title=form.title["ja"],
        counter=form.counter,
        office=office,
        day=forms_values.wareki(today),
        template=form.template,
        cells=cells,
        columns=tuple(_label(form_set, name) for name in form.people),
        people=tuple(tuple(_of_person(form_set, name, person, answers) for name in form.people) for person in rows),
        has_guardian=under_age,
    )


def _is_guardian(form_set: FormSet, field: Field) -> bool:
    question = form_set.question(field.source)
    return question is not None and question.of == "guardian"


def _cell(form_set: FormSet, field: Field, answers: Mapping[str, str], today: date, office: str) -> Cell:
    text = ""
    options: tuple[tuple[str, bool], ...] = ()
    if field.source == "today":
        text = forms_values.wareki(today)
    elif field.source == "office":
        text = office
    else:
        is_mine = field.source.startswith(ME)
        question = form_set.question(field.source.removeprefix(ME))
        value = answers.get(key_of(field.source.removeprefix(ME), 1) if is_mine else field.source, "")
        if question is not None:
            text = text_of(question, value)
            if field.show == "options":
                options = tuple((option.text["ja"], option.id == value) for option in question.options)
    return Cell(
        id=field.id, label=field.label, text=text, size_pt=field.size_pt, least_pt=field.least_pt, options=options
    )


def _of_person(form_set: FormSet, name: str, person: int, answers: Mapping[str, str]) -> str:
    question = form_set.question(name)
    if question is None or (question.of == "others" and person == 1):
        return "本人" if person == 1 else ""
    return text_of(question, answers.get(key_of(name, person), ""))


LABELS = {"name": "氏名", "kana": "フリガナ", "birth": "生年月日", "sex": "性別", "address": "住所", "relation": "続柄"}


def _label(form_set: FormSet, name: str) -> str:
    question = form_set.question(name)
    return LABELS.get(name) or (question.text["ja"] if question is not None else name)


def text_of(question: Question, value: str) -> str:
    """As it stands on paper."""
    if not value:
        return BY_HAND
    match question.kind:
        case "choice":
            return next((option.text["ja"] for option in question.options if option.id == value), "")
        case "yes_no":
            return {"yes": "はい", "no": "いいえ"}.get(value, "")
        case "date":
            found = forms_values.day(value)
            return forms_values.wareki(found) if found is not None else forms_values.birth_of_card(value)
        case "kana":
            return forms_values.katakana(value)
    return value
