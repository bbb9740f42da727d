"""How a script without input or output talks to the bus: it yields commands and pauses, and gets answers."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, TypeVar

from drivers.cctalk_unit import messages as m

T = TypeVar("T")
Trouble = Literal["silent", "garbled", "nak", "busy"]
Answer = bytes | Trouble
"""The data of a reply; empty for a bare ACK."""


@dataclass(frozen=True)
class Command:
    """`once`: it must not be sent again when no answer comes; all others change nothing when they come twice."""

    address: int
    header: int
    data: bytes = b""
    once: bool = False


@dataclass(frozen=True)
class Pause:
    seconds: float


Script = Generator[Command | Pause, Answer, T]


def ask(address: int, header: int, data: bytes = b"") -> Script[bytes | None]:
    """The data of the reply; None: the device did not say."""
    answer = yield Command(address, header, data)
    return answer if isinstance(answer, bytes) else None


def tell(address: int, header: int, data: bytes = b"") -> Script[bool]:
    """Whether it was acknowledged."""
    return (yield from ask(address, header, data)) == b""


def both(header: int, data: bytes) -> Script[bool]:
    coins = yield from tell(m.CHANGER, header, data)
    notes = yield from tell(m.VALIDATOR, header, data)
    return coins and notes


def pause(seconds: float) -> Script[None]:
    yield Pause(seconds)
