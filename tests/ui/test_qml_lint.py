"""Every QML file passes Qt's own linter without one warning: it finds what no picture shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_qmllint_has_nothing_to_say() -> None:
    files = sorted(str(path) for path in (ROOT / "ui").rglob("*.qml"))
    assert files
    linter = Path(sys.executable).with_name("pyside6-qmllint")
    done = subprocess.run([linter, "-W", "0", *files], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
