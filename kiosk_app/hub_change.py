"""What people do when another machine is to be the hub: hand over at the console, take over at the other machine, and
look after those whom a hub had called that was none any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk_app import api
from kiosk_app.history_printing import NO_ROOM
from kiosk_app.hub_door import Door as HubDoor
from kiosk_app.office import catalogue
from kiosk_app.office.decision import said
from kiosk_app.office.facts import VoidedCallsAccepted
from kiosk_app.office.permissions import ROLE_NAMES, may
from kiosk_app.sessions import Session
from kiosk_app.settings import StaffMember
from kiosk_app.sign_in import Door
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

CONNECTED_MS = 15_000
NOT_THE_HUB = "この機械は今、ハブではありません。もう一度サインインしてください。"
HANDING_OVER = "ハブを{to}に引き継いでいます。終わるまで、この操作はできません。"


def refusal(core: Core) -> str:
    """Why staff cannot act here now; empty where they can. Asked again after each wait: what only a hub writes may not
    come after its last word."""
    match core.place.role.now:
        case "hub":
            return ""
        case "handing_over":
            return HANDING_OVER.format(to=core.place.role.handing_to)
        case _:
            return NOT_THE_HUB


def hub_part(core: Core) -> api.HubPart | None:
    """For leaders and technicians; None in an office of one computer."""
    door, role = core.place.door, core.place.role
    if not isinstance(door, HubDoor):
        return None
    now, zone = core.clock.now_utc_ms(), catalogue.zone(core.office)

    def row(code: str) -> api.HubMachineRow:
        guest = door.guests.get(code)
        heard = 0 if guest is None else guest.heard_utc_ms
        return api.HubMachineRow(
            code=code,
            candidate=code in role.candidates,
            heard=datetime.fromtimestamp(heard / 1000, zone).strftime("%-H:%M") if heard else "",
            connected=bool(heard) and now - heard < CONNECTED_MS,
        )

    return api.HubPart(
        code=core.settings.code, epoch=core.hub_epoch, machines=tuple(row(code) for code in door.machines)
    )


def change(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    """hand_over_hub, accept_voided."""
    if not may(session.role, act.verb):
        whom = ROLE_NAMES["leader"] if act.verb == "hand_over_hub" else ROLE_NAMES["clerk"]
        return api.Reply(
            ok=False, message=f"この操作は{ROLE_NAMES[session.role]}にはできません。{whom}に頼んでください。"
        )
    if session.training:
        return api.Reply(ok=False, message="研修モードでは、この操作はできません。")
    try:
        return _hand_over(core, session, act) if act.verb == "hand_over_hub" else _accept(core, session, act)
    except StoreFull:
        return api.Reply(ok=False, message=NO_ROOM)


def _hand_over(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    part = hub_part(core)
    known = {row.code: row for row in part.machines} if part is not None else {}
    if act.machine not in known or not known[act.machine].candidate:
        return api.Reply(ok=False, message="この機械はハブになれません。一覧から選んでください。")
    if not known[act.machine].connected:
        # It would take over when it comes back, and until then nobody could call anybody.
        return api.Reply(ok=False, message=f"{act.machine}から返事がありません。線と電源を確かめてください。")
    core.place.role.hand_over(act.machine, session.staff_code)
    return api.Reply(ok=True, message=f"ハブを{act.machine}に切り替えます。もう一度サインインしてください。")


def _accept(core: Core, session: Session, act: api.StaffAct) -> api.Reply:
    day = core.book.state.day
    listed = [one for key in act.tickets if (one := day.voided.get(key)) is not None and not one.accepted]
    if not listed:
        return api.Reply(ok=False, message="確かめる番号はありません。操作はいりません。")
    calls = tuple((one.machine, one.seq) for one in listed)
    core.book.commit(session.staff_code, [VoidedCallsAccepted(calls=calls, intent=act.intent)])
    return api.Reply(ok=True, message=said("VoidedCallsAccepted", "", 0))


class TakeOver:
    """The act of a technician at the machine that is to be the hub, while the hub is gone."""

    def __init__(self, core: Core, staff: Sequence[StaffMember]) -> None:
        self._core = core
        self._door = Door(core.book, staff, records=False)

    def close(self) -> None:
        self._door.close()

    async def take(self, wish: api.HubTake) -> api.Reply:
        role = self._core.place.role
        if not self._core.settings.is_hub or role.now == "hub":
            return api.Reply(ok=False, message="この機械はハブを引き継げません。設定を確かめてください。")
        member = await self._door.admit(api.SignIn(staff_code=wish.staff_code, pin=wish.pin))
        if isinstance(member, str):
            return api.Reply(ok=False, message=member)
        if member.role != "technician":
            return api.Reply(ok=False, message=f"この操作は{ROLE_NAMES['technician']}だけができます。")
        expected = role.handing_to or role.hub().code
        if expected and wish.old_hub != expected:
            return api.Reply(ok=False, message=f"止めるハブの番号がちがいます。今のハブは{expected}です。")
        try:
            role.take_by_force(member.code)
        except StoreFull:
            return api.Reply(ok=False, message=NO_ROOM)
        except ValueError:
            # It has become the hub while the PIN was being checked.
            return api.Reply(ok=True, message=f"{self._core.settings.code}はもうハブです。")
        return api.Reply(ok=True, message=f"{self._core.settings.code}がハブになりました。")
