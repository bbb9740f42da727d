"""What central does with an office's facts: takes what an office may write, and keeps its own rows true to them."""

from __future__ import annotations

import asyncio
import copy
from datetime import date, datetime, timedelta

import pytest

from central_server import closing, heard, sync_desk
from central_server.bookings import Booked, Held, No, Wish
from central_server.contacts import Contact
from central_server.database import Pool
from central_server.news import News
from kiosk_app import sync_messages as wire
from kiosk_app.office import facts as f
from kiosk_app.replication import Hello, Push, Reply, Taken, Welcome
from kiosk_app.replication import No as Refused
from kiosk_app.sync_messages import Request, Wait
from offline_store.envelope import GENESIS, Envelope, encode, hash_of
from offline_store.exchange import batch_for
from offline_store.wire import NOTHING, Batch, Have, Item, Lost
from tests.central_server.sync_world import DAYS, LETTER, NINE, World, lanes_of
from tests.kiosk_app.house import ZONE
from tests.kiosk_app.office.scenario import SERVICES

pytestmark = pytest.mark.slow
DAY = DAYS[0]


async def world(pool: Pool, seed: int = 1) -> World:
    """An hour of central's and one of the office's on one lane; both sides know it."""
    one = World(pool, seed)
    await one.centre.begin()
    one.boot()
    plan(one, 1, "central", "office")
    await one.heal()
    return one


def plan(one: World, number: int, *owners: str) -> None:
    lanes = lanes_of([owners], 10)  # type: ignore[list-item]
    one.hub.book.commit("2041", [f.SlotsPlanned(letter=LETTER, date=DAY, epoch=1, number=number, lanes=lanes)])


async def hold(one: World, start_min: int = NINE) -> Held | No:
    wish = Wish(one.office, LETTER, date.fromisoformat(DAY), start_min, "residence", "ja", "web")
    return await one.centre.central.bookings.hold(wish, one.centre.time())


async def confirm(one: World, held: Held) -> Booked | No:
    contact = Contact(name="見本太郎", phone="090-0000-0123")
    return await one.centre.central.bookings.confirm(one.office, held.booking, held.key, contact, one.centre.time())


async def booked(one: World, start_min: int = NINE) -> str:
    held = await hold(one, start_min)
    assert isinstance(held, Held)
    got = await confirm(one, held)
    assert isinstance(got, Booked)
    return got.booking


async def says(one: World, asked: Request) -> Reply:
    answer = wire.decode_reply(await one.centre.answer(wire.encode(asked)))
    assert isinstance(answer, Reply)
    return answer


async def session(one: World) -> str:
    hello = Hello(1, "m1", "m1", one.office, 1, NOTHING, {})
    answer = await says(one, hello)
    assert isinstance(answer, Welcome)
    return answer.session


def chain_of(machine: str, *facts: tuple[str, bytes], lamport: int = 1, first: int = 1) -> Batch:
    items, previous = [], GENESIS
    for seq, (kind, body) in enumerate(facts, first):
        data = encode(Envelope(machine, seq, lamport + seq, 0, "core", kind, body), previous)
        previous = hash_of(data)
        items.append(Item(previous, data))
    return Batch(sender=machine, after=0, up_to=len(items), items=tuple(items))


TAKEN = ("PlanTaken", b'{"letter":"A","date":"2026-04-06","epoch":9,"number":9}')
ANY = ("SomethingNew", b'{"kept":"and relayed"}')


@pytest.mark.parametrize(
    ("batch", "cause"),
    [
        (chain_of("central~1", ANY), "not_its_name"),
        (chain_of("central~x", ANY), "not_its_name"),
        (chain_of("m2", TAKEN), "not_its_kind"),
        (chain_of("m2", ANY, lamport=2**52), "counter_ahead"),
        (chain_of("m2", ("SlotsPlanned", b'{"letter":7}')), "malformed"),
        (Batch(sender="m2", after=0, up_to=1, items=(Item(bytes(32), b"{}"),)), "bad_hash"),
    ],
)
async def test_what_an_office_may_not_write_is_refused_whole(pool: Pool, batch: Batch, cause: str) -> None:
    one = await world(pool)
    before = await one.centre.facts()
    both = Batch(sender="m2", after=0, up_to=2, items=(*chain_of("m3", ANY).items, *batch.items))
    assert await says(one, Push(await session(one), both)) == Refused("refused", cause)
    assert await one.centre.facts() == before


async def test_facts_of_central_itself_come_back_only_to_a_central_that_has_lost_them(pool: Pool) -> None:
    one = await world(pool)
    answer = await says(one, Push(await session(one), chain_of("central", TAKEN)))
    assert answer == Refused("greet", "restored"), "another fact in the place of ours"


async def test_a_batch_is_taken_once_however_often_it_comes_and_never_behind_a_gap(pool: Pool) -> None:
    one = await world(pool)
    now, batch = await session(one), chain_of("m2", ANY, ANY, ANY)
    late = Batch(sender="m2", after=0, up_to=3, items=batch.items[2:])
    assert await says(one, Push(now, late)) == Refused("greet", "missing_before")
    for _ in range(3):
        assert await says(one, Push(now, batch)) == Taken(3)
    assert len([machine for machine, _ in await one.centre.facts() if machine == "m2"]) == 3
    lost = Batch(sender="m3", after=0, up_to=3, items=chain_of("m3", ANY, ANY, ANY).items[2:], lost=(Lost("m3", 1, 2),))
    assert await says(one, Push(now, lost)) == Taken(3)
    hello = await says(one, Hello(1, "m1", "m1", one.office, 1, NOTHING, {}))
    assert isinstance(hello, Welcome) and hello.have.missing == (Lost("m3", 1, 2),)


async def test_two_chains_of_one_name_are_kept_apart_and_told(pool: Pool) -> None:
    one = await world(pool)
    now = await session(one)
    await says(one, Push(now, chain_of("m2", ANY)))
    assert await says(one, Push(now, chain_of("m2", ("Other", b"{}")))) == Taken(1, ("m2",))
    async with pool.connection() as connection:
        assert "m2" in (await heard.of(connection, one.office)).trouble
        forks = await (await connection.execute("SELECT machine, seq FROM office_forks")).fetchall()
    assert forks == [("m2", 1)]
    have, marks = Have({"m2": 1}), {"m2": bytes(32)}
    hello = await says(one, Hello(1, "m1", "m1", one.office, 1, have, marks))
    assert isinstance(hello, Welcome) and hello.forked == ("m2",)


async def test_what_is_only_held_is_given_up_where_the_office_takes_its_time_back(pool: Pool) -> None:
    one = await world(pool)
    held, kept = await hold(one, NINE), await booked(one, NINE + 10)
    assert isinstance(held, Held)
    plan(one, 2, "office", "office")
    await one.heal()
    assert one.slots(DAY).taken == (1, 2)
    assert await confirm(one, held) == No("gone")
    rows = await one.centre.rows()
    assert rows[kept] == "booked", "a promise stays"
    await one.judge_facts()


async def test_the_offices_own_promises_are_known_when_their_time_becomes_centrals(pool: Pool) -> None:
    one = await world(pool)
    for _ in range(6):
        one.sell(DAY)
    plan(one, 2, "central", "central")
    await one.heal()
    starts = [start for start in range(NINE, NINE + 120, 10) if isinstance(await hold(one, start), Held)]
    assert starts == list(range(NINE, NINE + 60, 10))


async def test_check_in_no_show_and_another_time_reach_the_row(pool: Pool) -> None:
    one = await world(pool)
    comes, never, moves = [await booked(one, NINE + 10 * n) for n in range(3)]
    await one.heal()
    stop = SERVICES["residence"]
    ticket = one.hub.issue("residence", "i1")
    known = one.hub.book.state.day.tickets[ticket]
    issued = f.TicketIssued(
        ticket="checked-in",
        intent="i2",
        letter=known.letter,
        number=known.number + 1,
        machine_code="m1",
        language="ja",
        stops=(stop,),
        promise="reservation",
        due_utc_ms=one.now.utc_ms,
        estimate_from_utc_ms=0,
        estimate_to_utc_ms=0,
        waiting_ahead=0,
        booking=comes,
    )
    again = f.BookingMade(
        booking="moved",
        letter=LETTER,
        date=DAY,
        lane=1,
        start_min=NINE + 60,
        length_min=10,
        after_min=0,
        service="residence",
        source="counter",
        replaces=moves,
    )
    gone = f.BookingCancelled(booking=moves, letter=LETTER, date=DAY, by="staff", replaced_by="moved")
    one.hub.book.commit("2041", [issued, f.BookingMissed(booking=never, letter=LETTER, date=DAY), gone, again])
    await one.heal()
    rows = await one.centre.rows()
    assert [rows[booking] for booking in (comes, never, moves, "moved")] == [
        *("checked_in", "no_show", "cancelled", "booked")
    ]
    async with pool.connection() as connection:
        found = await connection.execute(
            "SELECT o.replaced_by, o.key_hash = n.key_hash, o.contact = n.contact FROM bookings o, bookings n "
            "WHERE o.booking = %s AND n.booking = 'moved'",
            (moves,),
        )
        assert await found.fetchall() == [("moved", True, True)]


async def test_central_has_the_last_word_of_a_day_when_its_hour_has_come(pool: Pool) -> None:
    one = await world(pool)
    sold, held = await booked(one), await hold(one, NINE + 10)
    assert isinstance(held, Held)
    here = one.centre.central.offices[one.office].office
    three = datetime.fromisoformat(f"{DAY}T15:00").replace(tzinfo=ZONE)
    assert not closing.is_due(here, "H", date.fromisoformat(DAY), three - timedelta(minutes=1))
    assert closing.is_due(here, "H", date.fromisoformat(DAY), three)
    one.now.utc_ms = int(three.timestamp() * 1000)
    assert await closing.close_due(one.centre.central, one.centre.time()) == 1
    assert await closing.close_due(one.centre.central, one.centre.time()) == 0
    assert await confirm(one, held) == No("gone") and await hold(one, NINE + 20) == No("closed")
    await one.heal()
    assert one.slots(DAY).closed and set(one.slots(DAY).bookings) == {sold}
    one.sell(DAY)
    assert len(one.slots(DAY).bookings) == 2, "what was not sold is the office's"


async def test_a_hub_from_an_old_copy_goes_on_under_a_new_name(pool: Pool) -> None:
    one = await world(pool)
    disk = copy.deepcopy(list(one.hub.disk.iterdump()))
    before = one.hub.log.head("m1")[0]
    one.sell(DAY)
    await one.heal()
    one.hub.disk.close()
    one.hub.disk = restored_disk(disk)
    one.boot()
    await one.pass_ms(10_000)
    assert one.hub.book.machine == "m1~1", "before it writes anything in the place of what was lost"
    one.sell(DAY)
    await one.heal()
    here = {(e.machine, e.seq): data for _, e, data in one.hub.log.read_stored(0, 1_000)}
    there = await one.centre.facts()
    assert {place: data for place, data in there.items() if place[0] != "m1" or place[1] <= before} == here
    assert len(there) == len(here) + 1, "central has what the hub has lost"


def restored_disk(lines: list[str]):  # type: ignore[no-untyped-def]
    import sqlite3

    disk = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    disk.executescript("\n".join(lines))
    return disk


async def test_another_machine_that_becomes_the_hub_goes_on_where_its_own_log_is(pool: Pool) -> None:
    from tests.kiosk_app.replication.machines import Hub

    one = await world(pool)
    one.sell(DAY)
    await one.heal()
    first = one.hub
    second = Hub("m2", (), one.now, one.draw, [])
    second.boot()
    batch = batch_for(first.log, NOTHING)
    assert batch is not None
    second.book.receive(batch)
    first.issue("residence", "unheard")
    one.hub = second
    one.boot()
    second.issue("residence", "i1")
    await one.heal()
    await one.judge_facts()
    assert {machine for machine, _ in await one.centre.facts()} >= {"m1", "m2", "central"}


async def test_who_waits_is_told_when_there_is_something_and_else_after_a_while(pool: Pool) -> None:
    one = await world(pool)
    news = News(pool, 0.6)
    chain, seq = one.sync._shelf.central_head()
    assert not await news.until(one.office, Wait(chain, seq, ""))
    waiting = asyncio.create_task(News(pool, 60.0).until(one.office, Wait(chain, seq, "")))
    await booked(one)
    assert await waiting
    async with pool.connection() as connection:
        assert await sync_desk.set_catalogue(connection, one.office, "schema = 1")
        assert not await sync_desk.set_catalogue(connection, "nowhere", "schema = 1")
    assert await News(pool, 60.0).until(one.office, Wait(chain, seq + 1, ""))
    async with pool.connection() as connection:
        await connection.execute("UPDATE chains SET machine = 'central~1', seq = 0")
        await connection.execute("UPDATE office_sync SET catalogue_sha256 = ''")
    assert not await news.until(one.office, Wait(chain, seq + 1, "")), "a chain without a fact tells nothing"
