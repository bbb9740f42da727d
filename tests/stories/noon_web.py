"""People who book on their telephones: real Chromium, several pages at once, the city's own pages over TLS, no scripts.

The browser has a thread of its own. Whoever books presses what is on the page and nothing else; what the page then says
is the only thing that is believed of it.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.async_api import Browser, Error, Locator, Page, Playwright, async_playwright

from tests.stories.house import Untrue

CHROMIUM = "/usr/bin/chromium"
AT_ONCE = 4
PATIENCE_MS = 60_000
TRIES = 6
"""Somebody else may be quicker: then another time is chosen."""
PHONE = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False, "ignore_https_errors": True}
T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """`number` is of the person and of nobody else; `looked_at`: a picture of every page."""

    number: int
    service: str
    since_min: int
    until_min: int
    looked_at: bool = False


@dataclass(frozen=True)
class Told:
    """What the last page said: it is booked, with this code."""

    wanted: Wanted
    code: str


def person(wanted: Wanted) -> tuple[str, str]:
    """Name and telephone number, as they are typed."""
    return f"ミホン{'アイウエオ'[wanted.number % 5]}", f"090-0000-{wanted.number:04}"


class Phones:
    """`picture`: a name of a page to a new file."""

    def __init__(self, url: str, office: str, day: str, picture: Callable[[str], str]) -> None:
        self._start, self._day, self._picture = f"{url}/{office}", day, picture
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phones", daemon=True)
        self._thread.start()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except Error as trouble:
            raise Untrue(f"the browser: {trouble}") from trouble

    def open(self) -> None:
        self._wait(self._open())

    async def _open(self) -> None:
        arguments = ["--disable-gpu", *(["--no-sandbox"] if os.getuid() == 0 else [])]
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

    def book(self, people: list[Wanted]) -> list[Told]:
        """In the order of `people`. Raises Untrue where a page does not lead on."""
        return self._wait(self._all(people))

    async def _all(self, people: list[Wanted]) -> list[Told]:
        """On so many telephones at once. Each goes from hand to hand, with nothing left of whoever had it before: a new
        one for everybody costs the machine two processes each."""
        assert self._browser is not None
        coming, told = iter(enumerate(people)), dict[int, Told]()

        async def telephone(browser: Browser) -> None:
            context = await browser.new_context(**PHONE, locale="ja-JP")  # type: ignore[arg-type]
            try:
                page = await context.new_page()
                page.set_default_timeout(PATIENCE_MS)
                for number, wanted in coming:
                    await context.clear_cookies()
                    told[number] = await self._one(page, wanted)
            finally:
                await context.close()

        await asyncio.gather(*(telephone(self._browser) for _ in range(min(AT_ONCE, len(people)))))
        return [told[number] for number in range(len(people))]

    async def _one(self, page: Page, wanted: Wanted) -> Told:
        draw = random.Random(wanted.number)
        for _ in range(TRIES):
            await page.goto(f"{self._start}/book/{wanted.service}?day={self._day}")
            await self._look(page, wanted, "times")
            offered = await self._offered(page, wanted)
            if not offered:
                raise Untrue(f"no time from {wanted.since_min} to {wanted.until_min} is offered for {wanted.service}")
            await press(page, page.locator(f"ul.slots a[href*='at={draw.choice(offered)}#']").first)
            await self._look(page, wanted, "chosen")
            go = page.locator("#go button")
            if await go.count():
                await press(page, go)
            if await page.locator("form[action$=confirm]").count():
                return await self._confirm(page, wanted)
        raise Untrue(f"{TRIES} times in a row somebody else was quicker than {wanted}")

    async def _offered(self, page: Page, wanted: Wanted) -> list[int]:
        links = await page.locator("ul.slots a.slot").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        minutes = [int(link.partition("at=")[2].partition("#")[0]) for link in links]
        return [minute for minute in minutes if wanted.since_min <= minute < wanted.until_min]

    async def _confirm(self, page: Page, wanted: Wanted) -> Told:
        name, phone = person(wanted)
        await page.fill("#name", name)
        await page.fill("#phone", phone)
        await self._look(page, wanted, "held")
        await press(page, page.locator("form[action$=confirm] button"))
        code = page.locator(".code").first
        await code.wait_for()
        await self._look(page, wanted, "booked")
        return Told(wanted, (await code.get_attribute("aria-label") or "").replace(" ", ""))

    async def _look(self, page: Page, wanted: Wanted, name: str) -> None:
        if wanted.looked_at:
            await page.screenshot(path=self._picture(f"phone-{name}"))

    def look(self, path: str, name: str) -> None:
        """One picture of a page of the office."""
        self._wait(self._look_at(path, name))

    async def _look_at(self, path: str, name: str) -> None:
        assert self._browser is not None
        context = await self._browser.new_context(**PHONE, locale="ja-JP")  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(self._start + path)
        await page.screenshot(path=self._picture(f"phone-{name}"))
        await context.close()

    def close(self) -> None:
        async def close() -> None:
            if self._browser is not None:
                await self._browser.close()
            if self._playwright is not None:
                await self._playwright.stop()

        self._wait(close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def press(page: Page, target: Locator) -> None:
    """What leads to another page, until that page is there."""
    async with page.expect_navigation():
        await target.click()
