"""Attributes of people with hard names come out as they went in; anything malformed is one named fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_ports import Attributes
from drivers.pcsc_card import tlv
from drivers.pcsc_card.simulator.kinds import attributes
from drivers.pcsc_card.simulator.people import PEOPLE, Person

SEXES = {"1": "male", "2": "female", "9": "other", "3": "unknown"}


@pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE.keys())
def test_every_person_is_read_as_written(person: Person) -> None:
    raw = attributes(person)
    assert tlv.attributes_total(raw[:7]) == len(raw)
    birth = f"{person.birth:%Y%m%d}"
    assert tlv.parse_attributes(raw) == Attributes(person.name, person.address, birth, SEXES[person.sex])  # type: ignore[arg-type]


def test_the_hard_names_are_hard() -> None:
    assert "\U000e0100" in PEOPLE["tsuji"].name and "\U00020bb7" in PEOPLE["yoshino"].name
    lengths = [len(attributes(person)) for person in PEOPLE.values()]
    assert min(lengths) < 0x80 < 0x100 < max(lengths), "all three forms of a length"


def test_nobody_is_printed() -> None:
    found = tlv.parse_attributes(attributes(PEOPLE["takasaki"]))
    assert repr(found) == "Attributes()" and str(found) == "Attributes()"


@given(st.binary(max_size=200))
def test_any_bytes_are_attributes_or_a_named_fault(data: bytes) -> None:
    for start in (b"", b"\xff\x20", b"\xff\x20\x82\x00\x40"):
        try:
            found = tlv.parse_attributes(start + data)
        except tlv.Malformed as fault:
            assert str(fault) and len(str(fault)) < 40
        else:
            assert isinstance(found, Attributes)


@given(st.sampled_from(sorted(PEOPLE)), st.data())
def test_a_changed_byte_gives_a_value_or_a_named_fault(person: str, data: st.DataObject) -> None:
    raw = bytearray(attributes(PEOPLE[person]))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for candidate in (bytes(raw), cut):
        try:
            assert isinstance(tlv.parse_attributes(candidate), Attributes)
        except tlv.Malformed as fault:
            assert PEOPLE[person].name not in str(fault)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("0000ff20", "no attributes"),
        ("ff2080", "a length that cannot be"),
        ("ff2083000001", "a length that cannot be"),
        ("ff20820100", "another length than it says"),
        ("ff2003df2205", "a value longer than the whole"),
        ("ff2001df", "ends within a tag"),
        ("ff2006df2200df2200", "a value twice"),
        ("ff2003df2200", "without DF23"),
        ("ff2000", "without DF22"),
    ],
)
def test_each_fault_has_its_name(raw: str, fault: str) -> None:
    with pytest.raises(tlv.Malformed, match=fault):
        tlv.parse_attributes(bytes.fromhex(raw))


@pytest.mark.parametrize("birth", ["1985１１03", "1985-1-3", "        "])
def test_a_birth_date_is_eight_digits(birth: str) -> None:
    person = PEOPLE["takasaki"]
    good = attributes(person)
    raw = good.replace(b"19851103", birth.encode()[:8].ljust(8))
    with pytest.raises(tlv.Malformed):
        tlv.parse_attributes(raw)
