"""What the hub answers where staff at a ticket machine want a number cancelled: the same rule as at a counter. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection

from kiosk_app.api import Role, StaffAct
from kiosk_app.office import facts as f
from kiosk_app.office.calls import decide
from kiosk_app.office.decision import Decision, Desk, Staff
from kiosk_app.office.state import OfficeState

INTENT_MAX = 48


def answers(
    state: OfficeState, desk: Desk, reasons: Collection[str], role_of: Callable[[str], Role | None], now_utc_ms: int
) -> list[tuple[str, f.Fact]]:
    """By whom, and what: one fact for each wish. `role_of`: of a staff code; None for one that is not known."""
    found: list[tuple[str, f.Fact]] = []
    for ticket, wish in sorted(state.day.cancellations.items()):
        role = role_of(wish.staff_code)
        fact: f.Fact = f.CancellationRefused(ticket=ticket)
        if role is not None and wish.reason in reasons:
            intent = f"{wish.intent[:INTENT_MAX]}.cancelled"
            act = StaffAct(intent=intent, verb="cancel", ticket=ticket, reason=wish.reason)
            answer = decide(state, act, Staff(code=wish.staff_code, role=role), now_utc_ms, desk)
            if isinstance(answer, Decision) and answer.facts:
                (fact,) = answer.facts
        found.append((wish.staff_code if isinstance(fact, f.TicketCancelled) else "core", fact))
    return found
