"""Eight kiosks print at once, each for one visitor after another, while lines break, answers are late, paper ends and
cores are killed: every band of every sheet is of the visitor who sat there, and none comes twice.

All in one process, so that whatever they might share by mistake is shared. `--long` prints 5,000 sheets.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pages.house import PageHouse
from kiosk_app.office.sales import is_paid
from kiosk_app.sheet_desk import Order
from tests.kiosk_app.kiosk_paths import Kiosk, Visitor, until
from tests.kiosk_app.marked_pages import BAND_DOTS, Seen, Whose, read

pytestmark = pytest.mark.slow

KIOSKS = 8
WIDTHS = (576, 576, 576, 576, 576, 576, 832, 1728)
TROUBLES = ("", "", "", "", "delay", "drop", "paper_out", "cover_open", "kill", "again")
PATIENCE_S = 300.0


@asynccontextmanager
async def kiosks(folder: Path) -> AsyncIterator[list[Kiosk]]:
    pages = PageHouse()
    with ExitStack() as printers:
        made = []
        for number, width_dots in enumerate(WIDTHS):
            printer = SimulatedPrinter(speed_dots_s=500_000.0, cut_s=0.0, width_dots=width_dots, slice_dots=64)
            made.append(await Kiosk(number, folder, pages, printers.enter_context(printer), width_dots).open())
        try:
            yield made
        finally:
            for kiosk in made:
                await kiosk.close()
            pages.close()


async def serve(kiosk: Kiosk, number: int, chance: random.Random, together: asyncio.Barrier) -> str:
    """One visitor, whom one trouble may meet. All eight begin in the same moment."""
    visitor = kiosk.come(number, [chance.choice((1, 1, 2)) for _ in range(chance.choice((1, 1, 2, 3)))])
    trouble = chance.choice(TROUBLES)
    faults, at = kiosk.printer.faults, chance.randrange(1, 900)
    await together.wait()
    if trouble == "kill":
        await kiosk.killed_while_selling(visitor, chance.randrange(0, 9))
        return trouble
    order = await kiosk.prepare(visitor)
    assert isinstance(order, Order), order
    kiosk.pay(visitor)
    match trouble:
        case "delay":
            faults.delay(chance.random() / 50)
        case "drop":
            faults.tear_at(at * 20)
        case "paper_out" | "cover_open":
            faults.fail_after(trouble, at, "dots")
    work = asyncio.create_task(kiosk.desk.deliver(visitor.payment, order))
    if trouble in ("paper_out", "cover_open"):
        # Somebody comes, loads paper, and it goes on; or the visitor does not wait.
        await until(lambda: work.done() or faults.active(trouble), PATIENCE_S)
        if chance.random() < 0.3:
            kiosk.desk.leave()
        faults.clear()
    delivered = await work
    faults.clear()
    assert not delivered.stopped
    if trouble == "again":
        again = await kiosk.desk.deliver(visitor.payment, order)
        assert all(one.verdict == "void" for one in again.certificates)
    kiosk.desk.stand_up()
    return trouble


async def run(folder: Path, sheets: int, seed: int) -> tuple[list[Kiosk], Counter[str]]:
    chances = [random.Random(f"{seed} {number}") for number in range(KIOSKS)]
    met: Counter[str] = Counter()
    async with kiosks(folder) as made:
        number = 0
        while sum(len(kiosk.printer.pieces) for kiosk in made) < sheets:
            number += 1
            together = asyncio.Barrier(KIOSKS)
            served = (serve(kiosk, number, chances[kiosk.number], together) for kiosk in made)
            met.update(await asyncio.gather(*served))
        for kiosk in made:
            await until(lambda kiosk=kiosk: kiosk.printer.firmware.idle, PATIENCE_S)  # type: ignore[misc]
            judge(kiosk, made)
    return made, met


def judge(kiosk: Kiosk, everybody: list[Kiosk]) -> None:
    """Of one kiosk: its paper against its visitors, and against what its facts say of each copy."""
    known = {
        Whose(one.seat.resident, job, page).code: (place, one, job, page)
        for place, one in enumerate(kiosk.visitors)
        for job, count in one.pages.items()
        for page in range(count)
    }
    on_paper: dict[tuple[str, int], list[Seen]] = {}
    order: list[tuple[int, str, int]] = []
    for seen in (read(piece.image) for piece in kiosk.printer.pieces):
        if seen is None or not seen.rows:
            continue
        assert len(seen.rows) == 1, f"k{kiosk.number}: two people on one sheet"
        (code,) = seen.rows
        assert code in known, f"k{kiosk.number}: a sheet of {whose(code, everybody)}"
        place, _, job, page = known[code]
        on_paper.setdefault((job, page), []).append(seen)
        order.append((place, job, page))
    for key, pieces in on_paper.items():
        # A hand that loads paper tears off what stands there: one printing on two pieces.
        rows = sum(sum(one.rows.values()) for one in pieces)
        assert rows <= 2 * BAND_DOTS + 3, f"{key} came twice"
    assert order == sorted(order), "each visitor's sheets come while that visitor sits there"
    assert not kiosk.stopper.is_stopped
    for visitor in kiosk.visitors:
        judge_sale(kiosk, visitor, on_paper)


def judge_sale(kiosk: Kiosk, visitor: Visitor, on_paper: dict[tuple[str, int], list[Seen]]) -> None:
    sale = kiosk.book.state.sales[visitor.payment]
    for job, count in visitor.pages.items():
        pages = [on_paper.get((job, page), []) for page in range(count)]
        is_complete = all(any(one.is_whole for one in pieces) for pieces in pages)
        state = sale.copies[job].state
        assert is_paid(sale) or not any(pages), "nothing is printed that is not paid"
        assert state != "issued" or is_complete, f"{job} is paid and lost"
        assert state not in ("voided", "not_issued") or not is_complete, (
            f"{job} is on paper and its money is given back"
        )
        assert state in ("issued", "voided", "not_issued", "unknown")


def whose(code: bytes, everybody: list[Kiosk]) -> str:
    """For a failure: the other visitor, or nobody."""
    for kiosk in everybody:
        for visitor in kiosk.visitors:
            for job, count in visitor.pages.items():
                for page in range(count):
                    if Whose(visitor.seat.resident, job, page).code == code:
                        return f"{visitor.seat.resident}, {job} {page}"
    return f"nobody ({code.hex()})"


def by_zbar(kiosk: Kiosk, folder: Path) -> None:
    """The QR code of some whole sheets, read by a program that is not ours."""
    for at, piece in enumerate(kiosk.printer.pieces[:2]):
        found = read(piece.image)
        if found is None or not found.is_whole:
            continue
        piece.image.save(folder / f"{kiosk.number}-{at}.png")
        command = ["zbarimg", "-q", "--raw", str(folder / f"{kiosk.number}-{at}.png")]
        resident, job, page = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert Whose(resident, job, int(page)).code in found.rows


@pytest.mark.timeout(600)
async def test_300_sheets_at_eight_kiosks_and_each_is_of_the_one_who_sat_there(tmp_path: Path) -> None:
    made, met = await run(tmp_path, 300, seed=7)
    assert set(met) == set(TROUBLES), "every trouble came"
    if shutil.which("zbarimg"):
        for kiosk in made[::4]:
            by_zbar(kiosk, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
async def test_5000_sheets_at_eight_kiosks_and_each_is_of_the_one_who_sat_there(tmp_path: Path, seed: int) -> None:
    await run(tmp_path, 1000, seed)
