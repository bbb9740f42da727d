"""Touch → paper: from the press of 番号札を取る to the first and the last byte of the ticket at the printer.

Inside are the request, the printer's preflight, the promise, the number, one durable commit and the ticket's bytes. The
office is full: 150 wait, every counter has its console connected, and one of them calls after each ticket.
"""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable

from bench.house import House, TimedPrinter, milliseconds
from bench.office_day import tokens
from bench.row import Row, percentile, row
from drivers.escpos_printer.protocol import ASK_MODEL, ASK_PAPER, ASK_STATUS, CUT, INITIALISE
from kiosk_app import api
from kiosk_app.client import Client

TICKETS = 240
STARTS = 8
PATIENCE_S = 10.0
APART_MS = 61_000
"""Somebody who takes a third ticket within a minute is asked why, so that the next visitor comes a minute later."""


class Visitor:
    """Walks the citizen's screens, as fast as the core answers."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._visits = 0
        self.letter = ""

    def take_ticket(self, printer: TimedPrinter) -> tuple[float, float]:
        """Seconds from the press to the first and to the last byte of the ticket at the printer."""
        self.walk_to_confirm()
        press = self.press("take")
        before = len(printer.arrivals)
        pressed_s = time.monotonic()
        self._client.press(press)
        self.until("take")
        first_s, last_s = ticket_times(printer, before)
        self._client.press(self.press("end"))
        return first_s - pressed_s, last_s - pressed_s

    def pass_minute(self, start_utc_ms: int, minutes: int) -> None:
        jump = api.ClockJump(utc_ms=start_utc_ms + minutes * APART_MS)
        self._client.post("/v1/simulation/clock", jump, api.Reply)

    def walk_to_confirm(self, passed: Callable[[str], None] = lambda screen: None) -> None:
        """From the first screen, or from the one where the group is chosen. `passed` hears each screen reached."""
        client = self._client
        if client.citizen_view().screen == "idle":
            client.press(self.press("ticket"))
            passed("choose")
        groups = [group.id for group in client.citizen_view().groups if group.state == "open"]
        group = groups[self._visits % len(groups)]
        self._visits += 1
        self.letter = group.removeprefix("group:")
        client.press(self.press(group))
        passed("services")
        client.press(self.press(next(row.id for row in client.citizen_view().rows if row.state == "open")))
        passed("confirm")

    def press(self, control: str) -> api.Press:
        screen_id = self._client.citizen_view().screen_id
        return api.Press(press_id=str(uuid.uuid4()), screen_id=screen_id, control=control)

    def until(self, screen: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while (now := self._client.citizen_view().screen) != screen:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the screen is {now}, not {screen}, after {PATIENCE_S} s")
            time.sleep(0.02)


def ticket_times(printer: TimedPrinter, since: int) -> tuple[float, float]:
    """When the first byte of the ticket arrived, questions of the preflight apart, and when its cut did."""
    arrived = printer.arrivals[since:]
    whole = b"".join(data for _, data in arrived)
    begins, ends = whole.index(INITIALISE), whole.index(CUT) + len(CUT)
    # Once a minute a printer is asked for its name as well.
    if whole[:begins] not in (ASK_STATUS, ASK_STATUS + ASK_MODEL + ASK_PAPER) or whole.count(INITIALISE) != 1:
        raise RuntimeError(f"not one preflight and one ticket: {whole[:60]!r}")
    reached = list(itertools.accumulate(len(data) for _, data in arrived))
    first = next(at for (at, _), end in zip(arrived, reached, strict=True) if end > begins)
    last = next(at for (at, _), end in zip(arrived, reached, strict=True) if end >= ends)
    return first, last


def full_day(house: House, tickets: int = TICKETS) -> tuple[list[float], list[float]]:
    """Milliseconds to the first and to the last byte of each ticket."""
    counters = {letter: c.number for c in house.office.counters for letter in c.groups}
    clerks = {c: Client(house.client.core, token=token) for c, token in tokens(house.office).items()}
    start_utc_ms = clerks[3].staff_view().now_utc_ms
    visitor, everybody = Visitor(house.client), house.listeners()
    everybody.start()
    taken = []
    for minute in range(tickets):
        taken.append(visitor.take_ticket(house.printer))
        counter = counters[visitor.letter]
        act = api.StaffAct(intent=str(uuid.uuid4()), verb="call_next", counter=counter)
        if not (reply := clerks[counter].act(act)).ok:
            raise RuntimeError(reply.message)
        visitor.pass_minute(start_utc_ms, minute + 1)
    everybody.stop()
    return milliseconds(first for first, _ in taken), milliseconds(last for _, last in taken)


def first_tickets(starts: int = STARTS) -> list[float]:
    """Milliseconds to the first byte of the first ticket after a start."""
    first_ms = []
    for _ in range(starts):
        with House() as house:
            first_s, _ = Visitor(house.client).take_ticket(house.printer)
        first_ms.append(1000 * first_s)
    return first_ms


def rows() -> list[Row]:
    with House() as house:
        first_ms, last_ms = full_day(house)
    return [
        row("touch: to the first byte at the printer, p50", percentile(first_ms, 50), "ms", 15),
        row("touch: to the first byte at the printer, p99", percentile(first_ms, 99), "ms", 50),
        row("touch: whole ticket handed over, p99", percentile(last_ms, 99), "ms", 60),
        row("touch: first ticket after a start, slowest", max(first_tickets()), "ms", 50),
    ]
