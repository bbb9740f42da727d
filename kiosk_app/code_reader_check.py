"""`hitofuda diag code-reader`: a technician shows codes to the scanner and reads what came; the core is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from drivers.code_reader.driver import CodeReaderSettings, SerialCodeReader
from drivers.ports import CodeNotRead, CodeRead, CodeReader, CodeReaderStatus
from kiosk_app.settings import MachineSettings, SerialScanner, SettingsError, load_machine

Say = Callable[[str], None]
LISTEN_S = 30.0
ENOUGH = 3
"""Codes that were read; then nothing more need be shown."""
STATUS_WORDS: dict[CodeReaderStatus, str] = {
    "unknown": "まだ分かりません",
    "ready": "つながっています。コードをかざしてください",
    "away": "ありません。USBを差し直すか、[code_reader] の device を確かめてください（ls /dev/serial/by-id）",
    "nonsense": "届くものがコードになりません。スキャナーを「USB COM（CDC）」「CRを付ける」に設定してください",
}
TROUBLE_WORDS = {
    "half": "途中で止まりました。スキャナーの設定で、終わりにCR（またはCR LF）を付けてください",
    "too_long": "長すぎます。予約のコードではありません",
    "not_text": "文字になりません。通信速度（baud）か、スキャナーの文字の設定が違います",
    "crowd": "一度にたくさん届きました。連続読取の設定を確かめてください",
}


def code_reader_settings(settings: MachineSettings) -> CodeReaderSettings | None:
    """None: codes are typed at this machine."""
    match settings.code_reader:
        case SerialScanner(device=device, baud=baud):
            return CodeReaderSettings(device, baud)
    return None


def check(machine: Path, say: Say, listen_s: float = LISTEN_S) -> int:
    """0: codes were read; 1: none was; 2: a configuration that cannot be used."""
    try:
        found = code_reader_settings(load_machine(machine))
    except SettingsError as error:
        say(str(error))
        return 2
    if found is None:
        say(f'{machine.name} の [code_reader] に kind = "serial" がありません。')
        return 2
    reader = SerialCodeReader(found)
    try:
        return report(reader, say, listen_s)
    finally:
        reader.close()
        reader.wait(0.0)


def report(reader: CodeReader, say: Say, listen_s: float) -> int:
    told: CodeReaderStatus = "unknown"
    read, wrong = 0, ""
    until_s = time.monotonic() + listen_s
    while read < ENOUGH and (left_s := until_s - time.monotonic()) > 0:
        events = reader.wait(left_s)
        if reader.status != told:
            told = reader.status
            say(f"読取機　：{STATUS_WORDS[told]}")
        for event in events:
            match event:
                case CodeRead(text=text):
                    read, wrong = read + 1, ""
                    say(f"読みました（{len(text)}文字）：{text}")
                case CodeNotRead(reason=reason) if reason != wrong:
                    # Held there it comes again and again; once is enough.
                    wrong = reason
                    say(f"読めません：{TROUBLE_WORDS[reason]}")
    return 0 if read else 1
