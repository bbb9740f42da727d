"""`hitofuda diag document-printer`: what the printer of documents answers, in a technician's words, and a sample page.

A queue of CUPS may be asked beside a running core; an ESC/POS printer has one line, which the core may hold.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from drivers.ports import PRINTS, DocumentOutcome, DocumentPrinter, DocumentStatus, Verdict
from kiosk_app.diagnosis.finding import Finding, bad, good, look
from kiosk_app.opening import open_document_printer, printer_settings
from kiosk_app.printer_check import core_runs, place
from kiosk_app.sample_document import sample_document
from kiosk_app.settings import CupsQueue, DocumentTable, SettingsError, load_machine

Say = Callable[[str], None]
JOB = "sample"
CHECK, NAME = "documents", "書類プリンター"

WORDS: dict[DocumentStatus, tuple[str, str]] = {
    "ready": ("印刷できます", ""),
    "near_end": ("印刷できます（用紙やトナーの知らせがあります）", "プリンターの表示を見てください"),
    "paper_out": ("用紙がありません", "用紙を入れてください"),
    "cover_open": ("プリンターのふたが開いています", "ふたを閉めてください"),
    "cutter_error": ("カッターが止まっています", "紙づまりを取ってください"),
    "jam": ("紙がつまっています", "プリンターの表示のとおりに紙を取ってください"),
    "toner_out": ("トナーがありません", "トナーを取りかえてください"),
    "head_hot": ("プリンターが熱くなっています", "しばらく待ってください"),
    "other_model": (
        "登録した機種ではありません",
        "machine.tomlの[document_printer]のmodel・width_dots・dpiを、このプリンターに合わせてください",
    ),
    "offline": ("プリンターが使えません", "電源と線、プリンターの表示を確かめてください"),
    "busy": ("ほかの印刷が終わりません", "キューに残っている印刷を確かめてください：lpstat -o"),
    "silent": ("答えません", "電源と線、CUPSが動いているかを確かめてください：systemctl status cups"),
    "unknown": ("状態が分かりません", "CUPSの記録を見てください：/var/log/cups/error_log"),
    "queue_missing": ("その名前のキューがありません", "キューの名前を確かめてください：lpstat -e"),
    "queue_unsafe": ("このキューは書類に使えません", "下のとおりに直してください"),
}
"""What is the matter, and what to do now."""
VERDICTS: dict[Verdict, str] = {
    "issued": "紙に出ました",
    "uncut": "紙に出ましたが、切れていないかもしれません。プリンターの口を見てください",
    "maybe": "紙に出たはずですが、プリンターは確かめられません。紙を見てください",
    "not_issued": "紙には何も出ていません",
    "unknown": "紙に出たか分かりません。プリンターの口とトレイを見てください",
}


def check(machine: Path, prints: bool, say: Say) -> int:
    """0: it can print, or the sample was printed as far as anybody can know; 1: something is missing; 2: a
    configuration that cannot be used, or the core holds the line."""
    table = _table_of(machine, say)
    if table is None:
        return 2
    where = f"{table.server} のキュー {table.queue}" if isinstance(table, CupsQueue) else place(printer_settings(table))
    say(f"書類プリンター [document_printer]　{where}")
    printer = open_document_printer(table)
    try:
        if not prints:
            return _report(printer.preflight(), printer, say)
        # Somebody stands in front of it: what CUPS remembers of the last job is not believed before it is tried.
        if code := _report(printer.recover(), printer, say):
            return code
        return _tell(printer.print_document(sample_document(), JOB), say)
    finally:
        printer.close()


def finding(table: CupsQueue) -> Finding:
    """For `hitofuda diag`, which asks beside a running core."""
    printer = open_document_printer(table)
    try:
        status = printer.preflight()
    finally:
        printer.close()
    return graded(status)


def graded(status: DocumentStatus) -> Finding:
    title, next_step = WORDS[status]
    if status in PRINTS and not next_step:
        return good(CHECK, NAME, title)
    grade = look if status in PRINTS else bad
    return grade(CHECK, NAME, "印刷できます" if status in PRINTS else "印刷できません", title, next_step)


def _report(status: DocumentStatus, printer: DocumentPrinter, say: Say) -> int:
    title, next_step = WORDS[status]
    say(f"答え　　：{title}")
    if next_step:
        say(f"次にする：{next_step}")
    identity = printer.identity()
    if identity.model:
        say(f"機種　　：{identity.model}")
    for note in identity.notes:
        say(f"注意　　：{note}")
    if status in PRINTS and not identity.proves_paper:
        say("紙の確認：このプリンターは紙が出たことを証明できません。毎回、来た方か職員が確かめます")
    return 0 if status in PRINTS else 1


def _tell(outcome: DocumentOutcome, say: Say) -> int:
    say(f"結果　　：{VERDICTS[outcome.verdict]}（{outcome.finished_s:.1f}秒）")
    if outcome.cause is not None:
        title, next_step = WORDS[outcome.cause]
        say(f"わけ　　：{title}")
        if next_step:
            say(f"次にする：{next_step}")
    return 0 if outcome.cause is None and outcome.verdict in ("issued", "maybe") else 1


def _table_of(machine: Path, say: Say) -> DocumentTable | None:
    try:
        settings = load_machine(machine)
    except SettingsError as error:
        say(str(error))
        return None
    table = settings.document_printer
    if table is None:
        say(f"{machine.name} に [document_printer] がありません。")
    elif not isinstance(table, CupsQueue) and core_runs(settings):
        say("コアがこのプリンターを使っています。コアを止めてから、もう一度始めてください。")
        return None
    return table
