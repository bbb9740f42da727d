"""A ticket half printed when the core died: shown as unknown, still callable, reprinted under its own number."""

import pytest

from kiosk_app import api
from tests.faults.house import AGAIN, House, until

NUMBER = "A-001"

pytestmark = pytest.mark.slow


def die_in_mid_ticket(house: House) -> None:
    """The number is burnt, the cut has not come, nobody lives to hear of either."""
    house.start()
    until(lambda: house.client.health().printer == "ready", "the printer is ready", house.said)
    # Silent as well: otherwise the core hears that it hangs, and may have kept an outcome before it is killed.
    for condition in ("hung", "silent"):
        house.printer.faults.fail_after(condition, 500, "dots")
    house.ask_for_ticket()
    until(lambda: NUMBER in house.printer.firmware.roll.lines, "the number is on the paper", house.said)
    house.kill()
    assert [s["attempt"] for s in house.bodies("PrintStarted")] == [1]
    assert house.bodies("PrintEnded") == []
    house.printer.faults.clear("silent")
    house.start()
    until(lambda: house.client.health().printer == "offline", "the printer has been asked", house.said)
    house.printer.faults.clear()
    until(lambda: house.client.health().printer == "ready", "the printer is ready again", house.said)


def assert_reprinted(house: House) -> None:
    spoilt, whole = house.pieces(NUMBER)
    assert spoilt.torn and not whole.torn
    assert [any(AGAIN in line for line in piece.lines) for piece in (spoilt, whole)] == [False, True]
    assert len(house.bodies("TicketIssued")) == 1


def test_the_visitor_says_that_nothing_came(house: House) -> None:
    die_in_mid_ticket(house)
    view = house.sees("doubt")
    assert [control.id for control in view.actions] == ["has_paper", "no_paper"]
    assert house.bodies("PrintEnded")[0]["verdict"] == "unknown"
    house.press("no_paper", view)
    slip = house.sees("take").slip
    assert slip is not None and slip.number == NUMBER
    assert_reprinted(house)


def test_staff_see_the_doubt_call_the_number_and_print_it_again(house: House) -> None:
    die_in_mid_ticket(house)
    house.sees("doubt")
    staff = house.signed_in()
    view = staff.staff_view()
    assert [(row.number, row.paper) for row in view.waiting] == [(NUMBER, "紙を確認")]
    assert [alert.cause for alert in view.alerts] == ["doubt"]
    assert staff.act(api.StaffAct(intent="r", verb="reprint", number=NUMBER)).ok
    assert_reprinted(house)
    assert [row.paper for row in staff.staff_view().waiting] == [""]
    assert staff.act(api.StaffAct(intent="o", verb="open_counter", counter=3)).ok
    assert staff.act(api.StaffAct(intent="n", verb="call_next", counter=3)).ok
    current = staff.staff_view().current
    assert current is not None and current.number == NUMBER


def test_the_visitor_has_the_paper(house: House) -> None:
    die_in_mid_ticket(house)
    house.press("has_paper", house.sees("doubt"))
    assert house.sees("take").screen == "take"
    assert [row.paper for row in house.signed_in().staff_view().waiting] == [""]
    until(lambda: house.alerts(house.signed_in()) == [], "the bell is quiet", house.said)
