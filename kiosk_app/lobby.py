"""Runs the citizen's journey on one machine: events in, commands out, the screen saved at every step.

The journey itself is pure (`kiosk_app.journeys.ticket`). Here are only its hands: the printer, the log, the bell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk_app import api, practice_paper, practice_told
from kiosk_app.book import Book
from kiosk_app.check_in_desk import is_unheard, kind_of
from kiosk_app.issuing import Issuer, NotIssued, Printed, SlotWish, Wish, verdict_of
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import form_events as f
from kiosk_app.journeys import messages as m
from kiosk_app.journeys import practice
from kiosk_app.journeys import ticket as journey
from kiosk_app.journeys.staff_mode_view import DOOR
from kiosk_app.journeys.ticket_moves import PRINTER_CAUSES
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.office.alert_words import ENDED_BY_THE_MACHINE
from kiosk_app.office.check_in import Answer
from kiosk_app.office.facts import AlertCleared, CardChecked, PrintEnded, StaffCalled, Stop, StopAdded, TicketVoided
from kiosk_app.office.state import number_text
from kiosk_app.runtime import RuntimeFile
from kiosk_app.signal import Signal
from kiosk_app.tasks import Tasks
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.card_reader import CardDesk
    from kiosk_app.certificate_port import CertificatePort
    from kiosk_app.forms_port import FormsPort
    from kiosk_app.reservations import Reservations
    from kiosk_app.staff_at_machine import StaffAtMachine

ACTOR = "visitor"
ON_PAPER = ("issued", "uncut", "maybe")
"""Verdicts after which a list that proves nothing is worth a look at the slot."""


class Lobby:
    """One citizen screen."""

    def __init__(
        self,
        book: Book,
        issuer: Issuer,
        machine_code: str,
        kept: RuntimeFile,
        context: Callable[[], m.Context],
        stop_of: Callable[[str], tuple[Stop, str]],
        bug: Callable[[BaseException], None],
        printer_detail: Callable[[str], str],
        card: CardDesk | None = None,
        reservations: Reservations | None = None,
        staff: Callable[[Callable[[], None]], StaffAtMachine] | None = None,
    ) -> None:
        """`staff` makes what staff use at this machine, given what tells of its news."""
        self._book = book
        self._issuer = issuer
        self._machine_code = machine_code
        self._kept = kept
        self._context = context
        self._stop_of = stop_of
        self._printer_detail = printer_detail
        self._card = card
        self._reservations = reservations
        self.certificates: CertificatePort | None = None
        """Of a certificate kiosk."""
        self.forms: FormsPort | None = None
        """Where the settings name forms."""
        self.changed = Signal()
        """Of this screen: a touch is no news to the consoles and displays, and must not wait for them."""
        self._tasks = Tasks(bug)
        self.staff = staff(self.changed.bump) if staff is not None else None
        self.state = kept.load(TicketJourney) or journey.start(context())

    def view(self) -> api.CitizenView:
        if self.staff is not None and self.staff.is_open:
            return self.staff.view()
        shown = journey.view(self.state, self._context())
        return replace(shown, staff_door=DOOR) if self._has_door() else shown

    def _has_door(self) -> bool:
        """Only before a visit begins: whoever is in the middle of one is not sent away."""
        state = self.state
        return self.staff is not None and self.is_free and not (state.sheet or state.dialog or state.visitor_alert)

    @property
    def is_free(self) -> bool:
        """Nobody stands here."""
        return self.state.screen in ("idle", "closed") and not (self.staff is not None and self.staff.is_open)

    def press(self, press: api.Press) -> api.Reply:
        """A press on a screen that is gone does nothing, and that is no error."""
        if self.staff is not None and self.staff.is_open:
            self.staff.press(press)
            return api.Reply(ok=True)
        if press.control == DOOR.id and self.staff is not None:
            if self._has_door() and press.screen_id == self.state.screen_id:
                self.staff.open()
            return api.Reply(ok=True)
        is_real = not practice.is_on(self.state)
        if is_real and press.control.startswith("pin:") and self._card is not None and self.state.card is not None:
            return self._press_key(press, self._card)
        self.handle(m.Pressed(screen_id=press.screen_id, control=press.control))
        return api.Reply(ok=True)

    def _press_key(self, press: api.Press, card: CardDesk) -> api.Reply:
        """A digit goes into the buffer and nowhere else: the journey hears how many there are."""
        key = press.control.removeprefix("pin:")
        offered = journey.controls(self.view()).get(press.control) if press.screen_id == self.state.screen_id else None
        if key in ("enter", "cancel") or offered is None or offered.state == "off":
            control = press.control if key in ("enter", "cancel") else "pin:late"
            self.handle(m.Pressed(screen_id=press.screen_id, control=control))
        else:
            self.handle(m.PinTyped(typed=card.type(key)))
        return api.Reply(ok=True)

    def handle(self, event: m.AnyEvent) -> None:
        before = self.state
        self.state, commands = journey.step(self.state, event, self._context())
        if self.state != before:
            self._kept.save(self.state)
            self.changed.bump()
            self._book.settle(ACTOR, practice_told.facts(before, self.state, event, self._machine_code))
        arrives = self.state.screen == "check_in" and before.screen not in ("check_in", "check_in_wait")
        if arrives and self._reservations is not None:
            self._reservations.look_again()
        for command in commands:
            self._start(command)

    def resume(self) -> None:
        """After a restart: the visitor's confirmed wish goes on, or its outcome is asked."""
        self.handle(m.Restarted())
        commands = journey.resumed(self.state)
        taken = self.state.ticket
        if taken is not None and taken.ticket not in self._book.state.day.tickets:
            # A journey of another day or of a log that was lost: nothing of it can go on.
            self.new_session()
            return
        if self.state.screen == "printing" and taken is not None:
            jobs = self._book.state.day.jobs.get(taken.ticket, {})
            if len(jobs) >= max(1, self.state.attempts):
                # That attempt had begun: opening closed it as unknown. Printing again is the visitor's to decide.
                ticket = self._book.state.day.tickets[taken.ticket]
                self._finished(Printed(taken.ticket, verdict_of(ticket.paper), "interrupted"))
                return
        for command in commands:
            self._start(command)

    def new_session(self) -> None:
        """Whatever was on the screen is over: the day is another."""
        if self.staff is not None:
            self.staff.end()
        self.handle(m.NewSession(session=self._book.clock.new_id()))

    def rings(self, alert: str) -> bool:
        """Whether the present journey holds this call for staff, and will end it."""
        calls = (self.state.visitor_alert, self.state.machine_alert, self.state.left_card)
        return alert in {call.id for call in calls if call is not None}

    def tick(self) -> None:
        self.handle(m.Tick())
        if self.staff is not None:
            self.staff.tick()

    async def stop(self) -> None:
        await self._tasks.stop()
        if self.forms is not None:
            await self.forms.stop()
        if self.staff is not None:
            await self.staff.stop()

    # --- hands -------------------------------------------------------------------------------------------------

    def _start(self, command: m.AnyCommand) -> None:
        if isinstance(command, c.ForgetPin):
            if self._card is not None:
                self._card.forget()
            return
        if isinstance(command, c.CertificateCommand):
            if self.certificates is not None:
                self.certificates.start(command)
            return
        if isinstance(command, f.FormCommand):
            if self.forms is not None:
                self.forms.start(command)
            return
        match command:
            case m.Issue():
                self._tasks.start(self._issue(command))
            case m.Reprint():
                self._tasks.start(self._reprint(command))
            case m.AddStop():
                self._add_stop(command)
            case m.PrintList():
                self._tasks.start(self._print_list(command))
            case m.LookUp():
                self._tasks.start(self._look_up(command))
            case m.ConfirmPaper():
                # What the visitor says is the outcome where the printer could not tell.
                if command.has_paper:
                    job = f"{command.ticket}.seen"
                    seen = PrintEnded(job=job, ticket=command.ticket, verdict="issued", cause="visitor")
                    self._book.settle(ACTOR, [seen])
            case m.VoidTicket():
                self._book.settle(ACTOR, [TicketVoided(ticket=command.ticket, reason=command.reason)])
            case m.CallStaff():
                call = StaffCalled(
                    alert=command.alert,
                    machine_code=self._machine_code,
                    cause=command.cause,
                    language=self.state.language,
                    detail=self._detail(command),
                )
                self._book.settle(ACTOR, [call])
            case m.PrintSample():
                self._tasks.start(self._print_sample(command))
            case m.OpenCard() | m.TryPin() | m.EndCard() | m.CountCheck():
                self._ask_card(command)
            case m.ClearAlert():
                alert = self._book.state.alerts.get(command.alert)
                # One that is not known waits for room on the disk itself: its end must follow it.
                if alert is None or not (alert.cleared or alert.cause in ENDED_BY_THE_MACHINE):
                    self._book.settle(ACTOR, [AlertCleared(alert=command.alert)])

    def _detail(self, command: m.CallStaff) -> str:
        if command.detail:
            from kiosk_app.certificate_stop import trouble_words

            return trouble_words(command.detail)
        return self._printer_detail(command.cause) if command.cause in PRINTER_CAUSES else ""

    def _ask_card(self, command: m.OpenCard | m.TryPin | m.EndCard | m.CountCheck) -> None:
        if isinstance(command, m.CountCheck):
            self._book.settle(ACTOR, [CardChecked(result=command.result)])
        elif self._card is None:
            # A machine whose reader was taken out of its settings while somebody stood there.
            return
        elif isinstance(command, m.OpenCard):
            self._card.open(command)
        elif isinstance(command, m.TryPin):
            self._card.try_pin(command)
        else:
            self._card.end()

    async def _print_sample(self, command: m.PrintSample) -> None:
        paper = practice_paper.layout(command, self._context(), self.state.language)
        printed = await self._issuer.print_sample(paper, command.paper)
        self.handle(m.SamplePrinted(paper=command.paper, printed=printed))

    def _add_stop(self, command: m.AddStop) -> None:
        day = self._book.state.day
        if command.intent in day.intents:
            return
        if command.ticket not in day.live:
            self.handle(m.CannotIssue(intent=command.intent, cause="gone"))
            return
        stop, _ = self._stop_of(command.service)
        try:
            self._book.commit(ACTOR, [StopAdded(ticket=command.ticket, intent=command.intent, stop=stop)])
        except StoreFull:
            self.handle(m.CannotIssue(intent=command.intent, cause="disk_full"))

    async def _look_up(self, command: m.LookUp) -> None:
        answer = Answer(what="away") if self._reservations is None else await self._reservations.look_up(command)
        self.handle(m.LookedUp(question=command.question, answer=answer))

    async def _print_list(self, command: m.PrintList) -> None:
        # Loaded by the first who looks for procedures.
        from kiosk_app.procedure_paper import paper

        outcome = await self._issuer.print_aside(paper(self._context(), command), command.job)
        self.handle(m.ListPrinted(job=command.job, is_printed=outcome.verdict in ON_PAPER))

    def scanned(self, text: str) -> None:
        """What a visitor held before the reader of codes; staff at the machine use no codes, a technician tries it."""
        if self.staff is None or not self.staff.is_open:
            self.handle(m.Scanned(text=text))
        elif self.staff.technician is not None:
            self.staff.technician.scanned(text)

    async def _slot_wish(self, command: m.Issue) -> SlotWish | NotIssued | None:
        """A time is bought only where the printer can print its ticket."""
        if self._reservations is None or self._issuer.find(command.intent) is not None:
            return None
        if command.booked is not None:
            return self._reservations.wish(command.booked) or NotIssued("booking")
        if not command.sale:
            return None
        if cause := await self._issuer.cause_against():
            return NotIssued(cause)
        bought = await self._reservations.buy(command)
        return NotIssued(bought) if isinstance(bought, str) else bought

    async def _issue(self, command: m.Issue) -> None:
        stop, letter = self._stop_of(command.service)
        slot = await self._slot_wish(command)
        if isinstance(slot, NotIssued):
            self.handle(m.CannotIssue(intent=command.intent, cause=slot.cause))
            return
        further = tuple(self._stop_of(service)[0] for service in command.further)
        wish = Wish(
            intent=command.intent, stop=stop, letter=letter, language=command.language, slot=slot, further=further
        )
        allocated = await self._issuer.allocate(wish, ACTOR)
        if isinstance(allocated, NotIssued):
            gone = bool(command.sale) and allocated.cause == "booking"
            self.handle(m.CannotIssue(intent=command.intent, cause="time_gone" if gone else allocated.cause))
            return
        # First the printer, then the screen: both are told before anything else is done.
        printing = self._issuer.print_first(allocated.ticket, ACTOR) if allocated.fresh else None
        ticket = self._book.state.day.tickets[allocated.ticket]
        self.handle(
            m.Issued(
                intent=command.intent,
                ticket=allocated.ticket,
                number=number_text(ticket.letter, ticket.number),
                waiting=ticket.waiting_ahead,
                estimate_from_ms=ticket.estimate_from_utc_ms,
                estimate_to_ms=ticket.estimate_to_utc_ms,
                kind=kind_of(ticket.promise, ticket.booking),
                start_min=ticket.start_min,
                length_min=ticket.length_min,
                unheard=is_unheard(ticket.booking),
            )
        )
        if printing is not None:
            self._finished(await printing)
        elif ticket.paper != "none" and ticket.paper != "started":
            self._finished(Printed(allocated.ticket, verdict_of(ticket.paper), ""))

    async def _reprint(self, command: m.Reprint) -> None:
        result = await self._issuer.reprint(command.ticket, ACTOR)
        if not isinstance(result, NotIssued):
            self._finished(result)
        elif result.cause in ("printing", "gone"):
            # Somebody else prints it, or its day is over: only eyes can tell what is on paper.
            self._finished(Printed(command.ticket, "unknown", ""))
        else:
            self._finished(Printed(command.ticket, "not_issued", result.cause))

    def _finished(self, printed: Printed) -> None:
        self.handle(m.PrintFinished(ticket=printed.ticket, verdict=printed.verdict, cause=printed.cause))
