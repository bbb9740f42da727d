"""A bounded batch of facts as it crosses between two machines: the stored bytes, never encoded again."""

from __future__ import annotations

from typing import Annotated

import msgspec

from offline_store.chains import Gaps
from offline_store.envelope import COUNTER_MAX

ITEMS_MAX = 1_000
BYTES_MAX = 4 * 1024 * 1024
LOST_MAX = 1_000
MACHINES_MAX = 1_000
"""Chains that one office can ever have: each machine, and each log that it began anew."""


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One stored record and its hash."""

    hash: bytes
    data: bytes


class Lost(msgspec.Struct, frozen=True, array_like=True):
    """Facts that the sender knows to be lost, so that the receiver need not wait for them."""

    machine: str
    first_seq: int
    last_seq: int


class Have(msgspec.Struct, frozen=True):
    """Up to `heads` (machine: seq) everything was had once, except what is `missing`."""

    heads: Annotated[
        dict[
            Annotated[str, msgspec.Meta(min_length=1, max_length=64)],
            Annotated[int, msgspec.Meta(ge=0, le=COUNTER_MAX)],
        ],
        msgspec.Meta(max_length=MACHINES_MAX),
    ] = {}
    missing: Annotated[tuple[Lost, ...], msgspec.Meta(max_length=LOST_MAX)] = ()

    def holds(self, machine: str, seq: int) -> bool:
        if seq > self.heads.get(machine, 0):
            return False
        return not any(lost.machine == machine and lost.first_seq <= seq <= lost.last_seq for lost in self.missing)

    def head(self, machine: str) -> int:
        return self.heads.get(machine, 0)


NOTHING = Have()


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What `sender` holds after its position `after` and up to `up_to`, without what the receiver wrote itself."""

    sender: str
    after: int
    up_to: int
    items: tuple[Item, ...]
    lost: tuple[Lost, ...] = ()

    def known_lost(self) -> Gaps:
        return Gaps([(lost.machine, lost.first_seq, lost.last_seq) for lost in self.lost])


class MalformedBatch(ValueError):
    """These bytes are no batch, or too large a one."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)


def encode(batch: Batch) -> bytes:
    return _encoder.encode(batch)


def decode(data: bytes) -> Batch:
    """Looks at the size before anything else. Raises MalformedBatch."""
    if len(data) > 2 * BYTES_MAX:
        raise MalformedBatch(f"{len(data)} bytes")
    try:
        batch = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBatch(str(error)) from error
    if too_large(batch):
        raise MalformedBatch(f"{len(batch.items)} facts")
    return batch


def too_large(batch: Batch) -> bool:
    return (
        len(batch.items) > ITEMS_MAX
        or len(batch.lost) > LOST_MAX
        or sum(len(item.data) for item in batch.items) > BYTES_MAX
    )
