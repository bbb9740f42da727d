"""How long a ticket screen waits for its visitor. Waiting is generous and extensions are unlimited, because
reading slowly is not a fault; only a ticket in doubt waits for ever.
"""

from __future__ import annotations

from kiosk_app.journeys import certificate_timing
from kiosk_app.journeys.ticket_state import TicketJourney

WARN_BEFORE_MS = 20_000
NORMAL_MS = 60_000
SLOW_MS = 120_000
TAKE_MS = 20_000
TAKE_SLOW_MS = 40_000
TAKE_CARD_MS = 60_000
"""Then somebody has gone away without the card, and staff are called."""
CARD_STUCK_MS = 60_000
"""No word of a card: the driver's own deadlines are far shorter."""
NAME_COUNTER_AFTER_MS = 120_000
WAIT_FOR_STAFF_MS = 300_000
"""Somebody who called staff stands there and touches nothing."""
STUCK_AFTER_MS = 60_000
"""Printing without any outcome: the driver's own deadlines are far shorter."""
LOOK_UP_MS = 20_000
"""No word of a reservation: the hub's own deadline is shorter."""
RETRY_AFTER_MS = 5_000
MAX_ATTEMPTS = 3
"""Of printing or issuing without anybody's help."""


def patience_ms(state: TicketJourney) -> int | None:
    """From the last touch until the screen goes back to the start; None is never."""
    # Hearing a screen takes longer than reading it.
    slow = bool(state.modes & {"slow", "voice"})
    if state.screen in ("printing", "doubt", "card_reading", "check_in_wait", "form_wait", "form_print") or (
        state.screen == "trouble" and state.ticket is not None
    ):
        return None
    if state.screen in certificate_timing.NEVER:
        return None
    if state.screen in ("card_take", "cert_card"):
        return TAKE_CARD_MS
    if state.screen == "cert_pay" and state.certificate is not None:
        return certificate_timing.pay_ms(state.certificate, slow)
    if state.screen == "cert_take" and not state.sheet and not state.dialog:
        return certificate_timing.take_ms(slow)
    if state.visitor_alert is not None or state.screen in ("trouble", "cert_claim", "form_take"):
        return WAIT_FOR_STAFF_MS
    if state.screen in ("take", "proc_paper") and not state.sheet and not state.dialog:
        return TAKE_SLOW_MS if slow else TAKE_MS
    return SLOW_MS if slow else NORMAL_MS


def warns(state: TicketJourney) -> bool:
    """Whether a countdown comes before the return: not where nothing can be lost."""
    return state.screen not in (
        "idle",
        "closed",
        "take",
        "proc_paper",
        "card_take",
        *certificate_timing.WITHOUT_WARNING,
    )


def seconds_of(state: TicketJourney, now_utc_ms: int) -> int:
    """Whole seconds until a screen without a warning goes; 0 for one that stays."""
    left = state.touched_ms + (patience_ms(state) or 0) - now_utc_ms
    return max(0, -(-left // 1000))


def seconds_left(state: TicketJourney, now_utc_ms: int) -> int:
    """Whole seconds until the return, at least 0 and at most the time of the warning."""
    patience = patience_ms(state)
    if patience is None:
        return WARN_BEFORE_MS // 1000
    left = state.touched_ms + patience - now_utc_ms
    return min(max(0, -(-left // 1000)), WARN_BEFORE_MS // 1000)
