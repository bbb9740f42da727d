"""One database a file: what these tests write is emptied between two of them, which costs less than a new one."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from scripts.postgres import Cluster
from tests.central_server.conftest import fresh


@pytest.fixture(scope="module")
def _kept(cluster: Cluster) -> Iterator[str]:
    with fresh(cluster) as made:
        yield made


@pytest.fixture
def dsn(_kept: str) -> str:
    with psycopg.connect(_kept) as connection:
        connection.execute(
            "TRUNCATE kiosks, card_challenges, card_sessions, serials, issuances, verification_keys, page_limits"
        )
    return _kept
