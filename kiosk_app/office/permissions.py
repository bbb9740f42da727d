"""Who may do what: anything that is not written here is refused."""

from __future__ import annotations

from typing import get_args

from kiosk_app.api import DeviceUse, MoneyVerb, Role, SlotVerb, StaffVerb

SLOTS: frozenset[StaffVerb] = frozenset(get_args(SlotVerb))
"""Of the timetable; the hub does them apart from calls."""
MONEY: frozenset[StaffVerb] = frozenset(get_args(MoneyVerb))
"""Of certificates at a kiosk: their money and their paper."""
_GUIDE: frozenset[StaffVerb] = frozenset(
    {
        "issue",
        "reprint",
        "change_service",
        "accept_alert",
        "sign_out",
        "recover_printer",
        "mark",
        "register_pad",
        "check_in",
        "refilled",
    }
)
_CLERK: frozenset[StaffVerb] = _GUIDE | {
    "open_counter",
    "pause_counter",
    "close_counter",
    "call_next",
    "call_number",
    "recall",
    "continue_call",
    "hold",
    "resume",
    "no_show",
    "complete",
    "ready_for_handover",
    "cancel",
    "undo",
    "transfer",
    "grant_priority",
    "print_history",
    "accept_voided",
    "book_slot",
    "move_booking",
    "cancel_booking",
    "slot_no_show",
    "confirm_payment",
    "return_money",
    "settle_claim",
    "print_takings",
}
LEADERS: frozenset[StaffVerb] = frozenset(
    {
        "cancel_many",
        "restore_many",
        "suspend",
        "end_suspension",
        "post_notice",
        "withdraw_notice",
        "hand_over_hub",
        "change_slots",
        "undo_slots",
        "close_slots",
        "print_call_list",
    }
)
"""What touches many at once."""
DEVICES: frozenset[StaffVerb] = frozenset({"confirm_pairing", "refuse_pairing", "revoke_device", "resume_certificates"})
"""Whom the hub trusts, and which kiosk may sell certificates again."""
HUB: frozenset[StaffVerb] = frozenset({"hand_over_hub", "accept_voided"})
"""Of a hub that changes, and of what an earlier one called."""
_TECHNICIAN: frozenset[StaffVerb] = DEVICES | {
    "accept_alert",
    "sign_out",
    "recover_printer",
    "refilled",
    "hand_over_hub",
}
VERBS: dict[Role, frozenset[StaffVerb]] = {
    "guide": _GUIDE,
    "clerk": _CLERK,
    "leader": _CLERK | LEADERS,
    "technician": _TECHNICIAN,
}
READERS_OF_HISTORY: frozenset[Role] = frozenset({"clerk", "leader"})
"""Of whole days; today's last lines stand on every console."""
READERS_OF_FIGURES: frozenset[Role] = frozenset({"leader"})
"""Counter by counter: how somebody works is nobody's business but the leader's."""
READERS_OF_COUNTS: frozenset[Role] = frozenset({"clerk", "guide", "leader"})
"""As they stand on every console; also why somebody is next."""
READERS_OF_SLOTS: frozenset[Role] = frozenset({"clerk", "guide", "leader"})
"""Who is expected when: whoever receives people must know."""
READERS_OF_MONEY: frozenset[Role] = frozenset({"clerk", "leader"})
"""Who takes money, settles claims and closes the drawer; of their kiosks guides and technicians hear by bells."""
PLANNERS: frozenset[Role] = frozenset({"leader"})
"""Who changes the timetable, and asks first what that would do."""
USE_NAMES: dict[DeviceUse, str] = {"console": "窓口端末", "display": "呼出表示", "ticket_machine": "番号発券機"}
ROLE_NAMES: dict[Role, str] = {"clerk": "係員", "guide": "案内係", "leader": "リーダー", "technician": "技術員"}


def may(role: Role, verb: StaffVerb) -> bool:
    return verb in VERBS.get(role, frozenset())


READERS_OF_FORMS: frozenset[Role] = frozenset({"clerk", "leader"})
"""Who takes a form in may read its code; a guide on the floor has no reason to."""
