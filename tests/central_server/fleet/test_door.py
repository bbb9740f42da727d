"""The fleet page and the metrics over real HTTP on a real PostgreSQL: who sees them, and what stands there."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from msgspec.structs import replace
from typer.testing import CliRunner

from central_server.command import app
from central_server.database import Pool
from central_server.fleet import alerts, seen, technicians
from central_server.fleet.door import SIGN_INS
from tests.central_server.fleet.fleet_house import NOON, machine, office, tell
from tests.central_server.fleet.test_exposition import read
from tests.central_server.house import OFFICE
from tests.central_server.http_house import PHONE_TOKEN, Answer, Client, serving

FORM = "application/x-www-form-urlencoded"


def token_of(dsn: str, name: str, use: technicians.Use) -> str:
    given: list[str] = []
    technicians.add(dsn, name, use, NOON, given.append)
    return given[0]


async def post(client: Client, path: str, **fields: str) -> Answer:
    return await client.ask("POST", path, urlencode(fields).encode(), {"Content-Type": FORM})


async def signed_in(client: Client, token: str) -> dict[str, str]:
    answer = await post(client, "/fleet", token=token)
    assert answer.status == 303 and answer.headers["location"] == "/fleet"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-fleet=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {one.strip() for one in cookie.split(";")}
    return {"Cookie": cookie.partition(";")[0]}


async def test_who_has_not_signed_in_sees_a_form_and_no_office(pool: Pool, dsn: str) -> None:
    tell(dsn, office(machine("m2", paper={"printer": "paper_out"})))
    metrics = token_of(dsn, "prometheus", "metrics")
    async with serving(pool, lambda: NOON) as (client, _):
        for headers in ({}, {"Cookie": "__Host-fleet=guessed"}, {"Authorization": f"Bearer {metrics}"}):
            answer = await client.ask("GET", "/fleet", headers=headers)
            text = answer.body.decode()
            assert answer.status == 200 and "技術員の入口" in text
            # With no-referrer a browser would hide from us where the form comes from, and be refused.
            assert answer.headers["referrer-policy"] == "same-origin"
            assert not re.search("北区|m2|用紙", text)
        for wrong in ("", "guessed", metrics, PHONE_TOKEN, "x" * 5_000):
            answer = await post(client, "/fleet", token=wrong)
            assert answer.status == 403 and "set-cookie" not in answer.headers
        assert (await client.ask("GET", "/fleet/fleet.css")).headers["content-type"].startswith("text/css")


async def test_a_technician_reads_every_machine_and_its_troubles(pool: Pool, dsn: str) -> None:
    old = machine("m2", paper={"printer": "near_end", "printer_2": "cover_open"}, behind=3, bells=("machine_away",))
    tell(
        dsn,
        office(
            machine("m1", hub=True, paper={"printer": "ready"}),
            machine("m3", at=NOON - timedelta(hours=2), checks={"disk": "bad"}),
            replace(old, version="1.4.9"),
            pending=12,
        ),
    )
    async with serving(pool, lambda: NOON) as (client, central):
        for minutes in (0, 1, 6):
            await alerts.look(central, (), NOON + timedelta(minutes=minutes) - timedelta(minutes=6))
        headers = await signed_in(client, token_of(dsn, "hanako", "technician"))
        answer = await client.ask("GET", "/fleet", headers=headers)
        text = answer.body.decode()
        assert answer.status == 200 and "no-store" in answer.headers["cache-control"]
        for wanted in ("m1", "ハブ", "1.5.0", "1.4.9", "残りわずか"):
            assert wanted in text, wanted
        assert "2台目：プリンターのふたが開いています" in text
        for wanted in ("10:00", "診断：disk", "12件", "3件", "hanako", "つながりません"):
            assert wanted in text, wanted
        assert "一度もありません" not in text
        # It renews itself until somebody stops that, and stays as it was asked for.
        assert answer.headers["refresh"] == "30"
        still = await client.ask("GET", "/fleet?auto=off&open=all&<b>=%22", headers=headers)
        assert "refresh" not in still.headers and 'href="/fleet?open=all"' in still.body.decode()
        # An office is told by its name, and nothing of a visitor stands anywhere.
        assert "小倉北区" in text and "見本" not in text


async def test_signing_out_a_new_token_and_a_revoked_one_end_at_once(pool: Pool, dsn: str) -> None:
    clock = [NOON]
    async with serving(pool, lambda: clock[0]) as (client, _):

        async def is_in(headers: dict[str, str]) -> bool:
            return "機械の一覧" in (await client.ask("GET", "/fleet", headers=headers)).body.decode()

        token = token_of(dsn, "hanako", "technician")
        first, second = await signed_in(client, token), await signed_in(client, token)
        assert await is_in(first) and await is_in(second)
        assert (await client.ask("POST", "/fleet/sign-out", b"", {**first, "Content-Type": FORM})).status == 303
        assert not await is_in(first) and await is_in(second)
        renewed = token_of(dsn, "hanako", "technician")
        assert not await is_in(second)
        assert (await post(client, "/fleet", token=token)).status == 403
        third = await signed_in(client, renewed)
        clock[0] += technicians.SIGNED_IN
        assert not await is_in(third)
        fourth = await signed_in(client, renewed)
        technicians.revoke(dsn, "hanako", NOON)
        assert not await is_in(fourth)
        assert (await post(client, "/fleet", token=renewed)).status == 403
    with psycopg.connect(dsn) as connection:
        stored = str(connection.execute("SELECT * FROM fleet_tokens, fleet_sessions").fetchall())
    assert token not in stored and renewed not in stored


async def test_another_site_signs_nobody_in_and_a_guesser_is_soon_kept_away(pool: Pool, dsn: str) -> None:
    token = token_of(dsn, "hanako", "technician")
    async with serving(pool, lambda: NOON) as (client, _):
        body = urlencode({"token": token}).encode()
        for more in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await client.ask("POST", "/fleet", body, {"Content-Type": FORM, **more})).status == 403
        codes = [(await post(client, "/fleet", token="x")).status for _ in range(SIGN_INS.most + 1)]
        assert codes[0] == 403 and codes[-1] == 429
        # Nor with the right one, from there.
        assert (await post(client, "/fleet", token=token)).status == 429


async def test_a_text_that_somebody_put_into_a_hubs_word_is_kept_nowhere(pool: Pool, dsn: str) -> None:
    texts = ("見本太郎", "<script>alert(1)</script>", "Taro Mihon", "090-0000-0001 ", "a\nb", "")
    hostile = machine(
        "m2",
        hub=True,
        paper={text: "paper_out" for text in texts} | {f"p{n}": text for n, text in enumerate(texts)},
        checks={text: "bad" for text in texts} | {f"c{n}": text for n, text in enumerate(texts)},
        bells=texts,
    )
    machines = [replace(hostile, version=text) for text in texts] + [replace(hostile, code=text) for text in texts]
    wrong = 2**63 - 1
    machines += [replace(hostile, code="m3", heard_utc_ms=wrong, checked_utc_ms=wrong, behind=wrong)]
    machines += [replace(hostile, code="m4", heard_utc_ms=-wrong, checked_utc_ms=-wrong)]
    tell(dsn, office(*machines)._replace(trouble="<b>two chains</b>"))
    technician, metrics = token_of(dsn, "hanako", "technician"), token_of(dsn, "prometheus", "metrics")
    async with serving(pool, lambda: NOON) as (client, central):
        await alerts.look(central, (), NOON)
        told = await client.ask("GET", "/fleet?open=all", headers=await signed_in(client, technician))
        measured = await client.ask("GET", "/metrics", headers={"Authorization": f"Bearer {metrics}"})
        async with pool.connection() as connection:
            kept = str(await seen.all_offices(connection))
    for said in (told.body.decode(), measured.body.decode(), kept):
        assert "m2" in said and not [text for text in texts[:-1] if text in said]
    assert "&lt;b&gt;two chains&lt;/b&gt;" in told.body.decode() and "<b>two" not in told.body.decode()
    assert "script" not in told.headers["content-security-policy"]


async def test_metrics_have_a_token_of_their_own_and_say_what_the_page_says(pool: Pool, dsn: str) -> None:
    tell(
        dsn,
        office(
            machine("m1", hub=True, paper={"printer": "ready"}, checks={"disk": "good", "tls_hub": "look"}),
            machine("m2", paper={"printer": "paper_out"}, behind=5),
            pending=12,
        ),
    )
    technician, token = token_of(dsn, "hanako", "technician"), token_of(dsn, "prometheus", "metrics")
    async with serving(pool, lambda: NOON) as (client, central):
        await alerts.look(central, (), NOON)
        assert (await client.ask("GET", "/metrics")).status == 401
        assert (await client.ask("GET", "/metrics", headers={"Authorization": f"Bearer {technician}"})).status == 401
        answer = await client.ask("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200 and answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {(name, *sorted(labels.items())): value for name, labels, value in read(answer.body.decode())}
    of = ("machine", "m2"), ("office", OFFICE)
    assert found["hitofuda_machine_last_contact_timestamp_seconds", *of] == NOON.timestamp()
    assert found["hitofuda_machine_backlog_facts", *of] == 5
    assert found["hitofuda_machine_printer", *of, ("printer", "printer"), ("status", "paper_out")] == 1
    assert found["hitofuda_machine_check_grade", ("check", "tls_hub"), ("machine", "m1"), ("office", OFFICE)] == 1
    assert found["hitofuda_office_backlog_facts", ("office", OFFICE)] == 12
    assert found["hitofuda_alerts_open", ("severity", "warning")] == 1
    assert found["hitofuda_archive_on",] == 0
    assert any(name[0] == "hitofuda_central_info" for name in found)


async def test_without_its_database_the_page_says_so_and_metrics_are_503(pool: Pool, dsn: str) -> None:
    token = token_of(dsn, "prometheus", "metrics")
    async with serving(pool, lambda: NOON) as (client, _):
        await pool.close()
        answer = await client.ask("GET", "/fleet", headers={"Cookie": "__Host-fleet=x"})
        assert answer.status == 503 and "データベースが答えません" in answer.body.decode()
        assert (await client.ask("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})).status == 503


def test_the_commands_of_technicians(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "central.key").write_text("00" * 32)
    (tmp_path / "central.key").chmod(0o600)
    (tmp_path / "central.toml").write_text(
        'schema = 1\npublic_url = "https://x"\nkey_file = "central.key"\noffices_dir = "o"\n'
        f'[database]\ndsn = "{dsn}"\n'
    )

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["technician", *words, "--settings", str(tmp_path / "central.toml")])
        return done.exit_code, done.output

    assert run("add", "hanako", "--out", str(tmp_path / "a"))[0] == 0
    assert run("add", "prometheus", "--metrics", "--out", str(tmp_path / "b"))[0] == 0
    file = tmp_path / "a" / "technician.token"
    assert file.stat().st_mode & 0o777 == 0o600 and len(file.read_text().strip()) == 43
    assert (tmp_path / "b" / "metrics.token").exists()
    # What is there is never overwritten, and then the old token still counts.
    assert run("add", "hanako", "--out", str(tmp_path / "a"))[0] == 2
    assert run("add", "Hanako Sama", "--out", str(tmp_path / "c"))[0] == 2
    assert run("revoke", "hanako")[0] == 0 and run("revoke", "nobody")[0] == 2
    code, said = run("list")
    assert code == 0 and "hanako\ttechnician" in said and "revoked" in said and "prometheus\tmetrics" in said
