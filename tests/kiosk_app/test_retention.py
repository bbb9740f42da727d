"""Old days go by the rule and at a technician's word: the right ones, all or nothing, and the office goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import kept_log
from kiosk_app.office import facts as f
from kiosk_app.office import folds
from kiosk_app.office.catalogue import Records
from kiosk_app.office.checkpoints import taken
from kiosk_app.office.state import OfficeState, dump, open_alerts
from kiosk_app.retention import Doubts, Opening, decide, openings
from offline_store import maintenance
from offline_store.check import Progress
from offline_store.errors import StoreFull
from offline_store.log import Log, NewFact
from tests.faults import boundaries
from tests.faults.house import ForkServer, until
from tests.faults.house import House as Machine
from tests.kiosk_app.house import ROOT, ZONE, House, OpenHouse, machine_toml, the_office

KEEP_DAYS = 31
MONDAY = datetime(2026, 4, 6, 9, 0)
OLD_DAYS = 4
ALL_DAYS = [str(MONDAY.date() + timedelta(n)) for n in range(5)]
slow = pytest.mark.slow


def checkpoint(day: str, whole: bool = True) -> f.DayCheckpoint:
    return f.DayCheckpoint(date=day, office="kokura-kita", head="", whole=whole)


# --- the decision -------------------------------------------------------------------------------------------------

calendars = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["none", "whole", "begun"])), max_size=30, unique_by=lambda x: x[0]
)


@given(calendars, st.integers(0, 450), st.integers(31, 200), st.integers(1, 5))
def test_only_what_is_old_goes_and_only_up_to_where_a_fold_can_begin(
    plan: list[tuple[int, str]], now: int, keep_days: int, days_max: int
) -> None:
    begin = date(2026, 1, 1)
    days = [
        Opening(
            day := str(begin + timedelta(n)),
            100 * place + 1,
            None if kind == "none" else checkpoint(day, kind == "whole"),
        )
        for place, (n, kind) in enumerate(sorted(plan))
        if n <= now
    ]
    today = begin + timedelta(now)
    left = list(days)
    while (chosen := decide(left, today, keep_days, days_max)) is not None:
        count = len(chosen.days)
        assert chosen.days == tuple(day.date for day in left[:count])
        assert chosen.first_kept == left[count]
        assert chosen.first_kept.checkpoint is not None and chosen.first_kept.checkpoint.whole
        assert all(today - date.fromisoformat(day) > timedelta(keep_days) for day in chosen.days)
        usable = [n for n, day in enumerate(left) if n and day.checkpoint is not None and day.checkpoint.whole]
        assert count <= days_max or count == usable[0]
        left = left[count:]
    for n, day in enumerate(left[1:], 1):
        if day.checkpoint is not None and day.checkpoint.whole:
            assert today - date.fromisoformat(left[n - 1].date) <= timedelta(keep_days), "no day is kept for nothing"


def test_a_checkpoint_belongs_to_the_opening_directly_before_it() -> None:
    opened = f.DayOpened(date="2026-04-06", office="o")
    known = checkpoint("2026-04-06")
    assert openings([(3, opened), (4, known)]) == [Opening("2026-04-06", 3, known)]
    assert openings([(3, opened), (5, known)]) == [Opening("2026-04-06", 3, None)]
    assert openings([(4, known)]) == []


TOLD: list[list[f.Verdict | None]]
TOLD = [["issued"], ["unknown"], [None], ["unknown", "issued"], ["not_issued"], ["unknown"]]


def test_tickets_that_nobody_ever_learned_about_are_named() -> None:
    doubts = Doubts()
    doubts.see(f.DayOpened(date="2026-04-06", office="o"))
    for number, verdicts in enumerate(TOLD, 1):
        ticket = f"t{number}"
        doubts.see(issued(ticket, number))
        for attempt, verdict in enumerate(verdicts, 1):
            doubts.see(f.PrintStarted(job=f"{ticket}.{attempt}", ticket=ticket, attempt=attempt, printer="p"))
            if verdict is not None:
                doubts.see(f.PrintEnded(job=f"{ticket}.{attempt}", ticket=ticket, verdict=verdict))
    doubts.see(f.TicketVoided(ticket="t6", reason="abandoned"))
    assert doubts.found() == ("2026-04-06 A-002", "2026-04-06 A-003")


def issued(ticket: str, number: int) -> f.TicketIssued:
    return f.TicketIssued(
        ticket=ticket,
        intent=f"i-{ticket}",
        letter="A",
        number=number,
        stops=(),
        language="ja",
        machine_code="m1",
        due_utc_ms=0,
        estimate_from_utc_ms=0,
        estimate_to_utc_ms=0,
        waiting_ahead=0,
    )


# --- the core -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def month(open_house: OpenHouse) -> House:
    """Keeps a month; its first two days are a Monday with a ticket and a bell, and a Tuesday."""
    house = await open_house(MONDAY, replace(the_office(), records=Records(keep_days=KEEP_DAYS)))
    await house.take()
    await house.at("09:00", "2026-04-07")
    await house.take()
    house.core.book.settle("core", [f.StaffCalled(alert="log-9", machine_code="m9", cause="log_damaged")])
    return house


def log_of(house: House) -> Log:
    return house.core.book.log


def destroyed(house: House) -> list[f.RecordsDestroyed]:
    return [fact for fact in house.facts(f.RecordsDestroyed) if isinstance(fact, f.RecordsDestroyed)]


async def test_days_go_when_they_are_old_and_their_figures_and_bells_stay(month: House) -> None:
    house = month
    await house.at("09:00", "2026-05-07")
    assert destroyed(house) == [], "Monday is a month old and not older"
    await house.at("09:00", "2026-05-08")
    (told,) = destroyed(house)
    assert (told.days, told.why, told.keep_days) == (("2026-04-06",), "rule", KEEP_DAYS)
    assert [day.date for day in told.totals] == [], "Tuesday's checkpoint still has the figures of Monday"
    # The office was closed for a month after Tuesday, so that the day goes when its next opening is looked at.
    await house.at("09:00", "2026-05-25")
    assert [fact.days for fact in destroyed(house)] == [("2026-04-06",), ("2026-04-07",)]
    log = log_of(house)
    assert log.read(0, 1)[0][1].kind == "DayOpened"
    assert [day.date for day in house.core.book.state.days][:2] == ["2026-04-06", "2026-04-07"]
    assert "log-9" in dict(open_alerts(house.core.book.state))
    before = dump(house.core.book.state)
    await house.close()
    for snapshot in (house.folder / "data").glob("facts.db.snapshot-*"):
        snapshot.unlink()
    kept = kept_log.open_log(house.folder / "data", "m1")
    assert kept.damage is None
    kept.log.close()
    assert dump(kept.state) == before, "folded from the checkpoint"
    await house.open()
    assert await house.take() == "A-001"


async def test_nothing_goes_while_somebody_waits_or_stands_there(month: House) -> None:
    house = month
    await house.core.lobby.stop()
    house.core._retention._quiet = lambda: False
    await house.at("09:00", "2026-05-08")
    assert destroyed(house) == []
    assert await house.take() == "A-001"
    house.core._retention._quiet = lambda: True
    await house.core.tick()
    assert destroyed(house) == [], "people wait"
    await house.at("00:00", "2026-05-09")
    assert [fact.days for fact in destroyed(house)] == [("2026-04-06",)], "the day is closed"


async def test_a_full_disk_is_tried_again_the_next_day(month: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house = month

    def full(*_: object) -> None:
        raise StoreFull("no space")

    with monkeypatch.context() as patched:
        patched.setattr(Log, "destroy", full)
        await house.at("09:00", "2026-05-08")
        await house.core.tick()
    await house.core.tick()
    assert destroyed(house) == []
    assert await house.take() == "A-001"
    await house.at("09:00", "2026-05-11")
    assert [fact.days for fact in destroyed(house)] == [("2026-04-06",)]


async def test_an_office_without_a_rule_keeps_everything(open_house: OpenHouse) -> None:
    house = await open_house(MONDAY, replace(the_office(), records=None))
    await house.take()
    await house.at("09:00", "2027-04-07")
    await house.at("09:00", "2029-04-06")
    assert destroyed(house) == []
    assert log_of(house).base.position == 0


# --- a technician -------------------------------------------------------------------------------------------------


def write_days(folder: Path, count: int, tickets: int = 1) -> datetime:
    """A log of so many days in a row before now, as a core would have written it. Returns the last day."""
    log = Log.open(folder / "data" / "facts.db", "m1").log
    state = OfficeState()
    number = 0
    for n in range(count):
        at = MONDAY.replace(tzinfo=ZONE) + timedelta(n)
        at_utc_ms = int(at.timestamp() * 1000)
        opened = f.DayOpened(date=at.date().isoformat(), office="kokura-kita")
        new: list[f.Fact] = [opened, taken(state, opened, "m1", "", at_utc_ms)]
        for ticket in range(tickets):
            number += 1
            name = f"t{number}"
            new += [issued(name, ticket + 1), f.PrintStarted(job=name, ticket=name, attempt=1, printer="p")]
            new.append(f.PrintEnded(job=name, ticket=name, verdict="unknown" if number == 2 else "issued"))
        kept = log.append([NewFact("core", type(x).__name__, f.encode(x), at_utc_ms) for x in new])
        for envelope, fact in zip(kept, new, strict=True):
            folds.apply(state, "m1", envelope.seq, at_utc_ms, "core", fact)
    log.close()
    return MONDAY + timedelta(count - 1)


def hitofuda(*arguments: object) -> tuple[int, str, str]:
    command = [sys.executable, "-P", "-m", "kiosk_app.main", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def closed_machine(tmp_path: Path) -> Path:
    """Stopped on the last of 60 days."""
    (tmp_path / "data").mkdir()
    last = write_days(tmp_path, 60)
    machine = tmp_path / "machine.toml"
    machine.write_text(machine_toml(tmp_path, 9100, last))
    return machine


@slow
def test_a_technician_prunes_a_stopped_machine(closed_machine: Path) -> None:
    path = closed_machine.parent / "data" / "facts.db"
    before = path.read_bytes()
    code, out, complaint = hitofuda("log", "prune", "--machine", closed_machine, "--keep-days", 40, "--dry-run")
    assert (code, complaint) == (0, "")
    assert out.splitlines()[0] == "2026-04-06 to 2026-04-24: 19 days, 95 facts would go"
    assert "2026-04-07 A-001: nobody ever learned" in out
    assert path.read_bytes() == before
    code, out, complaint = hitofuda("log", "prune", "--machine", closed_machine, "--keep-days", 40)
    assert (code, complaint) == (0, "")
    assert "destroyed: 19 days, 95 facts" in out.splitlines()[-1]
    assert isinstance(maintenance.verify(path), Progress)
    log = Log.open(path, "m1").log
    told = [f.decode(e.kind, e.body) for _, e in log.read(0, 1000) if e.kind == "RecordsDestroyed"]
    assert [e.actor for _, e in log.read(0, 1000) if e.kind == "RecordsDestroyed"] == ["technician"]
    log.close()
    assert isinstance(told[0], f.RecordsDestroyed)
    assert (told[0].why, told[0].in_doubt) == ("asked", ("2026-04-07 A-001",))
    code, out, _ = hitofuda("log", "prune", "--machine", closed_machine, "--keep-days", 40)
    assert (code, out) == (0, "nothing is older than 40 days\n")


@slow
def test_what_cannot_be_done_is_one_sentence_and_destroys_nothing(closed_machine: Path) -> None:
    path = closed_machine.parent / "data" / "facts.db"
    before = path.read_bytes()
    code, out, complaint = hitofuda("log", "prune", "--machine", closed_machine, "--keep-days", 30)
    assert (code, out, complaint.count("\n")) == (2, "", 1)
    assert "expected 31 to 36525 days, got 30" in complaint
    log = Log.open(path, "m1").log
    code, out, complaint = hitofuda("log", "prune", "--machine", closed_machine, "--keep-days", 40)
    log.close()
    assert (code, out, complaint.count("\n")) == (2, "", 1)
    assert "another process has this log open" in complaint
    assert path.read_bytes() == before
    path.unlink()
    code, out, complaint = hitofuda("log", "prune", "--machine", closed_machine)
    assert (code, complaint) == (2, f"{path}: there is no log\n")


# --- killed -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def make_machine(tmp_path: Path, forks: ForkServer, printer: SimulatedPrinter) -> Iterator[Callable[[str], Machine]]:
    """Its core opens a day at its start, when `OLD_DAYS` have become older than the office's rule."""
    made: list[Machine] = []
    keep_days = the_office().records.keep_days  # type: ignore[union-attr]
    monday = MONDAY + timedelta(keep_days + OLD_DAYS)
    assert monday.weekday() <= 4

    def make(name: str) -> Machine:
        (tmp_path / name / "data").mkdir(parents=True)
        write_days(tmp_path / name, len(ALL_DAYS), tickets=20)
        made.append(Machine(tmp_path / name, forks, printer, start=monday.isoformat()))
        return made[-1]

    yield make
    for machine in made:
        if machine.running:
            machine.kill()


def undisturbed(machine: Machine) -> list[tuple[str, int]]:
    """Boundaries around the destroying that a core passes which nobody kills, in their order."""
    out = machine.folder / "passed"
    machine.start(boundaries=str(out))
    until(lambda: len(machine.bodies("RecordsDestroyed")) == OLD_DAYS, "all old days are gone", machine.said)
    machine.kill()
    passed = boundaries.read(out)
    inside = [n for n, (label, _) in enumerate(passed) if "destroy" in label]
    return [boundary for boundary in passed[inside[0] - 2 : inside[-1] + 6] if "offline_store" in boundary[0]]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=slow) for seed in range(1, 9))])
@pytest.mark.slow
def test_a_core_killed_while_it_destroys_comes_back_with_all_or_nothing(
    seed: int, make_machine: Callable[[str], Machine]
) -> None:
    passed = undisturbed(make_machine("undisturbed"))
    machine = make_machine("killed")
    machine.start(ready=False, boundaries=str(machine.folder / "boundaries"), kill=random.Random(seed).choice(passed))
    assert machine.exit_code() == -signal.SIGKILL, machine.said()
    progress = maintenance.verify(machine.log_path)
    assert isinstance(progress, Progress) and progress.done
    assert_all_or_nothing(machine)
    machine.start()
    until(lambda: len(machine.bodies("RecordsDestroyed")) == OLD_DAYS, "all old days are gone", machine.said)
    assert [machine.take_ticket() for _ in range(2)] == ["A-001", "A-002"]
    machine.kill()
    machine.start()
    assert machine.take_ticket() == "A-003"
    assert machine.client.health().log == "ok"
    machine.kill()
    assert_all_or_nothing(machine)
    assert isinstance(maintenance.verify(machine.log_path), Progress)


def assert_all_or_nothing(machine: Machine) -> None:
    """What is told to be gone is gone, and nothing else is."""
    told = machine.bodies("RecordsDestroyed")
    gone = [day for fact in told for day in fact["days"]]
    there = [fact["date"] for fact in machine.bodies("DayOpened")]
    assert gone + there == [*ALL_DAYS, there[-1]] or gone + there == ALL_DAYS
    assert len(machine.bodies("TicketIssued")) >= 20 * (len(ALL_DAYS) - len(gone))
    assert maintenance.stats(machine.log_path).destroyed == max((fact["up_to_position"] for fact in told), default=0)
