"""What the core tells `hitofuda diag` of its machine, and what it keeps of the answer.

The core alone can say these things: it holds the lines to the devices, and the folder of the log is nobody else's.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kiosk_app import api, health
from kiosk_app.clock import wall_utc_ms
from kiosk_app.devices import PrinterDevice
from kiosk_app.log_check import UNREADABLE
from kiosk_app.office import checks
from kiosk_app.office.facts import Diagnosed
from kiosk_app.office.state import ringing_for
from kiosk_app.settings import CupsQueue
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.core import Core

ACTOR = "technician"
SUFFIX = ".backup"
"""As kiosk_app/backup.py names them, whose library of ciphers a core need not load."""
WRITES = 5
WRITE_BYTES = 4_096
KEEP_EVERY_MS = 3_600_000
"""The same again is kept once an hour at most: looking often must not fill the log."""
DOCUMENTS_S = 5.0
"""A printer of documents that has not answered by then prints somebody's pages."""
IN_VAIN_MAX = 3
"""Failures of a receiver, one after the other, before a person is told."""


async def of(core: Core) -> api.CoreDiagnosis:
    # A disk that takes seconds must not hold up a press.
    fsync_ms = await asyncio.to_thread(_fsync_ms, Path(core.settings.data_dir))
    found = health.of(core)
    cash_unit = await core.kiosk.desk.cash_unit() if core.kiosk.desk is not None else ""
    pending = core.central.sync.pending() if core.central is not None else None
    known = checks.of_machine(core.book.state.last_checks, core.settings.code)
    return api.CoreDiagnosis(
        machine=found.machine,
        code=core.settings.code,
        version=found.version,
        now_utc_ms=core.clock.now_utc_ms(),
        wall_utc_ms=wall_utc_ms(),
        driven=core.driven_clock is not None,
        clock_doubt=core.clock.doubt.reason if core.clock.doubt is not None else "",
        printers=tuple(_says(device) for device in core.printer.devices) if core.settings.printer is not None else (),
        card_reader=found.card_reader,
        code_reader=found.code_reader,
        hub=found.hub,
        central=found.central,
        central_pending=-1 if pending is None else pending,
        log=_log(core),
        facts=found.facts,
        disk_free_mib=core.disk.free_mib(),
        fsync_ms=fsync_ms,
        certificates_stopped=core.certificates.is_stopped,
        waiting_webhooks=tuple(one.name for one in found.webhooks if one.failures >= IN_VAIN_MAX),
        cash_unit=cash_unit,
        documents=await _documents(core),
        backup_utc_ms=_backup_utc_ms(Path(f"{core.settings.data_dir}-backup")),
        checked=tuple(
            api.CheckedBefore(check=check, grade=one.grade, good_utc_ms=one.good_utc_ms)
            for check, one in sorted(known.items())
        ),
    )


async def _documents(core: Core) -> str:
    """A queue of CUPS is asked beside the core, by whoever looks the computer over."""
    if core.documents is None or isinstance(core.settings.document_printer, CupsQueue):
        return ""
    asked = asyncio.ensure_future(core.documents.preflight())
    await asyncio.wait([asked], timeout=DOCUMENTS_S)
    return asked.result() if asked.done() else "printing"


def keep(core: Core, made: api.DiagnosisMade) -> api.Reply:
    core.looked_over.keep(made.found)
    known = checks.of_machine(core.book.state.last_checks, core.settings.code)
    now = core.clock.now_utc_ms()
    is_news = any(
        check not in known or known[check].grade != grade or now - known[check].at_utc_ms >= KEEP_EVERY_MS
        for check, grade in made.grades.items()
    )
    if not is_news:
        return api.Reply(ok=True)
    grades: dict[str, str] = dict(list(made.grades.items())[: checks.CHECKS_MAX])
    try:
        core.book.commit(ACTOR, [Diagnosed(machine_code=core.settings.code, grades=grades)])
    except StoreFull:
        return api.Reply(ok=False, message="記録する場所が足りないので、診断の結果は残していません。")
    return api.Reply(ok=True)


def _says(device: PrinterDevice) -> api.PrinterSays:
    models = device.models
    changed = device.status == "other_model"
    return api.PrinterSays(
        table=device.name,
        label=device.label,
        status=device.status,
        present=models.present if changed else "",
        known=models.known if changed else "",
    )


def _log(core: Core) -> Literal["ok", "damaged", "unreadable"]:
    if ringing_for(core.book.state, core.settings.code, UNREADABLE) is not None:
        return "unreadable"
    return "damaged" if core.damage else "ok"


def _backup_utc_ms(folder: Path) -> int | None:
    """systemd makes the folder for hitofuda-backup.service."""
    try:
        made = [path.stat().st_mtime_ns // 1_000_000 for path in folder.glob(f"*{SUFFIX}")]
    except OSError:
        return None
    return max(made, default=0) if folder.is_dir() else None


def _fsync_ms(folder: Path) -> float:
    path = folder / "diagnosis.probe"
    took: list[float] = []
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for _ in range(WRITES):
                begun = time.perf_counter()
                file.write(bytes(WRITE_BYTES))
                file.flush()
                os.fdatasync(file.fileno())
                took.append(time.perf_counter() - begun)
        path.unlink()
    except OSError:
        return -1.0
    return round(sorted(took)[WRITES // 2] * 1000, 2)
