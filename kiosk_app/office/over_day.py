"""How many waited at each quarter of an hour of the day: the curve by which an office sees its rush."""

from __future__ import annotations

from bisect import bisect_right

from kiosk_app.office.state import Day, is_callable, visit_of

STEP_MIN = 15
STEP_MS = STEP_MIN * 60_000
STEPS_MAX = 24 * 60 // STEP_MIN


def waiting_over_day(day: Day, now_utc_ms: int) -> tuple[int, tuple[int, ...]]:
    """(the first quarter as UTC milliseconds, the number of people at each quarter from there until now).

    Somebody waits from the issue to the first call, or until the ticket was cancelled.
    """
    came: list[int] = []
    went: list[int] = []
    for ticket_id, ticket in day.tickets.items():
        if not is_callable(ticket):
            continue
        came.append(ticket.issued_utc_ms)
        visit = visit_of(day, ticket_id)
        ended = visit.first_called_utc_ms or (visit.ended_utc_ms if visit.status == "cancelled" else 0)
        if ended:
            # A clock that was set back must not make somebody leave before coming.
            went.append(max(ended, ticket.issued_utc_ms))
    if not came:
        return now_utc_ms - now_utc_ms % STEP_MS, ()
    came.sort()
    went.sort()
    first = came[0] - came[0] % STEP_MS
    steps = min(STEPS_MAX, max(0, (now_utc_ms - first) // STEP_MS))
    marks = [first + n * STEP_MS for n in range(steps + 1)]
    return first, tuple(bisect_right(came, at) - bisect_right(went, at) for at in marks)
