"""A synthetic Monday at half past ten: the log that a core opens before it is measured. No person stands behind it.

With `history`, days like it went before, and the snapshot is as old as a running core ever lets it become.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kiosk_app import kept_log, state_snapshots
from kiosk_app.loads import stop_of
from kiosk_app.office import catalogue
from kiosk_app.office import facts as f
from kiosk_app.office.catalogue import Office
from kiosk_app.sessions import KeptSessions, Session, digest
from kiosk_app.settings import load_office
from offline_store.log import Log, NewFact

ROOT = Path(__file__).parent.parent
OFFICE_FILE = ROOT / "config/offices/kokura-kita.toml"
STAFF_FILE = ROOT / "config/staff.example.toml"
OPENED = datetime(2026, 4, 6, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
NOW = datetime(2026, 4, 6, 10, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
SERVED, WAITING = 300, 150
FIRST_NUMBER = 101
LAST_OF_BAND, SECOND_BAND = 699, 1001
"""Numbers that the hub leases."""
GUIDES = 5
DAY = timedelta(days=1)
AT_ONCE = 10_000


def tokens(office: Office) -> dict[int, str]:
    """The bearer of the console at each counter."""
    return {counter.number: f"bench-console-{counter.number}" for counter in office.counters}


def guide_tokens() -> list[str]:
    """The bearers of the floor guides' consoles, which stand at no counter."""
    return [f"bench-guide-{which}" for which in range(GUIDES)]


def write(data_dir: Path, runtime_dir: Path, machine: str = "m1", *, history: int = 0) -> Office:
    """Every counter open with a visitor at it, SERVED done, WAITING in the lines, a console signed in at each.

    `history`: so many facts at least stand in the log, of earlier days.
    """
    office = load_office(OFFICE_FILE)
    for folder in (data_dir, runtime_dir):
        folder.mkdir(parents=True, exist_ok=True)
    today = day_facts(office, machine)
    days = -(-max(0, history - len(today)) // len(today))
    everything = chain.from_iterable([*(_earlier(today, office, ago) for ago in range(days, 0, -1)), today])
    tail = min(state_snapshots.EVERY_FACTS - 1, len(today) * (days + 1))
    _append(data_dir, machine, islice(everything, len(today) * (days + 1) - tail))
    if history:
        kept = kept_log.open_log(data_dir, machine)
        kept_log.save_snapshot(kept.log, kept.state)
        kept.log.close()
    _append(data_dir, machine, everything)
    write_sessions(office, runtime_dir)
    return office


def write_sessions(office: Office, runtime_dir: Path) -> None:
    since_utc_ms = int(OPENED.timestamp() * 1000)
    sessions = {
        digest(token): Session(staff_code="1001", role="clerk", counter=counter, since_utc_ms=since_utc_ms)
        for counter, token in tokens(office).items()
    }
    for token in guide_tokens():
        sessions[digest(token)] = Session(staff_code="2001", role="guide", since_utc_ms=since_utc_ms)
    (runtime_dir / "desk.json").write_bytes(msgspec.json.encode(KeptSessions(sessions)))


def _append(data_dir: Path, machine: str, facts: Iterator[NewFact]) -> None:
    log = Log.open(data_dir / kept_log.FILE, machine).log
    while some := list(islice(facts, AT_ONCE)):
        log.append(some)
    log.close()


def _earlier(today: list[NewFact], office: Office, days_ago: int) -> Iterator[NewFact]:
    """The same day again, that long before. Its last fact gives way to the end of the day."""
    back_ms = days_ago * int(DAY.total_seconds() * 1000)
    that_day: date = OPENED.date() - days_ago * DAY
    yield new_fact(today[0].at_utc_ms - back_ms, "core", f.DayOpened(date=that_day.isoformat(), office=office.id))
    for fact in today[1:-1]:
        yield NewFact(actor=fact.actor, kind=fact.kind, body=fact.body, at_utc_ms=fact.at_utc_ms - back_ms)
    yield new_fact(today[-1].at_utc_ms - back_ms, "core", f.DayClosed(date=that_day.isoformat()))


def day_facts(
    office: Office, machine: str, *, served: int = SERVED, waiting: int = WAITING, at_counters: bool = True
) -> list[NewFact]:
    """From the opening to half past ten: so many are served already, one stands at each counter, so many wait."""
    opened_ms, now_ms = (int(at.timestamp() * 1000) for at in (OPENED, NOW))
    counters = {counter.number: counter.groups for counter in office.counters}
    kept = [new_fact(opened_ms, "core", f.DayOpened(date=OPENED.date().isoformat(), office=office.id))]
    kept += [new_fact(opened_ms, "1001", f.CounterOpened(counter=c, groups=g)) for c, g in counters.items()]
    letters = [group.letter for group in office.groups]
    stops = {letter: stop_of(office, catalogue.services_of(office, letter, NOW.date())[0]) for letter in letters}
    by_letter = {letter: [c for c, groups in counters.items() if letter in groups] for letter in letters}
    present = [(groups[0], counter) for counter, groups in counters.items()] if at_counters else []
    gone = [(letters[n % len(letters)], 0) for n in range(served)]
    coming = [(letters[n % len(letters)], -1) for n in range(waiting)]
    everybody = [*gone, *present, *coming]
    numbers = dict.fromkeys(letters, FIRST_NUMBER)
    for visitor, (letter, counter) in enumerate(everybody):
        issued_ms = opened_ms + (now_ms - opened_ms) * visitor // len(everybody)
        kept += _ticket(visitor, letter, numbers[letter], stops[letter], issued_ms, machine)
        numbers[letter] = SECOND_BAND if numbers[letter] == LAST_OF_BAND else numbers[letter] + 1
        if counter < 0:
            continue
        at = counter or by_letter[letter][visitor % len(by_letter[letter])]
        service = stops[letter].service
        called = f.Called(ticket=f"t{visitor}", counter=at, call=visitor + 1, service=service, intent=f"c{visitor}")
        kept.append(new_fact(issued_ms + 60_000, "1001", called))
        if not counter:
            done = f.Completed(ticket=called.ticket, counter=at, service=service, service_s=200 + visitor % 200)
            kept.append(new_fact(issued_ms + 300_000, "1001", done))
    return kept


def _ticket(visitor: int, letter: str, number: int, stop: f.Stop, at_utc_ms: int, machine: str) -> list[NewFact]:
    leased = []
    if number % 10 == 0 or number in (FIRST_NUMBER, SECOND_BAND):
        last = number - number % 10 + 9
        leased = [f.NumbersLeased(machine_code=machine, letter=letter, first=number, last=last)]
    ticket = f.TicketIssued(
        ticket=f"t{visitor}",
        intent=f"i{visitor}",
        letter=letter,
        number=number,
        stops=(stop,),
        language="ja",
        machine_code=machine,
        due_utc_ms=at_utc_ms + 900_000,
        estimate_from_utc_ms=at_utc_ms + 600_000,
        estimate_to_utc_ms=at_utc_ms + 1_200_000,
        waiting_ahead=visitor % 20,
    )
    started = f.PrintStarted(job=f"t{visitor}.1", ticket=ticket.ticket, attempt=1, printer="printer")
    ended = f.PrintEnded(job=started.job, ticket=ticket.ticket, verdict="issued")
    return [new_fact(at_utc_ms, "visitor", fact) for fact in (*leased, ticket, started, ended)]


def new_fact(at_utc_ms: int, actor: str, fact: f.Fact) -> NewFact:
    return NewFact(actor=actor, kind=type(fact).__name__, body=f.encode(fact), at_utc_ms=at_utc_ms)
