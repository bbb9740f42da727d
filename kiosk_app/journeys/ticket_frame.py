"""What stands around every screen of the ticket journey: the bar, the sheets on it, and the dialogs over it."""

from __future__ import annotations

from kiosk_app.api import LANGUAGES, Control, Dialog, Sheet
from kiosk_app.journeys import practice_view
from kiosk_app.journeys.desk import LANGUAGE_NAMES, Desk
from kiosk_app.journeys.ticket_state import Alert, TicketJourney
from kiosk_app.journeys.ticket_timing import NAME_COUNTER_AFTER_MS, WARN_BEFORE_MS, seconds_left

MODES = ("large", "contrast", "low", "voice", "slow")
"""In the order of the ease sheet."""
GO_BACK = (
    "choose", "questions", "services", "confirm", "explain", "card_about", "card_place", "card_pin", "card_last",
    "check_in", "check_in_pad", "check_in_which", "check_in_said", "times",
    "proc_events", "proc_question", "proc_list", "proc_bring", "proc_forms", "proc_visit",
    "practice_about",
    "cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies", "cert_who", "cert_confirm",
    "form_choose", "form_people", "form_way", "form_check", "form_ask", "form_confirm",
)  # fmt: skip


def bar(state: TicketJourney, desk: Desk) -> tuple[Control, ...]:
    keys = []
    if can_go_back(state):
        keys.append(Control(id="back", label=desk.say("bar.back"), icon="back"))
    if state.screen not in ("idle", "closed"):
        # idle and closed show all languages themselves.
        selected = state.sheet == "language"
        keys.append(
            Control(
                id="language",
                label=desk.say("language.title"),
                icon="globe",
                state="selected" if selected else "open",
            )
        )
    selected = state.sheet == "ease"
    keys.append(
        Control(id="ease", label=desk.say("bar.ease"), icon="eye", state="selected" if selected else "open"),
    )
    if not practice_view.is_alone(desk):
        # On a laptop in a lesson nobody would hear the bell.
        keys.append(_staff_key(state, desk))
    return tuple(keys)


def can_go_back(state: TicketJourney) -> bool:
    if state.screen == "trouble":
        return state.ticket is None and state.cause != "stuck"
    return state.screen in GO_BACK


def ringing(state: TicketJourney) -> Alert | None:
    """The call that the visitor should know of: their own; else the machine's, where it keeps them waiting."""
    if state.visitor_alert is not None:
        return state.visitor_alert
    return state.machine_alert if state.screen in ("trouble", "doubt", "printing") else None


def _staff_key(state: TicketJourney, desk: Desk) -> Control:
    alert = ringing(state)
    if alert is None:
        return Control(id="staff", label=desk.say("bar.staff"), icon="bell")
    label = desk.say("bar.staff_coming" if alert.accepted else "bar.staff_busy")
    return Control(id="staff", label=label, icon="bell", state="busy")


def sheet(state: TicketJourney, desk: Desk) -> Sheet | None:
    if state.sheet == "language":
        return Sheet(
            title=desk.say("language.title"),
            columns=2,
            options=tuple(
                Control(
                    id=f"language:{code}",
                    label=LANGUAGE_NAMES[code],
                    state="selected" if code == state.language else "open",
                )
                for code in LANGUAGES
            ),
            close=Control(id="close_sheet", label=desk.say("language.close")),
        )
    if state.sheet == "ease":
        return Sheet(
            title=desk.say("bar.ease"),
            options=tuple(_mode(state, desk, mode) for mode in MODES),
            close=Control(id="close_sheet", label=desk.say("ease.close"), state="go"),
        )
    return None


def _mode(state: TicketJourney, desk: Desk, mode: str) -> Control:
    on = mode in state.modes
    return Control(
        id=f"mode:{mode}",
        label=desk.say(f"ease.{mode}"),
        note=desk.say(f"ease.{mode}_note") if mode in ("low", "voice", "slow") else "",
        tag=desk.say("ease.on" if on else "ease.off"),
        state="selected" if on else "open",
    )


def dialog(state: TicketJourney, desk: Desk) -> Dialog | None:
    match state.dialog:
        case "timeout":
            return Dialog(
                title=desk.say("timeout.title"),
                note=desk.say("timeout.note"),
                before=desk.say("timeout.before"),
                seconds=seconds_left(state, desk.context.now_utc_ms),
                of_seconds=WARN_BEFORE_MS // 1000,
                after=desk.say("timeout.after", seconds_left(state, desk.context.now_utc_ms)),
                actions=(
                    Control(id="continue", label=desk.say("timeout.continue"), state="go"),
                    Control(id="end", label=desk.say("timeout.end")),
                ),
            )
        case "ask_many":
            return _ask_many(state, desk)
        case "staff":
            return _staff(state, desk)
        case "why":
            return practice_view.why(state, desk)
    return None


def _ask_many(state: TicketJourney, desk: Desk) -> Dialog:
    number = state.recent[-1].number
    return Dialog(
        title=desk.say("many.title"),
        note=desk.say("many.note", number=number),
        actions=(
            Control(id="join", label=desk.say("many.join"), note=desk.say("many.join_note", number=number)),
            Control(id="separate", label=desk.say("many.separate"), note=desk.say("many.separate_note")),
        ),
    )


def waited_in_vain(alert: Alert, desk: Desk) -> bool:
    return desk.context.now_utc_ms - alert.since_ms >= NAME_COUNTER_AFTER_MS


def go_to_somebody(desk: Desk) -> str:
    """To a counter where somebody sits; to anybody at all where none does."""
    counter = desk.context.counter_staffed
    return desk.say("staff.nobody") if counter is None else desk.say("staff.counter", counter=counter)


def _staff(state: TicketJourney, desk: Desk) -> Dialog | None:
    alert = ringing(state)
    if alert is None:
        return None
    note = desk.say("staff.wait")
    if not alert.accepted and waited_in_vain(alert, desk):
        note = go_to_somebody(desk)
    actions = [Control(id="close", label=desk.say("staff.close"), state="go")]
    if state.visitor_alert is not None and not state.visitor_alert.cause.startswith("certificate"):
        # Where money is in doubt, whether somebody comes is not for the visitor alone to say.
        actions.append(Control(id="cancel_call", label=desk.say("staff.cancel")))
    return Dialog(
        title=desk.say("staff.coming" if alert.accepted else "staff.called"), note=note, actions=tuple(actions)
    )
