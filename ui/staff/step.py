"""The desk's one step: `step(desk, event) -> desk, commands`, with no clock, no socket and no Qt inside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ui.staff import away, figures, forms, history, money_desk, pad, slots
from ui.staff.desk import (
    Aged,
    Answered,
    Arrived,
    Command,
    Desk,
    Dialog,
    Dismissed,
    Event,
    Knock,
    Leave,
    Looked,
    Page,
    Pressed,
    Reached,
    Settled,
    SignedIn,
    SignInAsked,
    Tab,
    Typed,
    Unanswered,
    Watch,
)
from ui.staff.figures_desk import FiguresTold, TableSaved
from ui.staff.forms import Copy, FormTold
from ui.staff.money_desk import ClaimsTold, MoneyArrived, has_page
from ui.staff.presses import pressed
from ui.staff.slots_desk import ContactsArrived, SlotsArrived, SlotsTold

if TYPE_CHECKING:
    from kiosk_app.api import Role, SignedInReply, StaffView

WITHOUT_COUNTER: dict[Role, Tab] = {"guide": "guide", "technician": "devices"}
"""Roles that serve no counter, and the tab where they begin."""
SIGNED_OUT = "サインインが切れました。もう一度サインインしてください。"


def step(desk: Desk, event: Event) -> tuple[Desk, tuple[Command, ...]]:
    """The next desk, and what the face must do now."""
    moved, commands = _step(desk, event)
    moved, gone = forms.left(desk, moved)
    if gone:
        commands = (*commands, Copy(""))
    asked = slots.asked(*figures.asked(*history.asked(slots.heard(desk, moved, event), commands)))
    return money_desk.asked(*asked)


def _step(desk: Desk, event: Event) -> tuple[Desk, tuple[Command, ...]]:
    match event:
        case Pressed(control):
            return pressed(desk, control)
        case Typed("find", text):
            return replace(desk, find=text), ()
        case Typed("day", text):
            return replace(desk, typed_day=text), ()
        case Typed("from", text):
            return replace(desk, figures=replace(desk.figures, typed_from=text)), ()
        case Typed("to", text):
            return replace(desk, figures=replace(desk.figures, typed_to=text)), ()
        case Typed("form", text):
            return replace(desk, forms=replace(desk.forms, typed=text)), ()
        case FormTold():
            return forms.told(desk, event), ()
        case Typed(_, text):
            return replace(desk, typed=text), ()
        case SignInAsked(code, pin):
            return _sign_in(desk, code.strip(), pin)
        case SignedIn(reply):
            return _signed_in(desk, reply)
        case Arrived(view):
            return away.asked(_arrived(desk, view))
        case Answered(False, _, "service") if desk.sent.number:
            return replace(desk, busy="", message="", said="", dialog=pad.what_for(desk.sent)), ()
        case Answered():
            return away.answered(desk, event, desk.busy == "issue"), ()
        case Unanswered():
            return away.unanswered(desk, event)
        case Settled():
            return away.settled(desk, event)
        case Looked(look, page):
            return history.answered(desk, look, page), ()
        case FiguresTold():
            return figures.told(desk, event)
        case TableSaved():
            return (slots.saved if desk.tab == "slots" else figures.saved)(desk, event), ()
        case SlotsArrived():
            return slots.arrived(desk, event), ()
        case SlotsTold():
            return slots.told(desk, event), ()
        case ContactsArrived():
            return slots.contacts(desk, event), ()
        case MoneyArrived() | ClaimsTold():
            return _of_money(desk, event), ()
        case Reached():
            return away.reached(desk, event)
        case Aged(minutes):
            return replace(desk, age_min=minutes), ()
        case Dismissed():
            return Desk(message=SIGNED_OUT, elsewhere=desk.elsewhere, lost=desk.lost), (Leave(),)


def _of_money(desk: Desk, event: MoneyArrived | ClaimsTold) -> Desk:
    # Loaded by whoever opens its page first: most offices have no such kiosk.
    from ui.staff import money

    return money.arrived(desk, event) if isinstance(event, MoneyArrived) else money.told(desk, event)


def _sign_in(desk: Desk, code: str, pin: str) -> tuple[Desk, tuple[Command, ...]]:
    if desk.busy:
        return desk, ()
    if not code or not pin:
        return replace(desk, message="係員番号と暗証番号を入れてください。"), ()
    return replace(desk, busy="sign_in", message=""), (Knock(code, pin, desk.training),)


def _signed_in(desk: Desk, reply: SignedInReply) -> tuple[Desk, tuple[Command, ...]]:
    if not reply.ok:
        return replace(desk, busy="", message=reply.message), ()
    lost = desk.lost
    page: Page = "work" if reply.role in WITHOUT_COUNTER else "counter"
    tab: Tab = WITHOUT_COUNTER.get(reply.role, "desk")
    next_desk = Desk(
        page=page,
        tab=tab,
        training=desk.training,
        token=reply.token,
        staff_code=reply.staff_code,
        role=reply.role,
        elsewhere=desk.elsewhere,
        # What somebody else pressed here is not told to who comes after.
        lost=replace(lost, asked=False) if lost and lost.staff_code == reply.staff_code else None,
    )
    return next_desk, (Watch(reply.token),)


def _arrived(desk: Desk, view: StaffView) -> Desk:
    """A view replaces the one before; a counter opened or closed elsewhere moves the desk to the right page."""
    desk = history.renewed(desk, view)
    desk = replace(desk, view=view, training=view.training, role=view.role, reachable=True, trouble="", age_min=0)
    if desk.page == "counter" and view.counter is not None and view.counter.state != "closed":
        return replace(desk, page="work", tab="desk", busy="", dialog=Dialog())
    if desk.tab == "money" and not has_page(desk):
        desk = replace(desk, tab="leader" if desk.roaming else "desk")
    if (
        desk.page == "work"
        and desk.role not in WITHOUT_COUNTER
        and not desk.roaming
        and (view.counter is None or view.counter.state == "closed")
    ):
        return replace(desk, page="counter", dialog=Dialog())
    return desk
