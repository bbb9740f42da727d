"""Two hundred cards at once, at several central servers on one database: to each card its own person's certificate."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter

import psycopg
import pytest

from central_server import database
from kiosk_app import certificate_messages as wire
from kiosk_app.office.certificates import Wanted
from tests.central_server.certificates import house as h
from tests.central_server.certificates.house import KioskClient
from tests.central_server.certificates.test_simulator import subject
from tests.central_server.house import OFFICE
from tests.central_server.http_house import serving
from tests.depth import DEPTH
from tests.kiosk_app.office.jpki.hierarchy import NOW

pytestmark = pytest.mark.slow
SESSIONS = {"quick": 16, "plain": 48, "long": 200}[DEPTH]
SERVERS, KIOSKS = 3, 8
RECORD = Wanted(kind="resident-record", scope="self")


def cards() -> list[int]:
    """Of people who can have one, each with a name of their own in this list."""
    found: list[int] = []
    names: set[str] = set()
    for card in range(0x10000, 0x10000 + 600):
        person = h.simulator()._registers.resident(card)
        offers = h.simulator().offers(subject(card), NOW)
        ours = person is not None and any(one.kind == "resident-record" for one in offers.offers)
        if ours and person is not None and (who := f"{person.person.name}{person.person.birth}") not in names:
            names.add(who)
            found.append(card)
    return found[:SESSIONS]


async def test_every_card_gets_its_own_and_no_number_is_given_twice(dsn: str) -> None:
    tokens = {f"k{n}": h.add_kiosk(dsn, f"k{n}") for n in range(KIOSKS)}
    wanted_by = cards()
    for card in wanted_by:
        h.the_card(card)  # Made beforehand, so that all come at the same moment.
    async with contextlib.AsyncExitStack() as stack:
        kiosks = []
        for _ in range(SERVERS):
            pool = await stack.enter_async_context(database.pool(dsn, 4))
            pool.timeout = 60
            own = stack.enter_context(h.certificates(threads=2))
            client, _central = await stack.enter_async_context(serving(pool, lambda: NOW, 100_000, certificates=own))
            kiosks += [KioskClient(client, token, f"{OFFICE}/{name}") for name, token in tokens.items()]

        start = asyncio.Event()

        async def one(place: int, card: int) -> tuple[int, wire.Document]:
            kiosk = kiosks[place % len(kiosks)]
            await start.wait()
            opened = await kiosk.opened(card)
            prepared = await kiosk.prepared(opened.session, RECORD)
            assert prepared.resident == opened.resident
            (document,) = prepared.documents
            issue = wire.IssueAsked(session=opened.session, issuances=(document.issuance,), fee_yen=200)
            # Asked at another server than the one that has prepared it, and twice at once.
            other = KioskClient(kiosks[(place + KIOSKS) % len(kiosks)].client, kiosk.token, kiosk.audience)
            both = await asyncio.gather(kiosk.ask(issue), other.ask(issue))
            assert set(both) == {wire.Issuing(issuances=(document.issuance,))}
            await other.ask(wire.OutcomeAsked(issuance=document.issuance, verdict="issued"))
            await kiosk.ask(wire.CloseAsked(session=opened.session))
            return card, document

        tasks = [asyncio.create_task(one(place, card)) for place, card in enumerate(wanted_by)]
        start.set()
        done = await asyncio.gather(*tasks)
    wrong = []
    for card, document in done:
        person = h.simulator()._registers.resident(card)
        assert person is not None
        text = h.text_of(document.pdf)
        name = "".join(person.person.name.split())
        if name not in text or document.serial not in text:
            wrong.append(card)
    assert wrong == [] and len(done) == SESSIONS
    serials = Counter(document.serial for _, document in done)
    assert max(serials.values()) == 1
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT number, state FROM issuances ORDER BY number").fetchall()
        assert connection.execute("SELECT last FROM serials").fetchall() == [(SESSIONS,)]
    assert rows == [(number, "issued") for number in range(1, SESSIONS + 1)]


async def test_one_session_asked_at_once_at_all_servers_prepares_one_thing(dsn: str) -> None:
    token = h.add_kiosk(dsn)
    async with contextlib.AsyncExitStack() as stack:
        kiosks = []
        for _ in range(SERVERS):
            pool = await stack.enter_async_context(database.pool(dsn, 4))
            own = stack.enter_context(h.certificates(threads=2))
            client, _central = await stack.enter_async_context(serving(pool, lambda: NOW, certificates=own))
            kiosks.append(KioskClient(client, token))
        opened = await kiosks[0].opened()
        asked = h.prepare(opened.session, RECORD)
        got = await asyncio.gather(*(kiosk.ask(asked) for kiosk in kiosks for _ in range(3)))
        prepared = [one for one in got if isinstance(one, wire.Prepared)]
        others = [one for one in got if not isinstance(one, wire.Prepared)]
        assert set(others) <= {wire.Refused(why="ended")} and prepared
        issued = []
        for one in prepared:
            issue = wire.IssueAsked(session=opened.session, issuances=(one.documents[0].issuance,), fee_yen=200)
            issued.append(await kiosks[1].ask(issue))
    assert [type(one).__name__ for one in issued].count("Issuing") == 1
    with psycopg.connect(dsn) as connection:
        states = Counter(state for (state,) in connection.execute("SELECT state FROM issuances").fetchall())
    assert states == {"issuing": 1, "void": len(got) - 1}
