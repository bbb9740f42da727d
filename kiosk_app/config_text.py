"""Reads a file that people edit, with an error in words for them: the one way in for every file of an installation."""

from __future__ import annotations

from pathlib import Path

from kiosk_app.office.toml_config import ConfigError


def read_text(path: Path, error: type[ConfigError]) -> str:
    """Of a file that people edit. Raises the error in words for them."""
    try:
        raw = path.read_bytes()
    except OSError as cause:
        raise error(f"{path}: cannot be read: {cause.strerror}") from None
    try:
        # Editors of Windows put a mark before the first letter.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        raise error(f"{path}: expected UTF-8 text, line {line} is not: save it as UTF-8, not as Shift_JIS") from None


class SettingsError(ConfigError):
    """One message: the file, the key, and what was expected."""
