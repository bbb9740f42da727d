"""`hitofuda diag printer`: what a printer answers, in a technician's words; and how one of another model is adopted.

Speaks to the printer itself, so the core must not hold it meanwhile. Nothing is written without a preview and a yes.
"""

from __future__ import annotations

import difflib
import os
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from drivers.escpos_printer import ruler
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.transport import LineLost, PrinterSettings, open_transport
from drivers.ports import PRINTS, PrinterIdentity, PrinterStatus
from kiosk_app.office.alert_words import alert_words
from kiosk_app.opening import printer_settings
from kiosk_app.settings import MachineSettings, Printer, SettingsError, load_machine, parse_machine

Say = Callable[[str], None]
Ask = Callable[[str], str]
TABLES = ("printer", "printer_2")
TAKEN_S = 10.0
"""For the ruler page on a slow line."""


def check(machine: Path, table: str, say: Say) -> int:
    """0: everything is there; 1: something is missing; 2: a configuration that cannot be used, or the core runs."""
    found = _printer_of(machine, table, say)
    if found is None:
        return 2
    settings = printer_settings(found)
    say(f"プリンター [{table}]　{place(settings)}")
    driver = EscPosTicketPrinter(replace(settings, model=""))
    try:
        status = driver.preflight()
        identity = driver.identity() if status in PRINTS else None
    finally:
        driver.close()
    for line in _report(status, identity, found):
        say(line)
    is_whole = identity is not None and identity.process_ids and identity.clears and not _is_another(identity, found)
    return 0 if is_whole else 1


def _report(status: PrinterStatus, identity: PrinterIdentity | None, printer: Printer) -> list[str]:
    if status in PRINTS:
        lines = ["答え　　：印刷できます" + ("（用紙が残りわずかです）" if status == "near_end" else "")]
    else:
        title, note, _ = alert_words(status, "")
        return [f"答え　　：{title}", f"次にする：{note}。そのあと、もう一度調べてください"]
    if identity is None or not (identity.model or identity.process_ids or identity.notes):
        return [*lines, "機種　　：答えません", "次にする：ESC/POSの切替（スイッチ）を確かめてください"]
    lines += [
        f"機種　　：{identity.model or '名のりません'}",
        f"設定　　：幅{printer.width_dots}ドット・{printer.dpi}dpi",
        "切った紙の確認：" + ("できます（工程番号）" if identity.process_ids else "できません"),
        "途中の紙の取消：" + ("できます（消去の答え）" if identity.clears else "できません"),
    ]
    if not identity.process_ids:
        lines.append("足りない：紙が出たかを、毎回、来た方か職員が確かめます")
    if not identity.clears:
        lines.append("足りない：途中で止まった番号札は「不明」になり、職員が紙を確かめます")
    if _is_another(identity, printer):
        lines.append(
            f"注意　　：登録した機種は{printer.model}です。hitofuda diag printer --adopt で登録し直してください"
        )
    return lines


def _is_another(identity: PrinterIdentity, printer: Printer) -> bool:
    return bool(printer.model) and identity.model != printer.model


def adopt(machine: Path, table: str, say: Say, ask: Ask) -> int:
    """Prints a ruler, asks what is seen on it, shows what would be written, and writes it after a yes."""
    found = _printer_of(machine, table, say)
    if found is None:
        return 2
    settings = printer_settings(found)
    driver = EscPosTicketPrinter(replace(settings, model=""))
    try:
        status = driver.preflight()
        identity = driver.identity()
    finally:
        driver.close()
    if status not in PRINTS:
        say(_report(status, None, found)[0])
        say("何も変えていません。印刷できるようになってから、もう一度始めてください。")
        return 1
    say(f"機種：{identity.model or '名のりません'}")
    say("ものさしの紙を印刷します。")
    if not _print_ruler(settings):
        say("印刷できませんでした。何も変えていません。")
        return 1
    width = _asked_width(ask)
    dpi = _asked_dpi(ask)
    if width is None or dpi is None:
        say("分からない答えでした。何も変えていません。")
        return 1
    before = machine.read_text(encoding="utf-8")
    after = with_printer(before, table, {"model": identity.model, "width_dots": width, "dpi": dpi})
    return _write(machine, before, after, say, ask)


def _write(machine: Path, before: str, after: str, say: Say, ask: Ask) -> int:
    if before == after:
        say("設定はもう合っています。何も変えていません。")
        return 0
    try:
        parse_machine(after, machine.name)
    except SettingsError as error:
        say(f"この設定は使えないので、何も変えていません。{error}")
        return 2
    say(f"{machine} をこう変えます：")
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), "今", "新", lineterm="", n=1):
        say(line)
    if ask("書き込みますか（はい/いいえ）：").strip() not in ("はい", "y", "yes"):
        say("何も変えていません。")
        return 1
    fresh = machine.with_name(f".{machine.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(after)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(fresh, machine.stat().st_mode & 0o7777)
    os.replace(fresh, machine)
    say("書き込みました。コアを起動し直すと、使われます。")
    return 0


def with_printer(text: str, table: str, values: dict[str, str | int]) -> str:
    """The same file with these keys in [table]; everything else, remarks included, stays as it was written."""
    lines = text.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if re.match(rf"\s*\[{table}\]", line))
    end = next((at for at in range(start + 1, len(lines)) if re.match(r"\s*\[", lines[at])), len(lines))
    body = lines[start + 1 : end]
    for key, value in values.items():
        # Any TOML string in double quotes: what a printer says of itself is plain ASCII, and is escaped all the same.
        written = f'"{_escaped(value)}"' if isinstance(value, str) else str(value)
        at = next((at for at, line in enumerate(body) if re.match(rf"\s*{key}\s*=", line)), None)
        if at is not None:
            body[at] = f"{key} = {written}\n"
        else:
            last = max((at for at, line in enumerate(body) if re.match(r"\s*\w+\s*=", line)), default=-1)
            body.insert(last + 1, f"{key} = {written}\n")
    return "".join([*lines[: start + 1], *body, *lines[end:]])


def _escaped(text: str) -> str:
    kept = "".join(character for character in text if character.isprintable())
    return kept.replace("\\", "\\\\").replace('"', '\\"')


def _asked_width(ask: Ask) -> int | None:
    widths = "・".join(str(width) for width in ruler.WIDTHS_DOTS)
    typed = ask(f"右のかぎまで全部出ている線のうち、いちばん大きい数字（{widths}）：").strip()
    return int(typed) if typed in {str(width) for width in ruler.WIDTHS_DOTS} else None


def _asked_dpi(ask: Ask) -> int | None:
    typed = ask("「mm?」の線の長さは何ミリですか（ものさしで測る）：").strip()
    return ruler.measured_dpi(float(typed)) if re.fullmatch(r"\d{1,3}(\.\d{1,2})?", typed) else None


def _print_ruler(settings: PrinterSettings) -> bool:
    try:
        line = open_transport(settings)
    except LineLost:
        return False
    try:
        page = ruler.page()
        return line.write(page, TAKEN_S) == len(page)
    except LineLost:
        return False
    finally:
        line.close()


def _printer_of(machine: Path, table: str, say: Say) -> Printer | None:
    try:
        settings = load_machine(machine)
    except SettingsError as error:
        say(str(error))
        return None
    printer = settings.printer_2 if table == "printer_2" else settings.printer
    if printer is None:
        say(f"{machine.name} に [{table}] がありません。")
        return None
    if core_runs(settings):
        say("コアがこのプリンターを使っています。コアを止めてから、もう一度始めてください。")
        return None
    return printer


def core_runs(settings: MachineSettings) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(Path(settings.runtime_dir) / "core.sock")) == 0


def place(settings: PrinterSettings) -> str:
    if settings.kind == "tcp":
        return f"{settings.host}:{settings.port}（LAN）"
    if settings.kind == "serial":
        return f"{settings.device}（シリアル {settings.baud}・{settings.flow}）"
    return f"{settings.device}（{'USB' if settings.kind == 'usb' else 'デバイス'}）"
