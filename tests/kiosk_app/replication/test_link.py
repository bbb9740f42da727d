"""One machine and its hub, message by message: what is asked, what an answer means, what is refused and shown."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from kiosk_app import hub_link, replication
from kiosk_app.hub_link import Ask
from kiosk_app.office import facts as f
from kiosk_app.office.state import dump, open_alerts
from kiosk_app.replication import FACTS_AT_ONCE, Given, Hello, No, Pull, Push, Reply, Taken, Welcome
from offline_store import envelope
from offline_store.envelope import Envelope
from offline_store.exchange import NOTHING
from offline_store.wire import Batch, Item
from tests.kiosk_app.house import ZONE
from tests.kiosk_app.replication.machines import Hub, Machine, Now, Printed
from tests.kiosk_app.replication.memory_log import MemoryLog, new_disk

MORNING = datetime(2026, 4, 6, 9, 0, tzinfo=ZONE)


class Pair:
    """Requests go by hand."""

    def __init__(self, start: datetime = MORNING, wrong_ms: int = 0) -> None:
        self.now = Now(int(start.timestamp() * 1000))
        ids, printed = random.Random(1), list[Printed]()
        self.hub = Hub("m1", ("m2", "m3"), self.now, ids, printed)
        self.machine = Machine("m2", self.now, ids, printed)
        self.hub.boot()
        self.machine.boot(wrong_ms)

    def asked(self) -> Ask | None:
        return self.machine.link.tick(self.now.utc_ms, 0.5)

    def answer(self, ask: Ask) -> Reply:
        request = replication.decode_request(replication.encode(ask.request))
        return replication.decode_reply(replication.encode(self.hub.door.handle("m2", request)))

    def turn(self) -> tuple[Ask, Reply] | None:
        ask = self.asked()
        if ask is None:
            return None
        reply = self.answer(ask)
        self.machine.link.answered(self.now.utc_ms, ask.number, reply, 0.5)
        return ask, reply

    def until_quiet(self) -> list[tuple[Ask, Reply]]:
        turns = []
        while (turn := self.turn()) is not None:
            turns.append(turn)
            assert len(turns) < 1_000
        return turns

    def pass_ms(self, span_ms: int) -> None:
        self.now.utc_ms += span_ms


def test_a_greeting_then_both_ways_then_quiet_then_a_question_a_second() -> None:
    pair = Pair()
    turns = pair.until_quiet()
    assert isinstance(turns[0][0].request, Hello) and isinstance(turns[0][1], Welcome)
    assert {type(ask.request) for ask, _ in turns[1:]} == {Push, Pull}
    assert pair.machine.link.linked and pair.machine.link.in_step
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)
    pair.pass_ms(hub_link.POLL_MS - 1)
    assert pair.asked() is None
    pair.pass_ms(1)
    ((ask, reply),) = pair.until_quiet()
    assert isinstance(ask.request, Pull) and isinstance(reply, Given) and reply.batch is None
    pair.machine.issue("residence", "i1")
    assert [type(ask.request) for ask, _ in pair.until_quiet()] == [Push], "what it writes goes at once"
    assert len(pair.hub.book.state.day.tickets) == 1


def test_a_long_backlog_goes_in_bounded_batches_and_resumes_in_the_middle() -> None:
    pair = Pair()
    news = [f.PrinterChanged(printer="printer", status=str(n)) for n in range(3 * FACTS_AT_ONCE)]
    pair.machine.book.settle("printer", news)
    while not pair.hub.log.head("m2")[0]:
        pair.turn()
    half = pair.hub.log.head("m2")[0]
    assert 0 < half <= FACTS_AT_ONCE
    pair.machine.boot()
    turns = pair.until_quiet()
    sent = [ask.request.batch for ask, _ in turns if isinstance(ask.request, Push)]
    assert all(len(batch.items) <= FACTS_AT_ONCE for batch in sent)
    assert sum(len(batch.items) for batch in sent) == pair.machine.log.head("m2")[0] - half
    assert pair.machine.link.in_step


def test_an_answer_of_another_question_and_a_second_one_change_nothing() -> None:
    pair = Pair()
    ask = pair.asked()
    assert ask is not None
    reply = pair.answer(ask)
    pair.machine.link.answered(pair.now.utc_ms, ask.number + 1, reply, 0.5)
    assert not pair.machine.link.linked and pair.asked() is None
    pair.machine.link.answered(pair.now.utc_ms, ask.number, reply, 0.5)
    push = pair.asked()
    assert push is not None
    pair.machine.link.answered(pair.now.utc_ms, ask.number, reply, 0.5)
    assert pair.asked() is None, "the question that is on its way is still the one"


def test_an_answer_from_before_a_long_sleep_says_nothing_of_the_time() -> None:
    pair = Pair()
    ask = pair.asked()
    assert ask is not None
    reply = pair.answer(ask)
    pair.pass_ms(12 * 3_600_000)
    pair.machine.link.answered(pair.now.utc_ms, ask.number, reply, 0.5)
    assert not pair.machine.link.linked
    pair.pass_ms(hub_link.RETRY_MS)
    pair.until_quiet()
    assert pair.machine.link.linked


def test_without_answers_it_waits_longer_each_time_and_never_longer_than_half_a_minute() -> None:
    pair = Pair()
    ask, waits = pair.asked(), []
    for _ in range(12):
        assert ask is not None
        pair.machine.link.failed(pair.now.utc_ms, ask.number, 0.999)
        lost_at = pair.now.utc_ms
        while (ask := pair.asked()) is None:
            pair.pass_ms(50)
        waits.append(pair.now.utc_ms - lost_at)
    assert waits[0] <= hub_link.RETRY_MS
    assert waits == sorted(waits)
    assert waits[-2] == waits[-1] <= hub_link.RETRY_MAX_MS + 50


def test_jitter_spreads_machines_that_lost_their_hub_together() -> None:
    waits = set()
    for jitter in (0.0, 0.5, 0.99):
        pair = Pair()
        ask = pair.asked()
        assert ask is not None
        pair.machine.link.failed(pair.now.utc_ms, ask.number, jitter)
        waited = 0
        while pair.asked() is None:
            pair.pass_ms(10)
            waited += 10
        waits.add(waited)
    assert len(waits) == 3


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"office": "another"}, "not_its_name"),
        ({"machine": "m3"}, "not_its_name"),
        ({"machine": "m22"}, "not_its_name"),
        ({"protocol": 99}, "protocol"),
        ({"epoch": 7}, "older_hub"),
    ],
)
def test_a_greeting_that_does_not_fit_is_refused(change: dict[str, object], cause: str) -> None:
    from msgspec.structs import replace

    pair = Pair()
    ask = pair.asked()
    assert ask is not None and isinstance(ask.request, Hello)
    assert pair.hub.door.handle("m2", replace(ask.request, **change)) == No("refused", cause)


def test_who_is_not_of_the_office_hears_nothing() -> None:
    pair = Pair()
    ask = pair.asked()
    assert ask is not None
    assert pair.hub.door.handle("m9", ask.request) == No("refused", "unknown_machine")
    assert pair.hub.door.handle("m2", Pull("", 0, NOTHING)) == No("greet", "session")


def test_a_lie_is_refused_whole_recorded_once_and_rings() -> None:
    pair = Pair()
    pair.until_quiet()
    pair.machine.issue("residence", "i1")
    pair.machine.book.commit("x", [f.CounterClosed(counter=1)])
    before = pair.hub.log.head("m2")
    ((_, reply),) = pair.until_quiet()
    assert reply == No("refused", "not_its_kind")
    assert pair.machine.link.trouble == "not_its_kind"
    assert pair.hub.log.head("m2") == before
    for _ in range(3):
        pair.pass_ms(hub_link.REFUSED_MS)
        assert pair.until_quiet()[-1][1] == No("refused", "not_its_kind")
    told = [f.decode(e.kind, e.body) for _, e in pair.hub.log.read(0, 1000) if e.kind == "RecordsRefused"]
    seq = pair.machine.log.head("m2")[0]
    assert told == [f.RecordsRefused(machine_code="m2", cause="not_its_kind", machine="m2", seq=seq)]
    ((_, alert),) = open_alerts(pair.hub.book.state)
    assert (alert.cause, alert.detail, alert.machine_code) == ("peer_refused", "m2", "m1")
    assert pair.machine.issue("residence", "i2"), "it prints on"


def test_a_fork_is_found_at_the_greeting_and_recorded_and_the_machine_goes_on_under_a_new_name() -> None:
    """Its disk was copied back: the numbers printed since are unknown to it, so its spare band serves."""
    pair = Pair()
    pair.until_quiet()
    copy = new_disk("m2")
    for table in ("identity", "facts", "gaps", "quarantine", "cursors", "base"):
        rows = pair.machine.disk.execute(f"SELECT * FROM {table}").fetchall()
        copy.execute(f"DELETE FROM {table}")
        if rows:
            copy.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    pair.machine.issue("residence", "i1")
    pair.until_quiet()
    pair.machine.disk = copy
    pair.machine.boot()
    pair.machine.issue("residence", "i2")
    pair.until_quiet()
    assert pair.machine.book.machine == "m2~1"
    assert any(e.kind == "RecordsRefused" for _, e in pair.hub.log.read(0, 1000))
    assert pair.machine.link.trouble == "" or pair.machine.link.trouble == "forked"
    pair.pass_ms(hub_link.RETRY_MAX_MS)
    pair.machine.join()
    third = pair.machine.issue("residence", "i3")
    pair.until_quiet()
    assert pair.hub.book.state.day.tickets[third].number >= 800


def test_a_restored_machine_that_wrote_nothing_yet_hears_of_its_own_facts_and_begins_anew() -> None:
    pair = Pair()
    pair.until_quiet()
    pair.machine.issue("residence", "i1")
    pair.until_quiet()
    pair.machine.disk = new_disk("m2")
    pair.now.utc_ms += 1
    pair.machine.boot(-100 * 365 * 24 * 3_600_000)
    pair.until_quiet()
    assert pair.machine.book.machine == "m2~1"
    assert isinstance(pair.machine.log, MemoryLog)


def test_what_is_no_message_is_said_to_be_none() -> None:
    for data in (b"", b"\xc1", b"\x80", replication.encode(Taken(1))[:-1], bytes(9_000_000)):
        with pytest.raises(replication.MalformedMessage):
            replication.decode_request(data)
    with pytest.raises(replication.MalformedMessage):
        replication.decode_request(replication.encode(Taken(1)))


def test_a_hub_without_room_says_later_and_a_machine_without_room_asks_again() -> None:
    pair = Pair()
    pair.until_quiet()
    pair.machine.issue("residence", "i1")
    pair.hub.fill_disk(True)
    ask, reply = pair.until_quiet()[-1]
    assert isinstance(ask.request, Push) and reply == No("later", "disk_full")
    pair.hub.fill_disk(False)
    pair.pass_ms(hub_link.RETRY_MAX_MS)
    pair.until_quiet()
    assert len(pair.hub.book.state.day.tickets) == 1
    pair.hub.ring("visitor")
    pair.machine.fill_disk(True)
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()
    assert not open_alerts(pair.machine.book.state)
    pair.machine.fill_disk(False)
    pair.pass_ms(hub_link.RETRY_MAX_MS)
    pair.until_quiet()
    assert open_alerts(pair.machine.book.state)


def test_an_empty_batch_moves_on() -> None:
    pair = Pair()
    pair.until_quiet()
    empty = Batch(sender="m2", after=0, up_to=3, items=())
    session = pair.hub.door.guests["m2"].session
    assert pair.hub.door.handle("m2", Push(session, empty)) == Taken(3)


def test_a_counter_that_would_end_everybodys_log_is_refused() -> None:
    pair = Pair()
    pair.until_quiet()
    seq, previous = pair.hub.log.head("m2")
    fact = f.PrinterChanged(printer="printer", status="x")
    for lamport, taken in ((2**53, False), (pair.hub.log.lamport + 1, True)):
        place = Envelope("m2", seq + 1, lamport, pair.now.utc_ms, "x", "PrinterChanged", f.encode(fact))
        data = envelope.encode(place, previous)
        batch = Batch(sender="m2", after=0, up_to=1, items=(Item(envelope.hash_of(data), data),))
        reply = pair.hub.door.handle("m2", Push(pair.hub.door.guests["m2"].session, batch))
        assert reply == (Taken(1) if taken else No("refused", "counter_ahead"))
    pair.hub.ring("visitor")


def test_while_a_log_is_mended_the_machine_waits_and_the_hub_says_later() -> None:
    pair = Pair()
    pair.until_quiet()
    pair.machine.issue("residence", "i1")
    pair.machine.book.closed = True
    assert pair.asked() is None
    pair.machine.book.closed = False
    ask = pair.asked()
    assert ask is not None
    pair.hub.book.closed = True
    assert pair.answer(ask) == No("later", "mending")
    pair.hub.book.closed = False
    reply = pair.answer(ask)
    pair.machine.book.closed = True
    pair.machine.link.answered(pair.now.utc_ms, ask.number, reply, 0.5)
    pair.machine.book.closed = False
    pair.pass_ms(hub_link.RETRY_MAX_MS)
    pair.until_quiet()
    assert pair.machine.link.in_step and len(pair.hub.book.state.day.tickets) == 1


def test_after_a_mended_log_at_either_side_both_greet_again() -> None:
    """Positions of the log before mean nothing in the one that goes on."""
    pair = Pair()
    pair.until_quiet()
    pair.hub.book.begin_again("hub", "m1")
    pair.hub.tick()
    pair.pass_ms(hub_link.POLL_MS)
    kinds = [type(reply) for _, reply in pair.until_quiet()]
    assert kinds[:2] == [No, Welcome]
    pair.machine.book.begin_again("core", "m2")
    pair.machine.join()
    assert isinstance(pair.until_quiet()[0][0].request, Hello)
    pair.pass_ms(hub_link.POLL_MS)
    pair.until_quiet()
    assert pair.machine.link.in_step
    assert dump(pair.machine.book.state) == dump(pair.hub.book.state)
    ticket = pair.machine.issue("residence", "i1")
    pair.until_quiet()
    assert pair.hub.book.state.day.tickets[ticket].number == 820
