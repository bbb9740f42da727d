"""What goes into the chain comes back, and nothing else is let in."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_store.envelope import GENESIS, Envelope, MalformedEnvelope, decode, decode_link, encode, hash_of

json_bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
counters = st.integers(1, 2**53)
envelopes = st.builds(
    Envelope,
    machine=st.text(st.characters(codec="utf-8"), min_size=1, max_size=64),
    seq=counters,
    lamport=counters,
    at_utc_ms=st.integers(-(2**53), 2**53),
    actor=st.text(st.characters(codec="utf-8")),
    kind=st.text(st.characters(codec="utf-8"), min_size=1, max_size=64),
    body=json_bodies,
)


@given(envelopes, st.binary(min_size=32, max_size=32))
def test_round_trip(envelope: Envelope, previous: bytes) -> None:
    data = encode(envelope, previous)
    assert decode_link(data) == (envelope, previous)
    assert encode(decode(data), previous) == data
    assert json.loads(data)["version"] == 1


@given(envelopes, st.data())
def test_any_changed_byte_changes_the_hash_and_never_crashes(envelope: Envelope, data: st.DataObject) -> None:
    stored = bytearray(encode(envelope, GENESIS))
    before = hash_of(bytes(stored))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    assert hash_of(bytes(stored)) != before
    with contextlib.suppress(MalformedEnvelope):
        decode(bytes(stored))


@pytest.mark.parametrize("body", [b"", b"{", b"{} ", b'{"a":1}}', b'{"a":\n1}', b"nul"])
def test_a_body_that_is_not_one_json_value_on_one_line_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        encode(Envelope("m1", 1, 1, 0, "", "Called", body), GENESIS)


@pytest.mark.parametrize(("field", "value"), [("version", 2), ("seq", 0), ("lamport", 2**53 + 1), ("previous", "00")])
def test_another_version_or_an_impossible_number_is_refused(field: str, value: object) -> None:
    stored = json.loads(encode(Envelope("m1", 1, 1, 0, "", "Called", b"{}"), GENESIS))
    with pytest.raises(MalformedEnvelope):
        decode(json.dumps(stored | {field: value}).encode())
