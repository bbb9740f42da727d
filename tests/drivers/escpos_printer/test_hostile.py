"""Text from outside is text on paper: every control byte, every command and real-time command, in every field that
a ticket is composed of, changes nothing of what the printer is told to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.protocol import CLEAR_BUFFER, encode_ticket, report
from drivers.ports import NumberMark, QrCode, TicketLine, TicketPaper
from kiosk_app.api import Language
from kiosk_app.office.catalogue import Office
from kiosk_app.ticket_layout import TicketInfo, layout
from kiosk_app.words import Words
from tests.drivers.escpos_printer.reading import carries_real_time_command
from tests.drivers.escpos_printer.test_widths import MARKS, OURS, info, sample
from tests.drivers.escpos_printer.trial import Kind, Trial

pytestmark = pytest.mark.slow

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
PREFIXED = [lead + chr(code) for lead in "\x1b\x1c\x1d\x10" for code in range(0x7F)]
REAL_TIME = [f"\x10\x04{chr(n)}" for n in range(1, 5)] + [
    "\x10\x05\x01",
    "\x10\x05\x02",
    CLEAR_BUFFER.decode("latin-1"),
]
WHOLE = ["\x1dV\x00", "\x1dV\x42\x00", "\x1b@", "\x1bp\x00\x20\x20", report(b"C000").decode("latin-1")]
BEGUN = ["\x1dv0\x00\x48\x00\xff\x00", "\x1d(k\xff\xff", "\x1b*\x21\xff\x00", "\x1d8L\xff\xff\x00\x00"]
# Their Shift_JIS would be these bytes, if text were filtered after it was encoded and not before; and half characters.
ENCODED = ["\u001b\u8868\u0010", "\ue000\uf8f3\ufffe", "\udc1b\udc1d", "ソ\x10\x04\x01表", "\u2028\u2029\x85\xa0"]
ATTACKS = {
    "controls": "".join(CONTROLS),
    "each control": "区".join(CONTROLS),
    "prefixed": "".join(PREFIXED),
    "real time": "証".join(REAL_TIME),
    "whole commands": "A".join(WHOLE),
    "begun commands": "".join(BEGUN),
    "as encoded": "".join(ENCODED),
    "drawn": "髙" + "".join(REAL_TIME + WHOLE),
}


def assert_tells_nothing_new(data: bytes) -> None:
    tokens = split(data)
    assert {token.data[:2] for token in tokens if token.kind == "command"} <= OURS
    assert not [token for token in tokens if token.kind == "unknown"]
    assert [token.data for token in tokens if token.data[:2] == b"\x1dV"] == [b"\x1dV\x42\x00"]
    assert sum(token.data[:2] == b"\x1b@" for token in tokens) == 1
    asked = [token.data for token in tokens if token.data.startswith(b"\x1d(H")]
    assert [ask for ask in asked if ask[7:8] in b"NAPC"] == [
        report(mark) for mark in (MARKS.number, MARKS.numbered, MARKS.printed, MARKS.cut)
    ]
    assert {ask[8:] for ask in asked} == {MARKS.number[1:]}, "no id of another's"
    assert not carries_real_time_command(data)
    texts = b"".join(token.data for token in tokens if token.kind == "text")
    assert not re.search(rb"[\x00-\x1f\x7f]", texts)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("native", [False, True])
def test_in_every_part_of_a_paper(attack: str, native: bool) -> None:
    evil = ATTACKS[attack]
    for size, reverse, bold, language in ((1, False, False, ""), (2, True, False, "ja"), (1, False, True, "zh")):
        parts = (
            TicketLine(evil, size, bold, reverse, language),
            NumberMark(),
            TicketLine("A-105" + evil, size),
            QrCode("https://example.jp/" + evil[:100]),
            TicketLine(evil[:20] + "区役所", size, language=language),
        )
        assert_tells_nothing_new(encode_ticket(TicketPaper(parts), MARKS, qr_by_printer=native).data)


def in_group(office: Office, **fields: Any) -> Office:
    return msgspec.structs.replace(
        office, groups=tuple(msgspec.structs.replace(group, **fields) for group in office.groups)
    )


def in_floors(office: Office, **fields: Any) -> Office:
    return msgspec.structs.replace(
        office, floors=tuple(msgspec.structs.replace(floor, **fields) for floor in office.floors)
    )


def in_words(words: Words, evil: str) -> Words:
    """As of a translator who may write what he likes but braces, which are ours."""
    said = evil.replace("{", "").replace("}", "")
    languages = ("ja", "easy", "en", "zh", "ko", "vi")
    return Words({lang: {key: (said + words.forms(lang, key)[0],) for key in words.keys(lang)} for lang in languages})


Composed = tuple[Office, TicketInfo, Words]
FIELDS: dict[str, Callable[[str, Composed], Composed]] = {
    "office": lambda evil, was: (msgspec.structs.replace(was[0], name={"ja": evil, "zh": evil}), was[1], was[2]),
    "service": lambda evil, was: (in_group(was[0], name={"ja": evil, "zh": evil}), was[1], was[2]),
    "floor": lambda evil, was: (in_floors(was[0], name={"ja": evil, "zh": evil}), was[1], was[2]),
    "address": lambda evil, was: (msgspec.structs.replace(was[0], status_url=evil[:100]), was[1], was[2]),
    "number": lambda evil, was: (was[0], msgspec.structs.replace(was[1], number="A-105" + evil), was[2]),
    "ticket": lambda evil, was: (was[0], msgspec.structs.replace(was[1], ticket=evil[:100]), was[2]),
    "machine": lambda evil, was: (was[0], msgspec.structs.replace(was[1], machine_name=evil), was[2]),
    "notice": lambda evil, was: (was[0], was[1], in_words(was[2], evil[:60])),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("field", FIELDS)
def test_in_every_field_of_a_composed_ticket(field: str, attack: str) -> None:
    office, words = sample()
    composed = FIELDS[field](ATTACKS[attack], (office, info("A", "A-105"), words))
    languages: tuple[Language, ...] = ("ja", "zh")
    for language in languages:
        paper = layout(composed[0], composed[1], language, composed[2], reprint=True)
        assert_tells_nothing_new(encode_ticket(paper, MARKS, qr_by_printer=True).data)


@pytest.mark.parametrize("attack", ["real time", "whole commands", "begun commands", "drawn"])
def test_the_simulated_printer_obeys_none(attack: str) -> None:
    evil = ATTACKS[attack]
    trial = Trial(Kind(), (TicketLine(evil), QrCode("https://example.jp/" + evil[:40])))
    outcome = trial.first()
    assert outcome.verdict == "issued"
    assert len(trial.printer.pieces) == 1 and not trial.printer.firmware.roll.has_ink()
    trial.finish(outcome)
    assert len(trial.printer.pieces) == 2
