"""Refuses questions that lead nowhere: unreachable ones, circles, more than ten, an answer after which nothing is left
to do, texts that are missing in a language, services that an office does not have, and what has no source.

Each fault is one sentence that begins with the key's path, as in catalogue_check.py.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import msgspec

from kiosk_app.office.catalogue_base import LANGUAGES
from kiosk_app.office.catalogue_check import ICONS
from kiosk_app.office.catalogue_parts import Office
from kiosk_app.office.catalogue_texts import part_faults
from kiosk_app.office.forms import FormSet
from kiosk_app.office.forms_ask import needed
from kiosk_app.office.procedures import QUESTIONS_MAX, ROUTE_MAX, offered
from kiosk_app.office.procedures_parts import END, Answer, LifeEvent, Shared, Step, after, leads_of

EVENTS_MAX = 12
"""Plates of one screen."""
_WORDS: dict[Answer, str] = {"yes": "yes", "no": "no", "unsure": "unsure"}
Ways = frozenset[frozenset[str]]


def shared_faults(shared: Shared) -> Iterator[str]:
    """In the order in which a person should mend them."""
    for language in shared.unreviewed_languages:
        if language not in LANGUAGES:
            yield f"unreviewed_languages: expected languages among {', '.join(LANGUAGES)}, got {language!r}"
    if shared.page_url is not None and not shared.page_url.endswith("/"):
        yield "page_url: expected an address that ends with /, because the life event follows it"
    for key in ("questions", "procedures"):
        if not getattr(shared, key):
            yield f"{key}: expected at least one"
    for key in ("questions", "things", "procedures"):
        for name, times in Counter(one.id for one in getattr(shared, key)).items():
            if times > 1:
                yield f"{key}[{name}]: expected each only once, {name!r} stands there {times} times"
    for one in shared.procedures:
        path = f"procedures[{one.id}]"
        if (one.service is None) == (one.elsewhere is None):
            yield f"{path}: expected exactly one of service and elsewhere"
        if not one.source.strip():
            yield f"{path}.source: expected where this was read, got an empty text"
    yield from _languages(shared)
    yield from part_faults(shared)


def office_faults(shared: Shared, office: Office) -> Iterator[str]:
    """What an office lacks: its services, and the items of its catalogue that procedures name."""
    services = [one.id for one in office.services]
    known = [*(one.id for one in shared.things), *(one.id for one in office.items)]
    for one in shared.procedures:
        path = f"procedures[{one.id}]"
        if one.service is not None:
            yield from _known(f"{path}.service", one.service, services, f"the id of a service of office {office.id}")
        for name in one.bring or ():
            yield from _known(f"{path}.bring", name, known, f"the id of a thing, or of an item of office {office.id}")


def form_faults(shared: Shared, form_set: FormSet) -> Iterator[str]:
    """What the folder of forms lacks: forms that procedures name, questions and options that they answer."""
    known = [form.id for form in form_set.forms]
    questions = {one.id: one for one in form_set.questions}
    for one in shared.procedures:
        path = f"procedures[{one.id}]"
        for name in one.forms:
            yield from _known(f"{path}.forms", name, known, "the id of a form")
        if one.answers and not one.forms:
            yield f"{path}.answers: expected forms that ask this, there are none"
        asked = {name for form in form_set.chosen(one.forms) for name in needed(form)}
        for name, option in ((each.question, each.option) for each in one.answers):
            found = questions.get(name)
            if found is None or name not in asked or found.kind != "choice":
                choices = sorted(each for each in asked if each in questions and questions[each].kind == "choice")
                offered_here = ", ".join(choices)
                yield f"{path}.answers: expected a choice that one of its forms asks ({offered_here}), got {name!r}"
            else:
                options = [each.id for each in found.options]
                yield from _known(f"{path}.answers.{name}", option, options, "the id of an option of that question")


def event_faults(life: LifeEvent, shared: Shared) -> Iterator[str]:
    """Of one file."""
    if not life.source.strip():
        yield "source: expected where this was worked out, got an empty text"
    if life.icon not in ICONS:
        yield f"icon: expected one of {', '.join(sorted(ICONS))}, got {life.icon!r}"
    for name, times in Counter(step.question for step in life.steps).items():
        if times > 1:
            yield f"steps[{name}]: expected each question only once, {name!r} is asked {times} times"
    yield from _references(life, shared)
    wrong_ways = list(_ways(life))
    yield from wrong_ways
    if not wrong_ways and len({step.question for step in life.steps}) == len(life.steps):
        yield from _reach(life)
        yield from _ends(life, shared)
    yield from _languages(life)
    yield from part_faults(life)


def together_faults(shared: Shared, events: Mapping[str, LifeEvent]) -> Iterator[tuple[str, str]]:
    """File and fault, of a folder that is whole: what stands twice, and what nobody ever comes to. `events` by file."""
    ids: dict[str, str] = {}
    for file, life in events.items():
        if life.id in ids:
            yield file, f"id: expected an id of its own, {life.id!r} stands in {ids[life.id]} too"
        ids.setdefault(life.id, file)
    if not 1 <= len(events) <= EVENTS_MAX:
        yield "shared.toml", f"expected 1 to {EVENTS_MAX} life events beside it (plates of a screen), got {len(events)}"
    asked = {step.question for life in events.values() for step in life.steps}
    needed = {name for life in events.values() for name in _needed(life)}
    brought = {name for one in shared.procedures for name in one.bring or ()}
    for question in shared.questions:
        if question.id not in asked:
            yield "shared.toml", f"questions[{question.id}]: expected a life event that asks it, none does"
    for one in shared.procedures:
        if one.id not in needed:
            yield "shared.toml", f"procedures[{one.id}]: expected an answer that needs it, nobody can come to it"
    for thing in shared.things:
        if thing.id not in brought:
            yield "shared.toml", f"things[{thing.id}]: expected a procedure that asks for it, none does"


def _needed(life: LifeEvent) -> Iterator[str]:
    yield from life.needs
    for step in life.steps:
        for answer in offered(step):
            leads = leads_of(step, answer)
            yield from leads.needs if leads is not None else ()


def _known(path: str, name: str, known: Collection[str], what: str) -> Iterator[str]:
    if name not in known:
        alike = difflib.get_close_matches(name, sorted(known), 1)
        yield f"{path}: expected {what}, {name!r} is unknown" + (f" ({alike[0]}?)" if alike else "")


def _references(life: LifeEvent, shared: Shared) -> Iterator[str]:
    questions, procedures = [one.id for one in shared.questions], [one.id for one in shared.procedures]
    for name in life.needs:
        yield from _known("needs", name, procedures, "the id of a procedure of shared.toml")
    for step in life.steps:
        path = f"steps[{step.question}]"
        yield from _known(f"{path}.question", step.question, questions, "the id of a question of shared.toml")
        for answer in offered(step):
            leads = leads_of(step, answer)
            for name in leads.needs if leads is not None else ():
                yield from _known(f"{path}.{answer}.needs", name, procedures, "the id of a procedure of shared.toml")


def _ways(life: LifeEvent) -> Iterator[str]:
    """An answer leads further down: so nobody is asked the same question twice, and every walk ends."""
    places = {step.question: n for n, step in enumerate(life.steps)}
    for n, step in enumerate(life.steps):
        for answer in offered(step):
            leads = leads_of(step, answer)
            if leads is None or leads.then in ("", END):
                continue
            path = f"steps[{step.question}].{answer}.then"
            if leads.then not in places:
                yield from _known(path, leads.then, [*places, END], "the id of a question of this file, or end")
            elif places[leads.then] <= n:
                yield f"{path}: expected a question further down, {leads.then!r} leads round in a circle"


def _next(life: LifeEvent, step: Step) -> list[tuple[Answer, Step | None]]:
    return [(a, after(life, step, leads)) for a in offered(step) if (leads := leads_of(step, a)) is not None]


def _reach(life: LifeEvent) -> Iterator[str]:
    reached = {step.question for step in life.steps[:1]}
    depth = {step.question: 1 for step in life.steps[:1]}
    for step in life.steps:
        if step.question not in reached:
            yield f"steps[{step.question}]: expected an answer that leads here, nobody can reach it"
            continue
        for _, following in _next(life, step):
            if following is not None:
                reached.add(following.question)
                depth[following.question] = max(depth.get(following.question, 0), depth[step.question] + 1)
    deepest = max(depth, key=lambda name: depth[name], default="")
    if deepest and depth[deepest] > QUESTIONS_MAX:
        yield f"steps[{deepest}]: expected at most {QUESTIONS_MAX} questions in a row, it is the {depth[deepest]}th"


def _ends(life: LifeEvent, shared: Shared) -> Iterator[str]:
    """Every way to the end, as the set of what it needs: none is empty, and none is more than one visit."""
    ways: dict[str, Ways] = {}
    for step in reversed(life.steps):
        found: set[frozenset[str]] = set()
        for answer, following in _next(life, step):
            leads = leads_of(step, answer)
            needs = frozenset(leads.needs if leads is not None else ())
            rest = ways[following.question] if following is not None else frozenset((frozenset[str](),))
            found |= {needs | one for one in rest}
        ways[step.question] = frozenset(found)
    first = ways[life.steps[0].question] if life.steps else frozenset((frozenset[str](),))
    every = [frozenset(life.needs) | one for one in first]
    if any(not one for one in every):
        yield f"steps: expected something to do at the end of every way, {_empty_way(life)} leads to nothing"
    services = {one.id: one.service for one in shared.procedures}
    most = max((len({services.get(name) for name in one} - {None}) for one in every), default=0)
    if most > ROUTE_MAX:
        yield f"steps: expected at most {ROUTE_MAX} services in one visit, some answers lead to {most}"


def _empty_way(life: LifeEvent) -> str:
    """The answers of one way to nothing."""

    def search(step: Step | None) -> list[str] | None:
        if step is None:
            return []
        for answer, following in _next(life, step):
            leads = leads_of(step, answer)
            if leads is None or leads.needs:
                continue
            rest = search(following)
            if rest is not None:
                return [_WORDS[answer], *rest]
        return None

    found = search(life.steps[0] if life.steps else None)
    return ", ".join(found or ()) or "no question"


def _languages(part: msgspec.Struct) -> Iterator[str]:
    """In all six: nobody at a screen can ask a translator."""
    for path, text in _texts(part, ""):
        for language in LANGUAGES:
            # What part_faults says of ja and en need not be said twice.
            if language not in text and language not in ("ja", "en"):
                yield f"{path}.{language}: expected this text, it is missing"


def _texts(part: msgspec.Struct, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    for field in part.__struct_fields__:
        value, here = getattr(part, field), f"{path}.{field}" if path else field
        if isinstance(value, dict):
            if value or field != "note":
                yield here, value
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, msgspec.Struct) and hasattr(one, "id"):
                    yield from _texts(one, f"{here}[{one.id}]")
