"""A long matter takes adjoining slots of one lane on the web, by the JSON API and by telephone alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from central_server import window
from central_server.bookings import Booked, Bookings, Held, No
from central_server.database import Pool
from central_server.offices import OfficeHere
from kiosk_app.office.slots import Need
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, TARO, here, lanes, planned, wish
from tests.central_server.http_house import serving
from tests.central_server.phone.test_api import CALL, PATH, TOKEN

pytestmark = pytest.mark.slow
LONG = "card-pickup"


def office(minutes: int) -> dict[str, OfficeHere]:
    """The sample's slots of this group have ten minutes."""
    known = here()[OFFICE]
    services = [replace(one, minutes=minutes) if one.id == LONG else one for one in known.office.services]
    return {OFFICE: OfficeHere(replace(known.office, services=tuple(services)), known.booking_key)}


async def rows(pool: Pool) -> Sequence[tuple[Any, ...]]:
    async with pool.connection() as connection:
        found = await connection.execute("SELECT lane, start_min, length_min, source FROM bookings ORDER BY 1, 2")
        return await found.fetchall()


async def test_thirty_minutes_are_three_slots_of_one_lane(pool: Pool) -> None:
    bookings = Bookings(pool, BOX, office(30))
    await planned(pool, lanes(2))
    for start in (NINE, NINE, NINE + 30):
        held = await bookings.hold(wish(start, service=LONG), NOW)
        assert isinstance(held, Held) and held.start.length_min == 30
    late = await bookings.hold(wish(NINE, service=LONG), NOW)
    assert isinstance(late, No) and (late.why, [one.start_min for one in late.near]) == ("taken", [NINE + 30])
    assert isinstance(await bookings.hold(wish(NINE + 40), NOW), Held), "ten minutes of the other lane"
    assert isinstance(await bookings.hold(wish(NINE + 30, service=LONG), NOW), No)
    assert [row[:3] for row in await rows(pool)] == [
        (1, NINE, 30), (1, NINE + 30, 30), (2, NINE, 30), (2, NINE + 40, 10),
    ]  # fmt: skip


async def test_of_a_family_each_has_as_long(pool: Pool) -> None:
    bookings = Bookings(pool, BOX, office(30))
    await planned(pool, lanes())
    held = await bookings.hold(wish(service=LONG, places=2), NOW)
    assert isinstance(held, Held) and held.start.length_min == 60


async def test_a_change_keeps_how_long_it_takes(pool: Pool) -> None:
    bookings = Bookings(pool, BOX, office(30))
    await planned(pool, lanes())
    held = await bookings.hold(wish(service=LONG), NOW)
    assert isinstance(held, Held)
    await bookings.confirm(OFFICE, held.booking, held.key, TARO, NOW)
    assert isinstance(await bookings.change(OFFICE, held.booking, held.key, wish(NINE + 40, service=LONG), NOW), No)
    moved = await bookings.change(OFFICE, held.booking, held.key, wish(NINE + 20, service=LONG), NOW)
    assert isinstance(moved, Booked) and moved.start.length_min == 30


async def test_what_no_lane_is_long_enough_for_cannot_be_booked(pool: Pool) -> None:
    await planned(pool, lanes(minutes=24 * 60 - NINE))
    for minutes, why in ((210, None), (211, "not_bookable")):
        here_now = office(minutes)
        assert window.shut_day(here_now[OFFICE].office, LETTER, LONG, DAY, NOW) == why
        got = await Bookings(pool, BOX, here_now).hold(wish(service=LONG), NOW)
        assert isinstance(got, No) is (why is not None)


def test_how_many_it_takes_is_of_the_day() -> None:
    known = office(30)[OFFICE].office
    assert window.places(known, LETTER, LONG)(DAY) == Need(30, 10, 0)
    assert window.places(known, LETTER, LONG, 3)(DAY) == Need(30, 10, 0, 3)
    assert window.places(known, LETTER, "nothing", 2)(DAY) == 2, "and window.shut says that it cannot be booked"


async def test_the_api_shows_only_starts_that_are_long_enough(pool: Pool) -> None:
    """Twenty minutes in the sample: two slots."""
    await planned(pool, lanes(minutes=40))
    base = f"/v1/offices/{OFFICE}"
    async with serving(pool) as (client, _):
        held = await client.ask(
            "POST",
            f"{base}/bookings",
            {"group": LETTER, "service": "card-pin-reset", "day": DAY.isoformat(), "start_min": NINE},
        )
        assert held.json["result"] == "held" and held.json["length_min"] == 10
        found = await client.ask("GET", f"{base}/slots?group={LETTER}&service={LONG}")
        assert [(one["start_min"], one["length_min"]) for one in found.json["days"][0]["slots"]] == [
            (NINE + 10, 20),
            (NINE + 20, 20),
        ]
        short = await client.ask("GET", f"{base}/slots?group={LETTER}&service=card-pin-reset")
        assert [one["start_min"] - NINE for one in short.json["days"][0]["slots"]] == [10, 20, 30]


async def test_by_telephone_it_is_held_as_long(pool: Pool) -> None:
    """Fifteen minutes in the sample: two slots."""
    await planned(pool, lanes())
    async with serving(pool) as (client, _):
        last = (await client.ask("POST", PATH, {}, TOKEN)).json
        for said in CALL[:3]:
            last = (
                await client.ask("POST", f"{PATH}/{last['session']}", {"turn": last["turn"], "said": said}, TOKEN)
            ).json
    assert await rows(pool) == [(1, NINE, 20, "phone")]
