"""What each control of the console does: the table between a press and the StaffAct that it sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from ui.staff import away, devices, figures, forms, history, leader, pad, slots, slots_dialogs, slots_list
from ui.staff.alerts import VOIDED, VOIDED_SHOWN
from ui.staff.desk import Command, Desk, Dialog, DialogKind, Leave, Send, Tab
from ui.staff.options import TO_COUNTER, marks_of, options_of
from ui.staff.wording import LANGUAGE_NAMES, MARKS

if TYPE_CHECKING:
    from kiosk_app.api import CurrentVisit, Language, StaffVerb
    from ui.staff.money import Act

Outcome = tuple[Desk, tuple[Command, ...]]

AT_ONCE: dict[str, StaffVerb] = {
    "next": "call_next",
    "recall": "recall",
    "complete": "complete",
    "hold": "hold",
    "no_show": "no_show",
    "ready": "ready_for_handover",
    "undo": "undo",
    "pause": "pause_counter",
    "close_counter": "close_counter",
    "recover": "recover_printer",
    "restore_many": "restore_many",
    "continue": "continue_call",
}
ABOUT_CURRENT = ("recall", "complete", "hold", "no_show", "ready", "transfer", "cancel", "marks", "continue")


def pressed(desk: Desk, control: str) -> Outcome:
    """A press on a control that is off, while another waits for its answer or while the hub is away, does nothing."""
    name, _, rest = control.partition(":")
    if name == "older":
        return history.older(desk)
    if name in LOOKING:
        return LOOKING[name](desk, rest), ()
    if away.held(desk) and not away.still_open(control, options_of(desk)):
        return desk, ()
    if desk.busy or desk.view is None or (name in ABOUT_CURRENT and desk.view.current is None):
        return desk, ()
    if name == "undo" and desk.view.undo is None:
        return desk, ()
    if name in AT_ONCE:
        return _send(desk, control, AT_ONCE[name], ticket=_current_ticket(desk, name))
    if name in ASKING:
        return ASKING[name](desk), ()
    return SENDING[name](desk, rest) if name in SENDING else (desk, ())


def _send(desk: Desk, control: str, verb: StaffVerb, *, ticket: str = "", number: str = "", **rest: Any) -> Outcome:
    counter = desk.view.counter.number if desk.view and desk.view.counter else None
    sent = _act(verb, counter=counter, ticket=ticket, number=number, **rest)
    asked = replace(desk.dialog, reason=str(rest.get("reason", "")))
    return replace(desk, busy=control, message="", said="", sent=asked, dialog=Dialog(), typed=""), (sent,)


def _act(verb: StaffVerb, **fields: Any) -> Send:
    # Loaded with the first press and not before the first frame: it takes as long as drawing that.
    from kiosk_app.api import StaffAct

    return Send(StaffAct(intent="", verb=verb, **fields))


def _current(desk: Desk) -> CurrentVisit | None:
    return desk.view.current if desk.view else None


def _current_ticket(desk: Desk, name: str) -> str:
    current = _current(desk)
    return current.ticket if current and name in ABOUT_CURRENT else ""


# --- looking: nothing leaves the face ------------------------------------------------------------------------


def _tab(desk: Desk, rest: str) -> Desk:
    return replace(desk, tab=cast(Tab, rest), dialog=Dialog(), message="")


def _training(desk: Desk, _: str) -> Desk:
    return replace(desk, training=not desk.training)


def _choose_counter(desk: Desk, rest: str) -> Desk:
    chosen = next((c for c in desk.view.counters if c.number == int(rest)), None) if desk.view else None
    return replace(desk, counter=chosen.number, groups=chosen.groups) if chosen else desk


def _toggle_group(desk: Desk, letter: str) -> Desk:
    groups = tuple(g for g in desk.groups if g != letter) if letter in desk.groups else (*desk.groups, letter)
    return replace(desk, groups=groups)


def _close(desk: Desk, _: str) -> Desk:
    """A closure that was only looked at is let go with its dialog."""
    kept = desk.slots if desk.slots.closing is None else slots.quiet(desk.slots)
    return replace(desk, dialog=Dialog(), message="", typed="", slots=kept)


def _look_at_money(name: str) -> Callable[[Desk, str], Desk]:
    """Loaded by whoever opens its page first: most offices have no such kiosk."""

    def look(desk: Desk, rest: str) -> Desk:
        from ui.staff import money

        return money.LOOKING[name](desk, rest)

    return look


LOOKING: dict[str, Callable[[Desk, str], Desk]] = {
    "tab": _tab,
    "training": _training,
    "counter": _choose_counter,
    "group": _toggle_group,
    "close": _close,
    "day": history.go,
    "span": figures.go,
    "part": figures.choose,
    "columns": figures.turn_columns,
    "slot_group": slots.group,
    "slot_day": slots.day,
    "slot_days": slots_dialogs.ask_days,
    "slot_time": slots.time,
    "slot_lanes": slots.lanes,
    "slot_choose": slots.choose,
    "slot_rows": slots.rows,
    "slot_back": slots.back,
    "slot_list": slots.show_list,
    "slot": slots_dialogs.open_slot,
    "filter": lambda desk, rest: replace(desk, filter=rest),
    "guide_letter": lambda desk, rest: replace(desk, guide_letter=rest, guide_service=""),
    "guide_service": lambda desk, rest: replace(desk, guide_service=rest),
    "guide_language": lambda desk, rest: (
        replace(desk, guide_language=cast("Language", rest)) if rest in LANGUAGE_NAMES else desk
    ),
    "why": lambda desk, _: replace(desk, dialog=Dialog("why")),
    "paper": lambda desk, _: replace(desk, dialog=Dialog("paper")),
    "jam": lambda desk, _: replace(desk, dialog=Dialog("jam")),
    "model": lambda desk, _: replace(desk, dialog=Dialog("model")),
    "keys": lambda desk, _: replace(desk, dialog=Dialog("keys")),
    "break": lambda desk, _: replace(desk, dialog=Dialog("break")),
    "roam": lambda desk, _: leader.roam(desk),
    **{name: _look_at_money(name) for name in ("money_part", "money_day", "money_find", "claim", "pay")},
    "pair": devices.ask_pairing,
    "revoke": devices.ask_revoke,
    "sell_again": devices.ask_resume,
    "counters": lambda desk, _: replace(desk, page="counter", roaming=False, dialog=Dialog()),
}


# --- asking: a dialog before anything is sent ----------------------------------------------------------------


def _about_current(desk: Desk, dialog: Dialog) -> Desk:
    current = _current(desk)
    if current is None:
        return desk
    return replace(desk, dialog=replace(dialog, ticket=current.ticket, number=current.number), message="")


def _ask_number(then: StaffVerb) -> Callable[[Desk], Desk]:
    return lambda desk: replace(desk, dialog=Dialog("number", then), typed="", message="")


ASKING: dict[str, Callable[[Desk], Desk]] = {
    "cancel": lambda desk: _about_current(desk, Dialog("cancel", "cancel")),
    "transfer": lambda desk: _about_current(desk, Dialog("group", "transfer")),
    "suspend": lambda desk: leader.ask(desk, Dialog("suspend", "suspend")),
    "post_notice": lambda desk: leader.ask(desk, Dialog("notice", "post_notice")),
    "cancel_many": lambda desk: leader.ask(desk, Dialog("many", "cancel_many")),
    "marks": lambda desk: _about_current(desk, Dialog("marks", "mark")),
    "number": _ask_number("call_number"),
    "number_ready": _ask_number("ready_for_handover"),
    "guide_reprint": _ask_number("reprint"),
    "guide_change": _ask_number("change_service"),
    "pad": pad.ask,
    "slot_book": lambda desk: slots_dialogs.ask_booking(desk, ""),
    "slot_close": lambda desk: slots_dialogs.ask_closure(desk, ""),
    "print_call_list": slots_dialogs.ask_print,
}


# --- sending -------------------------------------------------------------------------------------------------


def _open(desk: Desk, _: str) -> Outcome:
    if desk.counter is None or not desk.groups:
        return replace(desk, message="窓口と、受け持つグループを選んでください。"), ()
    sent = _act("open_counter", counter=desk.counter, groups=desk.groups)
    return replace(desk, busy="open", message=""), (sent,)


def _reopen(desk: Desk, _: str) -> Outcome:
    """After a break the counter serves what it served before."""
    own = desk.view.counter if desk.view else None
    if own is None:
        return desk, ()
    sent = _act("open_counter", counter=own.number, groups=desk.groups or own.groups)
    return replace(desk, busy="reopen", message="", dialog=Dialog()), (sent,)


def _accept(desk: Desk, alert: str) -> Outcome:
    if alert == VOIDED and desk.view is not None:
        # Only those that were to be read: the next ones follow.
        shown = tuple(row.id for row in desk.view.voided[:VOIDED_SHOWN])
        return _send(desk, f"accept:{alert}", "accept_voided", tickets=shown)
    known = desk.view is not None and any(a.id == alert and not a.accepted_by for a in desk.view.alerts)
    return _send(desk, f"accept:{alert}", "accept_alert", alert=alert) if known else (desk, ())


def _row(desk: Desk, ticket: str) -> Outcome:
    row = next((r for r in desk.view.waiting if r.ticket == ticket), None) if desk.view else None
    if row is None or desk.role == "technician":
        return desk, ()
    return replace(desk, dialog=Dialog("row", "", row.ticket, row.number), message=""), ()


def _row_act(desk: Desk, what: str) -> Outcome:
    """The second step after a row of the waiting list was chosen."""
    asked = desk.dialog
    match what:
        case "resume" | "reprint":
            return _send(desk, what, cast("StaffVerb", what), ticket=asked.ticket, number=asked.number)
        case "call_back":
            return _send(desk, what, "call_number", ticket=asked.ticket, number=asked.number)
        case "cancel":
            return replace(desk, dialog=replace(asked, kind="cancel", then="cancel")), ()
        case "call":
            return replace(desk, dialog=replace(asked, kind="number_reason", then="call_number")), ()
        case "priority":
            return replace(desk, dialog=replace(asked, kind="priority", then="grant_priority")), ()
        case "marks":
            return replace(desk, dialog=replace(asked, kind="marks")), ()
        case "change":
            return replace(desk, dialog=replace(asked, kind="group", then="change_service")), ()
        case _:
            return desk, ()


def _submit_number(desk: Desk, _: str) -> Outcome:
    """Enter in the number field: a call asks why, a change asks for the service, anything else goes at once."""
    asked, number = desk.dialog, desk.typed.strip()
    if asked.kind in leader.TYPED:
        return leader.typed(desk), ()
    if asked.kind in slots_dialogs.FIELDS:
        return slots_dialogs.typed(desk), ()
    if asked.kind.startswith("money_"):
        from ui.staff import money

        return _of_money(desk, money.typed(desk))
    if asked.kind != "number" or not number:
        return replace(desk, message="番号を入れてください。"), ()
    if asked.then == "register_pad":
        return pad.submitted(desk), ()
    if asked.then == "reprint":
        return _send(desk, "guide_reprint", "reprint", number=number)
    if asked.then == "ready_for_handover":
        return _send(desk, "number_ready", "ready_for_handover", number=number)
    kind: DialogKind = "number_reason" if asked.then == "call_number" else "group"
    return replace(desk, dialog=replace(asked, kind=kind, number=number), message=""), ()


def _choose(desk: Desk, rest: str) -> Outcome:
    """The n-th option of the open dialog."""
    asked, view = desk.dialog, desk.view
    position = int(rest)
    options = options_of(desk)
    if view is None or not 0 <= position < len(options):
        return desk, ()
    key, _ = options[position]
    if asked.kind == "until" and key == leader.AT:
        return replace(desk, dialog=replace(asked, kind="starts"), typed="", message=""), ()
    if asked.kind in slots_dialogs.KINDS:
        return _of_slots(desk, slots_dialogs.chosen(desk, key))
    if asked.kind.startswith("money_"):
        from ui.staff import money

        return _of_money(desk, money.chosen(desk, key))
    if asked.kind in leader.STEPS:
        return replace(desk, dialog=leader.next_step(desk, key), message=""), ()
    if asked.kind in leader.SENT:
        verb = cast("StaffVerb", asked.then)
        return _send(desk, verb, verb, **leader.sent(asked, key))
    if asked.kind in ("pair", "revoke", "sell_again"):
        verb = cast("StaffVerb", asked.then)
        return _send(desk, f"{asked.kind}:{asked.device}", verb, **devices.sent(asked, key))
    if key == TO_COUNTER:
        return replace(desk, dialog=replace(asked, kind="to_counter")), ()
    if asked.kind == "marks":
        marks = tuple(m for m in MARKS if (m in marks_of(desk, asked.ticket)) != (m == key))
        return _send(desk, "mark", "mark", ticket=asked.ticket, number=asked.number, marks=marks)
    if asked.kind == "to_counter":
        return _send(desk, "transfer", "transfer", ticket=asked.ticket, number=asked.number, to_counter=int(key))
    if asked.kind == "group":
        return replace(desk, dialog=replace(asked, kind="service", letter=key)), ()
    if asked.kind in ("row", "break"):
        return _row_act(desk, key) if asked.kind == "row" else pressed(desk, key)
    verb = cast("StaffVerb", asked.then)
    if asked.kind == "pad_language" or (asked.kind == "pad_when" and asked.language):
        return _send(desk, "pad", verb, **pad.sent(asked, key))
    if asked.kind == "pad_when" or (asked.kind == "service" and verb == "register_pad"):
        return replace(desk, dialog=pad.next_step(asked, key), typed="", message=""), ()
    if asked.kind == "service":
        fields = {"number": asked.number, "service": key, "reason": asked.reason}
        return _send(desk, verb, verb, ticket=asked.ticket, **fields)
    return _send(desk, verb, verb, ticket=asked.ticket, number=asked.number, reason=key)


def _issue(desk: Desk, _: str) -> Outcome:
    if not desk.guide_service:
        return replace(desk, message="用件を選んでください。"), ()
    return _send(desk, "issue", "issue", service=desk.guide_service, language=desk.guide_language)


def _sign_out(desk: Desk, _: str) -> Outcome:
    """The desk is left at once, whether or not the core can be told."""
    _busy_desk, commands = _send(desk, "sign_out", "sign_out")
    return Desk(elsewhere=desk.elsewhere), (*commands, Leave())


def _end_suspension(desk: Desk, which: str) -> Outcome:
    return _send(desk, f"end_suspension:{which}", "end_suspension", suspension=which)


def _withdraw_notice(desk: Desk, which: str) -> Outcome:
    return _send(desk, f"withdraw_notice:{which}", "withdraw_notice", notice=which)


def _refuse_pairing(desk: Desk, which: str) -> Outcome:
    return _send(desk, f"refuse_pairing:{which}", "refuse_pairing", pairing=which)


def _of_slots(desk: Desk, moved: Desk | slots.Act | None) -> Outcome:
    """The next question, or what is sent, named by its verb: that is also the control that waits."""
    if isinstance(moved, slots.Act):
        return _send(desk, moved.verb, moved.verb, **moved.fields)
    return moved or desk, ()


def _of_money(desk: Desk, moved: Outcome | Desk | Act | None) -> Outcome:
    """The next question, what is asked of the hub, or what is sent."""
    if isinstance(moved, Desk):
        return moved, ()
    if moved is None:
        return desk, ()
    if len(moved) == 2:
        return moved
    from kiosk_app.api import MoneyAct

    return _send(desk, moved.control, moved.verb, money=MoneyAct(**moved.fields))


def _return_money(desk: Desk, word: str) -> Outcome:
    from ui.staff import money

    return _of_money(desk, money.returned(desk, word))


def _refilled(desk: Desk, machine: str) -> Outcome:
    """Also from the line of an alert that somebody has gone for, where there is no such page."""
    return _send(desk, f"refilled:{machine}", "refilled", machine=machine)


def _print_takings(desk: Desk, _: str) -> Outcome:
    from ui.staff import money

    if desk.tab != "money":
        return desk, ()
    return _send(desk, "print_takings", "print_takings", day=money.takings_day(desk))


def _save_hit(desk: Desk, _: str) -> Outcome:
    table = slots_list.table(desk)
    return (desk, (table,)) if table is not None and desk.slots.list else (desk, ())


def _print_history(desk: Desk, _: str) -> Outcome:
    """What is shown: the day and the number."""
    if desk.role not in history.READERS or not history.today(desk):
        return desk, ()
    number = desk.find.strip()[: history.NUMBER_SIGNS_MAX]
    return _send(desk, "print_history", "print_history", number=number, day=history.shown_day(desk))


SENDING: dict[str, Callable[[Desk, str], Outcome]] = {
    "open": _open,
    "reopen": _reopen,
    "accept": _accept,
    "row": _row,
    "submit": _submit_number,
    "choose": _choose,
    "issue": _issue,
    "sign_out": _sign_out,
    "end_suspension": _end_suspension,
    "hub": lambda desk, code: (leader.ask(desk, Dialog("hub_confirm", "hand_over_hub", number=code)), ()),
    "withdraw_notice": _withdraw_notice,
    "refuse_pairing": _refuse_pairing,
    "print_history": _print_history,
    "return_money": _return_money,
    "refilled": _refilled,
    "print_takings": _print_takings,
    "save_table": figures.save,
    "read_form": forms.read,
    "copy_form": forms.copy,
    "clear_form": forms.clear,
    "save_hit": _save_hit,
    "slot_length": lambda desk, minutes: (slots.try_out(desk, f"length:{minutes}"), ()),
    "slot_after": lambda desk, minutes: (slots.try_out(desk, f"after:{minutes}"), ()),
    "slot_count": lambda desk, count: (slots.try_out(desk, f"lanes:{count}"), ()),
    "change_slots": lambda desk, _: _of_slots(desk, slots.act(desk, "change_slots")),
    "undo_slots": lambda desk, _: _of_slots(desk, slots.act(desk, "undo_slots")),
    "hit": lambda desk, booking: (slots_dialogs.ask_hit(desk, booking), ()),
}
