"""An office whose ticket machine has a card reader: the real core, desk and driver over a simulated card, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from drivers.pcsc_card.driver import PcscCardReader, ReaderSettings
from drivers.pcsc_card.simulator import certificates, kinds
from drivers.pcsc_card.simulator.emulator import EmulatedCard, Switches
from drivers.pcsc_card.simulator.memory import MemoryService
from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app import opening
from kiosk_app.card_reader import CardDesk
from kiosk_app.settings import PcscReader, load_authorities
from tests.kiosk_app.house import House

TODAY = date(2026, 4, 6)
PIN = "8642"
CALM_S = 30.0
"""For a card that answers at once on an idle computer."""


def authorities(folder: Path, generations: Sequence[int] = (1, 2)) -> Path:
    """As a technician installs them."""
    folder.mkdir(exist_ok=True)
    for generation in generations:
        der = certificates.authority(generation, TODAY).certificate.public_bytes(Encoding.DER)
        (folder / f"authca{generation:02d}.cer").write_bytes(der)
    return folder


def a_card(kind: kinds.Kind = "my_number", switches: Switches | None = None) -> EmulatedCard:
    pins = kinds.Pins(authentication=PIN.encode())
    return kinds.make(kind, TODAY, PEOPLE["takasaki"], switches or Switches(), pins)


class CardHouse:
    """The house, and what lies at its reader."""

    def __init__(self, house: House, service: MemoryService) -> None:
        self.house, self.service = house, service

    @property
    def screen(self) -> str:
        return self.house.screen.screen

    async def press(self, *controls: str) -> None:
        for control in controls:
            await self.house.press(control)

    async def sees(self, *screens: str) -> None:
        await self.house.until(lambda: self.screen in screens, CALM_S)

    async def lay(self, card: EmulatedCard) -> None:
        self.service.place(card)

    async def take(self) -> None:
        self.service.take()
        await self.house.until(lambda: self.desk.seen == "empty", CALM_S)

    @property
    def desk(self) -> CardDesk:
        assert self.house.core.card is not None
        return self.house.core.card

    async def to_pin(self, card: EmulatedCard) -> None:
        await self.press("card", "begin")
        await self.lay(card)
        await self.sees("card_pin", "card_last", "card_result")

    async def type(self, pin: str = PIN) -> None:
        for digit in pin:
            await self.press(f"pin:{digit}")

    async def enter(self, pin: str = PIN) -> None:
        await self.type(pin)
        await self.press("pin:enter")
        await self.house.until(lambda: self.screen != "card_reading", CALM_S)

    async def still_gives_tickets(self) -> None:
        """Whoever comes next."""
        await self.take()
        if self.screen != "idle":
            await self.house.pass_s(61)
            await self.house.pass_s(130)
        await self.sees("idle")
        assert (await self.house.take()).startswith("A-")


def pins_sent(card: EmulatedCard) -> list[bytes]:
    """The commands that carried a PIN."""
    return [command for command in card.journal if command[1] == 0x20 and len(command) > 4]


MakeCardHouse = Callable[..., Awaitable[CardHouse]]


@asynccontextmanager
async def card_house(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    generations: Sequence[int] = (1, 2),
    exchange_s: float = CALM_S,
) -> AsyncIterator[CardHouse]:
    """`house` is not yet open. Only the service behind the driver is another one than in an office."""
    service = MemoryService()
    reader = PcscReader(authorities_dir=str(authorities(house.folder / "authorities", generations)))
    reader = replace(reader, test_hierarchy=True)
    house.settings = replace(house.settings, card_reader=reader)

    def desk(reader: PcscReader, anchors: object, clock: object, machine_code: str) -> CardDesk:
        driver = PcscCardReader(ReaderSettings(reader.name, exchange_s), service)
        return CardDesk(driver, load_authorities(reader), house_clock(clock), machine_code)

    monkeypatch.setattr(opening, "_card_desk", desk)
    await house.open()
    made = CardHouse(house, service)
    await house.until(lambda: made.desk.seen == "empty", CALM_S)
    yield made


def house_clock(clock: object) -> opening.DrivenClock:
    assert isinstance(clock, opening.DrivenClock)
    return clock
