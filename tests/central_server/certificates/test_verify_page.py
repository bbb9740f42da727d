"""The page behind the code on paper: genuine, void, not ours; and whether it was made for who is named on the paper."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import AsyncIterator
from io import BytesIO
from urllib.parse import urlencode

import pypdfium2
import pytest_asyncio

from central_server.database import Pool
from kiosk_app import certificate_messages as wire
from kiosk_app.office.certificates import Wanted
from tests.central_server.certificates import house as h
from tests.central_server.certificates.house import KioskClient, kiosk
from tests.central_server.http_house import Answer, serving

HOSTILE = (
    "<script>alert(1)</script>",
    '"><script src=//evil.example></script>',
    "1985-11-03\r\nX-Injected: 1",
    "x\rLocation: https://evil.example/",
    "1985-11-03' OR '1'='1",
    "{{ 7 * 7 }}",
    "\x00\u2028\ufeff",
    "9" * 4_000,
)
RECORD = Wanted(kind="resident-record", scope="self")


@pytest_asyncio.fixture
async def one(dsn: str, pool: Pool) -> AsyncIterator[KioskClient]:
    async with kiosk(dsn, pool) as client:
        yield client


def scanned(pdf: bytes) -> str:
    """The path in the code, from the dots that a printer of 203 dpi would print."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        dots = document[0].render(scale=203 / 72, grayscale=True).to_pil().point([0] * 160 + [255] * 96)
    out = BytesIO()
    dots.save(out, "PNG")
    read = subprocess.run(["zbarimg", "--raw", "-q", "-"], input=out.getvalue(), capture_output=True, check=True)
    return read.stdout.decode().strip().removeprefix(h.PUBLIC_URL)


async def get(one: KioskClient, path: str) -> Answer:
    return await one.client.ask("GET", path, None, {"Accept-Language": "ja"})


async def said(one: KioskClient, path: str) -> str:
    answer = await get(one, path)
    assert answer.status == 200
    return answer.body.decode()


async def compare(one: KioskClient, path: str, birth: str) -> Answer:
    """The form, as a browser sends it back."""
    page = await get(one, path)
    cookie = page.headers["set-cookie"].partition(";")[0]
    (token,) = re.findall(r'name="token" value="([^"]+)"', page.body.decode())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "ja"}
    return await one.client.ask("POST", path, urlencode({"token": token, "birth": birth}).encode(), headers)


async def test_a_code_says_how_its_document_stands(one: KioskClient) -> None:
    opened = await one.opened()
    (document,) = (await one.prepared(opened.session, RECORD)).documents
    path = scanned(document.pdf)
    assert "取り消されています" in await said(one, path), "nothing counts before the confirmation"
    await one.ask(wire.IssueAsked(session=opened.session, issuances=(document.issuance,), fee_yen=200))
    assert "まだ確かめられていません" in await said(one, path)
    await one.ask(wire.OutcomeAsked(issuance=document.issuance, verdict="issued"))
    page = await said(one, path)
    assert "発行しています" in page and "住民票の写し" in page and document.serial in page and "見本です" in page
    assert "2026-04-06" in page and "髙﨑" not in page
    for language, words in (("en", "was issued here"), ("vi", "Giấy chứng nhận"), ("easy", "<ruby>")):
        assert words in await said(one, f"{path}?lang={language}")


async def test_a_changed_letter_and_a_number_that_was_never_given_are_not_ours(one: KioskClient, dsn: str) -> None:
    import psycopg

    opened = await one.opened()
    (document,) = (await one.prepared(opened.session, RECORD)).documents
    path = scanned(document.pdf)
    for at in (3, 20, 60, 116):
        changed = path[:at] + ("A" if path[at] != "A" else "B") + path[at + 1 :]
        answer = await get(one, changed)
        assert answer.status == 404 and "当市の証明書のものではありません" in answer.body.decode()
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM issuances")
    assert (await get(one, path)).status == 404


async def test_the_birth_date_on_the_paper_says_whether_the_code_is_its_own(one: KioskClient) -> None:
    opened = await one.opened()
    (document,) = (await one.prepared(opened.session, RECORD)).documents
    path = scanned(document.pdf)
    for typed, words in (
        ("昭和６０年１１月３日", "記録と同じ生年月日です"),
        ("19851103", "記録と同じ生年月日です"),
        ("1985-11-04", "記録とちがう生年月日です"),
        ("昨日", "のように入れてください"),
        ("1985-13-01", "のように入れてください"),
    ):
        answer = await compare(one, path, typed)
        assert answer.status == 200 and words in answer.body.decode(), typed
    for _ in range(5):
        assert (await compare(one, path, "1970-01-01")).status == 200
    assert (await compare(one, path, "1985-11-03")).status == 429, "no birth date is found by trying"


async def test_a_form_of_another_site_asks_nothing(one: KioskClient) -> None:
    opened = await one.opened()
    (document,) = (await one.prepared(opened.session, RECORD)).documents
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await one.client.ask("POST", scanned(document.pdf), b"birth=1985-11-03", headers)
    assert answer.status == 403


async def test_what_is_no_birth_date_is_told_so_and_comes_back_harmless(one: KioskClient) -> None:
    opened = await one.opened()
    (document,) = (await one.prepared(opened.session, RECORD)).documents
    path = scanned(document.pdf)
    for evil in HOSTILE:
        answer = await compare(one, path, evil)
        body = answer.body.decode()
        assert answer.status == 200 and "のように入れてください" in body, evil
        assert "<script" not in body and "x-injected" not in answer.headers and "location" not in answer.headers


async def test_a_city_without_certificates_has_no_such_page(pool: Pool) -> None:
    async with serving(pool) as (client, _):
        assert (await client.ask("GET", "/c/" + "A" * 114)).status == 404
