"""How a core comes up and how days roll: what was left open is unknown, and a snapshot is as good as the whole fold."""

from __future__ import annotations

import ast
import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk_app import kept_log, state_snapshots
from kiosk_app.office import facts as f
from kiosk_app.office import folds
from kiosk_app.office.state import OfficeState, dump, number_of, open_alerts
from kiosk_app.opening import printer_settings
from kiosk_app.settings import FilePrinter, SerialPrinter, UsbPrinter
from offline_store.errors import StoreFull
from offline_store.log import Log
from tests.kiosk_app.house import SERVICE, House, OpenHouse

pytestmark = pytest.mark.slow

FRIDAY = datetime(2026, 4, 10, 16, 30)


def days(house: House) -> list[tuple[str, str]]:
    return [
        (type(fact).__name__, fact.date)
        for fact in house.facts(f.DayOpened, f.DayClosed)
        if isinstance(fact, f.DayOpened | f.DayClosed)
    ]


def folded(house: House) -> bytes:
    """The whole log, folded from nothing."""
    state = OfficeState()
    for _, entry in house.core.book.log.read(0, 100_000):
        fact = f.decode(entry.kind, entry.body)
        folds.apply(state, entry.machine, entry.seq, entry.at_utc_ms, entry.actor, fact)
    return dump(state)


async def busy_hour(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    for _ in range(3):
        await house.take()
        await house.act(token, "call_next", counter=3)
    await house.act(token, "undo", counter=3)
    await house.press("staff")


# --- days ------------------------------------------------------------------------------------------------------


async def test_days_open_and_close_by_the_calendar(open_house: OpenHouse) -> None:
    house = await open_house(FRIDAY)
    await house.at("23:59", "2026-04-10")
    assert house.screen.screen == "closed"
    await house.at("00:00", "2026-04-11")
    await house.at("12:00", "2026-04-11")
    await house.at("12:00", "2026-04-12")
    assert house.screen.screen == "closed"
    await house.at("00:00", "2026-04-13")
    await house.at("08:31", "2026-04-13")
    assert house.screen.screen == "idle"
    assert days(house) == [
        ("DayOpened", "2026-04-10"),
        ("DayClosed", "2026-04-10"),
        ("DayOpened", "2026-04-13"),
    ]


@pytest.mark.parametrize(
    ("last", "first"),
    [("2026-05-01", "2026-05-07"), ("2026-12-28", "2027-01-04")],
)
async def test_holidays_and_the_turn_of_the_year_are_no_days(open_house: OpenHouse, last: str, first: str) -> None:
    house = await open_house(datetime.fromisoformat(f"{last}T10:00"))
    day = datetime.fromisoformat(last).toordinal()
    while (date := datetime.fromordinal(day).date().isoformat()) <= first:
        await house.at("10:00", date)
        day += 1
    assert [date for kind, date in days(house) if kind == "DayOpened"] == [last, first]


async def test_a_core_that_starts_on_a_closed_day_opens_none(open_house: OpenHouse) -> None:
    house = await open_house(datetime(2026, 4, 11, 10, 0))
    assert days(house) == []
    assert house.screen.screen == "closed"
    view = await house.display()
    assert {group.estimate for group in view.groups} == {""}
    token = await house.sign_in()
    assert (await house.staff_view(token)).waiting == ()


async def test_midnight_with_people_waiting_a_visitor_at_a_counter_and_one_at_the_screen(open_house: OpenHouse) -> None:
    house = await open_house(datetime(2026, 4, 6, 16, 50))
    for _ in range(3):
        await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.at("23:58")
    token = await house.sign_in("1002")
    await house.press("staff")
    assert len(open_alerts(house.core.book.state)) == 1
    session = house.screen.screen_id
    await house.at("00:00", "2026-04-07")
    assert days(house)[1:] == [("DayClosed", "2026-04-06"), ("DayOpened", "2026-04-07")]
    (closed,) = house.facts(f.DayClosed)
    assert isinstance(closed, f.DayClosed)
    assert closed.left_waiting == 3
    assert open_alerts(house.core.book.state) == ()
    assert house.screen.screen_id != session
    assert house.screen.dialog is None
    view = await house.staff_view(token)
    assert (view.waiting, view.alerts, view.current) == ((), (), None)
    assert {counter.state for counter in view.counters} == {"closed"}
    totals = house.core.book.state.days[-1]
    assert (totals.date, totals.issued, totals.waiting) == ("2026-04-06", 3, 2)
    await house.at("09:00", "2026-04-07")
    assert await house.take() == "A-001"
    assert folded(house) == dump(house.core.book.state)


@pytest.mark.slow
async def test_tickets_in_the_printer_at_midnight_end_as_they_end(open_house: OpenHouse) -> None:
    house = await open_house(datetime(2026, 4, 6, 16, 59))
    token = await house.sign_in("2001")
    house.printer.firmware.speed_dots_s = 2_000.0
    try:
        await house.to_confirm()
        await house.press("take")
        asking = asyncio.ensure_future(house.act(token, "issue", service=SERVICE))
        await house.until(lambda: len(house.facts(f.PrintStarted)) == 2)
        await house.at("00:00", "2026-04-07")
        assert house.core.book.state.day.tickets == {}
        assert len(house.facts(f.PrintEnded)) < 2, "one at least is still in the printer"
        assert (await asking).ok
        await house.until(lambda: len(house.facts(f.PrintEnded)) == 2)
    finally:
        house.printer.firmware.speed_dots_s = 2_000_000.0
    assert {fact.verdict for fact in house.facts(f.PrintEnded) if isinstance(fact, f.PrintEnded)} == {"issued"}
    assert house.screen.screen == "closed"
    assert house.core.bug is None
    assert folded(house) == dump(house.core.book.state)


async def test_a_day_that_began_with_this_log_goes_on_after_a_restart(house: House) -> None:
    await house.take()
    await house.restart()
    assert days(house) == [("DayOpened", "2026-04-06")]
    assert await house.take() == "A-002"


# --- coming up ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordered", [True, False])
async def test_snapshot_and_tail_equal_the_whole_fold_byte_for_byte(house: House, ordered: bool) -> None:
    await busy_hour(house)
    assert folded(house) == dump(house.core.book.state)
    await house.restart()
    assert folded(house) == dump(house.core.book.state)
    await house.press("cancel_call")
    await busy_hour(house)
    if ordered:
        await house.close()
    else:
        # As a killed process leaves it: the old snapshot and a tail of facts behind it.
        await house.core.printer.stop()
        house.core.book.log.close()
    await house.open()
    assert folded(house) == dump(house.core.book.state)


async def test_a_snapshot_that_is_not_one_is_folded_around(house: House) -> None:
    await busy_hour(house)
    before = dump(house.core.book.state)
    await house.close()
    (kept,) = (house.folder / "data").glob("facts.db.snapshot-office")
    kept.write_bytes(kept.read_bytes()[:-7] + b"damaged")
    await house.open()
    assert len(dump(house.core.book.state)) >= len(before)
    assert folded(house) == dump(house.core.book.state)


async def test_what_other_code_has_folded_is_no_snapshot(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an update whose folds remember more, the state is made anew from the facts, without anybody's doing."""
    await busy_hour(house)
    await house.close()
    monkeypatch.setattr(kept_log, "folding_version", lambda: 1)
    log = Log.open(house.folder / "data" / "facts.db", "m1").log
    kept_log.save_snapshot(log, OfficeState(office="of the old code"))
    log.close()
    monkeypatch.undo()
    await house.open()
    assert house.core.book.state.office == "kokura-kita"
    assert folded(house) == dump(house.core.book.state)


def everything_below(module: str) -> set[str]:
    """A module of kiosk_app.office, what it imports from there, and what that imports."""
    room, found, ahead = Path(folds.__file__).parent, set[str](), [module]
    while ahead:
        name = ahead.pop()
        if name in found or not (room / f"{name}.py").exists():
            continue
        found.add(name)
        for node in ast.walk(ast.parse((room / f"{name}.py").read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "kiosk_app.office":
                ahead += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                ahead.append(node.module.removeprefix("kiosk_app.office."))
    return found


def test_the_version_follows_from_every_file_that_folds() -> None:
    assert everything_below("folds") == set(kept_log.FOLDING)
    assert 0 < kept_log.folding_version() < 2**53


async def test_a_long_start_says_why_and_is_not_repeated(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await busy_hour(house)
    await house.close()
    (snapshot,) = (house.folder / "data").glob("facts.db.snapshot-office")
    snapshot.unlink()
    monkeypatch.setattr(kept_log, "LONG_FACTS", 10)
    monkeypatch.setattr(kept_log, "READ_AT_ONCE", 9)
    for _ in range(2):
        kept_log.open_log(house.folder / "data", "m1").log.close()
    said = capsys.readouterr().err
    assert said.count("no snapshot of this version") == said.count("\n") == 1
    await house.open()


async def test_a_snapshot_is_taken_while_running(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_snapshots, "EVERY_FACTS", 10)
    snapshots = lambda: list((house.folder / "data").glob("facts.db.snapshot-office"))  # noqa: E731
    assert snapshots() == []
    await busy_hour(house)
    assert len(snapshots()) == 1


async def test_a_disk_too_full_for_a_snapshot_ends_neither_the_work_nor_the_stop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("no space")

    monkeypatch.setattr(state_snapshots, "EVERY_FACTS", 1)
    monkeypatch.setattr(kept_log.snapshots, "save", full)
    await house.take()
    await house.core.tick()
    await house.restart()
    assert await house.take() == "A-002"


async def test_a_damaged_log_is_replaced_and_staff_hear_of_it_until_somebody_goes(house: House) -> None:
    await busy_hour(house)
    await house.press("cancel_call")
    await house.close()
    path = house.folder / "data" / "facts.db"
    data = bytearray(path.read_bytes())
    data[data.rindex(b"CounterOpened")] ^= 1
    path.write_bytes(bytes(data))
    await house.open()
    assert house.core.book.machine == "m1~1"
    health = house.core.health()
    assert (health.machine, health.log) == ("m1~1", "damaged, kept aside")
    assert [type(fact).__name__ for fact in house.facts(f.LogDamaged, f.IncarnationBegan)] == [
        "LogDamaged",
        "IncarnationBegan",
    ]
    token = await house.sign_in()
    (alert,) = (await house.staff_view(token)).alerts
    assert (alert.cause, alert.title) == ("log_damaged", "1号機　記録が壊れていました")
    await house.restart()
    token = await house.sign_in()
    assert [alert.cause for alert in (await house.staff_view(token)).alerts] == ["log_damaged"]
    assert (await house.act(token, "accept_alert", alert=alert.id)).ok
    assert (await house.staff_view(token)).alerts == ()
    number = await house.take()
    assert number == "A-800"


async def test_a_wall_clock_behind_the_log_is_doubted_and_the_office_goes_on(open_house: OpenHouse) -> None:
    house = await open_house(datetime(2090, 4, 3, 9, 0))
    await house.take()
    await house.close()
    house.settings = replace(house.settings, simulation=None)
    await house.open()
    (doubted,) = house.facts(f.ClockDoubted)
    assert isinstance(doubted, f.ClockDoubted)
    assert doubted.reason == "behind the log"
    assert house.core.driven_clock is None
    assert house.core.clock.now_utc_ms() >= doubted.office_utc_ms
    assert [number_of(house.core.book.state.day, t) for t in house.core.book.state.day.tickets] == ["A-001"]


async def test_a_machine_without_a_printer_works_and_rings_for_nothing(open_house: OpenHouse) -> None:
    house = await open_house()
    await house.close()
    house.settings = replace(house.settings, roles=("hub", "staff_console"), printer=None)
    await house.open(wait_for_printer=False)
    token = await house.sign_in("2001")
    refused = await house.act(token, "issue", service=SERVICE)
    assert not refused.ok
    assert house.facts(f.TicketIssued) == []
    assert (await house.staff_view(token)).alerts == ()
    assert house.core.health().printer == "unknown"
    assert (await house.act(await house.sign_in(), "open_counter", counter=3)).ok


def test_every_kind_of_printer_of_machine_toml_has_settings_for_the_driver() -> None:
    for printer, kind, device in (
        (SerialPrinter(device="/dev/ttyUSB0", baud=9600, flow="paced"), "serial", "/dev/ttyUSB0"),
        (UsbPrinter(vendor_id=0x04B8, product_id=0x0E15), "usb", "04b8:0e15"),
        (FilePrinter(device="/dev/usb/lp0"), "file", "/dev/usb/lp0"),
    ):
        found = printer_settings(printer)
        assert (found.kind, found.device, found.width_dots) == (kind, device, 512)
        assert kind != "serial" or (found.baud, found.flow) == (9600, "paced")
