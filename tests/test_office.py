"""`scripts/run` with windows: a folder has one office, and what is in the way is said with a next step."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.office import ROOT, CannotBegin, taken

STORIES = (
    "busy_morning, card_check, certificates, first_day, moving_in, practice, short_certificates, short_morning, "
    "slots_change_at_noon, technician_morning, write_free"
)


def test_a_second_office_in_the_same_folder_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with taken(tmp_path), pytest.raises(CannotBegin, match="An office runs in"):
        taken(tmp_path)
    taken(tmp_path).close()


def test_a_folder_whose_name_is_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotBegin, match="shorter folder"):
        taken(tmp_path / "深い" / ("x" * 90))


def test_a_set_up_clone_is_quiet_and_is_called_from_anywhere(tmp_path: Path) -> None:
    """What has been installed is not spoken of, and the folders that a caller names are the caller's."""
    command = [ROOT / "scripts" / "run", "--headless", "--story", "nothing"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"There is no story nothing. There are: {STORIES}\n"
