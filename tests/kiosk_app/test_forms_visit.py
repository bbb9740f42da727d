"""A family of four moves in: cards, six forms, one visit, on the real core. What is left of them after it: nothing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from drivers.escpos_printer.paper import Piece
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.emulator import EmulatedCard, File, Pin
from drivers.pcsc_card.simulator.kinds import JPKI, TEXT
from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app import api, form_code, forms_desk
from kiosk_app.forms_desk import FormsDesk
from kiosk_app.office.facts import FormsEnded, FormsStarted, StaffCalled
from kiosk_app.office.state import open_alerts
from tests.kiosk_app.card_house import pins_sent
from tests.kiosk_app.forms_house import TEXT_PIN, WIDE_DOTS, FormsHouse, card_of, first_of, forms_house
from tests.kiosk_app.house import MORNING, House
from tests.kiosk_app.office.forms_house import ALL_FORMS, FAMILY

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(
    tmp_path: Path, printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FormsHouse]:
    async with AsyncExitStack() as open_houses:
        paper = open_houses.enter_context(SimulatedPrinter(speed_dots_s=500_000.0, cut_s=0.0, width_dots=WIDE_DOTS))
        made = House(tmp_path, printer, MORNING)
        open_houses.push_async_callback(made.close)
        yield await open_houses.enter_async_context(forms_house(made, monkeypatch, paper))


def left_behind(house: FormsHouse) -> bytes:
    return b"".join(p.read_bytes() for p in house.house.folder.rglob("*") if p.is_file())


def canaries(*people: str) -> list[bytes]:
    found: list[bytes] = []
    for name in people:
        person = PEOPLE[name]
        for text in (person.name, person.address, *person.name.split("　"), f"{person.birth:%Y%m%d}"):
            found += [text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")]
    return [*found, TEXT_PIN.encode() + b'"']


def whole(paper: SimulatedPrinter) -> list[Piece]:
    """Without what was torn off where the paper ended: no form, whatever stands there."""
    return [piece for piece in paper.pieces if not piece.torn]


def codes_on(paper: SimulatedPrinter, folder: Path) -> list[str]:
    """What another program reads of the sheets."""
    found = []
    for n, piece in enumerate(whole(paper)):
        path = folder / f"piece-{n}.png"
        piece.image.convert("L").save(path)
        run = subprocess.run(["zbarimg", "-q", "--raw", str(path)], capture_output=True, text=True)
        found += run.stdout.split()
        path.unlink()
    return found


async def at_the_counter(house: FormsHouse, codes: list[str]) -> None:
    """A clerk scans: the sheet to copy from. Whoever may not, or scans something else, gets a sentence."""
    where = "/v1/staff/forms/read"
    clerk, guide = await house.house.sign_in("1001"), await house.house.sign_in("2001")
    for code, form in zip(codes, ALL_FORMS, strict=True):
        answer = await house.house.ask("POST", where, api.FormScan(text=code), clerk)
        sheet = answer.of(api.FormSheet)
        assert (sheet.ok, sheet.form, sheet.version) == (True, form, 1) and sheet.title
        assert PEOPLE["takasaki"].name in [row.text for row in sheet.rows]
    assert (await house.house.ask("POST", where, api.FormScan(text=codes[0]))).status == 401
    assert (await house.house.ask("POST", where, api.FormScan(text=codes[0]), guide)).status == 403
    other = (await house.house.ask("POST", where, api.FormScan(text="4912345678904"), clerk)).of(api.FormSheet)
    assert not other.ok and "書類の二次元コードではありません" in other.message
    assert not (await house.house.ask("POST", where, api.FormScan(text="x" * 10_000), clerk)).of(api.FormSheet).ok


async def test_a_family_of_four_moves_in(house: FormsHouse, tmp_path: Path) -> None:
    await house.choose(*ALL_FORMS, people=4)
    for person in FAMILY:
        assert house.screen == "form_way"
        await house.by_card(card_of(person))
        assert house.now.attributes[0].text == person.name
        await house.press("right")
    asked = await house.answer_all(first_of)
    assert len(set(asked)) == len(asked) and not [key for key in asked if key.endswith((".name", ".address"))]
    await house.sees("form_confirm", "form_said")
    assert house.screen == "form_confirm"
    assert house.house.screen.preview is not None
    sheets = house.now.sheets
    assert sheets >= len(ALL_FORMS)
    saved = left_behind(house)
    await house.press("print")
    await house.sees("form_take", "form_said")
    assert house.screen == "form_take"
    pieces = await asyncio.to_thread(house.paper.wait_for_pieces, sheets, 30.0)
    if (shown := os.environ.get("FORMS_OUT")) is not None:
        for n, piece in enumerate(pieces):
            piece.image.convert("L").save(f"{shown}/sheet-{n}.png")
    read = [
        form_code.open_(text, house.private, 29_590_000)
        for text in await asyncio.to_thread(codes_on, house.paper, tmp_path)
    ]
    assert [one.form for one in read if isinstance(one, form_code.Coded)] == list(ALL_FORMS)
    await at_the_counter(house, await asyncio.to_thread(codes_on, house.paper, tmp_path))
    for one in read:
        assert isinstance(one, form_code.Coded)
        assert [text for label, text in one.rows if label.endswith("氏名")][:1] == [PEOPLE["takasaki"].name]
    (started,) = house.house.facts(FormsStarted)
    assert (started.forms, started.sheets, started.people, started.cards) == (
        tuple(f"{form}/1" for form in ALL_FORMS), sheets, 4, 4,
    )  # fmt: skip
    assert house.house.facts(FormsEnded) == [FormsEnded(visit=started.visit, printed=sheets)]
    await house.press("end")
    await house.sees("idle")
    saved += left_behind(house)
    assert [canary for canary in canaries("takasaki", "yoshino", "tsuji", "child") if canary in saved] == []
    assert (house.now.ask, house.now.attributes, house.now.preview) == (None, (), "")


def tries(card: EmulatedCard, application: bytes, file: int) -> int:
    pin = card.applications[application].entries[file]
    assert isinstance(pin, Pin)
    return pin.tries


async def to_pin(house: FormsHouse, card: EmulatedCard) -> None:
    await house.choose("proxy")
    await house.press("way:card")
    await house.lay(card)
    await house.sees("card_pin", "card_last", "form_said")


async def test_a_wrong_pin_spends_one_try_of_that_pin_alone(house: FormsHouse) -> None:
    card = card_of(PEOPLE["takasaki"])
    await to_pin(house, card)
    await house.enter("0000")
    pad = house.house.screen.keypad
    assert pad is not None and pad.tries_left == 2
    assert len(pins_sent(card)) == 1
    assert tries(card, JPKI, 0x0018) == 3 and tries(card, TEXT, 0x0011) == 2
    await house.enter(TEXT_PIN)
    await house.sees("form_check")
    assert tries(card, JPKI, 0x0018) == 3 and tries(card, TEXT, 0x0011) == 3, "a right one restores its own"


async def test_a_locked_pin_is_told_apart_and_keys_go_on(house: FormsHouse) -> None:
    card = card_of(PEOPLE["takasaki"], "attributes_locked")
    await to_pin(house, card)
    assert house.screen == "form_said" and pins_sent(card) == []
    assert "券面事項入力補助用" in house.house.screen.title
    await house.press("way:type")
    assert house.screen == "form_ask" and house.now.ask is not None and house.now.ask.key == "1.name"


async def test_a_card_pulled_at_any_exchange_gives_nothing_and_begins_anew(house: FormsHouse) -> None:
    await house.choose("proxy")
    for at in range(1, 20):
        card = card_of(PEOPLE["takasaki"])
        await house.press("way:card")
        await house.lay(card)
        await house.sees("card_pin")
        await house.type(TEXT_PIN)
        card.switches.remove_at = at
        card.arm()
        await house.press("pin:enter")
        await house.sees("card_place", "form_check")
        if house.screen == "form_check":
            break
        assert house.now.attributes == () and len(pins_sent(card)) <= 1
        assert house.house.screen.subtitle
        await house.house.until(lambda: house.desk.seen == "empty")
        await house.press("back")
    assert 3 < at < 19, "one that is pulled late enough was read"


async def test_bytes_that_are_no_attributes_are_told_with_a_next_step(house: FormsHouse) -> None:
    card = card_of(PEOPLE["takasaki"])
    entry = card.applications[TEXT].entries[0x0002]
    assert isinstance(entry, File)
    card.applications[TEXT].entries[0x0002] = File(b"\xff\xff" + entry.content, entry.opened_by)
    await to_pin(house, card)
    await house.enter(TEXT_PIN)
    assert house.screen == "card_place" and house.house.screen.title and house.house.screen.subtitle
    assert house.now.attributes == ()


SHEET_DOTS = 2_500
"""A little less than a sheet of this printer."""


async def ready_to_print(house: FormsHouse, *forms: str) -> int:
    await house.choose(*forms)
    await house.by_card(card_of(PEOPLE["takasaki"]))
    await house.press("right")
    await house.answer_all(first_of)
    await house.sees("form_confirm")
    return house.now.sheets


def rung(house: FormsHouse) -> list[str]:
    return [alert.cause for _, alert in open_alerts(house.house.core.book.state)]


async def test_paper_that_ends_in_mid_form_calls_staff_and_the_rest_follows_once(
    house: FormsHouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(forms_desk, "LOOK_EVERY_S", 0.05)
    sheets = await ready_to_print(house, "resident-record", "seal-certificate", "proxy")
    desk = house.house.core.lobby.forms
    assert isinstance(desk, FormsDesk) and desk._visit is not None
    keeper = desk._visit.keeper
    kept = [keeper._kept[key] for key in keeper]
    house.paper.faults.fail_after("paper_out", SHEET_DOTS + 1_000, "dots")
    await house.press("print")
    await house.sees("form_said")
    shown = house.house.screen
    assert shown.title == "全部は印刷できませんでした。" and shown.subtitle.startswith("職員を呼びました。")
    assert shown.notice == f"{sheets}枚のうち1枚が出ています。"
    assert {key.id: key.state for key in shown.bar}["staff"] == "busy"
    assert rung(house) == ["form_paper"]
    (called,) = house.house.facts(StaffCalled)
    assert isinstance(called, StaffCalled) and called.detail == "用紙がありません"
    house.paper.faults.clear()
    await house.sees("form_take")
    assert rung(house) == [] and house.house.core.lobby.state.visitor_alert is None
    found = await asyncio.to_thread(codes_on, house.paper, tmp_path)
    read = [form_code.open_(text, house.private, 29_590_000) for text in found]
    assert [one.form for one in read if isinstance(one, form_code.Coded)] == [
        "resident-record", "seal-certificate", "proxy",
    ]  # fmt: skip
    assert [fact.printed for fact in house.house.facts(FormsEnded)] == [1, sheets]  # type: ignore[attr-defined]
    await house.press("end")
    await house.sees("idle")
    assert desk._visit is None
    await house.house.until(lambda: not desk._paper._ready)
    assert kept and all(not any(raw) for raw in kept)
    assert [canary for canary in canaries("takasaki") if canary in left_behind(house)] == []


async def test_whoever_waits_for_paper_in_vain_goes_on_without_it_and_nothing_of_theirs_is_printed_later(
    house: FormsHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_desk, "LOOK_EVERY_S", 0.05)
    await ready_to_print(house, "resident-record", "proxy")
    house.paper.faults.fail_after("paper_out", 1_000, "dots")
    await house.press("print")
    await house.sees("form_said")
    await house.press("end")
    await house.sees("idle")
    assert rung(house) == []
    before = len(whole(house.paper))
    house.paper.faults.clear()
    desk = house.house.core.lobby.forms
    assert isinstance(desk, FormsDesk)
    await house.house.until(lambda: not desk._tasks._running)
    assert len(whole(house.paper)) == before and desk._visit is None


async def test_a_printer_without_paper_from_the_start_calls_staff_too(
    house: FormsHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_desk, "LOOK_EVERY_S", 0.05)
    await ready_to_print(house, "proxy")
    house.paper.faults.fail_repeatedly("paper_out")
    await house.press("print")
    await house.sees("form_said")
    assert rung(house) == ["form_paper"] and house.house.facts(FormsStarted) == []
    house.paper.faults.clear()
    await house.sees("form_take")
    assert [fact.printed for fact in house.house.facts(FormsEnded)] == [1]  # type: ignore[attr-defined]


async def test_whoever_goes_away_leaves_nothing_in_memory_and_no_process(house: FormsHouse) -> None:
    await house.choose("proxy")
    await house.by_card(card_of(PEOPLE["takasaki"]))
    desk = house.house.core.lobby.forms
    assert isinstance(desk, FormsDesk) and desk._visit is not None
    keeper = desk._visit.keeper
    kept = [keeper._kept[key] for key in keeper]
    press = desk._paper._press
    await house.house.until(lambda: press.process is not None)
    process = press.process
    await house.house.pass_s(61)
    await house.house.pass_s(61)
    await house.sees("idle")
    assert len(kept) == 4 and all(not any(raw) for raw in kept), "overwritten, not only let go"
    assert len(keeper) == 0 and house.now.attributes == ()
    assert process is not None
    await house.house.until(lambda: process.poll() is not None)


async def test_a_restart_in_the_middle_says_so_and_keeps_nothing(house: FormsHouse) -> None:
    await house.choose("proxy")
    await house.by_card(card_of(PEOPLE["takasaki"]))
    await house.house.restart()
    assert house.screen == "form_said"
    await house.press("again")
    assert house.screen == "form_choose" and house.now.ask is None
    assert [canary for canary in canaries("takasaki") if canary in left_behind(house)] == []
