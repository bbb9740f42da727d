"""What tests of the central server have in common: the sample office, its key, a moment, and days that are planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from central_server import chain, days
from central_server.bookings import Booked, Bookings, Held, Wish
from central_server.contacts import Box, Contact
from central_server.database import Pool
from central_server.offices import OfficeHere, read_catalogues
from kiosk_app.office.slots import Lane, Stretch

ROOT = Path(__file__).parent.parent.parent
OFFICE, LETTER, SERVICE = "kokura-kita", "M", "card-pin-reset"
TODAY = date(2026, 4, 1)
DAY = date(2026, 4, 6)
NOW = datetime.fromisoformat("2026-04-01T12:00:00+09:00")
NINE = 9 * 60
BOX = Box(b"k" * 32)
TARO = Contact(name="見本太郎", phone="090-0000-0001", mail="taro@example.jp")


@cache
def here() -> Mapping[str, OfficeHere]:
    office = read_catalogues(ROOT / "config" / "offices")[OFFICE]
    return {OFFICE: OfficeHere(office, b"b" * 32)}


def lanes(count: int = 1, minutes: int = 60, owner: str = "central") -> list[Lane]:
    one = Stretch(start_min=NINE, until_min=NINE + minutes, length_min=10, owner=owner)  # type: ignore[arg-type]
    return [Lane(number=number, stretches=(one,)) for number in range(1, count + 1)]


async def planned(
    pool: Pool, made: Sequence[Lane], on: Sequence[date] = (DAY,), letter: str = LETTER, number: int = 1
) -> None:
    async with pool.connection() as connection:
        await chain.begin(connection, OFFICE)
        for day in on:
            await days.plan(connection, OFFICE, letter, day, made, (1, number))


def wish(start_min: int = NINE, **more: object) -> Wish:
    return Wish(OFFICE, LETTER, DAY, start_min, SERVICE, "ja", "web")._replace(**more)  # type: ignore[arg-type]


async def held(bookings: Bookings, start_min: int = NINE, now: datetime = NOW, **more: object) -> Held:
    got = await bookings.hold(wish(start_min, **more), now)
    assert isinstance(got, Held), got
    return got


async def booked(
    bookings: Bookings, start_min: int = NINE, contact: Contact = TARO, now: datetime = NOW, **more: object
) -> tuple[Held, Booked]:
    """With the key."""
    one = await held(bookings, start_min, now, **more)
    got = await bookings.confirm(OFFICE, one.booking, one.key, contact, now)
    assert isinstance(got, Booked), got
    return one, got


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)
