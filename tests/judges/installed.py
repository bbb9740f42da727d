"""Which judges are here: scripts/test installs them (scripts/judges.sh), each in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

JUDGES = Path(__file__).parents[2] / ".setup" / "judges"


def needs(name: str, otherwise: str) -> pytest.MarkDecorator:
    """Skips where the judge is missing, and says why: what hindered its installation, or `otherwise`."""
    log = JUDGES / f"{name}.txt"
    hindered = f"a judge could not be installed, {log} says why: not run"
    return pytest.mark.skipif(not (JUDGES / name).exists(), reason=hindered if log.exists() else otherwise)
