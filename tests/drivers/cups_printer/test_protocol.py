"""Any bytes are an answer or a named error; what we send is what RFC 8010 shows."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cups_printer.protocol import (
    MESSAGE_LIMIT_BYTES,
    VALUE_LIMIT,
    Answer,
    Attribute,
    Group,
    GroupTag,
    Malformed,
    Operation,
    OutOfBand,
    Tag,
    decode_answer,
    encode_request,
)
from tests.depth import examples

HEAD = b"\x01\x01\x00\x00\x00\x00\x00\x07"

texts = st.text(max_size=40)
attributes = st.one_of(
    st.builds(
        lambda name, values: Attribute(name, Tag.INTEGER, tuple(values)),
        st.from_regex(r"[a-z][a-z-]{0,30}", fullmatch=True),
        st.lists(st.one_of(st.integers(-(2**31), 2**31 - 1), st.just(OutOfBand.NO_VALUE)), min_size=1, max_size=4),
    ),
    st.builds(
        lambda name, values: Attribute(name, Tag.TEXT, tuple(values)),
        st.from_regex(r"[a-z][a-z-]{0,30}", fullmatch=True),
        st.lists(texts, min_size=1, max_size=4),
    ),
    st.builds(lambda values: Attribute("is", Tag.BOOLEAN, tuple(values)), st.lists(st.booleans(), min_size=1)),
)
groups = st.lists(
    st.builds(
        lambda tag, found: Group(tag, tuple(found)),
        st.sampled_from([GroupTag.OPERATION, GroupTag.JOB, GroupTag.PRINTER]),
        st.lists(attributes, max_size=5),
    ),
    min_size=1,
    max_size=4,
)


def value(tag: int, name: str, data: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(data)) + data


def test_a_request_is_what_the_standard_shows() -> None:
    """RFC 8010, appendix A.1, as far as a request of ours has the same parts."""
    sent = encode_request(
        Operation.GET_JOB_ATTRIBUTES, 1, (Group(GroupTag.OPERATION, (Attribute("job-id", Tag.INTEGER, (147,)),)),)
    )
    assert sent == (
        b"\x01\x01\x00\x09\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x02en"
        b"\x21\x00\x06job-id\x00\x04\x00\x00\x00\x93\x03"
    )


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 0xFFFF), st.integers(0, 2**32 - 1), groups, st.binary(max_size=20))
def test_what_is_written_is_read_again(code: int, request_id: int, wanted: list[Group], document: bytes) -> None:
    found = decode_answer(encode_request(code, request_id, wanted) + document)
    assert isinstance(found, Answer)
    assert (found.status, found.request_id) == (code, request_id)
    for got, want in zip(found.groups, wanted, strict=True):
        mine = got.attributes[2:] if got is found.groups[0] else got.attributes
        assert [(a.name, a.values) for a in mine] == [(a.name, a.values) for a in want.attributes]


@settings(max_examples=examples(500), deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_an_answer_or_a_named_error(data: bytes, with_head: bool) -> None:
    assert isinstance(decode_answer(HEAD + data if with_head else data), Answer | Malformed)


tags = st.one_of(
    st.sampled_from([0x13, 0x21, 0x22, 0x23, 0x31, 0x34, 0x35, 0x36, 0x37, 0x41, 0x4A]), st.integers(0, 255)
)
pieces = st.one_of(
    st.sampled_from([b"\x01", b"\x02", b"\x04"]),
    st.builds(value, tags, st.sampled_from(["", "a", "job-state"]), st.binary(max_size=9)),
)


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(pieces, max_size=12), st.integers(0, 60))
def test_well_shaped_pieces_in_any_order_and_cut_anywhere(parts: list[bytes], cut: int) -> None:
    whole = HEAD + b"".join(parts) + b"\x03"
    assert isinstance(decode_answer(whole), Answer | Malformed)
    assert isinstance(decode_answer(whole[: max(0, len(whole) - cut)]), Answer | Malformed)


@settings(max_examples=examples(150), deadline=None)
@given(groups, st.data())
def test_a_cut_off_answer_is_never_taken_for_a_whole_one(wanted: list[Group], data: st.DataObject) -> None:
    whole = encode_request(0, 1, wanted)
    at = data.draw(st.integers(0, len(whole) - 1))
    assert isinstance(decode_answer(whole[:at]), Malformed)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "too_short"),
        (HEAD[:7], "too_short"),
        (b"<html><body>", "version"),
        (HEAD, "cut_off"),
        (HEAD + b"\x01", "cut_off"),
        (HEAD + value(0x21, "a", b"\0\0\0\1") + b"\x03", "attribute_without_group"),
        (HEAD + b"\x01" + value(0x21, "", b"\0\0\0\1") + b"\x03", "value_without_attribute"),
        (HEAD + b"\x01" + value(0x21, "a", b"\0\0\1") + b"\x03", "wrong_length"),
        (HEAD + b"\x01" + value(0x22, "a", b"") + b"\x03", "wrong_length"),
        (HEAD + b"\x01" + value(0x35, "a", b"\0\2en\0\5a") + b"\x03", "wrong_length"),
        (HEAD + b"\x01" + value(0x41, "a", b"x" * 9)[:-4] + b"\x03", "cut_off"),
        (HEAD + b"\x01" + value(0x22, "a", b"\1") * (VALUE_LIMIT + 1) + b"\x03", "too_many_values"),
        (HEAD + b"\x01" * MESSAGE_LIMIT_BYTES, "too_long"),
    ],
)
def test_every_error_has_its_name(data: bytes, reason: str) -> None:
    assert decode_answer(data) == Malformed(reason)


def test_values_without_a_value_languages_and_unknown_types() -> None:
    data = (
        value(0x13, "time-at-processing", b"")
        + value(0x10, "gone", b"")
        + value(0x36, "job-name", b"\0\2ja\0\6\xe8\xa6\x8b\xe6\x9c\xac")
        + value(0x31, "date", b"12345678901")
        + value(0x44, "reasons", b"none")
        + value(0x44, "", b"b\xff")
    )
    found = decode_answer(HEAD + b"\x02" + data + b"\x03")
    assert isinstance(found, Answer)
    job = found.group(GroupTag.JOB)
    assert job.first("time-at-processing") is OutOfBand.NO_VALUE
    assert job.number("time-at-processing") is None
    assert job.first("gone") is OutOfBand.UNSUPPORTED
    assert job.texts("job-name") == ("見本",)
    assert job.first("date") == b"12345678901"
    assert job.texts("reasons") == ("none", "b\ufffd")
    assert job.first("nothing") is None
    assert found.group(GroupTag.PRINTER).attributes == ()
