"""A core whose touchscreen is for practice: the whole lesson over its API on a Sunday, and nothing of it in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import TicketLine
from kiosk_app import api, lesson_paper, words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.journeys.lesson import PRACTICE_PIN, PrintLesson
from kiosk_app.lesson_lobby import LessonLobby
from kiosk_app.ticket_layout import COLUMNS, width_columns
from tests.kiosk_app.house import House
from tests.kiosk_app.journeys.test_lesson import CONTEXT

SUNDAY_NIGHT = datetime(2026, 4, 5, 22, 0)


@pytest.fixture
async def practice(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[House]:
    house = House(tmp_path, printer, SUNDAY_NIGHT)
    house.settings = msgspec.structs.replace(house.settings, practice=True)
    await house.open()
    yield house
    await house.close()


def lobby(house: House) -> LessonLobby:
    assert isinstance(house.core.lobby, LessonLobby)
    return house.core.lobby


def press(house: House, *controls: str) -> None:
    for control in controls:
        view = msgspec.json.decode(house.core.citizen_view(), type=api.CitizenView)
        if view.dialog is not None and control != "close":
            pressing = api.Press(press_id=house.core.clock.new_id(), screen_id=view.screen_id, control="understood")
            house.core.press(pressing)
            view = msgspec.json.decode(house.core.citizen_view(), type=api.CitizenView)
        house.core.press(api.Press(press_id=house.core.clock.new_id(), screen_id=view.screen_id, control=control))


async def test_a_lesson_on_a_sunday_leaves_nothing_in_the_log(practice: House) -> None:
    before = practice.core.book.log.last_position
    press(practice, "begin_lesson", "lay_card", "whose:here", "kind:resident-record", "scope:self", "next", "copies:1")
    press(practice, *(f"pin:{digit}" for digit in PRACTICE_PIN), "pin:enter", "take_card")
    view = msgspec.json.decode(practice.core.citizen_view(), type=api.CitizenView)
    assert view.screen == "cert_confirm" and view.preview is not None
    press(practice, "buy", "insert", "end")
    assert lobby(practice).view().screen == "lesson_end"
    press(practice, "sheet")
    await practice.until(lambda: not lobby(practice).lesson.printing)
    (sheet,) = practice.printer.pieces
    assert sheet.lines[0].strip() == sheet.lines[-1].strip() == "練習（見本）"
    assert practice.core.book.log.last_position == before
    assert not (practice.folder / "run" / "journey.json").exists()


async def test_every_press_makes_a_new_screen_also_one_that_comes_too_early(practice: House) -> None:
    press(practice, "begin_lesson", "lay_card", "whose:here", "kind:resident-record", "scope:self", "next", "copies:1")
    press(practice, *(f"pin:{digit}" for digit in PRACTICE_PIN), "pin:enter", "take_card", "buy", "insert", "end")
    seen = {lobby(practice).view().screen_id}
    for control in ("sheet", "sample", "sheet"):
        press(practice, control)
        assert lobby(practice).view().screen_id not in seen
        seen.add(lobby(practice).view().screen_id)
    press(practice, "end")
    assert lobby(practice).view().screen == "lesson_start"


async def test_an_older_screen_and_an_unknown_control_do_nothing(practice: House) -> None:
    old = lobby(practice).view().screen_id
    press(practice, "begin_lesson")
    practice.core.press(api.Press(press_id="p", screen_id=old, control="begin_lesson"))
    press(practice, "take")
    assert lobby(practice).lesson.inner.screen == "card_place"


async def test_help_rings_and_whoever_comes_is_announced(practice: House) -> None:
    press(practice, "begin_lesson", "staff")
    ((key, alert),) = practice.core.book.state.alerts.items()
    assert (alert.cause, lobby(practice).rings(key)) == ("visitor", True)


async def test_a_restart_begins_anew(practice: House) -> None:
    press(practice, "begin_lesson")
    await practice.restart()
    assert lobby(practice).view().screen == "lesson_start"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["sheet", "sample"])
def test_what_is_printed_is_marked_at_both_ends_and_no_line_is_too_wide(language: Language, what: str) -> None:
    wish = PrintLesson(job="j", what=what, kind="resident-record", language=language)  # type: ignore[arg-type]
    lines = [part for part in lesson_paper.paper(CONTEXT, wish).parts if isinstance(part, TicketLine)]
    assert all(width_columns(line.text) * line.size <= COLUMNS for line in lines)
    assert lines[0].text.strip() == lines[-1].text.strip() == "練習（見本）" and lines[0].reverse
    if language != "ja":
        said = words.load(domains=("lesson",)).say(language, "lesson.mark")
        assert said.replace("–", "-") in [line.text.strip().replace("–", "-") for line in lines if line.language]
