"""The certificate kiosk's core: between the visitor's journey, central, the place to pay and the printer.

One visit at a time. Names, pictures, documents and central's session are in one `Visit` in memory and go with it; what
is sold goes on in a `Selling` until its last fact is written. Here nothing waits; whatever takes time is a task.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime

from kiosk_app import certificate_messages as wire
from kiosk_app.card_reader import CardDesk, Proof
from kiosk_app.certificate_answers import fitted, offer_of, settled, size_of_png, why_not, why_not_opened
from kiosk_app.certificate_readiness import Readiness
from kiosk_app.certificate_selling import Offered, Rooms, Selling
from kiosk_app.certificate_stop import CertificateStopper
from kiosk_app.journeys import certificate_events as c
from kiosk_app.office import fees
from kiosk_app.office.certificates import Offer, Wanted
from kiosk_app.office.fees import FeeTable, Price
from kiosk_app.office.jpki.challenge import Challenge
from kiosk_app.office.payment_rules import Copy, Seller
from kiosk_app.outcome_teller import OutcomeTeller
from kiosk_app.sheet_desk import NotOffered, Order, Received, Seat
from kiosk_app.tasks import Tasks

CHALLENGE_S = 8.0
OPEN_S, OFFERS_S, PREPARE_S = 12.0, 10.0, 25.0
"""Together less than the journey waits (ASK_STUCK_MS)."""
CLOSE_S = 5.0
PREVIEW_PX = 600
"""At most so many across: what the screen shows of the first page."""


@dataclass
class Visit:
    """What is known of whoever stands here, from the signed challenge on. In memory only."""

    challenge: str = ""
    proof: Proof | None = field(default=None, repr=False)
    secret: str = field(default="", repr=False)
    resident: str = ""
    given: wire.OffersGiven | None = field(default=None, repr=False)
    offer: Offer | None = field(default=None, repr=False)
    wanted: Wanted | None = field(default=None, repr=False)
    order: Order | None = field(default=None, repr=False)
    copies: tuple[Copy, ...] = ()
    preview: str = field(default="", repr=False)
    preview_px: tuple[int, int] = (0, 0)
    """Across and down."""

    @property
    def seat(self) -> Seat:
        return Seat.of(self.secret, self.resident)


@dataclass(frozen=True)
class Here:
    """Where this kiosk stands. `local`: office time in the office's zone; `language`: the visitor's; `waits`: whether
    the journey still waits for the answer of a card by that session; `standing`: the sale of whoever stands here."""

    office: str
    site: str
    fees: FeeTable
    local: Callable[[], datetime]
    language: Callable[[], str]
    waits: Callable[[str], bool]
    standing: Callable[[], str]


class CertificateDesk:
    """The CertificatePort of a core (certificate_port.py)."""

    def __init__(
        self,
        here: Here,
        rooms: Rooms,
        card: CardDesk,
        stopper: CertificateStopper,
        readiness: Readiness,
        teller: OutcomeTeller,
        tasks: Tasks,
    ) -> None:
        self._here, self._rooms, self._card, self._stopper = here, rooms, card, stopper
        self.readiness, self._teller, self._tasks = readiness, teller, tasks
        self._visit = Visit()
        self._selling: Selling | None = None
        self._stopped = False

    # --- the port --------------------------------------------------------------------------------------------------

    def now(self) -> c.CertificatesNow:
        visit = self._visit
        across, down = visit.preview_px
        return c.CertificatesNow(
            stopped=self.readiness.stopped(self._is_selling),
            site=self._here.site,
            means="unit" if self._rooms.till.gives_back else "counter",
            prices=self.readiness.prices,
            offer=visit.offer,
            preview=visit.preview,
            preview_width_px=across,
            preview_height_px=down,
        )

    async def cash_unit(self) -> str:
        """Its status now, for whoever looks the machine over; empty where one pays at a counter."""
        if not self._rooms.till.gives_back:
            return ""
        # Somebody who pays is not disturbed.
        return "selling" if self._is_selling else await self._rooms.till.preflight()

    def start(self, command: c.CertificateCommand) -> None:
        # What comes while this core ends is answered by the next one, from the facts.
        work = None if self._stopped else self._work(command)
        if work is not None:
            self._tasks.start(work)

    def _work(self, command: c.CertificateCommand) -> Coroutine[object, object, None] | None:
        match command:
            case c.SignForCertificate():
                return self._sign(command)
            case c.PrepareCertificate():
                return self._prepare(command, self._visit)
            case c.SellCertificate():
                return self._sell(command, self._visit)
            case c.EndCertificate():
                return self._end(command)
        return self._of_the_sale(command)

    def _of_the_sale(self, command: c.CertificateCommand) -> Coroutine[object, object, None] | None:
        selling = self._selling
        if isinstance(command, c.SettleSale) and (selling is None or selling.payment != command.sale):
            return self._settle_from_facts(command.sale)
        if selling is None or getattr(command, "sale", "") != selling.payment:
            return None
        match command:
            case c.StopPayment():
                selling.stop_payment()
            case c.PrintCertificate():
                return selling.print()
            case c.ConfirmSheets():
                return selling.confirm(command.has_paper)
            case c.SettleSale():
                return selling.settle()
            case c.PrintReceipt():
                return selling.receipt()
        return None

    # --- the card --------------------------------------------------------------------------------------------------

    async def _sign(self, command: c.SignForCertificate) -> None:
        """The challenge comes before the PIN is sent: where central is away no try is spent."""
        self._forget()
        visit = self._visit
        answer = await self._rooms.central.ask(wire.ChallengeAsked, CHALLENGE_S)
        if visit is not self._visit or not self._here.waits(command.session):
            return
        if not isinstance(answer, wire.ChallengeGiven):
            self._tell(c.CannotSign(session=command.session, why=why_not(answer)))
            return
        own = wire.audience(self._here.office, self._rooms.machine_code)
        if answer.audience != own:
            # The token of another kiosk lies here: nothing is signed in its name.
            self._tell(c.CannotSign(session=command.session, why="failed"))
            return
        visit.challenge = answer.challenge

        def proved(proof: Proof) -> None:
            visit.proof = proof

        message = Challenge("certificate", own, answer.nonce, self._rooms.book.clock.now_utc_ms()).message()
        self._card.sign(command, message, proved)

    # --- documents -------------------------------------------------------------------------------------------------

    async def _prepare(self, command: c.PrepareCertificate, visit: Visit) -> None:
        found = await self._prepared(command.wanted, visit)
        if visit is not self._visit:
            # Whoever asked is gone.
            return
        if isinstance(found, Wanted):
            self._tell(c.CertificateReady(question=command.question, wanted=found))
        elif isinstance(found, c.MembersOffered):
            self._tell(c.MembersOffered(question=command.question))
        else:
            self._tell(c.CertificateRefused(question=command.question, why=found))

    async def _prepared(self, wanted: Wanted, visit: Visit) -> Wanted | c.MembersOffered | c.Why:
        """What is ready now, in `visit`."""
        visit.order, visit.wanted, visit.preview, visit.copies = None, None, "", ()
        if (why := await self._opened(visit)) is not None:
            return why
        if self._rooms.sheets.is_delivering:
            # Somebody who did not wait for the end of it has left paper in the printer.
            return "failed"
        self._rooms.sheets.sit(visit.seat)
        offer = await self._offer(wanted, visit)
        if not isinstance(offer, Offer):
            return offer
        visit.offer = offer
        fits = fitted(wanted, offer)
        return await self._documents(fits, visit) if isinstance(fits, Wanted) else fits

    async def _opened(self, visit: Visit) -> c.Why | None:
        """Once a visit: the proof is good once."""
        if visit.secret:
            return None
        proof = visit.proof
        if proof is None:
            return "ended"
        asked = wire.OpenAsked(challenge=visit.challenge, certificate=proof.certificate, signature=proof.signature)
        answer = await self._rooms.central.ask(lambda: asked, OPEN_S)
        visit.proof = None
        if not isinstance(answer, wire.Opened):
            return why_not_opened(answer)
        if visit is not self._visit:
            # Nobody waits for it; central forgets it by itself, and sooner when it is told.
            self._tasks.start(self._closed(answer.session))
            return "ended"
        visit.secret, visit.resident = answer.session, answer.resident
        return None

    async def _offer(self, wanted: Wanted, visit: Visit) -> Offer | c.Why:
        if visit.given is None:
            asked = wire.OffersAsked(session=visit.secret)
            answer = await self._rooms.central.ask(lambda: asked, OFFERS_S)
            if not isinstance(answer, wire.OffersGiven):
                return why_not(answer)
            visit.given = answer
        return offer_of(visit.given, wanted.kind, self._rooms.sheets.layout)

    async def _documents(self, wanted: Wanted, visit: Visit) -> Wanted | c.Why:
        attempts: list[str] = []

        def make() -> wire.Request:
            # What was prepared for a lost answer is void; its late twin has another name.
            attempts.append(self._rooms.book.clock.new_id())
            return wire.PrepareAsked(
                session=visit.secret, attempt=attempts[-1], wanted=wanted, layout=self._rooms.sheets.layout
            )

        answer = await self._rooms.central.ask(make, PREPARE_S)
        if visit is not self._visit:
            return "ended"
        if not isinstance(answer, wire.Prepared):
            return why_not(answer)
        if answer.attempt != attempts[-1]:
            self._stopper.stop("", "central's answer is to another request")
            return "failed"
        if len(answer.documents) != wanted.copies:
            return "failed"
        received = [Received(self._rooms.book.clock.new_id(), one.sha256, one.pdf) for one in answer.documents]
        order = await self._rooms.sheets.prepare(visit.seat, answer.resident, received, PREVIEW_PX)
        if isinstance(order, NotOffered):
            return "failed"
        pairs = zip(received, answer.documents, strict=True)
        visit.copies = tuple(Copy(one.job, one.sha256, doc.issuance, doc.serial) for one, doc in pairs)
        visit.order, visit.wanted = order, wanted
        if order.previews:
            visit.preview = "data:image/png;base64," + base64.b64encode(order.previews[0]).decode("ascii")
            visit.preview_px = size_of_png(order.previews[0])
        return wanted

    # --- the sale --------------------------------------------------------------------------------------------------

    async def _sell(self, command: c.SellCertificate, visit: Visit) -> None:
        if self._selling is not None and self._selling.payment == command.sale:
            return
        order = visit.order
        price = self._price(command)
        if order is None or visit.wanted != command.wanted or visit is not self._visit:
            self._tell(c.SaleRefused(sale=command.sale, why="ended"))
        elif price is None:
            self._tell(c.SaleRefused(sale=command.sale, why="price"))
        elif self._is_selling or not self._rooms.book.state.day.date:
            self._tell(c.SaleRefused(sale=command.sale, why="failed"))
        else:
            self._selling = Selling(self._rooms, self._offered(command, visit, order, price))
            # Central lets a document be issued once; another sale of this visit is prepared anew.
            visit.order = None
            await self._selling.run()

    def _price(self, command: c.SellCertificate) -> Price | None:
        """As it was shown, if it still holds."""
        day, wanted = self._here.local().date(), command.wanted
        found = fees.price(self._here.fees, wanted.kind, self._here.site, day, wanted.copies)
        return found if isinstance(found, Price) and found.each_yen == command.each_yen else None

    def _offered(self, command: c.SellCertificate, visit: Visit, order: Order, price: Price) -> Offered:
        kinds = {one.id: one.name["ja"] for one in self._here.fees.kinds}
        seat = visit.seat
        return Offered(
            payment=command.sale,
            secret=visit.secret,
            order=order,
            copies=visit.copies,
            price=price,
            kind_name=kinds[command.wanted.kind],
            seller=Seller(
                self._rooms.machine_code,
                self._rooms.book.state.day.date,
                seat.session,
                seat.resident,
                self._here.language(),
            ),
        )

    async def _settle_from_facts(self, sale: str) -> None:
        """After a restart: boot has ended the sale, and its slip may not be printed yet."""
        became = settled(self._rooms.book.state, sale)
        self._tell(became)
        if became.claim:
            await self._rooms.slips.claim(sale)

    # --- the end ---------------------------------------------------------------------------------------------------

    async def _end(self, command: c.EndCertificate) -> None:
        visit, selling = self._visit, self._selling
        self._forget()
        if selling is not None and not selling.is_over:
            await selling.abandon()
        if self._visit is not visit and not self._visit.secret:
            self._rooms.sheets.stand_up()
        await self._closed(visit.secret)

    def _forget(self) -> None:
        self._visit = Visit()

    async def _closed(self, secret: str) -> None:
        """What was prepared and not issued is void at once. Where that does not arrive, central's own time does it."""
        if secret:
            asked = wire.CloseAsked(session=secret)
            await self._rooms.central.ask(lambda: asked, CLOSE_S)

    def _tell(self, event: c.CertificateEvent) -> None:
        self._rooms.tell(event)

    # --- of the core -----------------------------------------------------------------------------------------------

    async def boot(self) -> None:
        """Before anything is sold and before another day is joined."""
        await self._rooms.till.boot()

    def run(self, bug: Callable[[BaseException], None]) -> None:
        """From now on outcomes are told. Whoever stood here at a kill, with the sheets and without the change, is told
        of that."""
        self._teller.start(bug)
        if settled(self._rooms.book.state, self._here.standing()).how == "claim":
            self._tasks.start(self._settle_from_facts(self._here.standing()))
        self.look()

    def look(self) -> None:
        """Facts were written or heard. Nothing is written here: whoever wrote may be in the middle of it."""
        self._teller.wake()
        asyncio.get_running_loop().call_soon(self._hear_staff)

    def _hear_staff(self) -> None:
        if not self._stopped:
            self._rooms.hear_staff()

    def tick(self, nobody_here: bool) -> None:
        """Time has passed."""
        if not self._stopped:
            self.readiness.tick(nobody_here and not self._is_selling, self._rooms.central)

    @property
    def _is_selling(self) -> bool:
        return self._selling is not None and not self._selling.is_over

    async def stop(self) -> None:
        """Sales that are open stay so; the next start ends them."""
        self._stopped = True
        await self._teller.stop()
        await self._tasks.stop()
        self._rooms.central.stop()
        await self._rooms.till.stop()
