"""What has still to be asked for a set of forms: everything once, however many of them want it. Pure.

An answer has a key: the question's id, or for a person `2.birth`. An empty answer is one too: it was skipped, and its
place on paper stays empty. What a card gives are answers like others, so nobody is asked for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from kiosk_app.office import forms_values
from kiosk_app.office.forms import ATTRIBUTES, PEOPLE_MAX, Form, FormSet, Question

ME = "me."
GIVEN = ("today", "office")
"""Sources that nobody is asked for."""


class Ask(NamedTuple):
    key: str
    question: Question
    person: int = 0
    """0: of the visit; 1: the visitor."""


def key_of(name: str, person: int) -> str:
    return f"{person}.{name}" if person else name


def needed(form: Form) -> frozenset[str]:
    """Ids of the questions that stand on it, whoever they are of."""
    fields = {field.source.removeprefix(ME) for field in form.fields if field.source not in GIVEN}
    return frozenset(fields | set(form.people))


def has_people(form_set: FormSet, form_ids: Collection[str]) -> bool:
    """Whether somebody who comes along may stand on one of them."""
    return any(form.people for form in form_set.chosen(tuple(form_ids)))


def is_under_age(answers: Mapping[str, str], today: date) -> bool:
    """The visitor cannot sign alone."""
    return forms_values.needs_guardian(forms_values.day(answers.get(key_of("birth", 1), "")), today)


def asked(
    form_set: FormSet, form_ids: Collection[str], answers: Mapping[str, str], people: int, today: date
) -> tuple[Ask, ...]:
    """Everything that these forms want as far as it is known now, answered or not, in the order of asking."""
    forms = form_set.chosen(tuple(form_ids))
    wanted = _wanted(form_set, forms, answers, min(people, PEOPLE_MAX), today)
    persons = [
        Ask(key_of(question.id, person), question, person)
        for person in range(1, PEOPLE_MAX + 1)
        for question in form_set.questions
        if key_of(question.id, person) in wanted
    ]
    visit = [
        Ask(question.id, question)
        for question in form_set.questions
        if question.id in wanted and _holds(question, answers)
    ]
    return (*persons, *visit)


def remaining(
    form_set: FormSet, form_ids: Collection[str], answers: Mapping[str, str], people: int, today: date
) -> tuple[Ask, ...]:
    return tuple(ask for ask in asked(form_set, form_ids, answers, people, today) if ask.key not in answers)


def _holds(question: Question, answers: Mapping[str, str]) -> bool:
    return all(answers.get(name) in allowed for name, allowed in question.when.items())


def _wanted(
    form_set: FormSet, forms: Collection[Form], answers: Mapping[str, str], people: int, today: date
) -> set[str]:
    """Keys. A question that decides about another is wanted with it."""
    under_age = is_under_age(answers, today)
    wanted: set[str] = set()
    waits = [key for form in forms for key in _of_form(form_set, form, people, under_age)]
    while waits:
        key = waits.pop()
        if key in wanted:
            continue
        wanted.add(key)
        found = form_set.question(key)
        if found is not None:
            waits += found.when
    return wanted


def _of_form(form_set: FormSet, form: Form, people: int, under_age: bool) -> Iterator[str]:
    for field in form.fields:
        if field.source.startswith(ME):
            yield key_of(field.source.removeprefix(ME), 1)
            continue
        question = form_set.question(field.source)
        if question is not None and (question.of == "visit" or (question.of == "guardian" and under_age)):
            yield question.id
    for name in form.people:
        question = form_set.question(name)
        first = max(form.people_from, 2 if question is not None and question.of == "others" else 1)
        for person in range(first, people + 1):
            yield key_of(name, person)


def attributes_of(person: int) -> tuple[str, ...]:
    """The keys of what a card gives."""
    return tuple(key_of(name, person) for name in ATTRIBUTES)
