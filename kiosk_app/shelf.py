"""A ticket machine's book as its link to the hub sees it: what it holds, and what is done with facts that come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk_app import joining
from kiosk_app.book import DurableBook
from kiosk_app.book_shelf import BookShelf
from kiosk_app.clock import DrivenClock, OfficeClock
from kiosk_app.office import facts as f
from kiosk_app.office import reigns
from kiosk_app.office.catalogue import Office
from kiosk_app.replication import FACTS_AT_ONCE
from offline_store.envelope import decode
from offline_store.exchange import Have, batch_for
from offline_store.intake import Intake
from offline_store.wire import Batch, Item


class MachineShelf(BookShelf):
    """`heard_of`: what is to be done when a hub has greeted; it may raise StoreFull."""

    def __init__(
        self,
        book: DurableBook,
        clock: OfficeClock | DrivenClock,
        code: str,
        office: Office,
        heard_of: Callable[[reigns.Rank], None] = lambda rank: None,
    ) -> None:
        super().__init__(book, code, office.id)
        self._heard_of = heard_of
        self._clock = clock
        self._catalogue = office
        self._zone = ZoneInfo(office.zone)

    def digest(self) -> bytes:
        return self._book.log.digest()

    def batch_for(self, have: Have, after: int) -> Batch | None:
        return batch_for(self._book.log, have, after, FACTS_AT_ONCE)

    def take(self, batch: Batch) -> Intake:
        """A new day in it is joined first, and so before anybody can press anything."""
        days = [fact.date for fact in map(_opened_day, batch.items) if fact is not None]
        if days and max(days) > self._book.state.day.date:
            joining.join(self._book, max(days))
        return self._book.receive(batch)

    def heard_of(self, rank: reigns.Rank) -> None:
        self._heard_of(rank)

    def hub_time(self, now_utc_ms: int) -> None:
        """The office's time, so that a machine in doubt knows what day it is. Raises StoreFull."""
        now = max(now_utc_ms, self._clock.now_utc_ms())
        joining.join_day(self._book, self._catalogue, datetime.fromtimestamp(now / 1000, self._zone))
        self._clock.follow(now_utc_ms)


def _opened_day(item: Item) -> f.DayOpened | None:
    envelope = decode(item.data)
    fact = f.decode(envelope.kind, envelope.body) if envelope.kind == "DayOpened" else None
    return fact if isinstance(fact, f.DayOpened) else None
