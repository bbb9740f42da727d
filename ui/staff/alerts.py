"""Alerts of printers and visitors on the console: which ring, who goes, and in pictures or a press what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.staff import away
from ui.staff.desk import Desk
from ui.staff.first import Map, control
from ui.staff.money_desk import has_page
from ui.staff.wording import NEEDS_RECOVERY, NEXT_STEP_NAMES, NEXT_STEPS, PICTURES

if TYPE_CHECKING:
    from kiosk_app.api import Alert, StaffView

ACCEPTED_SHOWN = 2
PRACTISING_SHOWN = 4
KEYS = ("F9", "F10")
VOIDED = "voided"
VOIDED_SHOWN = 3
SENT = ("recover", "refilled")
"""Next steps that are sent to the hub."""


def ringing(desk: Desk) -> list[Map]:
    """Those for which nobody goes yet; as many as there are keys. While the hub is away nobody can accept one."""
    alerts, refused = _waiting(desk), _refused(desk)
    return [*refused, *_ringing(desk, alerts[: _room(desk)]), *_voided(desk, len(alerts) + len(refused))]


def unseen(desk: Desk) -> int:
    """How many more ring than there is room for."""
    return len(_waiting(desk)) - _room(desk)


def _waiting(desk: Desk) -> list[Alert]:
    return [a for a in desk.view.alerts if not a.accepted_by] if desk.view and desk.reachable else []


def _room(desk: Desk) -> int:
    return len(KEYS) - len(_refused(desk))


def _refused(desk: Desk) -> list[Map]:
    """Money that this clerk has in hand and that a kiosk did not need: before all bells, on whatever page they are."""
    rows = desk.view.money.refused if desk.view and desk.view.money and desk.reachable else ()
    if not rows:
        return []
    one, who = rows[0], f"{rows[0].machine}の{rows[0].number}"
    more = f"　ほかに{len(rows) - 1}件" if len(rows) > 1 else ""
    spoken = f"{who}の代金{one.yen:,}円をお返しした"
    return [
        {
            "title": f"{who}　{one.yen:,}円をすぐお返しください",
            "note": f"{one.why}{more}",
            "icon": "yen",
            "since": one.since,
            "pictures": [],
            "accept": control(f"return_money:{one.word}", "お返しした", busy=away.busy(desk), spoken=spoken),
        }
    ]


def _voided(desk: Desk, ringing: int) -> list[Map]:
    """「前のハブが呼んだ番号」: no bell, but somebody has to ask these visitors. Bells go before it."""
    rows = (
        desk.view.voided
        if desk.view and desk.reachable and desk.role in ("clerk", "leader") and ringing < len(KEYS)
        else ()
    )
    if not rows:
        return []
    told = [" ".join(filter(None, (row.number, row.counter, row.time, row.ended))) for row in rows[:VOIDED_SHOWN]]
    more = f"　ほか{len(rows) - VOIDED_SHOWN}人" if len(rows) > VOIDED_SHOWN else ""
    return [
        {
            "title": "前のハブが呼んだ番号　用件が済んだか確かめてください",
            "note": "　".join(told) + more,
            "icon": "list",
            "since": rows[0].time,
            "pictures": [],
            "accept": control(
                f"accept:{VOIDED}", "確かめた", "", busy=away.busy(desk), spoken="前のハブが呼んだ番号を確かめた"
            ),
        }
    ]


def _ringing(desk: Desk, alerts: Sequence[Alert]) -> list[Map]:
    return [
        {
            "title": a.title,
            "note": a.note,
            "icon": a.icon,
            "since": a.since,
            # Beside another alert there is no room for them; whoever accepts this one sees them all the same.
            "pictures": pictures(PICTURES.get(a.cause, ())) if len(alerts) == 1 and _room(desk) == len(KEYS) else [],
            "accept": control(f"accept:{a.id}", "受ける", key, busy=away.busy(desk), spoken=f"{a.title}を受ける"),
        }
        for a, key in zip(alerts, KEYS, strict=False)
    ]


def pictures(steps: Sequence[tuple[str, str]]) -> list[Map]:
    return [
        {"key": str(n), "picture": picture, "text": text, "spoken": f"{n}　" + text.replace("\n", "")}
        for n, (picture, text) in enumerate(steps, 1)
    ]


def next_step(desk: Desk) -> str:
    """The control that P presses."""
    taken = [a for a in desk.view.alerts if a.accepted_by] if desk.view else []
    causes = {a.cause for a in taken}
    of_printers = next((step for step, those in NEXT_STEPS.items() if causes.intersection(those)), "")
    return of_printers or next((step for a in taken if (step := _of_kiosk(desk, a))), "")


def _of_kiosk(desk: Desk, alert: Alert) -> str:
    """Where a certificate kiosk's call leads: to its page, or to what is said when its paper is loaded."""
    match alert.cause:
        case "certificate_paper" | "certificate_printer" if alert.machine_code:
            return f"refilled:{alert.machine_code}"
        case "certificate_claim" | "certificate_doubt" if has_page(desk):
            return "tab:money"
        case "certificates_stopped" if desk.role == "technician":
            return "tab:devices"
    return ""


def _how(desk: Desk, alert: Alert, busy: str) -> Map | None:
    """The one step that a console itself can offer to whoever has gone."""
    step = next((step for step, causes in NEXT_STEPS.items() if alert.cause in causes), "") or _of_kiosk(desk, alert)
    if not step:
        return None
    name = step.partition(":")[0] if step.startswith("refilled") else step
    key = "P" if step == next_step(desk) else ""
    return control(step, NEXT_STEP_NAMES[name], key, busy=busy if name in SENT else "")


def accepted(desk: Desk, busy: str) -> list[Map]:
    """Who goes: the latest two, so that nobody else sets out for the same call."""
    taken = [a for a in desk.view.alerts if a.accepted_by] if desk.view else []
    return [
        {
            "text": f"{a.title}　係員{a.accepted_by}が受けました",
            "how": _how(desk, a, busy),
            "look": control("jam", "紙の取り方") if a.cause == NEEDS_RECOVERY else None,
        }
        for a in taken[-ACCEPTED_SHOWN:]
    ]


def practising(view: StaffView | None) -> list[Map]:
    """Who stands where at which step of practice, a certificate or forms: for who may go and help. Nothing to press."""
    rows = view.practising if view else ()
    return [
        {
            "text": f"{row.machine}　{row.doing}　{row.step}（{row.language}・{row.since}から）",
            "icon": "hand",
            "how": None,
            "look": None,
        }
        for row in rows[:PRACTISING_SHOWN]
    ]
