"""Practice with the real core, log and printer: what is kept, printed and shown to staff; no card is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app import log_commands, practising
from kiosk_app.office import facts as f
from kiosk_app.office.facts_practice import Step
from kiosk_app.settings import PracticeTable
from tests.kiosk_app.card_house import CardHouse, a_card, card_house, pins_sent
from tests.kiosk_app.house import MORNING, House

PIN = "7391"
AS_TYPED = re.compile(rb"(?<![0-9A-Za-z])" + PIN.encode() + rb"(?![0-9A-Za-z])")
"""Not as a part of an id or of a moment, in which any four digits may stand."""
BEFORE_PIN = ("practice:begin", "practice:sample", "practice:place")
CHOICES = ("whose:here", "kind:seal-registration", "copies:1")


def to_practise_on(folder: Path, printer: SimulatedPrinter) -> House:
    house = House(folder, printer, MORNING)
    house.settings = replace(house.settings, practice=PracticeTable())
    return house


@pytest.fixture
async def machine(tmp_path: Path, printer: SimulatedPrinter) -> AsyncIterator[House]:
    house = await to_practise_on(tmp_path, printer).open()
    yield house
    await house.close()


async def press(house: House, *controls: str) -> None:
    for control in controls:
        await house.press(control)


async def to_pin(house: House) -> None:
    await press(house, *BEFORE_PIN)
    await house.pass_s(2)
    await press(house, *CHOICES)
    assert house.screen.screen == "card_pin"


async def to_lesson(house: House) -> None:
    await to_pin(house)
    await press(house, *(f"pin:{digit}" for digit in PIN), "pin:enter")
    await house.pass_s(2)
    await press(house, "practice:take")
    await house.pass_s(3)
    await press(house, "buy")
    await house.pass_s(1)
    await press(house, "practice:pay")
    await house.pass_s(5)
    await press(house, "end")
    assert house.screen.screen == "practice_lesson"


async def test_nothing_is_kept_but_the_steps_and_what_was_typed_is_nowhere(machine: House) -> None:
    before = machine.position
    await to_lesson(machine)
    await press(machine, "end")
    assert machine.screen.screen == "idle"
    kept = machine.facts()[before:]
    assert {type(fact) for fact in kept} == {f.PracticeStepped}
    told = [(fact.step, fact.ended) for fact in kept if isinstance(fact, f.PracticeStepped)]
    steps = ("start", "card", "choose", "pin", "card_out", "confirm", "pay", "receive", "done")
    assert told == [*((step, "") for step in steps), ("done", "finished")]
    assert machine.printer.lines_on_paper() == []
    await machine.close()
    for file in machine.folder.rglob("*"):
        if file.is_file():
            assert not AS_TYPED.search(file.read_bytes()), file
            assert "見本　花子".encode() not in file.read_bytes(), file


async def test_paper_comes_when_it_is_asked_for_and_says_what_it_is_not(machine: House) -> None:
    await to_lesson(machine)
    await press(machine, "practice:print")
    await machine.until(lambda: machine.screen.notice)
    assert machine.screen.notice == "印刷しました。紙をお取りください。"
    lines = [line.strip() for line in machine.printer.lines_on_paper()]
    assert lines[0] == "見本　使えません" == lines[-1]
    assert "見本" in lines and "印鑑登録証明書" in lines
    await press(machine, "practice:print_lesson")
    await machine.until(lambda: len(machine.printer.lines_on_paper()) > len(lines))
    await machine.until(lambda: machine.screen.notice)
    more = "\n".join(machine.printer.lines_on_paper()[len(lines) :])
    assert "コンビニで証明書を取る順番" in more and "7. お金をはらい" in more
    assert not [fact for fact in machine.facts() if type(fact).__name__.startswith("Print") and "Started" in str(fact)]


async def test_a_printer_without_paper_is_told(machine: House) -> None:
    await to_lesson(machine)
    screen = machine.screen.screen_id
    machine.printer.faults.fail_repeatedly("paper_out")
    await machine.press("practice:print", screen)
    await machine.until(lambda: machine.screen.notice)
    assert machine.screen.notice.startswith("いまは印刷できません。")


async def test_staff_see_the_step_and_answer_the_call(machine: House) -> None:
    token = await machine.sign_in("2001")
    assert (await machine.staff_view(token)).practising == ()
    await press(machine, "language:en")
    await to_pin(machine)
    (row,) = (await machine.staff_view(token)).practising
    assert (row.machine, row.step, row.language) == ("1号機", "暗証番号", "英語")
    await press(machine, "staff")
    (alert,) = (await machine.staff_view(token)).alerts
    assert (alert.cause, alert.note) == ("practice", "画面の前でお待ちです。本番ではありません・英語")
    assert (await machine.act(token, "accept_alert", alert=alert.id)).ok
    assert machine.screen.dialog is not None
    await press(machine, "close", "back", "back")
    await machine.pass_s(400)
    await machine.pass_s(400)
    assert machine.screen.screen == "idle"
    view = await machine.staff_view(token)
    assert (view.practising, view.alerts) == ((), ())


async def test_a_killed_core_comes_back_to_the_same_screen(machine: House) -> None:
    await to_pin(machine)
    await machine.restart()
    assert machine.screen.screen == "card_pin"
    assert machine.screen.guide is not None


async def test_who_gave_up_where_is_counted_from_the_log(machine: House, capsys: pytest.CaptureFixture[str]) -> None:
    await press(machine, "language:en")
    await to_pin(machine)
    await machine.pass_s(50)
    await machine.pass_s(100)
    await to_lesson(machine)
    await press(machine, "end")
    path = machine.core.book.log.path
    assert log_commands.practice(path, date(2026, 4, 6), date(2026, 4, 6), False, True) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "language,modes,step,reached,left,time,finished"
    assert "en,,pin,1,0,1,0" in rows
    assert "ja,,pin,1,0,0,0" in rows and "ja,,done,1,0,0,1" in rows
    assert log_commands.practice(path, date(2026, 4, 6), date(2026, 4, 6), False, False) == 0
    assert "en:\n" in capsys.readouterr().out
    assert log_commands.practice(path, date(2026, 4, 5), date(2026, 4, 5), False, False) == 0
    assert "nobody practised" in capsys.readouterr().out
    assert log_commands.practice(path, date(2026, 4, 6), date(2026, 4, 6), True, False) == 0
    assert msgspec.json.decode(capsys.readouterr().out)[0]["language"] == "en"


def test_every_step_has_a_name_for_staff() -> None:
    assert set(practising.STEP_NAMES) == set(Step.__args__)  # type: ignore[attr-defined]


@pytest.mark.slow
async def test_a_card_that_is_laid_down_hears_no_pin_and_is_not_asked(
    tmp_path: Path, printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = to_practise_on(tmp_path, printer)
    async with card_house(house, monkeypatch) as cards:
        card = a_card()
        await cards.press("practice:begin", "practice:own")
        await cards.lay(card)
        await house.until(lambda: cards.desk.seen == "card")
        known = len(card.journal)
        await _reads(cards)
        await cards.press(*CHOICES, *(f"pin:{digit}" for digit in PIN), "pin:enter")
        assert len(cards.desk._typed) == 0
        await house.pass_s(2)
        assert cards.screen == "cert_card"
        # The reader asks what lies there, again and again; nobody asks who it is of.
        asked = {bytes(command[:4]) for command in card.journal[known:]}
        assert asked <= {bytes(command[:4]) for command in card.journal[:known]}
        assert pins_sent(card) == []
        await cards.take()
        await house.pass_s(3)
        assert cards.screen == "cert_confirm"
    await house.close()


async def _reads(cards: CardHouse) -> None:
    await cards.sees("card_reading")
    await cards.house.pass_s(2)
    await cards.sees("cert_where")
