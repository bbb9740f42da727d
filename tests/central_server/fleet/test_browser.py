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
from tests.central_server.pages.test_browser import SMALL, WIDE, findings, phone

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


@pytest.mark.parametrize("size", SIZES)
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
            look(name, axe=name == "trouble")
    assert wrong == {}
