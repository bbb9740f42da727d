"""The pages that whoever scans a certificate's code sees on a telephone: real Chromium, for a picture of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.stories.noon_web import CHROMIUM, PATIENCE_MS, PHONE


def look(pages: Mapping[str, str], picture: Callable[[str], Path]) -> None:
    """Addresses by the name of the picture; `picture` makes a file of it."""
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.getuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_context(**PHONE, locale="ja-JP").new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        for name, address in pages.items():
            page.goto(address)
            page.screenshot(path=picture(name), full_page=True)
        browser.close()
