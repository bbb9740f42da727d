"""Which procedures a life event brings, as data: questions, procedures and what to bring are worded once, in a file of
their own, and each life event is a short file that asks the questions and says what follows from an answer.

Shapes only; what is well formed but makes no sense is refused by procedures_check.py. Import from procedures.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.catalogue_base import HttpsAddress, Id, Part, Text
from kiosk_app.office.forms import Name as FormName

Answer = Literal["yes", "no", "unsure"]
ANSWERS: tuple[Answer, ...] = ("yes", "no", "unsure")
END = "end"
"""In place of a question's id: nothing more is asked."""


class Question(Part, frozen=True, kw_only=True):
    """A question that can be answered with yes or no, in the same words for every life event that asks it."""

    id: Id
    title: Text
    note: Text = {}
    """Why it is asked, or what is meant."""


class Thing(Part, frozen=True, kw_only=True):
    """Something to bring that stands in no catalogue of an office."""

    id: Id
    name: Text
    note: Text = {}


class FormAnswer(Part, frozen=True, kw_only=True):
    """To a question of the office's forms: the id of one of its options."""

    question: FormName
    option: FormName


class Procedure(Part, frozen=True, kw_only=True):
    """One thing that has to be done. The order of the file is the order in which a visit does them: what others need
    comes first."""

    id: Id
    name: Text
    note: Text = {}
    service: Id | None = None
    """The service of the office's catalogue at whose counters it is done."""
    elsewhere: Text | None = None
    """Where it is done instead, if not at this office; one of the two."""
    bring: tuple[Id, ...] | None = None
    """Things of this file, or items of the catalogue. Left out: what the service asks for."""
    another_day: Text | None = None
    """It need not be today: until when. 「引っ越した日から14日以内」."""
    online: bool = True
    """Where the service can be used online, this can be done there too."""
    forms: tuple[Id, ...] = ()
    """Of the office's folder of forms: what is written for it, where the machine makes forms."""
    answers: tuple[FormAnswer, ...] = ()
    """What those forms ask and this procedure already says."""
    source: str
    """Where it was read that this has to be done, by whom and until when."""
    sample: bool = False
    """Not yet checked by the office."""


class Shared(Part, frozen=True, kw_only=True):
    """What several life events have in common; shared.toml."""

    schema: Literal[1]
    unreviewed_languages: tuple[str, ...] = ()
    page_url: HttpsAddress | None = None
    """Where the same questions are on the internet, for the two-dimensional code of the list: a life event and the
    answers follow it, {office} stands for the office's id. Left out: the list has no code."""
    questions: tuple[Question, ...]
    things: tuple[Thing, ...] = ()
    procedures: tuple[Procedure, ...]


class Leads(Part, frozen=True, kw_only=True):
    """What an answer means."""

    needs: tuple[Id, ...] = ()
    """Procedures that follow from it."""
    then: str = ""
    """The id of a question further down, or `end`. Left out: the next one, after the last one the end."""


class Step(Part, frozen=True, kw_only=True):
    """A question in its place. Without `unsure` there is no 「わからない」: then everybody can answer it."""

    question: Id
    yes: Leads = Leads()
    no: Leads = Leads()
    unsure: Leads | None = None


class LifeEvent(Part, frozen=True, kw_only=True):
    """One file. The files' names put the events in the order of the screen."""

    schema: Literal[1]
    id: Id
    icon: Id
    name: Text
    note: Text = {}
    source: str
    """Where the questions and what follows from them were worked out."""
    needs: tuple[Id, ...] = ()
    """Procedures of everybody, whatever they answer."""
    steps: tuple[Step, ...]


class Procedures(Part, frozen=True, kw_only=True):
    """Everything, as one machine or server uses it."""

    shared: Shared
    events: tuple[LifeEvent, ...]


def leads_of(step: Step, answer: Answer) -> Leads | None:
    """None where this answer is not offered."""
    return {"yes": step.yes, "no": step.no, "unsure": step.unsure}[answer]


def after(event: LifeEvent, step: Step, leads: Leads) -> Step | None:
    """The question that is asked next; None when nothing more is. Raises KeyError for an unknown id."""
    if leads.then == END:
        return None
    if leads.then:
        by_id = {one.question: one for one in event.steps}
        return by_id[leads.then]
    place = event.steps.index(step) + 1
    return event.steps[place] if place < len(event.steps) else None
