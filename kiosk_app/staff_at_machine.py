"""The hands of staff mode at a ticket machine: the digits, the door, the printer, and what the hub is asked for.

What the machine may write itself it does at once, also while it is cut off: the same number again, another number in
its place. A cancellation is a fact of the hub; where the hub is another computer it is asked, and only while it hears.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from kiosk_app import api
from kiosk_app.book import Book
from kiosk_app.issuing import Issuer, NotIssued, Printed, Wish
from kiosk_app.journeys import staff_mode as s
from kiosk_app.journeys.messages import PinTyped, Tick
from kiosk_app.journeys.staff_mode_view import view
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import calls, decision, replacing
from kiosk_app.office.catalogue import Office
from kiosk_app.office.facts import CancellationAsked, Stop
from kiosk_app.office.state import Ticket, Visit, number_of, visit_of
from kiosk_app.office.times import clock_text
from kiosk_app.runtime import RuntimeFile
from kiosk_app.settings import StaffMember
from kiosk_app.sign_in import LOCK_MS, WRONG_PINS_MAX, Door
from kiosk_app.tasks import Tasks
from offline_store.errors import StoreFull

if TYPE_CHECKING:
    from kiosk_app.technician_at_machine import TechnicianAtMachine

NUMBERS_MAX = 12
LOOK_EVERY_S = 0.2
NO_ROOM = "記録する場所が足りません。技術員を呼んでください。"
NO_HUB = "取り消しはハブの記録です。いまはハブと切れているため、窓口の係員に番号を伝えてください。"
NOT_ANSWERED = "ハブの返事がありません。取り消せたか、窓口の画面で確かめてください。"
REFUSED = "{number}は取り消せませんでした。窓口の係員に確かめてください。"
STATUSES = {"called": "呼出中", "held": "保留", "no_show": "不在", "cancelled": "取り消し済み"}
DOUBTFUL = ("unknown", "maybe", "uncut")
CAUSES = {
    "paper_out": "用紙がありません。用紙を入れてください。",
    "cover_open": "プリンターのふたが開いています。閉めてください。",
    "numbers_full": "この機械の番号を使い切りました。予備の番号札をお渡しください。",
    "disk_full": NO_ROOM,
    "printing": "この番号は印刷中です。紙が出るまでお待ちください。",
    "closed": "今日は業務日ではないため、番号札を出せません。",
    "gone": "この番号札は今日のものではありません。",
    "keeps_no_place": "この番号はもうお待ちではありません。窓口の係員に確かめてください。",
}
PRINTER = "プリンターが使えません。電源と線を確かめてください。"
Link = Literal["hub", "linked", "away"]


class Tries(msgspec.Struct):
    """Wrong PINs at this machine since the last right one; kept over a restart of the core, never in the log."""

    wrong: int = 0
    until_utc_ms: int = 0


class StaffAtMachine:
    """`link`: this core is the hub, hears it, or does not. `members`: who may sign in, by digits alone."""

    def __init__(
        self,
        book: Book,
        issuer: Issuer,
        machine_code: str,
        office: Office,
        members: Sequence[StaffMember],
        kept: RuntimeFile,
        stop_of: Callable[[str], tuple[Stop, str]],
        rules: Callable[[], decision.Desk],
        link: Callable[[], Link],
        bug: Callable[[BaseException], None],
        changed: Callable[[], None],
        technician: TechnicianAtMachine | None = None,
    ) -> None:
        """`technician`: what a technician does here, who comes through the same door."""
        self._book, self._issuer, self._machine_code, self._office = book, issuer, machine_code, office
        self._door = Door(book, members, records=False)
        self._kept = kept
        self._tries = kept.load(Tries) or Tries()
        self._stop_of, self._rules, self._link, self._changed = stop_of, rules, link, changed
        self.technician = technician
        self._tasks = Tasks(bug)
        self._digits = bytearray()
        self.state: s.StaffMode | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not None or self._has_technician

    @property
    def _has_technician(self) -> bool:
        return self.technician is not None and self.technician.is_open

    def open(self) -> None:
        self._forget()
        self.state = s.begin(self._context())
        if (until := self._tries.until_utc_ms) > self._book.clock.now_utc_ms():
            again = clock_text(until + 59_999)
            said = f"続けてまちがえたため、{again}までこの機械では使えません。窓口の係員に頼んでください。"
            self.state = msgspec.structs.replace(self.state, page="said", said=said)
        self._changed()

    def view(self) -> api.CitizenView:
        if self.technician is not None and self.technician.is_open:
            return self.technician.view()
        assert self.state is not None
        return view(self.state, self._context())

    def press(self, press: api.Press) -> None:
        """What is not offered on this screen, or was meant for an older one, does nothing."""
        if self.technician is not None and self.technician.is_open:
            self.technician.press(press)
            return
        if self.state is None or press.screen_id != self.state.screen_id:
            return
        offered = controls(self.view()).get(press.control)
        if offered is None or offered.state == "off":
            return
        key = press.control.removeprefix("pin:")
        if key.isdecimal() and press.control != key:
            if len(self._digits) < s.DIGITS_MAX:
                self._digits += key.encode()
            self._go(PinTyped(typed=len(self._digits)))
        elif press.control == "pin:erase":
            del self._digits[-1:]
            self._go(PinTyped(typed=len(self._digits)))
        else:
            self._go(s.Pressed(control=press.control))

    def tick(self) -> None:
        if self.state is not None:
            self._go(Tick())
        if self.technician is not None:
            self.technician.tick()

    def end(self) -> None:
        """A day ends, the core stops: nothing of it stays."""
        self._forget()
        if self.technician is not None:
            self.technician.end()
        if self.state is not None:
            self.state = None
            self._changed()

    async def stop(self) -> None:
        self.end()
        if self.technician is not None:
            await self.technician.stop()
        await self._tasks.stop()
        self._door.close()

    def _go(self, event: s.AnyEvent) -> None:
        if self.state is None:
            return
        before = self.state
        self.state, commands = s.step(before, event, self._context())
        for command in commands:
            self._do(command)
        if self.state is not before:
            self._changed()

    def _forget(self) -> None:
        for at in range(len(self._digits)):
            self._digits[at] = 0
        self._digits.clear()

    # --- what it knows -----------------------------------------------------------------------------------------

    def _context(self) -> s.StaffContext:
        link = self._link()
        return s.StaffContext(
            now_utc_ms=self._book.clock.now_utc_ms(),
            new_id=self._book.clock.new_id(),
            office=self._office,
            numbers=tuple(self._row(key, ticket, link) for key, ticket in self._own()) if self._admitted() else (),
            cut_off=link == "away",
        )

    def _admitted(self) -> bool:
        return self.state is not None and self.state.admitted

    def _own(self) -> list[tuple[str, Ticket]]:
        """Latest first."""
        tickets = self._book.state.day.tickets.items()
        own = [(key, ticket) for key, ticket in tickets if ticket.machine_code == self._machine_code]
        return sorted(own, key=lambda one: (one[1].machine, one[1].seq), reverse=True)[:NUMBERS_MAX]

    def _row(self, key: str, ticket: Ticket, link: Link) -> s.NumberRow:
        day = self._book.state.day
        visit = visit_of(day, key)
        over = "取り消されています。" if ticket.voided or visit.status == "cancelled" else ""
        gone = over or ("終わっています。" if key not in day.live and visit.status != "no_show" else "")
        there = "窓口で対応中です。窓口の係員に頼んでください。" if visit.status in ("called", "held") else ""
        asked = "取り消しを頼んであります。" if key in day.cancellations else ""
        return s.NumberRow(
            ticket=key,
            number=number_of(day, key),
            note=f"{clock_text(ticket.issued_utc_ms)}　{_status(ticket, visit, key in day.live)}",
            no_reprint=over,
            no_other=over or there or asked,
            no_cancel=gone or there or asked or (NO_HUB if link == "away" else ""),
            keeps_place=replacing.keeps_its_place(day, key),
        )

    # --- hands -------------------------------------------------------------------------------------------------

    def _do(self, command: s.AnyCommand) -> None:
        match command:
            case s.ReadCode():
                code = self._digits.decode()
                self._forget()
                self._go(s.CodeRead(staff_code=code))
            case s.Check(staff_code=code):
                self._tasks.start(self._check(code))
            case s.Reprint():
                self._tasks.start(self._reprint(command))
            case s.GiveOther():
                self._tasks.start(self._give_other(command))
            case s.Cancel():
                self._tasks.start(self._cancel(command))
            case s.Leave():
                self._forget()

    async def _check(self, code: str) -> None:
        session = self.state.session if self.state is not None else ""
        pin = self._digits.decode()
        self._forget()
        found = await self._door.admit(api.SignIn(staff_code=code, pin=pin))
        self._count(isinstance(found, StaffMember))
        if self.state is None or self.state.session != session:
            return
        if isinstance(found, StaffMember):
            if found.role == "technician" and self.technician is not None:
                self.state = None
                self.technician.open(found.code)
            elif found.role == "technician":
                self._go(s.Refused(message="技術員は、技術員の画面を使ってください。", again=False))
            else:
                self._go(s.Admitted(staff_code=found.code, role=found.role))
        else:
            self._go(s.Refused(message=found, again=self._tries.until_utc_ms <= self._book.clock.now_utc_ms()))

    def _count(self, right: bool) -> None:
        """Of all codes together: anybody can stand before this keypad, and no clerk's console must be locked by it."""
        if right:
            self._tries = Tries()
        elif self._tries.wrong + 1 < WRONG_PINS_MAX:
            self._tries = Tries(wrong=self._tries.wrong + 1)
        else:
            self._tries = Tries(until_utc_ms=self._book.clock.now_utc_ms() + LOCK_MS)
        self._kept.save(self._tries)

    async def _reprint(self, command: s.Reprint) -> None:
        staff_code = self._staff_code()
        self._printed(command.intent, await self._issuer.reprint(command.ticket, staff_code, command.intent), "再発行")

    async def _give_other(self, command: s.GiveOther) -> None:
        staff_code, day = self._staff_code(), self._book.state.day
        old = day.tickets[command.ticket]
        stop, letter = self._stop_of(command.service)
        wish = Wish(
            intent=command.intent,
            stop=stop,
            letter=letter,
            language=old.language,
            by_staff=True,
            instead_of=command.ticket if command.keep else "",
        )
        made = await self._issuer.allocate(wish, staff_code)
        if isinstance(made, NotIssued):
            self._printed(command.intent, made, "発券")
        else:
            self._printed(command.intent, await self._issuer.print_first(made.ticket, staff_code), "発券")

    def _printed(self, intent: str, result: Printed | NotIssued, done: str) -> None:
        if isinstance(result, NotIssued):
            self._go(s.Done(intent=intent, ok=False, message=CAUSES.get(result.cause, PRINTER)))
            return
        number = number_of(self._book.state.day, result.ticket)
        said = {
            "issued": f"{number}を{done}しました。",
            "not_issued": f"{number}は紙に出ていません。用紙とプリンターを確かめて、再発行してください。",
        }
        unsure = f"{number}の紙を確かめてください。出ていなければ再発行してください。"
        ok = result.verdict == "issued"
        self._go(s.Done(intent=intent, ok=ok, message=said.get(result.verdict, unsure)))

    async def _cancel(self, command: s.Cancel) -> None:
        state = self.state
        assert state is not None
        staff = decision.Staff(code=state.staff_code, role=state.role)
        act = api.StaffAct(intent=command.intent, verb="cancel", ticket=command.ticket, reason=command.reason)
        # The same rule as at a counter; on the hub it is the decision, elsewhere it spares a question.
        answer = calls.decide(self._book.state, act, staff, self._book.clock.now_utc_ms(), self._rules())
        if isinstance(answer, decision.Refusal):
            self._go(s.Done(intent=command.intent, ok=False, message=answer.message_ja))
            return
        link = self._link()
        if link == "away":
            self._go(s.Done(intent=command.intent, ok=False, message=NO_HUB))
            return
        asked = CancellationAsked(
            ticket=command.ticket, reason=command.reason, staff_code=staff.code, intent=command.intent
        )
        try:
            self._book.commit(staff.code, answer.facts if link == "hub" else [asked])
        except StoreFull:
            self._go(s.Done(intent=command.intent, ok=False, message=NO_ROOM))
            return
        if link == "hub":
            self._go(s.Done(intent=command.intent, ok=True, message=answer.message_ja))
        else:
            await self._hub_answers(command)

    async def _hub_answers(self, command: s.Cancel) -> None:
        """By the clock of the waiting itself: the office's may be driven."""
        for _ in range(int(s.ANSWER_MS / 1000 / LOOK_EVERY_S)):
            day = self._book.state.day
            if command.ticket not in day.cancellations:
                number, status = number_of(day, command.ticket), visit_of(day, command.ticket).status
                done = status == "cancelled"
                message = f"{number}を取り消しました。" if done else REFUSED.format(number=number)
                self._go(s.Done(intent=command.intent, ok=done, message=message))
                return
            await asyncio.sleep(LOOK_EVERY_S)
        self._go(s.Done(intent=command.intent, ok=False, message=NOT_ANSWERED))

    def _staff_code(self) -> str:
        assert self.state is not None
        return self.state.staff_code


def _status(ticket: Ticket, visit: Visit, live: bool) -> str:
    if ticket.voided:
        return "取り消し済み"
    if ticket.paper in DOUBTFUL:
        return "紙を確認"
    if ticket.paper in ("none", "not_issued"):
        return "紙なし"
    return STATUSES.get(visit.status, "お待ち" if live else "完了")
