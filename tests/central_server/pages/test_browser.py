"""The phone pages in Chromium: no script, no sideways scrolling, large targets, keyboard alone, nothing for axe."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kiosk_app.api import LANGUAGES
from kiosk_app.office import booking_code
from tests.central_server.pages import server
from tests.central_server.pages.server import NOW, OFFICE, TICKET, Pages
from tests.central_server.pages.walk import all_pages, press

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
TARGET_PX = 44
"""Of everything that is pressed, in both directions; links inside of a sentence are only as high as their line."""
WIDE = """() => {
    const most = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')].filter(e => {
        const box = e.getBoundingClientRect();
        const hidden = e.closest('.out') || e.closest('.skip') || e.closest('rp');
        return !hidden && e.checkVisibility() && box.width > 0 && (box.right > most + 1 || box.left < -1);
    }).map(e => e.outerHTML.slice(0, 80)).concat(
        document.documentElement.scrollWidth > most ? ['the page scrolls sideways'] : []);
}"""
SMALL = f"""() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].filter(e => {{
    const box = e.getBoundingClientRect();
    const link = e.tagName == 'A' && getComputedStyle(e).display == 'inline';
    return !e.matches('.skip') && e.checkVisibility() && !link && (box.width < {TARGET_PX} || box.height < {TARGET_PX});
}}).map(e => e.outerHTML.slice(0, 120) + ' ' + JSON.stringify(e.getBoundingClientRect()))"""
PICTURES = os.environ.get("HITOFUDA_PHONE_PICTURES", "")
"""A folder into which every page is drawn, for people who want to look."""


@contextmanager
def phone(browser: Browser, width: int = 390, height: int = 844, script: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        locale="ja-JP",
        device_scale_factor=2,
    )
    page = context.new_page()
    page.set_default_timeout(120_000)
    try:
        yield page
    finally:
        context.close()


def findings(page: Page) -> list[str]:
    """By axe: all of its rules, so those of WCAG 2.2 A and AA and what it takes for good practice."""
    result = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in result.response["violations"]
        for node in one["nodes"]
    ]


def drawn(page: Page, language: str, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{language}-{name}.png"))


def test_every_page_in_japanese_on_the_narrowest_screen(browser: Browser, pages: Pages) -> None:
    walk(browser, pages, "ja", 320)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language(browser: Browser, pages: Pages, language: str) -> None:
    walk(browser, pages, language, 390)


def walk(browser: Browser, pages: Pages, language: str, width: int) -> None:
    """axe finds nothing, nothing is wider than the telephone, nothing is too small to be pressed, titles differ."""
    wrong: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    said: list[str] = []
    with phone(browser, width) as page:
        page.on("console", lambda message: said.append(message.text))
        for name in all_pages(page, pages, language):
            drawn(page, language, name)
            seen[name] = page.title()
            if found := [*findings(page), *page.evaluate(WIDE), *page.evaluate(SMALL)]:
                wrong[name] = found
    assert wrong == {}
    assert len(seen) >= 22 and all(seen.values())
    assert [one for one in said if "status of 4" not in one] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "width", "text_percent"),
    [
        ("vi", 320, 100),
        ("easy", 320, 100),
        ("en", 320, 100),
        ("ja", 390, 200),
        ("vi", 390, 200),
        ("easy", 390, 200),
        ("ja", 1280, 100),
    ],
)
def test_nothing_is_wider_than_the_screen(
    browser: Browser, pages: Pages, language: str, width: int, text_percent: int
) -> None:
    """320 px is also a window of 640 at 200 %; and letters alone twice as large."""
    wrong: dict[str, list[str]] = {}
    with phone(browser, width, 568) as page:
        for name in all_pages(page, pages, language):
            page.evaluate(f"document.documentElement.style.fontSize = '{text_percent}%'")
            if found := [*page.evaluate(WIDE), *page.evaluate(SMALL)]:
                wrong[name] = found
            if PICTURES and text_percent > 100:
                drawn(page, f"{language}-{width}-{text_percent}", name)
    assert wrong == {}


# --- the way of a booking --------------------------------------------------------------------------------------------


def test_a_booking_by_keyboard_alone_without_scripts(browser: Browser, pages: Pages) -> None:
    with phone(browser, script=False) as page:
        page.goto(f"{pages.url}/{OFFICE}/")
        press_on(page, "input#q")
        page.keyboard.type("引っ越し")
        page.keyboard.press("Enter")
        go(page, "a[href$='/service/move-in']")
        go(page, "a[href$='/book/move-in']")
        go(page, "a[href*='day=2026-04-07']")
        go(page, "a[href*='at=620']")
        go(page, "#go button")
        press_on(page, "#name")
        page.keyboard.type("見本太郎")
        press_on(page, "#phone")
        page.keyboard.type("090-0000-0001")
        page.keyboard.press("Enter")
        page.wait_for_selector(".code")
        code = page.locator(".code").get_attribute("aria-label") or ""
        claim = booking_code.read(code, NOW.date())
        assert claim is not None and claim.start_min == 620
        go(page, "a[href$='/cancel']")
        go(page, "main form button")
        page.wait_for_url(re.compile(r"/b/[^/]+/[^/]+$"))
        assert page.inner_text("h1") == "予約は取り消されました。"


def press_on(page: Page, selector: str) -> None:
    """Tab until it has the focus, as somebody without a mouse does; and see that no bar hides it."""
    target = page.locator(selector).first
    for _ in range(80):
        if target.evaluate("e => e === document.activeElement"):
            box, shown = target.bounding_box(), page.viewport_size
            assert box is not None and shown is not None
            assert box["y"] >= 0 and box["y"] < shown["height"] - 64, (selector, box)
            assert target.evaluate("e => getComputedStyle(e).outlineStyle != 'none' || e.id == 'q'")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def go(page: Page, selector: str) -> None:
    press_on(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_booking_by_touch_leaves_no_key_in_history_or_referer(browser: Browser, pages: Pages) -> None:
    with phone(browser) as page:
        asked: list[tuple[str, str]] = []
        page.on("request", lambda one: asked.append((one.url, one.headers.get("referer", ""))))
        page.goto(f"{pages.url}/{OFFICE}/book/move-in?day=2026-04-07&at=620")
        press(page, "#go button")
        page.fill("#name", "見本太郎")
        page.fill("#mail", "taro@example.jp")
        press(page, "form[action$=confirm] button")
        link = page.locator("a.long").get_attribute("href") or ""
        key = link.rpartition("/")[2]
        assert len(key) == 43
        asked.clear()
        page.goto(link)
        assert page.url == link.rpartition("/")[0] and page.inner_text("h1") == "予約しました"
        press(page, "nav.nav a[href$='/now']")
        assert [url for url, _ in asked if key in url] == [link]
        assert [referer for _, referer in asked if key in referer] == []
        page.go_back()
        assert key not in page.url


def test_the_ticket_page_renews_itself_until_it_is_stopped(browser: Browser, pages: Pages) -> None:
    with phone(browser, script=False) as page:
        server.show(pages.dsn, server.board(ahead=12), NOW)
        got = page.goto(f"{pages.url}/t/{TICKET}")
        assert got is not None and got.headers["refresh"] == "60"
        press(page, "a[href$='auto=off']")
        assert page.locator("a[href$='auto=off']").count() == 1
        got = page.reload()
        assert got is not None and "refresh" not in got.headers


def test_the_qr_code_is_the_reservation_code(browser: Browser, pages: Pages, tmp_path: Path) -> None:
    """As zbarimg reads it from the screen; what a ticket machine's reader then types."""
    import shutil
    import subprocess

    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is not installed")
    with phone(browser) as page:
        page.goto(f"{pages.url}/{OFFICE}/book/move-in?day=2026-04-07&at=620")
        press(page, "#go button")
        page.fill("#name", "見本太郎")
        page.fill("#mail", "taro@example.jp")
        press(page, "form[action$=confirm] button")
        page.locator(".qr").screenshot(path=str(tmp_path / "qr.png"))
        code = (page.locator(".code").get_attribute("aria-label") or "").replace(" ", "")
    read = subprocess.run(["zbarimg", "-q", "--raw", str(tmp_path / "qr.png")], capture_output=True, check=True)
    assert read.stdout.decode().strip() == code and len(code) == 16
    with psycopg.connect(pages.dsn) as connection:
        assert connection.execute("SELECT count(*) FROM bookings").fetchone() == (1,)
