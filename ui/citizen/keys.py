"""The tactile key pad: arrows move the focus in the order in which the voice counts, Enter presses, Escape goes back.

Digits move the focus to the choice of that number; ＊ starts the voice. Nothing is pressed without Enter. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.api import CitizenView

# Numbers of Qt::Key: its enumeration in Python costs 10 ms of the start.
ESCAPE, TAB, BACKTAB, BACKSPACE, RETURN, ENTER_KEY, SPACE = (
    0x01000000,
    0x01000001,
    0x01000002,
    0x01000003,
    0x01000004,
    0x01000005,
    0x20,
)
LEFT, UP, RIGHT, DOWN = 0x01000012, 0x01000013, 0x01000014, 0x01000015
FORWARD = (DOWN, RIGHT, TAB)
BACKWARD = (UP, LEFT, BACKTAB)
ENTER = (RETURN, ENTER_KEY, SPACE)
BACK = (ESCAPE, BACKSPACE)
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
WAYS_BACK = ("close_sheet", "close", "continue", "back")
"""What Escape presses: the first of these that is offered."""


def moved_focus(offered: Sequence[str], focused: str, key: int, text: str) -> tuple[str, str]:
    """The focus after a key, and what is pressed by it."""
    typed = next((prefix for prefix in ("pin", "key") if f"{prefix}:1" in offered), "")
    if typed and (key_of_pad := _key_of_pad(typed, focused, key, text)) is not None:
        return focused, key_of_pad
    at = offered.index(focused) if focused in offered else -1
    if key in FORWARD and offered:
        return offered[(at + 1) % len(offered)], ""
    if key in BACKWARD and offered:
        return offered[(at - 1) if at > 0 else len(offered) - 1], ""
    if key in ENTER and at >= 0:
        return focused, focused
    if key in BACK:
        return focused, next((control for control in WAYS_BACK if control in offered), "")
    if text in ("*", "＊"):
        return focused, "voice"
    if text in tuple("123456789") and int(text) <= len(offered):
        return offered[int(text) - 1], ""
    return focused, ""


def _key_of_pad(typed: str, focused: str, key: int, text: str) -> str | None:
    """`typed`: pin, or key for what may be seen. Before a keypad the digits are digits, and the correction key
    corrects; None for any other key."""
    digit = text.translate(FULL_WIDTH)
    if digit in tuple("0123456789"):
        return f"{typed}:{digit}"
    if key == BACKSPACE:
        return f"{typed}:erase"
    return f"{typed}:enter" if key in ENTER and not focused else None


def focus_after(before: CitizenView | None, view: CitizenView, focused: str) -> str:
    """The focus stays on the same place of the same screen only: a second Enter never presses something new."""
    if before is None or before.screen != view.screen or before.title != view.title:
        return ""
    if (before.sheet is None, before.dialog is None) != (view.sheet is None, view.dialog is None):
        return ""
    return focused
