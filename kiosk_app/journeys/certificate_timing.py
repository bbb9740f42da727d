"""How long a screen of a certificate waits. Whoever walks to a counter to pay needs minutes; whoever's money is inside
or whose sheet is in doubt is never sent away.
"""

from __future__ import annotations

from kiosk_app.journeys.certificate_state import Certificate

REFUSAL_STEP_MS = 5_000
"""What the register refuses is told this long after it was asked, or twice as long ...: never as fast as it came, so
that no cause shows by its time."""
ASK_STUCK_MS = 60_000
"""No word of the core: its own deadlines are far shorter."""
PRINT_STUCK_MS = 900_000
"""Five copies on a slow printer; the driver's own deadlines are shorter."""
TAKE_SHEETS_MS = 60_000
TAKE_SHEETS_SLOW_MS = 120_000
PAY_HERE_MS = 120_000
PAY_HERE_SLOW_MS = 240_000
PAY_AT_COUNTER_MS = 600_000
NEVER = ("cert_wait", "cert_print", "cert_doubt")
"""Something is under way, or a person is on the way."""
WITHOUT_WARNING = ("cert_take", "cert_card")
"""Nothing can be lost there by going home: a sheet lies outside, and a card that is left calls staff."""


def tell_ms(asked_ms: int, now_utc_ms: int) -> int:
    """When a refusal that has come now is told: the next whole step after it was asked for."""
    steps = -(-max(1, now_utc_ms - asked_ms) // REFUSAL_STEP_MS)
    return asked_ms + steps * REFUSAL_STEP_MS


def take_ms(slow: bool) -> int:
    return TAKE_SHEETS_SLOW_MS if slow else TAKE_SHEETS_MS


def pay_ms(certificate: Certificate, slow: bool) -> int:
    if certificate.means == "counter":
        return PAY_AT_COUNTER_MS
    return PAY_HERE_SLOW_MS if slow else PAY_HERE_MS
