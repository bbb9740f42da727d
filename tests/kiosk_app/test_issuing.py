"""One press, one ticket: pressed again, pressed by two, answered twice, cut off by a restart at any place."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.escpos_printer.simulator import SimulatedPrinter
from kiosk_app.api import Reply
from kiosk_app.issuing import Allocated, NotIssued, Wish
from kiosk_app.office import facts as f
from kiosk_app.office.state import Lease, number_of
from tests.depth import DEPTH
from tests.kiosk_app.house import MORNING, SERVICE, House

WALKS = {"quick": 12, "plain": 40, "long": 400}[DEPTH]


def wish(house: House, intent: str = "i1") -> Wish:
    stop, letter = house.core.citizen.stop_of(SERVICE)
    return Wish(intent=intent, stop=stop, letter=letter, language="ja")


async def test_number_and_start_are_durable_together_before_the_first_byte(house: House) -> None:
    before = len(house.printer.received)
    allocated = await house.core.issuer.allocate(wish(house), "visitor")
    assert isinstance(allocated, Allocated)
    assert [type(fact) for fact in house.facts()[-2:]] == [f.TicketIssued, f.PrintStarted]
    assert "A-001".encode("ascii") not in bytes(house.printer.received[before:])
    printed = await house.core.issuer.print_first(allocated.ticket, "visitor")
    assert printed.verdict == "issued"
    assert house.facts()[-1] == f.PrintEnded(job=f"{allocated.ticket}.1", ticket=allocated.ticket, verdict="issued")


async def test_a_double_tap_and_every_repeat_of_a_press_make_one_ticket(house: House) -> None:
    await house.to_confirm()
    screen = house.screen.screen_id
    taps = [house.press("take", screen) for _ in range(10)]
    assert set(await asyncio.gather(*taps)) == {Reply(ok=True)}
    await house.until(lambda: house.screen.screen == "take")
    for _ in range(5):
        assert (await house.press("take", screen)).ok
    assert house.screen.screen == "take"
    assert len(house.facts(f.TicketIssued)) == len(house.printer.pieces) == 1


async def test_the_same_intent_at_once_from_two_sides_is_allocated_once(house: House) -> None:
    several = await asyncio.gather(*(house.core.issuer.allocate(wish(house), "visitor") for _ in range(5)))
    assert [one.fresh for one in several if isinstance(one, Allocated)] == [True, False, False, False, False]
    assert len(house.facts(f.TicketIssued)) == 1


async def test_two_intents_at_once_are_two_numbers_and_two_papers(house: House) -> None:
    guide = await house.sign_in("2001")
    await house.to_confirm()
    both = asyncio.gather(house.press("take"), house.act(guide, "issue", service=SERVICE))
    await both
    await house.until(lambda: house.screen.screen == "take")
    day = house.core.book.state.day
    assert sorted(number_of(day, ticket) for ticket in day.tickets) == ["A-001", "A-002"]
    on_paper = sorted(next(line for line in piece.lines if line.startswith("A-")) for piece in house.printer.pieces)
    assert on_paper == ["A-001", "A-002"]


@pytest.mark.parametrize("answer_lost", [False, True])
async def test_a_restart_after_the_paper_brings_the_same_screen_and_no_second_paper(
    house: House, answer_lost: bool
) -> None:
    await house.to_confirm()
    screen = house.screen.screen_id
    await house.press("take", screen)
    await house.until(lambda: house.screen.screen == "take")
    shown = house.screen
    await house.restart()
    if answer_lost:
        await house.press("take", screen)
    assert house.screen.screen == "take"
    assert house.screen.slip == shown.slip
    assert len(house.facts(f.TicketIssued)) == len(house.printer.pieces) == 1


async def test_an_ordered_stop_waits_for_the_ticket_in_the_printer(house: House) -> None:
    for condition in ("hung", "silent"):
        house.printer.faults.fail_after(condition, 200, "dots")
    await house.to_confirm()
    await house.press("take")
    await house.until(lambda: house.printer.faults.active("hung"))
    restarting = asyncio.ensure_future(house.restart())
    await house.until(lambda: house.core.stopping)
    assert house.facts(f.PrintEnded) == []
    house.printer.faults.clear()
    await restarting
    assert [fact.verdict for fact in house.facts(f.PrintEnded) if isinstance(fact, f.PrintEnded)] == ["issued"]
    assert house.screen.screen == "take"
    assert len(house.printer.pieces) == 1


async def test_a_staff_print_goes_on_when_the_one_who_asked_has_gone(house: House) -> None:
    token = await house.sign_in("2001")
    asking = asyncio.ensure_future(house.act(token, "issue", service=SERVICE))
    await house.until(lambda: house.facts(f.PrintStarted))
    asking.cancel()
    await house.until(lambda: house.facts(f.PrintEnded))
    assert len(house.printer.wait_for_pieces(1)) == 1


async def test_a_print_that_a_dead_core_left_open_is_unknown_and_asked_about(house: House) -> None:
    await house.to_confirm()
    await house.press("take")
    await house.until(lambda: house.screen.screen == "take")
    ticket = next(iter(house.core.book.state.day.tickets))
    again = f.PrintStarted(job=f"{ticket}.2", ticket=ticket, attempt=2, printer="printer")
    house.core.book.commit("visitor", [again])
    await house.restart()
    assert house.facts(f.PrintEnded)[-1] == f.PrintEnded(
        job=f"{ticket}.2", ticket=ticket, verdict="unknown", cause="interrupted"
    )
    # An earlier print that was seen on paper stays what it was.
    assert house.core.book.state.day.tickets[ticket].paper == "issued"


async def test_a_full_band_gives_no_number_and_says_so(house: House) -> None:
    day = house.core.book.state.day
    day.used["A"] = set(range(1, 10_000))
    day.leases["A"] = [Lease(machine_code="m9", first=690, last=699), Lease(machine_code="m9", first=1990, last=1999)]
    assert await house.core.issuer.allocate(wish(house), "visitor") == NotIssued("numbers_full")
    token = await house.sign_in("2001")
    refused = await house.act(token, "issue", service=SERVICE)
    assert (refused.ok, refused.message) == (False, "この窓口の番号を使い切りました。予備の番号札をお渡しください。")
    assert house.facts(f.TicketIssued) == []


async def test_a_reprint_of_a_number_of_another_day_is_refused_not_a_crash(house: House) -> None:
    assert await house.core.issuer.reprint("no such ticket", "visitor") == NotIssued("gone")


# --- any order of touches and restarts -------------------------------------------------------------------------

TOUCHES = st.lists(
    st.sampled_from(["tap", "tap", "tap again", "restart", "staff", "staff again", "both at once", "wait"]),
    min_size=1,
    max_size=7,
)


@given(TOUCHES)
@settings(max_examples=WALKS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_is_pressed_one_confirmed_wish_is_one_number_on_one_paper(
    printer: SimulatedPrinter, touches: list[str]
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hitofuda-"))
    try:
        asyncio.run(walk(folder, printer, touches))
    finally:
        shutil.rmtree(folder)


async def walk(folder: Path, printer: SimulatedPrinter, touches: list[str]) -> None:
    printer.pieces.clear()
    house = await House(folder, printer, MORNING).open()
    try:
        await house.to_confirm()
        screen, wishes = house.screen.screen_id, set[str]()
        for touch in touches:
            if touch == "wait":
                await house.until(lambda: house.screen.screen != "printing")
            elif touch == "restart":
                await house.restart()
            elif touch.startswith("staff"):
                wishes.add("staff")
                await house.act(await house.sign_in("2001"), "issue", intent="staff", service=SERVICE)
            elif touch == "both at once":
                wishes.add("tap")
                await asyncio.gather(house.press("take", screen), house.press("take", screen))
            else:
                wishes.add("tap")
                await house.press("take", screen)
        await house.until(lambda: house.screen.screen in ("take", "confirm"))
        numbers = [line for piece in printer.wait_for_pieces(len(wishes)) for line in piece.lines if line[:2] == "A-"]
        assert len(house.facts(f.TicketIssued)) == len(numbers) == len(set(numbers)) == len(wishes)
    finally:
        await house.close()
