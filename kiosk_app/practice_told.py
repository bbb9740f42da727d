"""What is kept of a visit for practice: each step that is reached, and the last one with how it ended. No more.

Pure: from the state before and after an event to facts.
"""

from __future__ import annotations

from kiosk_app.journeys import practice
from kiosk_app.journeys.messages import AnyEvent, Tick
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.office.facts import Fact, PracticeStepped
from kiosk_app.office.facts_practice import Ended, Step


def facts(before: TicketJourney, after: TicketJourney, event: AnyEvent, machine_code: str) -> list[Fact]:
    was, now = practice.stage(before), practice.stage(after)
    if was == now:
        return []
    if now:
        return [_stepped(after, now, "", machine_code)]
    assert was
    ended: Ended = "finished" if was == "done" else "time" if isinstance(event, Tick) else "left"
    return [_stepped(before, was, ended, machine_code)]


def _stepped(state: TicketJourney, step: Step, ended: Ended, machine_code: str) -> PracticeStepped:
    modes = tuple(sorted(state.modes))
    return PracticeStepped(machine_code=machine_code, step=step, ended=ended, language=state.language, modes=modes)
