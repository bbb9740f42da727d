"""What the disks say of themselves (SMART), by Debian's smartmontools where they are installed and we may ask.

Asking takes the rights of root, so `hitofuda diag` says it at a technician's hand and the self-test of a service does
not. The fields are those of `smartctl --json` (smartmontools 7: smartctl.8, json.h).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk_app.diagnosis.finding import Finding, bad, good, look

Ask = Callable[[str], str]
"""By the name of a disk: the JSON of smartctl, or nothing."""
ASK_S = 8.0
DISKS = re.compile(r"(sd[a-z]+|nvme\d+n\d+)\Z")
"""Those of virtual machines and cards have no SMART."""
WORN_PERCENT, WORN_OUT_PERCENT = 80, 100
"""Of the writes that its maker has promised (NVMe Base Specification 1.4, figure 194, Percentage Used)."""
BAD_SECTORS = {5: "代替処理済みセクター", 197: "代替処理保留中セクター", 198: "訂正できないセクター"}
"""Attributes of ATA disks that count sectors which were lost or soon will be."""
COPY = "バックアップを確かめ、ディスクを交換してください"


def findings(root: Path, ask: Ask | None = None) -> Iterator[Finding]:
    for name in disks(root):
        told = (ask or asked(root))(name)
        if (one := of_disk(name, told)) is not None:
            yield one


def disks(root: Path) -> list[str]:
    """Those that stay in the machine."""
    found = []
    for path in sorted((root / "sys/block").glob("*")):
        try:
            removable = (path / "removable").read_text().strip() == "1"
        except OSError:
            removable = False
        if DISKS.match(path.name) and not removable:
            found.append(path.name)
    return found


def asked(root: Path) -> Ask:
    def ask(name: str) -> str:
        program = shutil.which("smartctl", path="/usr/sbin:/usr/bin:/sbin:/bin")
        if root != Path("/") or program is None or os.geteuid() != 0:
            return ""
        # A disk that sleeps is not woken for this.
        command = (program, "--json=c", "-n", "standby", "-i", "-H", "-A", f"/dev/{name}")
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=ASK_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        # Its exit code is a set of bits about the disk; what it has found stands in the JSON.
        return done.stdout

    return ask


def of_disk(name: str, told: str) -> Finding | None:
    """None where the disk says nothing of itself."""
    try:
        found = json.loads(told)
    except ValueError:
        return None
    passed = _at(found, "smart_status", "passed")
    if not isinstance(passed, bool):
        return None
    check, title = f"smart_{name}", f"ディスク {name}"
    if not passed:
        return bad(check, title, "故障を予告しています", "ディスクの自己診断（SMART）が不合格です", COPY)
    lost = [f"{words}{count:,}" for words, count in _sectors(found) if count > 0]
    if lost:
        return look(check, title, "読めない場所があります", "、".join(lost), COPY)
    worn, errors = (_at(found, "nvme_smart_health_information_log", key) for key in ("percentage_used", "media_errors"))
    if isinstance(errors, int) and errors > 0:
        return look(check, title, "読めない場所があります", f"記録媒体の誤り{errors:,}回", COPY)
    if isinstance(worn, int) and worn >= WORN_PERCENT:
        cause = f"書き込みの寿命の{worn}％を使いました"
        if worn >= WORN_OUT_PERCENT:
            return bad(check, title, "寿命を過ぎています", cause, COPY)
        return look(check, title, "寿命が近づいています", cause, "交換するディスクを用意してください")
    return good(
        check, title, f"自己診断は合格です（寿命の{worn}％）" if isinstance(worn, int) else "自己診断は合格です"
    )


def _sectors(found: Any) -> Iterator[tuple[str, int]]:
    table = _at(found, "ata_smart_attributes", "table")
    for row in table if isinstance(table, list) else ():
        words, count = BAD_SECTORS.get(_at(row, "id") or 0, ""), _at(row, "raw", "value")
        if words and isinstance(count, int):
            yield words, count


def _at(found: Any, *path: str) -> Any:
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found
