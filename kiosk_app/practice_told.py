"""What is kept of a visit for practice, a certificate or forms: each step that is reached, and the last one with how it
ended. No more: nothing of who stands there, and nothing of what was chosen.

Pure: from the state before and after an event to facts.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk_app.journeys import practice
from kiosk_app.journeys.messages import AnyEvent, Tick
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.office.facts import Fact, PracticeStepped, VisitStepped
from kiosk_app.office.facts_practice import Ended, Of, Step, VisitStep

FORM_STEPS: dict[str, VisitStep] = {
    "form_choose": "choose",
    "form_people": "people",
    "form_way": "card",
    "card_place": "card",
    "card_pin": "pin",
    "card_last": "pin",
    "form_check": "check",
    "form_ask": "ask",
    "form_wait": "confirm",
    "form_confirm": "confirm",
    "form_print": "print",
    "form_take": "receive",
    "card_take": "card_out",
}
Visit = tuple[Of, VisitStep]


def facts(before: TicketJourney, after: TicketJourney, event: AnyEvent, machine_code: str) -> list[Fact]:
    return [*_practice(before, after, event, machine_code), *_visit(before, after, event, machine_code)]


def visit_of(state: TicketJourney) -> Visit | None:
    """Of the real thing; None: it is another visit."""
    reads = state.screen == "card_reading"
    asked_pin = state.card is not None and state.card.tries > 0
    if state.forms is not None:
        return "forms", ("pin" if asked_pin else "card") if reads else FORM_STEPS.get(state.screen, "said")
    if state.certificate is None or practice.is_on(state):
        return None
    if reads:
        return "certificate", "pin" if asked_pin else "card"
    if state.screen == "cert_wait":
        return "certificate", "pay" if state.certificate.sale else "confirm"
    step = practice.STAGES.get(state.screen, "said")
    return "certificate", step if step != "" and step != "start" and step != "done" else "said"


def _visit(before: TicketJourney, after: TicketJourney, event: AnyEvent, machine_code: str) -> Iterator[Fact]:
    was, now = visit_of(before), visit_of(after)
    if was == now:
        return
    if was is not None and (now is None or now[0] != was[0]):
        ended: Ended = "finished" if was[1] == "receive" else "time" if isinstance(event, Tick) else "left"
        yield _visit_stepped(before, was, ended, machine_code)
    if now is not None:
        yield _visit_stepped(after, now, "", machine_code)


def _visit_stepped(state: TicketJourney, visit: Visit, ended: Ended, machine_code: str) -> VisitStepped:
    of, step = visit
    modes = tuple(sorted(state.modes))
    return VisitStepped(machine_code=machine_code, of=of, step=step, ended=ended, language=state.language, modes=modes)


def _practice(before: TicketJourney, after: TicketJourney, event: AnyEvent, machine_code: str) -> list[Fact]:
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
