"""The fact of practice (れんしゅう): how far somebody has come, so that staff can help and see where people give up.

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
