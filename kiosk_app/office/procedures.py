"""From a life event and a few answers to what has to be done: pure rules over the answers given so far.

An answer is never remembered by itself: the answers in their order say which questions were asked, so going back is
leaving out the last one, and the telephone's page and the ticket machine agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Office, Service, Text
from kiosk_app.office.procedures_parts import (
    ANSWERS,
    Answer,
    LifeEvent,
    Procedure,
    Procedures,
    Question,
    Step,
    Thing,
    after,
    leads_of,
)

__all__ = [
    "ANSWERS",
    "Answer",
    "Brought",
    "Done",
    "LifeEvent",
    "Plan",
    "Procedure",
    "Procedures",
    "Question",
    "Stage",
    "Walked",
    "bring",
    "coded",
    "decoded",
    "event",
    "form_answers",
    "forms",
    "longest",
    "offered",
    "page_address",
    "plan",
    "question",
    "route",
    "stages",
    "walk",
]

QUESTIONS_MAX = 10
ROUTE_MAX = 8
"""Services of one visit; beyond that a person should look at it."""
_LETTERS: dict[str, Answer] = {"y": "yes", "n": "no", "u": "unsure"}


class Walked(NamedTuple):
    """`step`: the question that is open; None when all are answered. `needs`: ids of procedures so far."""

    step: Step | None
    needs: frozenset[str]
    asked: int


class Done(NamedTuple):
    """A procedure with where it is done: `service` is None for one that is done elsewhere."""

    procedure: Procedure
    service: Service | None

    @property
    def is_online(self) -> bool:
        return self.procedure.online and self.service is not None and self.service.online is not None


class Plan(NamedTuple):
    """Everything that has to be done, in the order in which it is done."""

    done: tuple[Done, ...]


class Stage(NamedTuple):
    """What is done one after the other at the counters of one group."""

    letter: str
    done: tuple[Done, ...]


class Brought(NamedTuple):
    name: Text
    note: Text


def event(procedures: Procedures, event_id: str) -> LifeEvent | None:
    return next((one for one in procedures.events if one.id == event_id), None)


def question(procedures: Procedures, step: Step) -> Question:
    return next(one for one in procedures.shared.questions if one.id == step.question)


def offered(step: Step) -> tuple[Answer, ...]:
    """The answers to choose from."""
    return ANSWERS if step.unsure is not None else ANSWERS[:2]


def walk(life: LifeEvent, answers: Sequence[Answer]) -> Walked:
    """Answers beyond the last question, and one that is not offered, end the walk where they stand."""
    needs = set(life.needs)
    step = life.steps[0] if life.steps else None
    asked = 0
    for answer in answers:
        leads = leads_of(step, answer) if step is not None else None
        if step is None or leads is None:
            break
        needs.update(leads.needs)
        step = after(life, step, leads)
        asked += 1
    return Walked(step, frozenset(needs), asked)


def longest(life: LifeEvent, step: Step | None) -> int:
    """So many questions at most, this one counted. Each leads further down, so that this ends."""
    most: dict[str, int] = {}
    for one in reversed(life.steps):
        ways = [leads for answer in offered(one) if (leads := leads_of(one, answer)) is not None]
        nexts = [after(life, one, leads) for leads in ways]
        most[one.question] = 1 + max(
            (most[following.question] for following in nexts if following is not None), default=0
        )
    return most[step.question] if step is not None else 0


def plan(procedures: Procedures, office: Office, life: LifeEvent, answers: Sequence[Answer], day: date) -> Plan:
    """In the order of the procedures' file, without what this office does not offer on that day."""
    needs = walk(life, answers).needs
    services = {one.id: one for one in office.services if catalogue.is_valid(one, day)}
    found = [
        Done(one, services[one.service] if one.service is not None else None)
        for one in procedures.shared.procedures
        if one.id in needs and (one.service is None or one.service in services)
    ]
    return Plan(tuple(found))


def route(found: Plan, without: Collection[str] = ()) -> tuple[Service, ...]:
    """The services of one visit in the order of its counters, each once. `without`: procedures left for another day."""
    services: dict[str, Service] = {}
    for one in found.done:
        if one.service is not None and one.procedure.id not in without:
            services.setdefault(one.service.id, one.service)
    return tuple(services.values())[:ROUTE_MAX]


def stages(found: Plan, without: Collection[str] = ()) -> tuple[Stage, ...]:
    """The way of `route`, counter after counter, with what is done at each."""
    way: list[Stage] = []
    for service in route(found, without):
        done = tuple(one for one in found.done if one.service is service and one.procedure.id not in without)
        if way and way[-1].letter == service.group:
            way[-1] = Stage(service.group, (*way[-1].done, *done))
        else:
            way.append(Stage(service.group, done))
    return tuple(way)


def bring(
    procedures: Procedures, office: Office, found: Plan, day: date, without: Collection[str] = ()
) -> tuple[Brought, ...]:
    """What to bring for all of it, each thing once, in the order in which it is needed."""
    things: dict[str, Thing] = {one.id: one for one in procedures.shared.things}
    items = {one.id: one for one in office.items if catalogue.is_valid(one, day)}
    brought: dict[str, Brought] = {}
    for one in found.done:
        if one.procedure.id in without:
            continue
        for name in _bring_ids(one):
            thing = things.get(name) or items.get(name)
            if thing is not None:
                brought.setdefault(name, Brought(thing.name, thing.note))
    return tuple(brought.values())


def forms(found: Plan, known: Collection[str], without: Collection[str] = ()) -> tuple[str, ...]:
    """Ids of the forms that are written for what is done today, each once. `known`: those that can be made."""
    every = [name for one in _today(found, without) for name in one.procedure.forms if name in known]
    return tuple(dict.fromkeys(every))


def form_answers(found: Plan, without: Collection[str] = ()) -> dict[str, str]:
    """What the procedures of today say to the questions of their forms; what two say differently is left out."""
    said: dict[str, set[str]] = {}
    for one in _today(found, without):
        for answer in one.procedure.answers:
            said.setdefault(answer.question, set()).add(answer.option)
    return {name: options.pop() for name, options in said.items() if len(options) == 1}


def _today(found: Plan, without: Collection[str]) -> Iterator[Done]:
    return (one for one in found.done if one.service is not None and one.procedure.id not in without)


def _bring_ids(one: Done) -> tuple[str, ...]:
    if one.procedure.bring is not None:
        return one.procedure.bring
    return one.service.bring if one.service is not None else ()


def page_address(procedures: Procedures, office: Office, life: LifeEvent, answers: Sequence[Answer]) -> str:
    """Of the same list on the internet; empty where there is none."""
    base = procedures.shared.page_url
    return "" if base is None else f"{base.replace('{office}', office.id)}{life.id}?a={coded(answers)}"


def coded(answers: Sequence[Answer]) -> str:
    """As they stand in an address: yes, no and unsure are ynu."""
    return "".join(answer[0] for answer in answers)


def decoded(text: str) -> tuple[Answer, ...]:
    """Whatever somebody typed there: it ends before the first letter that is no answer."""
    return tuple(_letters(text[:QUESTIONS_MAX]))


def _letters(text: str) -> Iterator[Answer]:
    for letter in text:
        if letter not in _LETTERS:
            return
        yield _LETTERS[letter]
