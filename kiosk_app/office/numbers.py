"""Which number a ticket gets: bands that cannot meet, so that two machines never print one number, online or off.

001-699    leased by the hub in blocks of ten           1001-1999  the same, when the first band is full
700-799    a slice for each machine, used when cut off  2000-9999  slices for each machine and incarnation
800-899    a slice for each machine's second log        901-999    the pre-printed emergency pad: never allocated
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from kiosk_app.office.facts import NumbersLeased
from kiosk_app.office.state import PAD_FIRST, PAD_LAST, Day, OfficeState

BLOCK = 10
LOW = 4
"""With so few numbers left of its blocks a machine gets the next: it may be cut off at any moment."""
PAD = range(PAD_FIRST, PAD_LAST + 1)
HUB_BANDS = (range(1, 700), range(1001, 2000))
SLICE = 20
SLICES = 5
WIDE_FIRST, WIDE_SLICE, WIDE_MACHINES, WIDE_INCARNATIONS = 2000, 200, 8, 5


class NoNumberLeft(msgspec.Struct, frozen=True, kw_only=True):
    """Every band that this machine may use is full; the emergency pad is the next step."""

    letter: str
    machine_code: str


class Allocated(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` must be appended before the TicketIssued that uses `number`."""

    facts: tuple[NumbersLeased, ...]
    number: int


def machine_index(machine_code: str) -> int:
    """1 for 「1号機」; the configuration is checked at start, so a code without a number is a bug."""
    found = re.search(r"[0-9]+", machine_code)
    if found is None or int(found[0]) < 1:
        raise ValueError(f"machine code {machine_code!r} must contain a number from 1")
    return int(found[0])


def band_of(incarnation: int) -> int:
    """The spare band of a machine's n-th log: four in turn, so that no four logs of one day share one."""
    return (incarnation - 1) % (WIDE_INCARNATIONS - 1) + 1


def allocate(
    state: OfficeState,
    machine_code: str,
    letter: str,
    incarnation: int = 0,
    cut_off: bool = False,
    undated: bool = False,
) -> Allocated | NoNumberLeft:
    """The next number for a ticket of `machine_code`.

    `incarnation`: 0, or the spare band of a log that began on this business day: what was printed before is not known
    for certain, so only the slices of that band are used. `cut_off`: the hub cannot be asked.
    `undated`: nor is it known what day it is, so that blocks of the day before must not be used.
    """
    day = state.day
    # Nor a number that was called before it was printed, by a slip: its visit would be another's.
    called = {day.tickets[key].number for key in day.stand_ins if day.tickets[key].letter == letter}
    used = day.used.get(letter, set()) | called
    if incarnation == 0 and not undated:
        number = _first_free(_leased(day, machine_code, letter), used)
        if number is None and not cut_off:
            granted = lease(state, machine_code, letter)
            if granted is not None:
                return Allocated(facts=(granted,), number=granted.first)
        if number is not None:
            return Allocated(facts=(), number=number)
    number = _first_free(own_numbers(machine_index(machine_code), incarnation), used)
    if number is None:
        return NoNumberLeft(letter=letter, machine_code=machine_code)
    return Allocated(facts=(), number=number)


def lease(
    state: OfficeState, machine_code: str, letter: str, more: Iterable[NumbersLeased] = ()
) -> NumbersLeased | None:
    """The hub's next block for a machine; None when its bands are full. `more`: granted and not yet folded."""
    leases = [*state.day.leases.get(letter, ()), *(granted for granted in more if granted.letter == letter)]
    for band in HUB_BANDS:
        first = max((lease.last + 1 for lease in leases if lease.first in band), default=band.start)
        if first in band:
            last = min(first - first % BLOCK + BLOCK - 1, band.stop - 1)
            return NumbersLeased(machine_code=machine_code, letter=letter, first=first, last=last)
    return None


def leases_due(state: OfficeState, machine_codes: Iterable[str], letters: Iterable[str]) -> tuple[NumbersLeased, ...]:
    """What the hub grants now, so that each machine holds numbers of every letter before it needs them."""
    due: list[NumbersLeased] = []
    for letter in letters:
        used = state.day.used.get(letter, set())
        for code in machine_codes:
            if sum(number not in used for number in _leased(state.day, code, letter)) <= LOW:
                granted = lease(state, code, letter, due)
                due += [granted] if granted is not None else []
    return tuple(due)


def may_print(state: OfficeState, machine_code: str, letter: str, number: int) -> bool:
    """Whether today's number can be one of this machine's: of its blocks, or of its own bands."""
    mine = (own_numbers(machine_index(machine_code), band) for band in range(WIDE_INCARNATIONS))
    return number in _leased(state.day, machine_code, letter) or any(number in numbers for numbers in mine)


def own_numbers(machine: int, incarnation: int) -> Iterator[int]:
    """The numbers that belong to one machine and incarnation alone, whatever the hub does."""
    three_digits = {0: 700, 1: 800}.get(incarnation)
    if three_digits is not None and machine <= SLICES:
        first = three_digits + SLICE * (machine - 1)
        yield from range(first, first + SLICE)
    if machine <= WIDE_MACHINES and incarnation < WIDE_INCARNATIONS:
        first = WIDE_FIRST + WIDE_SLICE * ((machine - 1) * WIDE_INCARNATIONS + incarnation)
        yield from range(first, first + WIDE_SLICE)


def _leased(day: Day, machine_code: str, letter: str) -> Iterator[int]:
    for granted in day.leases.get(letter, ()):
        if granted.machine_code == machine_code:
            yield from range(granted.first, granted.last + 1)


def _first_free(numbers: Iterable[int], used: set[int]) -> int | None:
    return next((number for number in numbers if number not in used), None)
