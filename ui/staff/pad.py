"""手書き番号札を登録: numbers of the emergency pad, step by step; and the number of a machine that is cut off.

Pure parts of the desk's step.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ui.staff.desk import Desk, Dialog
from ui.staff.wording import LANGUAGE_NAMES

if TYPE_CHECKING:
    from kiosk_app.api import StaffView

SIGNS_MAX = 13
"""A-901〜A-915 and some more."""
ROW = re.compile(r"([A-Z]?)\s*-?\s*([0-9]{1,4})(?:\s*[-~‐‑–—−〜ー]\s*([A-Z]?)\s*-?\s*([0-9]{1,4}))?")
WRONG = "手書きの番号を入れてください。1枚は「901」、続きは「901-915」のように入れます。"
NOW, OVER_OUTAGE = "0", "outage"
AGO = ((NOW, "いま配った"), ("10", "10分前から配った"), ("30", "30分前から配った"), ("60", "1時間前から配った"))


def ask(desk: Desk) -> Desk:
    """A guide has chosen what for and the language already, beside the key."""
    if desk.role == "technician" or desk.view is None:
        return desk
    known = next((s for s in desk.view.services if s.id == desk.guide_service), None) if desk.tab == "guide" else None
    dialog = Dialog("group", "register_pad")
    if known is not None:
        dialog = Dialog("number", "register_pad", letter=known.letter, service=known.id, language=desk.guide_language)
    return replace(desk, dialog=dialog, typed="", message="")


def submitted(desk: Desk) -> Desk:
    """Enter in the field: one number, or the first and the last of a row."""
    asked = desk.dialog
    found = ROW.fullmatch(_plain(desk.typed))
    letters = {letter for letter in (found[1], found[3]) if letter} if found else set()
    first = int(found[2]) if found else 0
    last = int(found[4]) if found and found[4] else first
    if not first or not 0 <= last - first < _count_max() or letters - {asked.letter}:
        return replace(desk, message=WRONG)
    number = f"{asked.letter}-{first}" + (f"〜{asked.letter}-{last}" if last > first else "")
    dialog = replace(asked, kind="pad_when", number=number, first=first, count=last - first + 1)
    return replace(desk, dialog=dialog, message="")


def _count_max() -> int:
    from kiosk_app.api import PAD_COUNT_MAX

    return PAD_COUNT_MAX


def options_of(view: StaffView, asked: Dialog) -> tuple[tuple[str, str], ...]:
    if asked.kind == "pad_language":
        return tuple(LANGUAGE_NAMES.items())
    if view.outage is None:
        return AGO
    stopped = f"止まっていた間に配った（{view.outage.since}〜{view.outage.until}）"
    return ((OVER_OUTAGE, stopped), *AGO)


def next_step(asked: Dialog, key: str) -> Dialog:
    """After `key` was chosen in the open dialog."""
    if asked.kind == "service":
        return replace(asked, kind="number", service=key)
    return replace(asked, kind="pad_language", when=key)


def sent(asked: Dialog, key: str) -> dict[str, Any]:
    """The fields of the act that the last answer sends."""
    asked = replace(asked, language=key) if asked.kind == "pad_language" else replace(asked, when=key)
    when: dict[str, Any] = {"outage": True} if asked.when == OVER_OUTAGE else {"minutes": int(asked.when)}
    number = f"{asked.letter}-{asked.first}"
    return {"number": number, "count": asked.count, "service": asked.service, "language": asked.language, **when}


def what_for(asked: Dialog) -> Dialog:
    """The core knows no ticket of this number, and asks what its visitor came for."""
    number = _plain(asked.number)
    letter, digits = number[:1], number[1:].lstrip(" -‐‑–—−ー")
    return replace(asked, kind="service", then="call_number", letter=letter, number=f"{letter}-{digits}")


def _plain(typed: str) -> str:
    """Ａ９０１ and a901 are A901."""
    return unicodedata.normalize("NFKC", typed).strip().upper()
