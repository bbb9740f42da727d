"""Writes metrics as Prometheus reads them (text format, version 0.0.4). Pure.

Of our own, because everything that is told stands in the database and is the same whichever worker process answers: the
usual client counts within one process and would need files shared by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


class Sample(NamedTuple):
    labels: Mapping[str, str]
    value: float


class Family(NamedTuple):
    """All samples of one name stand together."""

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    samples: tuple[Sample, ...]


def write(families: Iterable[Family]) -> str:
    """A family without samples is left out. Raises ValueError for names that Prometheus does not take, and for two
    samples of one place."""
    lines: list[str] = []
    for one in families:
        if not one.samples:
            continue
        if NAME.fullmatch(one.name) is None:
            raise ValueError(f"{one.name}: is no name of a metric")
        lines += [f"# HELP {one.name} {one.help.translate(_HELP)}", f"# TYPE {one.name} {one.kind}"]
        places = set()
        for sample in one.samples:
            place = _place(one.name, sample.labels)
            if place in places:
                raise ValueError(f"{place}: is told twice")
            places.add(place)
            lines.append(f"{place} {_number(sample.value)}")
    return "\n".join([*lines, ""])


def _place(name: str, labels: Mapping[str, str]) -> str:
    if not labels:
        return name
    for label in labels:
        if LABEL.fullmatch(label) is None or label.startswith("__"):
            raise ValueError(f"{label}: is no name of a label")
    told = ",".join(f'{label}="{value.translate(_ESCAPES)}"' for label, value in labels.items())
    return f"{name}{{{told}}}"


def _number(value: float) -> str:
    """As Go reads it; whole numbers without a point."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
