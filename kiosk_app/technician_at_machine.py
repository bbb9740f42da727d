"""The hands of a technician's screens at the ticket machine: looking over, asking devices, paper, what was judged.

They come through the door of staff mode (staff_at_machine.py), which has asked for code and PIN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from drivers.ports import PRINTS, PrinterCounters, PrinterIdentity, PrinterStatus, TicketPaper, Verdict
from kiosk_app import api, health
from kiosk_app.devices import PrinterDevice
from kiosk_app.journeys import technician_mode as t
from kiosk_app.journeys.messages import CardSeenAs, Tick
from kiosk_app.journeys.technician_mode_view import view
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import checks
from kiosk_app.office.alert_words import alert_words
from kiosk_app.office.facts import Diagnosed
from kiosk_app.settings import Printer
from kiosk_app.tasks import Tasks

if TYPE_CHECKING:
    from kiosk_app.core import Core

SAID: dict[Verdict, tuple[bool, str]] = {
    "issued": (True, "紙が出て、切れました。文字と線を見てください。"),
    "uncut": (True, "紙は出ましたが、切れたことを確かめられません。カッターを見てください。"),
    "maybe": (True, "紙が出たか、このプリンターは答えません。紙を見てください。"),
    "not_issued": (False, "印刷できませんでした。プリンターの状態を見てください。"),
    "unknown": (False, "途中で答えがなくなりました。紙を見てから、もう一度試してください。"),
}
LIES: dict[CardSeenAs, str] = {
    "empty": "何も置かれていません",
    "card": "マイナンバーカード（証明書あり）",
    "no_certificate": "マイナンバーカード（証明書なし）",
    "old_juki": "住民基本台帳カード",
    "phone": "スマートフォン",
    "driving_licence": "運転免許証",
    "residence_card": "在留カード",
    "payment": "支払い用のカード",
    "transit": "交通系のカード",
    "unknown": "知らないカード",
    "unreadable": "読めないカード",
    "two": "2枚以上のカード",
    "reader_away": "読取機がありません",
    "service_away": "pcscdが動いていません",
}


class TechnicianAtMachine:
    """`core` is used only when somebody is there: it is not finished when this is made."""

    def __init__(self, core: Core, changed: Callable[[], None]) -> None:
        self._core, self._changed = core, changed
        self._tasks = Tasks(core.give_up)
        self._asked: dict[str, tuple[PrinterIdentity, PrinterCounters]] = {}
        self._seen: CardSeenAs | None = None
        self.state: t.TechnicianMode | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not None

    def open(self, staff_code: str) -> None:
        self._asked.clear()
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
            told=self._told(),
            paper={
                name: (table.width_dots, table.dpi)
                for name in ("printer", "printer_2")
                if (table := self._table(name)) is not None
            },
            others=frozenset(device.name for device in core.printer.devices if device.status == "other_model"),
            tried={
                check: t.Tried(grade=cast(api.CheckGrade, one.grade), at_utc_ms=one.at_utc_ms)
                for check, one in known.items()
                if check.endswith("_tried")
            },
        )

    def _told(self) -> dict[str, tuple[tuple[str, str], ...]]:
        core = self._core
        found = {device.name: self._of_printer(device) for device in core.printer.devices}
        if core.card is not None:
            found["card_reader"] = (("置かれたもの", LIES[core.card.seen]),)
        return found

    def _of_printer(self, device: PrinterDevice) -> tuple[tuple[str, str], ...]:
        lines = [("状態", _status_words(device.status))]
        found, table = self._asked.get(device.name), self._table(device.name)
        if table is not None:
            lines.append(("設定", f"幅{table.width_dots}ドット・{table.dpi}dpi"))
        if found is not None:
            identity, counted = found
            lines += [
                ("機種", identity.model or "名のりません"),
                ("切れた確認", "できます" if identity.process_ids else "できません。紙は人が確かめます"),
                ("途中の取消", "できます" if identity.clears else "できません。途中の番号札は不明になります"),
            ]
            if counted.cuts is not None:
                lines.append(("これまで", f"切った回数{counted.cuts:,}・動いた時間{counted.hours or 0:,}"))
            if not identity.belongs:
                lines.append(("登録", "知らない機種なので、番号札を止めています"))
        return tuple(lines)

    def _table(self, name: str) -> Printer | None:
        settings = self._core.settings
        return {"printer": settings.printer, "printer_2": settings.printer_2}.get(name)

    # --- hands -------------------------------------------------------------------------------------------------

    def _do(self, command: t.AnyCommand) -> None:
        match command:
            case t.LookOver(intent=intent):
                self._tasks.start(self._look_over(intent))
            case t.PrintSlip(intent=intent):
                self._tasks.start(self._print_slip(intent))
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
        device = self._device(name)
        if device is not None and await device.preflight() in (*PRINTS, "other_model"):
            self._asked[name] = await device.identity(), await device.counters()
        self._go(t.Done(intent=intent))

    async def _recover(self, intent: str, name: str) -> None:
        device = self._device(name)
        if device is None:
            self._go(t.Done(intent=intent))
            return
        status = await device.recover()
        ok = status in PRINTS
        message = "印刷できるようになりました。" if ok else f"{_status_words(status)}。もう一度確かめてください。"
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
            self._asked[name] = await device.identity(), await device.counters()
        self._go(t.Done(intent=intent, ok=ok, message=message))

    async def _print_slip(self, intent: str) -> None:
        # Loaded by the first technician.
        from kiosk_app import diagnosis_paper

        core, last = self._core, self._core.looked_over.last
        version = health.of(core).version
        width_dots = core.settings.printer.width_dots if core.settings.printer is not None else 0
        name = core.settings.name or core.settings.code
        paper = diagnosis_paper.slip(core.office, name, version, last.found, last.at_utc_ms, width_dots)
        outcome = await core.issuer.print_aside(paper, f"diagnosis.{intent}")
        ok, message = SAID[outcome.verdict]
        self._go(t.Done(intent=intent, ok=ok, message=message))

    async def _print_trial(self, intent: str, name: str) -> None:
        from kiosk_app import diagnosis_paper

        core, device, table = self._core, self._device(name), self._table(name)
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


def _status_words(status: PrinterStatus) -> str:
    if status in PRINTS:
        return "印刷できます" + ("（用紙が残りわずかです）" if status == "near_end" else "")
    return alert_words(status, "").title
