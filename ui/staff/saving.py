"""Puts a table of figures into the documents of this console, where a leader's spreadsheet finds it.

Never over another file, and whole or not at all: a half table would be believed.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from ui.staff.figures_desk import SaveTable, TableSaved

FOLDER = "hitofuda"
SAME_NAME_MAX = 99
TOO_MANY = "同じ名前のファイルが多すぎます。古いものを片づけてから、もう一度押してください。"
NOT_SAVED = "保存できませんでした。空き容量と、フォルダーの書き込みを確かめてください。"


def folder() -> Path:
    """Of whoever runs this console."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)) / FOLDER


def save(into: Path, table: SaveTable) -> TableSaved:
    """A second one of a name is called 名前 (2), readable for its owner alone."""
    stem, _, ending = table.name.rpartition(".")
    try:
        into.mkdir(parents=True, exist_ok=True)
        for number in range(1, SAME_NAME_MAX + 1):
            path = into / (table.name if number == 1 else f"{stem} ({number}).{ending}")
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            except FileExistsError:
                continue
            return _write(handle, path, table.data)
    except OSError:
        return TableSaved(cause=NOT_SAVED)
    return TableSaved(cause=TOO_MANY)


def _write(handle: int, path: Path, data: bytes) -> TableSaved:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        return TableSaved(cause=NOT_SAVED)
    return TableSaved(place=str(path))
