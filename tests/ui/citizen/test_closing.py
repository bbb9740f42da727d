"""The first screen with a closure that has not begun: its sentence stands whole in every language and for every eye."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from kiosk_app.api import CitizenView, Language
from kiosk_app.office.catalogue import Closure
from tests.ui.citizen.office_views import a_desk
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import each_language_and_mode, whole


def idle(language: Language, mode: str, days: int = 0) -> CitizenView:
    """The longest reason, of the group with the longest name, on another day; so many days long."""
    desk = a_desk(language, frozenset() if mode == "normal" else frozenset({mode}))
    office = desk.context.office
    reason = max((r for r in office.closure_reasons if r.ahead), key=lambda r: len(r.ahead[language]))  # type: ignore[index]
    group = max(office.groups, key=lambda group: len(group.name[language]))
    closure = Closure(
        start=datetime(2026, 4, 7, 14),
        until=datetime(2026, 4, 7 + days, 16, 30),
        groups=(group.letter,),
        reason=reason.text,
        ahead=reason.ahead,
    )
    calendar = replace(office.calendar, closures=(closure, *office.calendar.closures))
    desk.change(office=replace(office, calendar=calendar), card_reader="below")
    return desk.view()


def wrong(still: Still, language: Language, mode: str) -> list[str]:
    found: list[str] = []
    for days in (0, 1):
        shown = idle(language, mode, days)
        assert "14:00" in shown.notice and ("16:30" in shown.notice) == (not days)
        found += whole(still, shown, f"closing-{language}-{mode}-{days}")
    return [f"{language} {mode}: {fault}" for fault in found]


def test_the_longest_stand_whole(still: Still) -> None:
    assert [*wrong(still, "ja", "normal"), *wrong(still, "easy", "large"), *wrong(still, "vi", "large")] == []


@pytest.mark.long
@each_language_and_mode
def test_every_language_stands_whole(still: Still, language: Language, mode: str) -> None:
    assert wrong(still, language, mode) == []
