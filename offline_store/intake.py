"""Decides what to do with facts of other machines, before anything is written.

Any order of batches, duplicates and repeats end in the same log. A batch is taken whole or refused whole.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from offline_store.chains import NO_BASE, Base, Gaps, Head
from offline_store.envelope import GENESIS, Envelope, MalformedEnvelope, decode_link, hash_of
from offline_store.wire import Batch, Item, too_large

Stored = Callable[[str, int], bytes | None]
"""The stored hash at (machine, seq); of the destroyed facts only each machine's last one has one left."""


class Fork(msgspec.Struct, frozen=True):
    """Two facts claim one place, or a fact follows one that is not ours. The other one went to quarantine."""

    machine: str
    seq: int
    kept_hash: bytes | None
    other_hash: bytes


class Refusal(msgspec.Struct, frozen=True):
    """Nothing of the batch was taken. For `missing_before`, `seq` is the first fact that is needed."""

    cause: Literal["too_large", "bad_hash", "malformed", "missing_before"]
    machine: str = ""
    seq: int = 0


class Intake(msgspec.Struct, frozen=True):
    """What became of a batch. `own_ahead`: the highest seq of our own chain that the sender has and we have not;
    above 0 it means that this log was restored from an old copy, and the core must begin a new incarnation."""

    accepted: tuple[tuple[int, Envelope], ...] = ()
    duplicates: int = 0
    forks: tuple[Fork, ...] = ()
    own_ahead: int = 0
    refusal: Refusal | None = None


class Refused(Exception):
    """Carries the refusal out of the sorting."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.cause)
        self.refusal = refusal


class Link(msgspec.Struct, frozen=True):
    """An item, opened."""

    envelope: Envelope
    previous: bytes
    item: Item


class Sorting:
    """Goes through one batch; afterwards its fields say what to write."""

    def __init__(
        self,
        own: str,
        heads: Mapping[str, Head],
        gaps: Gaps,
        stored: Stored,
        previous_named_at: Stored,
        quarantined: Callable[[bytes], bool],
        base: Base = NO_BASE,
    ) -> None:
        self.own = own
        self.heads = dict(heads)
        self.gaps = copy.deepcopy(gaps)
        self.accepted: list[Link] = []
        self.duplicates = 0
        self.forks: list[tuple[Fork, Item]] = []
        self.own_ahead = 0
        self._stored = stored
        self._previous_named_at = previous_named_at
        self._quarantined = quarantined
        self._base = base
        self._destroyed: dict[tuple[str, int], bytes] = {}
        self._new: dict[tuple[str, int], Link] = {}
        self._forked: set[bytes] = set()

    def sort(self, batch: Batch, links: Sequence[Link] | None = None) -> None:
        """Raises Refused. `links`: the batch, where it is opened already."""
        lost = batch.known_lost()
        links = _in_order(opened(batch) if links is None else links)
        self._recognise_destroyed(links)
        for link in links:
            self._place(link, lost)

    def _recognise_destroyed(self, links: list[Link]) -> None:
        """From the last destroyed fact of a machine back, each names the hash of the one before it."""
        self._destroyed = {(machine, head.seq): head.hash for machine, head in self._base.heads.items()}
        for link in reversed(links):
            place = (link.envelope.machine, link.envelope.seq)
            if self._destroyed.get(place) == link.item.hash:
                self._destroyed[(place[0], place[1] - 1)] = link.previous

    def _place(self, link: Link, lost: Gaps) -> None:
        envelope = link.envelope
        machine, seq = envelope.machine, envelope.seq
        head = self.heads.get(machine, Head(0, GENESIS, 0))
        if seq <= head.seq:
            self._place_among_known(link)
        elif link.previous in self._forked or (link.previous != head.hash and self._quarantined(link.previous)):
            self._fork(link, None)
        elif machine == self.own:
            self.own_ahead = max(self.own_ahead, seq)
        elif seq == head.seq + 1 and link.previous != head.hash:
            self._fork(link, None)
        elif not lost.hold_all(machine, head.seq + 1, seq - 1):
            raise Refused(Refusal("missing_before", machine, head.seq + 1))
        elif envelope.lamport <= head.lamport:
            raise Refused(Refusal("malformed", machine, seq))
        else:
            if seq > head.seq + 1:
                self.gaps.add(machine, head.seq + 1, seq - 1)
            self._accept(link)
            self.heads[machine] = Head(seq, link.item.hash, envelope.lamport)

    def _place_among_known(self, link: Link) -> None:
        machine, seq = link.envelope.machine, link.envelope.seq
        known = self._hash_at(machine, seq)
        if known is None and seq <= self._base.seq(machine):
            known = self._destroyed.get((machine, seq), link.item.hash)
        if known == link.item.hash:
            # Also what was had and destroyed: nothing of it is known any more that could differ.
            self.duplicates += 1
        elif known is not None or not self.gaps.holds(machine, seq) or not self._fits(link):
            self._fork(link, known)
        else:
            self.gaps.fill(machine, seq)
            self._accept(link)

    def _fits(self, link: Link) -> bool:
        """Whether a fact that comes back into a gap agrees with both of its neighbours, where they are known."""
        machine, seq = link.envelope.machine, link.envelope.seq
        before = GENESIS if seq == 1 else self._hash_at(machine, seq - 1)
        after = self._new.get((machine, seq + 1))
        named = self._previous_named_at(machine, seq + 1) if after is None else after.previous
        return before in (None, link.previous) and named in (None, link.item.hash)

    def _hash_at(self, machine: str, seq: int) -> bytes | None:
        new = self._new.get((machine, seq))
        return self._stored(machine, seq) if new is None else new.item.hash

    def _accept(self, link: Link) -> None:
        self.accepted.append(link)
        self._new[(link.envelope.machine, link.envelope.seq)] = link

    def _fork(self, link: Link, kept: bytes | None) -> None:
        fork = Fork(link.envelope.machine, link.envelope.seq, kept, link.item.hash)
        self.forks.append((fork, link.item))
        self._forked.add(link.item.hash)


def opened(batch: Batch) -> list[Link]:
    """Each item with what its hash says of it. Raises Refused."""
    if too_large(batch):
        raise Refused(Refusal("too_large"))
    return [_open(item) for item in batch.items]


def _in_order(links: Sequence[Link]) -> list[Link]:
    """As the sender's log has them: what it wrote of a day before other machines' late facts is read before those. Only
    within each machine's chain the order is made sure of."""
    chains: dict[str, list[Link]] = {}
    for link in links:
        chains.setdefault(link.envelope.machine, []).append(link)
    turns = {machine: iter(sorted(chain, key=_place)) for machine, chain in chains.items()}
    return [next(turns[link.envelope.machine]) for link in links]


def _place(link: Link) -> tuple[int, int]:
    return link.envelope.seq, link.envelope.lamport


def _open(item: Item) -> Link:
    if hash_of(item.data) != item.hash:
        raise Refused(Refusal("bad_hash"))
    try:
        envelope, previous = decode_link(item.data)
    except MalformedEnvelope:
        raise Refused(Refusal("malformed")) from None
    return Link(envelope, previous, item)
