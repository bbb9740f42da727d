"""Grades what the core says of its devices, its log and its lines. Pure. Devices have the words of their own checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from drivers.card_ports import ReaderAway, ServiceAway
from drivers.ports import PRINTS, CodeReaderStatus, DocumentStatus, PrinterStatus
from kiosk_app import api
from kiosk_app.card_check import away_words
from kiosk_app.code_reader_check import STATUS_WORDS
from kiosk_app.diagnosis.finding import Finding, bad, good, look
from kiosk_app.office.alert_words import alert_words
from kiosk_app.with_central import FAILURES, OTHER, SENTENCES

DISK_LITTLE_MIB, DISK_OUT_MIB = 1_024, 80
"""kiosk_app/disk.py refuses tickets below 64."""
FSYNC_SLOW_MS, FSYNC_TOO_SLOW_MS = 40.0, 400.0
"""A ticket waits for two of them."""
CLOCK_APART_MS = 120_000
BACKUP_OLD_DAYS = 4
"""A long weekend passes without one."""
PENDING_MANY = 2_000
"""Facts: a busy morning of a large office that central has not yet."""


def findings(told: api.CoreDiagnosis, wanted_reader: str, version: str) -> Iterator[Finding]:
    """`version`: of the release that is installed; empty where none is."""
    yield from (_printer(one) for one in told.printers)
    if told.card_reader:
        yield _card_reader(told.card_reader, wanted_reader)
    if told.code_reader:
        yield _code_reader(told.code_reader)
    if told.cash_unit:
        yield _cash_unit(told.cash_unit)
    if told.documents:
        yield _documents(told.documents)
    yield _clock(told)
    yield from _disk(told)
    yield _log(told)
    if told.hub:
        yield _hub(told.hub)
    if told.central:
        yield _central(told)
    if told.waiting_webhooks:
        yield look(
            "webhooks", "外部への通知", "届いていません", f"{'、'.join(told.waiting_webhooks)}が受け取りません",
            "受け取る側の担当者に、動いているか確かめてもらってください",
        )  # fmt: skip
    if told.certificates_stopped:
        yield bad(
            "certificates", "証明書", "止まっています", "ちがう方の書類が出るのを防ぐために、機械が止めました",
            "紙を調べてから、窓口端末の「端末」で交付を再開してください",
        )  # fmt: skip
    if told.backup_utc_ms is not None:
        yield _backup(told.wall_utc_ms - told.backup_utc_ms if told.backup_utc_ms else None)
    yield _version(told.version, version)


def _printer(one: api.PrinterSays) -> Finding:
    name = one.label or ("プリンター" if one.table == "printer" else "2台目のプリンター")
    status = cast(PrinterStatus, one.status)
    if status == "near_end":
        return look(one.table, name, "印刷できます", "用紙が残りわずかです", "用紙を取りかえてください")
    if status in PRINTS:
        return good(one.table, name, "印刷できます")
    detail = f"{one.known} → {one.present}" if one.present else ""
    title, note, _ = alert_words(one.status, detail)
    deeper = "。くわしくは、コアを止めて hitofuda diag printer"
    return bad(one.table, name, "印刷できません", title, note + deeper)


def _card_reader(status: str, wanted: str) -> Finding:
    check, name = "card_reader", "カード読取機"
    if status == "ready":
        return good(check, name, "つながっています")
    title, step = away_words(ServiceAway() if status == "service_away" else ReaderAway(), wanted)
    return bad(check, name, "使えません", title, step)


def _code_reader(status: str) -> Finding:
    check, name = "code_reader", "コードの読取機"
    if status == "ready":
        return good(check, name, "つながっています")
    cause, _, step = STATUS_WORDS[cast(CodeReaderStatus, status)].partition("。")
    return bad(check, name, "使えません", cause, step or "hitofuda diag code-reader で確かめてください")


def _cash_unit(status: str) -> Finding:
    # Only a kiosk with such a unit needs its words.
    from drivers.payment_ports import TAKES, UnitStatus
    from kiosk_app.cash_unit_words import WORDS

    check, name = "cash_unit", "硬貨・紙幣の機械"
    if status == "selling":
        return good(check, name, "お支払い中です")
    title, step = WORDS[cast(UnitStatus, status)]
    if status in TAKES:
        return good(check, name, title)
    deeper = "。くわしくは、コアを止めて hitofuda diag cash-unit"
    return bad(check, name, "お金を受け取れません", title, step + deeper)


def _documents(status: str) -> Finding:
    # Only a machine with such a printer needs its words.
    from kiosk_app import document_check

    if status == "printing":
        return good(document_check.CHECK, document_check.NAME, "印刷しています")
    return document_check.graded(cast(DocumentStatus, status))


def _clock(told: api.CoreDiagnosis) -> Finding:
    check, name = "clock", "時計"
    if told.driven:
        return good(check, name, "物語の時計です")
    step = "時刻と日付を合わせてください：timedatectl"
    if told.clock_doubt:
        behind = told.clock_doubt == "behind the log"
        cause = "時計が記録より前に戻っています" if behind else "時計が記録よりずっと先です"
        return bad(check, name, "正しくありません", cause, step)
    apart_ms = told.wall_utc_ms - told.now_utc_ms
    if abs(apart_ms) > CLOCK_APART_MS:
        cause = f"庁舎の時刻（ハブ）と{abs(apart_ms) // 1000:,}秒ちがいます"
        return look(check, name, "ずれています", cause, step)
    return good(check, name, "合っています")


def _disk(told: api.CoreDiagnosis) -> Iterator[Finding]:
    free = told.disk_free_mib
    says, step = f"空き{free:,} MiB", "古いファイルを消すか、ディスクを大きくしてください：df -h /var/lib/hitofuda"
    if free < DISK_OUT_MIB:
        yield bad("disk_space", "ディスクの空き", says, "番号札を出せないほど空きがありません", step)
    elif free < DISK_LITTLE_MIB:
        yield look("disk_space", "ディスクの空き", says, "空きが少なくなっています", step)
    else:
        yield good("disk_space", "ディスクの空き", says)
    check, name, took = "disk_speed", "ディスクの速さ", told.fsync_ms
    step = "ほかの重い処理を止めても続くときは、ディスクを交換してください"
    if took < 0:
        yield bad(check, name, "書けません", "ディスクが書き込みを断りました", "ディスクを調べてください：dmesg")
    elif took >= FSYNC_TOO_SLOW_MS:
        yield bad(check, name, f"{took:,.0f} ms", "1回の書き込みに時間がかかりすぎます", step)
    elif took >= FSYNC_SLOW_MS:
        yield look(check, name, f"{took:,.0f} ms", "書き込みが遅くなっています", step)
    else:
        yield good(check, name, f"{took:.1f} ms")


def _log(told: api.CoreDiagnosis) -> Finding:
    check, name = "log", "記録"
    if told.log == "unreadable":
        return bad(
            check, name, "読み返せません", "ディスクが読めません", "バックアップを確かめ、ディスクを交換してください"
        )
    if told.log == "damaged":
        return look(
            check, name, "新しい記録で続けています", "壊れた記録があり、別に残してあります",
            "ディスクを調べてください：hitofuda log verify",
        )  # fmt: skip
    return good(check, name, f"{told.facts:,}件、正しくつながっています")


def _hub(state: str) -> Finding:
    check, name = "hub", "ハブ"
    if state == "linked":
        return good(check, name, "つながっています")
    if state == "away":
        return bad(
            check, name, "つながりません", "ハブが答えません。番号札は出せます",
            "ハブの電源とLANを確かめてください：hitofuda hub show",
        )  # fmt: skip
    return bad(
        check, name, "断られています", f"ハブが受け付けません（{state}）", "端末の登録と合言葉を確かめてください"
    )


def _central(told: api.CoreDiagnosis) -> Finding:
    check, name, state = "central", "中央サーバー", told.central
    if state == "linked":
        if told.central_pending > PENDING_MANY:
            says = f"{told.central_pending:,}件が届いていません"
            return look(
                check, name, says, "送るのが遅れています", "減らないときは、中央サーバーの担当者に連絡してください"
            )
        return good(check, name, "つながっています")
    cause, _, step = (SENTENCES.get(state) or FAILURES.get(state) or OTHER).partition("。")
    says = "つながりません" if state in FAILURES else "断られています"
    return (look if state in ("away", "busy") else bad)(check, name, says, cause, step.removesuffix("。"))


def _backup(age_ms: int | None) -> Finding:
    check, name = "backup", "記録の控え"
    step = "わけを見てください：journalctl -u hitofuda-backup"
    if age_ms is None:
        return look(check, name, "ありません", "まだ1つも作られていません", step)
    days = age_ms // 86_400_000
    if days >= BACKUP_OLD_DAYS:
        return look(check, name, f"{days}日前のものです", "新しい控えが作られていません", step)
    return good(check, name, "あります")


def _version(running: str, installed: str) -> Finding:
    check, name = "version", "プログラムの版"
    if installed and running != installed:
        return bad(
            check, name, running, f"入っている版（{installed}）と、動いている版が違います",
            "systemctl restart hitofuda.target を実行してください",
        )  # fmt: skip
    return good(check, name, running)
