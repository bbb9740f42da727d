"""Reads an office's catalogue and answers plain questions about it.

A mistake in that file must be found by name before the doors open, never by a visitor; so there is one way in,
`parse`, and its error names the file, the key and what was expected.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from kiosk_app.office import catalogue_check, toml_config
from kiosk_app.office.catalogue_parts import (
    LANGUAGES,
    WEEKDAYS,
    Answer,
    Calendar,
    Closure,
    Counter,
    Display,
    Event,
    ExtraOpening,
    Floor,
    Group,
    Hours,
    Item,
    Lunch,
    NewsKind,
    Notice,
    Office,
    Online,
    Prepared,
    Question,
    Queue,
    Reasons,
    Records,
    Service,
    Span,
    Text,
    VolumeHours,
    Weekday,
    WeekHours,
    YearlyClosure,
)

__all__ = [
    "LANGUAGES",
    "WEEKDAYS",
    "Answer",
    "Calendar",
    "CatalogueError",
    "Closure",
    "Counter",
    "Display",
    "Event",
    "ExtraOpening",
    "Floor",
    "Group",
    "Hours",
    "Item",
    "Lunch",
    "NewsKind",
    "Notice",
    "Office",
    "Online",
    "Prepared",
    "Question",
    "Queue",
    "Reasons",
    "Records",
    "Service",
    "Span",
    "Text",
    "VolumeHours",
    "WeekHours",
    "Weekday",
    "YearlyClosure",
    "bring_of",
    "counter_runs",
    "counters_of",
    "floor_of",
    "group",
    "is_valid",
    "parse",
    "public_name",
    "service",
    "services_of",
    "text",
    "zone",
]


class CatalogueError(toml_config.ConfigError):
    """One message: the file, the key, and what was expected."""


def parse(toml_text: str, file_name: str) -> Office:
    """Raises CatalogueError; its text is one message for a person who edits the file."""
    office = toml_config.read(toml_text, file_name, Office, CatalogueError)
    faults = list(catalogue_check.faults(office))
    if faults:
        raise CatalogueError(toml_config.first_of(file_name, faults))
    return office


def text(value: Text, language: str) -> str:
    """The text in a language; Japanese where that is missing; empty for a text that was left out."""
    return value.get(language) or value.get("ja", "")


def group(office: Office, letter: str) -> Group:
    return next(g for g in office.groups if g.letter == letter)


def service(office: Office, service_id: str) -> Service:
    return next(s for s in office.services if s.id == service_id)


def services_of(office: Office, letter: str, day: date) -> tuple[Service, ...]:
    """Offered on that day, in the order of the file."""
    return tuple(s for s in office.services if s.group == letter and is_valid(s, day))


def is_valid(offered: Service | Notice | Item, day: date) -> bool:
    return (offered.valid_from or day) <= day <= (offered.valid_until or day)


def counters_of(office: Office, letter: str) -> tuple[Counter, ...]:
    return tuple(sorted((c for c in office.counters if letter in c.groups), key=lambda c: c.number))


def floor_of(office: Office, letter: str) -> Floor:
    """The one floor of a group's counters (the check refuses a group on two floors)."""
    floor_id = counters_of(office, letter)[0].floor
    return next(f for f in office.floors if f.id == floor_id)


def bring_of(office: Office, offered: Service, day: date) -> tuple[Item, ...]:
    """What to bring for a service on that day, in the order of its list."""
    items = {item.id: item for item in office.items if is_valid(item, day)}
    return tuple(items[item_id] for item_id in offered.bring if item_id in items)


def counter_runs(office: Office, letter: str) -> tuple[tuple[int, int], ...]:
    """A group's counters as runs of numbers, for 「3〜6番窓口」: ((3, 6),)."""
    runs: list[tuple[int, int]] = []
    for counter in counters_of(office, letter):
        if runs and runs[-1][1] + 1 == counter.number:
            runs[-1] = (runs[-1][0], counter.number)
        else:
            runs.append((counter.number, counter.number))
    return tuple(runs)


def public_name(offered: Service) -> Text:
    """What may stand on paper, on a display, and be spoken."""
    return offered.public_name or offered.name


def zone(office: Office) -> ZoneInfo:
    return ZoneInfo(office.zone)
