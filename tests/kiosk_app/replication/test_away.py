"""A ticket machine that the hub hears nothing of rings once, ends its bell itself, and its numbers can be called."""

from __future__ import annotations

from kiosk_app.away import AWAY_MS, CAUSE, UNHEARD_MS, Away
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump, open_alerts, visit_of
from tests.kiosk_app.replication.machines import small_office
from tests.kiosk_app.replication.test_link import MORNING, Pair

LOOK_MS = 5_000


class Watched(Pair):
    """`watch` lets time pass; the cable is in or out."""

    def __init__(self) -> None:
        super().__init__()
        self.until_quiet()
        self.away = self.watching()

    def watching(self) -> Away:
        hub = self.hub
        return Away(hub.book, small_office(), lambda: hub.machines, hub.door.heard, hub.local)

    def watch(self, span_ms: int, linked: bool) -> None:
        for _ in range(span_ms // LOOK_MS):
            self.pass_ms(LOOK_MS)
            if linked:
                self.until_quiet()
            self.away.tick()

    def rings(self) -> list[tuple[str, str]]:
        return [(alert.machine_code, alert.accepted_by) for _, alert in open_alerts(self.hub.book.state)]


def test_it_rings_once_after_a_minute_of_silence_and_ends_when_the_machine_is_heard() -> None:
    office = Watched()
    office.watch(10 * AWAY_MS, linked=True)
    assert office.rings() == [] and office.away.unheard() == ("m3",), "it may print alone somewhere"
    office.watch(AWAY_MS - LOOK_MS, linked=False)
    assert office.rings() == [] and office.away.unheard() == ("m2", "m3")
    office.watch(10 * AWAY_MS, linked=False)
    assert office.rings() == [("m2", "")], "m3 has not come today, and nobody misses it"
    (alert,) = (key for key, _ in open_alerts(office.hub.book.state))
    office.hub.act("accept_alert", "i1", alert=alert)
    office.watch(AWAY_MS, linked=False)
    assert office.rings() == [("m2", "2041")], "it lasts, and does not ring again"
    office.watch(UNHEARD_MS, linked=True)
    assert office.rings() == [] and office.away.unheard() == ("m3",)
    kinds = [e.kind for _, e in office.hub.log.read(0, 1_000)]
    assert kinds.count("StaffCalled") == kinds.count("AlertCleared") == 1
    office.until_quiet()
    assert dump(office.machine.book.state) == dump(office.hub.book.state)


def test_a_machine_that_is_refused_is_as_unknown_as_one_that_is_silent() -> None:
    office = Watched()
    office.machine.book.settle("core", [f.Called(ticket="mine", counter=1, call=1)])
    office.watch(2 * AWAY_MS, linked=True)
    assert office.away.unheard() == ("m2", "m3")
    assert ("m2", "") in office.rings()


def test_a_hub_that_has_just_started_or_slept_waits_before_it_rings_but_takes_numbers_at_once() -> None:
    office = Watched()
    office.watch(AWAY_MS - LOOK_MS, linked=False)
    office.hub.boot()
    office.away = office.watching()
    assert office.away.unheard() == ("m2", "m3")
    office.away.tick()
    office.watch(AWAY_MS - LOOK_MS, linked=False)
    assert office.rings() == []
    office.watch(2 * LOOK_MS, linked=False)
    assert office.rings() == [("m2", "")]
    office.watch(UNHEARD_MS, linked=True)
    office.pass_ms(3_600_000)
    office.away.tick()
    assert office.rings() == []


def test_in_the_evening_a_machine_may_be_switched_off_and_a_bell_of_yesterday_is_over() -> None:
    office = Watched()
    office.watch(2 * AWAY_MS, linked=False)
    assert office.rings() == [("m2", "")]
    office.now.utc_ms = int(MORNING.replace(day=7).timestamp() * 1000)
    office.hub.tick()
    office.watch(2 * AWAY_MS, linked=False)
    assert office.rings() == []
    office.hub.book.commit("core", [f.DayClosed(date="2026-04-07")])
    assert office.away.unheard() == (), "nobody is called any more"
    office.now.utc_ms = int(MORNING.replace(day=8).timestamp() * 1000)
    office.hub.tick()
    office.machine.join()
    office.until_quiet()
    office.watch(LOOK_MS, linked=True)
    office.now.utc_ms = int(MORNING.replace(day=8, hour=17, minute=20).timestamp() * 1000)
    office.watch(5 * AWAY_MS, linked=False)
    assert office.rings() == []


def test_a_number_printed_alone_is_called_and_is_one_visit_with_its_ticket_when_the_cable_is_mended() -> None:
    office = Watched()
    office.hub.act("open_counter", "o1", counter=1)
    office.until_quiet()
    tickets = [office.machine.issue("residence", f"i{n}") for n in range(12)]
    for ticket in tickets:
        office.machine.print_ends(ticket, "issued")
    last = office.machine.printed[-1]
    assert last.number >= 720, "its blocks are used up"
    for number, counter_act in ((1, "complete"), (last.number, "no_show")):
        office.hub.act("call_number", f"c{number}", counter=1, number=f"A-{number}", service="residence")
        office.hub.act(counter_act, f"d{number}", counter=1)
    assert len(office.hub.book.state.day.stand_ins) == 2
    office.pass_ms(5_000)
    office.until_quiet()
    day = office.hub.book.state.day
    assert set(day.tickets) == set(tickets) and not day.stand_ins
    assert visit_of(day, tickets[0]).done == ("residence",)
    assert visit_of(day, last.ticket).status == "no_show"
    called = set()
    for n in range(12):
        office.hub.act("call_next", f"n{n}", counter=1)
        called.add(day.counters["1"].current)
    assert called - {""} == set(tickets) - {tickets[0], last.ticket}
    office.pass_ms(1_000)
    office.until_quiet()
    assert dump(office.machine.book.state) == dump(office.hub.book.state)
    assert CAUSE not in [alert.cause for _, alert in open_alerts(office.hub.book.state)]
