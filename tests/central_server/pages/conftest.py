"""One database and one server of phone pages for all tests of a file, and one browser."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from scripts.postgres import Cluster
from tests.central_server.pages import server
from tests.central_server.pages.server import Client, Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = "/usr/bin/chromium"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> str:
    name = f"pages{next(_numbers)}"
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_hitofuda".encode())
    return cluster.dsn.replace("dbname=postgres", f"dbname={name}")


@pytest.fixture(scope="module")
def _pages(database: str) -> Iterator[Pages]:
    server.plan(database)
    with server.serving(database) as pages:
        yield pages


@pytest.fixture
def pages(_pages: Pages, database: str) -> Pages:
    """As it was at the beginning: nothing booked, counted or shown, and the same time."""
    _pages.now = server.NOW
    with psycopg.connect(database) as connection:
        connection.execute(
            "TRUNCATE bookings, contacts, facts, page_limits, tries, messages, office_sync, survey_answers, "
            "survey_given, crowding, give_backs"
        )
        connection.execute("UPDATE slot_days SET version = version + 1, closed = false")
    _pages.forget()
    return _pages


@pytest.fixture
def visitor(pages: Pages) -> Client:
    return pages.client()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a file: while it is there, this thread has a running loop and no other test can have one."""
    # Loaded only where a browser is wanted: the inner loop has none.
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.getuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()
