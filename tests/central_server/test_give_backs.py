"""A real hub and a real central: a number is given back by telephone, and what a hub does not believe of central."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import psycopg
import pytest

from central_server import chain, give_backs
from central_server.bookings import Held, Wish
from central_server.database import Pool
from kiosk_app.office import facts as f
from kiosk_app.office.asked import BY_VISITOR
from kiosk_app.office.board import Board
from kiosk_app.office.state import visit_of
from tests.central_server.served import NOW, Place
from tests.central_server.sync_world import LETTER, NINE
from tests.central_server.test_sync_door import PATIENCE_S, all_taken, central, linked, open_with
from tests.central_server.test_taking import DAY as WORLD_DAY
from tests.central_server.test_taking import booked, world
from tests.kiosk_app.conftest import one_printer, open_house, printer
from tests.kiosk_app.house import SERVICE, House, OpenHouse
from tests.kiosk_app.office.scenario import SERVICES

__all__ = ["central", "one_printer", "open_house", "printer"]
pytestmark = pytest.mark.slow
OFFICE = "kokura-kita"


def one(dsn: str, sql: str) -> Any:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(sql.encode()).fetchone()
    return None if row is None else row[0]


async def ticket_of(house: House, number: int) -> str:
    token = await house.sign_in()
    assert (await house.act(token, "issue", f"issue-{number}", service=SERVICE)).ok
    ticket = list(house.core.book.state.day.tickets)[-1]
    await house.until(lambda: linked(house), PATIENCE_S)
    return ticket


async def test_a_number_is_given_back_and_who_is_called_is_not(
    central: Place, open_house: OpenHouse, pool: Pool
) -> None:
    with central.serving():
        house = await open_with(central, open_house)
        await house.until(lambda: linked(house) and all_taken(house), PATIENCE_S)
        day = house.core.book.state.day
        stays, leaves = await ticket_of(house, 1), await ticket_of(house, 2)
        token = await house.sign_in()
        assert (await house.act(token, "open_counter", counter=3)).ok
        assert (await house.act(token, "call_next", counter=3)).ok
        async with pool.connection() as connection:
            for ticket in (leaves, stays):
                assert await give_backs.ask(connection, OFFICE, ticket, NOW)
                assert not await give_backs.ask(connection, OFFICE, ticket, NOW), "once"
        await house.until(lambda: visit_of(day, leaves).status == "cancelled", PATIENCE_S)
        asked_of = "SELECT refused_at IS NOT NULL FROM give_backs WHERE ticket = '{}'"
        await house.until(lambda: one(central.dsn, asked_of.format(stays)), PATIENCE_S)
        assert visit_of(day, stays).status == "called" and day.cancellations == {}
        (cancelled,) = house.facts(f.TicketCancelled)
        assert isinstance(cancelled, f.TicketCancelled) and cancelled.reason == BY_VISITOR
        async with pool.connection() as connection:
            assert await give_backs.look(connection, OFFICE, stays) == "refused"
            assert await give_backs.look(connection, OFFICE, leaves) == "asked"
        await house.until(lambda: linked(house), PATIENCE_S)

        def shown() -> bool:
            data = one(central.dsn, "SELECT board FROM office_sync")
            states = {each.ticket: each.state for each in msgspec.msgpack.decode(data, type=Board).tickets}
            return states[leaves] == "cancelled"

        await house.until(shown, PATIENCE_S)
        await house.close()


async def test_a_day_years_away_is_not_believed_and_stands_in_the_log(
    central: Place, open_house: OpenHouse, pool: Pool
) -> None:
    """A central that is broken, or was taken over."""
    far = f.BookingMade(
        booking="b" * 16, letter="H", date="2036-04-07", lane=1, start_min=NINE, length_min=15, after_min=3,
        service="move-in", source="web",
    )  # fmt: skip
    with central.serving():
        house = await open_with(central, open_house)
        await house.until(lambda: linked(house) and all_taken(house), PATIENCE_S)
        async with pool.connection() as connection, connection.transaction():
            await chain.append(connection, OFFICE, 0, "central", [far])
        assert house.core.central is not None
        await house.until(lambda: house.core.central.state == "implausible", PATIENCE_S)
        (refused,) = house.facts(f.RecordsRefused)
        assert isinstance(refused, f.RecordsRefused)
        assert (refused.machine_code, refused.cause, refused.machine) == ("central", "day_ahead", "central")
        assert "2036-04-07" not in house.core.book.state.slots
        assert house.core.central.part().trouble == (
            "中央サーバーから、ありえない予約が届きました。中央サーバーの担当者に連絡してください。"
        )
        token = await house.sign_in()
        assert (await house.act(token, "issue", service=SERVICE)).ok, "and the office goes on"
        await house.close()


async def test_the_time_of_a_reservation_that_is_given_back_is_free_at_central_too(pool: Pool) -> None:
    """Or the next who is promised it would seem to be sold the same minute."""
    here = await world(pool)
    booking = await booked(here)
    await here.heal()
    issued = f.TicketIssued(
        ticket="t1", intent="i1", letter=LETTER, number=1, stops=(SERVICES["residence"],), language="ja",
        machine_code="m1", due_utc_ms=0, estimate_from_utc_ms=0, estimate_to_utc_ms=0, waiting_ahead=0, booking=booking,
    )  # fmt: skip
    here.hub.book.commit("2041", [issued])
    await here.heal()
    assert (await here.centre.rows())[booking] == "checked_in"
    gone = f.BookingCancelled(booking=booking, letter=LETTER, date=WORLD_DAY, by="visitor", reason=BY_VISITOR)
    here.hub.book.commit("visitor", [gone])
    await here.heal()
    assert (await here.centre.rows())[booking] == "cancelled"
    wish = Wish(here.office, LETTER, date.fromisoformat(WORLD_DAY), NINE, "residence", "ja", "web")
    assert isinstance(await here.centre.central.bookings.hold(wish, here.centre.time()), Held)
