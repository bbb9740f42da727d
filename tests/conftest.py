"""What holds for every test: hypothesis has no deadline (a busy machine is no bug) and digs as deep as is asked,
and what never changes is read once.
"""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

from tests import read_once
from tests.depth import DEPTH, examples
from tests.long_first import in_order

WHOLLY_SLOW = re.compile(r"^pytestmark = (pytest\.mark\.slow|\[.*\bpytest\.mark\.slow\b)", re.MULTILINE)

settings.register_profile("hitofuda", deadline=None, max_examples=examples(100))
settings.load_profile("hitofuda")
read_once.install()
# Nothing that is gathered goes before the end, and it is a million objects: to look through them while they come, and
# later again and again for each worker, cost the inner loop a fifth of its time.
gc.disable()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """The inner loop does not even read a file of which it would leave out every test."""
    if DEPTH == "quick" and collection_path.suffix == ".py" and WHOLLY_SLOW.search(collection_path.read_text()):
        return True
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = in_order(items, workers, float(config.getini("timeout")))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
