"""What each open question of the console offers, and what it says. Pure; presses.py does what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.staff import devices, leader, pad, slots_dialogs
from ui.staff.desk import Desk
from ui.staff.wording import ASIDE, MARKS

if TYPE_CHECKING:
    from kiosk_app.api import CounterView, Mark

TO_COUNTER = "to_counter"


def options_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    """What the open dialog offers: (what it means, what it says)."""
    from kiosk_app.api import CALL_REASONS, PRIORITY_REASONS

    view, asked = desk.view, desk.dialog
    if view is None:
        return ()
    if asked.kind in slots_dialogs.KINDS:
        return slots_dialogs.options_of(desk)
    if asked.kind.startswith("money_"):
        from ui.staff import money

        return money.options_of(desk)
    match asked.kind:
        case "cancel":
            return tuple((r, r) for r in view.cancel_reasons)
        case "number_reason":
            return tuple((r, r) for r in CALL_REASONS)
        case "priority":
            return tuple((r, r) for r in PRIORITY_REASONS)
        case "group":
            groups = tuple((g.letter, f"{g.letter}　{g.name}") for g in view.groups)
            at_a_counter = ((TO_COUNTER, "窓口を指定する"),) if asked.then == "transfer" and _others(desk) else ()
            return (*groups, *at_a_counter)
        case "marks":
            has = marks_of(desk, asked.ticket)
            return tuple((m, f"「{long}」を{'外す' if m in has else '付ける'}") for m, (long, _) in MARKS.items())
        case "to_counter":
            return tuple((f"{c.number}", f"{c.number}番　{''.join(c.groups)}") for c in _others(desk))
        case "service":
            return tuple((s.id, s.name) for s in view.services if s.letter == asked.letter)
        case "row":
            return _row_options(desk)
        case "pad_when" | "pad_language":
            return pad.options_of(view, asked)
        case "break":
            paused = view.counter is not None and view.counter.state == "paused"
            first = ("reopen", "受付を再開する") if paused else ("pause", "休憩にする")
            leave = ("sign_out", "サインアウトする")
            by_hand = () if desk.role == "technician" else (("pad", "手書き番号札を登録"),)
            if desk.roaming and view.counter is None:
                return (("counters", "窓口を選ぶ"), leave, *by_hand)
            return (first, ("close_counter", "窓口を閉じる"), leave, *by_hand) if view.counter else (leave, *by_hand)
        case "pair" | "revoke" | "sell_again":
            return devices.options_of(desk)
        case _:
            return leader.options_of(desk)


def marks_of(desk: Desk, ticket: str) -> tuple[Mark, ...]:
    view = desk.view
    shown = (*((view.current,) if view.current else ()), *view.waiting) if view else ()
    return next((one.marks for one in shown if one.ticket == ticket), ())


def _others(desk: Desk) -> tuple[CounterView, ...]:
    """Counters that can take over the visitor of this one now."""
    view = desk.view
    if view is None or view.counter is None:
        return ()
    return tuple(c for c in view.counters if c.state == "open" and c.number != view.counter.number)


def _row_options(desk: Desk) -> tuple[tuple[str, str], ...]:
    row = next((r for r in desk.view.waiting if r.ticket == desk.dialog.ticket), None) if desk.view else None
    if row is None:
        return ()
    options: list[tuple[str, str]] = []
    counter, aside = desk.view is not None and desk.view.counter is not None, row.kind in ASIDE
    if counter:
        # Who was asked to wait a moment comes back without a reason, and who is next needs none.
        options.append(("call_back" if aside or row.next else "call", "この番号を呼ぶ"))
    if desk.role in ("clerk", "leader"):
        back = "保留を解いて列に戻す" if row.kind == "held" else "列に戻す"
        options.append(("resume", back) if aside else ("priority", "順番を早める"))
        options.append(("cancel", "取り消す"))
    if desk.role != "technician":
        # The office does not change what somebody came for who is not there.
        options += [] if row.kind == "missed" else [("change", "用件を変える")]
        options.append(("reprint", "番号札を再発行する"))
        options.append(("marks", "しるしを付ける・外す"))
    return tuple(options)
