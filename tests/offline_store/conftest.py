"""Shared by the store's tests: synthetic facts, and how deep to dig."""

from collections.abc import Callable
from pathlib import Path

import pytest

from offline_store.log import Log, NewFact
from tests.depth import DEPTH


@pytest.fixture(scope="session")
def deep() -> bool:
    return DEPTH == "long"


@pytest.fixture(scope="session")
def facts() -> Callable[..., list[NewFact]]:
    def make(count: int, first: int = 0, padding: int = 60) -> list[NewFact]:
        return [
            NewFact(
                "staff-07", "Called" if n % 3 else "TicketIssued", b'{"n":%d,"x":"%s"}' % (n, b"x" * padding), 1000 + n
            )
            for n in range(first, first + count)
        ]

    return make


@pytest.fixture
def opened(tmp_path: Path):
    """Opens logs by machine name and closes them at the end."""
    logs: list[Log] = []

    def open_log(machine: str = "m1", **options: object) -> Log:
        log = Log.open(tmp_path / f"{machine}.db", machine, **options).log
        logs.append(log)
        return log

    yield open_log
    for log in logs:
        log.close()
