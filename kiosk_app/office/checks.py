"""What is known of each check of a machine: how it was last time, and when it was good for the last time. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

CHECKS_MAX = 60
"""Of one fact: more are no machine's."""


class LastCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`good_utc_ms`: 0 where it has never been good."""

    grade: str
    at_utc_ms: int
    good_utc_ms: int = 0


def after(known: Mapping[str, LastCheck], grades: Mapping[str, str], at_utc_ms: int) -> dict[str, LastCheck]:
    """What was not looked at this time stays as it was known."""
    found = dict(known)
    for check, grade in list(grades.items())[:CHECKS_MAX]:
        before = known.get(check)
        good = at_utc_ms if grade == "good" else before.good_utc_ms if before is not None else 0
        found[check] = LastCheck(grade=grade, at_utc_ms=at_utc_ms, good_utc_ms=good)
    return found


def of_machine(last_checks: Mapping[str, Mapping[str, LastCheck]], machine_code: str) -> dict[str, LastCheck]:
    """Over all logs that this machine has had: of each check the latest word, and the latest good one."""
    found: dict[str, LastCheck] = {}
    for chain, checks in last_checks.items():
        if chain.partition("~")[0] != machine_code:
            continue
        for check, last in checks.items():
            other = found.get(check, last)
            latest = max(last, other, key=lambda one: one.at_utc_ms)
            found[check] = LastCheck(
                grade=latest.grade,
                at_utc_ms=latest.at_utc_ms,
                good_utc_ms=max(last.good_utc_ms, other.good_utc_ms),
            )
    return found
