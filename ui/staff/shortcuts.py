"""Which control a key presses now. The keys are the console's muscle memory, so they never move between versions."""

from __future__ import annotations

from ui.staff import devices, slots
from ui.staff.alerts import next_step
from ui.staff.desk import Desk
from ui.staff.history import READERS
from ui.staff.options import options_of
from ui.staff.presentation import tabs
from ui.staff.slots_dialogs import FIELDS

MONEY_FIELDS = ("money_find", "money_paid", "money_sold")
KEYS = (*"1234567890/BCDEGLMNPSTUW?", "F2", "F5", "F6", "F7", "F8", "F9", "F10", "Esc", "Return", "Enter")
AT_THE_DESK = {
    "1": "next",
    "2": "recall",
    "3": "complete",
    "4": "hold",
    "5": "no_show",
    "6": "transfer",
    "7": "cancel",
    "8": "ready",
    "9": "number_ready",
    "0": "undo",
    "/": "number",
    "C": "continue",
    "M": "marks",
    "T": "pad",
    "W": "why",
}
AT_THE_GUIDE = {"1": "issue", "2": "guide_reprint", "3": "guide_change", "4": "pad"}
AT_THE_LEADER = {"1": "suspend", "2": "post_notice", "3": "cancel_many", "0": "restore_many"}
AT_THE_HISTORY = {"F5": "print_history", "F6": "day:previous", "F7": "day:next", "F8": "older"}

AT_THE_FIGURES = {
    "1": "part:service",
    "2": "part:hour",
    "3": "part:counter",
    "4": "part:slot",
    "5": "columns",
    "6": "part:practice",
    "7": "part:visits",
    "F6": "span:previous",
    "F7": "span:next",
    "S": "save_table",
}
AT_THE_SLOTS = {
    "8": "slot_book",
    "9": "slot_close",
    "0": "undo_slots",
    "U": "undo_slots",
    "D": "slot_days",
    "E": "slot_list:hit",
    "G": "slot_group:next",
    "N": "slot_time:now",
    "S": "save_hit",
    "F6": "slot_day:previous",
    "F7": "slot_day:next",
    "Left": "slot_time:back",
    "Right": "slot_time:forward",
    "Up": "slot_choose:previous",
    "Down": "slot_choose:next",
    "PgUp": "slot_lanes:previous",
    "PgDown": "slot_lanes:next",
}
AT_THE_LIST = {"S": "save_hit", "F5": "print_call_list", "PgUp": "slot_rows:previous", "PgDown": "slot_rows:next"}


def control_for(desk: Desk, key: str) -> str:
    """The control's id, or nothing when the key means nothing here."""
    if desk.dialog.kind:
        return _in_dialog(desk, key)
    if key == "Esc":
        return "slot_back" if desk.page == "work" and desk.tab == "slots" and not desk.message else "close"
    ringing = [a.id for a in desk.view.alerts if not a.accepted_by] if desk.view else []
    if key in ("F9", "F10"):
        position = ("F9", "F10").index(key)
        return f"accept:{ringing[position]}" if position < len(ringing) else ""
    if key == "P":
        return next_step(desk)
    if desk.page == "counter":
        return {"Return": "open", "Enter": "open", "B": "break", "L": "roam"}.get(key, "")
    if desk.page != "work":
        return ""
    if key == "F2":
        order = tabs(desk)
        return f"tab:{order[(order.index(desk.tab) + 1) % len(order)]}"
    common = {"B": "break", "?": "keys"}
    if desk.tab == "slots":
        return common.get(key) or _at_the_slots(desk, key)
    if key == "8" and not (desk.view and desk.view.current and desk.view.current.two_stage):
        return ""
    history = AT_THE_HISTORY if desk.role in READERS else {}
    if desk.tab == "devices":
        return common.get(key) or devices.keys(desk).get(key, "")
    if desk.tab == "money":
        from ui.staff import money

        return common.get(key) or money.keys(desk, key)
    place = {
        "desk": AT_THE_DESK,
        "guide": AT_THE_GUIDE,
        "leader": AT_THE_LEADER,
        "figures": AT_THE_FIGURES,
        "actions": history,
    }.get(desk.tab, {})
    return common.get(key) or place.get(key, "")


def _at_the_slots(desk: Desk, key: str) -> str:
    """The digits try a length, or one lane less or more; Enter does what is tried, or opens the chosen slot."""
    view, change = slots.current(desk), desk.slots.change
    if view is None or desk.slots.list:
        return AT_THE_LIST.get(key, "")
    if key in ("Return", "Enter"):
        return "change_slots" if change else f"slot:{desk.slots.chosen}" if desk.slots.chosen else ""
    offered = slots.lengths(view)
    if key in "1234" and int(key) <= len(offered):
        return f"slot_length:{offered[int(key) - 1]}"
    if key in ("6", "7"):
        lanes = view.lanes_open if change is None or change.lanes is None else change.lanes
        count = lanes + (1 if key == "7" else -1)
        return f"slot_count:{count}" if 0 <= count <= view.lanes_max else ""
    return AT_THE_SLOTS.get(key, "")


def _in_dialog(desk: Desk, key: str) -> str:
    if key == "Esc":
        return "close"
    if key in ("Return", "Enter"):
        return "submit" if desk.dialog.kind in ("number", "starts", "ends", *FIELDS, *MONEY_FIELDS) else ""
    if key in "123456789" and int(key) <= len(options_of(desk)):
        return f"choose:{int(key) - 1}"
    return ""
