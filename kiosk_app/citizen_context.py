"""What a citizen's journey may know of the office at this moment, and what a ticket says: read, never decided here."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from drivers.ports import TicketPaper
from kiosk_app import practice_here, procedure_files, ticket_layout
from kiosk_app.api import language_of
from kiosk_app.book import Book
from kiosk_app.check_in_desk import kind_of
from kiosk_app.issuing import Promise, Wish
from kiosk_app.journeys import messages as m
from kiosk_app.loads import Loads, stop_of
from kiosk_app.office import catalogue, decision
from kiosk_app.office.alert_words import ENDED_BY_THE_MACHINE
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import Stop
from kiosk_app.office.state import OfficeState, number_text, open_alerts
from kiosk_app.office.suspensions import office_now
from kiosk_app.printers import Printers
from kiosk_app.settings import MachineSettings, PcscReader
from kiosk_app.words import Words

if TYPE_CHECKING:
    from kiosk_app.card_reader import CardDesk
    from kiosk_app.certificate_port import CertificatePort
    from kiosk_app.forms_port import FormsPort
    from kiosk_app.reservations import Reservations


class CitizenContext:
    """Reads the book and the catalogue for one ticket machine."""

    def __init__(
        self,
        book: Book,
        office: Office,
        words: Words,
        printer: Printers,
        settings: MachineSettings,
        loads: Loads,
        card: CardDesk | None = None,
        reservations: Reservations | None = None,
    ) -> None:
        self._book = book
        self._office = office
        self._words = words
        self._printer = printer
        self._settings = settings
        self._loads = loads
        self._card = card
        self._reservations = reservations
        self.certificates: CertificatePort | None = None
        """Of a certificate kiosk."""
        self._practice = practice_here.here(settings.practice)
        self.forms: FormsPort | None = None
        self._procedures = procedure_files.of_machine(settings.procedures_dir)
        self._floors = {c.number: c.floor for c in office.counters}
        self.rules = decision.Desk(
            counters={c.number: c.groups for c in office.counters},
            services={s.id: stop_of(office, s) for s in office.services},
            hold_s=office.queue.hold_minutes * 60,
            closure_reasons={r.name: r.text for r in office.closure_reasons},
            closures_ahead={r.name: r.ahead for r in office.closure_reasons if r.ahead is not None},
            notices={n.name: n.text for n in office.prepared_notices},
            day_ends=self._day_ends,
            due=self._due,
            machine_code=settings.code,
            moment=self._moment,
        )

    def context(self) -> m.Context:
        now = self._book.clock.now_utc_ms()
        reader = self._settings.card_reader
        return m.Context(
            now_utc_ms=now,
            office=office_now(self._office, self._book.state, now),
            words=self._words,
            printer_status=self._printer.status,
            loads=self._group_loads(),
            counter_staffed=self._staffed_counter(),
            machine_name=self._settings.name,
            ringing={
                alert.cause: key
                for key, alert in open_alerts(self._book.state)
                if alert.machine_code == self._settings.code and alert.cause in ENDED_BY_THE_MACHINE
            },
            new_id=self._book.clock.new_id(),
            card_reader=reader.place if isinstance(reader, PcscReader) else "",
            card_seen=self._card.seen if self._card is not None else "reader_away",
            card_last_day=self._card.last_day if self._card is not None else None,
            certificates=self.certificates.now() if self.certificates is not None else None,
            practice=self._practice,
            forms=self.forms.now() if self.forms is not None else None,
            ways=self._reservations.ways() if self._reservations is not None else m.Ways(),
            procedures=self._procedures,
        )

    def _group_loads(self) -> dict[str, m.GroupLoad]:
        return {
            letter: m.GroupLoad(waiting=load.waiting, estimate_from_ms=load.from_utc_ms, estimate_to_ms=load.to_utc_ms)
            for letter, load in self._loads.all().items()
        }

    def _staffed_counter(self) -> str | None:
        staffed = sorted(c.number for c in self._book.state.day.counters.values() if c.state == "open")
        return f"{staffed[0]}" if staffed else None

    def stop_of(self, service: str) -> tuple[Stop, str]:
        """The stop and the letter of its group. A service that is not in the catalogue is a bug."""
        found = catalogue.service(self._office, service)
        return stop_of(self._office, found), found.group

    def promise(self, wish: Wish) -> Promise:
        service = catalogue.service(self._office, wish.stop.service)
        told = self._loads.estimate_for(self._book.state, service, self._book.clock.now_utc_ms())
        return Promise(told.due_utc_ms, told.from_utc_ms, told.to_utc_ms, told.waiting_ahead)

    def _due(self, state: OfficeState, service: str, now_utc_ms: int) -> int:
        found = catalogue.service(self._office, service)
        return self._loads.estimate_for(state, found, now_utc_ms).due_utc_ms

    def _day_ends(self, utc_ms: int) -> int:
        zone = catalogue.zone(self._office)
        tomorrow = datetime.fromtimestamp(utc_ms / 1000, zone).date() + timedelta(days=1)
        return int(datetime.combine(tomorrow, time(), zone).timestamp() * 1000)

    def _moment(self, minute: str) -> int:
        zone = catalogue.zone(self._office)
        return int(datetime.fromisoformat(minute).replace(tzinfo=zone).timestamp() * 1000)

    def zone_of(self, counter: int) -> str:
        return self._floors.get(counter, "")

    def paper(self, ticket_id: str, again: bool) -> TicketPaper:
        """What stands on the ticket; `again` marks it 再発行."""
        ticket = self._book.state.day.tickets[ticket_id]
        return ticket_layout.layout(
            self._office,
            ticket_layout.TicketInfo(
                ticket=ticket_id,
                number=number_text(ticket.letter, ticket.number),
                letter=ticket.letter,
                waiting=ticket.waiting_ahead,
                estimate_from_ms=ticket.estimate_from_utc_ms,
                estimate_to_ms=ticket.estimate_to_utc_ms,
                issued_utc_ms=ticket.issued_utc_ms,
                machine_name=self._settings.name,
                kind=kind_of(ticket.promise, ticket.booking),
                start_min=ticket.start_min,
                length_min=ticket.length_min,
                then=tuple(stop.group for stop in ticket.stops[1:]),
            ),
            language_of(ticket.language),
            self._words,
            reprint=again,
        )
