"""The door for hubs, over real HTTPS: who may come in, what is too much, and a whole core that goes in and out."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import requests

from central_server import chain, heard, sync_desk
from central_server.bookings import Booked, Bookings, Held, Wish
from central_server.contacts import Box, Contact
from central_server.database import Pool
from kiosk_app import api, hub_tls
from kiosk_app import sync_messages as wire
from kiosk_app.office import facts as f
from kiosk_app.replication import MESSAGE_BYTES_MAX
from kiosk_app.sync_messages import PACKED, PATH, PLAIN, CatalogueAsked, CatalogueGiven
from tests.central_server.served import BOX_KEY, NOW, Place, place
from tests.kiosk_app.conftest import one_printer, open_house, printer
from tests.kiosk_app.house import SERVICE, House, OpenHouse, the_office

__all__ = ["one_printer", "open_house", "printer"]
pytestmark = pytest.mark.slow
DAY = "2026-04-06"
PATIENCE_S = 60.0
OFFICE_TEXT = (Path(__file__).parents[2] / "config" / "offices" / "kokura-kita.toml").read_text(encoding="utf-8")


@pytest.fixture
def central(dsn: str, tmp_path: Path) -> Place:
    return place(dsn, the_office(), tmp_path / "central")


@pytest.fixture
def there(central: Place) -> Iterator[Place]:
    with central.serving():
        yield central


def post(there: Place, data: bytes, token: str = "", kind: str = PLAIN) -> requests.Response:
    headers = {"authorization": f"Bearer {token or there.token}", "content-type": kind}
    url = f"https://127.0.0.1:{there.port}{PATH}"
    return requests.post(url, data, headers=headers, verify=str(there.folder / "ca.pem"), timeout=30)


def test_who_has_no_token_is_told_nothing_and_soon_not_even_that(there: Place) -> None:
    asked = wire.encode(CatalogueAsked())
    assert post(there, asked).status_code == 200
    codes = [post(there, asked, "x" * 43).status_code for _ in range(30)]
    assert codes[0] == 401 and codes[-1] == 429
    # An office behind the same address goes on.
    assert post(there, asked).status_code == 200


def test_what_is_no_message_or_too_much_of_one_is_refused(there: Place) -> None:
    assert post(there, b"garbage").status_code == 422
    assert post(there, b"").status_code == 422
    assert post(there, b"garbage", kind=PACKED).status_code == 422
    bomb = zlib.compress(bytes(MESSAGE_BYTES_MAX + 1))
    assert post(there, bomb, kind=PACKED).status_code == 422
    assert post(there, bytes(MESSAGE_BYTES_MAX + 1)).status_code == 413
    asked = wire.encode(CatalogueAsked())
    assert post(there, zlib.compress(asked) + b"more", kind=PACKED).status_code == 422
    answer = post(there, zlib.compress(asked), kind=PACKED)
    assert isinstance(wire.decode_reply(answer.content), CatalogueGiven)


async def open_with(central: Place, open_house: OpenHouse) -> House:
    """A core that knows its central."""
    house = await open_house()
    await house.close()
    house.settings = msgspec.structs.replace(house.settings, central=central.table)
    return await house.open()


def linked(house: House) -> bool:
    assert house.core.central is not None
    part = house.core.central.part()
    return part.linked and part.pending == 0


def all_taken(house: House) -> bool:
    """Central has said of every day that the hub has planned that it sells by the plan."""
    planned = [one for by_letter in house.core.book.state.slots.values() for one in by_letter.values()]
    return planned != [] and all(one.taken == one.version for one in planned)


async def book(pool: Pool, phone: str) -> str:
    bookings = Bookings(pool, Box(BOX_KEY))
    held = await bookings.hold(Wish("kokura-kita", "H", date.fromisoformat(DAY), 9 * 60, SERVICE, "ja", "web"), NOW)
    assert isinstance(held, Held)
    got = await bookings.confirm("kokura-kita", held.booking, held.key, Contact(name="見本太郎", phone=phone), NOW)
    assert isinstance(got, Booked)
    return got.booking


async def test_a_core_and_central_over_a_morning_with_an_outage(
    central: Place, open_house: OpenHouse, pool: Pool
) -> None:
    with central.serving():
        house = await open_with(central, open_house)
        book_of = house.core.book
        await house.until(lambda: linked(house) and all_taken(house), PATIENCE_S)
        assert {e.kind for e in book_of.log.iterate_machine("central")} == {"PlanTaken"}
        booking = await book(pool, "090-0000-0123")
        await house.until(lambda: house.core.expected.row(booking) is not None, PATIENCE_S)
        assert [one.name for one in house.core.expected.with_digits("0123")] == ["見本太郎"]
        async with pool.connection() as connection:
            shown = await heard.of(connection, "kokura-kita")
        assert shown.board is not None and shown.board.date == DAY and not shown.is_silent(NOW)
    assert house.core.central is not None
    token = await house.sign_in()
    await house.act(token, "issue", service=SERVICE)
    await house.until(lambda: not house.core.central.part().linked, PATIENCE_S)
    part = house.core.central.part()
    assert part.pending > 0 and part.trouble == "中央サーバーにつながりません。ネットワークを確かめてください。"
    with central.serving():
        await house.until(lambda: linked(house), PATIENCE_S)
        async with pool.connection() as connection:
            found = await connection.execute("SELECT machine, seq, data FROM facts WHERE office = 'kokura-kita'")
            there = {(machine, seq): data for machine, seq, data in await found.fetchall()}
        here = {(e.machine, e.seq): data for _, e, data in book_of.log.read_stored(0, 10_000)}
        assert there == here
        await house.close()
    assert "見本".encode() not in b"".join(path.read_bytes() for path in house.folder.rglob("facts.db*"))


async def test_a_central_with_another_certificate_is_not_believed(
    central: Place, open_house: OpenHouse, tmp_path: Path
) -> None:
    hub_tls.make(tmp_path / "other", ["127.0.0.1"])
    (central.folder / "ca.pem").write_bytes((tmp_path / "other" / "ca.pem").read_bytes())
    with central.serving():
        house = await open_with(central, open_house)
        assert house.core.central is not None
        await house.until(lambda: house.core.central.state == "untrusted", PATIENCE_S)
        await house.close()


async def test_a_newer_catalogue_waits_for_the_next_day_and_a_broken_one_is_told(
    central: Place, open_house: OpenHouse, pool: Pool
) -> None:
    text = OFFICE_TEXT
    async with pool.connection() as connection:
        await chain.begin(connection, "kokura-kita")
        await sync_desk.set_catalogue(connection, "kokura-kita", text.replace("schema = 1", "schema = 9", 1))
    with central.serving():
        house = await open_with(central, open_house)
        assert house.core.central is not None
        kept = house.core.central.catalogue
        await house.until(lambda: kept.refused != "", PATIENCE_S)
        assert "使えません" in house.core.central.part().catalogue and not kept.waits
        async with pool.connection() as connection:
            await sync_desk.set_catalogue(connection, "kokura-kita", text + "\n# from central\n")
        await house.until(lambda: kept.waits, PATIENCE_S)
        assert not house.core.role_changed
        await house.at("09:00", "2026-04-07")
        assert house.core.role_changed, "the core begins anew with the new day"
        await house.close()


async def test_a_leader_sees_telephone_numbers_while_the_list_is_open_and_nothing_of_them_is_kept(
    central: Place, open_house: OpenHouse, pool: Pool
) -> None:
    with central.serving():
        house = await open_with(central, open_house)
        core = house.core
        await house.until(lambda: linked(house) and all_taken(house), PATIENCE_S)
        booking = await book(pool, "090-0000-0123")
        await house.until(lambda: booking in core.book.state.slots[DAY]["H"].bookings, PATIENCE_S)
        token = await house.sign_in("3001")
        closing = api.SlotsClosing(starts="2026-04-06T09:01", ends="2026-04-07T00:00")
        answer = await house.ask("POST", "/v1/staff/slots/preview", api.SlotsPreviewAsked(closing=closing), token)
        slot = api.SlotAct(closing=closing, version=answer.of(api.SlotsPreview).version)
        assert (await house.act(token, "close_slots", slot=slot, reason="台風・大雨")).ok
        session = core.desk.at_work(token)
        assert session is not None
        whom = core.whom_to_call
        with whom.looked_at():
            await house.until(lambda: booking in whom.rows, PATIENCE_S)
            shown = whom._view(session[1], session[0])
            assert shown.state == "here" and shown.heard == "9:00"
            assert shown.rows == (api.HitContact(booking=booking, told="call", name="見本太郎", phone="090-0000-0123"),)
            assert whom._view(session[1], session[0]) == shown
        assert whom.rows == {}
        assert house.facts(f.ContactsShown) == [f.ContactsShown(place="screen", people=1)]
        kept = [path for path in house.folder.rglob("*") if path.is_file()]
        assert not [path for path in kept if b"0000-0123" in path.read_bytes()]
    await house.until(lambda: not core.central.part().linked, PATIENCE_S)
    with whom.looked_at():
        assert whom._view(session[1], session[0]).state == "away"
        with central.serving():
            await house.until(lambda: booking in whom.rows, PATIENCE_S)
            await house.until(lambda: linked(house), PATIENCE_S)
            assert whom._view(session[1], session[0]).state == "here"
        await house.until(lambda: not core.central.part().linked, PATIENCE_S)
        away = whom._view(session[1], session[0])
        assert away.state == "away" and away.rows != (), "whoever rings people up goes on"
    await house.close()
