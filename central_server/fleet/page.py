"""The fleet page as rows of words: above, where somebody is needed and what to do there; below, every machine. Pure.

For technicians, in Japanese. Colour never says it alone: each state has its word and its sign. 要対応 is what was told
by an alert too; what has just begun, or works still, is 注意.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from central_server.fleet import wording
from central_server.fleet.alerts import Open, Unsent
from central_server.fleet.problems import PENDING_MANY, SILENT, TOLD_APART, IsOpen, Judged, Key, Problem, judge
from central_server.fleet.seen import OfficeSeen
from central_server.fleet.wording import Said
from central_server.offices import OfficeHere
from kiosk_app.office import catalogue
from kiosk_app.office.fleet import MachineNow

Tone = Literal["err", "care", "ok", "off"]
WORDS: Mapping[Tone, str] = {"err": "要対応", "care": "注意", "ok": "正常", "off": "閉庁中"}
JUST_SEEN = "今、始まりました"
UNKNOWN = "不明"
"""Of a machine whose hub is silent."""
PAPER_TONES: Mapping[str, Tone] = {"ready": "ok", "near_end": "care", "unknown": "off"}
CENTRAL = "中央サーバー"
ZONE = ZoneInfo("Asia/Tokyo")
"""Of what belongs to no office."""
FEW = 24
"""Machines of a city that are all shown at once."""


class Cell(NamedTuple):
    text: str
    tone: Tone = "off"


class Trouble(NamedTuple):
    tone: Tone
    what: str
    next_step: str
    since: str = ""


class Need(NamedTuple):
    """One machine, or an office's way here, or this server, with everything that is the matter there."""

    tone: Tone
    place: str
    machine: str
    office: str
    """Whose row to look at; empty for this server."""
    troubles: tuple[Trouble, ...]


class MachineRow(NamedTuple):
    state: Cell
    code: str
    hub: bool
    heard: Cell
    version: Cell
    paper: tuple[Cell, ...]
    troubles: tuple[Cell, ...]
    looked: str
    backlog: Cell


class OfficeRows(NamedTuple):
    office: str
    name: str
    state: Cell
    heard: str
    backlog: Cell
    trouble: str
    """As this server wrote it down."""
    machines: tuple[MachineRow, ...]
    is_shown: bool


class Fleet(NamedTuple):
    """`settled`: what is over, and is waited with for some minutes. `counts`: places where somebody is needed
    (要対応 and 注意), and machines (正常, 不明, 閉庁中)."""

    needs: list[Need]
    settled: list[Trouble]
    offices: list[OfficeRows]
    counts: dict[str, int]


class _Moment(NamedTuple):
    now: datetime
    here: Mapping[str, OfficeHere]
    newest: str
    everything: bool


def fleet(
    seen: Sequence[OfficeSeen],
    opened: Sequence[Open],
    here: Mapping[str, OfficeHere],
    is_open: Mapping[str, IsOpen],
    now: datetime,
    everything: bool = False,
    unsent: Sequence[Unsent] = (),
) -> Fleet:
    """`opened`: alerts that were told and have not ended. `everything`: also the machines of offices that are well.
    `unsent`: who is not told what they should be."""
    mine = [one for one in seen if one.office in here]
    judged = judge(mine, is_open, now)
    newest = max((m.version for one in mine for m in one.machines), key=_order, default="")
    few = sum(len(one.machines) for one in mine) <= FEW
    moment = _Moment(now, here, newest, everything or few)
    needs = _needs(mine, opened, judged, unsent, moment)
    tones = {(one.office, one.machine): one.tone for one in needs}
    offices = [_office(one, is_open[one.office], judged, tones, moment) for one in mine]
    counts = {
        word: sum(1 for one in needs if one.tone == tone) for tone, word in WORDS.items() if tone in ("err", "care")
    }
    states = [machine.state.text for one in offices for machine in one.machines]
    counts |= {word: states.count(word) for word in (WORDS["ok"], WORDS["off"], UNKNOWN)}
    rank = {WORDS["err"]: 0, WORDS["care"]: 1}
    offices.sort(key=lambda one: rank.get(one.state.text, 2))
    return Fleet(needs, list(_settled(opened, moment)), offices, counts)


def _needs(
    seen: Sequence[OfficeSeen], opened: Sequence[Open], judged: Judged, unsent: Sequence[Unsent], moment: _Moment
) -> list[Need]:
    """The worst first, then the oldest."""
    found: dict[tuple[str, str], list[tuple[datetime, Trouble]]] = {}

    def add(office: str, machine: str, at: datetime, tone: Tone, said: Said, since: str = "") -> None:
        found.setdefault((office, machine), []).append((at, Trouble(tone, said.what, said.next_step, since)))

    for way in unsent:
        add("", "", way.since, "care", wording.of_unsent(way.receiver, way.messages), _span(way.since, moment, ""))
    by_office = {one.office: one for one in seen}
    told = {key: one for key, one in opened if one.gone_since is None}
    for key, one in told.items():
        # What it is now, where that can be seen: a cover that was closed may leave another fault.
        problem = judged.found.get(key, Problem(one.severity, one.detail))
        tone: Tone = "err" if one.severity == "critical" else "care"
        began = _last_word(key, by_office) or one.seen_since
        add(key.office, key.machine, began, tone, wording.of_problem(key, problem), _span(began, moment, key.office))
    for key, problem in judged.found.items():
        if key not in told:
            add(key.office, key.machine, moment.now, "care", wording.of_problem(key, problem), JUST_SEEN)
    for office in seen:
        if office.trouble:
            add(office.office, "", moment.now, "care", wording.CONTRADICTION)
        for machine in office.machines:
            if not _is_blind(judged, office.office, machine.code):
                if checks := _to_be_seen_to(machine):
                    looked = _looked(machine, moment.now, _zone(office.office, moment.here))
                    add(office.office, machine.code, moment.now, "care", wording.of_looks(checks), looked)
                for said in (wording.BELLS[cause] for cause in machine.bells if cause in wording.BELLS):
                    add(office.office, machine.code, moment.now, "care", said)
    made = []
    for (office_id, code), troubles in found.items():
        troubles.sort(key=lambda one: (one[1].tone != "err", one[0]))
        tone = troubles[0][1].tone
        need = Need(tone, _place(office_id, moment.here), code, office_id, tuple(one for _, one in troubles))
        made.append((tone != "err", troubles[0][0], office_id, code, need))
    return [one[-1] for one in sorted(made, key=lambda one: one[:4])]


def _settled(opened: Sequence[Open], moment: _Moment) -> Iterator[Trouble]:
    for key, one in opened:
        if one.gone_since is not None:
            what = wording.of_problem(key, Problem(one.severity, one.detail)).what
            where = " ".join(filter(None, (_place(key.office, moment.here), key.machine)))
            zone = _zone(key.office, moment.here)
            yield Trouble("ok", f"{where}　{what}", f"{_clock(one.gone_since, moment.now, zone)}に直りました")


def _to_be_seen_to(machine: MachineNow) -> list[str]:
    """What the last look over it found, and no alert is told of."""
    looks = [check for check, grade in sorted(machine.checks.items()) if grade == "look"]
    return [check for check in looks if check not in TOLD_APART and not check.startswith("tls_")]


def _last_word(key: Key, seen: Mapping[str, OfficeSeen]) -> datetime | None:
    """Of who is silent; that is longer ago than we noticed."""
    office = seen.get(key.office)
    if key.kind != "offline" or office is None:
        return None
    if not key.machine:
        return office.heard_at
    machine = next((one for one in office.machines if one.code == key.machine), None)
    silent = office.silent_for(machine, office.told_at) if machine is not None and office.told_at is not None else None
    return office.told_at - silent if silent is not None and office.told_at is not None else None


def _is_blind(judged: Judged, office: str, machine: str) -> bool:
    return bool({(office, ""), (office, machine)} & judged.blind)


def _office(
    one: OfficeSeen,
    is_open: IsOpen,
    judged: Judged,
    tones: Mapping[tuple[str, str], Tone],
    moment: _Moment,
) -> OfficeRows:
    zone, now = catalogue.zone(moment.here[one.office].office), moment.now
    silent = (one.office, "") in judged.blind
    machines = tuple(
        _machine(one, machine, silent, is_open(now), tones.get((one.office, machine.code)), judged, moment)
        for machine in one.machines
    )
    own = [tones.get((one.office, code)) for code in ("", *(machine.code for machine in one.machines))]
    if "err" in own or "care" in own:
        tone: Tone = "err" if "err" in own else "care"
        state = Cell(WORDS[tone], tone)
    elif one.heard_at is None:
        state = Cell("未接続")
    elif silent:
        state = Cell(UNKNOWN if is_open(now) else WORDS["off"])
    else:
        state = Cell(WORDS["ok"], "ok")
    heard = "まだ一度もありません" if one.heard_at is None else _clock(one.heard_at, now, zone)
    backlog = Cell(f"{one.pending:,}件", "care" if one.pending >= PENDING_MANY else "off")
    name = _place(one.office, moment.here)
    is_shown = moment.everything or state.tone in ("err", "care")
    return OfficeRows(one.office, name, state, heard, backlog, one.trouble, machines, is_shown)


def _machine(
    one: OfficeSeen,
    machine: MachineNow,
    office_silent: bool,
    is_open: bool,
    tone: Tone | None,
    judged: Judged,
    moment: _Moment,
) -> MachineRow:
    now, zone = moment.now, catalogue.zone(moment.here[one.office].office)
    silent = one.silent_for(machine, now)
    quiet = office_silent or (one.office, machine.code) in judged.blind
    if tone is not None:
        state = Cell(WORDS[tone], tone)
    elif quiet:
        state = Cell(UNKNOWN if is_open else WORDS["off"])
    else:
        state = Cell(WORDS["ok"], "ok")
    heard = "ハブの起動後は、まだありません" if silent is None else _clock(now - silent, now, zone)
    is_late = not office_silent and is_open and (silent is None or silent >= SILENT)
    is_old = bool(machine.version) and machine.version != moment.newest
    version = f"{machine.version}（古い）" if is_old else machine.version or "分かりません"
    return MachineRow(
        state=state,
        code=machine.code,
        hub=machine.hub,
        heard=Cell(heard, "care" if is_late else "off"),
        version=Cell(version, "care" if is_old else "off"),
        paper=tuple(_paper(name, status, quiet) for name, status in sorted(machine.paper.items())),
        troubles=tuple(_troubles(machine, quiet)),
        looked=_looked(machine, now, zone),
        backlog=Cell(f"{machine.behind:,}件", "care" if machine.behind >= PENDING_MANY else "off"),
    )


def _paper(printer: str, status: str, quiet: bool) -> Cell:
    return Cell(wording.paper(printer, status), "off" if quiet else PAPER_TONES.get(status, "err"))


def _troubles(machine: MachineNow, quiet: bool) -> Iterable[Cell]:
    """By their names alone: the sentences stand above."""
    for cause in machine.bells:
        if cause in wording.BELLS:
            yield Cell(wording.BELLS[cause].what, "off" if quiet else "care")
    for check, grade in sorted(machine.checks.items()):
        if grade in ("look", "bad"):
            yield Cell(f"診断：{wording.check_name(check)}", "off" if quiet else "err" if grade == "bad" else "care")


def _looked(machine: MachineNow, now: datetime, zone: ZoneInfo) -> str:
    if not machine.checked_utc_ms:
        return "まだ診断していません"
    at = datetime.fromtimestamp(machine.checked_utc_ms / 1000, zone)
    return f"{_clock(at, now, zone)}の診断"


def _place(office: str, here: Mapping[str, OfficeHere]) -> str:
    if not office:
        return CENTRAL
    if office not in here:
        return office
    from central_server.web.site import without_readings

    return without_readings(catalogue.text(here[office].office.name, "ja"))


def _zone(office: str, here: Mapping[str, OfficeHere]) -> ZoneInfo:
    return catalogue.zone(here[office].office) if office in here else ZONE


def _order(version: str) -> tuple[tuple[int, str], ...]:
    """1.10 after 1.9; what is no number stands by its letters."""
    parts = version.replace("-", ".").split(".")
    return tuple((int(one), "") if one.isascii() and one.isdigit() else (-1, one) for one in parts)


def _span(since: datetime, moment: _Moment, office: str) -> str:
    """When it began and how long that is: one of the two is what somebody wants to know."""
    long = max(timedelta(0), moment.now - since)
    minutes = int(long.total_seconds() // 60)
    span = f"{minutes}分" if minutes < 60 else f"{minutes // 60}時間" if minutes < 48 * 60 else f"{long.days}日"
    return f"{_clock(since, moment.now, _zone(office, moment.here))}から（{span}）"


def _clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    here, today = at.astimezone(zone), now.astimezone(zone)
    return here.strftime("%-H:%M") if here.date() == today.date() else here.strftime("%-m月%-d日 %-H:%M")


__all__ = ["Fleet", "Key", "Need", "Trouble", "fleet"]
