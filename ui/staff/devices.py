"""The technician's page: new devices whose code is to be compared, those that are trusted, and taking trust back.

Pure parts of the desk's step and of its presentation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ui.staff import away
from ui.staff.desk import Desk, Dialog
from ui.staff.first import Map, control
from ui.staff.wording import USES

if TYPE_CHECKING:
    from kiosk_app.api import CentralPart, DeviceRow, PairingRow, TechnicianPart

CONFIRMED = "yes"


def digits(code: str) -> str:
    """482 913: as both screens show it."""
    return f"{code[:3]} {code[3:]}"


def ask_pairing(desk: Desk, pairing: str) -> Desk:
    """What was compared stands in the question, whatever else comes while it is open."""
    one = next((one for one in _part(desk).pairings if one.id == pairing), None)
    if one is None:
        return desk
    number = f"{digits(one.code)}　{_who(one)}"
    return replace(desk, dialog=Dialog("pair", "confirm_pairing", number=number, device=one.id), message="")


def ask_revoke(desk: Desk, device: str) -> Desk:
    one = next((one for one in _part(desk).devices if one.id == device and not one.revoked), None)
    if one is None:
        return desk
    return replace(desk, dialog=Dialog("revoke", "revoke_device", number=_who(one), device=one.id), message="")


def ask_resume(desk: Desk, machine: str) -> Desk:
    one = next((one for one in _part(desk).stopped if one.id == machine), None)
    if one is None:
        return desk
    return replace(desk, dialog=Dialog("sell_again", "resume_certificates", number=one.name, device=one.id), message="")


def options_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    if desk.dialog.kind == "pair":
        return ((CONFIRMED, "登録する"),)
    if desk.dialog.kind == "sell_again":
        return ((CONFIRMED, "交付を再開する"),)
    return tuple((reason, reason) for reason in _part(desk).revoke_reasons)


def sent(asked: Dialog, key: str) -> dict[str, Any]:
    """The fields of the act that the answer sends."""
    if asked.kind == "sell_again":
        return {"machine": asked.device}
    return {"pairing": asked.device} if asked.kind == "pair" else {"device": asked.device, "reason": key}


def keys(desk: Desk) -> dict[str, str]:
    """Only where one alone waits: nobody shall mean one and press another."""
    waiting = _part(desk).pairings
    if len(waiting) != 1:
        return {}
    return {"1": f"pair:{waiting[0].id}", "2": f"refuse_pairing:{waiting[0].id}"}


def page(desk: Desk) -> Map:
    part, busy = _part(desk), away.busy(desk)
    alone = len(part.pairings) == 1
    trusted = [one for one in part.devices if not one.revoked]
    return {
        "off": part.pairing_off,
        "waiting": [_waiting(one, alone, busy) for one in part.pairings],
        "count": f"{len(trusted)}台",
        "rows": [*(_stopped(one, busy) for one in part.stopped), *(_row(one, busy) for one in part.devices)],
        "central": _central(part.central) if part.central is not None else [],
    }


def _central(one: CentralPart) -> list[str]:
    """How the office stands with the city's server, a line each; what is not so stands in no line."""
    if one.linked:
        state = "つながっています。"
    else:
        state = f"{one.since}からつながっていません。" if one.since else "つながっていません。"
    if one.pending < 0:
        pending = "送っていない記録の数は、つながると分かります。"
    else:
        pending = f"まだ送っていない記録: {one.pending:,}件" if one.pending else "記録はすべて送ってあります。"
    return [line for line in (state, pending, one.trouble, one.catalogue) if line]


def _part(desk: Desk) -> TechnicianPart:
    from kiosk_app.api import TechnicianPart

    return (desk.view.technician if desk.view else None) or TechnicianPart()


def _who(one: PairingRow | DeviceRow) -> str:
    return f"{one.name}（{USES[one.use]}）"


def _waiting(one: PairingRow, alone: bool, busy: str) -> Map:
    code = digits(one.code)
    return {
        "code": code,
        "who": _who(one),
        "place": one.zone,
        "until": f"{one.until}まで",
        "spoken": f"{_who(one)}　番号 {' '.join(one.code)}",
        "yes": control(
            f"pair:{one.id}", "同じ番号です", "1" if alone else "", busy=busy, spoken=f"{one.name}は同じ番号です"
        ),
        "no": control(
            f"refuse_pairing:{one.id}", "違います", "2" if alone else "", busy=busy, spoken=f"{one.name}は違います"
        ),
    }


def _stopped(one: DeviceRow, busy: str) -> Map:
    """Above all others: until it goes on, nobody gets a certificate there."""
    spoken = f"{one.name}の証明書の交付を再開する"
    return {
        "cells": [one.name, "証明書", "", f"停止 {one.heard}から"],
        "note": "",
        "gone": False,
        "end": control(f"sell_again:{one.id}", "再開", busy=busy, spoken=spoken),
    }


def _row(one: DeviceRow, busy: str) -> Map:
    heard = "つながっています" if one.connected else f"最後 {one.heard}" if one.heard else "まだ"
    return {
        "cells": [one.name, USES[one.use], one.zone, "取り消し済み" if one.revoked else heard],
        "note": one.revoked,
        "gone": bool(one.revoked),
        "end": None
        if one.revoked
        else control(f"revoke:{one.id}", "取り消す", busy=busy, spoken=f"{_who(one)}の登録を取り消す"),
    }
