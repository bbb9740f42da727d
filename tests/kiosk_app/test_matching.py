"""A ticket whose number was called before it arrived is not called once more, however it came to be there unmatched."""

from __future__ import annotations

from kiosk_app.office import facts as f
from tests.kiosk_app.house import OpenHouse

STOP = f.Stop(service="residence-record", group="A", service_name="住民票の写し", counters=(3, 4), two_stage=False)
CALLED = f.NumberCalled(
    ticket="number-A-720",
    letter="A",
    number=720,
    machine_code="2",
    stop=STOP,
    counter=4,
    call=1,
    service=STOP.service,
    intent="typed",
)


async def test_nobody_is_called_between_the_arrival_of_a_ticket_and_its_match(open_house: OpenHouse) -> None:
    """As after a kill between the two, or when this machine has just become the hub."""
    house = await open_house()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    now_utc_ms = house.core.book.clock.now_utc_ms()
    issued = f.TicketIssued(
        ticket="t720",
        intent="at machine 2",
        letter="A",
        number=720,
        stops=(STOP,),
        language="ja",
        machine_code="2",
        due_utc_ms=now_utc_ms,
        estimate_from_utc_ms=now_utc_ms,
        estimate_to_utc_ms=now_utc_ms,
        waiting_ahead=0,
        promise="walk_in",
    )
    house.core.book.commit("1001", [CALLED])
    start = f.PrintStarted(ticket="t720", job="j", attempt=1, printer="printer")
    house.core.book.commit("visitor", [issued, start, f.PrintEnded(ticket="t720", job="j", verdict="issued")])
    assert house.core.book.state.day.stand_ins == {"number-A-720"}
    reply = await house.act(token, "call_next", counter=3)
    assert "A-720" not in reply.message
    (match,) = house.facts(f.NumberMatched)
    assert isinstance(match, f.NumberMatched) and match.ticket == "t720"
    assert house.facts(f.Called) == []
