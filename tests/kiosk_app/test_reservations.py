"""A reservation at the real core: its code is held before a scanner or typed, and one ticket comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.code_reader.simulator import SimulatedCodeReader
from kiosk_app import api
from kiosk_app.office import check_in
from kiosk_app.office import facts as f
from kiosk_app.office.booking_code import Claim, encode
from kiosk_app.office.check_in_rows import CheckInRow, phone_mark
from kiosk_app.office.queue import waiting
from kiosk_app.settings import SerialScanner
from tests.kiosk_app.house import House, OpenHouse

pytestmark = pytest.mark.slow

KEY = b"k" * 32
DAY = "2026-04-06"


async def until(house: House, true: Callable[[], object]) -> None:
    await house.until(true, 60.0)


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


def cancelled(booking: str) -> f.BookingCancelled:
    return f.BookingCancelled(booking=booking, letter="H", date=DAY, by="staff")


@pytest.fixture
async def booked(open_house: OpenHouse, tmp_path: Path) -> House:
    """Monday at 9:00, and this machine knows the office's key."""
    house = await open_house()
    await house.close()
    (tmp_path / "booking.key").write_text(KEY.hex() + "\n")
    house.settings = replace(house.settings, booking_key_file=str(tmp_path / "booking.key"))
    return await house.open()


async def shown(house: House, text: str) -> None:
    house.core.lobby.scanned(text)
    await until(house, lambda: house.screen.screen not in ("check_in_wait", "printing"))


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
    await until(booked, lambda: booked.screen.screen == "take")
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
        await until(booked, lambda: booked.core.reservations.ways().code_reader == "below")
        assert booked.core.health().code_reader == "ready"
        await booked.press("booked")
        assert booked.screen.reader is not None and booked.screen.reader.what == "code"
        reader.hold(code(), 0.2)
        await until(booked, lambda: booked.screen.screen == "take")
    finally:
        await booked.close()
        reader.unplug()


async def hold(reader: SimulatedCodeReader, text: str) -> None:
    while True:
        reader.show(text)
        await asyncio.sleep(0.1)


async def test_a_code_that_is_held_there_already_counts_when_its_screen_comes(booked: House, tmp_path: Path) -> None:
    await booked.close()
    reader = SimulatedCodeReader(tmp_path / "scanner")
    reader.plug_in()
    try:
        booked.settings = replace(booked.settings, code_reader=SerialScanner(device=str(tmp_path / "scanner")))
        await booked.open()
        booked.core.book.commit("2041", [sold()])
        await until(booked, lambda: booked.core.reservations.ways().code_reader == "below")
        holding = asyncio.create_task(hold(reader, code(start_min=16 * 60)))
        await until(booked, lambda: booked.screen.screen == "check_in_said")
        await booked.press("leave")
        assert booked.screen.screen == "idle", "in sight, and told once"
        await booked.press("booked")
        await until(booked, lambda: booked.screen.screen == "check_in_said")
        holding.cancel()
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
    await until(booked, lambda: booked.screen.screen == "take")
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
    await until(booked, lambda: booked.screen.screen == "check_in_which")
    assert (booked.screen.rows[0].label, booked.screen.rows[0].note) == ("9:30", "転入の届")
    assert "ミホン" not in str(booked.screen)
    await booked.press("booking:1")
    await until(booked, lambda: booked.screen.screen == "take")


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
    await until(booked, lambda: booked.screen.screen == "printing" or booked.screen.screen == "take")
    await booked.restart()
    await until(booked, lambda: booked.screen.screen in ("take", "doubt"))
    assert len(booked.facts(f.TicketIssued)) == 1


# --- at a console ----------------------------------------------------------------------------------------------------


async def here(house: House, token: str, booking: str = "b1", intent: str = "") -> api.Reply:
    return await house.act(token, "check_in", intent, slot=api.SlotAct(booking=booking))


async def test_staff_check_somebody_in_once_and_the_machine_knows_it(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    token = await booked.sign_in()
    reply = await here(booked, token, intent="i1")
    assert (reply.ok, reply.message) == (True, "H-001で受付しました。")
    assert (await here(booked, token, intent="i1")).message == reply.message
    again = await here(booked, token)
    assert (again.ok, again.message) == (False, "H-001で受付しています。新しい番号札はいりません。")
    (issued,) = booked.facts(f.TicketIssued)
    assert isinstance(issued, f.TicketIssued)
    assert (issued.booking, issued.promise, issued.by_staff) == ("b1", "reservation", True)
    await shown(booked, code())
    assert "H-001" in booked.screen.emphasis
    assert not (await here(booked, token, "unknown")).ok
    booked.core.book.commit("2041", [sold("b2", lane=2), cancelled("b2")])
    assert "取り消されています" in (await here(booked, token, "b2")).message


async def test_a_trainee_checks_nobody_in(booked: House) -> None:
    booked.core.book.commit("2041", [sold()])
    token = await booked.sign_in("1001", training=True)
    assert not (await here(booked, token)).ok, "the practice office has no such booking"
    assert not booked.facts(f.TicketIssued)


async def test_staff_see_what_is_not_confirmed_and_which_numbers_are_one(booked: House) -> None:
    token = await booked.sign_in()
    await shown(booked, code(start_min=9 * 60 + 48))
    await booked.press("what:move-in")
    await until(booked, lambda: booked.screen.screen == "take")
    (row,) = (await booked.staff_view(token)).waiting
    assert (row.number, row.kind, row.unconfirmed, row.also) == ("H-001", "reservation", True, "")
    booked.core.book.commit("central", [sold("b7", start_min=9 * 60 + 48)])
    (first,) = booked.facts(f.TicketIssued)
    assert isinstance(first, f.TicketIssued)
    other = replace(first, ticket="t2", intent="i2", number=201, machine_code="m2", booking="b7")
    started = f.PrintStarted(job="j", ticket="t2", attempt=1, printer="p")
    booked.core.book.commit("visitor", [other, started, f.PrintEnded(job="j", ticket="t2", verdict="issued")])
    (row,) = (await booked.staff_view(token)).waiting
    assert (row.number, row.unconfirmed, row.also) == ("H-001", False, "H-201")


# --- a time of today -------------------------------------------------------------------------------------------------


async def to_times(house: House) -> None:
    await house.to_confirm("move-in")
    await house.press("times")
    assert house.screen.hours


def first_free(house: House) -> str:
    return next(start.id for hour in house.screen.hours for start in hour.starts if start.state == "open")


async def test_a_walk_in_buys_a_time_goes_out_and_is_called_then(booked: House) -> None:
    token = await booked.sign_in()
    await booked.act(token, "open_counter", counter=7)
    await to_times(booked)
    await booked.press(first_free(booked))
    chosen = booked.screen.chosen
    assert chosen is not None
    await booked.press("take_time")
    await until(booked, lambda: booked.screen.screen == "take")
    slip = booked.screen.slip
    assert slip is not None and slip.slot == chosen.range and slip.return_by == chosen.return_by
    (made,) = booked.facts(f.BookingMade)
    (issued,) = booked.facts(f.TicketIssued)
    assert isinstance(made, f.BookingMade) and isinstance(issued, f.TicketIssued)
    assert made.source == "machine"
    assert (issued.booking, issued.promise, issued.start_min) == (made.booking, "slot", made.start_min)
    printed = "".join(booked.printer.wait_for_pieces(1)[-1].lines)
    assert "までに" in printed and "お待ちの方" not in printed
    assert not (await booked.act(token, "call_next", counter=7)).ok, "its visitor is outside"
    await booked.at(f"{(made.start_min - 5) // 60:02}:{(made.start_min - 5) % 60:02}")
    assert (await booked.act(token, "call_next", counter=7)).ok


async def test_a_time_is_not_shown_again_once_it_is_sold(booked: House) -> None:
    await to_times(booked)
    start = first_free(booked)
    lanes = 0
    while first_free(booked) == start:
        lanes += 1
        await booked.press(start)
        await booked.press("take_time")
        await until(booked, lambda: booked.screen.screen == "take")
        await booked.press("end")
        await booked.pass_s(0.1)
        await to_times(booked)
    assert lanes == 3, "one for each lane"
    places = [(one.lane, one.start_min) for one in booked.facts(f.BookingMade) if isinstance(one, f.BookingMade)]
    assert len(set(places)) == len(places)


async def test_a_time_whose_ticket_never_came_out_is_given_back(booked: House) -> None:
    await to_times(booked)
    await booked.press(first_free(booked))
    booked.printer.faults.fail_after("paper_out", 40, "dots")
    await booked.press("take_time")
    await until(booked, lambda: booked.screen.screen == "trouble")
    await booked.press("leave")
    await booked.core.tick()
    assert booked.facts(f.TicketVoided)
    made, back = booked.facts(f.BookingMade), booked.facts(f.BookingCancelled)
    assert [one.booking for one in made if isinstance(one, f.BookingMade)] == [
        one.booking for one in back if isinstance(one, f.BookingCancelled)
    ]


async def test_without_paper_nothing_is_bought(booked: House) -> None:
    await to_times(booked)
    await booked.press(first_free(booked))
    booked.printer.faults.fail_repeatedly("paper_out")
    await until(booked, lambda: booked.core.printer.status == "paper_out")
    await booked.press("take_time")
    await until(booked, lambda: booked.screen.screen == "trouble")
    assert not booked.facts(f.BookingMade)
