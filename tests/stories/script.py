"""Reads a story: one line an act, TIME WHO VERB THINGS; the first line says when it starts, the last what came out."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Means = Literal["counter", "unit"]


class StoryError(Exception):
    """A line that cannot be played; the text names file and line."""


@dataclass(frozen=True)
class Act:
    """`at` is office time without a zone."""

    line: int
    at: datetime
    who: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Floor:
    """An office of several computers: a hub, so many ticket machines, consoles at these counters, displays and voices
    of these floors. `standby`: the number of the ticket machine that may become the hub; 0 is none."""

    machines: int
    counters: tuple[int, ...]
    displays: tuple[str, ...]
    voices: tuple[str, ...]
    standby: int = 0
    central: bool = False
    """The city's central server sells times of this office, and a leader has a console without a counter."""


@dataclass(frozen=True)
class Story:
    name: str
    start: datetime
    acts: tuple[Act, ...]
    expected: dict[str, int]
    has_reader: bool = False
    """The machine has a card reader."""
    kiosk: Means | Literal[""] = ""
    """The machine is a certificate kiosk as well, and one pays there so."""
    practises: bool = False
    """One can practise at the machine."""
    finds: bool = False
    """The machine has life events."""
    floor: Floor | None = None
    """None: one computer is the whole office."""
    makes_forms: bool = False
    """The machine has a printer for documents and makes forms that nobody has to write."""
    is_looked_over: bool = False
    """A technician works at the machine, whose computer is a folder."""


def read(path: Path) -> Story:
    start: datetime | None = None
    acts: list[Act] = []
    expected: dict[str, int] = {}
    has_reader = practises = finds = makes_forms = is_looked_over = False
    kiosk: Means | Literal[""] = ""
    floor: Floor | None = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = shlex.split(line, comments=True)
        if not words:
            continue
        try:
            if words[0] == "start":
                start = datetime.fromisoformat(" ".join(words[1:]))
            elif words == ["machine", "card-reader"]:
                has_reader = True
            elif words == ["machine", "forms"]:
                has_reader = makes_forms = True
            elif words == ["machine", "technician"]:
                has_reader = is_looked_over = True
            elif words == ["machine", "practice"]:
                practises = True
            elif words == ["machine", "procedures"]:
                finds = True
            elif words[:2] == ["machine", "certificate-kiosk"]:
                has_reader, kiosk = True, _means(*words[2:])
            elif words[0] == "office":
                floor = _floor(words[1:])
            elif words[0] == "end":
                expected = {k: int(v) for k, v in zip(words[1::2], words[2::2], strict=True)}
            else:
                assert start is not None
                hour, minute = words[0].split(":")
                at = start.replace(hour=int(hour), minute=int(minute))
                acts.append(Act(number, at, words[1], tuple(words[2:])))
        except (ValueError, AssertionError, IndexError) as error:
            raise StoryError(f"{path.name}:{number}: cannot read this line: {line.strip()}") from error
    if start is None or not expected:
        raise StoryError(f"{path.name}: expected a line 'start DATE TIME' first and a line 'end …' last")
    return Story(
        path.stem,
        start,
        tuple(acts),
        expected,
        has_reader,
        kiosk,
        practises,
        finds,
        floor,
        makes_forms,
        is_looked_over,
    )


def _means(word: str) -> Means:
    """Raises ValueError."""
    if word == "counter":
        return "counter"
    if word == "unit":
        return "unit"
    raise ValueError(word)


def _floor(words: list[str]) -> Floor:
    """machines 2 counters 3 4 displays 1F voices 1F, and central where there is one. Raises ValueError."""
    central = "central" in words
    words = [word for word in words if word != "central"]
    named: dict[str, list[str]] = {name: [] for name in ("machines", "standby", "counters", "displays", "voices")}
    name = ""
    for word in words:
        if word in named:
            name = word
        elif name:
            named[name].append(word)
        else:
            raise ValueError(word)
    (machines,) = named["machines"]
    counters = tuple(int(counter) for counter in named["counters"])
    standby = int(named["standby"][0]) if named["standby"] else 0
    return Floor(int(machines), counters, tuple(named["displays"]), tuple(named["voices"]), standby, central)
