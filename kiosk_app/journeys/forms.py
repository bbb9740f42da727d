"""The journey of somebody whose forms are written for them: which forms, for whom, by card or by keys, what is left to
be asked, the first sheet to look at, paper, signature. Pure, and a part of the ticket's journey.

Names and answers never come here (form_events.py). The card is asked back as soon as it was read: nothing of the rest
needs it.
"""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.journeys import forms_card as card
from kiosk_app.journeys import procedures
from kiosk_app.journeys.form_events import (
    AttributesRead,
    BackInForm,
    BeginForms,
    EndForms,
    ForgetPerson,
    FormAnswered,
    FormsFailed,
    FormsMended,
    FormsNow,
    FormsPrinted,
    FormsReady,
    PrepareForms,
    PrintForms,
    TypeForm,
)
from kiosk_app.journeys.forms_state import SAID_OF, Forms, Said
from kiosk_app.journeys.messages import (
    AnyEvent,
    CallStaff,
    CardAnswered,
    CardOpened,
    CardSeen,
    ClearAlert,
    Context,
    EndCard,
    Restarted,
    Tick,
)
from kiosk_app.journeys.ticket_moves import Turn, call_staff, card_lies, changed, forward, go_back, home, shown
from kiosk_app.journeys.ticket_state import Alert, CardCheck, Place, TicketJourney
from kiosk_app.office.forms import PEOPLE_MAX
from kiosk_app.office.forms_ask import has_people

SCREENS = (
    "form_choose", "form_people", "form_way", "form_check", "form_ask", "form_wait", "form_confirm", "form_print",
    "form_take", "form_said",
)  # fmt: skip
STUCK_MS = 60_000
"""No word of the typesetter or the printer: their own deadlines are shorter."""
PAPER = "form_paper"
"""Of a call: the printer of documents stopped while somebody waits for forms."""
NOBODYS_ERRAND = ("busy", "left")
KEYS = ("key", "pick", "era", "pad", "skip", "by_hand")


def kept(state: TicketJourney) -> Forms:
    if state.forms is None:
        raise AssertionError(f"the screen {state.screen} needs the journey of forms")
    return state.forms


def now_of(context: Context) -> FormsNow | None:
    return context.forms


def begin(state: TicketJourney, context: Context) -> Turn:
    """From the first screen; or from who has found out which forms are needed: those are chosen."""
    now = now_of(context)
    if now is None or now.stopped or state.left_card is not None:
        return replace(state, touched_ms=context.now_utc_ms), ()
    wanted = procedures.forms_of(state, context) if state.screen == "proc_forms" else ()
    chosen = tuple(form.id for form in now.form_set.chosen(wanted))
    return forward(state, context, Place(screen="form_choose"), forms=Forms(visit=context.new_id, chosen=chosen)), ()


def step(state: TicketJourney, event: AnyEvent, context: Context) -> Turn | None:
    """While a visit for forms goes on; None: this event is as in every other visit."""
    forms = kept(state)
    match event:
        case CardSeen():
            return card.seen(state, context)
        case CardOpened():
            return card.opened(state, event, context)
        case CardAnswered():
            return card.answered(state, event, context)
        case AttributesRead():
            return card.read(state, event, context)
        case FormAnswered(visit=visit):
            return _answered(state, context) if visit == forms.visit and state.screen == "form_ask" else (state, ())
        case FormsReady(visit=visit, sheets=sheets):
            waits = visit == forms.visit and forms.waits == "ready"
            return (_ready(state, sheets, context), ()) if waits else (state, ())
        case FormsFailed(visit=visit, why=why):
            return said(state, SAID_OF[why], context) if visit == forms.visit and forms.waits else (state, ())
        case FormsPrinted(visit=visit):
            waits = visit == forms.visit and forms.waits == "printed"
            return _printed(state, event, context) if waits else (state, ())
        case FormsMended(visit=visit):
            waits_for_paper = visit == forms.visit and forms.said == "paper" and forms.ready and not forms.unsure
            return _go_on(state, context) if waits_for_paper and state.screen == "form_said" else (state, ())
        case Tick():
            return card.stuck(state, context) or _stuck(state, context)
        case Restarted():
            return restarted(state, context)
    return None


def restarted(state: TicketJourney, context: Context) -> Turn:
    """Whatever was typed or read is gone with the process. What the visitor has chosen is not."""
    if state.screen in ("form_choose", "form_people", "form_said") or not kept(state).begun:
        return state, ()
    return said(state, "interrupted", context)


def said(state: TicketJourney, what: Said, context: Context, **changes: object) -> Turn:
    forms = replace(kept(state), said=what, waits="", **changes)
    told = shown(state, context.now_utc_ms, Place(screen="form_said"), forms=forms, card=_no_card(state), way_back=())
    return told, (EndCard(),)


def _no_card(state: TicketJourney) -> CardCheck | None:
    return CardCheck() if state.card is not None else None


# --- what the visitor presses --------------------------------------------------------------------------------


def pressed(state: TicketJourney, control: str, context: Context) -> Turn:
    verb, _, name = control.partition(":")
    match verb, name:
        case "forms", _:
            return begin(state, context)
        case "back", _:
            return _back(state, context)
        case "end", _:
            return leave(state, context, "visit" if state.finding is not None else "")
        case "reset", _:
            return leave(state, context, "reset")
        case "not_mine", _:
            return home(state, context)
        case (("ask" | "forgot"), _):
            return call_staff(state, "help", context)
        case "key", "cancel":
            return _back(state, context)
        case (("pin" | "spend"), _):
            return card.pressed(state, verb, name, context)
    if verb in KEYS and state.screen == "form_ask":
        return changed(state, context.now_utc_ms), (TypeForm(visit=kept(state).visit, key=control),)
    return _choice(state, verb, name, context)


def _choice(state: TicketJourney, verb: str, name: str, context: Context) -> Turn:
    forms, screen = kept(state), state.screen
    match verb, name:
        case "form", _ if screen == "form_choose":
            return _toggle(state, name, context), ()
        case "next", _ if screen == "form_choose" and forms.chosen:
            now = now_of(context)
            if now is not None and has_people(now.form_set, forms.chosen):
                return forward(state, context, Place(screen="form_people")), ()
            return _begin(state, 1, context)
        case "people", number if screen == "form_people" and number.isdecimal() and 1 <= int(number) <= PEOPLE_MAX:
            return _begin(state, int(number), context)
        case "way", "card" if screen in ("form_way", "form_said"):
            return card.place(replace(state, card=CardCheck()), None, context)
        case "way", "type" if screen in ("form_way", "form_said", "card_place"):
            return next_person(state, context)
        case "right", _ if screen == "form_check":
            return next_person(state, context)
        case "wrong", _ if screen == "form_check":
            by_card = tuple(one for one in forms.by_card if one != forms.person)
            again = shown(state, context.now_utc_ms, Place(screen="form_way"), forms=replace(forms, by_card=by_card))
            return again, (ForgetPerson(visit=forms.visit, person=forms.person),)
        case "print", _ if screen == "form_confirm":
            return _print(state, context)
        case "again", _ if screen == "form_said":
            return _again(state, context)
    return replace(state, touched_ms=context.now_utc_ms), ()


def _toggle(state: TicketJourney, name: str, context: Context) -> TicketJourney:
    """In the order in which they are offered."""
    forms, now = kept(state), now_of(context)
    known = [form.id for form in now.form_set.forms] if now is not None else []
    chosen = set(forms.chosen) ^ {name}
    return changed(state, context.now_utc_ms, forms=replace(forms, chosen=tuple(one for one in known if one in chosen)))


def _begin(state: TicketJourney, people: int, context: Context) -> Turn:
    """Anew, also where somebody has gone back to here: another visit, in which nothing is known."""
    old = kept(state)
    forms = Forms(visit=context.new_id, chosen=old.chosen, people=people, begun=True)
    begun = forward(state, context, Place(screen="form_way"), forms=forms)
    known = tuple(procedures.answers_of_forms(state, context).items())
    return begun, (BeginForms(visit=forms.visit, forms=forms.chosen, people=people, known=known),)


def next_person(state: TicketJourney, context: Context) -> Turn:
    """The card of the next, or the questions that are left."""
    forms = kept(state)
    if forms.person < forms.people:
        further = replace(forms, person=forms.person + 1, said="")
        return shown(state, context.now_utc_ms, Place(screen="form_way"), forms=further, card=_no_card(state)), (
            EndCard(),
        )
    asking = shown(
        state, context.now_utc_ms, Place(screen="form_ask"), forms=replace(forms, said=""), card=_no_card(state)
    )
    now = now_of(context)
    if now is not None and now.ask is None:
        prepared, commands = _prepare(asking, context)
        return prepared, (EndCard(), *commands)
    return asking, (EndCard(),)


def _answered(state: TicketJourney, context: Context) -> Turn:
    now = now_of(context)
    if now is not None and now.ask is not None:
        return changed(state, context.now_utc_ms), ()
    return _prepare(state, context)


def _prepare(state: TicketJourney, context: Context) -> Turn:
    forms = replace(kept(state), waits="ready", ready=False)
    return shown(state, context.now_utc_ms, Place(screen="form_wait"), forms=forms), (PrepareForms(visit=forms.visit),)


def _ready(state: TicketJourney, sheets: int, context: Context) -> TicketJourney:
    forms = replace(kept(state), waits="", ready=True, sheets=sheets, printed=0)
    return shown(state, context.now_utc_ms, Place(screen="form_confirm"), forms=forms)


def _print(state: TicketJourney, context: Context) -> Turn:
    forms = replace(kept(state), waits="printed", said="", cause="", unsure=False)
    return shown(state, context.now_utc_ms, Place(screen="form_print"), forms=forms), (PrintForms(visit=forms.visit),)


def _printed(state: TicketJourney, event: FormsPrinted, context: Context) -> Turn:
    forms = replace(kept(state), waits="", printed=event.printed, sheets=event.sheets, cause=event.cause)
    if event.printed < event.sheets:
        told, commands = said(replace(state, forms=replace(forms, unsure=event.unsure)), "paper", context)
        rung, calls = _ring(told, event.cause, context)
        return rung, (*commands, *calls)
    return shown(state, context.now_utc_ms, Place(screen="form_take"), forms=forms), ()


def _ring(state: TicketJourney, status: str, context: Context) -> Turn:
    """Staff come to the printer; whoever was called before comes too."""
    if status in NOBODYS_ERRAND or state.visitor_alert is not None:
        return state, ()
    alert = Alert(id=context.new_id, cause=PAPER, since_ms=context.now_utc_ms)
    return replace(state, visitor_alert=alert), (CallStaff(alert=alert.id, cause=PAPER, detail=status),)


def _go_on(state: TicketJourney, context: Context) -> Turn:
    """The rest, and whoever was called for the paper need not come any more."""
    printing, commands = _print(state, context)
    alert = state.visitor_alert
    if alert is None or alert.cause != PAPER:
        return printing, commands
    return replace(printing, visitor_alert=None), (ClearAlert(alert=alert.id), *commands)


def _again(state: TicketJourney, context: Context) -> Turn:
    """What is missing on paper; or from the first choice, where nothing is known any more."""
    forms = kept(state)
    if forms.said == "paper" and forms.ready:
        return _go_on(state, context)
    fresh = Forms(visit=context.new_id, chosen=forms.chosen)
    return shown(state, context.now_utc_ms, Place(screen="form_choose"), forms=fresh), (EndForms(),)


def _back(state: TicketJourney, context: Context) -> Turn:
    forms, now = kept(state), now_of(context)
    match state.screen:
        case "form_choose" if state.finding is not None:
            return procedures.after_forms(state, "proc_forms", False, context)
        case "form_choose":
            return leave(state, context)
        case "form_people":
            return go_back(state, context), ()
        case "form_ask" | "form_confirm" if now is not None and now.can_go_back:
            asking = shown(state, context.now_utc_ms, Place(screen="form_ask"), forms=replace(forms, ready=False))
            return asking, (BackInForm(visit=forms.visit),)
        case "form_way" | "form_ask" | "form_confirm" | "form_check":
            # Who was read already is not read again by going back: the visit begins anew at the first choice.
            fresh = Forms(visit=context.new_id, chosen=forms.chosen)
            start = shown(state, context.now_utc_ms, Place(screen="form_choose"), forms=fresh, card=_no_card(state))
            return replace(start, way_back=(Place(screen="idle"),)), (EndCard(), EndForms())
    return card.back(state, context)


# --- the end -------------------------------------------------------------------------------------------------


def leave(state: TicketJourney, context: Context, after: str = "") -> Turn:
    """First what was said is overwritten, then the card is taken."""
    forms = replace(kept(state), after=after, waits="", ready=False)
    if card_lies(context) and state.card is not None and state.screen != "card_take":
        taking = shown(state, context.now_utc_ms, Place(screen="card_take"), forms=forms, card=CardCheck())
        return taking, (EndCard(), EndForms())
    return card.go_on_after(replace(state, forms=forms), context)


def timed_out(state: TicketJourney, context: Context) -> Turn:
    return leave(state, context)


def _stuck(state: TicketJourney, context: Context) -> Turn | None:
    forms = kept(state)
    if not forms.waits or context.now_utc_ms - state.shown_ms < STUCK_MS * (5 if forms.waits == "printed" else 1):
        return None
    return said(state, "typeset" if forms.waits == "ready" else "paper", context)
