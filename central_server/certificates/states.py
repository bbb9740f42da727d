"""What may become of one document, from the issuer's making to the paper in somebody's hand. Pure.

Intent before the act: `issuing` is written before a kiosk prints. A document whose outcome nobody tells is
`unknown`, and stays so until somebody does.
"""

from __future__ import annotations

from typing import NamedTuple

from kiosk_app.certificate_messages import Settled, State, Verdict

OPEN: frozenset[State] = frozenset({"making", "prepared"})
"""Nothing counts yet: void as soon as its session has ended, or has asked for another."""
CERTAIN: frozenset[State] = frozenset({"issued", "not_issued", "void"})


class After(NamedTuple):
    """`contradicts`: what was told cannot be true beside what stands; a person has to look."""

    state: State
    contradicts: bool = False


def told(state: State, verdict: Verdict) -> After:
    """A kiosk's word of the paper. The first certain word stays."""
    if state in ("issuing", "unknown"):
        return After(verdict)
    if state in OPEN:
        # Never confirmed: a kiosk may say that it printed nothing, and must not have printed anything.
        return After("void", contradicts=verdict != "not_issued")
    if state == "void":
        return After(state, contradicts=verdict != "not_issued")
    return After(state, contradicts=verdict not in (state, "unknown"))


def money(before: Settled, now: Settled) -> Settled:
    """A claim may be refunded later; what was paid back or never paid is over."""
    return now if now and before in ("", "claim") else before
