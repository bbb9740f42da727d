"""Every page for a phone as a visitor comes to it in a real browser, for tests that ask the same of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import psycopg
from playwright.sync_api import Page

from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, TICKET, Pages

WORDS = {
    "ja": "引っ越し",
    "easy": "ひっこし",
    "en": "moving",
    "zh": "搬家",
    "ko": "이사",
    "vi": "chuyển nhà",
}


def usual(dsn: str) -> None:
    """Two weeks of an office's mornings and afternoons."""
    with psycopg.connect(dsn) as connection:
        for days in range(1, 15):
            day = NOW.date() - timedelta(days=days)
            if day.weekday() < 5:
                for hour, waiting in zip(range(8, 17), (3, 9, 14, 12, 4, 6, 9, 7, 2), strict=True):
                    connection.execute(
                        "INSERT INTO crowding VALUES (%s, 'A', %s, %s, %s, 12, 1)", (OFFICE, day, hour, 12 * waiting)
                    )


def press(page: Page, selector: str) -> None:
    """What leads to another page, until that page is there."""
    with page.expect_navigation():
        page.click(selector)


def all_pages(page: Page, pages: Pages, language: str) -> Iterator[str]:
    """Names of the pages, each while the browser is there. The browser must keep cookies and needs no scripts."""
    here = f"{pages.url}/{OFFICE}"
    server.show(pages.dsn, server.board(), NOW)
    usual(pages.dsn)
    page.goto(f"{here}/?lang={language}")
    yield "home"
    page.click(".languages summary")
    yield "languages"
    for name, address in (
        ("find", f"/find?q={quote(WORDS[language])}"),
        ("nothing", "/find?q=zzzzqq"),
        ("ask", "/ask/changes"),
        ("service", "/service/move-out"),
        ("choose", "/book"),
        ("life events", "/procedures"),
        ("a question", "/procedures/move-in?a=n"),
        ("what to do", "/procedures/move-in?a=nynyyyyy"),
        ("days", "/book/move-in"),
    ):
        page.goto(here + address)
        yield name
    yield from _booking(page, pages, here)
    page.goto(f"{here}/lost")
    page.fill("#code", "1234")
    press(page, "main form button")
    yield "lost"
    page.goto(f"{here}/now")
    yield "now"
    yield from _ticket(page, pages, here)
    page.goto(f"{pages.url}/t/{'a' * 16}")
    yield "trouble"


def _booking(page: Page, pages: Pages, here: str) -> Iterator[str]:
    page.goto(f"{here}/book/move-in?day=2026-04-07&at=620")
    yield "slots"
    press(page, "#go button")
    yield "held"
    page.fill("#mail", "taro@@example")
    press(page, "form[action$=confirm] button")
    yield "wrong"
    page.fill("#name", "見本太郎")
    page.fill("#mail", "taro@example.jp")
    press(page, "form[action$=confirm] button")
    yield "booked"
    own = page.url
    page.goto(f"{own}/change?day=2026-04-08&at=540")
    yield "change"
    page.goto(f"{own}/cancel")
    yield "cancel"
    press(page, "main form button")
    yield "cancelled"


def _ticket(page: Page, pages: Pages, here: str) -> Iterator[str]:
    page.goto(f"{here}/ticket")
    yield "tab"
    page.goto(f"{pages.url}/t/{TICKET}?auto=off")
    yield "ticket"
    page.goto(f"{pages.url}/t/{TICKET}/cancel")
    yield "give back"
    press(page, "main form button")
    yield "given back"
    for number, state in enumerate(("called", "done"), 1):
        at = NOW + timedelta(seconds=5 * number)
        server.show(pages.dsn, server.board(state=state), at)
        pages.now = at
        page.goto(f"{pages.url}/t/{TICKET}?auto=off")
        yield state
    server.show(pages.dsn, server.board(), NOW + timedelta(seconds=20))
    pages.now = NOW + timedelta(minutes=10)
    page.goto(f"{pages.url}/t/{TICKET}?auto=off")
    yield "silent"
    page.goto(f"{here}/now")
    yield "now of a silent office"
    pages.now = NOW
