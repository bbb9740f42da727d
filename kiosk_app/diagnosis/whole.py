"""Looks the whole machine over: computer, services, certificates, what the core says; keeps the result as a fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from kiosk_app import api
from kiosk_app.client import Client, CoreAway, CoreTrouble
from kiosk_app.clock import wall_utc_ms
from kiosk_app.diagnosis import computer, of_computer, of_core, smart, tls, units
from kiosk_app.diagnosis.finding import Finding, bad
from kiosk_app.diagnosis.units import Ask
from kiosk_app.releases import Releases
from kiosk_app.settings import CupsQueue, MachineSettings, PcscReader

ANSWER_S = 4.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`core`: whether it has answered. `kept`: whether the result is a fact in its log."""

    machine: str
    at_utc_ms: int
    core: bool
    kept: bool
    findings: tuple[Finding, ...]


class Documents(Protocol):
    """Asks the printer of documents, where that can be done beside a core."""

    def __call__(self, settings: MachineSettings) -> Finding | None: ...


def look_over(
    settings: MachineSettings,
    root: Path = Path("/"),
    ask_units: Ask | None = None,
    documents: Documents | None = None,
    answer_s: float = ANSWER_S,
    keep: bool = True,
) -> Report:
    """`root`: of the computer. Never raises for what a device, a core or a file can do."""
    client = Client(f"unix:{Path(settings.runtime_dir) / 'core.sock'}", timeout_s=answer_s)
    found = of_the_computer(settings, root, ask_units, documents)
    told = _told(client)
    if isinstance(told, Finding):
        found.append(told)
        return Report(machine=settings.code, at_utc_ms=wall_utc_ms(), core=False, kept=False, findings=_sorted(found))
    found = with_good(found + of_the_core(settings, told, root), told)
    kept = keep and _keep(client, found)
    return Report(machine=told.machine, at_utc_ms=told.now_utc_ms, core=True, kept=kept, findings=_sorted(found))


def of_the_computer(
    settings: MachineSettings, root: Path, ask_units: Ask | None = None, documents: Documents | None = None
) -> list[Finding]:
    """What can be found out without the core, within some seconds."""
    found = list(_computer(settings, root))
    found += smart.findings(root)
    found += units.findings((ask_units or units.asked(root))(), Releases(root))
    found += tls.findings(settings, wall_utc_ms())
    if (one := (documents or _documents)(settings)) is not None:
        found.append(one)
    return found


def of_the_core(settings: MachineSettings, told: api.CoreDiagnosis, root: Path) -> list[Finding]:
    reader, releases = settings.card_reader, Releases(root)
    wanted = reader.name if isinstance(reader, PcscReader) else ""
    # While a release is being tried, the one before may still run.
    version = "" if releases.state().trying else releases.current()
    return list(of_core.findings(told, wanted, version))


def with_good(found: list[Finding], told: api.CoreDiagnosis) -> list[Finding]:
    """Each with the time when it was good for the last time."""
    good_at = {one.check: one.good_utc_ms for one in told.checked}
    return [replace(one, good_utc_ms=good_at.get(one.check, 0)) for one in found]


def _computer(settings: MachineSettings, root: Path) -> Iterator[Finding]:
    is_for_visitors = "ticket_machine" in settings.roles
    sound = settings.sound
    return of_computer.findings(
        computer.measure(root, (settings.data_dir,)),
        touch=is_for_visitors,
        keys=is_for_visitors,
        screen=is_for_visitors,
        sound=any(device not in ("", "none") for device in (sound.device, sound.earphone, sound.machine)),
        network=settings.hub is not None or settings.central is not None,
        installed=settings.installed,
    )


def _told(client: Client) -> api.CoreDiagnosis | Finding:
    try:
        return client.get("/v1/diagnosis", api.CoreDiagnosis)
    except CoreAway as trouble:
        return bad(
            "core", "コア", "答えません", str(trouble),
            "systemctl status hitofuda-core を見てください。機器は1つずつ調べられます：hitofuda diag --help",
        )  # fmt: skip
    except CoreTrouble as trouble:
        return bad(
            "core", "コア", "答えが読めません", str(trouble),
            "プログラムの版がそろっているか確かめてください：systemctl restart hitofuda.target",
        )  # fmt: skip


def _keep(client: Client, found: list[Finding]) -> bool:
    try:
        made = api.DiagnosisMade(grades={one.check: one.grade for one in found}, found=rows(found))
        return client.post("/v1/diagnosis/keep", made, api.Reply).ok
    except CoreTrouble:
        return False


def rows(found: Iterable[Finding]) -> tuple[api.FoundRow, ...]:
    """As they cross to the core, the worst first; cut to what it takes."""
    cut = api.SAID_MAX
    return tuple(
        api.FoundRow(
            check=one.check,
            name=one.name[:cut],
            grade=one.grade,
            says=one.says[:cut],
            cause=one.cause[:cut],
            next_step=one.next_step[:cut],
            good_utc_ms=one.good_utc_ms,
        )
        for one in _sorted(found)[: api.FOUND_MAX]
    )


def _documents(settings: MachineSettings) -> Finding | None:
    table = settings.document_printer
    if not isinstance(table, CupsQueue):
        # Another kind has one line, which the core may hold.
        return None
    from kiosk_app import document_check

    return document_check.finding(table)


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first, each grade in the order in which it was looked at."""
    order = {"bad": 0, "look": 1, "good": 2}
    return tuple(sorted(found, key=lambda one: order[one.grade]))
