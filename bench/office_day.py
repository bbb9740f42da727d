"""A synthetic Monday at half past ten: the log that a core opens before it is measured. No person stands behind it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

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


def tokens(office: Office) -> dict[int, str]:
    """The bearer of the console at each counter."""
    return {counter.number: f"bench-console-{counter.number}" for counter in office.counters}


def write(data_dir: Path, runtime_dir: Path, machine: str = "m1") -> Office:
    """Every counter open with a visitor at it, SERVED done, WAITING in the lines, a console signed in at each."""
    office = load_office(OFFICE_FILE)
    for folder in (data_dir, runtime_dir):
        folder.mkdir(parents=True, exist_ok=True)
    log = Log.open(data_dir / "facts.db", machine).log
    log.append(_facts(office, machine))
    log.close()
    since_utc_ms = int(OPENED.timestamp() * 1000)
    sessions = {
        digest(token): Session(staff_code="1001", role="clerk", counter=counter, since_utc_ms=since_utc_ms)
        for counter, token in tokens(office).items()
    }
    (runtime_dir / "desk.json").write_bytes(msgspec.json.encode(KeptSessions(sessions)))
    return office


def _facts(office: Office, machine: str) -> list[NewFact]:
    opened_ms, now_ms = (int(at.timestamp() * 1000) for at in (OPENED, NOW))
    counters = {counter.number: counter.groups for counter in office.counters}
    kept = [_kept(opened_ms, "core", f.DayOpened(date=OPENED.date().isoformat(), office=office.id))]
    kept += [_kept(opened_ms, "1001", f.CounterOpened(counter=c, groups=g)) for c, g in counters.items()]
    letters = [group.letter for group in office.groups]
    stops = {letter: stop_of(office, catalogue.services_of(office, letter, NOW.date())[0]) for letter in letters}
    by_letter = {letter: [c for c, groups in counters.items() if letter in groups] for letter in letters}
    at_counters = [(groups[0], counter) for counter, groups in counters.items()]
    served = [(letters[n % len(letters)], 0) for n in range(SERVED)]
    coming = [(letters[n % len(letters)], -1) for n in range(WAITING)]
    everybody = [*served, *at_counters, *coming]
    numbers = dict.fromkeys(letters, FIRST_NUMBER)
    for visitor, (letter, counter) in enumerate(everybody):
        issued_ms = opened_ms + (now_ms - opened_ms) * visitor // len(everybody)
        kept += _ticket(visitor, letter, numbers[letter], stops[letter], issued_ms, machine)
        numbers[letter] += 1
        if counter < 0:
            continue
        at = counter or by_letter[letter][visitor % len(by_letter[letter])]
        service = stops[letter].service
        called = f.Called(ticket=f"t{visitor}", counter=at, call=visitor + 1, service=service, intent=f"c{visitor}")
        kept.append(_kept(issued_ms + 60_000, "1001", called))
        if not counter:
            done = f.Completed(ticket=called.ticket, counter=at, service=service, service_s=200 + visitor % 200)
            kept.append(_kept(issued_ms + 300_000, "1001", done))
    return kept


def _ticket(visitor: int, letter: str, number: int, stop: f.Stop, at_utc_ms: int, machine: str) -> list[NewFact]:
    leased = []
    if number % 10 == 0 or number == FIRST_NUMBER:
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
    return [_kept(at_utc_ms, "visitor", fact) for fact in (*leased, ticket, started, ended)]


def _kept(at_utc_ms: int, actor: str, fact: f.Fact) -> NewFact:
    return NewFact(actor=actor, kind=type(fact).__name__, body=f.encode(fact), at_utc_ms=at_utc_ms)
