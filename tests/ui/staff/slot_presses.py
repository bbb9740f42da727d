"""A desk that looks at a day of slots, and what its presses send: for the tests of the console without a window."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk_app.api import (
    Role,
    SignedInReply,
    SlotChange,
    SlotsPreviewAsked,
    StaffAct,
)
from tests.ui.staff import slot_days
from tests.ui.staff.slot_days import Day
from tests.ui.staff.test_slot_screens import LEADS
from ui.staff.desk import (
    Arrived,
    Command,
    Desk,
    Event,
    Pressed,
    Send,
    SignedIn,
)
from ui.staff.slots_desk import (
    AskPreview,
    SlotsArrived,
    SlotsTold,
    WatchSlots,
)
from ui.staff.step import step

DAY = slot_days.ordinary()
TRY_7 = SlotChange(letter="A", length_min=7)


def moved(*events: Event, role: Role = "leader", day: Day = DAY) -> tuple[Desk, list[Command]]:
    """A desk that looks at the day; previews are answered by a small hub as soon as they are asked."""
    desk, every = Desk(), []
    view = replace(LEADS, role=role, leader=LEADS.leader if role == "leader" else None)
    seen = SlotsArrived(WatchSlots("", ""), slot_days.view(day))
    signed_in = SignedIn(SignedInReply(ok=True, token="t", staff_code="3001", role=role))
    for event in (signed_in, Arrived(view), Pressed("tab:slots"), seen, *events):
        desk, commands = step(desk, event)
        every += commands
    return desk, every


def told(desk: Desk, day: Day = DAY, **changes: Any) -> Desk:
    ask = desk.slots.asked
    assert isinstance(ask, AskPreview)
    found = slot_days.preview(day, SlotsPreviewAsked(change=ask.change, closing=ask.closing))
    return step(desk, SlotsTold(ask, preview=replace(found, **changes)))[0]


def sent(commands: tuple[Command, ...] | list[Command]) -> list[StaffAct]:
    return [command.act for command in commands if isinstance(command, Send)]
