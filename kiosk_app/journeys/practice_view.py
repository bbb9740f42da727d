"""What practice shows: the guide above every screen, what is beside the real screens, and the two of its own.

The real screens stay as they are; here is only added what says that nothing is real, and how one goes on without a
reader, without money and without paper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk_app.api import Control, Dialog, Guide, Step
from kiosk_app.journeys import practice
from kiosk_app.journeys.certificate_moves import kept
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.messages import Context
from kiosk_app.journeys.ticket_moves import card_lies
from kiosk_app.journeys.ticket_state import TicketJourney

REAL_WAYS = ("ticket", "counter", "reset", "forgot", "not_mine")
"""Of the real screens: they lead to a real number, or speak of a real card. Staff can be called from the bar."""
SHOP = ("menu", "place", "city", "pin", "card_out", "choose", "pay")
"""The same at a convenience store, in its order."""
NO_WHY = ("card_reading", "cert_wait", "cert_said", "practice_lesson")


def door(state: TicketJourney, desk: Desk) -> Control | None:
    if desk.context.practice is None:
        return None
    left = state.left_card is not None
    return Control(
        id="practice:begin",
        label=desk.say("practice.door"),
        note=desk.say("card.door_left" if left else "practice.door_note"),
        icon="hand",
        state="off" if left else "go" if is_alone(desk) else "open",
    )


def doors(state: TicketJourney, desk: Desk) -> tuple[Control, ...]:
    found = door(state, desk)
    return () if found is None else (found,)


def is_alone(desk: Desk) -> bool:
    return desk.context.practice is not None and desk.context.practice.alone


def first(state: TicketJourney, desk: Desk, languages: tuple[Control, ...]) -> dict[str, Any]:
    """Of a machine for lessons alone."""
    return {
        "title": desk.say("practice.first"),
        "subtitle": desk.say("practice.first_note"),
        "doors": doors(state, desk),
        "languages_title": desk.say("language.title"),
        "languages": languages,
        "hint": desk.say("idle.hint"),
    }


# --- above every screen --------------------------------------------------------------------------------------


def guided(content: dict[str, Any], state: TicketJourney, desk: Desk, real: Context) -> dict[str, Any]:
    """`content` of the real screen, `real` the machine as it is."""
    shown = dict(content)
    for name in ("rows", "actions"):
        shown[name] = tuple(one for one in shown.get(name, ()) if one.id not in REAL_WAYS)
    shown.update(_BESIDE.get(state.screen, _nothing)(shown, state, desk, real))
    if shown["actions"] and not any(one.state == "go" for one in (*shown["actions"], *shown["rows"])):
        *others, last = shown["actions"]
        if last.id == "end":
            shown["actions"] = (*others, Control(id="end", label=last.label, state="go"))
    return {**shown, "guide": guide(state, desk)}


def guide(state: TicketJourney, desk: Desk) -> Guide:
    stage = practice.stage(state)
    step = ""
    if stage in practice.NUMBERED:
        number, last = practice.NUMBERED.index(stage) + 1, len(practice.NUMBERED)
        step = desk.say("practice.step", number=number, last=last, name=desk.say(f"practice.stage.{stage}"))
    why = Control(id="practice:why", label=desk.say("practice.why"), icon="question")
    return Guide(
        band=desk.say("practice.band"),
        step=step,
        what=_what(state, desk),
        why=None if state.screen in NO_WHY else why,
    )


def _what(state: TicketJourney, desk: Desk) -> str:
    lesson = kept(state).lesson
    if state.screen == "card_place" and lesson is not None and lesson.own:
        return desk.say("practice.do.card_place_own")
    if state.screen == "card_pin" and lesson is not None and lesson.erred:
        return desk.say("practice.do.card_pin_wrong")
    return desk.say(f"practice.do.{state.screen}")


def why(state: TicketJourney, desk: Desk) -> Dialog:
    """「なぜ聞かれるのですか」."""
    return Dialog(
        title=desk.say("practice.why_title"),
        note=desk.say(f"practice.why.{state.screen}"),
        actions=(Control(id="close", label=desk.say("practice.why_close"), state="go"),),
    )


# --- beside the real screens ---------------------------------------------------------------------------------

Content = dict[str, Any]
Beside = Callable[[Content, TicketJourney, Desk, Context], Content]


def _nothing(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    return {}


def _place(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    if card_lies(real):
        return {}
    lesson = kept(state).lesson
    key = "practice.placed_own" if lesson is not None and lesson.own else "practice.placed"
    return {"actions": (Control(id="practice:place", label=desk.say(key), icon="card", state="go"),)}


def _taken(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    """Nothing chimes for a card that is not there."""
    if card_lies(real):
        return {}
    taken = Control(id="practice:take", label=desk.say("practice.taken"), icon="card", state="go")
    return {"actions": (taken,), "chime": False}


def _pin(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    """Whoever is afraid of a wrong PIN may see what comes of one."""
    lesson = kept(state).lesson
    if lesson is None or lesson.erred:
        return {}
    return {"rows": (Control(id="practice:wrong", label=desk.say("practice.wrong"), icon="question"),)}


def _pay(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    pay = Control(id="practice:pay", label=desk.say("practice.pay"), icon="yen", state="go")
    return {"actions": (pay, *shown["actions"]), "subtitle": desk.say("practice.pay_note")}


def _took(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    on = Control(id="end", label=desk.say("practice.finish"), icon="check", state="go")
    return {"actions": (on,), "notice": desk.say("practice.no_paper"), "chime": False}


def _said(shown: Content, state: TicketJourney, desk: Desk, real: Context) -> Content:
    return {"notice": desk.say("practice.said"), "chime": False}


_BESIDE: dict[str, Beside] = {
    "card_place": _place,
    "card_pin": _pin,
    "cert_card": _taken,
    "card_take": _taken,
    "cert_pay": _pay,
    "cert_take": _took,
    "cert_said": _said,
}


# --- screens of its own --------------------------------------------------------------------------------------


def _about(state: TicketJourney, desk: Desk) -> Content:
    return {
        "title": desk.say("practice.about"),
        "subtitle": desk.say("practice.about_note"),
        "rows": (
            Control(
                id="practice:sample",
                label=desk.say("practice.sample"),
                note=desk.say("practice.sample_note"),
                icon="card",
            ),
            Control(
                id="practice:own", label=desk.say("practice.own"), note=desk.say("practice.own_note"), icon="reader"
            ),
        ),
    }


def _lesson(state: TicketJourney, desk: Desk) -> Content:
    """How to do the same at a convenience store, to read and to take along."""
    lesson = kept(state).lesson
    busy = lesson is not None and bool(lesson.paper)
    came = lesson.paper_came if lesson is not None else ""
    paper: tuple[Control, ...] = ()
    if practice.prints(state, desk.context):
        paper = (
            Control(
                id="practice:print_lesson",
                label=desk.say("practice.print_lesson"),
                icon="printer",
                state="busy" if busy else "open",
            ),
            Control(
                id="practice:print",
                label=desk.say("practice.print"),
                icon="printer",
                state="busy" if busy else "open",
            ),
        )
    return {
        "icon": "check",
        "tone": "good",
        "title": desk.say("practice.lesson"),
        "subtitle": desk.say("practice.lesson_note"),
        "steps": tuple(Step(title=desk.say(f"practice.shop.{one}"), state="current") for one in SHOP),
        "notice": desk.say(f"practice.paper.{came}") if came else "",
        "actions": (
            *paper,
            Control(id="practice:again", label=desk.say("practice.again")),
            Control(id="end", label=desk.say("card.end"), state="go"),
        ),
    }


SCREENS: dict[str, Callable[[TicketJourney, Desk], Content]] = {"practice_about": _about, "practice_lesson": _lesson}
