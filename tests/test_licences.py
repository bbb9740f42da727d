"""The product is Apache-2.0: what is installed with it may be LGPL only by name, and never GPL alone."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator

from packaging.requirements import Requirement

LGPL_BY_EXCEPTION = {"pyside6-essentials", "shiboken6", "pyscard", "psycopg", "psycopg-binary", "psycopg-pool"}


def installed_with(name: str, seen: set[str]) -> Iterator[str]:
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return
    seen.add(key)
    yield key
    for line in importlib.metadata.requires(key) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield from installed_with(requirement.name, seen)


def licence(name: str) -> str:
    told = importlib.metadata.metadata(name)
    classifiers = [c for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    return " ".join([told.get("License-Expression") or "", told.get("License") or "", *classifiers])


def test_nothing_is_gpl_and_lgpl_is_named() -> None:
    names = set(installed_with("hitofuda", set())) - {"hitofuda"}
    assert names >= LGPL_BY_EXCEPTION
    copyleft = {name for name in names if re.search(r"GPL|General Public", licence(name))}
    assert copyleft == LGPL_BY_EXCEPTION
    assert all(re.search(r"LGPL|Lesser", licence(name)) for name in copyleft)


def test_everything_says_under_what_licence_it_is() -> None:
    assert [name for name in installed_with("hitofuda", set()) if not licence(name).strip()] == []
