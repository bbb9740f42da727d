"""操作履歴 of one day, cut into pages: any day has more lines than a screen, and an auditor wants all of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from kiosk_app.api import ActionsPage
from kiosk_app.office.fold_base import place_of
from kiosk_app.office.rows import action_row
from kiosk_app.office.state import Action, Day, OfficeState, number_text
from kiosk_app.office.times import parse_number

ROWS_MAX = 200


def page(state: OfficeState, number: str = "", before: str = "", limit: int = ROWS_MAX) -> ActionsPage:
    """Latest first. `number`: as it is typed, whole or in part. `before`: `more` of the page with the lines after."""
    found: Sequence[Action] = state.day.actions
    if number:
        tickets = _tickets(state.day, number)
        found = [action for action in found if action.ticket in tickets]
    end = _end(found, before)
    begin = max(0, end - limit)
    return ActionsPage(
        number=number,
        rows=tuple(action_row(state, action) for action in reversed(found[begin:end])),
        total=len(found),
        more=_name(found[begin]) if begin else "",
    )


def _tickets(day: Day, typed: str) -> set[str]:
    exact, part = parse_number(typed), _plain(typed)
    if not part:
        return set()
    return {
        key
        for key, ticket in day.tickets.items()
        if (ticket.letter, ticket.number) == exact or part in _plain(number_text(ticket.letter, ticket.number))
    }


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


def _name(action: Action) -> str:
    at_utc_ms, machine, seq, part = place_of(action)
    return f"{at_utc_ms}.{seq}.{part}.{machine}"


def _end(actions: Sequence[Action], before: str) -> int:
    """How many lines are older; lines that came meanwhile change nothing about it."""
    if not before:
        return len(actions)
    at_utc_ms, seq, part, machine = before.split(".", 3)
    place = (int(at_utc_ms), machine, int(seq), int(part))
    low, high = 0, len(actions)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if place_of(actions[middle]) < place else (low, middle)
    return low
