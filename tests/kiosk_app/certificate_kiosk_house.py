"""A whole certificate kiosk: the real core, card desk and drivers, two simulated printers, a simulated card in memory,
and the real central server with its database behind a line that can be troubled.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageOps

from central_server.certificates import kiosks
from central_server.certificates.kiosks import Kiosk
from drivers.escpos_printer.document import draw_pages
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.emulator import EmulatedCard
from kiosk_app import api
from kiosk_app.core import Core
from kiosk_app.hub_settings import HubTable
from kiosk_app.office import facts as f
from kiosk_app.office import payment_desk
from kiosk_app.office.catalogue import Office
from kiosk_app.office.decision import Decision
from kiosk_app.office.sales import Sale
from kiosk_app.settings import CertificatesTable, DocumentTable, PaymentTable, TcpPrinter
from scripts.central import Trial
from tests.central_server.certificates import real
from tests.central_server.conftest import QUICK
from tests.central_server.house import OFFICE
from tests.kiosk_app.card_house import CALM_S, CardHouse, a_card, authorities, card_house
from tests.kiosk_app.house import ROOT, ZONE, House
from tests.kiosk_app.troubled_line import TroubledLine

START = datetime(2026, 4, 6, 10, 12)
WIDTH_DOTS, DPI = 576, 203
FEES = ROOT / "config" / "fees" / "kitakyushu.toml"
CODE = "m1"
YEN = 200
STAFF = "1001"


@contextlib.contextmanager
def central_server(folder: Path) -> Iterator[Trial]:
    """Believes the simulated cards. One is enough for many kiosks, one after the other."""
    folder.parent.chmod(0o755)
    more = real.MORE.replace('issuer = "sample"', 'issuer = "sample"\ntest_hierarchy = true')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real, "MORE", more)
        patch.setattr(real, "authority", lambda: b"")
        trial = real.central(folder, database=QUICK)
    (folder / "authorities" / "authca03.cer").unlink()
    authorities(folder / "authorities")
    try:
        trial.start()
        yield trial
    finally:
        trial.stop()


class KioskHouse:
    """A visitor's presses, what staff say, and what came out."""

    def __init__(self, cards: CardHouse, line: TroubledLine, documents: SimulatedPrinter, central: Trial) -> None:
        self.cards, self.line, self.documents, self.central = cards, line, documents, central
        self.house = cards.house
        self.asked_before = len(line.asked)

    def write_token(self, token: str) -> None:
        table = self.house.settings.certificates
        assert table is not None
        Path(table.token_file).write_text(token)

    @property
    def core(self) -> Core:
        return self.house.core

    @property
    def screen(self) -> str:
        return self.house.screen.screen

    @property
    def view(self) -> api.CitizenView:
        return self.house.screen

    async def press(self, *controls: str) -> None:
        await self.cards.press(*controls)

    async def sees(self, *screens: str) -> None:
        try:
            await self.house.until(lambda: self.screen in screens, CALM_S)
        except AssertionError:
            raise AssertionError(f"not {screens}; {self}") from None

    async def until(self, true: Any) -> None:
        try:
            await self.house.until(true, CALM_S)
        except AssertionError:
            raise AssertionError(str(self)) from None

    def __str__(self) -> str:
        """For whoever looks at a test that fails."""
        return f"{self.screen} ({self.view.title}); asked {self.line.asked}; kept {self.kinds()[-12:]}; {self.alerts}"

    # --- a visit, step by step ---------------------------------------------------------------------------------

    async def to_pin(self, *choices: str, card: EmulatedCard | None = None) -> None:
        await self.press("certificate")
        await self.cards.lay(card or a_card())
        await self.sees("cert_where")
        await self.press("whose:here", *(choices or ("kind:resident-record", "scope:self", "next", "copies:1")))
        await self.sees("card_pin")

    async def to_signed(self, *choices: str) -> None:
        """The card has signed and was taken."""
        await self.to_pin(*choices)
        await self.cards.type()
        await self.press("pin:enter")
        await self.sees("cert_card", "cert_said")
        await self.cards.take()

    async def to_confirm(self, *choices: str) -> None:
        await self.to_signed(*choices)
        await self.sees("cert_confirm")

    async def to_pay(self, *choices: str) -> str:
        """The sale."""
        await self.to_confirm(*choices)
        await self.press("buy")
        await self.sees("cert_pay")
        return self.sale_id

    async def to_take(self, *choices: str) -> str:
        payment = await self.to_pay(*choices)
        self.staff_take_money()
        await self.sees("cert_take")
        return payment

    async def leave(self) -> None:
        await self.press("end")
        await self.sees("idle")

    def is_quiet(self, payment: str) -> bool:
        """Nothing more follows from this sale: its receipt has begun, and central has answered."""
        sale = self.core.book.state.sales.get(payment)
        return sale is not None and sale.ended and bool(sale.slips) and not self.core.book.state.outcomes

    # --- what is known -----------------------------------------------------------------------------------------

    @property
    def sale_id(self) -> str:
        certificate = self.core.lobby.state.certificate
        assert certificate is not None
        return certificate.sale

    def sale(self, payment: str) -> Sale:
        return self.core.book.state.sales[payment]

    @property
    def door(self) -> tuple[str, str]:
        """Of the first screen: open or off, and what stands there."""
        door = next(one for one in self.view.doors if one.id == "certificate")
        return door.state, door.note

    def confirmation(self) -> Sequence[f.Fact]:
        """Staff say at a console that they took the money, as payment_desk decides it."""
        sale = self.sale(self.sale_id)
        answer = payment_desk.confirm(self.core.book.state, self.sale_id, sale.asked_yen or 0, f"i-{self.sale_id}")
        assert isinstance(answer, Decision), answer
        return answer.facts

    def staff_take_money(self) -> None:
        self.core.book.commit(STAFF, self.confirmation())

    def settle_claim(self, claim: str, paid_yen: int, sold_yen: int = 0) -> None:
        state = self.core.book.state
        answer = payment_desk.settle(state, claim, paid_yen, sold_yen, 0, state.day.date, f"settle-{claim}")
        assert isinstance(answer, Decision), answer
        self.core.book.commit(STAFF, answer.facts)

    def when(self, kind: type[f.Fact], act: Callable[[], None]) -> None:
        """As soon as such a fact is kept, before anything follows from it."""
        told = self.core.book.told

        def hears(facts: Sequence[f.Fact]) -> None:
            if any(isinstance(fact, kind) for fact in facts):
                act()
            told(facts)

        self.core.book.told = hears

    def kill_after(self, records: int) -> None:
        """From then on nothing is kept, neither a fact nor where the visitor stands: what a kill leaves behind."""
        book, lobby = self.core.book, self.core.lobby
        keep, save, left = book._keep, lobby._kept.save, [records]

        def counted(*arguments: Any) -> int:
            book.closed = book.closed or left[0] <= 0
            left[0] -= 1
            return keep(*arguments)

        def saved(state: Any) -> None:
            if not book.closed:
                save(state)

        self.core.book._keep = counted  # type: ignore[method-assign]
        self.core.lobby._kept.save = saved  # type: ignore[method-assign]

    def charge(self, yen: int) -> None:
        """As with a table of fees that was read anew: every price is this one."""
        desk = self.core.kiosk.desk
        assert desk is not None
        table = desk._here.fees
        table = replace(table, fees=tuple(replace(fee, yen=yen) for fee in table.fees))
        desk._here = dataclasses.replace(desk._here, fees=table)
        desk.readiness._table, desk.readiness._priced = table, (date.min, {})

    @property
    def alerts(self) -> set[str]:
        return {one.cause for one in self.core.book.state.alerts.values() if one.machine_code and not one.cleared}

    async def look(self) -> None:
        """Nobody is here, and the kiosk looks at its printer and its place to pay."""
        desk = self.core.kiosk.desk
        assert desk is not None
        await self.until(lambda: not desk.readiness.is_looking)
        await self.house.pass_s(11)
        await self.until(lambda: not desk.readiness.is_looking)

    def kinds(self) -> list[str]:
        return [type(fact).__name__ for fact in self.house.facts()]

    async def told(self, *states: str) -> None:
        """Central has heard so, and this kiosk knows that it has."""
        state = self.core.book.state
        await self.until(lambda: all(sale.ended for sale in state.sales.values()) and not state.outcomes)
        assert sorted(self.rows(self.issuances)) == sorted(states)

    @property
    def issuances(self) -> list[str]:
        return [fact.issuance for fact in self.house.facts(f.CertificateIntended) if hasattr(fact, "issuance")]

    def rows(self, issuances: list[str]) -> list[str]:
        """State and settlement of these documents at central."""
        with psycopg.connect(self.central.dsn) as connection:
            found = connection.execute(
                "SELECT state, settled, contradicted FROM issuances WHERE issuance = ANY(%s)", (issuances,)
            ).fetchall()
        assert not any(contradicted for _, _, contradicted in found)
        return [f"{state} {settled}".strip() for state, settled, _ in found]

    def pages_of(self, pdf: bytes) -> list[Image.Image]:
        drawn = draw_pages(pdf, WIDTH_DOTS, DPI)
        assert isinstance(drawn, list)
        return drawn

    @property
    def sheets(self) -> list[Image.Image]:
        """What came out with something on it."""
        return [ink_of(piece.image) for piece in self.documents.pieces if ImageOps.invert(piece.image).getbbox()]

    def is_printed(self, pdf: bytes) -> bool:
        """Each of its pages on a piece of its own."""
        return all(any(is_same(ink_of(page, 1), sheet) for sheet in self.sheets) for page in self.pages_of(pdf))

    async def restart(self) -> None:
        await self.house.restart()


def ink_of(image: Image.Image, ink: int = 0) -> Image.Image:
    """White on black, without the edges."""
    seen = image.convert("L").point(lambda level: 255 if bool(level) == bool(ink) else 0)
    return seen.crop(seen.getbbox())


def is_same(page: Image.Image, piece: Image.Image) -> bool:
    """But for the lone dots that would be a command to the printer (raster.without_real_time_commands)."""
    if page.size != piece.size:
        return False
    different = ImageChops.difference(page, piece).histogram()[255]
    return different * OTHER_DOTS < page.width * page.height


OTHER_DOTS = 2_000
"""One in so many; of two people's certificates many more differ."""


@asynccontextmanager
async def kiosk_house(
    folder: Path,
    tickets: SimulatedPrinter,
    central: Trial,
    line: TroubledLine,
    monkeypatch: pytest.MonkeyPatch,
    payment: PaymentTable | None = None,
    documents: DocumentTable | None = None,
    fees: Path = FEES,
    office: Office | None = None,
    start: datetime = START,
    code: str = CODE,
    hub: HubTable | None = None,
) -> AsyncIterator[KioskHouse]:
    token = kiosks.add(central.dsn, Kiosk(OFFICE, code), start.replace(tzinfo=ZONE), lambda token: None)
    (folder / "kiosk.token").write_text(token)
    with SimulatedPrinter(speed_dots_s=400_000.0, cut_s=0.0) as roll:
        house = House(folder, tickets, start, office)
        table = CertificatesTable(
            url=line.url, token_file=str(folder / "kiosk.token"), ca_file=line.ca_file, fees_file=str(fees)
        )
        house.settings = replace(
            house.settings,
            code=code,
            roles=(*(("hub",) if hub is None else ()), "ticket_machine", "certificate_kiosk"),
            hub=hub,
            certificates=table,
            payment=payment,
            document_printer=documents
            or TcpPrinter(host="127.0.0.1", port=roll.port, width_dots=WIDTH_DOTS, answer_s=5.0),
        )
        try:
            async with card_house(house, monkeypatch) as cards:
                yield KioskHouse(cards, line, roll, central)
        finally:
            await house.close()
