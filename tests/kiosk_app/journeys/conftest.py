"""A ward office on a Monday morning, and a visitor whose every press goes through the screen that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk_app import words
from kiosk_app.api import CitizenView
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import AnyCommand, AnyEvent, Context, GroupLoad, Pressed
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import catalogue

OFFICE_FILE = Path(__file__).parents[3] / "config" / "offices" / "kokura-kita.toml"
MONDAY_1012_MS = 1_775_437_920_000
"""2026-04-06 10:12 in Tokyo."""
MINUTE_MS = 60_000


@dataclass
class Desk:
    """Keeps the state and the time, and what the journey has asked for."""

    context: Context
    state: ticket.TicketJourney
    commands: list[AnyCommand] = field(default_factory=list)
    ids: int = 0

    def step(self, event: AnyEvent) -> tuple[AnyCommand, ...]:
        self.ids += 1
        self.context = msgspec.structs.replace(self.context, new_id=f"id{self.ids}")
        self.state, commands = ticket.step(self.state, event, self.context)
        # What is saved must come back the same.
        assert msgspec.json.decode(msgspec.json.encode(self.state), type=ticket.TicketJourney) == self.state
        self.commands += commands
        return commands

    def press(self, *names: str) -> tuple[AnyCommand, ...]:
        commands: tuple[AnyCommand, ...] = ()
        for name in names:
            assert name in controls(self.view()), f"{name} is not on the screen {self.state.screen}"
            commands = self.step(Pressed(screen_id=self.state.screen_id, control=name))
        return commands

    def wait(self, seconds: int) -> tuple[AnyCommand, ...]:
        """Second by second, as the core ticks."""
        commands: tuple[AnyCommand, ...] = ()
        for _ in range(seconds):
            self.change(now_utc_ms=self.context.now_utc_ms + 1000)
            commands += self.step(ticket.Tick())
        return commands

    def change(self, **context: Any) -> None:
        self.context = msgspec.structs.replace(self.context, **context)

    def view(self) -> CitizenView:
        return ticket.view(self.state, self.context)

    def to_confirm(self) -> None:
        self.press("ticket", "group:A", "service:resident-record-copy")

    def issued(self, number: str = "A-105", name: str = "t1") -> None:
        self.step(
            ticket.Issued(
                intent=self.state.intent,
                ticket=name,
                number=number,
                waiting=12,
                estimate_from_ms=self.context.now_utc_ms + 28 * MINUTE_MS,
                estimate_to_ms=self.context.now_utc_ms + 43 * MINUTE_MS,
            )
        )

    def printed(self, verdict: Any = "issued", cause: str = "", name: str = "t1") -> tuple[AnyCommand, ...]:
        return self.step(ticket.PrintFinished(ticket=name, verdict=verdict, cause=cause))

    def has_ticket(self, number: str = "A-105", name: str = "t1") -> None:
        self.to_confirm()
        self.press("take")
        self.issued(number, name)
        self.printed(name=name)
        assert self.state.screen == "take"


@pytest.fixture(scope="session")
def office() -> catalogue.Office:
    return catalogue.parse(OFFICE_FILE.read_text(), OFFICE_FILE.name)


@pytest.fixture(scope="session")
def all_words() -> words.Words:
    return words.load()


@pytest.fixture(scope="session")
def context(office: catalogue.Office, all_words: words.Words) -> Context:
    load = GroupLoad(
        waiting=12,
        estimate_from_ms=MONDAY_1012_MS + 28 * MINUTE_MS,
        estimate_to_ms=MONDAY_1012_MS + 43 * MINUTE_MS,
    )
    return Context(
        now_utc_ms=MONDAY_1012_MS,
        office=office,
        words=all_words,
        printer_status="ready",
        loads={group.letter: load for group in office.groups},
        new_id="id0",
        counter_staffed="7",
        machine_name="1号機",
    )


@pytest.fixture
def desk(context: Context) -> Desk:
    return Desk(context=context, state=ticket.start(context))


@pytest.fixture(scope="session")
def new_desk(context: Context) -> Callable[[], Desk]:
    """For tests that need many."""
    return lambda: Desk(context=context, state=ticket.start(context))
