"""Alerts of printers and visitors on the console: which ring, who goes, and in pictures or a press what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.staff import away
from ui.staff.desk import Desk
from ui.staff.first import Map, control
from ui.staff.wording import NEEDS_RECOVERY, NEXT_STEP_NAMES, NEXT_STEPS, PICTURES

if TYPE_CHECKING:
    from kiosk_app.api import Alert, StaffView

ACCEPTED_SHOWN = 2
PRACTISING_SHOWN = 4
KEYS = ("F9", "F10")
VOIDED = "voided"
VOIDED_SHOWN = 3


def ringing(desk: Desk) -> list[Map]:
    """Those for which nobody goes yet; as many as there are keys. While the hub is away nobody can accept one."""
    alerts = [a for a in desk.view.alerts if not a.accepted_by] if desk.view and desk.reachable else []
    return [*_ringing(desk, alerts), *_voided(desk, len(alerts))]


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
            "pictures": pictures(PICTURES.get(a.cause, ())) if len(alerts) == 1 else [],
            "accept": control(f"accept:{a.id}", "受ける", key, busy=away.busy(desk), spoken=f"{a.title}を受ける"),
        }
        for a, key in zip(alerts, KEYS, strict=False)
    ]


def pictures(steps: Sequence[tuple[str, str]]) -> list[Map]:
    return [
        {"key": str(n), "picture": picture, "text": text, "spoken": f"{n}　" + text.replace("\n", "")}
        for n, (picture, text) in enumerate(steps, 1)
    ]


def next_step(view: StaffView | None) -> str:
    """The control that P presses."""
    taken = {a.cause for a in view.alerts if a.accepted_by} if view else set()
    return next((step for step, causes in NEXT_STEPS.items() if taken.intersection(causes)), "")


def _how(cause: str, busy: str, pressed_by_key: str) -> Map | None:
    """The one step that a console itself can offer to whoever has gone."""
    step = next((step for step, causes in NEXT_STEPS.items() if cause in causes), "")
    if not step:
        return None
    key = "P" if step == pressed_by_key else ""
    return control(step, NEXT_STEP_NAMES[step], key, busy=busy if step == "recover" else "")


def accepted(view: StaffView | None, busy: str) -> list[Map]:
    """Who goes: the latest two, so that nobody else sets out for the same call."""
    taken = [a for a in view.alerts if a.accepted_by] if view else []
    return [
        {
            "text": f"{a.title}　係員{a.accepted_by}が受けました",
            "how": _how(a.cause, busy, next_step(view)),
            "look": control("jam", "紙の取り方") if a.cause == NEEDS_RECOVERY else None,
        }
        for a in taken[-ACCEPTED_SHOWN:]
    ]


def practising(view: StaffView | None) -> list[Map]:
    """Who practises where, and how far: for who may go and help. No bell, and nothing to press."""
    rows = view.practising if view else ()
    return [
        {
            "text": f"{row.machine}　れんしゅう中　{row.step}（{row.language}・{row.since}から）",
            "icon": "hand",
            "how": None,
            "look": None,
        }
        for row in rows[:PRACTISING_SHOWN]
    ]
