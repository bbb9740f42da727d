"""A real PostgreSQL for each worker of the test run, and in it a database that is as new for each test."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from central_server import database
from central_server.database import Pool
from scripts.postgres import Cluster, running
from tests.central_server import as_new
from tests.central_server.as_new import TEMPLATE, AsNew

_numbers = itertools.count()
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""What is asked here does not depend on the disk; test_killed.py asks that with everything on."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a database is left out of the inner loop: each worker would make a cluster of its own first."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    # A short path, because a socket lies in it; open to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "c", QUICK) as started:
            with psycopg.connect(started.dsn, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
            database.migrate(started.dsn.replace("dbname=postgres", f"dbname={TEMPLATE}"))
            yield started


@pytest.fixture(scope="session")
def _as_new(cluster: Cluster) -> AsNew:
    return AsNew(cluster, "as_new")


@pytest.fixture
def dsn(_as_new: AsNew) -> str:
    return _as_new.renew()


@contextlib.contextmanager
def fresh(cluster: Cluster) -> Iterator[str]:
    """A database of a test's own."""
    with as_new.fresh(cluster, f"t{next(_numbers)}") as made:
        yield made


@pytest_asyncio.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with database.pool(dsn) as opened:
        yield opened
