"""The screens of forms, in the visitor's language. What is a person's comes from the core's memory (`FormsNow`) and is
in the view alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec.structs import replace

from kiosk_app.api import Control, Item, Preview, Step
from kiosk_app.journeys import card_view, forms_pads
from kiosk_app.journeys.card_check import AWAY, reset_service
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.form_events import Attribute, FormsNow
from kiosk_app.journeys.forms_state import Forms
from kiosk_app.journeys.ticket_state import CardCheck, TicketJourney
from kiosk_app.office.forms import PEOPLE_MAX

PEOPLE_OFFERED = 6
ANSWERS_SHOWN = 6
"""On the screen before printing; the first sheet shows the rest."""


def door(state: TicketJourney, desk: Desk) -> Control | None:
    """The quiet entry on the first screen, where forms can be made."""
    now = desk.context.forms
    if now is None:
        return None
    able = not now.stopped and state.left_card is None
    note = "form.door_note" if not now.stopped else f"form.stopped.{now.stopped}"
    return Control(
        id="forms", label=desk.say("form.door"), note=desk.say(note), icon="pencil", state="open" if able else "off"
    )


def screen(state: TicketJourney, desk: Desk) -> dict[str, Any] | None:
    """None: this screen looks as in every other visit."""
    now = desk.context.forms
    if state.forms is None or now is None:
        return None
    draw = _SCREENS.get(state.screen)
    return None if draw is None else draw(state, state.forms, now, desk)


def _choose(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    rows = []
    for form in now.form_set.forms:
        chosen = form.id in forms.chosen
        rows.append(
            Control(
                id=f"form:{form.id}",
                label=desk.text(form.title),
                note=desk.text(form.note),
                tag=desk.say("form.chosen" if chosen else "form.not_chosen"),
                state="selected" if chosen else "open",
            )
        )
    return {
        "title": desk.say("form.choose"),
        "subtitle": desk.say("form.choose_note"),
        "rows": tuple(rows),
        "actions": (Control(id="next", label=desk.say("form.next"), state="go" if forms.chosen else "off"),),
    }


def _people(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    return {
        "title": desk.say("form.people"),
        "subtitle": desk.say("form.people_note"),
        "rows": tuple(
            Control(id=f"people:{n}", label=desk.say("form.people_count", n))
            for n in range(1, min(PEOPLE_OFFERED, PEOPLE_MAX) + 1)
        ),
    }


def whose(forms: Forms, desk: Desk) -> str:
    """あなた, 2人目の方."""
    return desk.say("form.you") if forms.person == 1 else desk.say("form.person", number=forms.person)


def _way(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    reader = bool(desk.context.card_reader) and desk.context.card_seen not in AWAY
    rows = [
        Control(
            id="way:card",
            label=desk.say("form.by_card"),
            note=desk.say("form.by_card_note" if reader else "card.door_away"),
            icon="card",
            state="open" if reader else "off",
        ),
        Control(id="way:type", label=desk.say("form.by_keys"), note=desk.say("form.by_keys_note"), icon="keypad"),
    ]
    return {
        "title": desk.say("form.way", whose=whose(forms, desk)),
        "subtitle": desk.say("form.way_note"),
        "rows": tuple(rows),
    }


def _place(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    if forms.lies:
        return {
            "title": desk.say("card.take"),
            "subtitle": desk.say("form.other_card"),
            "reader": card_view.reader(desk, taking=True),
        }
    shown = card_view.screen(state, desk)
    if not (state.card or CardCheck()).trouble:
        shown["subtitle"] = desk.say("form.place_note", whose=whose(forms, desk))
    return shown


def _pin(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    """Which PIN, and that its tries are counted apart: more people forget that than the PIN."""
    shown = card_view.screen(state, desk)
    wrong = desk.say("card.wrong") if (state.card or CardCheck()).wrong else ""
    row = Control(id="forgot", label=desk.say("card.forgot"), note=desk.say("form.pin_apart"), icon="question")
    return {**shown, "title": desk.say("form.pin"), "notice": wrong, "rows": (row,)}


def _last(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    shown = card_view.screen(state, desk)
    return {**shown, "notice": desk.say("form.pin_apart")}


def _items(attributes: tuple[Attribute, ...], now: FormsNow, desk: Desk) -> tuple[Item, ...]:
    items = []
    for one in attributes:
        question = now.form_set.question(one.name.rpartition(".")[2])
        label = desk.text(question.text) if question is not None else one.name
        number = one.name.partition(".")[0]
        if number.isdecimal() and number != "1":
            label = f"{number}. {label}"
        items.append(Item(name=label, note=one.text or desk.say("form.by_hand")))
    return tuple(items)


def _check(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    return {
        "title": desk.say("form.check"),
        "subtitle": desk.say("form.check_note"),
        "summary": _items(now.attributes, now, desk),
        "notice": desk.say("form.four_only"),
        "actions": (
            Control(id="right", label=desk.say("form.right"), state="go"),
            Control(id="wrong", label=desk.say("form.wrong")),
        ),
    }


def _wait(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    key = "form.printing" if forms.waits == "printed" else "form.making"
    return {"icon": "printer" if forms.waits == "printed" else "doc", "title": desk.say(key), "subtitle": ""}


def _confirm(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    preview = None
    if now.preview:
        preview = Preview(
            picture=now.preview,
            width_px=now.preview_width_px,
            height_px=now.preview_height_px,
            label=desk.say("form.first_sheet", forms.sheets),
        )
    notes = [desk.say("form.guardian")] if now.under_age else []
    notes += [desk.say("form.no_code")] if now.no_code else []
    return {
        "title": desk.say("form.confirm"),
        "subtitle": "\n".join(notes),
        "summary": _items(now.answers[:ANSWERS_SHOWN], now, desk),
        "preview": preview,
        "actions": (Control(id="print", label=desk.say("form.print", forms.sheets), state="go"),),
    }


def _take(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    steps = [
        Step(title=desk.say("form.step_take", forms.sheets), state="current"),
        Step(title=desk.say("form.step_sign"), note=desk.say("form.step_sign_note")),
        Step(title=desk.say("form.step_counter"), note=desk.say("form.step_counter_note")),
    ]
    return {
        "icon": "check",
        "tone": "good",
        "title": desk.say("form.take"),
        "steps": tuple(steps),
        "notice": desk.say("form.forgotten"),
        "actions": (_end(state, desk, "go"),),
    }


def _end(state: TicketJourney, desk: Desk, shown: Literal["open", "go"] = "open") -> Control:
    """Whoever came here from what they have to do gets a number next."""
    key = "card.end" if state.finding is None else "form.to_number"
    return Control(id="end", label=desk.say(key), state=shown)


def _said(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    what = forms.said or "interrupted"
    end = _end(state, desk)
    actions: list[Control] = []
    notice = ""
    if what == "locked":
        actions.append(Control(id="way:type", label=desk.say("form.by_keys"), icon="keypad", state="go"))
        if state.finding is None and reset_service(desk.context) is not None:
            actions.append(Control(id="reset", label=desk.say("card.reset"), icon="ticket"))
        notice = desk.say("form.pin_apart")
    elif what == "paper":
        notice = desk.say("form.sheets_there", printed=forms.printed, sheets=forms.sheets)
        again = Control(id="again", label=desk.say("form.again"), state="go")
        actions += [again] if forms.ready else []
    elif what == "interrupted":
        actions.append(Control(id="again", label=desk.say("form.begin_again"), state="go"))
    if not actions:
        end = replace(end, state="go")
    unsure = "_unsure" if what == "paper" and forms.unsure else ""
    return {
        "icon": "lock" if what == "locked" else "printer" if what in ("paper", "away") else "warn",
        "tone": "care",
        "title": desk.say(f"form.said.{what}"),
        "subtitle": desk.say(f"form.said.{what}_note{unsure}"),
        "notice": notice,
        "actions": (*actions, end),
    }


def _ask(state: TicketJourney, forms: Forms, now: FormsNow, desk: Desk) -> dict[str, Any]:
    return forms_pads.ask(now, desk)


Draw = Callable[[TicketJourney, Forms, FormsNow, Desk], dict[str, Any]]
_SCREENS: dict[str, Draw] = {
    "form_choose": _choose,
    "form_people": _people,
    "form_way": _way,
    "card_place": _place,
    "card_pin": _pin,
    "card_last": _last,
    "form_check": _check,
    "form_ask": _ask,
    "form_wait": _wait,
    "form_confirm": _confirm,
    "form_print": _wait,
    "form_take": _take,
    "form_said": _said,
}
