"""Python's collector may run in any thread, and every test here has a core in a second one. What it takes away there
may be a window that Qt deletes or draws at the same moment: so it works in Qt's own thread alone, between two tests.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

OLD = 2
"""The generation whose collection takes long."""


@pytest.fixture(scope="session", autouse=True)
def _application(qapp: object) -> None:
    """What is measured or drawn needs its fonts: without it Qt ends the process, whichever test is the first."""


@pytest.fixture(scope="module", autouse=True)
def _collected_whole() -> Iterator[None]:
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _collected_here(_collected_whole: None) -> Iterator[None]:
    yield
    gc.collect(OLD - 1)
