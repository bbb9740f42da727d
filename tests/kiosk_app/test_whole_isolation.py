"""Whole kiosks, all in one process, sell at the same moments through several central processes on one database, while
answers are lost or late, lines break, paper ends, and central is killed: what comes out of a kiosk is of the card that
lay in it, once, and paid; what is paid and does not come is a claim with its slip.

From the card to central the text of each document is compared with the card's person; from there to the paper its dots.
With `--long` eight kiosks and hundreds of visitors.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from PIL import ImageOps

from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.pcsc_card.simulator.kinds import Pins, make
from drivers.pcsc_card.simulator.people import PEOPLE
from kiosk_app import certificate_messages as wire
from kiosk_app.office.sales import claim_text
from scripts.central import COMMAND, ROOT, Trial
from scripts.office import free_port
from scripts.supervisor import end_with_us
from tests.central_server.certificates import house as h
from tests.central_server.certificates import real
from tests.central_server.certificates.test_processes import cards
from tests.depth import DEPTH
from tests.kiosk_app.card_house import PIN, TODAY
from tests.kiosk_app.certificate_kiosk_house import KioskHouse, central_server, ink_of, is_same, kiosk_house
from tests.kiosk_app.troubled_line import troubled_line

KIOSKS, ROUNDS = (8, 60) if DEPTH == "long" else (4, 3)
STEPS = ("challenge", "offers", "prepare", "issue", "outcome", "close")
"""Of a kiosk's questions to central, those that may be asked again."""
TROUBLES = (
    "",
    *(f"lost {step}" for step in (*STEPS, "open")),
    *(f"late {step}" for step in (*STEPS, "open")),
    "cut off",
    "paper_out",
    "cover_open",
    "drop",
    "leaves",
)
LATE_S = 0.4
RESTARTED_EVERY = 8
"""Rounds; then the processes of one server are killed in the middle of a round."""
ENDS = ("cert_take", "cert_said", "cert_claim", "cert_doubt")
CHOICES = ("kind:resident-record", "scope:self", "next")


@dataclass
class Visit:
    """`documents`: those that came to the kiosk while this visitor stood there; `sheets`: pieces of paper, by place."""

    serial: int
    documents: list[wire.Document] = field(default_factory=list)
    first_piece: int = 0
    last_piece: int = 0
    payment: str = ""


@contextmanager
def second_server(trial: Trial) -> Iterator[Trial]:
    """Another central server on the same database: what several computers of one city would be."""
    other = Trial(trial.folder, free_port(), beside=trial, workers=1)
    other.settings = trial.folder / "second.toml"
    told = trial.settings.read_text().replace(f"127.0.0.1:{trial.port}", f"127.0.0.1:{other.port}")
    # One place on the paper for all of them.
    told = told.replace(f'public_url = "{other.url}"', f'public_url = "{trial.url}"').replace(
        "workers = 2", "workers = 1"
    )
    other.settings.write_text(told)
    with (trial.folder / "second.txt").open("ab") as log:
        other._process = subprocess.Popen(
            (*COMMAND, "run", "--settings", str(other.settings)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_us,
            cwd=ROOT,
        )
    other.wait_ready()
    try:
        yield other
    finally:
        other.stop()


@pytest.fixture
def city(request: pytest.FixtureRequest) -> Iterator[Sequence[Trial]]:
    """The suite's server of two processes; with `--long` one of our own, and another beside it."""
    if DEPTH != "long":
        yield [request.getfixturevalue("certificate_central")]
        return
    with ExitStack() as started:
        # A short path, because a socket lies in it; open to the user that PostgreSQL runs as.
        folder = started.enter_context(tempfile.TemporaryDirectory(prefix="cw"))
        first = started.enter_context(central_server(Path(folder) / "c"))
        yield [first, started.enter_context(second_server(first))]


@asynccontextmanager
async def hall(
    folder: Path, city: Sequence[Trial], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[tuple[KioskHouse, SimulatedPrinter]]]:
    """Kiosks with their printers of receipts; every other one asks the other server."""
    async with AsyncExitStack() as opened:
        made = []
        for number in range(1, KIOSKS + 1):
            server = city[number % len(city)]
            own = folder / f"k{number}"
            own.mkdir()
            line = opened.enter_context(troubled_line(server, own / "line"))
            tickets = opened.enter_context(SimulatedPrinter(speed_dots_s=400_000.0, cut_s=0.0))
            house = kiosk_house(own, tickets, city[0], line, monkeypatch, code=f"k{number}")
            made.append((await opened.enter_async_context(house), tickets))
        yield made


async def serve(kiosk: KioskHouse, serial: int, chance: random.Random, together: asyncio.Barrier) -> tuple[str, Visit]:
    """One visitor, whom one trouble may meet. All begin in the same moment."""
    trouble = chance.choice(TROUBLES)
    visit = Visit(serial, first_piece=len(kiosk.documents.pieces))
    before = len(kiosk.line.documents)
    card = make("my_number", TODAY, PEOPLE["takasaki"], pins=Pins(authentication=PIN.encode()), serial=serial)
    await together.wait()
    what, _, step = trouble.partition(" ")
    if what == "lost":
        kiosk.line.lost[step] = 1
    late = asyncio.create_task(hold_back(kiosk, step)) if what == "late" else None
    await kiosk.to_pin(*CHOICES, f"copies:{chance.choice((1, 1, 2))}", card=card)
    await kiosk.cards.type()
    await kiosk.press("pin:enter")
    await kiosk.sees("cert_card", "cert_said")
    await kiosk.cards.take()
    await kiosk.sees("cert_confirm", "cert_said")
    if kiosk.screen == "cert_confirm":
        await kiosk.press("buy")
        await kiosk.sees("cert_pay", "cert_said")
    if kiosk.screen == "cert_pay":
        visit.payment = kiosk.sale_id
        await pay_and_take(kiosk, trouble, chance)
    visit.documents = kiosk.line.documents[before:]
    await kiosk.press("end")
    await kiosk.sees("idle")
    kiosk.line.is_down = False
    # What nobody knows yet is told once more when a person has looked.
    await kiosk.until(lambda: all(one.told is not None for one in kiosk.core.book.state.outcomes.values()))
    if late is not None:
        late.cancel()
    kiosk.line.lost.clear()
    await kiosk.until(lambda: kiosk.documents.firmware.idle)
    visit.last_piece = len(kiosk.documents.pieces)
    return trouble, visit


async def hold_back(kiosk: KioskHouse, step: str) -> None:
    """The next answer to this question comes late."""
    line = kiosk.line
    line.held[step] = held = threading.Event()
    known = line.asked.count(step)
    try:
        await kiosk.until(lambda: line.asked.count(step) > known)
        await asyncio.sleep(LATE_S)
    finally:
        del line.held[step]
        held.set()


async def pay_and_take(kiosk: KioskHouse, trouble: str, chance: random.Random) -> None:
    faults = kiosk.documents.faults
    if trouble == "leaves":
        await kiosk.press("stop_pay")
        await kiosk.sees("cert_said")
        return
    kiosk.line.is_down = trouble == "cut off"
    at = chance.randrange(1, 1_200)
    if trouble in ("paper_out", "cover_open"):
        faults.fail_after(trouble, at, "dots")
    elif trouble == "drop":
        faults.tear_at(at * 20)
    kiosk.staff_take_money()
    if trouble in ("paper_out", "cover_open"):
        # Somebody comes and loads paper.
        await kiosk.until(lambda: faults.active(trouble) or kiosk.screen in ENDS)
        faults.clear()
    await kiosk.sees(*ENDS)
    faults.clear()
    if kiosk.screen == "cert_doubt":
        await kiosk.press("has_paper" if came_whole(kiosk) else "no_paper")
        await kiosk.sees("cert_take", "cert_said", "cert_claim")


def came_whole(kiosk: KioskHouse) -> bool:
    """What the visitor sees who looks into the tray: every copy of this sale, each on a piece of its own."""
    jobs = kiosk.sale(kiosk.sale_id).copies.values()
    given = {one.issuance: one for one in kiosk.line.documents}
    return all(kiosk.is_printed(given[copy.issuance].pdf) for copy in jobs)


# --- the judge -------------------------------------------------------------------------------------------------------


def judge(kiosk: KioskHouse, tickets: SimulatedPrinter, visits: Sequence[Visit]) -> int:
    """How many sheets are whole."""
    state = kiosk.core.book.state
    whole = 0
    for visit in visits:
        person = h.simulator()._registers.resident(visit.serial)
        assert person is not None
        for document in visit.documents:
            text = h.text_of(document.pdf)
            assert "".join(person.person.name.split()) in text and document.serial in text
        copies = state.sales[visit.payment].copies.values() if visit.payment else ()
        sold = {copy.issuance: copy.state for copy in copies}
        came: Counter[str] = Counter()
        for piece in kiosk.documents.pieces[visit.first_piece : visit.last_piece]:
            if piece.torn or not ImageOps.invert(piece.image).getbbox():
                continue
            sheet = ink_of(piece.image)
            of = [
                one.issuance
                for one in visit.documents
                if any(is_same(ink_of(page, 1), sheet) for page in kiosk.pages_of(one.pdf))
            ]
            assert len(of) == 1, f"a sheet of {len(of)} of this visitor's documents"
            came[of[0]] += 1
        assert set(came) <= set(sold), "nothing is printed that was not sold"
        assert not came or max(came.values()) == 1, "nothing comes twice"
        whole += len(came)
        if visit.payment:
            judge_sale(kiosk, tickets, visit, sold, came)
    assert not kiosk.core.certificates.is_stopped
    return whole


def judge_sale(
    kiosk: KioskHouse, tickets: SimulatedPrinter, visit: Visit, sold: dict[str, str], came: Counter[str]
) -> None:
    sale = kiosk.sale(visit.payment)
    assert sale.ended
    taken_yen = sum(sale.credits.values())
    sold_yen = sum(copy.yen for copy in sale.copies.values() if copy.state == "issued")
    assert taken_yen == sold_yen + sale.claimed_yen
    assert taken_yen or not came, "nothing is printed that is not paid"
    for issuance, state in sold.items():
        assert state != "issued" or came[issuance], "paid and lost"
        assert state not in ("voided", "not_issued") or not came[issuance], "on paper, and its money is owed"
    if sale.claim:
        assert claim_text(sale.claim) in "\n".join(tickets.lines_on_paper()), "a claim without its slip"
    told = {"issued": "issued", "unknown": "unknown"}
    expected = sorted(told.get(state, "not_issued") for state in sold.values())
    assert sorted(row.split()[0] for row in kiosk.rows(list(sold))) == expected


async def run(folder: Path, city: Sequence[Trial], monkeypatch: pytest.MonkeyPatch, seed: int) -> Counter[str]:
    wanted_by = cards()
    met: Counter[str] = Counter()
    chances = [random.Random(f"{seed} {number}") for number in range(KIOSKS)]
    async with hall(folder, city, monkeypatch) as kiosks:
        visits: list[list[Visit]] = [[] for _ in kiosks]
        for turn in range(ROUNDS):
            together = asyncio.Barrier(KIOSKS)
            work = [
                asyncio.create_task(
                    serve(kiosk, wanted_by[(turn * KIOSKS + place) % len(wanted_by)], chances[place], together)
                )
                for place, (kiosk, _) in enumerate(kiosks)
            ]
            if turn % RESTARTED_EVERY == 1:
                # In the middle of it, and of whatever the others do then.
                await asyncio.sleep(1.0)
                assert real.kill_workers(city[turn // RESTARTED_EVERY % len(city)])
            for place, (trouble, visit) in enumerate(await asyncio.gather(*work)):
                met[trouble] += 1
                visits[place].append(visit)
        sheets = sum(judge(kiosk, tickets, visits[place]) for place, (kiosk, tickets) in enumerate(kiosks))
        met["sheets"] = sheets
    with psycopg.connect(city[0].dsn) as connection:
        counted = connection.execute("SELECT count(*), max(number) FROM issuances").fetchone()
        ours = connection.execute("SELECT state, contradicted FROM issuances WHERE kiosk LIKE 'k%'").fetchall()
    assert counted is not None and counted[0] == counted[1], "no number is missing"
    states = {state for state, _ in ours}
    assert states <= {"issued", "not_issued", "unknown", "void"} and not any(contradicted for _, contradicted in ours)
    return met


@pytest.mark.slow
@pytest.mark.timeout(3_000 if DEPTH == "long" else 580)
async def test_each_sheet_is_of_the_card_that_lay_in_its_kiosk_whatever_breaks(
    tmp_path: Path, city: Sequence[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    met = await run(tmp_path, city, monkeypatch, seed=7)
    assert met["sheets"] >= KIOSKS * ROUNDS // 2
    if DEPTH == "long":
        assert set(met) >= set(TROUBLES), "every trouble came"
