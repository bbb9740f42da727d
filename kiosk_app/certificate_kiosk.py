"""Makes of one core a certificate kiosk: reads what its tables in machine.toml name, and joins the parts.

Only this file knows them all. What draws pages, asks central or speaks to a coin unit is loaded only where it is used.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk_app import hub_tls
from kiosk_app.book import Book
from kiosk_app.counter_payment import CounterPayment
from kiosk_app.hub_settings import read_token
from kiosk_app.office import catalogue, payment_rules
from kiosk_app.office.facts import MoneyTaken
from kiosk_app.settings import CertificatesTable, MachineSettings, PaymentTable, SettingsError, UnitPay

if TYPE_CHECKING:
    from drivers.payment_ports import PaymentPoint
    from kiosk_app.certificate_central import Central, Told
    from kiosk_app.certificate_desk import CertificateDesk
    from kiosk_app.core import Core
    from kiosk_app.office.fees import FeeTable
    from kiosk_app.sheet_desk import SheetDesk


ACTOR = "core"


class KioskFiles(NamedTuple):
    """What the files of [certificates] hold."""

    table: CertificatesTable
    token: str
    fees: FeeTable


def load(settings: MachineSettings) -> KioskFiles | None:
    """None on any other machine. Raises ConfigError, before anything is opened."""
    table = settings.certificates
    if table is None:
        return None
    from kiosk_app import fee_file

    try:
        hub_tls.check_authority(table.ca_file)
    except OSError as cause:
        raise SettingsError(
            f"certificates.ca_file: {table.ca_file} cannot be used: {cause.strerror or cause}"
        ) from None
    try:
        token = read_token(Path(table.token_file))
    except OSError as cause:
        raise SettingsError(f"certificates.token_file: {table.token_file} cannot be read: {cause.strerror}") from None
    except ValueError:
        raise SettingsError(
            f"certificates.token_file: expected the token of this kiosk in {table.token_file}"
        ) from None
    fees = fee_file.load(Path(table.fees_file))
    if table.site not in {site.id for site in fees.sites}:
        raise SettingsError(f"certificates.site: expected a site of {table.fees_file}, {table.site!r} is unknown")
    return KioskFiles(table, token, fees)


def sheets_of(core: Core) -> SheetDesk | None:
    """Where certificates can be printed."""
    if core.documents is None:
        return None
    # Loaded only where there is such a printer: what draws pages weighs more than half of a core.
    from drivers.pages.house import PageHouse
    from kiosk_app.sheet_desk import SheetDesk

    return SheetDesk(core.book, core.documents, PageHouse(), core.settings.code, core.certificates, bug=core.give_up)


def made(core: Core, files: KioskFiles | None) -> CertificateDesk | None:
    """Wired as the journey's port. None on any other machine."""
    sheets, card, documents = core.sheets, core.card, core.documents
    if files is None or sheets is None or card is None or documents is None:
        return None
    from kiosk_app import words
    from kiosk_app.certificate_bell import ClosedBell
    from kiosk_app.certificate_desk import CertificateDesk, Here
    from kiosk_app.certificate_readiness import Readiness
    from kiosk_app.certificate_selling import Rooms
    from kiosk_app.certificate_slips import Slips
    from kiosk_app.office.payment_rules import Seller
    from kiosk_app.outcome_teller import OutcomeTeller
    from kiosk_app.receipt_layout import DOMAINS
    from kiosk_app.tasks import Tasks
    from kiosk_app.till import Till

    settings, book, lobby = core.settings, core.book, core.lobby
    zone = catalogue.zone(core.office)

    def local() -> datetime:
        return datetime.fromtimestamp(core.clock.now_utc_ms() / 1000, zone)

    def waits(session: str) -> bool:
        asked = lobby.state.card
        return lobby.state.screen == "card_reading" and asked is not None and asked.session == session

    def standing() -> str:
        visit = lobby.state.certificate
        return "" if visit is None else visit.sale

    point = _point(core, settings.payment)
    till = Till(book, point, core.clock.new_id, lambda: Seller(settings.code, book.state.day.date, "", "", "ja"))
    tasks = Tasks(core.give_up)
    site, fees = files.table.site, files.fees
    changed = lobby.changed.bump
    bell = ClosedBell(book, settings.code)
    readiness = Readiness(book, core.certificates, bell, sheets, till, fees, site, local, tasks, changed)
    tickets = core.printer if settings.printer is not None else None
    slips = Slips(book, core.office, fees, words.load(domains=DOMAINS), settings.name, tickets, documents)
    rooms = Rooms(
        book=book,
        till=till,
        sheets=sheets,
        central=_central(files, "certificates", readiness.told),
        slips=slips,
        machine_code=settings.code,
        tell=lobby.handle,
        hear_staff=lambda: hear_staff(book, settings.code, point),
        start=tasks.start,
    )
    here = Here(core.office.id, site, fees, local, lambda: lobby.state.language, waits, standing)
    teller = OutcomeTeller(book, _central(files, "outcomes", readiness.told))
    desk = CertificateDesk(here, rooms, card, core.certificates, readiness, teller, tasks)
    lobby.certificates = core.citizen.certificates = desk
    return desk


def _central(files: KioskFiles, name: str, told: Told) -> Central:
    from kiosk_app.certificate_central import Central
    from kiosk_app.certificate_line import CertificateLine

    return Central(CertificateLine(files.table.url, files.token, files.table.ca_file), name, told)


def _point(core: Core, payment: PaymentTable | None) -> PaymentPoint:
    """A unit is made with the last mark that was written down, so that no piece counts twice."""
    if not isinstance(payment, UnitPay):
        return CounterPayment()
    from drivers.cctalk_unit.driver import CcTalkCashUnit
    from kiosk_app.cash_unit import cash_unit_settings
    from kiosk_app.till import last_mark

    return CcTalkCashUnit(cash_unit_settings(payment), last_mark(core.book.state, core.book.machine))


def hear_staff(book: Book, machine_code: str, point: PaymentPoint) -> None:
    """Answers, once, each word of staff that they took money. What cannot be kept now is answered later."""
    if not book.pay():
        return
    answers = payment_rules.answers(book.state, machine_code, book.state.day.date)
    book.settle(ACTOR, answers)
    for answer in answers:
        if isinstance(answer, MoneyTaken) and isinstance(point, CounterPayment):
            point.paid(answer.credit, answer.yen)


class CertificateKiosk:
    """What a core does for its certificates; on a machine that sells none, nothing."""

    def __init__(self, core: Core, files: KioskFiles | None) -> None:
        self._core = core
        self.desk = made(core, files)

    async def boot(self) -> None:
        """Before anything is sold, and before another day is joined."""
        if self.desk is not None:
            await self.desk.boot()
            return
        book = self._core.book
        # It was a kiosk until its settings were changed.
        book.settle(ACTOR, payment_rules.at_boot(book.state, book.machine, book.clock.new_id))

    def run(self) -> None:
        if self.desk is not None:
            self.desk.run(self._core.give_up)

    def look(self) -> None:
        """Facts were written or heard."""
        if self.desk is not None:
            self.desk.look()

    def tick(self) -> None:
        if self.desk is not None:
            self.desk.tick(self._core.lobby.is_free)

    async def stop(self) -> None:
        if self.desk is not None:
            await self.desk.stop()
