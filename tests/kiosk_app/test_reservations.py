"""A reservation at the real core: its code is held before a scanner or typed, and one ticket comes out."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.code_reader.simulator import SimulatedCodeReader
from kiosk_app.office import check_in
from kiosk_app.office import facts as f
from kiosk_app.office.booking_code import Claim, encode
from kiosk_app.office.check_in_rows import CheckInRow, phone_mark
from kiosk_app.office.queue import waiting
from kiosk_app.settings import SerialScanner
from tests.kiosk_app.house import House, OpenHouse

KEY = b"k" * 32
DAY = "2026-04-06"


def code(start_min: int = 9 * 60 + 30, lane: int = 1) -> str:
    return encode(KEY, Claim(1, date(2026, 4, 6), "H", start_min, lane))


def sold(booking: str = "b1", start_min: int = 9 * 60 + 30, lane: int = 1) -> f.BookingMade:
    return f.BookingMade(
        booking=booking,
        letter="H",
        date=DAY,
        lane=lane,
        start_min=start_min,
        length_min=15,
        after_min=3,
        service="move-in",
        source="counter",
    )


@pytest.fixture
async def booked(open_house: OpenHouse, tmp_path: Path) -> House:
    """Monday at 9:00, and this machine knows the office's key."""
    house = await open_house()
    await house.close()
    (tmp_path / "booking.key").write_bytes(KEY + b"\n")
    house.settings = replace(house.settings, booking_key_file=str(tmp_path / "booking.key"))
    return await house.open()


async def shown(house: House, text: str) -> None:
    house.core.lobby.scanned(text)
    await house.until(lambda: house.screen.screen not in ("check_in_wait", "printing"))


async def test_a_code_becomes_a_ticket_with_its_time_and_the_same_number_the_second_time(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    await shown(booked, code())
    assert booked.screen.screen == "take"
    assert booked.screen.slip is not None and booked.screen.slip.slot == "9:30〜9:45"
    number = booked.screen.slip.number
    (issued,) = booked.facts(f.TicketIssued)
    assert isinstance(issued, f.TicketIssued)
    assert (issued.booking, issued.promise, issued.lane, issued.start_min) == ("b1", "reservation", 1, 570)
    assert issued.due_utc_ms == int(datetime.fromisoformat(f"{DAY}T09:30+09:00").timestamp() * 1000)
    await shown(booked, code())
    assert number in booked.screen.emphasis
    await booked.press("again")
    await booked.until(lambda: booked.screen.screen == "take")
    assert len(booked.facts(f.TicketIssued)) == 1
    assert [start.attempt for start in booked.facts(f.PrintStarted) if isinstance(start, f.PrintStarted)] == [1, 2]


async def test_a_scanner_at_its_line_needs_no_press(booked: House, tmp_path: Path) -> None:
    await booked.close()
    reader = SimulatedCodeReader(tmp_path / "scanner")
    reader.plug_in()
    try:
        booked.settings = replace(booked.settings, code_reader=SerialScanner(device=str(tmp_path / "scanner")))
        await booked.open()
        booked.core.book.commit("2041", [sold()])
        await booked.until(lambda: booked.core.reservations.ways().code_reader == "below")
        await booked.press("booked")
        assert booked.screen.reader is not None and booked.screen.reader.what == "code"
        reader.hold(code(), 0.2)
        await booked.until(lambda: booked.screen.screen == "take")
    finally:
        await booked.close()
        reader.unplug()


async def test_who_is_late_waits_as_one_who_has_just_come(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    await booked.at("09:41")
    await shown(booked, code())
    assert booked.screen.notice.startswith("ご予約は9:30でした。")
    (issued,) = booked.facts(f.TicketIssued)
    assert isinstance(issued, f.TicketIssued)
    assert (issued.booking, issued.promise) == ("b1", "walk_in")
    assert [one.kind for one in waiting(booked.core.book.state)] == ["walk_in"]


async def test_a_code_that_nobody_has_heard_of_gives_a_ticket_all_the_same(booked: House) -> None:
    await shown(booked, code(start_min=9 * 60 + 48))
    assert booked.screen.screen == "check_in_which"
    await booked.press("what:move-in")
    await booked.until(lambda: booked.screen.screen == "take")
    assert "受付しました" in booked.screen.notice
    booked.core.book.commit("central", [sold("b7", start_min=9 * 60 + 48)])
    state = booked.core.book.state
    (ticket,) = state.day.tickets.values()
    assert check_in.confirmed_by(state.slots[DAY], ticket) == "b7"


async def test_digits_of_a_telephone_lead_to_todays_rows(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    row = CheckInRow(booking="b1", name="ミホン タロウ", phone_mark=phone_mark(KEY, "kokura-kita", DAY, "0001"))
    booked.core.expected.put(DAY, [row])
    for control in ("booked", "way:phone", "pin:0", "pin:0", "pin:0", "pin:1", "pin:enter"):
        await booked.press(control)
    await booked.until(lambda: booked.screen.screen == "check_in_which")
    assert (booked.screen.rows[0].label, booked.screen.rows[0].note) == ("9:30", "転入の届")
    assert "ミホン" not in str(booked.screen)
    await booked.press("booking:1")
    await booked.until(lambda: booked.screen.screen == "take")


async def test_codes_cannot_be_guessed_at_a_machine_also_not_over_a_restart(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    wrong = code()[:-5] + f"{(int(code()[-5:]) + 1) % 100_000:05}"
    for n in range(check_in.TRIES_MAX):
        await shown(booked, wrong)
        if n % 3 == 2:
            await booked.press("leave")
    await booked.restart()
    await shown(booked, code())
    assert booked.screen.title == "この機械では、いま確かめられません。"
    await booked.press("leave")
    await booked.pass_s(3601)
    await shown(booked, code())
    assert booked.screen.notice, "an hour later it is known, and late"


async def test_a_restart_between_the_press_and_the_ticket_gives_one_number(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    booked.core.lobby.scanned(code())
    await booked.until(lambda: booked.screen.screen == "printing" or booked.screen.screen == "take")
    await booked.restart()
    await booked.until(lambda: booked.screen.screen in ("take", "doubt"))
    assert len(booked.facts(f.TicketIssued)) == 1
