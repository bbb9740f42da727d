"""A log with one changed byte: found, kept aside, told to staff, and the machine goes on with numbers of its own."""

import random
from pathlib import Path

import pytest

from kiosk_app import api
from offline_store.check import Progress
from offline_store.maintenance import verify
from tests.faults.house import House, until

slow = pytest.mark.slow


def offsets(path: Path, what: bytes) -> list[int]:
    raw, found, at = path.read_bytes(), [], -1
    while (at := raw.find(what, at + 1)) != -1:
        found.append(at)
    return found


def change_byte(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes((byte ^ 0x01,)))


def change_record(path: Path, kind: str) -> None:
    """In the first fact of this kind: its page is full, so that no later write covers the change."""
    change_byte(path, offsets(path, f'"kind":"{kind}"'.encode())[0] + 12)


def assert_goes_on(house: House, found_by: str, whole: int) -> None:
    """`whole`: so many tickets of before are still known."""
    staff = house.signed_in()
    assert "log_damaged" in house.alerts(staff)
    health = house.client.health()
    assert (health.machine, health.log) == ("m1~1", "damaged, kept aside")
    (found,) = house.bodies("LogDamaged")
    assert (found["machine"], found["found_by"]) == ("m1", found_by)
    assert (house.log_path.parent / found["kept_as"]).exists()
    assert len(house.bodies("TicketIssued")) == whole
    assert house.take_ticket() == "A-800", "a number of the spare band"
    (alert,) = [a.id for a in staff.staff_view().alerts if a.cause == "log_damaged"]
    assert staff.act(api.StaffAct(intent="a", verb="accept_alert", alert=alert)).ok
    assert "log_damaged" not in house.alerts(staff)
    house.kill()
    assert isinstance(verify(house.log_path), Progress)
    house.start()
    assert house.take_ticket() == "A-801"
    assert "log_damaged" not in house.alerts(house.signed_in())


def some_tickets(house: House, count: int = 4) -> None:
    """Taken, and all moved into the file by an ordered stop."""
    house.start()
    for _ in range(count):
        house.take_ticket()
    house.stop()


def test_a_changed_tail_is_found_at_start(house: House) -> None:
    some_tickets(house)
    change_record(house.log_path, "TicketIssued")
    house.start()
    assert_goes_on(house, "start", whole=3)


@pytest.mark.slow
def test_a_change_under_a_running_core_is_found_and_mended_on_the_same_screen(house: House) -> None:
    some_tickets(house)
    house.start()
    for control in ("ticket", "group:A"):
        house.press(control)
    before, process = house.view(), house.pid
    change_record(house.log_path, "TicketIssued")
    until(lambda: house.client.health().log != "ok", "the change is found", house.said)
    after = house.view()
    assert (after.screen, after.screen_id, house.pid) == (before.screen, before.screen_id, process)
    house.press("back")
    house.press("back")
    assert_goes_on(house, "background", whole=3)


@slow
def test_a_ticket_that_prints_meanwhile_is_kept(house: House) -> None:
    some_tickets(house)
    house.start()
    until(lambda: house.client.health().printer == "ready", "the printer is ready", house.said)
    house.printer.faults.fail_after("cover_open", 500, "dots")
    change_record(house.log_path, "TicketIssued")
    house.ask_for_ticket()
    until(lambda: house.client.health().log != "ok", "the change is found", house.said)
    house.printer.faults.clear()
    view = house.sees("doubt", "take")
    if view.screen == "doubt":
        house.press("no_paper", view)
        house.sees("take")
    house.press("end")
    assert len(house.bodies("PrintStarted")) == len(house.bodies("PrintEnded"))


@slow
def test_the_lost_beginning_of_the_day_gives_no_number_again(house: House) -> None:
    some_tickets(house)
    change_record(house.log_path, "DayOpened")
    house.start()
    assert house.take_ticket() == "A-800"


@slow
def test_the_next_day_has_ordinary_numbers_again(house: House) -> None:
    some_tickets(house)
    change_record(house.log_path, "TicketIssued")
    house.start()
    assert house.take_ticket() == "A-800"
    tomorrow_utc_ms = 1_775_433_600_000 + 24 * 3600 * 1000
    house.client.post("/v1/simulation/clock", api.ClockJump(utc_ms=tomorrow_utc_ms), api.Reply)
    assert house.take_ticket() == "A-001"


@slow
def test_a_write_that_meets_the_damage_mends_it(house: House) -> None:
    """The page in which the next fact belongs is damaged: SQLite itself refuses it."""
    some_tickets(house)
    house.start()
    raw = house.log_path.read_bytes()
    leaves = [at for at in range(4096, len(raw), 4096) if raw[at] in (0x0D, 0x0A)]
    for at in leaves:
        with house.log_path.open("r+b") as file:
            file.seek(at)
            file.write(b"\xff")
    until(lambda: house.client.health().log != "ok", "the change is found", house.said)
    assert house.take_ticket().startswith("A-8")


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=slow) for seed in range(1, 25))])
def test_any_changed_byte_is_found_or_does_no_harm(house: House, seed: int) -> None:
    """Anywhere in the file: the core comes up, says what it found, and gives no number again."""
    some_tickets(house)
    choose = random.Random(seed)
    for _ in range(choose.choice((1, 1, 1, 3))):
        change_byte(house.log_path, choose.randrange(house.log_path.stat().st_size))
    house.start()
    number = house.take_ticket()
    assert number in ("A-005", "A-800")
    health = house.client.health()
    assert (number == "A-800") == (health.log != "ok") == (health.machine != "m1")
    house.kill()
    if not isinstance(verify(house.log_path), Progress):
        # In a column or an index that no start reads: it is found soon after, and nothing was done by it meanwhile.
        assert number == "A-005"
        house.start()
        until(lambda: house.client.health().log != "ok", "the change is found", house.said)
        assert house.take_ticket() == "A-800"
        house.kill()
    assert isinstance(verify(house.log_path), Progress)
