"""Where somebody stands who looks for the right procedures: the life event, the answers so far, what is left out."""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosk_app.office.procedures_parts import Answer


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answers in their order say which questions were asked; going back leaves out the last one."""

    event: str = ""
    answers: tuple[Answer, ...] = ()
    left_out: tuple[str, ...] = ()
    """Ids of procedures that the visitor does not want to do today."""
    has_forms: bool = False
    """The forms of this way were made: nobody is asked about them again."""
    job: str = ""
    """Of the list that is being printed; an answer for another comes too late."""
    paper: Literal["", "printing", "printed", "failed"] = ""
