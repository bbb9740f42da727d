"""The journey's hands: bell, printer and log do what the screen says, and the screen says what they did."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from kiosk_app import core as core_module
from kiosk_app.api import StaffView
from kiosk_app.journeys import messages as m
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.office import facts as f
from kiosk_app.office.state import open_alerts
from kiosk_app.runtime import RuntimeFile
from tests.kiosk_app.house import PATIENCE_S, SERVICE, House


async def alerts(house: House, token: str) -> list[tuple[str, str]]:
    view: StaffView = await house.staff_view(token)
    return [(alert.cause, alert.accepted_by) for alert in view.alerts]


async def test_staff_who_accept_the_call_are_announced_to_the_visitor(house: House) -> None:
    token = await house.sign_in()
    await house.press("staff")
    assert house.screen.dialog is not None
    assert house.screen.dialog.title == "職員を呼びました。"
    (alert,) = (await house.staff_view(token)).alerts
    assert (alert.cause, alert.accepted_by) == ("visitor", "")
    reply = await house.act(token, "accept_alert", alert=alert.id)
    assert (reply.ok, reply.message) == (True, "呼び出しを受けました。")
    assert house.screen.dialog.title == "職員が向かっています。"
    assert await alerts(house, token) == [("visitor", "1001")]
    second = await house.act(await house.sign_in("1002"), "accept_alert", alert=alert.id)
    assert (second.ok, second.message) == (False, "係員1001がすでに受けました。操作はいりません。")


async def test_a_visitor_who_takes_the_call_back_ends_it_at_the_counters(house: House) -> None:
    token = await house.sign_in()
    await house.press("staff")
    assert await alerts(house, token) == [("visitor", "")]
    await house.press("cancel_call")
    assert await alerts(house, token) == []


async def test_a_printer_in_trouble_rings_once_ends_by_itself_and_rings_again_the_next_time(house: House) -> None:
    token = await house.sign_in()
    for _ in range(2):
        house.printer.faults.fail_repeatedly("paper_out")
        await house.until(lambda: house.core.printer.status == "paper_out")
        assert await alerts(house, token) == [("paper_out", "")]
        (alert,) = (await house.staff_view(token)).alerts
        assert (await house.act(token, "accept_alert", alert=alert.id)).ok
        assert await alerts(house, token) == [("paper_out", "1001")]
        house.printer.faults.clear()
        await house.until(lambda: house.core.printer.status == "ready")
        assert await alerts(house, token) == []


async def test_three_tickets_in_a_minute_tell_staff_and_the_call_ends_when_somebody_goes(house: House) -> None:
    token = await house.sign_in()
    for _ in range(2):
        await house.to_confirm()
        await house.press("take")
        await house.until(lambda: house.screen.screen == "take")
        await house.press("end")
    await house.to_confirm()
    await house.press("take")
    assert await alerts(house, token) == [("many_tickets", "")]
    (alert,) = (await house.staff_view(token)).alerts
    assert (await house.act(token, "accept_alert", alert=alert.id)).ok
    assert await alerts(house, token) == []


async def test_a_further_service_joins_the_ticket_without_paper(house: House) -> None:
    await house.to_confirm()
    await house.press("take")
    await house.until(lambda: house.screen.screen == "take")
    await house.press("another")
    await house.press("group:H")
    await house.press("service:move-in")
    screen = house.screen.screen_id
    await house.press("take", screen)
    await house.press("take", screen)
    assert house.screen.screen == "take"
    (added,) = house.facts(f.StopAdded)
    assert isinstance(added, f.StopAdded)
    assert added.stop.service == "move-in"
    assert len(house.printer.pieces) == 1


@pytest.mark.parametrize("ahead", [0, 8])
async def test_machine_display_and_paper_tell_one_estimate(house: House, ahead: int) -> None:
    for _ in range(ahead):
        await house.take()
    await house.to_confirm()
    told = house.screen.wait
    assert told is not None
    group = next(g for g in (await house.display()).groups if g.letter == "A")
    assert (told.waiting, told.estimate) == (f"{group.waiting}", group.estimate)
    await house.press("take")
    await house.until(lambda: house.screen.screen == "take")
    slip = house.screen.slip
    assert slip is not None
    assert slip.estimate == f"目安 {told.estimate}"
    printed = "".join(house.printer.wait_for_pieces(ahead + 1)[-1].lines).replace("～", "〜")
    assert slip.estimate in printed
    assert slip.waiting in printed


async def test_a_service_cannot_join_a_visit_that_has_ended_meanwhile(house: House) -> None:
    await house.to_confirm()
    await house.press("take")
    await house.until(lambda: house.screen.screen == "take")
    token = await house.sign_in()
    await house.act(token, "cancel", number="A-001", reason="お帰りになった")
    await house.press("another")
    await house.press("group:H")
    await house.press("service:move-in")
    await house.press("take")
    assert house.screen.screen == "confirm"
    assert house.facts(f.StopAdded) == []
    # The way back leads past the ticket that is gone.
    for _ in range(6):
        await house.press("back")
    assert house.screen.screen == "idle"
    await house.to_confirm("move-in")
    await house.press("take")
    await house.until(lambda: house.screen.screen == "take")
    assert house.screen.slip is not None
    assert house.screen.slip.number == "H-001"


@pytest.mark.parametrize("cause", ["paper_out", "cover_open"])
async def test_without_paper_there_is_no_number_and_with_it_the_wish_goes_on(house: House, cause: str) -> None:
    await house.to_confirm()
    house.printer.faults.fail_repeatedly(cause)
    await house.press("take")
    await house.until(lambda: house.screen.screen == "trouble")
    assert house.facts(f.TicketIssued) == []
    house.printer.faults.clear()
    await house.until(lambda: house.screen.screen == "take")
    assert len(house.facts(f.TicketIssued)) == len(house.printer.wait_for_pieces(1)) == 1


async def test_paper_that_ends_in_mid_ticket_leads_to_the_same_number_marked_as_a_reprint(house: House) -> None:
    token = await house.sign_in()
    await house.to_confirm()
    house.printer.faults.fail_after("paper_out", 40, "dots")
    await house.press("take")
    await house.until(lambda: house.screen.screen in ("trouble", "doubt"))
    assert house.screen.screen == "trouble"
    assert [cause for cause, _ in await alerts(house, token)] == ["paper_out"]
    house.printer.faults.clear()
    await house.until(lambda: house.screen.screen == "take")
    assert house.screen.slip is not None
    assert house.screen.slip.number == "A-001"
    assert "再発行" in "".join(house.printer.pieces[-1].lines)
    assert len(house.facts(f.TicketIssued)) == 1
    assert await alerts(house, token) == []


async def test_a_reprint_that_cannot_begin_says_trouble_at_once_not_after_a_minute(house: House) -> None:
    await house.to_confirm()
    house.printer.faults.fail_after("paper_out", 40, "dots")
    await house.press("take")
    await house.until(lambda: house.screen.screen == "trouble")
    # Somebody loads paper and leaves the cover open for a moment: the printer is ready, then it is not.
    house.printer.faults.clear()
    house.printer.faults.fail_repeatedly("cover_open")
    house.core.lobby.handle(m.PrinterStatusChanged(status="ready"))
    assert house.screen.screen == "printing"
    await house.until(lambda: house.screen.screen == "trouble")
    house.printer.faults.clear()
    await house.until(lambda: house.screen.screen == "take")
    assert len(house.facts(f.TicketIssued)) == 1


async def test_a_retry_where_a_number_exists_prints_that_number(house: House) -> None:
    await house.to_confirm()
    house.printer.faults.fail_after("paper_out", 40, "dots")
    await house.press("take")
    await house.until(lambda: house.screen.screen == "trouble")
    house.core.lobby.state = replace(house.core.lobby.state, cause="disk_full")
    house.printer.faults.clear()
    await house.until(lambda: house.core.printer.status == "ready")
    await house.press("retry")
    await house.until(lambda: house.screen.screen == "take")
    assert len(house.facts(f.TicketIssued)) == 1
    assert len(house.facts(f.PrintStarted)) == 2


@pytest.mark.parametrize(("answer", "papers"), [("has_paper", 1), ("no_paper", 2)])
async def test_what_a_visitor_says_of_a_doubtful_paper_is_kept(house: House, answer: str, papers: int) -> None:
    token = await house.sign_in()
    await house.to_confirm()
    house.printer.faults.fail_after("paper_out", 400, "dots")
    await house.press("take")
    await house.until(lambda: house.screen.screen == "doubt")
    assert [cause for cause, _ in await alerts(house, token)] == ["paper_out"]
    house.printer.faults.clear()
    await house.until(lambda: house.core.printer.status == "ready")
    await house.press(answer)
    await house.until(lambda: house.screen.screen == "take")
    ended = house.facts(f.PrintEnded)
    assert [fact.verdict for fact in ended if isinstance(fact, f.PrintEnded)] == ["maybe", "issued"]
    assert [fact.cause for fact in ended if isinstance(fact, f.PrintEnded)][1] == ("visitor" if papers == 1 else "")
    assert len(house.facts(f.PrintStarted)) == papers
    assert len(house.facts(f.TicketIssued)) == 1
    assert await alerts(house, token) == []


async def test_calls_for_staff_of_a_journey_that_was_lost_are_not_left_ringing(house: House) -> None:
    await house.press("staff")
    assert len(open_alerts(house.core.book.state)) == 1
    await house.restart()
    assert len(open_alerts(house.core.book.state)) == 1
    await house.close()
    (house.folder / "run" / "journey.json").unlink()
    await house.open()
    assert open_alerts(house.core.book.state) == ()
    assert house.screen.screen == "idle"
    assert house.screen.dialog is None


async def test_a_journey_whose_ticket_the_log_does_not_know_is_over(house: House) -> None:
    await house.to_confirm()
    await house.press("take")
    await house.until(lambda: house.screen.screen == "take")
    kept = RuntimeFile(house.folder / "run" / "journey.json")
    journey = kept.load(TicketJourney)
    await house.close()
    assert journey is not None
    for path in (house.folder / "data").iterdir():
        path.unlink()
    kept.save(journey)
    await house.open()
    assert house.screen.screen == "idle"


async def test_a_bug_in_a_command_of_the_journey_ends_the_core(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(house.core.issuer, "allocate", broken)
    await house.to_confirm()
    await house.press("take")
    await asyncio.wait_for(house.core.ended.wait(), PATIENCE_S)
    assert str(house.core.bug) == "a bug"


async def test_a_bug_in_a_tick_ends_the_core(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(core_module, "TICK_S", 0.01)
    monkeypatch.setattr(house.core, "tick", broken)
    ticking = asyncio.ensure_future(house.core.tick_forever())
    await asyncio.wait_for(house.core.ended.wait(), PATIENCE_S)
    await ticking
    assert str(house.core.bug) == "a bug"


async def test_service_is_the_one_that_was_confirmed(house: House) -> None:
    await house.take("seal-certificate")
    (issued,) = house.facts(f.TicketIssued)
    assert isinstance(issued, f.TicketIssued)
    assert [stop.service for stop in issued.stops] == ["seal-certificate"]
    assert issued.stops[0].service != SERVICE
