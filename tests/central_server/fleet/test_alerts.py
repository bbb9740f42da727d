"""Alerts on a real PostgreSQL and to a real receiver: each event once, in order, signed, whatever the receiver does and
however many processes look.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from central_server.bookings import Bookings
from central_server.central import Central
from central_server.database import Pool
from central_server.days import Availability
from central_server.fleet import alerts, page, telling
from central_server.fleet.course import GONE
from central_server.fleet.table import KINDS
from central_server.fleet.telling import AlertWay
from central_server.jobs import Jobs
from central_server.sending import Senders
from kiosk_app.office.delivery import REFUSALS_MAX
from kiosk_app.webhook_files import Receiver
from tests.central_server.fleet.fleet_house import NIGHT, NOON, machine, office, tell
from tests.central_server.house import BOX, OFFICE, here
from tests.kiosk_app.receiver import Got, receiving
from tests.kiosk_app.receiver import Receiver as Listening

KEY = b"s" * 40
MINUTE = timedelta(minutes=1)
PATIENCE_S = 90.0


@pytest.fixture
def central(pool: Pool) -> Central:
    return Central(pool, BOX, Bookings(pool, BOX), Availability(), here(), "https://central.example", lambda: NOON)


def to(listening: Listening, name: str = "city", kinds: tuple[str, ...] = KINDS) -> Receiver:
    return Receiver(name, listening.url, KEY, kinds)


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


async def tell_all(central: Central, receivers: tuple[Receiver, ...], at: Any, most: int = 50) -> int:
    """What is due for each, one after the other; how many."""
    told = 0
    for receiver in receivers:
        way = AlertWay(receiver)
        while told < most and await telling.tell_one(central, way, at):
            told += 1
        way.close()
    return told


def bodies(got: list[Got]) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in got]


async def test_a_roll_that_ends_is_told_at_its_beginning_and_at_its_end(central: Central, dsn: str) -> None:
    with receiving() as listening:
        receivers = (to(listening),)
        for minutes in range(6):
            at = NOON + minutes * MINUTE
            tell(dsn, office(machine("m2", at=at, paper={"printer": "near_end"}), at=at))
            await alerts.look(central, receivers, at)
            await tell_all(central, receivers, at)
        assert [(one["event"], one["machine"], one["kind"]) for one in bodies(listening.got)] == [
            ("opened", "m2", "paper_near_end")
        ]
        at = NOON + timedelta(minutes=30)
        for later in (timedelta(0), GONE):
            tell(dsn, office(machine("m2", at=at + later, paper={"printer": "ready"}), at=at + later))
            await alerts.look(central, receivers, at + later)
            await tell_all(central, receivers, at + later)
        first, last = bodies(listening.got)
        assert last["event"] == "ended" and last["alert"] == first["alert"] and last["id"] != first["id"]
        assert first == {
            "id": f"alert.{first['alert']}.opened",
            "alert": first["alert"],
            "event": "opened",
            "at": "2026-04-06T03:01:00+00:00",
            "office": OFFICE,
            "machine": "m2",
            "kind": "paper_near_end",
            "part": "printer",
            "severity": "warning",
            "detail": "near_end",
            "since": "2026-04-06T03:00:00+00:00",
        }
        for got in listening.got:
            said = f"{got.headers['hitofuda-timestamp']}.".encode() + got.body
            assert got.headers["hitofuda-signature"] == f"sha256={hmac.new(KEY, said, hashlib.sha256).hexdigest()}"
            assert got.headers["hitofuda-id"] == json.loads(got.body)["id"]
    assert rows(dsn, "SELECT count(*) FROM alerts WHERE ended_at IS NULL") == [(0,)]


async def test_a_hub_that_falls_silent_is_one_alert_for_all_its_machines(central: Central, dsn: str) -> None:
    tell(dsn, office(*(machine(f"m{n}", paper={"printer": "ready"}) for n in range(1, 9))))
    for minutes in range(0, 40, 2):
        await alerts.look(central, (), NOON + minutes * MINUTE)
    assert rows(dsn, "SELECT machine, kind FROM alerts") == [("", "offline")]
    # In the evening it is still not known to be well again.
    await alerts.look(central, (), NIGHT)
    await alerts.look(central, (), NIGHT + GONE)
    assert rows(dsn, "SELECT machine FROM alerts WHERE ended_at IS NULL") == [("",)]


async def test_many_processes_that_look_at_once_make_one_alert_and_one_message(central: Central, dsn: str) -> None:
    """The lock of jobs.py lets one look at a time; where that ever failed, the database would."""
    with receiving() as listening:
        receivers = (to(listening),)
        tell(dsn, office(machine("m2", checks={"tls_hub": "bad"})))
        await asyncio.gather(*(alerts.look(central, receivers, NOON) for _ in range(5)))
        await asyncio.gather(*(tell_all(central, receivers, NOON) for _ in range(5)))
        assert len(listening.got) == 1
    assert rows(dsn, "SELECT count(*) FROM alerts") == [(1,)]


async def test_a_receiver_that_is_away_is_told_later_in_order_and_keeps_nobody_else_waiting(
    central: Central, dsn: str
) -> None:
    with receiving("error", "error", "ok") as broken, receiving() as well:
        receivers = (to(broken, "broken"), to(well, "well"))
        tell(dsn, office(machine("m1", checks={"tls_hub": "look"}), machine("m2", checks={"disk": "bad"})))
        await alerts.look(central, receivers, NOON)
        assert await tell_all(central, receivers, NOON) == 3
        assert len(broken.got) == 1 and len(well.got) == 2
        at = NOON
        for _ in range(4):
            at += timedelta(minutes=11)
            await tell_all(central, receivers, at)
        assert [one["kind"] for one in bodies(broken.got)] == [*("certificate_expiry",) * 3, "check"]
        assert len({one.headers["hitofuda-id"] for one in broken.got[:3]}) == 1
    assert rows(dsn, "SELECT DISTINCT state FROM alert_messages") == [("sent",)]


async def test_one_that_refuses_hears_the_next_and_one_that_is_never_there_is_given_up(
    central: Central, dsn: str
) -> None:
    with receiving("gone") as refusing:
        receivers = (to(refusing, "refusing"), Receiver("nobody", "http://127.0.0.1:1/", KEY, KINDS))
        tell(dsn, office(machine("m1", checks={"tls_hub": "look"})))
        await alerts.look(central, receivers, NOON)
        for hour in range(30):
            await tell_all(central, receivers, NOON + timedelta(hours=hour))
        assert len(refusing.got) == REFUSALS_MAX
    assert rows(dsn, "SELECT receiver, state FROM alert_messages ORDER BY 1") == [
        ("nobody", "given_up"),
        ("refusing", "refused"),
    ]


async def test_one_that_hangs_keeps_nobody_else_waiting_and_is_left_when_the_server_ends(
    central: Central, dsn: str
) -> None:
    with receiving("hang") as hanging, receiving() as well:
        # As many as there are threads for what visitors ask for, which they must not take.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
        hangs = (AlertWay(to(hanging, f"hanging-{number}"), 3_600.0) for number in (1, 2))
        ways = (*hangs, AlertWay(to(well, "well")))
        jobs = Jobs(central, Senders(alerts=ways), "18:00")
        tell(dsn, office(machine("m1", checks={"tls_hub": "look"})))
        jobs.start()
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not (len(hanging.got) == 2 and rows(dsn, "SELECT 1 FROM alert_messages WHERE state = 'sent'")):
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.05)
        # Whoever asks meanwhile is answered, and has a thread where one is wanted.
        assert await asyncio.to_thread(lambda: True) and len(well.got) == 1
        await jobs.stop()
    assert rows(dsn, "SELECT receiver, state FROM alert_messages ORDER BY 1") == [
        ("hanging-1", "waiting"),
        ("hanging-2", "waiting"),
        ("well", "sent"),
    ]


async def test_what_a_receiver_does_not_take_is_seen_on_the_page(central: Central, dsn: str) -> None:
    receivers = (Receiver("nobody", "http://127.0.0.1:1/", KEY, KINDS),)
    tell(dsn, office(machine("m1", checks={"tls_hub": "look", "disk": "bad"})))
    await alerts.look(central, receivers, NOON)
    await tell_all(central, receivers, NOON)
    async with central.pool.connection() as connection:
        assert await alerts.unsent(connection, NOON + MINUTE) == []
        (found,) = await alerts.unsent(connection, NOON + 6 * MINUTE)
    assert found == ("nobody", 2, NOON)
    (need,) = page.fleet([], [], {}, {}, NOON + 6 * MINUTE, unsent=[found]).needs
    assert (need.place, need.troubles[0].what) == ("中央サーバー", "nobodyに知らせが届きません（2件）")


async def test_what_a_process_was_sending_when_it_was_killed_is_sent_again_under_the_same_id(
    central: Central, dsn: str
) -> None:
    with receiving() as listening:
        receivers = (to(listening),)
        tell(dsn, office(machine("m1", checks={"tls_hub": "look"})))
        await alerts.look(central, receivers, NOON)
        async with central.pool.connection() as connection:
            taken = await telling._take(connection, "city", NOON)
        assert taken is not None
        assert await tell_all(central, receivers, NOON) == 0
        assert await tell_all(central, receivers, NOON + telling.SENDING) == 1
        assert listening.got[0].headers["hitofuda-id"] == f"alert.{taken.alert}.opened"


async def test_who_wants_only_some_kinds_is_told_of_those(central: Central, dsn: str) -> None:
    with receiving() as listening:
        receivers = (to(listening, kinds=("paper_out",)),)
        tell(dsn, office(machine("m1", checks={"tls_hub": "look"})))
        await alerts.look(central, receivers, NOON)
        assert await tell_all(central, receivers, NOON) == 0
    assert rows(dsn, "SELECT count(*) FROM alerts") == [(1,)]


async def test_the_certificate_of_central_itself_is_looked_at(central: Central, dsn: str, tmp_path: Any) -> None:
    from tests.central_server.fleet.short_lived import certificate

    file = tmp_path / "central.pem"
    file.write_bytes(certificate(NOON + timedelta(days=20)))
    here_too = replace(central, tls_cert_file=str(file))
    await alerts.look(here_too, (), NOON)
    file.write_bytes(certificate(NOON + timedelta(days=3)))
    await alerts.look(here_too, (), NOON + MINUTE)
    assert rows(dsn, "SELECT office, kind, part, severity FROM alerts") == [
        ("", "certificate_expiry", "central", "critical")
    ]


async def test_old_alerts_go_with_their_messages_and_standing_ones_stay(central: Central, dsn: str) -> None:
    with receiving() as listening:
        receivers = (to(listening),)
        tell(dsn, office(machine("m1", checks={"tls_hub": "look", "disk": "bad"})))
        await alerts.look(central, receivers, NOON)
        with psycopg.connect(dsn) as connection:
            connection.execute("UPDATE alerts SET ended_at = %s WHERE kind = 'check'", (NOON,))
        async with central.pool.connection() as connection:
            await alerts.purge(connection, NOON + alerts.KEPT + MINUTE)
    assert rows(dsn, "SELECT kind FROM alerts") == [("certificate_expiry",)]
    assert rows(dsn, "SELECT count(*) FROM alert_messages") == [(1,)]
