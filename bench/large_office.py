"""An office of 64 counters, fresh in the morning or two years old: what a core finds when it is started and measured.

Two years are a million facts: days of 350 visitors, each begun with its checkpoint, and then a long present day of
5,000 tickets. The snapshot is as old as a running core ever lets it become.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import cycle
from pathlib import Path

from bench import office_day
from bench.consoles import Console
from bench.house import House, TimedPrinter
from kiosk_app import kept_log, state_snapshots
from kiosk_app.office import catalogue, checkpoints, folds
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import OfficeState
from kiosk_app.settings import load_office
from offline_store.log import Log, NewFact

COUNTERS = 64
NUMBER_MAX = 99
HISTORY = 1_000_000
VISITORS_A_DAY = 350
SERVED_ON_A_LONG_DAY = 5_000


@contextmanager
def house(printer: TimedPrinter, *, history: int = 0, waiting: int = office_day.WAITING) -> Iterator[House]:
    """Its core is ready. `history`: so many facts at least stand in its log."""
    with tempfile.TemporaryDirectory(prefix=".bench-office-", dir=Path.cwd()) as folder:
        path = Path(folder) / "office.toml"
        path.write_text(_catalogue(), encoding="utf-8")
        fill = partial(_write, path, history=history, waiting=waiting)
        with House(printer=printer, office_file=path, fill=fill) as entered:
            yield entered


def consoles(office: Office) -> list[Console]:
    """At each counter one; the first of every group come first, then the second ones, so that any few are spread."""
    tokens = office_day.tokens(office)
    by_group = [catalogue.counters_of(office, group.letter) for group in office.groups]
    spread = sorted((place, n) for n, found in enumerate(by_group) for place in range(len(found)))
    at = [(by_group[n][place].number, office.groups[n].letter) for place, n in spread]
    return [Console(tokens[number], number, _service(office, letter)) for number, letter in at]


def guides(office: Office) -> list[Console]:
    return [
        Console(token, 0, _service(office, group.letter))
        for token, group in zip(office_day.guide_tokens(), office.groups, strict=False)
    ]


def _service(office: Office, letter: str) -> str:
    return catalogue.services_of(office, letter, office_day.NOW.date())[0].id


def _catalogue() -> str:
    """The sample office with so many counters more that there are 64, each on the floor of its group."""
    office = load_office(office_day.OFFICE_FILE)
    floors = cycle((group.letter, catalogue.floor_of(office, group.letter).id) for group in office.groups)
    free = sorted(set(range(1, NUMBER_MAX + 1)) - {counter.number for counter in office.counters})
    more = [
        f'\n[[counters]]\nnumber = {number}\nfloor = "{floor}"\ngroups = ["{letter}"]\n'
        for number, (letter, floor) in zip(free[: COUNTERS - len(office.counters)], floors, strict=False)
    ]
    return office_day.OFFICE_FILE.read_text(encoding="utf-8") + "".join(more)


# --- its log ---------------------------------------------------------------------------------------------------


def _write(
    catalogue_file: Path, data_dir: Path, runtime_dir: Path, machine: str, *, history: int, waiting: int
) -> Office:
    office = load_office(catalogue_file)
    runtime_dir.mkdir(parents=True, exist_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    served = SERVED_ON_A_LONG_DAY if history else 0
    today = office_day.day_facts(office, machine, served=served, waiting=waiting)[1:]
    folded = _FoldedLog(data_dir, machine)
    if history:
        usual = office_day.day_facts(office, machine, served=VISITORS_A_DAY, waiting=0, at_counters=False)[1:]
        days = -(-(history - len(today)) // len(usual))
        for ago in range(days, 0, -1):
            folded.begin_day(office, office_day.OPENED - ago * office_day.DAY)
            folded.keep(usual, back_ms=int(ago * office_day.DAY / timedelta(milliseconds=1)))
    folded.begin_day(office, office_day.OPENED)
    tail = state_snapshots.EVERY_FACTS - 1 if history else len(today)
    folded.keep(today[:-tail])
    if history:
        kept_log.save_snapshot(folded.log, folded.state)
    folded.keep(today[-tail:])
    folded.log.close()
    office_day.write_sessions(office, runtime_dir)
    return office


class _FoldedLog:
    """A log and what is folded from it: a day begins with what it knows of all the days before."""

    def __init__(self, data_dir: Path, machine: str) -> None:
        self.log = Log.open(data_dir / kept_log.FILE, machine).log
        self.state = OfficeState()
        # Old days are alike, so their facts are the same ones.
        self._decode = lru_cache(maxsize=10_000)(f.decode)

    def begin_day(self, office: Office, opened: datetime) -> None:
        """As a core does it, with the end of the day before in the same append."""
        at_utc_ms, before, machine = int(opened.timestamp() * 1000), self.state.day, self.log.machine
        day = f.DayOpened(date=opened.date().isoformat(), office=office.id)
        head = self.log.head(machine)[1].hex() if before.date else ""
        begun: list[f.Fact] = [day, checkpoints.taken(self.state, day, machine, head, at_utc_ms)]
        if before.date:
            begun.insert(0, f.DayClosed(date=before.date, left_waiting=len(before.live)))
        self.keep([office_day.new_fact(at_utc_ms, "core", fact) for fact in begun])

    def keep(self, new: Sequence[NewFact], back_ms: int = 0) -> None:
        moved = [NewFact(actor, kind, body, at_utc_ms - back_ms) for actor, kind, body, at_utc_ms in new]
        for place in self.log.append(moved):
            fact = self._decode(place.kind, place.body)
            folds.apply(self.state, place.machine, place.seq, place.at_utc_ms, place.actor, fact)
