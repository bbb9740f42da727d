"""Refuses a catalogue that is well formed but makes no sense: unknown ids, letters that sound alike, lost questions.

Each fault is one sentence that begins with the key's path. Texts have their own file, catalogue_texts.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from kiosk_app.office.catalogue_certificates import certificate_faults
from kiosk_app.office.catalogue_hall import hall_faults
from kiosk_app.office.catalogue_parts import LANGUAGES, Calendar, Hours, Item, Office, Question, Service
from kiosk_app.office.catalogue_slots import slot_faults
from kiosk_app.office.catalogue_texts import text_faults

ROWS_MAX = 7
"""Rows that fit a screen beside the wait panel."""
QUESTIONS_DEEP_MAX = 3

_ID = "the id of a service"
SOUND_ALIKE = ("AJK", "BCDEGPTVZ", "FSX", "MN", "IY", "QU")
"""Letters of one string are taken for each other when they are called out in Japanese or English."""
LOOK_LIKE_DIGITS = "IOQ"

KEEP_DAYS_MIN, KEEP_DAYS_MAX = 31, 36_525
"""A month, so that who asks about the last one is answered; a hundred years."""

ICONS = frozenset({
    "baby", "bag", "box", "calendar", "card", "cardlost", "care", "chain", "child", "clock", "doc", "flower", "hand",
    "info", "key", "list", "move", "pencil", "people", "phone", "pin", "question", "rings", "search", "shield",
    "ticket", "work", "yen",
})  # fmt: skip


def faults(office: Office) -> Iterator[str]:
    """In the order in which a person should mend them."""
    yield from _top(office)
    yield from _doubles(office)
    yield from _letters(office)
    yield from _references(office)
    yield from _sizes(office)
    yield from _services(office)
    yield from _questions(office)
    yield from _hours(office.calendar)
    yield from _prepared(office)
    yield from hall_faults(office)
    yield from slot_faults(office.groups, {service.id: service.group for service in office.services})
    yield from certificate_faults(office.certificates, {service.id for service in office.services})
    yield from text_faults(office)


def _top(office: Office) -> Iterator[str]:
    try:
        ZoneInfo(office.zone)
    except (ValueError, OSError, KeyError):
        yield f"zone: expected the name of a time zone such as Asia/Tokyo, got {office.zone!r}"
    for language in office.unreviewed_languages:
        if language not in LANGUAGES:
            yield f"unreviewed_languages: expected languages among {', '.join(LANGUAGES)}, got {language!r}"
    if not office.status_url.endswith("/"):
        yield "status_url: expected an address that ends with /, because the ticket's id follows it"
    if office.records is not None:
        yield from keep_days_faults("records.keep_days", office.records.keep_days)
    for key in ("floors", "groups", "services", "counters", "cancel_reasons"):
        if not getattr(office, key):
            yield f"{key}: expected at least one"


def keep_days_faults(path: str, keep_days: int) -> Iterator[str]:
    """Also of what a technician asks for."""
    if not KEEP_DAYS_MIN <= keep_days <= KEEP_DAYS_MAX:
        yield (
            f"{path}: expected {KEEP_DAYS_MIN} to {KEEP_DAYS_MAX} days, got {keep_days}: "
            "what is destroyed does not come back"
        )


def _doubles(office: Office) -> Iterator[str]:
    names: list[tuple[str, Iterable[str | int]]] = [
        ("floors", [f.id for f in office.floors]),
        ("groups", [g.letter for g in office.groups]),
        ("items", [i.id for i in office.items]),
        ("services", [s.id for s in office.services]),
        ("counters", [c.number for c in office.counters]),
        ("displays", [d.id for d in office.displays]),
        ("events", [e.id for e in office.events]),
        ("questions", [q.id for q in office.questions]),
        ("cancel_reasons", office.cancel_reasons),
        ("closure_reasons", [r.name for r in office.closure_reasons]),
        ("prepared_notices", [n.name for n in office.prepared_notices]),
        ("calendar.hours.days", [day for h in office.calendar.hours for day in h.days]),
        ("calendar.extra_openings", [str(e.date) for e in office.calendar.extra_openings]),
    ]
    for key, found in names:
        seen: set[str | int] = set()
        for name in found:
            if name in seen:
                yield f"{key}[{name}]: expected each only once, {name!r} stands there twice"
            seen.add(name)


def _letters(office: Office) -> Iterator[str]:
    letters = [g.letter for g in office.groups]
    for letter in letters:
        if letter in LOOK_LIKE_DIGITS:
            yield f"groups[{letter}].letter: expected a letter unlike a digit, {letter} reads as 1 or 0"
    for alike in SOUND_ALIKE:
        found = [letter for letter in letters if letter in alike]
        if len(found) > 1:
            where = f"groups[{found[1]}].letter"
            yield f"{where}: expected a letter that sounds unlike the others, got {found[1]} beside {found[0]}"


def _references(office: Office) -> Iterator[str]:
    letters = {g.letter for g in office.groups}
    services = {s.id for s in office.services}
    items = {i.id for i in office.items}
    floors = {f.id for f in office.floors}
    wanted: list[tuple[str, Iterable[str], set[str], str]] = []
    for s in office.services:
        wanted.append((f"services[{s.id}].group", [s.group], letters, "the letter of a group"))
        wanted.append((f"services[{s.id}].bring", s.bring, items, "the id of an item"))
    for c in office.counters:
        wanted.append((f"counters[{c.number}].floor", [c.floor], floors, "the id of a floor"))
        wanted.append((f"counters[{c.number}].groups", c.groups, letters, "the letter of a group"))
    for e in office.events:
        wanted.append((f"events[{e.id}].services", e.services, services, _ID))
    for q in office.questions:
        for n, a in enumerate(q.answers, 1):
            path = f"questions[{q.id}].answers[#{n}]"
            wanted.append((f"{path}.services", a.services, services, _ID))
            wanted.append((f"{path}.group", [a.group] if a.group else [], letters, "the letter of a group"))
    for key in ("lunch", "extra_openings", "closures"):
        for n, part in enumerate(getattr(office.calendar, key), 1):
            wanted.append((f"calendar.{key}[#{n}].groups", part.groups, letters, "the letter of a group"))
    for n, closure in enumerate(office.calendar.closures, 1):
        wanted.append((f"calendar.closures[#{n}].services", closure.services, services, _ID))
    wanted.append(("pin_reset_service", [office.pin_reset_service] if office.pin_reset_service else [], services, _ID))
    for path, names, known, what in wanted:
        for name in names:
            if name not in known:
                alike = difflib.get_close_matches(name, sorted(known), 1)
                yield f"{path}: expected {what}, {name!r} is unknown" + (f" ({alike[0]}?)" if alike else "")
    yield from _icons(office)


def _icons(office: Office) -> Iterator[str]:
    for path, icon in [
        *((f"groups[{g.letter}].icon", g.icon) for g in office.groups),
        *((f"events[{e.id}].icon", e.icon) for e in office.events),
    ]:
        if icon not in ICONS:
            yield f"{path}: expected one of {', '.join(sorted(ICONS))}, got {icon!r}"


def _sizes(office: Office) -> Iterator[str]:
    for g in office.groups:
        ids = [s.id for s in office.services if s.group == g.letter]
        counters = [c for c in office.counters if g.letter in c.groups]
        if not ids:
            yield f"groups[{g.letter}]: expected at least one service with group = {g.letter!r}"
        if _most_at_once([s for s in office.services if s.group == g.letter]) > ROWS_MAX:
            yield f"groups[{g.letter}]: expected at most {ROWS_MAX} services (rows of a screen), got {len(ids)}"
        if not counters:
            yield f"groups[{g.letter}]: expected at least one counter with {g.letter!r} in its groups"
        if len({c.floor for c in counters}) > 1:
            yield f"groups[{g.letter}]: expected all its counters on one floor, they are on several"
    for c in office.counters:
        if not c.groups:
            yield f"counters[{c.number}].groups: expected at least one group"
    for e in office.events:
        yield from _rows(f"events[{e.id}].services", e.services)
    for q in office.questions:
        yield from _rows(f"questions[{q.id}].answers", q.answers)
        for n, a in enumerate(q.answers, 1):
            if len(a.services) > ROWS_MAX:
                yield from _rows(f"questions[{q.id}].answers[#{n}].services", a.services)


def _rows(path: str, rows: tuple[object, ...]) -> Iterator[str]:
    if not 1 <= len(rows) <= ROWS_MAX:
        yield f"{path}: expected 1 to {ROWS_MAX} (rows of a screen), got {len(rows)}"


def _most_at_once(services: list[Service]) -> int:
    """The largest number valid on one day: a service may follow an expired one."""
    days = {s.valid_from for s in services}
    return max((sum(s.valid_from <= d <= (s.valid_until or date.max) for s in services) for d in days), default=0)


def _services(office: Office) -> Iterator[str]:
    for s in office.services:
        path = f"services[{s.id}]"
        if s.valid_until and s.valid_until < s.valid_from:
            yield f"{path}.valid_until: expected a day on or after valid_from {s.valid_from}, got {s.valid_until}"
        for n, span in enumerate(s.hours, 1):
            if span.start >= span.until:
                yield f"{path}.hours[#{n}]: expected start before until, got {span.start} to {span.until}"
        for earlier, later in pairwise(s.hours):
            if later.start < earlier.until:
                yield f"{path}.hours: expected hours in order and apart, {later.start} is before {earlier.until}"
        if (s.hours or s.weekdays) and s.why is None:
            yield f"{path}.why: expected the reason for its own hours or weekdays"
    for i in office.items:
        yield from _fee(i)
        if i.valid_from and i.valid_until and i.valid_until < i.valid_from:
            path = f"items[{i.id}].valid_until"
            yield f"{path}: expected a day on or after valid_from {i.valid_from}, got {i.valid_until}"


def _fee(item: Item) -> Iterator[str]:
    if item.fee_sample and not item.source:
        yield f"items[{item.id}].source: expected where the fee was read, because fee_sample is true"
    if item.fee_sample and item.valid_from is None:
        yield f"items[{item.id}].valid_from: expected the day from which the fee holds, because fee_sample is true"


def _questions(office: Office) -> Iterator[str]:
    by_id = {q.id: q for q in office.questions}
    for q in office.questions:
        for n, a in enumerate(q.answers, 1):
            path = f"questions[{q.id}].answers[#{n}]"
            leads = [a.question is not None, bool(a.services), a.group is not None, a.staff]
            if sum(leads) != 1:
                yield f"{path}: expected exactly one of question, services, group, staff = true, got {sum(leads)}"
            if a.question is not None and a.question not in by_id:
                yield f"{path}.question: expected the id of a question, {a.question!r} is unknown"
    if office.questions:
        yield from _unreachable(office.questions[0], by_id)


def _unreachable(first: Question, by_id: dict[str, Question]) -> Iterator[str]:
    """Walks level by level, so that a circle shows as too deep."""
    level, reached = {first.id}, {first.id}
    for _ in range(QUESTIONS_DEEP_MAX):
        level = {a.question for q in level for a in by_id[q].answers if a.question in by_id}
        reached |= level
    if level:
        yield f"questions[{min(level)}]: expected at most {QUESTIONS_DEEP_MAX} questions in a row and no circle"
    for lost in [q for q in by_id if q not in reached]:
        yield f"questions[{lost}]: expected an answer that leads here, nobody can reach it"


def _prepared(office: Office) -> Iterator[str]:
    """Nobody can translate on the morning when it is needed."""
    for key in ("closure_reasons", "prepared_notices"):
        for prepared in getattr(office, key):
            if not prepared.name.strip():
                yield f"{key}[{prepared.id}].name: expected words, got an empty text"
            for language in LANGUAGES:
                if language not in prepared.text:
                    yield f"{key}[{prepared.id}].text.{language}: expected this text, it is missing"
                if prepared.ahead is not None and language not in prepared.ahead:
                    yield f"{key}[{prepared.id}].ahead.{language}: expected this text, it is missing"


def _hours(calendar: Calendar) -> Iterator[str]:
    if not any(h.days for h in calendar.hours):
        yield "calendar.hours: expected at least one weekday with hours"
    for path, hours in [
        *((f"calendar.hours[#{n}]", h) for n, h in enumerate(calendar.hours, 1)),
        *((f"calendar.extra_openings[{e.date}]", e) for e in calendar.extra_openings),
    ]:
        yield from _day(path, hours)
    for n, lunch in enumerate(calendar.lunch, 1):
        if lunch.start >= lunch.until:
            yield f"calendar.lunch[#{n}]: expected start before until, got {lunch.start} to {lunch.until}"
        for m, other in enumerate(calendar.lunch[: n - 1], 1):
            shared = sorted(set(lunch.groups) & set(other.groups))
            if shared and lunch.start < other.until and other.start < lunch.until:
                yield f"calendar.lunch[#{n}]: expected one lunch a group, {shared[0]} has lunch #{m} at the same time"
    for n, closure in enumerate(calendar.closures, 1):
        if closure.start >= closure.until:
            yield f"calendar.closures[#{n}]: expected start before until, got {closure.start} to {closure.until}"
    for n, extra in enumerate(calendar.extra_openings, 1):
        if not extra.groups:
            yield f"calendar.extra_openings[#{n}].groups: expected at least one group"
    for n, yearly in enumerate(calendar.yearly_closures, 1):
        for key in ("start", "until"):
            try:
                date.fromisoformat(f"2000-{getattr(yearly, key)}")
            except ValueError:
                yield f"calendar.yearly_closures[#{n}].{key}: expected a day that exists, got {getattr(yearly, key)}"


def _day(path: str, hours: Hours) -> Iterator[str]:
    if hours.issue_from >= hours.issue_until:
        yield f"{path}.issue_until: expected a time after issue_from {hours.issue_from}, got {hours.issue_until}"
    if hours.counter_from >= hours.counter_until:
        yield f"{path}.counter_until: expected after counter_from {hours.counter_from}, got {hours.counter_until}"
    if hours.issue_until > hours.counter_until:
        yield f"{path}.issue_until: expected no tickets after the counters close at {hours.counter_until}"
