"""Turns the state of a ticket journey into the screen that a face shows, whole and in the visitor's language.

What a screen offers is also what may be pressed: `step` accepts only the controls that stand here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from kiosk_app.api import LANGUAGES, BoardRow, CitizenView, Control, Item, Online, Slip, Step
from kiosk_app.journeys import (
    card_view,
    certificate_view,
    check_in,
    check_in_view,
    forms_view,
    practice,
    practice_view,
    procedures,
    procedures_view,
    ticket_frame,
    times_view,
)
from kiosk_app.journeys.closing import sentence
from kiosk_app.journeys.desk import HTML_LANGUAGES, LANGUAGE_NAMES, Desk, local_time, qr_png
from kiosk_app.journeys.messages import PRINTING_STATUSES, Context
from kiosk_app.journeys.spoken import spoken_view
from kiosk_app.journeys.ticket_state import TakenTicket, TicketJourney
from kiosk_app.journeys.ticket_timing import patience_ms
from kiosk_app.journeys.ticket_waits import called, slip, where
from kiosk_app.office import catalogue, closing, dates
from kiosk_app.office.calendar import Open, opening, reopening
from kiosk_app.office.catalogue import Group, Service

MAX_SERVICES_OF_A_VISIT = 6
"""Beyond that a person should look at it."""


def view(state: TicketJourney, context: Context) -> CitizenView:
    real, context = context, practice.world(state, context)
    desk = Desk(context, state.language)
    content = certificate_view.screen(state, desk) or forms_view.screen(state, desk)
    if content is None:
        content = (_SCREENS.get(state.screen) or card_view.screen)(state, desk)
    if state.screen == "take":
        content = procedures_view.take_notice(check_in_view.take_title(content, state, desk), state, desk)
    if practice.is_on(state):
        content = practice_view.guided(content, state, desk, real)
    if state.left_card is not None:
        content["chime"] = True
    shown = CitizenView(
        screen=state.screen,
        screen_id=state.screen_id,
        language=state.language,
        html_language=HTML_LANGUAGES[state.language],
        large="large" in state.modes,
        contrast="contrast" in state.modes,
        low="low" in state.modes,
        voice="voice" in state.modes,
        slow="slow" in state.modes,
        office=desk.text(context.office.name),
        date=desk.date(),
        time=dates.clock_time(desk.at),
        bar=ticket_frame.bar(state, desk),
        sheet=ticket_frame.sheet(state, desk),
        dialog=ticket_frame.dialog(state, desk),
        aloud=certificate_view.aloud(state, desk),
        **content,
    )
    return msgspec.structs.replace(shown, spoken=spoken_view(shown, context.words))


def controls(shown: CitizenView) -> dict[str, Control]:
    """What may be pressed now: a dialog or a sheet covers the rest, the bar stays usable."""
    if shown.dialog is not None:
        return {c.id: c for c in (*shown.dialog.actions, *shown.bar)}
    if shown.sheet is not None:
        return {c.id: c for c in (*shown.sheet.options, shown.sheet.close, *shown.bar)}
    starts = tuple(start for hour in shown.hours for start in hour.starts)
    why = (shown.guide.why,) if shown.guide is not None and shown.guide.why is not None else ()
    page = (*starts, *shown.doors, *shown.groups, *shown.events, *shown.rows, *shown.actions, *why, *shown.languages)
    return {c.id: c for c in (*page, *keys_of(shown), *shown.bar)}


def keys_of(shown: CitizenView) -> tuple[Control, ...]:
    """Of the keypad or the kana keys, where there are such."""
    if shown.kana is not None:
        return shown.kana.controls()
    pad = shown.keypad
    return () if pad is None else (*pad.digits, pad.cancel, pad.correct, pad.enter)


def offered_services(state: TicketJourney, desk: Desk) -> tuple[Service, ...]:
    """What the services screen lists: an event's or an answer's services, else the whole group's."""
    office, place = desk.office, state.place
    if place.services:
        chosen = (catalogue.service(office, service_id) for service_id in place.services)
        return tuple(s for s in chosen if catalogue.is_valid(s, desk.at.date()))
    return catalogue.services_of(office, place.letter, desk.at.date())


def explained(state: TicketJourney, desk: Desk) -> Service | Group | None:
    """What the explain screen speaks of; None is the whole office."""
    kind, _, name = state.explains.partition(":")
    if kind == "group":
        return catalogue.group(desk.office, name)
    return catalogue.service(desk.office, name) if kind == "service" else None


# --- screens -------------------------------------------------------------------------------------------------


def _idle(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    if practice_view.is_alone(desk):
        return practice_view.first(state, desk, _languages(state))
    hours = opening(desk.office, None, desk.at)
    board = [
        BoardRow(label=desk.text(g.name), count=str(load.waiting), unit=desk.say("people.unit", load.waiting))
        for g in desk.office.groups
        if (load := desk.load(g.letter)) is not None
    ]
    broken = desk.context.printer_status not in PRINTING_STATUSES | {"unknown"}
    return {
        "title": desk.say("idle.title"),
        "subtitle": desk.say("idle.until", time=dates.clock_time(hours.until)) if isinstance(hours, Open) else "",
        "board_title": desk.say("idle.board"),
        "board": tuple(board),
        "doors": (
            Control(
                id="ticket", label=desk.say("idle.door"), note=desk.say("idle.door_note"), icon="ticket", state="go"
            ),
            *((booked,) if (booked := check_in_view.door(desk)) is not None else ()),
            *((found,) if (found := procedures_view.door(desk)) is not None else ()),
            *certificate_view.doors(state, desk),
            *practice_view.doors(state, desk),
            *((written,) if (written := forms_view.door(state, desk)) is not None else ()),
        ),
        "notice": desk.say("idle.printer") if broken else card_view.left_notice(state, desk) or _coming(desk),
        "languages_title": desk.say("language.title"),
        "languages": _languages(state),
        "hint": desk.say("idle.hint"),
    }


def _coming(desk: Desk) -> str:
    """The next closure, that nobody comes back in vain."""
    office = desk.office
    found = closing.coming(office, {group.letter for group in office.groups}, desk.at)
    return sentence(desk.context.words, desk.language, found[0], desk.at.date(), short=True) if found else ""


def _closed(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    closed = desk.closed(None)
    return {
        "icon": "clock",
        "title": desk.text(closed.reason) if closed else desk.say("explain.title"),
        "subtitle": reopening(desk.office, closed, desk.at, desk.language) if closed else "",
        "notice": card_view.left_notice(state, desk)
        or (desk.text(desk.office.after_hours) if desk.office.after_hours else ""),
        "doors": (*certificate_view.doors_when_closed(state, desk), *practice_view.doors(state, desk)),
        "languages_title": desk.say("language.title"),
        "languages": _languages(state),
        "hint": desk.say("idle.hint"),
    }


def _languages(state: TicketJourney) -> tuple[Control, ...]:
    return tuple(
        Control(
            id=f"language:{code}", label=LANGUAGE_NAMES[code], state="selected" if code == state.language else "open"
        )
        for code in LANGUAGES
    )


def _choose(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    groups = []
    for group in desk.office.groups:
        closed = desk.closed(group)
        groups.append(
            Control(
                id=f"group:{group.letter}",
                label=desk.text(group.name),
                note=desk.text(group.summary),
                icon=group.icon,
                state="closed" if closed else "open",
                why=desk.why(closed) if closed else "",
            )
        )
    events = [Control(id=f"event:{e.id}", label=desk.text(e.name), icon=e.icon) for e in desk.office.events]
    return {
        "title": desk.say("choose.title"),
        "subtitle": desk.say("choose.further") if state.ticket else "",
        "groups": tuple(groups),
        "events_title": desk.say("choose.events") if events else "",
        "events": tuple(events),
        "rows": (_unsure(desk), *_booked(state, desk)),
    }


def _booked(state: TicketJourney, desk: Desk) -> tuple[Control, ...]:
    """Whoever pressed the larger door finds the way from here too; not in the middle of a visit."""
    booked = check_in_view.door(desk) if state.ticket is None else None
    return (booked,) if booked is not None else ()


def _unsure(desk: Desk) -> Control:
    return Control(id="unsure", label=desk.say("unsure"), note=desk.say("unsure.note"), icon="question")


def _questions(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    question = next(q for q in desk.office.questions if q.id == state.place.question)
    return {
        "title": desk.text(question.title),
        "rows": tuple(
            Control(id=f"answer:{n}", label=desk.text(a.name), note=desk.text(a.note))
            for n, a in enumerate(question.answers, 1)
        ),
    }


def _services(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    services = offered_services(state, desk)
    rows = (*(_service_row(state, desk, s) for s in services), _unsure(desk))
    letters = {s.group for s in services}
    if len(letters) == 1 and not state.place.event:
        group = catalogue.group(desk.office, letters.pop())
        return {"title": desk.text(group.question), "rows": rows, **where(desk, group)}
    event = next((e for e in desk.office.events if e.id == state.place.event), None)
    return {
        "title": desk.say("services.title"),
        "subtitle": desk.text(event.name) if event else "",
        "icon": event.icon if event else "",
        "rows": rows,
    }


def _service_row(state: TicketJourney, desk: Desk, service: Service) -> Control:
    control = Control(
        id=f"service:{service.id}",
        label=desk.text(service.name),
        note=desk.text(service.note),
        tag=desk.say("online.title") if service.online else "",
    )
    if state.ticket is not None and service.id in state.ticket.services:
        return msgspec.structs.replace(control, state="off", note=desk.say("services.joined"), tag="")
    closed = desk.closed(service)
    if closed:
        return msgspec.structs.replace(control, state="closed", why=desk.why(closed), tag="")
    return control


def _confirm(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    service = catalogue.service(desk.office, state.place.service)
    bring = catalogue.bring_of(desk.office, service, desk.at.date())
    foreign = desk.language not in ("ja", "easy")
    other = times_view.offer(state, desk)
    return {
        "title": desk.text(service.name),
        "title_original": service.name["ja"] if foreign else "",
        "bring_title": desk.say("confirm.bring") if bring else "",
        "bring": tuple(Item(name=desk.text(i.name), note=desk.text(i.note)) for i in bring),
        "online": _online(desk, service),
        "question": desk.say("confirm.question_further" if state.ticket else "confirm.question"),
        "actions": (_take_action(state, desk, service), *((other,) if other is not None else ())),
        "notice": desk.say("times.none") if state.times_fault == "none" and other is None else "",
        **where(desk, catalogue.group(desk.office, service.group)),
    }


def _online(desk: Desk, service: Service) -> Online | None:
    if service.online is None:
        return None
    title = desk.text(service.online.title) if service.online.title else desk.say("online.title")
    return Online(title=title, note=desk.say("online.note"), qr_png=qr_png(service.online.url))


def _take_action(state: TicketJourney, desk: Desk, service: Service) -> Control:
    load = desk.load(service.group)
    note = ""
    if state.ticket is not None:
        note = desk.say("confirm.same_number", number=state.ticket.number)
    elif load is not None:
        note = called(desk, load)
    label = desk.say("confirm.add" if state.ticket else "confirm.take")
    if times_view.offer(state, desk) is not None:
        label = desk.say("times.now")
    closed = desk.closed(service)
    return Control(
        id="take",
        label=label,
        note=note,
        icon="ticket",
        state="closed" if closed else "go",
        why=desk.why(closed) if closed else "",
    )


def _printing(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return {
        "title": desk.say("printing.title"),
        "subtitle": desk.say("printing.subtitle"),
        "slip": Slip(where=desk.say("printing.where")),
    }


def _take(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    ticket = _ticket_of(state)
    actions = [Control(id="end", label=desk.say("take.end"), state="go")]
    if len(ticket.services) < MAX_SERVICES_OF_A_VISIT:
        actions.insert(0, Control(id="another", label=desk.say("take.another"), icon="plus"))
    return {
        "title": desk.say("take.added" if state.added else "take.title"),
        "subtitle": desk.say("take.subtitle"),
        "slip": slip(state, desk, ticket),
        "actions": tuple(actions),
        "foot": desk.say("take.foot", (patience_ms(state) or 0) // 1000),
    }


def _ticket_of(state: TicketJourney) -> TakenTicket:
    if state.ticket is None:
        raise AssertionError(f"the screen {state.screen} needs a ticket")
    return state.ticket


def _trouble(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    paper = state.cause == "paper_out"
    kind = "paper_out" if paper else state.cause if state.cause in ("cover_open", "disk_full") else "other"
    actions = [Control(id="leave", label=desk.say("trouble.leave"))]
    if state.cause == "disk_full":
        # No printer will report that it is ready again, so the visitor may try.
        actions.insert(0, Control(id="retry", label=desk.say("trouble.retry"), state="go"))
    return {
        "icon": "roll" if paper else "printer",
        "title": desk.say(f"trouble.title.{kind}"),
        "subtitle": desk.say("trouble.kept" if state.ticket else "trouble.no_number"),
        "steps": _steps(state, desk, paper),
        "notice": _go_to_counter(state, desk),
        "actions": tuple(actions),
    }


def _steps(state: TicketJourney, desk: Desk, paper: bool) -> tuple[Step, ...]:
    alert = state.machine_alert
    told = Step(title=desk.say("trouble.told"), state="to_do")
    if alert is not None:
        since = dates.clock_time(local_time(desk.office, alert.since_ms))
        coming = desk.say("staff.coming") if alert.accepted else since
        told = Step(title=desk.say("trouble.told"), note=coming, state="done")
    mend = desk.say("trouble.load" if paper else "trouble.mend")
    note = desk.say("trouble.wait")
    if alert is not None and not alert.accepted and not ticket_frame.waited_in_vain(alert, desk):
        note += "\n" + desk.say("trouble.wait_then")
    return (
        told,
        Step(title=mend, note=note, state="current"),
        Step(title=desk.say("trouble.then"), note=desk.say("trouble.then_note"), state="to_do"),
    )


def _go_to_counter(state: TicketJourney, desk: Desk) -> str:
    alert = state.machine_alert
    if alert is None or alert.accepted or not ticket_frame.waited_in_vain(alert, desk):
        return ""
    return ticket_frame.go_to_somebody(desk)


def _doubt(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return {
        "icon": "question",
        "title": desk.say("doubt.title"),
        "subtitle": desk.say("doubt.subtitle"),
        "slip": Slip(where=desk.say("take.where")),
        "notice": _go_to_counter(state, desk),
        "actions": (
            Control(id="has_paper", label=desk.say("doubt.yes"), note=desk.say("doubt.yes_note")),
            Control(id="no_paper", label=desk.say("doubt.no"), note=desk.say("doubt.no_note")),
        ),
    }


def _explain(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    target = explained(state, desk)
    closed = desk.closed(target)
    name = desk.text(target.name) if target else ""
    return {
        "icon": "clock",
        "title": desk.text(closed.reason) if closed else desk.say("explain.title"),
        "subtitle": reopening(desk.office, closed, desk.at, desk.language) if closed else "",
        "notice": name,
        "actions": (Control(id="ok", label=desk.say("explain.ok"), state="go"),),
    }


_SCREENS: dict[str, Callable[[TicketJourney, Desk], dict[str, Any]]] = {
    "idle": _idle,
    "choose": _choose,
    "questions": _questions,
    "services": _services,
    "confirm": _confirm,
    "printing": _printing,
    "take": _take,
    "trouble": _trouble,
    "doubt": _doubt,
    "closed": _closed,
    "explain": _explain,
    "times": times_view.screen,
    **dict.fromkeys(check_in.SCREENS, check_in_view.screen),
    **practice_view.SCREENS,
    **dict.fromkeys(procedures.SCREENS, procedures_view.screen),
}
