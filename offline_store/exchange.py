"""What of one log another one needs: computed from what that one says it has, so that nothing is remembered of a peer.

A cursor could be wrong after a restore or a lost answer; heads and gaps, asked for again at each greeting, cannot.
"""

from __future__ import annotations

from offline_store.envelope import Envelope, decode, hash_of
from offline_store.log import Log
from offline_store.wire import BYTES_MAX, ITEMS_MAX, LOST_MAX, Batch, Item, Lost
from offline_store.wire import MACHINES_MAX as MACHINES_MAX
from offline_store.wire import NOTHING as NOTHING
from offline_store.wire import Have as Have


def have_of(log: Log) -> Have:
    """Facts that a log has destroyed by the rule of retention count as had."""
    heads = {machine: seq for machine, (seq, _) in log.heads().items()}
    return Have(heads, tuple(Lost(*gap) for gap in log.gaps()[:LOST_MAX]))


def first_needed(log: Log, have: Have, after: int = 0) -> int | None:
    """The position of the first fact behind `after` that `have` lacks; None when there is none."""
    wanted = [(machine, have.head(machine) + 1, seq) for machine, (seq, _) in log.heads().items()]
    wanted += [(lost.machine, lost.first_seq, lost.last_seq) for lost in have.missing]
    places = (log.first_position(machine, first, last, after) for machine, first, last in wanted if first <= last)
    return min((place for place in places if place is not None), default=None)


def batch_for(log: Log, have: Have, after: int = 0, limit: int = ITEMS_MAX) -> Batch | None:
    """The next facts behind position `after` that `have` lacks, in the order of this log; None when there are none.

    It reads at most `limit` facts: where all of those are had, the batch is empty and moves `up_to`.
    """
    first = first_needed(log, have, after)
    if first is None:
        return None
    up_to = first - 1
    items: list[Item] = []
    size = 0
    for position, envelope, data in log.read_stored(up_to, min(limit, ITEMS_MAX)):
        if not have.holds(envelope.machine, envelope.seq):
            size += len(data)
            if size > BYTES_MAX and items:
                break
            items.append(Item(hash_of(data), data))
        up_to = position
    return Batch(sender=log.machine, after=after, up_to=up_to, items=tuple(items), lost=lost_of(log))


def lost_of(log: Log) -> tuple[Lost, ...]:
    """What is destroyed comes no more either: a peer that never had it need not wait for it."""
    destroyed = [Lost(machine, 1, head.seq) for machine, head in log.base.heads.items()]
    return (*destroyed, *(Lost(*gap) for gap in log.gaps()))[:LOST_MAX]


def envelopes_of(batch: Batch) -> list[Envelope]:
    """Opened, in their order. Raises MalformedEnvelope."""
    return [decode(item.data) for item in batch.items]
