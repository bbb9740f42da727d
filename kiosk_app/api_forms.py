"""What the screens of forms show beside the fields that all screens have. Import from api.py.

The screens, by name, with the fields they use. Those of the card (card_place, card_reading, card_pin, card_last,
card_take) are the same as in a card check.

    form_choose     rows[`form:ID`: selected is made, open is not; the tag says which], actions[`next`]
    form_people     rows[`people:N`]
    form_way        rows[`way:card`, `way:type`]
    form_check      summary (the four attributes), notice, actions[`right`, `wrong`]
    form_ask        rows (`pick:`, `era:`, `by_hand`, `skip`), beside them keypad or kana where something is typed;
                    subtitle (why it is asked), notice (what is wrong), foot (which question of how many)
    form_wait       icon. Nothing can be pressed but the bar. form_print is the same
    form_confirm    summary, preview, subtitle, actions[`print`]
    form_take       icon, steps, notice, actions[`end`]
    form_said       icon, tone, subtitle, notice, actions[some of `way:type`, `reset`, `again`, and `end`]

What a summary, a keypad's text, the kana and the preview say is a person's: it is in this view and nowhere else, and no
log may hold a view.
"""

from __future__ import annotations

from kiosk_app.api_base import Control, View


class KanaPad(View, frozen=True, kw_only=True):
    """Our own keys for names and addresses: kana in the order of the fifty sounds, digits, Latin letters. What is typed
    is a person's: it stands in this view and nowhere else."""

    text: str
    text_name: str
    """What is typed, to somebody who cannot see it."""
    before: str = ""
    """What stands before it and is not typed: the town of a postal code."""
    full: str = ""
    """No more letters fit."""
    keys: tuple[tuple[Control, ...], ...]
    """Row by row; one without an id is a gap."""
    pads: tuple[Control, ...]
    """Which keys there are: kana, digits, Latin."""
    turn: Control
    """゛゜ and small letters: changes the last one, again and again."""
    long: Control
    space: Control
    correct: Control
    enter: Control

    def __repr__(self) -> str:
        return "KanaPad(…)"

    def controls(self) -> tuple[Control, ...]:
        letters = tuple(key for row in self.keys for key in row if key.id)
        return (*self.pads, *letters, self.turn, self.long, self.space, self.correct, self.enter)


# --- at the console ------------------------------------------------------------------------------------------


class FormScan(View, frozen=True, kw_only=True):
    """What a clerk's scanner has read, as it typed it; of a longer text than a code can have the beginning is looked
    at."""

    text: str

    def __repr__(self) -> str:
        return "FormScan(…)"


class FormRow(View, frozen=True, kw_only=True):
    label: str
    text: str

    def __repr__(self) -> str:
        return "FormRow(…)"


class FormSheet(View, frozen=True, kw_only=True):
    """What stands on the form, to be copied line by line; or why it could not be read, in one sentence. A person's:
    shown to who asked, and kept nowhere."""

    ok: bool
    message: str = ""
    form: str = ""
    version: int = 0
    title: str = ""
    rows: tuple[FormRow, ...] = ()

    def __repr__(self) -> str:
        return f"FormSheet(ok={self.ok!r})"
