"""Every QML file satisfies qmllint, and what QML complains of at run time fails the test in which it happens."""

from __future__ import annotations

import subprocess
from pathlib import Path

import PySide6
import pytest
from PySide6.QtQml import QQmlComponent, QQmlEngine
from pytestqt.qtbot import QtBot

from tests.ui.quiet import quiet

ROOT = Path(__file__).parents[2]
FILES = sorted(str(path) for folder in ("ui", "bench") for path in (ROOT / folder).rglob("*.qml"))
LINT = Path(PySide6.__file__).parent / "qmllint"
STRICTER = ("--unused-imports", "warning", "--multiline-strings", "warning")
"""By default these two only inform; every other category warns, and none is switched off."""
FAULTS = {
    "an unknown name": "import QtQuick\nItem { width: nowhere }",
    "an unknown property": "import QtQuick\nItem { widht: 3 }",
    "an import for nothing": "import QtQuick\nimport QtQuick.Layouts\nItem { }",
    "a value of another kind": 'import QtQuick\nItem { width: "wide" }',
}


def lint(*files: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--ignore-settings", *STRICTER, "-W", "0", *files]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_every_file_is_clean() -> None:
    assert len(FILES) > 30
    done = lint(*FILES)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_judge_finds(fault: str, tmp_path: Path) -> None:
    bad = tmp_path / "Bad.qml"
    bad.write_text(FAULTS[fault] + "\n")
    done = lint(str(bad))
    assert done.returncode != 0
    assert "Bad.qml" in done.stdout + done.stderr


def test_a_complaint_at_run_time_is_heard(qtbot: QtBot) -> None:
    engine = QQmlEngine()
    component = QQmlComponent(engine)
    component.setData(b"import QtQml\nQtObject { property var a: null; property int b: a.nothing }", "")
    with pytest.raises(AssertionError, match="TypeError"), quiet():
        assert component.create() is not None
    engine.deleteLater()
    qtbot.wait(1)
