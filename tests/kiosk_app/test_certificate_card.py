"""The card's part of a certificate with the real core and driver over a simulated card: what central asks is signed,
and of PIN and card nothing stays. Central itself is not here: its challenge is made by hand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.emulator import EmulatedCard
from kiosk_app.card_reader import Proof
from kiosk_app.core import Core
from kiosk_app.journeys import certificate_events as c
from kiosk_app.office.certificates import KINDS
from kiosk_app.office.jpki.certificate import CardCertificate
from kiosk_app.office.jpki.challenge import Challenge
from kiosk_app.office.jpki.verification import holds_key, in_force
from kiosk_app.words import KIOSK_DOMAINS, load
from tests.kiosk_app.card_house import CALM_S, PIN, CardHouse, a_card, card_house, pins_sent
from tests.kiosk_app.house import MORNING, House

pytestmark = pytest.mark.slow
NONCE = bytes(range(32))


class Kiosk:
    """Asks the card as the core's desk does, and remembers the rest."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.commands: list[c.CertificateCommand] = []
        self.proof: Proof | None = None
        self.away = False
        self.challenge = Challenge("certificate", "kokura-kita/m1", NONCE, core.clock.now_utc_ms() + 60_000)

    def now(self) -> c.CertificatesNow:
        return c.CertificatesNow(site="kiosk", prices=dict.fromkeys(KINDS, 300))

    def start(self, command: c.CertificateCommand) -> None:
        self.commands.append(command)
        if isinstance(command, c.SignForCertificate):
            if self.away:
                self.core.lobby.handle(c.CannotSign(session=command.session))
                return
            assert self.core.card is not None
            self.core.card.sign(command, self.challenge.message(), self.keep)

    def keep(self, proof: Proof) -> None:
        self.proof = proof


def kiosk_of(cards: CardHouse) -> Kiosk:
    core = cards.house.core
    made = Kiosk(core)
    core.lobby.certificates = core.citizen.certificates = made
    # As a core whose settings have the role reads them.
    core.citizen._words = load(domains=KIOSK_DOMAINS)
    core.lobby.changed.bump()
    return made


async def to_pin(cards: CardHouse, card: EmulatedCard) -> None:
    await cards.press("certificate")
    await cards.lay(card)
    await cards.sees("cert_where")
    await cards.press("whose:here", "kind:seal-registration", "copies:1")
    await cards.sees("card_pin")


@pytest.fixture
async def cards(tmp_path: Path, printer: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CardHouse]:
    house = House(tmp_path, printer, MORNING)
    async with card_house(house, monkeypatch) as made:
        yield made
    await house.close()


async def test_what_central_asks_is_signed_once_and_the_card_may_be_taken(cards: CardHouse) -> None:
    kiosk, card = kiosk_of(cards), a_card()
    await to_pin(cards, card)
    await cards.type()
    await cards.press("pin:enter")
    await cards.sees("cert_card")
    assert kiosk.proof is not None and len(pins_sent(card)) == 1
    now = datetime.fromtimestamp(cards.house.core.clock.now_utc_ms() / 1000, UTC)
    certificate = in_force(kiosk.proof.certificate, now)
    assert isinstance(certificate, CardCertificate)
    assert holds_key(certificate, kiosk.challenge, kiosk.proof.signature)
    other = replace(kiosk.challenge, nonce=NONCE[::-1])
    assert not holds_key(certificate, other, kiosk.proof.signature)
    assert [type(one) for one in kiosk.commands] == [c.SignForCertificate, c.PrepareCertificate]
    await cards.take()
    await cards.sees("cert_wait")


async def test_a_wrong_pin_says_what_is_left_and_asks_central_nothing(cards: CardHouse) -> None:
    kiosk, card = kiosk_of(cards), a_card()
    await to_pin(cards, card)
    await cards.type("0000")
    await cards.press("pin:enter")
    await cards.house.until(lambda: "あと2回です。" in cards.house.screen.spoken, CALM_S)
    assert kiosk.proof is None and not [one for one in kiosk.commands if isinstance(one, c.PrepareCertificate)]


async def test_where_central_is_away_no_pin_reaches_the_card(cards: CardHouse) -> None:
    kiosk, card = kiosk_of(cards), a_card()
    kiosk.away = True
    await to_pin(cards, card)
    await cards.type()
    await cards.press("pin:enter")
    await cards.sees("cert_said")
    assert pins_sent(card) == [] and len(cards.desk._typed) == 0


async def test_who_goes_back_from_the_pin_leaves_an_empty_buffer(cards: CardHouse) -> None:
    kiosk_of(cards)
    await to_pin(cards, a_card())
    await cards.type(PIN[:3])
    assert len(cards.desk._typed) == 3
    await cards.press("back")
    await cards.sees("cert_copies")
    assert len(cards.desk._typed) == 0


async def test_without_that_part_of_the_core_there_is_no_such_journey(cards: CardHouse) -> None:
    assert "certificate" not in [door.id for door in cards.house.screen.doors]
    await cards.house.press("certificate")
    assert cards.screen == "idle" and cards.house.core.lobby.state.certificate is None
