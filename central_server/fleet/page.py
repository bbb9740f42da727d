"""The fleet page as rows of words: which sentence and which colour each machine has. Pure; fleet.html draws it.

For technicians, in Japanese. Colour never says it alone: each state has its word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from central_server.fleet.alerts import Open
from central_server.fleet.problems import PENDING_MANY, SILENT
from central_server.fleet.seen import OfficeSeen
from central_server.fleet.table import Kind
from central_server.offices import OfficeHere
from kiosk_app.office import catalogue
from kiosk_app.office.alert_words import alert_words
from kiosk_app.office.fleet import MachineNow

Tone = Literal["ok", "care", "err", "none"]
PAPER = {"ready": "あります", "near_end": "残りわずか", "paper_out": "ありません", "unknown": "分かりません"}
PAPER_TONES: Mapping[str, Tone] = {"ready": "ok", "near_end": "care", "paper_out": "err"}
KINDS: Mapping[Kind, str] = {
    "offline": "つながりません",
    "paper_near_end": "用紙が残りわずかです",
    "paper_out": "用紙がありません",
    "printer": "印刷できません",
    "certificate_expiry": "証明書の期限が近いか、切れています",
    "check": "診断で使えないものがあります",
    "backlog": "記録が届いていません",
}
NEXT: Mapping[Kind, str] = {
    "offline": "電源とネットワークを、庁舎に確かめてください",
    "paper_near_end": "用紙を取りかえるよう、庁舎に伝えてください",
    "paper_out": "用紙を入れるよう、庁舎に伝えてください",
    "printer": "機械で hitofuda diag printer を見てください",
    "certificate_expiry": "新しい証明書を用意してください（docs/key-rotation.md）",
    "check": "機械で hitofuda diag を見てください",
    "backlog": "庁舎のネットワークの速さを確かめてください",
}
CENTRAL = "中央サーバー"
ZONE = ZoneInfo("Asia/Tokyo")
"""Of what belongs to no office."""


class Cell(NamedTuple):
    text: str
    tone: Tone = "none"


class MachineRow(NamedTuple):
    code: str
    hub: bool
    heard: Cell
    version: Cell
    paper: tuple[Cell, ...]
    troubles: tuple[Cell, ...]
    backlog: Cell


class OfficeRows(NamedTuple):
    """`worst` of all of its machines."""

    office: str
    name: str
    heard: Cell
    backlog: Cell
    trouble: str
    machines: tuple[MachineRow, ...]
    worst: Tone


class AlertRow(NamedTuple):
    tone: Tone
    where: str
    what: str
    next_step: str
    since: str


def rows(seen: Iterable[OfficeSeen], here: Mapping[str, OfficeHere], now: datetime) -> list[OfficeRows]:
    found = list(seen)
    newest = max((m.version for one in found for m in one.machines), key=_order, default="")
    made = [_office(one, here[one.office], newest, now) for one in found if one.office in here]
    order: dict[Tone, int] = {"err": 0, "care": 1, "none": 2, "ok": 2}
    return sorted(made, key=lambda one: order[one.worst])


def alert_rows(opened: Sequence[Open], here: Mapping[str, OfficeHere], now: datetime) -> list[AlertRow]:
    made = []
    for key, one in opened:
        office = here.get(key.office)
        name = CENTRAL if not key.office else _name(office) if office is not None else key.office
        where = " ".join(filter(None, (name, key.machine, key.part)))
        zone = catalogue.zone(office.office) if office is not None else ZONE
        since = _clock(one.seen_since, now, zone)
        tone: Tone = "err" if one.severity == "critical" else "care"
        made.append(AlertRow(tone, where, KINDS[key.kind], NEXT[key.kind], since))
    return made


def _office(one: OfficeSeen, here: OfficeHere, newest: str, now: datetime) -> OfficeRows:
    zone = catalogue.zone(here.office)
    silent = one.heard_at is None or now - one.heard_at >= SILENT
    heard = Cell("一度もありません", "care") if one.heard_at is None else Cell(_clock(one.heard_at, now, zone))
    if one.heard_at is not None:
        heard = heard._replace(tone="care" if silent else "ok")
    machines = tuple(_machine(one, machine, newest, silent, now, zone) for machine in one.machines)
    backlog = Cell(f"{one.pending}件", "care" if one.pending >= PENDING_MANY else "ok")
    cells = [heard, backlog, *(cell for machine in machines for cell in _cells(machine))]
    if one.trouble:
        cells.append(Cell(one.trouble, "care"))
    return OfficeRows(one.office, _name(here), heard, backlog, one.trouble, machines, _worst(cells))


def _machine(
    one: OfficeSeen, machine: MachineNow, newest: str, office_silent: bool, now: datetime, zone: ZoneInfo
) -> MachineRow:
    silent = one.silent_for(machine, now)
    if silent is None:
        heard = Cell("ハブの起動後、まだありません", "care")
    else:
        at = _clock(now - silent, now, zone)
        heard = Cell(at, "none" if office_silent else "care" if silent >= SILENT else "ok")
    is_old = bool(machine.version) and machine.version != newest
    version = Cell(machine.version or "分かりません", "care" if is_old else "none")
    return MachineRow(
        code=machine.code,
        hub=machine.hub,
        heard=heard,
        version=version,
        paper=tuple(_paper(name, status) for name, status in sorted(machine.paper.items())),
        troubles=tuple(_troubles(machine)),
        backlog=Cell(f"{machine.behind}件", "care" if machine.behind >= PENDING_MANY else "none"),
    )


def _paper(printer: str, status: str) -> Cell:
    name = "" if printer == "printer" else f"{printer}: "
    if status in PAPER:
        return Cell(name + PAPER[status], PAPER_TONES.get(status, "none"))
    return Cell(name + alert_words(status, "").title, "err")


def _troubles(machine: MachineNow) -> Iterable[Cell]:
    for cause in machine.bells:
        yield Cell(alert_words(cause, "").title or cause, "care")
    for check, grade in sorted(machine.checks.items()):
        if grade in ("look", "bad"):
            yield Cell(f"診断: {check}", "err" if grade == "bad" else "care")


def _cells(row: MachineRow) -> Iterable[Cell]:
    return (row.heard, row.version, *row.paper, *row.troubles, row.backlog)


def _worst(cells: Iterable[Cell]) -> Tone:
    tones = {cell.tone for cell in cells}
    return "err" if "err" in tones else "care" if "care" in tones else "ok"


def _name(here: OfficeHere) -> str:
    from central_server.web.site import without_readings

    return without_readings(catalogue.text(here.office.name, "ja"))


def _order(version: str) -> tuple[tuple[int, str], ...]:
    """1.10 after 1.9; what is no number stands by its letters."""
    parts = version.replace("-", ".").split(".")
    return tuple((int(one), "") if one.isascii() and one.isdigit() else (-1, one) for one in parts)


def _clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    here, today = at.astimezone(zone), now.astimezone(zone)
    return here.strftime("%-H:%M") if here.date() == today.date() else here.strftime("%-m月%-d日 %-H:%M")
