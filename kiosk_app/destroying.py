"""Destroys the details of old days: a day at a time, when nobody waits for the core.

What goes is read once more first, so that its figures, and tickets that were never settled, are told in the fact that
stays. Destroying and telling are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from kiosk_app import retention
from kiosk_app.book import DurableBook
from kiosk_app.office import checkpoints, facts
from kiosk_app.office.times import DAY_MS, day_begins_utc_ms
from kiosk_app.retention import Doubts, Plan
from offline_store.envelope import COUNTER_MAX
from offline_store.errors import StoreDamaged, StoreFull
from offline_store.log import Log
from offline_store.salvage import base_name

READ_AT_ONCE = 1000
NEXT_OPENING_WITHIN_DAYS = 14
"""An office that is closed for longer loses its last day before that a little later."""
DAYS = ("DayOpened", "DayCheckpoint")
"""Of the hub: where it was none, nobody whom it sends its log could begin."""
DAYS_OF_A_MACHINE = (*DAYS, "DayJoined", "MachineCheckpoint")
WITH_FIGURES = ("DayCheckpoint", "RecordsDestroyed")
OF_TICKETS = ("DayOpened", "TicketIssued", "PrintStarted", "PrintEnded", "TicketVoided")
OF_ITS_TICKETS = ("DayJoined", *OF_TICKETS[1:])


Why = Literal["rule", "asked"]


class Found(NamedTuple):
    """What a plan would destroy. `facts_gone` counts all of them."""

    plan: Plan
    facts_gone: int
    gone: tuple[facts.Fact, ...]
    in_doubt: tuple[str, ...]


def look(
    log: Log,
    today: date,
    keep_days: int,
    days_max: int = retention.DAYS_AT_ONCE,
    delivered: int | None = None,
) -> Found | None:
    """None when nothing is to go. Raises StoreError.

    `delivered`: None on the hub; on a ticket machine the position up to which the hub has everything. What is behind it
    stays.
    """
    # By their time only to read few: one whose clock was wrong is found later, and the order is that of the log.
    until_utc_ms = day_begins_utc_ms(today - timedelta(days=keep_days)) + NEXT_OPENING_WITHIN_DAYS * DAY_MS
    own, is_machine = base_name(log.machine), delivered is not None
    entries = [
        (position, facts.decode(e.kind, e.body))
        for position, e in log.read_range(-COUNTER_MAX, until_utc_ms, DAYS_OF_A_MACHINE if is_machine else DAYS)
        if base_name(e.machine) == own
    ]
    plan = retention.decide(retention.openings(entries), today, keep_days, days_max)
    if plan is None:
        return None
    first = plan.first_kept
    if delivered is not None and first.position - 1 > delivered:
        return None
    gone: list[facts.Fact] = []
    doubts = Doubts()
    position, end = log.base.position, first.position
    while position < end - 1:
        batch = log.read(position, min(READ_AT_ONCE, end - 1 - position))
        position = batch[-1][0]
        for _, e in batch:
            is_own = base_name(e.machine) == own
            if e.kind in (OF_ITS_TICKETS if is_machine else OF_TICKETS) and (is_own or not is_machine):
                doubts.see(facts.decode(e.kind, e.body))
            elif e.kind in WITH_FIGURES:
                gone.append(facts.decode(e.kind, e.body))
    return Found(plan, end - 1 - log.base.position, tuple(gone), doubts.found())


def destroy(book: DurableBook, actor: str, why: Why, keep_days: int, found: Found) -> None:
    """Raises StoreFull; then nothing happened."""
    plan = found.plan
    kept = plan.first_kept.checkpoint
    assert kept is not None
    with_figures = kept if isinstance(kept, facts.DayCheckpoint) else None
    told = facts.RecordsDestroyed(
        days=plan.days,
        up_to_position=plan.first_kept.position - 1,
        why=why,
        keep_days=keep_days,
        totals=checkpoints.totals_to_carry(book.state, plan.days, found.gone, with_figures),
        in_doubt=found.in_doubt,
    )
    book.destroy(actor, told)


class Retention:
    """Driven by the core's tick. `quiet`: nobody stands at the machine. `delivered`: as `look` takes it."""

    def __init__(
        self,
        book: DurableBook,
        keep_days: int | None,
        actor: str,
        quiet: Callable[[], bool],
        delivered: Callable[[], int | None],
    ) -> None:
        self._book = book
        self._keep_days = keep_days
        self._actor = actor
        self._quiet = quiet
        self._delivered = delivered
        self._done = ""

    def tick(self, local: datetime) -> None:
        """A day more, from the opening of the office's day until its first ticket, or when the day is closed."""
        day = self._book.state.day
        if self._keep_days is None or self._done == day.date or self._book.closed:
            return
        if (day.tickets and not day.closed) or not self._quiet():
            return
        delivered = self._delivered()
        if delivered is not None and (delivered < self._book.log.last_position or not day.machine):
            # Not before the hub has all that this machine wrote, and has told the end of the days before this one.
            return
        try:
            found = look(self._book.log, local.date(), self._keep_days, delivered=delivered)
            if found is None:
                self._done = day.date
            else:
                destroy(self._book, self._actor, "rule", self._keep_days, found)
        except StoreFull:
            # Not every half second anew: the next day, or the next start, will do.
            self._done = day.date
        except StoreDamaged as damaged:
            self._done = day.date
            self._book.on_damage(damaged.bad)
