"""The screens of somebody who looks for the right procedures, in the visitor's language: one question a screen, then
what has to be done, what to bring, and the counters in their order.
"""

from __future__ import annotations

from typing import Any

from kiosk_app.api import Control, Item, Slip
from kiosk_app.journeys import procedures as journey
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.procedures import Found
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.journeys.ticket_waits import called, where
from kiosk_app.office import catalogue, procedures
from kiosk_app.office.procedures import Done, Stage

SPACED = ("en", "ko", "vi")
REPLY_ICONS = {"yes": "", "no": "", "unsure": "question"}


def door(desk: Desk) -> Control | None:
    """Where this machine has life events."""
    if journey.known(desk.context) is None:
        return None
    return Control(id="find", label=desk.say("procedures.door"), note=desk.say("procedures.door_note"), icon="list")


def screen(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return _SCREENS[state.screen](state, desk)


def _events(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    have = journey.known(desk.context)
    lives = have.events if have is not None else ()
    return {
        "title": desk.say("procedures.events"),
        "events": tuple(
            Control(id=f"life:{one.id}", label=desk.text(one.name), note=desk.text(one.note), icon=one.icon)
            for one in lives
        ),
    }


def _question(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    have, walked = journey.known(desk.context), journey.walked(state, desk.context)
    assert have is not None and walked.step is not None
    asked = procedures.question(have, walked.step)
    rows = [
        Control(
            id=f"reply:{one}",
            label=desk.say(f"procedures.{one}"),
            note=desk.say("procedures.unsure_note") if one == "unsure" else "",
            icon=REPLY_ICONS[one],
        )
        for one in procedures.offered(walked.step)
    ]
    life = journey.life_of(state, desk.context)
    left = procedures.longest(life, walked.step) - 1
    told = desk.say("procedures.left", left) if left else desk.say("procedures.last")
    return {
        "title": desk.text(asked.title),
        "subtitle": desk.text(asked.note),
        "rows": tuple(rows),
        "foot": joined(desk.language, desk.text(life.name), told),
    }


def _list(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    found = journey.found(state, desk)
    here = [one for one in found.plan.done if one.service is not None]
    if not found.plan.done:
        # This office offers none of it: a person knows where it is done.
        return {
            "title": desk.say("procedures.nothing"),
            "subtitle": desk.say("procedures.nothing_note"),
            "actions": (Control(id="ask_staff", label=desk.say("bar.staff"), icon="bell", state="go"),),
        }
    return {
        "title": desk.say("procedures.list"),
        "subtitle": desk.say("procedures.list_note") if here else "",
        "rows": tuple(_row(one, found, desk) for one in here),
        "bring_title": desk.say("procedures.elsewhere") if len(here) < len(found.plan.done) else "",
        "bring": tuple(_elsewhere(one, desk) for one in found.plan.done if one.service is None),
        "notice": "" if found.route else desk.say("procedures.none_today"),
        "actions": (*([_on(desk)] if found.route else []), _print(desk, is_first=not found.route)),
    }


def _row(one: Done, found: Found, desk: Desk) -> Control:
    assert one.service is not None
    control = Control(
        id=f"do:{one.procedure.id}",
        label=desk.text(one.procedure.name),
        note=noted(desk, one),
        state="open" if one.procedure.id in found.without else "selected",
        tag=desk.say("procedures.online") if one.is_online else "",
    )
    closed = desk.closed(one.service)
    if closed is None:
        return control
    return Control(id=control.id, label=control.label, state="closed", why=desk.why(closed))


def noted(desk: Desk, one: Done) -> str:
    """What it is, and until when."""
    until = desk.text(one.procedure.another_day) if one.procedure.another_day else ""
    return joined(desk.language, desk.text(one.procedure.note), until)


def joined(language: str, *parts: str) -> str:
    """Side by side in a line."""
    return (" · " if language in SPACED else "　").join(part for part in parts if part)


def _elsewhere(one: Done, desk: Desk) -> Item:
    where_to = desk.text(one.procedure.elsewhere) if one.procedure.elsewhere else ""
    return Item(name=desk.text(one.procedure.name), note=joined(desk.language, where_to, noted(desk, one)))


def _on(desk: Desk) -> Control:
    return Control(id="go_on", label=desk.say("procedures.go_on"), state="go")


def _print(desk: Desk, is_first: bool = False) -> Control:
    return Control(
        id="list_only", label=desk.say("procedures.print"), icon="printer", state="go" if is_first else "open"
    )


def _bring(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    found = journey.found(state, desk)
    return {
        "title": desk.say("procedures.bring"),
        "subtitle": desk.say("procedures.bring_note"),
        "bring_title": desk.say("confirm.bring"),
        "bring": tuple(Item(name=desk.text(one.name), note=desk.text(one.note)) for one in found.bring),
        "actions": (_on(desk), _print(desk)),
    }


def _forms(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    """What this machine can make for the way, before the number: a clear yes or a clear no."""
    found, makes = journey.found(state, desk), desk.context.forms
    if makes is None or not found.forms:
        # The last counter that wants one has closed while somebody read.
        return _visit(state, desk)
    told = desk.say(f"form.stopped.{makes.stopped}") if makes.stopped else ""
    make = Control(
        id="forms",
        label=desk.say("procedures.forms_make"),
        note=told,
        icon="pencil",
        state="off" if makes.stopped or state.left_card is not None else "go",
    )
    return {
        "title": desk.say("procedures.forms"),
        "subtitle": desk.say("procedures.forms_note"),
        "bring_title": desk.say("procedures.forms_list", len(found.forms)),
        "bring": tuple(
            Item(name=desk.text(form.title), note=_wanted_for(form.id, found, desk))
            for form in makes.form_set.chosen(found.forms)
        ),
        "actions": (make, Control(id="without_forms", label=desk.say("procedures.forms_skip"))),
    }


def _wanted_for(form: str, found: Found, desk: Desk) -> str:
    names = [
        desk.text(one.procedure.name)
        for one in found.plan.done
        if form in one.procedure.forms and one.procedure.id not in found.without
    ]
    return joined(desk.language, *names)


def _visit(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    found = journey.found(state, desk)
    if not found.route:
        # The last counter has closed while somebody read.
        return _list(state, desk)
    first = catalogue.group(desk.office, found.route[0].group)
    load = desk.load(first.letter)
    take = Control(
        id="take_route",
        label=desk.say("confirm.take"),
        note=called(desk, load) if load is not None else "",
        icon="ticket",
        state="go",
    )
    return {
        "title": desk.say("procedures.visit"),
        "summary": tuple(
            Item(
                name=f"{n} {desk.text(catalogue.group(desk.office, stage.letter).name)}",
                note="\n".join((desk.place(stage.letter), _names(stage, desk))),
            )
            for n, stage in enumerate(procedures.stages(found.plan, found.without), 1)
        ),
        "actions": (take, _print(desk)),
        **where(desk, first),
    }


def _names(stage: Stage, desk: Desk) -> str:
    return joined(desk.language, *(desk.text(one.procedure.name) for one in stage.done))


def _paper(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    paper = journey.kept(state).paper
    icon, tone = {"printed": ("check", "good"), "failed": ("warn", "care")}.get(paper, ("printer", ""))
    key = {"printed": "paper_take", "failed": "paper_failed"}.get(paper, "paper_printing")
    return {
        "icon": icon,
        "tone": tone,
        "title": desk.say(f"procedures.{key}"),
        "subtitle": desk.say(f"procedures.{key}_note"),
        "slip": Slip(where=desk.say("take.where")) if paper == "printed" else None,
        # Whoever does not want to wait for the paper may go.
        "actions": (Control(id="end", label=desk.say("take.end"), state="open" if paper == "printing" else "go"),),
    }


def take_notice(shown: dict[str, Any], state: TicketJourney, desk: Desk) -> dict[str, Any]:
    """Of a ticket with a way of several counters: what comes after the first."""
    ticket, finding = state.ticket, state.finding
    if ticket is None or finding is None or state.added:
        return shown
    told = [desk.say("procedures.take_forms")] if finding.has_forms else []
    if len(ticket.services) > 1:
        told.append(desk.say("procedures.take_way"))
    if finding.paper == "failed":
        told.append(desk.say("procedures.no_list"))
    elif finding.paper:
        told.append(desk.say("procedures.take_list"))
    shown["notice"] = "\n".join(told)
    return shown


_SCREENS = {
    "proc_events": _events,
    "proc_question": _question,
    "proc_list": _list,
    "proc_bring": _bring,
    "proc_forms": _forms,
    "proc_visit": _visit,
    "proc_paper": _paper,
}
