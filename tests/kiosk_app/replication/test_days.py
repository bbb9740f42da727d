"""Which day it is: heard from the hub, begun alone, or not known at all; and tickets that come into the right one."""

from __future__ import annotations

from datetime import timedelta

from kiosk_app import hub_link, joining
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump, open_alerts
from kiosk_app.replication import No, Push
from tests.kiosk_app.replication.machines import small_office
from tests.kiosk_app.replication.test_link import MORNING, Pair

HOUR_MS = 3_600_000
IN_1970_MS = -100 * 365 * 24 * HOUR_MS


def linked() -> Pair:
    pair = Pair()
    pair.until_quiet()
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()
    return pair


def to_tomorrow(pair: Pair) -> None:
    pair.now.utc_ms = int((MORNING + timedelta(days=1)).timestamp() * 1000)


def joins(pair: Pair) -> list[f.Fact]:
    return [f.decode(e.kind, e.body) for e in pair.machine.log.iterate_machine("m2") if e.kind == "DayJoined"]


def test_numbers_are_there_before_they_are_needed_and_the_band_serves_when_they_are_used_up() -> None:
    pair = linked()
    numbers = []
    for n in range(25):
        pair.machine.issue("residence", f"i{n}")
        numbers.append(pair.machine.printed[-1].number)
        if n < 8:
            pair.until_quiet()
    assert numbers[:9] == list(range(1, 10))
    assert 720 in numbers and len(set(numbers)) == 25
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()
    assert len(pair.hub.book.state.day.tickets) == 25


def test_who_does_not_know_the_day_prints_from_its_band_and_the_tickets_come_into_the_day_that_it_is() -> None:
    pair = linked()
    early = pair.machine.issue("residence", "i1")
    pair.machine.print_ends(early, "issued")
    pair.until_quiet()
    to_tomorrow(pair)
    pair.machine.boot(IN_1970_MS)
    assert pair.machine.clock.doubt is not None
    late = pair.machine.issue("move", "i2")
    pair.machine.print_ends(late, "issued")
    void = pair.machine.issue("move", "i3")
    pair.machine.book.settle("core", [f.TicketVoided(ticket=void, reason="no_paper")])
    printing = pair.machine.issue("move", "i4")
    assert [one.number for one in pair.machine.printed] == [1, 720, 721, 722]
    pair.hub.tick()
    pair.until_quiet()
    assert pair.machine.clock.doubt is None
    pair.machine.print_ends(printing, "maybe")
    pair.until_quiet()
    day = pair.hub.book.state.day
    assert day.date == "2026-04-07"
    assert {key: (t.number, t.paper, t.undated) for key, t in day.tickets.items()} == {
        late: (720, "issued", False),
        printing: (722, "maybe", False),
    }
    assert pair.machine.book.state.day.intents["i2"].ticket == late, "its press finds it again"
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)


def test_where_the_day_was_right_all_along_nothing_is_carried_into_the_next() -> None:
    pair = linked()
    pair.pass_ms(60_000)
    pair.machine.boot(IN_1970_MS)
    ticket = pair.machine.issue("residence", "i1")
    assert pair.machine.book.state.day.tickets[ticket].undated
    pair.until_quiet()
    assert not pair.machine.book.state.day.tickets[ticket].undated
    assert not pair.hub.book.state.day.tickets[ticket].undated
    to_tomorrow(pair)
    pair.hub.tick()
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()
    assert pair.machine.book.state.day.tickets == {}
    assert [fact.date for fact in joins(pair) if isinstance(fact, f.DayJoined)] == [
        "2026-04-06",
        "2026-04-06",
        "2026-04-07",
    ]


def test_a_clock_that_is_ahead_begins_the_day_and_the_hub_opens_it_before_it_takes_anything() -> None:
    pair = linked()
    pair.now.utc_ms = int(MORNING.replace(hour=23, minute=30).timestamp() * 1000)
    pair.hub.tick()
    pair.machine.boot(HOUR_MS)
    pair.machine.issue("residence", "i1")
    pair.until_quiet()
    day = pair.hub.book.state.day
    assert (day.date, day.machine, len(day.tickets)) == ("2026-04-07", "m1", 1)
    kinds = [e.kind for _, e in pair.hub.log.read(0, 1000)]
    opened = len(kinds) - kinds[::-1].index("DayCheckpoint")
    assert "DayJoined" in kinds[opened:], "the hub's own word comes first"
    assert [day.date for day in pair.hub.book.state.days] == ["2026-04-06"]


def test_a_clock_that_is_days_ahead_is_refused_and_rings_and_the_office_keeps_its_day() -> None:
    pair = linked()
    pair.machine.boot(4 * 24 * HOUR_MS)
    assert pair.machine.book.state.day.date > "2026-04-06"
    reply = pair.until_quiet()[-1][1]
    assert reply == No("refused", "day_ahead")
    assert pair.hub.book.state.day.date == "2026-04-06"
    assert [alert.cause for _, alert in open_alerts(pair.hub.book.state)] == ["peer_refused"]
    assert pair.machine.issue("residence", "i1")


def test_a_hub_that_doubts_its_own_clock_takes_no_new_day_and_blames_nobody() -> None:
    pair = linked()
    to_tomorrow(pair)
    pair.hub.boot(IN_1970_MS)
    pair.machine.boot()
    asked, reply = pair.until_quiet()[-1]
    assert isinstance(asked.request, Push) and reply == No("later", "clock")
    assert pair.hub.book.state.day.date == "2026-04-06" and not open_alerts(pair.hub.book.state)
    pair.hub.boot()
    pair.pass_ms(hub_link.RETRY_MAX_MS)
    pair.until_quiet()
    assert pair.hub.book.state.day.date == "2026-04-07"
    assert pair.hub.book.state.day.machine == "m1"


def test_no_ticket_between_a_full_disk_and_the_joining_of_the_day() -> None:
    pair = linked()
    pair.machine.fill_disk(True)
    to_tomorrow(pair)
    pair.machine.join()
    assert pair.machine.issue("residence", "i1") == ""
    assert joining.no_day(pair.machine.book) == ""
    pair.machine.fill_disk(False)
    assert pair.machine.issue("residence", "i2")
    assert pair.machine.book.state.day.date == "2026-04-07"
    assert joining.obstacle(pair.machine.book, small_office(), pair.machine.local()) == ""
