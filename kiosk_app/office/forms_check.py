"""Refuses forms and questions that are well formed but make no sense, before a visitor meets them.

Each fault is one sentence that begins with file and key. What only the typesetter can see (a place of the template that
no field has, a box that its text does not fit) is told by form_press/trial.py.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterator

from kiosk_app.office.catalogue_base import LANGUAGES, Text
from kiosk_app.office.catalogue_texts import plain
from kiosk_app.office.forms import ATTRIBUTES, Form, FormSet, Question
from kiosk_app.office.forms_ask import GIVEN, ME, needed

TEXT_MAX = 120
"""Characters of a question or its reason, without readings: two or three lines."""


def faults(form_set: FormSet) -> Iterator[str]:
    """In the order in which a person should mend them."""
    yield from _ids("questions.toml: questions", [one.id for one in form_set.questions])
    yield from _ids("forms", [one.id for one in form_set.forms])
    if not form_set.forms:
        yield "forms: expected at least one form"
    for name in ATTRIBUTES:
        if form_set.question(name) is None:
            yield f"questions.toml: questions[{name}]: expected, as who has no card is asked for it"
    for question in form_set.questions:
        yield from _question(form_set, question)
    yield from _loops(form_set)
    for form in form_set.forms:
        yield from _form(form_set, form)
    yield from _unreached(form_set)


def _ids(path: str, ids: list[str]) -> Iterator[str]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield f"{path}[{name}]: expected each only once, it stands there {times} times"


def _text(path: str, text: Text) -> Iterator[str]:
    for language in LANGUAGES:
        if not text.get(language, "").strip():
            yield f"{path}.{language}: expected this text, it is missing"
        elif len(plain(text[language])) > TEXT_MAX:
            yield f"{path}.{language}: expected at most {TEXT_MAX} characters"
    for language in text.keys() - set(LANGUAGES):
        yield f"{path}.{language}: expected a language among {', '.join(LANGUAGES)}"


def _question(form_set: FormSet, question: Question) -> Iterator[str]:
    path = f"questions.toml: questions[{question.id}]"
    yield from _text(f"{path}.text", question.text)
    yield from _text(f"{path}.why", question.why)
    yield from _ids(f"{path}.options", [one.id for one in question.options])
    for option in question.options:
        yield from _text(f"{path}.options[{option.id}].text", option.text)
    if question.kind == "choice" and len(question.options) < 2:
        yield f"{path}.options: expected two or more of a choice"
    if question.kind != "choice" and question.options:
        yield f"{path}.options: expected none, only a choice has them"
    if question.id in ATTRIBUTES and question.of != "person":
        yield f'{path}.of: expected "person", a card gives it of one'
    for name, allowed in question.when.items():
        decides = form_set.question(name)
        if decides is None:
            yield f"{path}.when: expected the id of a question, {_unknown(name, [q.id for q in form_set.questions])}"
            continue
        if decides.of != "visit" or decides.kind not in ("choice", "yes_no"):
            yield f"{path}.when: expected a choice that is asked once, {name!r} is none"
        if question.of != "visit":
            yield f"{path}.when: expected none, only what is asked once may depend on an answer"
        known = [one.id for one in decides.options] if decides.kind == "choice" else ["yes", "no"]
        for answer in allowed:
            if answer not in known:
                yield f"{path}.when.{name}: expected an answer of it, {_unknown(answer, known)}"


def _loops(form_set: FormSet) -> Iterator[str]:
    """Of two that wait for each other neither is ever asked."""
    for question in form_set.questions:
        seen, waits = set(), list(question.when)
        while waits:
            name = waits.pop()
            if name == question.id:
                yield f"questions.toml: questions[{question.id}].when: expected no loop, it waits for itself"
                break
            if name not in seen and (found := form_set.question(name)) is not None:
                seen.add(name)
                waits += found.when


def _form(form_set: FormSet, form: Form) -> Iterator[str]:
    path = form.id
    yield from _text(f"{path}: title", form.title)
    yield from _text(f"{path}: note", form.note)
    yield from _ids(f"{path}: fields", [one.id for one in form.fields])
    yield from _ids(f"{path}: people", list(form.people))
    if not form.fields:
        yield f"{path}: fields: expected at least one"
    known = [one.id for one in form_set.questions]
    for field in form.fields:
        here = f"{path}: fields[{field.id}]"
        if not field.label.strip():
            yield f"{here}.label: expected words"
        if field.least_pt > field.size_pt:
            yield f"{here}.least_pt: expected at most size_pt, {field.size_pt:g}"
        if field.source.startswith(ME):
            name = field.source.removeprefix(ME)
            of_person = [one.id for one in form_set.questions if one.of == "person"]
            if name not in of_person:
                yield f"{here}.source: expected an attribute of the visitor, {_unknown(name, of_person)}"
        elif field.source not in GIVEN:
            question = form_set.question(field.source)
            if question is None:
                yield f"{here}.source: expected a question, {_unknown(field.source, [*known, *GIVEN])}"
            elif question.of not in ("visit", "guardian"):
                yield f"{here}.source: expected me.{field.source}, it is asked of every person"
        question = form_set.question(field.source.removeprefix(ME))
        if field.show == "options" and (question is None or not question.options):
            yield f'{here}.show: expected "text", there are no options to show'
    for name in form.people:
        question = form_set.question(name)
        if question is None or question.of not in ("person", "others"):
            yield f"{path}: people: expected questions of persons, {_unknown(name, known)}"


def _unreached(form_set: FormSet) -> Iterator[str]:
    """What no form wants would never be asked."""
    wanted = {name for form in form_set.forms for name in needed(form)} | set(ATTRIBUTES)
    wanted |= {name for question in form_set.questions for name in question.when if question.id in wanted}
    for question in form_set.questions:
        if question.id not in wanted:
            yield f"questions.toml: questions[{question.id}]: expected on a form, none wants it"


def _unknown(name: str, known: Collection[str]) -> str:
    alike = difflib.get_close_matches(name, sorted(known), 1)
    return f"{name!r} is unknown" + (f" ({alike[0]}?)" if alike else "")
