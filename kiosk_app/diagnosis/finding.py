"""One thing that was looked at, graded. Every grade that is not good has a cause and a next step: no bare red."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Grade = Literal["good", "look", "bad"]
GRADES: tuple[Grade, ...] = ("good", "look", "bad")
"""look: it works, and somebody should see to it. bad: something does not work. In the order of the exit codes."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`check`: its name for programs and facts (printer). `name`: for technicians (プリンター)."""

    check: str
    name: str
    grade: Grade
    says: str
    cause: str = ""
    next_step: str = ""
    good_utc_ms: int = 0
    """When it was good for the last time, as the log knows; 0 where it does not."""


def good(check: str, name: str, says: str) -> Finding:
    return Finding(check=check, name=name, grade="good", says=says)


def look(check: str, name: str, says: str, cause: str, next_step: str) -> Finding:
    return Finding(check=check, name=name, grade="look", says=says, cause=cause, next_step=next_step)


def bad(check: str, name: str, says: str, cause: str, next_step: str) -> Finding:
    return Finding(check=check, name=name, grade="bad", says=says, cause=cause, next_step=next_step)


def worst(findings: Iterable[Finding]) -> Grade:
    return max((one.grade for one in findings), key=GRADES.index, default="good")
