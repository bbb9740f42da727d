"""What ccTalk headers mean, for a changer (coins in and out) and a bill validator with escrow.

Source of every number and format: ccTalk Generic Specification 4.6 part 2 (headers 117 to 254) and its tables 2 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.payment_ports import UnitStatus

CHANGER, VALIDATOR = 55, 40
"""Default addresses."""
CATEGORY = {CHANGER: "changer", VALIDATOR: "bill validator"}
"""Answers to REQUEST_CATEGORY, small letters."""
COUNTRY = b"JP"

SIMPLE_POLL = 254
REQUEST_CATEGORY = 245
REQUEST_PRODUCT = 244
SELF_CHECK = 232
MODIFY_INHIBIT = 231
READ_COINS = 229
MODIFY_MASTER_INHIBIT = 228
REQUEST_MASTER_INHIBIT = 227
REQUEST_COIN_ID = 184
READ_NOTES = 159
REQUEST_NOTE_ID = 157
REQUEST_SCALING = 156
ROUTE_NOTE = 154
MODIFY_NOTE_MODE = 153
PAY_MONEY_OUT = 125
VERIFY_MONEY_OUT = 124
REQUEST_ACTIVITY = 123
REQUEST_ERROR = 122
REQUEST_HOPPER = 119

STACKER_AND_ESCROW = bytes((0b11,))
RETURN_NOTE, STACK_NOTE, HOLD_NOTE = bytes((0,)), bytes((1,)), bytes((255,))
TYPES_MAX = 16
HOPPERS_MAX = 8
EVENTS_KEPT = 5


@dataclass(frozen=True)
class Events:
    """The answer to READ_COINS and READ_NOTES: the counter, and the last five events, newest first."""

    counter: int
    results: tuple[tuple[int, int], ...]


def events(data: bytes) -> Events | None:
    if len(data) != 1 + 2 * EVENTS_KEPT:
        return None
    return Events(data[0], tuple((data[at], data[at + 1]) for at in range(1, len(data), 2)))


@dataclass(frozen=True)
class MoneyOut:
    counter: int
    paid_yen: int
    unpaid_yen: int


def money_out(data: bytes) -> MoneyOut | None:
    if len(data) != 9:
        return None
    return MoneyOut(data[0], int.from_bytes(data[1:5], "little"), int.from_bytes(data[5:9], "little"))


def coin_yen(data: bytes) -> int:
    """Of `JP100A`: country, three digits, issue. 0: no coin of this country."""
    return int(data[2:5]) if len(data) == 6 and data[:2] == COUNTRY and data[2:5].isdigit() else 0


def note_yen(data: bytes, scaling: int) -> int:
    """Of `JP0001A`: country, four digits in the country's scale, issue. 0: no note of this country."""
    return int(data[2:6]) * scaling if len(data) == 7 and data[:2] == COUNTRY and data[2:6].isdigit() else 0


def scaling(data: bytes) -> int:
    """Factor of the digits of a note, whole yen alone. 0: this country is not known there."""
    return int.from_bytes(data[:2], "little") if len(data) == 3 and data[2] == 0 else 0


def hopper(data: bytes) -> tuple[int, int] | None:
    """Yen of its coin, and how many it thinks it holds."""
    if len(data) != 8 or (yen := coin_yen(data[:6])) == 0:
        return None
    return yen, int.from_bytes(data[6:8], "little")


@dataclass(frozen=True)
class Activity:
    taking: bool
    paying: bool
    starting: bool


def activity(data: bytes) -> Activity | None:
    if len(data) != 2:
        return None
    return Activity(bool(data[0] & 0b0000_0111), bool(data[0] & 0b0000_1000), bool(data[0] & 0b0100_0000))


_FAULTS: dict[int, UnitStatus] = {
    0: "ready",
    1: "no_change",
    2: "coin_jam",
    3: "tampered",
    4: "fault",
    101: "coin_jam",
    102: "tampered",
    103: "fault",
    104: "fault",
    251: "full",
    252: "box_missing",
}


def changer_status(data: bytes) -> UnitStatus:
    """Of REQUEST_ERROR: which device, and what is the matter with it. The gravest comes first."""
    return _FAULTS.get(data[1], "fault") if len(data) == 2 else "fault"


NoteNews = Literal["returned", "refused", "ok", "nothing"] | UnitStatus
_NOTES: dict[int, NoteNews] = {
    0: "nothing",
    1: "returned",
    2: "refused",
    3: "refused",
    4: "refused",
    5: "refused",
    6: "note_jam",
    7: "note_jam",
    8: "tampered",
    9: "tampered",
    10: "ok",
    11: "box_missing",
    12: "ok",
    13: "fault",
    14: "full",
    15: "note_jam",
    16: "note_jam",
    17: "tampered",
    18: "tampered",
    19: "fault",
    20: "refused",
}


def note_news(code: int) -> NoteNews:
    """Of an event that is no credit."""
    return _NOTES.get(code, "fault")


IN_THE_STACKER, IN_ESCROW = 0, 1
"""Second byte of a note's credit."""
REJECTS = frozenset({1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 18, 19, 24, 25, 37, 38, 254})
"""Coins that came out again: rejected, inhibited, too close to another, or by the return lever."""
