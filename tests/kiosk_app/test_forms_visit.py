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

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app import form_code
from kiosk_app.office.facts import FormsEnded, FormsStarted
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


def codes_on(paper: SimulatedPrinter, folder: Path) -> list[str]:
    """What another program reads of the sheets."""
    found = []
    for n, piece in enumerate(paper.pieces):
        path = folder / f"piece-{n}.png"
        piece.image.convert("L").save(path)
        run = subprocess.run(["zbarimg", "-q", "--raw", str(path)], capture_output=True, text=True)
        found += run.stdout.split()
        path.unlink()
    return found


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
