"""A sound card that takes as long as it sounds, for who must be silenced in time."""

import os
from pathlib import Path

import pytest

PLAYER = """#!/bin/sh
# A sound card that takes as long as it sounds: it keeps the device's name and then plays for half a minute.
echo "$3" >> "$0.played"
cat > /dev/null
exec sleep 30
"""


@pytest.fixture
def slow_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the place of `aplay`; one line a play in the file that is returned."""
    program = tmp_path / "aplay"
    program.write_text(PLAYER)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path / "aplay.played"
