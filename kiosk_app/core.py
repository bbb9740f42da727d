"""One machine's core: opens the log, folds it, and holds the lobby, the desk and the views together.

Everything here runs in one asyncio loop; decide, append and fold happen without a wait between them, so no two
presses can ever see the same state.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from kiosk_app import (
    api,
    certificate_kiosk,
    health,
    money_desk,
    opening,
    outages,
    with_central,
    with_forms,
    words,
)
from kiosk_app.announcements import Announcements, announcement
from kiosk_app.central_settings import CentralKeys, load_keys
from kiosk_app.certificate_stop import CertificateStopper
from kiosk_app.citizen_context import CitizenContext
from kiosk_app.clock import DrivenClock, OfficeClock, new_id
from kiosk_app.clock_doubt import DoubtedClock
from kiosk_app.desk import Desk
from kiosk_app.destroying import Retention
from kiosk_app.disk import Disk
from kiosk_app.display_view import display_view
from kiosk_app.expected import Expected
from kiosk_app.form_settings import FOLDER, folder_of
from kiosk_app.hub_change import TakeOver
from kiosk_app.in_the_office import InTheOffice
from kiosk_app.issuing import Issuer
from kiosk_app.journeys import messages as m
from kiosk_app.kept_views import KeptViews
from kiosk_app.loads import Loads
from kiosk_app.lobby import Lobby
from kiosk_app.log_check import LogCheck
from kiosk_app.looked_over import LookedOver
from kiosk_app.measured import Measured
from kiosk_app.office import decision, hall, reigns, suspensions
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import (
    Called,
    CancellationAsked,
    CertificatesResumed,
    Fact,
    GiveBackAsked,
    NumberCalled,
    PrinterChanged,
    Recalled,
    StaffAccepted,
)
from kiosk_app.own_alerts import OwnAlerts
from kiosk_app.paired_devices import PairedDevices
from kiosk_app.printers import KnownModels, OnePrinter, Printers
from kiosk_app.reservations import Reservations, booking_key_of
from kiosk_app.runtime import RuntimeFile
from kiosk_app.screen_pictures import ScreenPictures
from kiosk_app.settings import MachineSettings, StaffMember
from kiosk_app.slots_desk import SlotsDesk
from kiosk_app.staff_at_machine import StaffAtMachine
from kiosk_app.state_snapshots import StateSnapshots
from kiosk_app.technician_at_machine import TechnicianAtMachine
from kiosk_app.tools import Tools
from kiosk_app.upkeep import Upkeep
from kiosk_app.webhook_files import Receiver, load_receivers
from kiosk_app.webhooks import Webhooks
from kiosk_app.whom_to_call import WhomToCall
from offline_store.errors import StoreFull
from offline_store.salvage import Damage

TICK_S = 0.5
PACE_S = 0.1
"""Between two views of a console or display. Nobody reads faster, and in a rush the core would make nothing else."""


class Core:
    """Made by `open`, started by `start` inside the loop."""

    def __init__(
        self,
        settings: MachineSettings,
        office: Office,
        spoken: words.Words,
        opened: opening.Opened,
        desk_staff: Sequence[StaffMember],
        receivers: Sequence[Receiver] = (),
        central: CentralKeys | None = None,
        booking_key: bytes = b"",
        kiosk_files: certificate_kiosk.KioskFiles | None = None,
    ) -> None:
        self.settings = settings
        self.office = office
        self.booking_key = central.booking_key if central is not None else booking_key
        """Of reservation codes; empty in an office without central."""
        self.book = opened.book
        self.changed = opened.book.changed
        self._zone = ZoneInfo(office.zone)
        self.place = InTheOffice(settings, office, opened.book, opened.clock, self._local)
        self.driven_clock = opened.clock if isinstance(opened.clock, DrivenClock) else None
        self.clock: OfficeClock | DrivenClock = opened.clock
        self.epoch = new_id()[:8]
        self.stopping = False
        self.announcements = Announcements()
        self.damage = opened.damage
        self._snapshots = StateSnapshots(opened.book)
        self._views = KeptViews(opened.clock)
        self.words = spoken
        self.printer = Printers(opened.printers)
        self.documents = opened.documents
        self.certificates = CertificateStopper(self.book, settings.code)
        self.sheets = certificate_kiosk.sheets_of(self)
        """Where certificates can be printed."""
        self.loads = Loads(self.book, office)
        forms = folder_of(settings.forms) if settings.forms is not None else FOLDER
        self.measured = Measured(self.book, office, self.loads, forms)
        self.tools = Tools(settings.tools)
        self.card = opened.card
        self.reservations = Reservations(
            settings, office, self.book, self.place, self._local, self.booking_key, opened.codes, self.loads
        )
        self.citizen = CitizenContext(
            self.book, office, self.words, self.printer, settings, self.loads, self.card, self.reservations
        )
        self.disk = Disk(self.book, settings.code)
        self.looked_over = LookedOver(self)
        self.pictures = ScreenPictures(self)
        self._one_printer = OnePrinter(self.book, self.printer, settings.code)
        self._models = KnownModels(self.book, settings)
        self.issuer = Issuer(
            self.book,
            self.printer,
            settings.code,
            self._incarnation,
            self.citizen.promise,
            self.citizen.paper,
            self._obstacle,
            grants=self.place.role.may_lease,
            undated=self.place.knows_no_day,
        )
        runtime = Path(settings.runtime_dir)
        self.expected = Expected(self.book, office.id, self.booking_key, RuntimeFile(runtime / "expected.json"))
        self.lobby = Lobby(
            self.book,
            self.issuer,
            settings.code,
            RuntimeFile(runtime / "journey.json"),
            self.citizen.context,
            self.citizen.stop_of,
            self.give_up,
            self.printer.detail,
            opened.card,
            self.reservations,
            functools.partial(self._staff_at_machine, desk_staff),
        )
        with_forms.attach(self)
        self.zones = hall.zones(office)
        self.paired = PairedDevices(self.book, settings.hub, settings.code, self.zones)
        self.floors = frozenset({"", *(floor.id for floor in office.floors)})
        self.ended = asyncio.Event()
        self.bug: BaseException | None = None
        self.role_changed = False
        self.desk = Desk(self, desk_staff, RuntimeFile(runtime / "desk.json"), RuntimeFile(runtime / "marks.json"))
        self.slots = SlotsDesk(self)
        self.whom_to_call = WhomToCall(self)
        self.reservations.of_the_hub(self.expected, self.slots.sell)
        sign = RuntimeFile(Path(settings.data_dir) / outages.FILE)
        self.outages = outages.Outages(self.book, office, self.clock, sign, opened.last_utc_ms)
        self.take_over = TakeOver(self, desk_staff)
        self._doubted_clock = DoubtedClock(self.book, self.clock, settings.code, self._zone)
        self._alerts = OwnAlerts(self.book, self.lobby, self._doubted_clock, settings.code)
        log_check = LogCheck(self.book, self.printer, settings.code, self._mended)
        self.upkeep = Upkeep(self.book, self.printer, self.disk, self._doubted_clock, log_check, self.give_up)

        self.central = with_central.made(self, central)
        self.kiosk = certificate_kiosk.CertificateKiosk(self, kiosk_files)
        keep_days = office.records.keep_days if office.records is not None else None
        told = RuntimeFile(runtime / "webhooks.json")
        self.webhooks = Webhooks(self.book, self.measured, receivers, told, self.give_up)
        self._retention = Retention(
            self.book, keep_days, opening.ACTOR, self._nobody_at_the_machine, self.place.delivered
        )

    @classmethod
    def open(cls, settings: MachineSettings, office: Office, staff: Sequence[StaffMember]) -> Core:
        # Before the log, so that nothing is made where something is malformed.
        is_kiosk = "certificate_kiosk" in settings.roles
        makes_forms, finds = settings.forms is not None, bool(settings.procedures_dir)
        domains = words.domains_of(is_kiosk, finds, makes_forms, settings.practice is not None)
        spoken = words.load(domains=domains)
        receivers = load_receivers(settings.webhooks)
        central = load_keys(settings.central) if settings.central is not None else None
        key = booking_key_of(settings)
        kiosk = certificate_kiosk.load(settings)
        opened = opening.open_office(settings, office)
        return cls(settings, office, spoken, opened, staff, receivers, central, key, kiosk)

    @property
    def hub_epoch(self) -> int:
        """Of the highest hub that this machine knows of; 1 in an office that never changed its hub. It grows with each
        change: who has seen a higher one does not obey a lower."""
        return reigns.highest(self.book.state).epoch

    def _staff_at_machine(self, members: Sequence[StaffMember], changed: Callable[[], None]) -> StaffAtMachine:
        return StaffAtMachine(
            self.book,
            self.issuer,
            self.settings.code,
            self.office,
            members,
            RuntimeFile(Path(self.settings.runtime_dir) / "staff_mode.json"),
            self.citizen.stop_of,
            self.rules,
            self.place.hearing,
            self.give_up,
            changed,
            TechnicianAtMachine(self, changed),
        )

    # --- life --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self.place.role_changed = self._begin_in_another_role
        self.book.told = self._tell
        self.book.heard = self._hear
        self.changed.pace_s = PACE_S
        # How many wait may be a moment old on the citizen's screen; what the visitor's own press did never is.
        self.changed.woken = self.lobby.changed.bump
        self.printer.start(self._printer_changed, self._lobby_hears, self._models.recognised)
        if self.card is not None:
            self.card.start(self.lobby.handle, self.give_up)
        self.reservations.start(self.lobby.scanned, self.lobby.changed.bump, self.give_up)
        await self.kiosk.boot()
        await self.tick()
        self.lobby.resume()
        self._alerts.clear_forgotten()
        self.upkeep.start()
        self.place.start(self.give_up)
        self.kiosk.run()
        if self.central is not None:
            self.central.start(self.give_up)

    async def stop(self) -> None:
        self.end()
        if self.central is not None:
            await self.central.stop()
        await self.place.stop()
        await self.upkeep.stop()
        await self.webhooks.stop()
        await self.kiosk.stop()
        await self.lobby.stop()
        await self.issuer.finish()
        await self.printer.stop()
        if self.card is not None:
            await self.card.stop()
        await self.reservations.stop()
        if self.sheets is not None:
            await self.sheets.stop()
        if self.documents is not None:
            await self.documents.stop()
        self.desk.close()
        self.take_over.close()
        self.measured.close()
        self.outages.sign()
        self._snapshots.save()
        self.book.log.close()

    def end(self) -> None:
        """Streams end, and whoever waits for `ended` stops us."""
        self.stopping = True
        self.changed.bump()
        self.lobby.changed.bump()
        self.announcements.end()
        self.ended.set()

    def _begin_in_another_role(self) -> None:
        """The service manager starts us again: a start costs less than half a second, and knows only one role."""
        self.role_changed = True
        self.end()

    def give_up(self, error: BaseException) -> None:
        """A bug is a crash: the service manager starts us again, and we come back to the same screen."""
        self.bug = self.bug or error
        self.end()

    async def tick_forever(self) -> None:
        while not self.stopping:
            await asyncio.sleep(TICK_S)
            try:
                await self.tick()
            except Exception as error:
                # Without ticks the office would look well and never time anything out.
                self.give_up(error)

    async def tick(self) -> None:
        """Time passes: the day opens and closes, journeys time out, a snapshot is due."""
        self.upkeep.tick()
        self.place.look()
        if self.central is not None:
            self.central.tick()
        self.certificates.look()
        self.kiosk.tick()
        # On a full disk the day stays as it is, and while the clock is in doubt; the next tick tries again.
        with contextlib.suppress(StoreFull):
            if self.place.roll_day():
                self.lobby.new_session()
                self._alerts.clear_forgotten()
                if self.central is not None and self.central.catalogue.waits:
                    # A start takes it into use, and costs less than half a second before anybody comes.
                    self._begin_in_another_role()
        if self.place.is_hub:
            # Calls are the hub's to write; a machine that wrote them would be refused.
            self.desk.tick()
            self.slots.tick()
            self.place.tick()
            self.paired.tick()
        with contextlib.suppress(StoreFull):
            self.outages.tick(self.place.is_hub)
        if self.clock.doubt is None:
            self._retention.tick(self._local())
        self.lobby.tick()
        self.webhooks.tick()
        self._snapshots.tick()

    def _local(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now_utc_ms() / 1000, self._zone)

    def _nobody_at_the_machine(self) -> bool:
        return self.lobby.is_free

    def _obstacle(self) -> str:
        if not self.disk.has_room():
            return "disk_full"
        found = self.place.obstacle()
        return (self._doubted_clock.cause() or found) if found == "closed" else found

    def rules(self) -> decision.Desk:
        away = self.place.unheard()
        return replace(self.citizen.rules, away=away) if away else self.citizen.rules

    def _incarnation(self) -> int:
        return opening.spare_band(self.book, self._zone)

    def _mended(self, damage: Damage) -> None:
        self.damage = damage
        self._snapshots.save()

    # --- what happened ---------------------------------------------------------------------------------------------

    def _printer_changed(self, name: str, status: str) -> None:
        self.book.settle("printer", [PrinterChanged(printer=name, status=status)])
        self._one_printer.look()

    def _lobby_hears(self, status: str) -> None:
        """The journey rings for the machine, on whatever screen it is: one trouble, one bell."""
        self.lobby.handle(m.PrinterStatusChanged(status=status))

    def _hear(self, facts: Sequence[Fact]) -> None:
        """What other machines wrote: the hub says that somebody comes. An old call is never announced again."""
        for fact in facts:
            if isinstance(fact, StaffAccepted):
                self._alerts.accepted(fact)
            if isinstance(fact, CancellationAsked | GiveBackAsked) and self.place.is_hub:
                self.desk.tick()
        money_desk.heard(self, facts)
        self.place.look()
        self.certificates.look()
        self.kiosk.look()

    def _tell(self, facts: Sequence[Fact]) -> None:
        self.place.wrote()
        self.kiosk.look()
        if self.central is not None:
            self.central.wake()
        self.place.look()
        for fact in facts:
            if isinstance(fact, StaffAccepted):
                self._alerts.accepted(fact)
            if isinstance(fact, CertificatesResumed):
                self.certificates.look()
            if isinstance(fact, Called | Recalled | NumberCalled):
                floor = self.citizen.zone_of(fact.counter)
                volume = hall.volume_percent(self.office, floor, self._local())
                now = self.clock.now_utc_ms()
                self.announcements.tell(announcement(self.book.state.day, fact, floor, volume, now))

    # --- views -----------------------------------------------------------------------------------------------------

    def press(self, press: api.Press) -> api.Reply:
        return self.lobby.press(press)

    def citizen_view(self) -> bytes:
        versions = (self.lobby.changed.version, self.changed.version)
        return self._views.of("citizen", versions, lambda: msgspec.json.encode(self._citizen_view()))

    def _citizen_view(self) -> api.CitizenView:
        return self.pictures.of_citizen(self.lobby.view())

    def display_view(self, zone: str) -> bytes:
        return self._views.of(
            f"display {zone}",
            (self.changed.version,),
            lambda: msgspec.json.encode(self._display_view(zone)),
        )

    def _display_view(self, zone: str) -> api.DisplayView:
        now = self.clock.now_utc_ms()
        view = display_view(self.book.state, self._office_now(), now, zone, self.loads.all(), self.words)
        return self.pictures.of_display(zone, view)

    def _office_now(self) -> Office:
        return suspensions.office_now(self.office, self.book.state, self.clock.now_utc_ms())

    def health(self) -> api.Health:
        return health.of(self)
