"""IPP/1.1 without any line to it (RFC 8010): a request as bytes, and any bytes as an answer or what is wrong with them.

Collections are kept flat: nothing that we ask for is inside one. Every length is checked before it is believed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Literal

MESSAGE_LIMIT_BYTES = 1 << 20
"""An answer to our questions has some hundred bytes; one that never ends must not fill the memory."""
VALUE_LIMIT = 10_000
"""Values in one answer, over all attributes."""
VERSION = b"\x01\x01"
HEAD_BYTES = 8


class Operation(IntEnum):
    """RFC 8011, 4.4.15."""

    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class GroupTag(IntEnum):
    """RFC 8010, 3.5.1. Others are carried as numbers."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """RFC 8010, 3.5.2: those that we send or read."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


class OutOfBand(Enum):
    """An attribute that is there and has no value, and why."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    OTHER = 0x1F


Value = int | bool | str | bytes | OutOfBand
"""bytes: a type that we do not read (dates, ranges, resolutions, collections)."""

OK_BELOW = 0x0100
FORBIDDEN = 0x0401
GONE = frozenset({0x0406, 0x0407})
"""not-found, gone"""


@dataclass(frozen=True)
class Attribute:
    name: str
    tag: int
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    tag: int
    attributes: tuple[Attribute, ...]

    def values(self, name: str) -> tuple[Value, ...]:
        """Empty when there is none; of two with one name the first, as CUPS itself reads it."""
        return next((attribute.values for attribute in self.attributes if attribute.name == name), ())

    def first(self, name: str) -> Value | None:
        return next(iter(self.values(name)), None)

    def number(self, name: str) -> int | None:
        value = self.first(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.values(name) if isinstance(value, str))


@dataclass(frozen=True)
class Answer:
    status: int
    request_id: int
    groups: tuple[Group, ...]

    @property
    def is_ok(self) -> bool:
        return self.status < OK_BELOW

    def group(self, tag: int) -> Group:
        """The first of them; an empty one when it is missing."""
        return next((group for group in self.groups if group.tag == tag), Group(tag, ()))


@dataclass(frozen=True)
class Malformed:
    """Why these bytes are no answer."""

    reason: Literal[
        "too_long",
        "too_short",
        "version",
        "cut_off",
        "value_without_attribute",
        "attribute_without_group",
        "wrong_length",
        "too_many_values",
    ]


class _Broken(Exception):
    def __init__(self, malformed: Malformed) -> None:
        super().__init__(malformed.reason)
        self.malformed = malformed


def encode_request(operation: Operation, request_id: int, groups: Sequence[Group]) -> bytes:
    """The document, if there is one, follows these bytes. charset and language always come first (RFC 8011, 4.1.4)."""
    out = bytearray(VERSION + struct.pack(">HI", operation, request_id))
    opening = (
        Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
        Attribute("attributes-natural-language", Tag.LANGUAGE, ("en",)),
    )
    for at, group in enumerate(groups):
        out.append(group.tag)
        for attribute in (opening if at == 0 else ()) + group.attributes:
            out += _encode_attribute(attribute)
    out.append(GroupTag.END)
    return bytes(out)


def _encode_attribute(attribute: Attribute) -> bytes:
    out = bytearray()
    for at, value in enumerate(attribute.values):
        name = attribute.name.encode("ascii") if at == 0 else b""
        tag, data = attribute.tag, _encode_value(value)
        if isinstance(value, OutOfBand):
            tag = value.value
        out += struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(data)) + data
    return bytes(out)


def _encode_value(value: Value) -> bytes:
    match value:
        case bool():
            return b"\x01" if value else b"\x00"
        case int():
            return struct.pack(">i", value)
        case str():
            return value.encode("utf-8")
        case bytes():
            return value
        case OutOfBand():
            return b""


def decode_answer(data: bytes) -> Answer | Malformed:
    """Total: all bytes give one or the other. What follows the end of the attributes is not looked at."""
    if len(data) > MESSAGE_LIMIT_BYTES:
        return Malformed("too_long")
    if len(data) < HEAD_BYTES:
        return Malformed("too_short")
    if data[0] not in (1, 2):
        return Malformed("version")
    status, request_id = struct.unpack_from(">HI", data, 2)
    try:
        return Answer(status, request_id, _Reader(data).groups())
    except _Broken as broken:
        return broken.malformed


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = HEAD_BYTES
        self._groups: list[tuple[int, list[tuple[str, int, list[Value]]]]] = []

    def groups(self) -> tuple[Group, ...]:
        values = 0
        while (tag := self._take(1)[0]) != GroupTag.END:
            if tag < 0x10:
                self._groups.append((tag, []))
                continue
            values += 1
            if values > VALUE_LIMIT:
                raise _Broken(Malformed("too_many_values"))
            self._value(tag)
        return tuple(
            Group(tag, tuple(Attribute(name, kind, tuple(values)) for name, kind, values in attributes))
            for tag, attributes in self._groups
        )

    def _value(self, tag: int) -> None:
        name = self._take(self._length())
        value = _decode_value(tag, self._take(self._length()))
        if not self._groups:
            raise _Broken(Malformed("attribute_without_group"))
        attributes = self._groups[-1][1]
        if name:
            attributes.append((name.decode("ascii", "replace"), tag, [value]))
        elif attributes:
            attributes[-1][2].append(value)
        else:
            raise _Broken(Malformed("value_without_attribute"))

    def _length(self) -> int:
        return int.from_bytes(self._take(2), "big")

    def _take(self, count: int) -> bytes:
        if self._at + count > len(self._data):
            raise _Broken(Malformed("cut_off"))
        self._at += count
        return self._data[self._at - count : self._at]


def _decode_value(tag: int, data: bytes) -> Value:
    if tag < 0x20:
        return OutOfBand(tag) if tag in (0x10, 0x12, 0x13) else OutOfBand.OTHER
    if tag in (Tag.INTEGER, Tag.ENUM):
        return int.from_bytes(_exactly(4, data), "big", signed=True)
    if tag == Tag.BOOLEAN:
        return _exactly(1, data) != b"\x00"
    if tag in (Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE):
        return _with_language(data)
    if 0x40 <= tag <= 0x49:
        # Only people read what a printer says in its own words; a keyword that is no UTF-8 is one that we do not know.
        return data.decode("utf-8", "replace")
    return data


def _exactly(count: int, data: bytes) -> bytes:
    if len(data) != count:
        raise _Broken(Malformed("wrong_length"))
    return data


def _with_language(data: bytes) -> str:
    """Length and language, length and text."""
    language_end = 2 + int.from_bytes(data[:2], "big")
    text_start = language_end + 2
    text = data[text_start:]
    if len(data) < text_start or int.from_bytes(data[language_end:text_start], "big") != len(text):
        raise _Broken(Malformed("wrong_length"))
    return text.decode("utf-8", "replace")
