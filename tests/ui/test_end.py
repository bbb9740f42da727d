"""A face ends without a word, in whatever order its parts are let go of: no window reads a model that is gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

ARGUMENTS = {"citizen": '"", "portrait"', "staff": '""', "display": '"", "1F"'}
ENDS = """
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
from ui.{kind}.main import build
for turn in range(3):
    engine, model = build({arguments})
    model.begin()
    application.processEvents()
    model.close()
    {order}
    application.processEvents()
print("ended")
"""


@pytest.mark.slow
@pytest.mark.parametrize("order", ["del model; del engine", "del engine; del model", "pass"])
@pytest.mark.parametrize("kind", sorted(ARGUMENTS))
def test_a_face_ends_without_a_word(kind: str, order: str) -> None:
    program = ENDS.format(kind=kind, arguments=ARGUMENTS[kind], order=order)
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")
