"""What consoles show of practice, certificates and forms: which machine is at which step, in the words of staff. Never
what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk_app import api
from kiosk_app.office.state import OfficeState

STEP_NAMES = {
    "start": "はじめ",
    "card": "カードを置く",
    "choose": "証明書をえらぶ",
    "pin": "暗証番号",
    "card_out": "カードを取る",
    "confirm": "確認",
    "pay": "支払い",
    "receive": "受け取り",
    "said": "案内の画面",
    "done": "おわり",
}
VISIT_NAMES = {
    **STEP_NAMES,
    "people": "人数をえらぶ",
    "check": "カードの内容の確認",
    "ask": "質問",
    "print": "印刷",
}
FORM_NAMES = {**VISIT_NAMES, "card": "カードか画面かをえらぶ", "choose": "書類をえらぶ", "confirm": "印刷の前の確認"}
DOING = {"practice": "れんしゅう中", "certificate": "証明書", "forms": "書類の作成"}
LANGUAGE_NAMES: dict[str, str] = {
    "ja": "日本語",
    "easy": "やさしい日本語",
    "en": "英語",
    "zh": "中国語",
    "ko": "韓国語",
    "vi": "ベトナム語",
}
SHOWN_MS = 15 * 60_000
"""Longer than any screen waits: a machine that was switched off in the middle is not shown for ever."""


def step_name(of: str, step: str) -> str:
    """A step of a newer program has no name here."""
    names = {"practice": STEP_NAMES, "forms": FORM_NAMES}.get(of, VISIT_NAMES)
    return names.get(step, DOING.get(of, ""))


def rows_of(
    state: OfficeState, now_utc_ms: int, zone: ZoneInfo, name_of: Callable[[str], str]
) -> tuple[api.PractisingRow, ...]:
    """By machine."""
    return tuple(
        api.PractisingRow(
            machine=name_of(code),
            step=step_name(one.of, one.step),
            doing=DOING.get(one.of, ""),
            language=LANGUAGE_NAMES.get(one.language, one.language),
            since=datetime.fromtimestamp(one.since_utc_ms / 1000, zone).strftime("%-H:%M"),
        )
        for code, one in sorted(state.day.practising.items())
        if now_utc_ms - one.since_utc_ms < SHOWN_MS
    )
