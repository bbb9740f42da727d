"""What is wrapped around every fact: who wrote it, its place in that machine's chain, and what came before.

The bytes made here are what is stored, hashed and sent; nothing ever encodes a fact a second time to compare it.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec

VERSION = 1
GENESIS = bytes(32)
COUNTER_MAX = 2**53
"""Beyond this a reader in another language would round the number."""

Counter = Annotated[int, msgspec.Meta(ge=1, le=COUNTER_MAX)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Envelope(msgspec.Struct, frozen=True):
    """`body` is the raw JSON of the fact; the store never looks into it. `at_utc_ms` informs, it never orders."""

    machine: str
    seq: int
    lamport: int
    at_utc_ms: int
    actor: str
    kind: str
    body: bytes


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]
    machine: Name
    seq: Counter
    lamport: Counter
    at_utc_ms: Annotated[int, msgspec.Meta(ge=-COUNTER_MAX, le=COUNTER_MAX)]
    actor: str
    kind: Name
    previous: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    body: msgspec.Raw


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Stored)


class MalformedEnvelope(ValueError):
    """These bytes are not an envelope of this version."""


def hash_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def encode(envelope: Envelope, previous_hash: bytes) -> bytes:
    """Raises MalformedEnvelope for anything that `decode` would refuse: what is stored can be read back."""
    data = _encoder.encode(
        _Stored(
            VERSION,
            envelope.machine,
            envelope.seq,
            envelope.lamport,
            envelope.at_utc_ms,
            envelope.actor,
            envelope.kind,
            previous_hash.hex(),
            msgspec.Raw(envelope.body),
        )
    )
    if decode_link(data) != (envelope, previous_hash):
        raise MalformedEnvelope(f"the body of a {envelope.kind} does not come back as it was given")
    return data


def decode(data: bytes) -> Envelope:
    return decode_link(data)[0]


def decode_link(data: bytes) -> tuple[Envelope, bytes]:
    """The envelope, and the hash that it names as the one before."""
    try:
        stored = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedEnvelope(str(error)) from error
    # One fact is one line of an export.
    if b"\n" in data:
        raise MalformedEnvelope("a line break outside of a string")
    envelope = Envelope(
        stored.machine, stored.seq, stored.lamport, stored.at_utc_ms, stored.actor, stored.kind, bytes(stored.body)
    )
    return envelope, bytes.fromhex(stored.previous)
