"""The hands of a technician's screens at the ticket machine: looking over, asking devices, paper, what was judged.

They come through the door of staff mode (staff_at_machine.py), which has asked for code and PIN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from drivers.ports import PRINTS, TicketPaper, Verdict
from kiosk_app import api, health
from kiosk_app.devices import PrinterDevice
from kiosk_app.journeys import technician_mode as t
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.messages import CardSeenAs, Tick
from kiosk_app.journeys.technician_mode_view import judged, view
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import checks
from kiosk_app.office.facts import Diagnosed
from kiosk_app.tasks import Tasks
from kiosk_app.technician_told import Told, status_words

if TYPE_CHECKING:
    from kiosk_app.core import Core

SAID: dict[Verdict, tuple[bool, str]] = {
    "issued": (True, "紙が出て、切れました。文字と線を見てください。"),
    "uncut": (True, "紙は出ましたが、切れたことを確かめられません。カッターを見てください。"),
    "maybe": (True, "紙が出たか、このプリンターは答えません。紙を見てください。"),
    "not_issued": (False, "印刷できませんでした。プリンターの状態を見てください。"),
    "unknown": (False, "途中で答えがなくなりました。紙を見てから、もう一度試してください。"),
}

CODES_MAX = 99


class TechnicianAtMachine:
    """`core` is used only when somebody is there: it is not finished when this is made."""

    def __init__(self, core: Core, changed: Callable[[], None]) -> None:
        self._core, self._changed = core, changed
        self._tasks = Tasks(core.give_up)
        self.told = Told(core)
        self._seen: CardSeenAs | None = None
        self.state: t.TechnicianMode | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not None

    def open(self, staff_code: str) -> None:
        self.told.forget()
        self.state, commands = t.begin(staff_code, self._context())
        self._changed()
        for command in commands:
            self._do(command)

    def view(self) -> api.CitizenView:
        assert self.state is not None
        return view(self.state, self._context())

    def press(self, press: api.Press) -> None:
        """What is not offered on this screen, or was meant for an older one, does nothing."""
        if self.state is None or press.screen_id != self.state.screen_id:
            return
        offered = controls(self.view()).get(press.control)
        if offered is not None and offered.state != "off":
            self._go(t.Pressed(control=press.control))

    def tick(self) -> None:
        if self.state is None:
            return
        card = self._core.card
        if card is not None and card.seen != self._seen:
            # The journey of visitors hears of a card at once; here twice a second will do.
            self._seen = card.seen
            self._changed()
        self._go(Tick())

    def scanned(self, text: str) -> None:
        """Any code will do; it means nothing here."""
        if self.state is not None:
            self.told.codes = (*self.told.codes, len(text))[-CODES_MAX:]
            self._changed()

    def end(self) -> None:
        if self.state is not None:
            self.state = None
            self._changed()

    async def stop(self) -> None:
        self.end()
        await self._tasks.stop()

    def _go(self, event: t.AnyEvent) -> None:
        if self.state is None:
            return
        before = self.state
        self.state, commands = t.step(before, event, self._context())
        for command in commands:
            self._do(command)
        if self.state is not before:
            self._changed()

    # --- what it knows -----------------------------------------------------------------------------------------

    def _context(self) -> t.TechnicianContext:
        core, last = self._core, self._core.looked_over.last
        known = checks.of_machine(core.book.state.last_checks, core.settings.code)
        return t.TechnicianContext(
            now_utc_ms=core.clock.now_utc_ms(),
            new_id=core.clock.new_id(),
            office=core.office,
            machine=core.settings.name or core.settings.code,
            checks=tuple(
                t.Check(
                    check=one.check,
                    name=one.name,
                    grade=one.grade,
                    says=one.says,
                    cause=one.cause,
                    next_step=one.next_step,
                    good_utc_ms=one.good_utc_ms,
                )
                for one in last.found
            ),
            looked_utc_ms=last.at_utc_ms,
            told=self.told.lines(),
            paper={
                name: (table.width_dots, table.dpi)
                for name in ("printer", "printer_2")
                if (table := self.told.table(name)) is not None
            },
            others=frozenset(device.name for device in core.printer.devices if device.status == "other_model"),
            tried={
                check: t.Tried(grade=cast(api.CheckGrade, one.grade), at_utc_ms=one.at_utc_ms)
                for check, one in known.items()
                if check.endswith("_tried")
            },
        )

    # --- hands -------------------------------------------------------------------------------------------------

    def _do(self, command: t.AnyCommand) -> None:
        match command:
            case t.LookOver(intent=intent):
                self._tasks.start(self._look_over(intent))
            case t.PrintSlip(intent=intent):
                self._tasks.start(self._print_slip(intent))
            case t.PrintTest(intent=intent, printer="documents"):
                self._tasks.start(self._print_sample(intent))
            case t.PrintTest(intent=intent, printer=printer):
                self._tasks.start(self._print_trial(intent, printer))
            case t.Ask(intent=intent, check=check):
                self._tasks.start(self._ask(intent, check))
            case t.Recover(intent=intent, printer=printer):
                self._tasks.start(self._recover(intent, printer))
            case t.PrintRuler(intent=intent, printer=printer):
                self._tasks.start(self._print_ruler(intent, printer))
            case t.Accept(intent=intent, printer=printer):
                self._tasks.start(self._accept(intent, printer))
            case t.Judge(check=check, grade=grade):
                self._judge(check, grade)

    async def _look_over(self, intent: str) -> None:
        await self._core.looked_over.look()
        self._go(t.Done(intent=intent))

    def _judge(self, check: str, grade: api.CheckGrade) -> None:
        actor = self.state.staff_code if self.state is not None else "technician"
        diagnosed = Diagnosed(machine_code=self._core.settings.code, grades={check: grade})
        self._core.book.settle(actor, [diagnosed])

    def _device(self, name: str) -> PrinterDevice | None:
        return next((device for device in self._core.printer.devices if device.name == name), None)

    async def _ask(self, intent: str, name: str) -> None:
        documents, desk = self._core.documents, self._core.kiosk.desk
        if name == "documents" and documents is not None:
            self.told.documents = await documents.preflight(), await documents.identity()
        if name == "cash_unit" and desk is not None:
            self.told.cash_unit = await desk.cash_unit()
        device = self._device(name)
        if device is not None and await device.preflight() in (*PRINTS, "other_model"):
            self.told.printers[name] = await device.identity(), await device.counters()
        self._go(t.Done(intent=intent))

    async def _recover(self, intent: str, name: str) -> None:
        if name == "documents" and self._core.documents is not None:
            documents = self._core.documents
            found = await documents.recover()
            self.told.documents = found, await documents.identity()
            self._go(t.Done(intent=intent))
            return
        device = self._device(name)
        if device is None:
            self._go(t.Done(intent=intent))
            return
        status = await device.recover()
        ok = status in PRINTS
        message = "印刷できるようになりました。" if ok else f"{status_words(status)}。もう一度確かめてください。"
        self._go(t.Done(intent=intent, ok=ok, message=message))

    async def _print_ruler(self, intent: str, name: str) -> None:
        device = self._device(name)
        ok = device is not None and await device.print_ruler()
        self._go(t.Done(intent=intent, ok=ok, message="" if ok else SAID["not_issued"][1]))

    async def _accept(self, intent: str, name: str) -> None:
        """The model becomes a fact by itself: the printer belongs here from now on (printers.KnownModels)."""
        device = self._device(name)
        ok = device is not None and await device.accept() in PRINTS
        message = "登録しました。この機種で番号札を出せます。" if ok else SAID["not_issued"][1]
        if ok and device is not None:
            self.told.printers[name] = await device.identity(), await device.counters()
        self._go(t.Done(intent=intent, ok=ok, message=message))

    async def _print_slip(self, intent: str) -> None:
        # Loaded by the first technician.
        from kiosk_app import diagnosis_paper

        core, context = self._core, self._context()
        today = local_time(core.office, context.now_utc_ms).date()
        version = health.of(core).version
        width_dots = core.settings.printer.width_dots if core.settings.printer is not None else 0
        paper = diagnosis_paper.slip(
            core.office,
            context.machine,
            version,
            judged(context, today),
            context.tried,
            context.looked_utc_ms,
            width_dots,
        )
        outcome = await core.issuer.print_aside(paper, f"diagnosis.{intent}")
        ok, message = SAID[outcome.verdict]
        self._go(t.Done(intent=intent, ok=ok, message=message))

    async def _print_sample(self, intent: str) -> None:
        from kiosk_app.document_check import VERDICTS, WORDS
        from kiosk_app.sample_document import sample_document

        documents = self._core.documents
        if documents is None:
            self._go(t.Done(intent=intent, ok=False, message=SAID["not_issued"][1]))
            return
        outcome = await documents.print_document(sample_document(), f"sample.{intent}")
        ok = outcome.cause is None and outcome.verdict in ("issued", "maybe")
        why = f"。{WORDS[outcome.cause][0]}" if outcome.cause is not None else ""
        self._go(t.Done(intent=intent, ok=ok, message=f"{VERDICTS[outcome.verdict]}{why}。"))

    async def _print_trial(self, intent: str, name: str) -> None:
        from kiosk_app import diagnosis_paper

        core, device, table = self._core, self._device(name), self.told.table(name)
        if device is None or table is None:
            self._go(t.Done(intent=intent, ok=False, message=SAID["not_issued"][1]))
            return
        now, machine = core.clock.now_utc_ms(), core.settings.name or core.settings.code
        paper = diagnosis_paper.trial_page(core.office, machine, now, table.width_dots)
        verdict = await _printed(device, paper, f"trial.{intent}")
        ok, message = SAID[verdict]
        self._go(t.Done(intent=intent, ok=ok, message=message))


async def _printed(device: PrinterDevice, paper: TicketPaper, job: str) -> Verdict:
    """By this printer, also where the other one would print tickets."""
    if await device.preflight() not in PRINTS:
        return "not_issued"
    return (await device.print_ticket(paper, job)).verdict
