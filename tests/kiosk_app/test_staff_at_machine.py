"""Staff at a ticket machine, with the real core, log and printer: what is done there is what the log says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kiosk_app.office import facts as f
from kiosk_app.office.queue import waiting
from kiosk_app.office.state import number_of, visit_of
from kiosk_app.sign_in import LOCK_MS, WRONG_PINS_MAX
from kiosk_app.staff_at_machine import NO_HUB, REFUSED, Link
from tests.kiosk_app.house import PINS, House, OpenHouse


async def type_in(house: House, digits: str) -> None:
    for digit in digits:
        await house.press(f"pin:{digit}")
    await house.press("pin:enter")


async def enter(house: House, code: str, pin: str = "") -> None:
    await house.press("staff_door")
    assert house.screen.screen == "staff_pad"
    await type_in(house, code)
    await type_in(house, pin or PINS[code])
    await house.until(lambda: house.screen.title != "確かめています")


async def pick(house: House, number: str) -> None:
    row = next(row for row in house.screen.rows if row.label == number)
    await house.press(row.id)


async def said(house: House) -> str:
    await house.until(lambda: house.screen.screen == "staff_said" and house.screen.actions)
    return house.screen.title


def acts(house: House) -> list[tuple[str, str]]:
    """By whom and what, of the log."""
    entries = house.core.book.log.read(0, 100_000)
    return [(e.actor, e.kind) for _, e in entries]


def line(house: House) -> list[str]:
    day = house.core.book.state.day
    return [number_of(day, one.ticket_id) for one in waiting(house.core.book.state)]


def link_of(house: House, link: Link) -> None:
    staff = house.core.lobby.staff
    assert staff is not None
    staff._link = lambda: link


async def test_a_guide_prints_a_number_again_and_the_next_visitor_finds_the_first_screen(house: House) -> None:
    number = await house.take()
    await enter(house, "2001")
    assert [row.label for row in house.screen.rows] == [number]
    await pick(house, number)
    await house.press("do:reprint")
    assert await said(house) == f"{number}を再発行しました。"
    assert acts(house)[-2:] == [("2001", "PrintStarted"), ("2001", "PrintEnded")]
    await house.press("end")
    assert house.screen.screen == "idle"
    assert await house.take() != number


async def test_another_number_for_the_same_visitor_keeps_the_place_in_the_line(house: House) -> None:
    first, second, third = [await house.take() for _ in range(3)]
    await enter(house, "1001")
    await pick(house, second)
    await house.press("do:other")
    await house.press("group:A")
    service = next(s.id for s in house.office.services if s.group == "A" and s.id != "resident-record-copy")
    await house.press(f"service:{service}")
    message = await said(house)
    assert message.endswith("を発券しました。")
    new = message.removesuffix("を発券しました。")
    assert line(house) == [first, new, third]
    day = house.core.book.state.day
    old, given = day.tickets[day.by_number[second]], day.tickets[day.by_number[new]]
    assert old.voided and given.by_staff
    assert (given.arrival_utc_ms, given.due_utc_ms) == (old.arrival_utc_ms, old.due_utc_ms)
    assert given.stops[0].service == service
    assert ("1001", "TicketVoided") in acts(house) and ("1001", "TicketCancelled") not in acts(house)
    view = await house.staff_view(await house.sign_in())
    assert (view.actions[1].number, view.actions[1].reason) == (new, f"{second}の出し直し")
    await house.restart()
    assert line(house) == [first, new, third], "also after a restart"


async def test_who_was_called_meanwhile_keeps_no_place_and_nothing_is_void(house: House) -> None:
    number = await house.take()
    await enter(house, "1001")
    await pick(house, number)
    await house.press("do:other")
    await house.press("group:A")
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    assert (await house.act(token, "call_next", counter=3)).ok
    service = next(s.id for s in house.office.services if s.group == "A")
    before = len(house.core.book.state.day.tickets)
    staff = house.core.lobby.staff
    assert staff is not None and staff.state is not None
    # The press was on its way when the counter called.
    staff._tasks.start(staff._give_other(_wish(staff.state.ticket, service)))
    await house.until(lambda: not staff._tasks._running)
    assert len(house.core.book.state.day.tickets) == before
    assert not any(ticket.voided for ticket in house.core.book.state.day.tickets.values())


def _wish(ticket: str, service: str) -> object:
    from kiosk_app.journeys.staff_mode import GiveOther

    return GiveOther(intent="x", ticket=ticket, service=service, keep=True)


async def test_a_clerk_cancels_with_a_reason_and_the_line_is_shorter(house: House) -> None:
    number = await house.take()
    await enter(house, "1001")
    await pick(house, number)
    await house.press("do:cancel")
    await house.press("reason:0")
    assert await said(house) == f"{number}を取り消しました。"
    assert acts(house)[-1] == ("1001", "TicketCancelled")
    assert line(house) == []


async def test_who_is_not_to_sign_in_here_does_not(house: House) -> None:
    await enter(house, "9001")
    assert house.screen.office.startswith("点検"), (
        "a technician has screens of their own (test_technician_at_machine.py)"
    )
    await house.until(lambda: house.screen.screen == "tech_list")
    await house.press("back")
    await enter(house, "1001", "0000")
    assert (house.screen.screen, house.screen.notice[:6]) == ("staff_pad", "係員番号か暗")
    assert house.screen.keypad is not None and house.screen.keypad.typed == 0


async def test_wrong_pins_close_this_machine_for_a_while_and_no_console(house: House) -> None:
    await house.press("staff_door")
    for n in range(WRONG_PINS_MAX):
        await type_in(house, f"100{n % 2 + 1}")
        await type_in(house, "0000")
        await house.until(lambda: house.screen.title != "確かめています")
    assert house.screen.screen == "staff_said"
    await house.press("end")
    assert ("1001", "SignInLocked") not in acts(house)
    assert await house.sign_in(), "the consoles are open"
    await house.restart()
    await house.press("staff_door")
    assert "まで" in house.screen.title and [action.id for action in house.screen.actions] == ["end"]
    await house.press("end")
    await house.pass_s(LOCK_MS / 1000 + 60)
    await enter(house, "1001")
    assert house.screen.screen == "staff_list"


async def test_a_code_that_the_hub_has_locked_is_locked_here_too(house: House) -> None:
    until = house.core.clock.now_utc_ms() + LOCK_MS
    house.core.book.commit("1001", [f.SignInLocked(staff_code="1001", until_utc_ms=until)])
    await enter(house, "1001")
    assert "サインインできません" in house.screen.notice


async def test_it_ends_by_itself_and_a_restart_ends_it(house: House) -> None:
    number = await house.take()
    await enter(house, "1001")
    assert number in repr(house.screen)
    await house.pass_s(31)
    assert house.screen.screen == "idle"
    await enter(house, "1001")
    await house.restart()
    assert house.screen.screen == "idle"
    assert PINS["1001"] not in (house.folder / "run" / "staff_mode.json").read_text()


async def test_the_door_is_on_the_first_screen_alone_and_an_old_press_opens_nothing(house: House) -> None:
    old = house.screen.screen_id
    assert house.screen.staff_door is not None
    await house.to_confirm()
    assert house.screen.staff_door is None
    await house.press("staff_door")
    await house.press("staff_door", old)
    assert house.screen.screen == "confirm"


async def test_a_press_for_the_visitors_screen_does_nothing_on_staffs_and_the_other_way_round(house: House) -> None:
    visitor = house.screen.screen_id
    await house.press("staff_door")
    staff = house.screen.screen_id
    await house.press("ticket", visitor)
    assert house.screen.screen == "staff_pad"
    await house.press("pin:cancel")
    await house.press("pin:1", staff)
    assert house.screen.screen == "idle" and house.core.lobby.state.screen == "idle"


async def test_cut_off_the_machine_prints_and_replaces_and_says_why_it_does_not_cancel(house: House) -> None:
    number = await house.take()
    link_of(house, "away")
    await enter(house, "1001")
    await pick(house, number)
    rows = {row.id: row for row in house.screen.rows}
    assert (rows["do:cancel"].state, rows["do:cancel"].note) == ("off", NO_HUB)
    assert rows["do:reprint"].state == rows["do:other"].state == "open"
    await house.press("do:reprint")
    assert await said(house) == f"{number}を再発行しました。"


@asynccontextmanager
async def asking(house: House, number: str) -> AsyncIterator[None]:
    """Through the link: what the machine asks the hub, before anything answers."""
    link_of(house, "linked")
    await enter(house, "1001")
    await pick(house, number)
    await house.press("do:cancel")
    await house.press("reason:0")
    await house.until(lambda: "CancellationAsked" in [kind for _, kind in acts(house)])
    yield


async def test_with_a_hub_elsewhere_the_cancellation_is_asked_for_and_the_hub_writes_it(house: House) -> None:
    number = await house.take()
    async with asking(house, number):
        await house.core.tick()
    assert await said(house) == f"{number}を取り消しました。"
    kinds = [kind for actor, kind in acts(house) if actor == "1001"]
    assert kinds[-2:] == ["CancellationAsked", "TicketCancelled"]


async def test_what_the_hub_refuses_is_said_and_is_not_asked_again(house: House) -> None:
    number = await house.take()
    day = house.core.book.state.day
    async with asking(house, number):
        token = await house.sign_in()
        await house.act(token, "open_counter", counter=3)
        assert (await house.act(token, "call_next", counter=3)).ok
        await house.core.tick()
    assert await said(house) == REFUSED.format(number=number)
    assert visit_of(day, day.by_number[number]).status == "called"
    assert day.cancellations == {}
    await house.core.tick()
    assert [kind for _, kind in acts(house)].count("CancellationRefused") == 1


@pytest.mark.parametrize("wish", [{"staff_code": "7777"}, {"staff_code": "2001"}, {"reason": "名前 山田"}])
async def test_the_hub_cancels_for_nobody_who_may_not(house: House, wish: dict[str, str]) -> None:
    """A machine that was taken over asks in anybody's name; a guide may not cancel, and a reason is one of the list."""
    number = await house.take()
    day = house.core.book.state.day
    fields = {"ticket": day.by_number[number], "reason": house.office.cancel_reasons[0], "staff_code": "1001"} | wish
    house.core.book.commit("m2", [f.CancellationAsked(intent="i", **fields)])
    await house.core.tick()
    assert line(house) == [number] and day.cancellations == {}


async def test_an_office_whose_day_is_over_has_no_staff_at_the_machine(open_house: OpenHouse) -> None:
    house = await open_house()
    await house.take()
    await enter(house, "1001")
    await house.at("08:40", "2026-04-07")
    assert house.screen.screen == "idle"
