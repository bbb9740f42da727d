"""The journey of somebody who does not know what they need: a life event, a few questions answered with yes or no, and
one ticket for everything that can be done today, counter after counter. A part of the ticket's journey.

What the answers mean is `office/procedures.py`; here is only which screen follows which.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec.structs import replace

from kiosk_app.api import ScreenName
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.form_events import EndForms
from kiosk_app.journeys.messages import AnyCommand, CallStaff, Context, EndCard, ListPrinted, PrintList
from kiosk_app.journeys.procedure_state import Finding
from kiosk_app.journeys.ticket_moves import Turn, call_staff, changed, forward, go_back, home, issue, shown
from kiosk_app.journeys.ticket_state import Place, TicketJourney
from kiosk_app.office import procedures
from kiosk_app.office.catalogue import Service
from kiosk_app.office.procedures import ANSWERS, Brought, Done, LifeEvent, Plan, Procedures, Walked

SCREENS: tuple[ScreenName, ...] = (
    "proc_events", "proc_question", "proc_list", "proc_bring", "proc_forms", "proc_visit", "proc_paper",
)  # fmt: skip
ORDER: tuple[ScreenName, ...] = ("proc_list", "proc_bring", "proc_forms", "proc_visit")
"""From what has to be done to the number; where there is nothing to say, a screen is left out."""
VERBS = frozenset({"find", "life", "reply", "do", "go_on", "without_forms", "list_only", "take_route", "ask_staff"})


class Found(NamedTuple):
    """What the answers lead to at this moment, for the screens after the questions."""

    plan: Plan
    without: frozenset[str]
    """Procedures that are not done today: left out by the visitor, or closed now."""
    route: tuple[Service, ...]
    bring: tuple[Brought, ...]
    forms: tuple[str, ...]
    """Ids of what this machine can make for it; the way may lead to the screen that offers them."""


def known(context: Context) -> Procedures | None:
    """None: this machine has no such door."""
    found = context.procedures
    return None if found is None or not found.events else found


def life_of(state: TicketJourney, context: Context) -> LifeEvent:
    """Of the screens after the choice of one."""
    have, finding = known(context), kept(state)
    life = procedures.event(have, finding.event) if have is not None else None
    if life is None:
        raise AssertionError(f"the screen {state.screen} needs a life event, {finding.event!r} is unknown")
    return life


def kept(state: TicketJourney) -> Finding:
    return state.finding or Finding()


def walked(state: TicketJourney, context: Context) -> Walked:
    return procedures.walk(life_of(state, context), kept(state).answers)


def found(state: TicketJourney, desk: Desk) -> Found:
    have = known(desk.context)
    assert have is not None
    finding = kept(state)
    day = desk.at.date()
    plan = procedures.plan(have, desk.office, life_of(state, desk.context), finding.answers, day)
    shut = {one.procedure.id for one in plan.done if one.service is not None and desk.closed(one.service) is not None}
    without = frozenset({*finding.left_out, *shut})
    bring = procedures.bring(have, desk.office, plan, day, {*without, *_elsewhere(plan.done)})
    makes = desk.context.forms
    known_forms = [form.id for form in makes.form_set.forms] if makes is not None else []
    forms = procedures.forms(plan, known_forms, without)
    return Found(plan, without, procedures.route(plan, without), bring, forms)


def _elsewhere(done: Iterable[Done]) -> set[str]:
    return {one.procedure.id for one in done if one.service is None}


def forms_of(state: TicketJourney, context: Context) -> tuple[str, ...]:
    """Ids of what can be made for the way of today."""
    return found(state, Desk(context, state.language)).forms


def answers_of_forms(state: TicketJourney, context: Context) -> dict[str, str]:
    """What the way already says of what its forms ask; nothing where nobody looked for procedures."""
    if state.finding is None or known(context) is None:
        return {}
    now = found(state, Desk(context, state.language))
    return procedures.form_answers(now.plan, now.without)


def service_of(procedure: str, context: Context) -> str:
    """The id of the service at which it is done; empty for one that is done elsewhere."""
    have = known(context)
    every = have.shared.procedures if have is not None else ()
    return next((one.service or "" for one in every if one.id == procedure), "")


# --- presses -------------------------------------------------------------------------------------------------------


def pressed(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    match verb:
        case "find":
            return forward(state, context, Place(screen="proc_events"), finding=Finding()), ()
        case "life":
            return _asks(state, Finding(event=name), context), ()
        case "reply":
            answer = next(one for one in ANSWERS if one == name)
            finding = kept(state)
            return _asks(state, replace(finding, answers=(*finding.answers, answer)), context), ()
        case "do":
            return _toggled(state, name, context), ()
        case "go_on" | "without_forms":
            return _on(state, context), ()
        case "list_only":
            return _print(state, context)
        case "ask_staff":
            return call_staff(state, "help", context)
    return _take(state, context)


def _asks(state: TicketJourney, finding: Finding, context: Context) -> TicketJourney:
    """The next question, or what has to be done when there is none."""
    state = replace(state, finding=finding)
    screen: ScreenName = "proc_question" if walked(state, context).step is not None else "proc_list"
    return shown(state, context.now_utc_ms, Place(screen=screen), finding=finding)


def _toggled(state: TicketJourney, name: str, context: Context) -> TicketJourney:
    finding = kept(state)
    without = tuple(one for one in finding.left_out if one != name)
    if len(without) == len(finding.left_out):
        without = (*without, name)
    return changed(state, context.now_utc_ms, finding=replace(finding, left_out=without))


def _on(state: TicketJourney, context: Context) -> TicketJourney:
    place = ORDER.index(state.screen)
    following = next(one for one in _after_list(state, context) if ORDER.index(one) > place)
    return shown(state, context.now_utc_ms, Place(screen=following))


def _after_list(state: TicketJourney, context: Context) -> list[ScreenName]:
    """The screens between the list and the number, as far as there is something to say on them."""
    now = found(state, Desk(context, state.language))
    ways: list[ScreenName] = ["proc_bring"] if now.bring else []
    makes = context.forms
    if now.forms and makes is not None and not makes.stopped and not kept(state).has_forms:
        ways.append("proc_forms")
    return [*ways, "proc_visit"]


def back(state: TicketJourney, context: Context) -> Turn:
    """To the question before, as it was."""
    finding, now = kept(state), context.now_utc_ms
    match state.screen:
        case "proc_events":
            return replace(go_back(state, context), finding=None), ()
        case "proc_question" | "proc_list" if finding.answers:
            return _asks(state, Finding(event=finding.event, answers=finding.answers[:-1]), context), ()
        case "proc_bring" | "proc_forms" | "proc_visit":
            ways = (ORDER[0], *_after_list(state, context))
            before = [one for one in ways if ORDER.index(one) < ORDER.index(state.screen)]
            return shown(state, now, Place(screen=before[-1])), ()
    return shown(state, now, Place(screen="proc_events"), finding=Finding()), ()


def _take(state: TicketJourney, context: Context) -> Turn:
    """One number for the whole way. Whoever takes many gets them, and staff hear of it."""
    route = found(state, Desk(context, state.language)).route
    if not route:
        return shown(state, context.now_utc_ms, Place(screen="proc_list")), ()
    first, *rest = (one.id for one in route)
    place = Place(screen="proc_visit", service=first)
    issuing, commands = issue(replace(state, place=place, further=tuple(rest), attempts=0), context)
    lately = [one for one in state.recent if context.now_utc_ms - one.issued_utc_ms < MANY_WITHIN_MS]
    if len(lately) < MANY_TICKETS or state.asked_many:
        return issuing, commands
    told = CallStaff(alert=context.new_id, cause="many_tickets")
    return replace(issuing, asked_many=True), (*commands, told)


MANY_WITHIN_MS = 60_000
MANY_TICKETS = 2
"""As of tickets that are taken one by one (ticket.py)."""


def not_issued(state: TicketJourney, context: Context) -> TicketJourney:
    """A counter has closed meanwhile: the list says which."""
    place = Place(screen="proc_list")
    return shown(state, context.now_utc_ms, place, intent="", cause="", further=(), attempts=0)


def after_forms(state: TicketJourney, to: ScreenName, has_forms: bool, context: Context) -> Turn:
    """From the visit for forms back to the way that it belongs to: to the offer of forms, or on to the number. Whoever
    began with other questions than there are now begins anew."""
    if not _stands(state, context):
        return home(state, context)
    finding = replace(kept(state), has_forms=has_forms)
    # No way leads back into a visit for forms of which nothing is known any more.
    rest: dict[str, Any] = {"finding": finding, "forms": None, "card": None, "way_back": (Place(screen="idle"),)}
    return shown(state, context.now_utc_ms, Place(screen=to), **rest), (EndCard(), EndForms())


def _stands(state: TicketJourney, context: Context) -> bool:
    finding, have = kept(state), known(context)
    life = procedures.event(have, finding.event) if have is not None else None
    if life is None:
        return False
    now = procedures.walk(life, finding.answers)
    return now.asked == len(finding.answers) and now.step is None


def restarted(state: TicketJourney, context: Context) -> Turn | None:
    """Whoever began with other questions than there are now begins anew; None where all is as before."""
    finding, have = state.finding, known(context)
    if finding is None or state.screen not in SCREENS or state.screen == "proc_events":
        return None
    life = procedures.event(have, finding.event) if have is not None else None
    if life is None:
        return home(state, context)
    now = procedures.walk(life, finding.answers)
    is_as_before = now.asked == len(finding.answers) and (now.step is not None) == (state.screen == "proc_question")
    return None if is_as_before else home(state, context)


# --- the list on paper -----------------------------------------------------------------------------------------------


def _print(state: TicketJourney, context: Context) -> Turn:
    """A list without a number. It promises nothing, so no fact is written of it."""
    printing, commands = with_list(state, context)
    return shown(printing, context.now_utc_ms, Place(screen="proc_paper")), commands


def with_list(state: TicketJourney, context: Context) -> tuple[TicketJourney, tuple[AnyCommand, ...]]:
    """Prints what to bring and do, for this visitor to carry along; nothing where nobody looked for procedures."""
    finding, have = state.finding, known(context)
    if finding is None or have is None or procedures.event(have, finding.event) is None:
        return state, ()
    now = found(state, Desk(context, state.language))
    job = f"list-{state.screen_id}"
    command = PrintList(
        job=job,
        event=finding.event,
        answers=finding.answers,
        without=tuple(sorted(now.without)),
        language=state.language,
    )
    return replace(state, finding=replace(finding, job=job, paper="printing")), (command,)


def printed(state: TicketJourney, event: ListPrinted, context: Context) -> TicketJourney:
    finding = state.finding
    if finding is None or finding.job != event.job or finding.paper != "printing":
        return state
    told = replace(finding, paper="printed" if event.is_printed else "failed")
    if state.screen == "proc_paper":
        return shown(state, context.now_utc_ms, state.place, finding=told)
    return replace(state, finding=told)
