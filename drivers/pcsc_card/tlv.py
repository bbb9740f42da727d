"""Lengths and values in DER and in the card's own BER with tags of two bytes. Anything malformed is one named fault.

Sources of the layout: jpki/myna text_ap, jsapdu schema.ts; lengths have one, two or three bytes, whatever the value.
"""

from __future__ import annotations

from drivers.card_ports import Attributes, Sex

ROOT, HEADER, NAME, ADDRESS, BIRTH, SEX = 0xFF20, 0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25
SEXES: dict[bytes, Sex] = {b"1": "male", b"2": "female", b"9": "other"}
"""ISO 5218; any other value is told as unknown."""


class Malformed(ValueError):
    """Says what is wrong in a few words, never with the contents."""


def length_at(data: bytes, at: int) -> tuple[int, int]:
    """Of the length field at `at`: the length, and where the value begins. Definite lengths up to 65535 only."""
    if at >= len(data):
        raise Malformed("ends before a length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first - 0x80
    if count not in (1, 2):
        raise Malformed("a length that cannot be")
    if at + 1 + count > len(data):
        raise Malformed("ends within a length")
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def der_total(start: bytes) -> int:
    """How many bytes a DER SEQUENCE has as a whole, from its first four."""
    if not start or start[0] != 0x30:
        raise Malformed("no certificate")
    length, value_at = length_at(start, 1)
    return value_at + length


def attributes_total(start: bytes) -> int:
    """How many bytes the attributes have as a whole, from the first seven."""
    if start[:2] != ROOT.to_bytes(2, "big"):
        raise Malformed("no attributes")
    length, value_at = length_at(start, 2)
    return value_at + length


def parse_attributes(data: bytes) -> Attributes:
    """Raises Malformed."""
    total = attributes_total(data)
    if total != len(data):
        raise Malformed("another length than it says")
    _, at = length_at(data, 2)
    found: dict[int, bytes] = {}
    while at < len(data):
        if at + 2 > len(data):
            raise Malformed("ends within a tag")
        tag = int.from_bytes(data[at : at + 2], "big")
        length, at = length_at(data, at + 2)
        if at + length > len(data):
            raise Malformed("a value longer than the whole")
        if tag in found:
            raise Malformed("a value twice")
        found[tag] = data[at : at + length]
        at += length
    if missing := [tag for tag in (NAME, ADDRESS, BIRTH, SEX) if tag not in found]:
        raise Malformed(f"without {missing[0]:04X}")
    birth = _text(found[BIRTH])
    if len(birth) != 8 or not (birth.isascii() and birth.isdigit()):
        raise Malformed("a birth date that is none")
    return Attributes(_text(found[NAME]), _text(found[ADDRESS]), birth, SEXES.get(found[SEX], "unknown"))


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        # Raised from nothing: the original carries the bytes.
        raise Malformed("text that is not UTF-8") from None
