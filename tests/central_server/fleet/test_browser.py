"""The fleet page in Chromium, on a desk and on a telephone: what is first seen, the keyboard alone, nothing for axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from central_server.fleet import technicians
from tests.central_server.fleet.city import NOON, City, serving
from tests.central_server.pages.conftest import browser, database
from tests.central_server.pages.test_browser import SMALL, WIDE, findings, go, phone, press_on

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "database"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PICTURES = os.environ.get("HITOFUDA_FLEET_PICTURES", "")
"""A folder into which each page is drawn, for people who want to look."""
SIZES = {"desk": (1280, 800), "telephone": (390, 844), "narrow": (320, 568)}


@pytest.fixture(scope="module")
def _city(database: str) -> Iterator[City]:
    with serving(database) as city:
        yield city


@pytest.fixture
def city(_city: City) -> City:
    _city.forget()
    _city.now = NOON
    return _city


@pytest.fixture
def token(database: str) -> str:
    given: list[str] = []
    technicians.add(database, "hanako", "technician", NOON, given.append)
    return given[0]


def sign_in(page: Page, city: City, token: str) -> None:
    page.goto(f"{city.url}/fleet?auto=off")
    page.fill("#token", token)
    with page.expect_navigation():
        page.click("main button")


def drawn(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page="telephone" in name)


@pytest.mark.parametrize("size", ["desk", "narrow", pytest.param("telephone", marks=pytest.mark.long)])
def test_each_picture_of_a_city_is_readable_and_reachable(browser: Browser, city: City, token: str, size: str) -> None:
    wrong: dict[str, list[str]] = {}
    with phone(browser, *SIZES[size]) as page:

        def look(name: str, axe: bool = True) -> None:
            page.goto(f"{city.url}/fleet?auto=off")
            drawn(page, f"{size}-{name}")
            found = [*(findings(page) if axe else []), *page.evaluate(WIDE), *page.evaluate(SMALL)]
            if found:
                wrong[name] = found

        look("sign-in")
        sign_in(page, city, token)
        shows: dict[str, Callable[[], None]] = {"well": city.well, "trouble": city.in_trouble, "night": city.night}
        look("empty", axe=False)
        for name, show in shows.items():
            city.forget()
            city.now = NOON
            show()
            if city.now != NOON:
                # So late nobody is signed in any more.
                sign_in(page, city, token)
            look(name, axe=name == "trouble" and size != "narrow")
    assert wrong == {}


@pytest.mark.parametrize("size", ["desk", "telephone"])
def test_who_needs_somebody_is_seen_without_scrolling(browser: Browser, city: City, token: str, size: str) -> None:
    city.in_trouble()
    with phone(browser, *SIZES[size]) as page:
        sign_in(page, city, token)
        first = page.locator(".need").first
        box = first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= SIZES[size][1]
        assert [page.locator(f".need {part}").first.inner_text() for part in (".state", "a", ".machine", ".what")] == [
            "要対応",
            "小倉北区役所",
            "m3",
            "つながりません",
        ]
        assert page.title().startswith("要対応3")
        counts = [one.split() for one in page.locator(".counts li").all_inner_texts()]
        assert counts == [["要対応", "3"], ["注意", "2"], ["正常", "11台"], ["不明", "2台"]]


def test_by_keyboard_alone_and_without_scripts(browser: Browser, city: City, token: str) -> None:
    city.in_trouble()
    with phone(browser, *SIZES["desk"], script=False) as page:
        page.goto(f"{city.url}/fleet")
        press_on(page, "#token")
        page.keyboard.type(token)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        go(page, "nav a")
        assert page.url.endswith("?auto=off")
        press_on(page, "a[href='#office-moji']")
        page.keyboard.press("Enter")
        assert page.locator("#office-moji").is_visible()
        # What is shut is opened by the same key that opens anything.
        press_on(page, "#office-wakamatsu summary")
        shown = page.locator("#office-wakamatsu table").is_visible()
        page.keyboard.press("Enter")
        assert page.locator("#office-wakamatsu table").is_visible() is not shown
        go(page, "header form button")
        assert "技術員の入口" in page.inner_text("h1")
