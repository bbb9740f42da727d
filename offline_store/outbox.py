"""What one peer has not yet acknowledged: a cursor in the log, so that a week offline costs nothing but disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from offline_store.envelope import hash_of
from offline_store.exchange import lost_of
from offline_store.intake import Refusal
from offline_store.log import Log
from offline_store.wire import BYTES_MAX, ITEMS_MAX, Batch, Item

Answer = Literal["again", "absent", "stuck"]
"""again: the next batch begins with what the peer needs. absent: it was destroyed by the rule of retention, which
every batch says in `lost`. stuck: nothing sent again can help, and a person must look."""


class Outbox:
    """For one peer. The cursor moves only when the peer has said so."""

    def __init__(self, log: Log, peer: str) -> None:
        self._log = log
        self.peer = peer

    @property
    def cursor(self) -> int:
        return self._log.cursor(self.peer, "to")

    @property
    def waiting(self) -> int:
        """At most so many facts are still to go."""
        return self._log.last_position - self.cursor

    def next_batch(self, limit: int = ITEMS_MAX, known: Mapping[str, int] | None = None) -> Batch | None:
        """The next facts in the order of the log; None when there are none. `known`: what the peer said it has
        (`Log.known` of the peer), left out here. Without it everything is sent, which does no harm."""
        has = known or {}
        after = up_to = self.cursor
        items: list[Item] = []
        size = 0
        while not items and (stored := self._log.read_stored(up_to, min(limit, ITEMS_MAX))):
            for position, envelope, data in stored:
                if envelope.seq > has.get(envelope.machine, 0):
                    size += len(data)
                    if size > BYTES_MAX and items:
                        break
                    items.append(Item(hash_of(data), data))
                up_to = position
        if up_to == after:
            return None
        return Batch(sender=self._log.machine, after=after, up_to=up_to, items=tuple(items), lost=lost_of(self._log))

    def restart(self) -> None:
        """From the beginning, for a peer that has lost facts or come back as a new incarnation."""
        self._log.set_cursor(self.peer, "to", 0)

    def acknowledged(self, batch: Batch) -> None:
        """The peer has taken this batch. A late answer to an older one changes nothing."""
        if batch.up_to > self.cursor:
            self._log.set_cursor(self.peer, "to", batch.up_to)

    def refused(self, refusal: Refusal) -> Answer:
        """Goes back to the fact that the peer needs, where it is still here and can help."""
        if refusal.cause != "missing_before":
            return "stuck"
        if refusal.seq <= self._log.base.seq(refusal.machine):
            return "absent"
        position = self._log.position_of(refusal.machine, refusal.seq)
        if position is None or position > self.cursor:
            return "stuck"
        self._log.set_cursor(self.peer, "to", position - 1)
        return "again"
