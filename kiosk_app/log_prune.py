"""`hitofuda log prune`: a technician destroys old days at once, with the core stopped, and gets the disk's space back.

Exit codes: 0 done (also when nothing was to go); 1 the log was damaged; 2 it cannot be done as asked, nothing is
destroyed.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from kiosk_app import destroying, kept_log
from kiosk_app.book import DurableBook
from kiosk_app.kept_log import KeptLog
from kiosk_app.office import catalogue
from kiosk_app.office.catalogue import Office
from kiosk_app.office.catalogue_check import keep_days_faults
from kiosk_app.opening import clock_of
from kiosk_app.settings import ConfigError, MachineSettings, load_machine, load_office
from offline_store.errors import StoreError

DAYS_AT_ONCE = 30
"""Each portion is told in a fact of its own, with the figures of so many days."""
ACTOR = "technician"


def prune(machine: Path, keep_days: int | None, dry_run: bool) -> int:
    try:
        settings = load_machine(machine)
        if not settings.is_hub:
            raise ConfigError(f"{machine}: a ticket machine loses old days by itself, once its hub has all of them")
        office = load_office(Path(settings.office_file))
        keep = _keep_days(office, keep_days)
        path = Path(settings.data_dir) / kept_log.FILE
        if not path.exists():
            raise StoreError(f"{path}: there is no log")
        kept = kept_log.open_log(path.parent, settings.code)
    except (ConfigError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        return _prune(settings, office, kept, keep, dry_run, "rule" if keep_days is None else "asked")
    except StoreError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 2
    finally:
        kept.log.close()


def _keep_days(office: Office, asked: int | None) -> int:
    for fault in keep_days_faults("--keep-days", asked) if asked is not None else ():
        raise ConfigError(fault)
    if asked is None and office.records is None:
        raise ConfigError("the catalogue has no [records] keep_days: nothing is ever destroyed; --keep-days says other")
    return asked if asked is not None else office.records.keep_days  # type: ignore[union-attr]


def _prune(
    settings: MachineSettings, office: Office, kept: KeptLog, keep_days: int, dry_run: bool, why: destroying.Why
) -> int:
    clock = clock_of(settings, office, kept.log)
    book = DurableBook(kept, clock)
    if kept.damage is not None:
        book.settle("core", kept_log.damage_facts(kept, settings.code, "start"))
        sys.stderr.write(f"{kept.log.path}: the log was damaged and is kept aside; nothing is destroyed\n")
        return 1
    if clock.doubt is not None:
        sys.stderr.write("the computer's clock cannot be right: set it first; nothing is destroyed\n")
        return 2
    today = datetime.fromtimestamp(clock.now_utc_ms() / 1000, catalogue.zone(office)).date()
    most = 1_000_000 if dry_run else DAYS_AT_ONCE
    days = gone = 0
    while (found := destroying.look(kept.log, today, keep_days, most)) is not None:
        _say(found, dry_run)
        days, gone = days + len(found.plan.days), gone + found.facts_gone
        if dry_run:
            break
        destroying.destroy(book, ACTOR, why, keep_days, found)
    if not days:
        print(f"nothing is older than {keep_days} days")
    elif not dry_run:
        space = kept.log.give_space_back()
        kept_log.save_snapshot(kept.log, kept.state)
        freed = f"{space.bytes_free / 1_000_000:,.1f} MB"
        print({
            "given_back": f"destroyed: {days} days, {gone:,} facts; {freed} of the disk are free again",
            "no_room": f"destroyed: {days} days, {gone:,} facts; {freed} are free within the file, which the disk has "
            "too little room to make smaller",
            "nothing": f"destroyed: {days} days, {gone:,} facts; new facts take their place in the file",
        }[space.outcome])  # fmt: skip
    for aside in sorted(kept.log.path.parent.glob(f"{kept.log.path.name}.damaged-*")):
        print(f"{aside}: a damaged log kept aside may hold such days too: remove it by hand when nobody needs it")
    return 0


def _say(found: destroying.Found, dry_run: bool) -> None:
    days = found.plan.days
    print(f"{days[0]} to {days[-1]}: {len(days)} days, {found.facts_gone:,} facts {'would go' if dry_run else 'go'}")
    for name in found.in_doubt:
        print(f"  {name}: nobody ever learned whether it is on paper")
