"""Forms on their way to paper: typeset, drawn, printed sheet by sheet. What is not certainly there is printed again
when the visitor says so: an unsigned form twice harms nobody, one that is missing does.

Every sheet is bound to its visit and compared just before its first byte, as certificates are: nobody gets another
person's name. Nothing is written to a disk.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from drivers.pages.house import Drawn
from drivers.ports import PRINTS, DocumentStatus, Unprintable
from drivers.sheet_ports import Binding, Sheet
from kiosk_app.book import DurableBook
from kiosk_app.devices import DocumentDevice
from kiosk_app.form_press.house import PressAway, PressHouse
from kiosk_app.form_press.press import Made
from kiosk_app.journeys.form_events import FormsFault, FormsStopped
from kiosk_app.office.facts import FormsEnded, FormsStarted
from kiosk_app.office.forms_fill import Filled
from kiosk_app.sheet_desk import SheetDesk
from offline_store.errors import StoreFull

ACTOR = "visitor"
DAY_MIN = 24 * 60
PREVIEW_PX = 900
TORN: tuple[DocumentStatus, ...] = ("paper_out", "cover_open")
"""Whoever loads paper tears off what was begun: a part of a sheet is no form, so the whole one is printed again."""
RESIDENT = "form"
"""In place of a resident: a form is nobody's record."""


@dataclass
class Sheaf:
    """All forms of a visit, drawn. In memory only. `there`: sheets by form and number that are certainly on paper."""

    forms: tuple[str, ...]
    drawn: tuple[Drawn, ...] = field(repr=False)
    lacks_code: bool
    preview: str = field(default="", repr=False)
    preview_width_px: int = 0
    preview_height_px: int = 0
    there: set[tuple[int, int]] = field(default_factory=set)
    by_page: bool = True

    @property
    def sheets(self) -> int:
        return sum(self.pages_of(one) for one in self.drawn)

    def pages_of(self, one: Drawn) -> int:
        return one.page_count

    def wanting(self) -> list[tuple[int, int]]:
        """In the order of the forms. A printer that takes a form whole has one outcome for all its sheets."""
        all_of_them = [
            (n, at) for n, one in enumerate(self.drawn) for at in range(one.page_count if self.by_page else 1)
        ]
        return [one for one in all_of_them if one not in self.there]

    def printed(self) -> int:
        return sum(1 if self.by_page else self.drawn[n].page_count for n, _ in self.there)


class Delivered(NamedTuple):
    """`printed` sheets are certainly there; `cause`: why it stopped, if it did; `unsure`: one more may be there."""

    printed: int
    cause: str = ""
    unsure: bool = False


class Ordered(NamedTuple):
    """What all forms of a visit have in common: how long their codes are read, by form, and from when."""

    code_days: Mapping[str, int]
    now_min: int
    today: date


@dataclass(frozen=True)
class _Ready:
    """A form as it was made."""

    visit: str
    filled: Filled = field(repr=False)
    drawn: Drawn | Unprintable = field(repr=False)
    lacks_code: bool


class FormsPaper:
    """Belongs to the loop; what blocks is done in one thread."""

    def __init__(
        self, book: DurableBook, printer: DocumentDevice, sheets: SheetDesk, press: PressHouse, public: bytes
    ) -> None:
        self._book = book
        self._printer = printer
        self._sheets = sheets
        self._press = press
        self._public = public
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="forms")
        self._visit = ""
        """Whose sheets may be printed."""
        self._printing = False
        self._ready: dict[str, _Ready] = {}
        """Of this visit, by form."""
        self.first_byte_s = 0.0
        """Of the last that was printed: from the order to the first byte."""

    @property
    def stopped(self) -> FormsStopped:
        return "busy" if self._printing and not self._visit else ""

    def begin(self, visit: str, templates: tuple[str, ...]) -> None:
        """While the visitor chooses: nobody waits for processes to start."""
        self._visit = visit
        self._thread.submit(self._warm, templates)

    def _warm(self, templates: tuple[str, ...]) -> None:
        try:
            self._sheets.pages.start()
            self._press.open(templates)
        except (PressAway, ConnectionError):
            # Told when a form is to be made.
            return

    def end(self) -> None:
        """Whatever the typesetter has in its memory ends with it; what is in the printer comes to its end."""
        self._visit = ""
        self._press.end_now()
        self._thread.submit(self._forget)

    def _forget(self) -> None:
        self._press.close()
        self._ready.clear()

    async def stop(self) -> None:
        self._visit = ""
        self._press.end_now()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._forget)
        self._thread.shutdown()

    def foresee(self, visit: str, filled: Filled, order: Ordered) -> None:
        """A form to which no question is open is made while others are asked, so that the last answer waits for its
        own forms alone. One that changes afterwards is made again."""
        if visit == self._visit:
            self._thread.submit(self._foreseen, visit, filled, order)

    def _foreseen(self, visit: str, filled: Filled, order: Ordered) -> None:
        try:
            self._one(visit, filled, order)
        except (PressAway, ConnectionError):
            # Told when it is needed.
            return

    async def make(self, visit: str, filled: Sequence[Filled], order: Ordered) -> Sheaf | FormsFault:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, lambda: self._made(visit, filled, order))
        except (PressAway, ConnectionError):
            return "typeset"

    def _made(self, visit: str, filled: Sequence[Filled], order: Ordered) -> Sheaf | FormsFault:
        found = [self._one(visit, one, order) for one in filled]
        drawn = [one.drawn for one in found if isinstance(one.drawn, Drawn)]
        if len(drawn) < len(found) or not drawn:
            return "typeset"
        sheaf = Sheaf(
            tuple(f"{one.form}/{one.version}" for one in filled),
            tuple(drawn),
            any(one.lacks_code for one in found),
            by_page=self._printer.shape.by_page,
        )
        if drawn[0].previews:
            png = drawn[0].previews[0]
            sheaf.preview = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
            # Of a PNG: width and height stand at a fixed place.
            sheaf.preview_width_px = int.from_bytes(png[16:20], "big")
            sheaf.preview_height_px = int.from_bytes(png[20:24], "big")
        return sheaf

    def _one(self, visit: str, filled: Filled, order: Ordered) -> _Ready:
        """In the thread. Each form has a preview, because which one comes first may change."""
        known = self._ready.get(filled.form)
        if known is not None and known.visit == visit and known.filled == filled:
            return known
        if visit != self._visit:
            raise PressAway("the visit is over")
        days = order.code_days.get(filled.form, 1)
        last = order.today + timedelta(days=days)
        until = f"窓口の読み取り用（暗号化）{last.month}月{last.day}日まで"
        made = self._typeset(filled, visit, order.now_min + days * DAY_MIN, until)
        binding = Binding(visit, f"{visit}.{filled.form}", RESIDENT, hashlib.sha256(made.pdf).hexdigest())
        drawn = self._sheets.pages.draw(made.pdf, binding, self._printer.shape, PREVIEW_PX)
        ready = _Ready(visit, filled, drawn, bool(self._public) and not made.code)
        if visit == self._visit:
            self._ready[filled.form] = ready
        return ready

    def _typeset(self, one: Filled, visit: str, until_min: int, until: str) -> Made:
        if self._press.process is None or self._press.process.poll() is not None:
            self._press.open((one.template,))
        return self._press.make(one, visit[:8], self._public, until_min, until)

    async def deliver(self, visit: str, sheaf: Sheaf, people: int, cards: int) -> Delivered:
        """Prints what is not certainly there."""
        if visit != self._visit or self._printing or self._sheets.is_delivering:
            return Delivered(sheaf.printed(), "busy")
        status = await self._printer.preflight()
        if status not in PRINTS:
            return Delivered(sheaf.printed(), status)
        started = FormsStarted(visit=visit, forms=sheaf.forms, sheets=sheaf.sheets, people=people, cards=cards)
        try:
            self._book.commit(ACTOR, [started])
        except StoreFull:
            return Delivered(sheaf.printed(), "disk_full")
        self._printing = True
        try:
            cause, unsure = await self._print(visit, sheaf)
        finally:
            self._printing = False
        self._book.settle(ACTOR, [FormsEnded(visit=visit, printed=sheaf.printed(), cause=cause)])
        return Delivered(sheaf.printed(), cause, unsure)

    async def is_well(self) -> bool:
        """Whether the printer would print now."""
        return not self._printing and await self._printer.preflight() in PRINTS

    async def _print(self, visit: str, sheaf: Sheaf) -> tuple[str, bool]:
        """Why it stopped, and whether the sheet at which it did may be there."""
        began_s = time.monotonic()
        self.first_byte_s = 0.0
        for number, at in sheaf.wanting():
            asked_s = time.monotonic()
            if visit != self._visit:
                # Whoever ordered it has gone: what is left is for nobody.
                return "left", False
            one = sheaf.drawn[number]
            page = one.pages[at] if sheaf.by_page else None
            sheet = Sheet(one.binding, at, max(1, len(one.pages)), one.pdf, page)
            found = await self._printer.print_sheet(sheet, partial(self._bound, visit, one.binding))
            self.first_byte_s = self.first_byte_s or asked_s - began_s + found.first_byte_s
            if found.misfit:
                raise AssertionError(f"a form did not fit what was bound: {found.misfit}")
            if found.verdict in ("issued", "uncut") or (found.verdict == "maybe" and not found.cause):
                # A spooler never proves paper; the visitor sees whether it is there.
                sheaf.there.add((number, at))
                continue
            return str(found.cause or "unknown"), found.verdict != "not_issued" and found.cause not in TORN
        return "", False

    def _bound(self, visit: str, binding: Binding) -> Binding | None:
        """Asked in the printer's thread when nothing but the first byte is left to do."""
        return binding if visit == self._visit else None
