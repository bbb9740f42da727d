"""What the hub answers where somebody else wants a number cancelled: staff at a ticket machine, as at a counter,
or a visitor who leaves, on the page of their ticket. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from kiosk_app.api import Role, StaffAct
from kiosk_app.office import facts as f
from kiosk_app.office.calls import decide
from kiosk_app.office.decision import Decision, Desk, Staff
from kiosk_app.office.doubles import others_of
from kiosk_app.office.facts_floor import VISITOR
from kiosk_app.office.state import CancellationWish, Day, OfficeState, current_stop, visit_of

INTENT_MAX = 48
BY_VISITOR = "ご本人がスマートフォンで取り消し"
VISITORS_MAX, WITHIN_MS = 20, 10 * 60_000
"""Numbers that are given back so within ten minutes. More would be no visitors, but somebody who empties the line."""


def answers(
    state: OfficeState, desk: Desk, reasons: Collection[str], role_of: Callable[[str], Role | None], now_utc_ms: int
) -> list[tuple[str, tuple[f.Fact, ...]]]:
    """By whom, and what, for each wish. `role_of`: of a staff code; None for one that is not known."""
    found: list[tuple[str, tuple[f.Fact, ...]]] = []
    left = VISITORS_MAX - _given_back(state.day, now_utc_ms)
    for ticket, wish in sorted(state.day.cancellations.items()):
        if wish.staff_code == VISITOR:
            facts = _of_a_visitor(state, ticket, wish) if left > 0 else ()
            left -= bool(facts)
        else:
            facts = _of_staff(state, desk, reasons, role_of, now_utc_ms, ticket, wish)
        found.append((wish.staff_code, facts) if facts else ("core", (f.CancellationRefused(ticket=ticket),)))
    return found


def _of_staff(
    state: OfficeState,
    desk: Desk,
    reasons: Collection[str],
    role_of: Callable[[str], Role | None],
    now_utc_ms: int,
    ticket: str,
    wish: CancellationWish,
) -> tuple[f.Fact, ...]:
    role = role_of(wish.staff_code)
    if role is None or wish.reason not in reasons:
        return ()
    act = StaffAct(intent=_intent(wish), verb="cancel", ticket=ticket, reason=wish.reason)
    answer = decide(state, act, Staff(code=wish.staff_code, role=role), now_utc_ms, desk)
    return answer.facts if isinstance(answer, Decision) else ()


def _of_a_visitor(state: OfficeState, ticket: str, wish: CancellationWish) -> tuple[f.Fact, ...]:
    """Who is at a counter, or waits for papers that are made, speaks with a person."""
    day, visit = state.day, visit_of(state.day, ticket)
    waits = visit.status in ("waiting", "held", "no_show") and visit.stage == "reception"
    if not waits or day.tickets[ticket].voided or current_stop(day, ticket) is None:
        return ()
    cancelled = f.TicketCancelled(ticket=ticket, reason=BY_VISITOR, intent=_intent(wish))
    return cancelled, *_its_reservation(state, ticket)


def _its_reservation(state: OfficeState, ticket: str) -> Iterator[f.Fact]:
    """Its time is free again, unless another number of it is still held by somebody."""
    day, booking = state.day, state.day.tickets[ticket].booking
    others = [one for one in others_of(day, ticket) if one in day.live]
    for letter, slot in state.slots.get(day.date, {}).items():
        if booking in slot.bookings and booking not in slot.cancelled and not others:
            yield f.BookingCancelled(
                booking=booking, letter=letter, date=day.date, by="visitor", reason=BY_VISITOR, intent=""
            )


def _given_back(day: Day, now_utc_ms: int) -> int:
    if not any(wish.staff_code == VISITOR for wish in day.cancellations.values()):
        return 0
    since = now_utc_ms - WITHIN_MS
    return sum(
        1 for one in day.actions if one.at_utc_ms > since and (one.kind, one.staff_code) == ("TicketCancelled", VISITOR)
    )


def _intent(wish: CancellationWish) -> str:
    return f"{wish.intent[:INTENT_MAX]}.cancelled"
