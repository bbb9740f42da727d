"""Synthetic office for the console's tests: the day of the mock-ups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest

from tests.ui.small_core import SmallCore


@pytest.fixture
def core(tmp_path: Path) -> Iterator[SmallCore]:
    small = SmallCore(tmp_path / "core.sock")
    small.start()
    yield small
    small.stop()
