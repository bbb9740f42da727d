"""What a technician reads of each trouble, in Japanese: what is the matter, and what to do next. Pure.

Names of checks are those of `hitofuda diag` (kiosk_app/diagnosis), which central cannot import; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from central_server.fleet.problems import Key, Problem
from central_server.fleet.table import Kind
from kiosk_app.office.alert_words import ALERTS, alert_words

PAPER = {"ready": "あります", "near_end": "残りわずか", "paper_out": "ありません", "unknown": "分かりません"}
PRINTERS = {"printer": "", "printer_2": "2台目"}
CHECKS = {
    "backup": "記録の控え",
    "card_reader": "カード読取機",
    "cash_unit": "硬貨・紙幣の機械",
    "central": "中央サーバー",
    "certificates": "証明書",
    "clock": "時計",
    "code_reader": "コードの読取機",
    "core": "コア",
    "disk_space": "ディスクの空き",
    "disk_speed": "ディスクの速さ",
    "disk_state": "ディスクの状態",
    "hub": "ハブ",
    "identity": "機械の身元",
    "keys": "5つのキー",
    "log": "記録",
    "memory": "メモリ",
    "network": "ネットワーク",
    "printer": "プリンター",
    "printer_2": "2台目のプリンター",
    "screen": "画面",
    "sound": "音声",
    "temperature": "温度",
    "time_sync": "時刻合わせ",
    "tls_central_ca": "中央サーバーの認証局",
    "tls_hub": "ハブの証明書",
    "tls_hub_ca": "庁舎の認証局",
    "touch": "タッチ",
    "update": "更新",
    "version": "プログラムの版",
    "virtual_reader": "偽の読取機",
    "webhooks": "外部への通知",
}
PREFIXES = {"unit_": "サービス", "smart_": "ディスク"}
"""Of checks that a machine has one of for each of its services or disks."""


class Said(NamedTuple):
    what: str
    next_step: str


KINDS: Mapping[Kind, Said] = {
    "offline": Said("つながりません", "電源とLANの線を、庁舎に確かめてください"),
    "paper_near_end": Said("用紙が残りわずかです", "取りかえる用紙があるか、庁舎に確かめてください"),
    "paper_out": Said("用紙がありません", "用紙を入れるよう、庁舎に伝えてください"),
    "printer": Said("印刷できません", "機械で hitofuda diag printer を見てください"),
    "certificate_expiry": Said("証明書の期限が近づいています", "新しいものを用意してください（docs/key-rotation.md）"),
    "check": Said("使えません", "機械で hitofuda diag を見てください"),
    "backlog": Said("記録が届いていません", "庁舎のネットワークの速さを確かめてください"),
}
OFFICE_OFFLINE = Said("庁舎全体とつながりません", "庁舎の回線と、ハブの電源を確かめてください")
DIAG, TIME = "機械で hitofuda diag を見てください", "機械の時刻と日付を合わせてください（timedatectl）"
BELLS = {
    "cash_unit": Said("お金の機械が使えません", "庁舎に機械を確かめてもらってください。直ると証明書の受付が開きます"),
    "certificate_printer": Said(
        "証明書のプリンターが使えません", "紙とふたを、庁舎に確かめてください。直ると受付が開きます"
    ),
    "certificates_stopped": Said(
        "証明書の交付が止まっています", "紙を調べてから、窓口端末の「端末」で再開してください"
    ),
    "clock_ahead": Said("時計が先に進んでいます", TIME),
    "clock_behind": Said("時計が前に戻っています", TIME),
    "device_refused": Said(
        "知らない機器からの通信を断りました", "登録していない機器か、まねた通信です。庁舎で確かめてください"
    ),
    "disk_full": Said("記録する場所が足りません", "ディスクに空きを作ってください（df -h /var/lib/hitofuda）"),
    "log_damaged": Said("記録が壊れていました", DIAG),
    "log_unreadable": Said("記録を読み返せません", DIAG),
    "numbers_full": Said("番号を使い切りました", "予備の番号札を渡すよう、庁舎に伝えてください"),
    "peer_refused": Said("ほかの機械の記録を受け取れません", DIAG),
    "stuck": Said("発券が止まっています", "画面の前の方に番号札が出たか、庁舎に確かめてください"),
}
"""Calls for staff that a technician has to know of. The others are answered by the office's own people, with whoever
stands there, or are of a printer or a line, of which the machine tells itself.
"""
CONTRADICTION = Said("届いた記録が合いません", "中央サーバーの担当者に、下の言葉を伝えてください")


def of_problem(key: Key, problem: Problem) -> Said:
    known = KINDS[key.kind]
    if key.kind == "offline" and not key.machine:
        return OFFICE_OFFLINE
    if key.kind == "printer" and problem.detail in ALERTS:
        words = alert_words(problem.detail, "")
        return Said(_of(PRINTERS.get(key.part, key.part), words.title), words.note)
    if key.kind in ("paper_near_end", "paper_out", "printer"):
        return Said(_of(PRINTERS.get(key.part, key.part), known.what), known.next_step)
    if key.kind == "certificate_expiry":
        if key.part == "central":
            return Said(f"中央サーバーの証明書は{problem.detail}までです", known.next_step)
        what = "期限が切れたか、読めません" if problem.severity == "critical" else "期限が近づいています"
        return Said(_of(check_name(key.part), what), known.next_step)
    if key.kind == "check":
        return Said(_of(check_name(key.part), known.what), known.next_step)
    if key.kind == "backlog" and problem.detail.isascii() and problem.detail.isdigit():
        return Said(f"{int(problem.detail):,}件の{known.what}", known.next_step)
    return known


def of_looks(checks: Sequence[str]) -> Said:
    """Findings of `hitofuda diag` that are not good, of what works."""
    return Said(f"見ておくこと：{'、'.join(check_name(one) for one in checks)}", DIAG)


def of_unsent(receiver: str, count: int) -> Said:
    """An alert of this could not reach them either."""
    return Said(f"{receiver}に知らせが届きません（{count:,}件）", "受け取る側が動いているか確かめてください")


def check_name(check: str) -> str:
    if check in CHECKS:
        return CHECKS[check]
    for prefix, name in PREFIXES.items():
        if check.startswith(prefix):
            return f"{name} {check.removeprefix(prefix)}"
    return check


def paper(printer: str, status: str) -> str:
    name = PRINTERS.get(printer, printer)
    return _of(name, PAPER.get(status) or alert_words(status, "").title)


def _of(name: str, what: str) -> str:
    return f"{name}：{what}" if name else what
