"""What a printer has counted since it was made, by which a technician sees when head and cutter are due.

GS g 2 (Epson ESC/POS, "Transmit maintenance counter"): 1D 67 32 00 nL nH is answered by 5F, up to ten digits, 00.
Numbers below 128 can be set back, those above count for life.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.ports import PrinterCounters

LINES, HEAD, CUTS, HOURS = 148, 149, 178, 198
"""Lines fed, times the head was energised, cuts, hours of operation, each for life."""
DIGITS_MAX = 10
MAKER = "TM-"
"""How Epson's models call themselves. A printer that does not know the command may print its letters."""


def question(number: int) -> bytes:
    return b"\x1dg2\0" + number.to_bytes(2, "little")


def counts(model: str) -> bool:
    """Whether a printer of this name may be asked."""
    return model.strip().upper().startswith(MAKER)


def asked(ask: Callable[[bytes], tuple[str, bool, bool]]) -> PrinterCounters:
    """`ask`: sends a question and gives the text that came, and at the end whether everything was answered."""
    told: dict[int, int | None] = {}
    for number in (LINES, CUTS, HOURS):
        text, _, answered = ask(question(number))
        is_count = answered and text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX
        told[number] = int(text) if is_count else None
    return PrinterCounters(lines=told[LINES], cuts=told[CUTS], hours=told[HOURS])
