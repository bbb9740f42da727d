"""Forms that nobody has to write: from the last answer to the first byte at the printer, for a family of four with six
forms; with the process that typesets, the one that draws, the record on the disk and the question to the printer.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.row import Row, percentile, row
from drivers.card_ports import Attributes
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pages.house import PageHouse
from kiosk_app import form_code, form_file
from kiosk_app.form_press.house import PressHouse
from kiosk_app.form_settings import FOLDER
from kiosk_app.forms_desk import FormsDesk
from kiosk_app.forms_paper import FormsPaper
from kiosk_app.journeys import form_events as f
from kiosk_app.postal_codes import PostalCodes
from tests.kiosk_app.forms_house import WIDE_DOTS, first_of
from tests.kiosk_app.kiosk_paths import Kiosk
from tests.kiosk_app.office.forms_house import ALL_FORMS, FAMILY

VISITS = 25
LIMIT_MS = 500.0
READY_LIMIT_MS = 400.0
"""What is left for the printer's own answers is small."""
ANSWER_EVERY_S = 0.2
"""Nobody presses faster; in between the forms to which no question is open are made."""
SEXES = {"1": "male", "2": "female"}


class _Visitor:
    """Hears the desk, and presses at once."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[f.FormEvent] = asyncio.Queue()

    async def until(self, kind: type[f.FormEvent]) -> f.FormEvent:
        while not isinstance(event := await self.heard.get(), kind):
            if isinstance(event, f.FormsFailed):
                raise RuntimeError(event)
        return event


async def _visit(desk: FormsDesk, paper: FormsPaper, visitor: _Visitor, number: int) -> tuple[float, float]:
    """Seconds from the last answer to the sheet on the screen, and to the first byte where print is pressed at once."""
    visit = f"visit-{number:04d}"
    desk.start(f.BeginForms(visit=visit, forms=ALL_FORMS, people=4))
    for at, person in enumerate(FAMILY, 1):
        sex = SEXES.get(person.sex, "unknown")
        desk._keep(at, Attributes(person.name, person.address, f"{person.birth:%Y%m%d}", sex))  # type: ignore[arg-type]
    while True:
        # The process that typesets has started by then: laying down four cards takes longer.
        await asyncio.sleep(ANSWER_EVERY_S)
        began_s = time.monotonic()
        desk.start(f.TypeForm(visit=visit, key=first_of(desk.now())))
        if desk.now().ask is None:
            break
    desk.start(f.PrepareForms(visit=visit))
    await visitor.until(f.FormsReady)
    ready_s = time.monotonic() - began_s
    desk.start(f.PrintForms(visit=visit))
    printed = await visitor.until(f.FormsPrinted)
    if not isinstance(printed, f.FormsPrinted) or printed.printed < printed.sheets:
        raise RuntimeError(printed)
    desk.start(f.EndForms())
    return ready_s, ready_s + paper.first_byte_s


async def _measured(folder: Path, pages: PageHouse) -> list[Row]:
    public = form_code.public_of(form_code.new_key())
    with SimulatedPrinter(speed_dots_s=500_000.0, cut_s=0.0, width_dots=WIDE_DOTS) as printer:
        kiosk = await replace(Kiosk(1, folder, pages, printer), width_dots=WIDE_DOTS).open()
        visitor = _Visitor()
        paper = FormsPaper(kiosk.book, kiosk.device, kiosk.desk, PressHouse(FOLDER), public)
        desk = FormsDesk(
            kiosk.book, form_file.load(FOLDER), paper, None, PostalCodes().towns, "小倉北区役所",
            ZoneInfo("Asia/Tokyo"), visitor.heard.put_nowait, _raise,
        )  # fmt: skip
        try:
            taken = [await _visit(desk, paper, visitor, number) for number in range(VISITS)]
        finally:
            await desk.stop()
            await kiosk.close()
    ready_s, first_s = zip(*taken, strict=True)
    return [
        row(
            "forms: last answer -> six forms made, the first on the screen, p99", _p99_ms(ready_s), "ms", READY_LIMIT_MS
        ),
        row("forms: last answer -> first byte at the printer, p99", _p99_ms(first_s), "ms", LIMIT_MS),
    ]


def _raise(error: BaseException) -> None:
    raise error


def _p99_ms(values_s: tuple[float, ...]) -> float:
    return 1000 * percentile(values_s, 99)


def rows() -> list[Row]:
    pages = PageHouse()
    pages.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(_measured(Path(folder), pages))
    finally:
        pages.close()
