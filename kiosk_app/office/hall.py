"""The hall: what a display stands for, what it tells beside the calls, and how loud it is at which hour. Pure.

A zone is what a display is started for (`--zone`): nothing for the whole office, a floor, or a display of the catalogue
that shows only some groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kiosk_app.office import calendar, catalogue
from kiosk_app.office.catalogue import Office, Text

LOUDEST_PERCENT = 100
TOLD_OF_A_GROUP = ("closure", "lunch")
"""Why one group may be closed while others are open, and would otherwise only look forgotten."""
COLONS = {"ja": "：", "easy": "：", "zh": "："}


@dataclass(frozen=True)
class Zone:
    """`counters` are those whose calls it shows; `letters` the groups whose waiting it shows, in their order there."""

    floors: tuple[str, ...]
    counters: frozenset[int]
    letters: tuple[str, ...]


@dataclass(frozen=True)
class News:
    """`now`: of this day or hour. The others as the catalogue says."""

    kind: catalogue.NewsKind
    text: Text


def zones(office: Office) -> frozenset[str]:
    return frozenset({"", *(f.id for f in office.floors), *(d.id for d in office.displays)})


def zone(office: Office, zone_id: str) -> Zone:
    """Of one of `zones`. A counter that serves other groups too is shown with all that it calls."""
    display = next((d for d in office.displays if d.id == zone_id), None)
    if display is not None:
        counters = [c for c in office.counters if set(c.groups) & set(display.groups)]
        letters = display.groups
    else:
        counters = [c for c in office.counters if zone_id in ("", c.floor)]
        served = {letter for c in counters for letter in c.groups}
        letters = tuple(g.letter for g in office.groups if g.letter in served)
    floors = tuple(f.id for f in office.floors if f.id in {c.floor for c in counters})
    return Zone(floors, frozenset(c.number for c in counters), letters)


def volume_percent(office: Office, floor_id: str, at: datetime) -> int:
    """Of the voice on a floor; 0 is silence. `at` is local."""
    clock = at.strftime("%H:%M")
    for hours in office.volume_hours:
        if floor_id in (hours.floors or (floor_id,)) and hours.start <= clock < hours.until:
            return hours.volume
    return next((f.volume for f in office.floors if f.id == floor_id), LOUDEST_PERCENT)


def is_silent(office: Office, where: Zone, at: datetime) -> bool:
    """Nothing that is called here is spoken."""
    return all(volume_percent(office, floor, at) == 0 for floor in where.floors)


def news(office: Office, where: Zone, at: datetime) -> Iterator[News]:
    """What is special today or at this hour comes before what always holds, and the city's messages come last."""
    for extra in office.calendar.extra_openings:
        if extra.date == at.date() and set(where.letters) & set(extra.groups):
            yield News("now", extra.reason)
    told: list[Text] = []
    for text in (*_lunches(office, where, at), *_closures(office, where, at)):
        if text not in told:
            told.append(text)
            yield News("now", text)
    for kind in ("office", "city"):
        for notice in office.notices:
            here = set(where.floors) & set(notice.floors or where.floors)
            if notice.kind == kind and here and catalogue.is_valid(notice, at.date()):
                yield News(notice.kind, notice.text)


def _lunches(office: Office, where: Zone, at: datetime) -> Iterator[Text]:
    for letter in where.letters:
        lunch = calendar.lunch_at(office, letter, at)
        group = catalogue.group(office, letter)
        if (
            lunch is not None
            and lunch.kind == "half"
            and isinstance(calendar.opening(office, group, at), calendar.Open)
        ):
            yield lunch.reason


def _closures(office: Office, where: Zone, at: datetime) -> Iterator[Text]:
    """Why no time stands beside a group. Its name comes first, unless the reason holds for all that are shown."""
    closed = {}
    for letter in where.letters:
        now = calendar.opening(office, catalogue.group(office, letter), at)
        if isinstance(now, calendar.Closed) and now.cause in TOLD_OF_A_GROUP:
            closed[letter] = now.reason
    for letter, reason in closed.items():
        if len(closed) == len(where.letters) and all(other == reason for other in closed.values()):
            yield reason
        else:
            name = catalogue.group(office, letter).name
            yield {x: f"{name.get(x, name['ja'])}{COLONS.get(x, ': ')}{words}" for x, words in reason.items()}
