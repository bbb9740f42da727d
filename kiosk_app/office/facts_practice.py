"""How far somebody has come: in practice (れんしゅう), with a certificate or with forms, so that staff can help and see
where people give up.

Nothing of the person or of what was chosen is in it. Import it from facts.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact

Step = Literal["start", "card", "choose", "pin", "card_out", "confirm", "pay", "receive", "said", "done"]
Ended = Literal["", "finished", "left", "time"]
"""finished: after the last step. left: ended it, or the day did. time: walked away."""


class PracticeStepped(Fact, frozen=True, kw_only=True):
    """Somebody who practises at this machine stands at `step` now, or, with `ended`, stood there last.

    `language` and `modes` (large, contrast, low, voice, slow) are the screen's at that moment.
    """

    machine_code: str
    step: Step
    ended: Ended = ""
    language: str = "ja"
    modes: tuple[str, ...] = ()


Of = Literal["certificate", "forms"]
VisitStep = Literal[
    "card", "choose", "pin", "card_out", "confirm", "pay", "receive", "said", "people", "check", "ask", "print"
]
"""people, check, ask and print are of forms alone: how many, whether the card's words are right, questions, paper."""


class VisitStepped(Fact, frozen=True, kw_only=True):
    """As PracticeStepped, of the real thing: somebody who wants a certificate, or forms, stands at `step` now, or, with
    `ended`, stood there last. finished: with the paper in the hand."""

    machine_code: str
    of: Of
    step: VisitStep
    ended: Ended = ""
    language: str = "ja"
    modes: tuple[str, ...] = ()
