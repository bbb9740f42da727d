"""What central is still to hear of the paper of certificates: found from the facts, whatever was interrupted. Pure.

The word of a machine's own paper comes first; where there is a claim, what staff found out and paid comes after it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from kiosk_app.office.sales import Claim, Outcome, claim_text
from kiosk_app.office.state import OfficeState


class Word(NamedTuple):
    """As certificate_messages.OutcomeAsked. `last`: nothing more will be said of this document."""

    payment: str
    issuance: str
    verdict: Literal["issued", "not_issued", "unknown"]
    settled: Literal["", "not_paid", "refunded", "claim"]
    claim: str
    last: bool


def untold(state: OfficeState, machine: str) -> list[Word]:
    """Of this machine's chain, with or without ~2, in an order that stays."""
    base = machine.partition("~")[0]
    words = []
    for issuance, outcome in sorted(state.outcomes.items()):
        if outcome.machine.partition("~")[0] == base:
            word = _word(issuance, outcome, state.claims.get(outcome.claim))
            if outcome.told != (word.verdict, word.settled):
                words.append(word)
    return words


def _word(issuance: str, outcome: Outcome, claim: Claim | None) -> Word:
    text = claim_text(outcome.claim) if outcome.claim else ""
    if outcome.settled != "claim":
        return Word(outcome.payment, issuance, outcome.verdict, outcome.settled, text, True)
    if claim is None or not claim.settled:
        return Word(outcome.payment, issuance, outcome.verdict, "claim", text, False)
    verdict = outcome.verdict
    sold_yen = claim.settled[0].sold_yen
    if verdict == "unknown" and outcome.unknown_yen and sold_yen in (0, outcome.unknown_yen):
        # Of several in doubt, some of which came, nobody knows which; nor of what cost nothing.
        verdict = "issued" if sold_yen else "not_issued"
    return Word(outcome.payment, issuance, verdict, "" if verdict == "issued" else "refunded", text, True)
