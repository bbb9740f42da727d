"""The picture of the office for phones: how full each line is and where each ticket stands, and nothing personal."""

from __future__ import annotations

import msgspec

from kiosk_app.board_now import board
from kiosk_app.office.board import Board, TicketNow
from tests.kiosk_app.house import SERVICE, House


def seen(house: House) -> Board:
    core = house.core
    found = board(core.book.state, core.office, core.clock.now_utc_ms(), core.loads.all())
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Board) == found
    return found


def of(found: Board, number: str) -> TicketNow:
    return next(one for one in found.tickets if one.number == number)


async def test_a_ticket_from_its_issue_to_its_end(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    for _ in range(3):
        await house.act(token, "issue", service=SERVICE)
    found = seen(house)
    assert (found.date, found.office) == ("2026-04-06", "kokura-kita")
    assert [(one.number, one.state, one.ahead) for one in sorted(found.tickets, key=lambda one: one.number)] == [
        *(("A-001", "waiting", 0), ("A-002", "waiting", 1), ("A-003", "waiting", 2))
    ]
    third = of(found, "A-003")
    assert 0 < third.from_utc_ms < third.to_utc_ms
    group = next(one for one in found.groups if one.letter == "A")
    assert (group.waiting, group.counters, group.closed) == (3, 1, "") and group.to_utc_ms > 0
    await house.act(token, "call_next", counter=3)
    assert (of(seen(house), "A-001").state, of(seen(house), "A-001").counter) == ("called", 3)
    assert of(seen(house), "A-002").ahead == 0
    await house.act(token, "hold", counter=3)
    assert of(seen(house), "A-001").state == "held"
    await house.act(token, "call_next", counter=3)
    await house.act(token, "complete", counter=3)
    assert of(seen(house), "A-002").state == "done"
    await house.act(token, "call_next", counter=3)
    await house.act(token, "no_show", counter=3)
    assert of(seen(house), "A-003").state == "missed"


async def test_it_says_why_no_tickets_are_given(house: House) -> None:
    await house.at("18:00")
    group = next(one for one in seen(house).groups if one.letter == "A")
    assert "終了" in group.closed and group.to_utc_ms == 0


async def test_a_day_that_is_over_shows_nobody(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "issue", service=SERVICE)
    await house.at("09:00", "2026-04-11")
    found = seen(house)
    assert found.date == "" and found.tickets == ()
