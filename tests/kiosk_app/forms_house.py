"""A ticket machine that makes forms: the real core, driver and typesetter over a simulated card and a wide printer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator import kinds
from drivers.pcsc_card.simulator.emulator import EmulatedCard, Switches
from drivers.pcsc_card.simulator.people import Person
from kiosk_app import form_code
from kiosk_app.form_settings import FormsTable
from kiosk_app.journeys.form_events import FormsNow
from kiosk_app.settings import TcpPrinter
from tests.kiosk_app.card_house import CALM_S, TODAY, CardHouse, card_house
from tests.kiosk_app.house import House

TEXT_PIN = "7351"
WIDE_DOTS, WIDE_DPI = 1656, 203
"""An ESC/POS printer of 216 mm."""


def card_of(person: Person, kind: kinds.Kind = "my_number", switches: Switches | None = None) -> EmulatedCard:
    return kinds.make(kind, TODAY, person, switches or Switches(), kinds.Pins(text=TEXT_PIN.encode()))


class FormsHouse(CardHouse):
    """The house, its card reader and its printer of documents. `private`: the office's key."""

    def __init__(self, cards: CardHouse, paper: SimulatedPrinter, private: bytes) -> None:
        super().__init__(cards.house, cards.service)
        self.paper = paper
        self.private = private

    @property
    def now(self) -> FormsNow:
        port = self.house.core.lobby.forms
        assert port is not None
        return port.now()

    async def choose(self, *forms: str, people: int = 1) -> None:
        await self.press("forms", *(f"form:{form}" for form in forms), "next")
        if self.screen == "form_people":
            await self.press(f"people:{people}")

    async def by_card(self, card: EmulatedCard, pin: str = TEXT_PIN) -> None:
        """From the choice of a way to the four attributes, which are then said to be right; the card is taken."""
        await self.press("way:card")
        await self.lay(card)
        await self.sees("card_pin", "card_last")
        await self.enter(pin)
        await self.sees("form_check")
        await self.take()

    async def answer_all(self, choose: Callable[[FormsNow], str]) -> list[str]:
        """Every question that is left, by `choose`'s keys; which were asked."""
        heard: list[str] = []
        while self.screen == "form_ask":
            now = self.now
            assert now.ask is not None
            heard.append(now.ask.key)
            while self.screen == "form_ask" and self.now.ask is not None and self.now.ask.key == heard[-1]:
                await self.press(choose(self.now))
        return heard


def first_of(now: FormsNow) -> str:
    """The first option, today, one; else skipped."""
    assert now.ask is not None and now.typing is not None
    question = now.ask.question
    match question.kind:
        case "choice":
            return f"pick:{question.options[0].id}"
        case "yes_no":
            return "pick:yes"
        case "count":
            return "pick:1"
        case "date" if question.of == "visit":
            return "pick:today"
    return "skip"


def keys_in(folder: Path, private: bytes) -> Path:
    """As a technician lays them there."""
    folder.mkdir(exist_ok=True)
    (folder / "forms.pub").write_text(form_code.public_of(private).hex() + "\n")
    (folder / "forms.key").write_text(private.hex() + "\n")
    return folder


@asynccontextmanager
async def forms_house(
    house: House, monkeypatch: pytest.MonkeyPatch, paper: SimulatedPrinter, exchange_s: float = CALM_S
) -> AsyncIterator[FormsHouse]:
    """`house` is not yet open."""
    private = form_code.new_key()
    folder = keys_in(house.folder / "keys", private)
    printer = TcpPrinter(host="127.0.0.1", port=paper.port, width_dots=WIDE_DOTS, dpi=WIDE_DPI, answer_s=5.0)
    forms = FormsTable(code_key_file=str(folder / "forms.pub"), read_key_file=str(folder / "forms.key"))
    house.settings = replace(house.settings, document_printer=printer, forms=forms)
    async with card_house(house, monkeypatch, exchange_s=exchange_s) as cards:
        yield FormsHouse(cards, paper, private)
