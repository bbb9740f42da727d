"""The hub's way to central, message by message: what is asked next, what an answer means, how long is waited."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from kiosk_app import sync
from kiosk_app import sync_messages as wire
from kiosk_app.central_shelf import IMPLAUSIBLE, CentralShelf, Done
from kiosk_app.expected import Expected
from kiosk_app.hub_link import ANSWER_MS, REFUSED_MS, RETRY_MAX_MS, RETRY_MS, NotNow
from kiosk_app.office import facts as f
from kiosk_app.office.board import Board
from kiosk_app.office.check_in_rows import CheckInRow
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.replication import Given, Hello, No, Pull, Push, Taken, Welcome
from kiosk_app.sync import Ask, Sync
from kiosk_app.sync_messages import (
    FACTS_UP,
    ContactsAsked,
    ContactsGiven,
    RowsAsked,
    RowsGiven,
    Show,
    Shown,
    Wait,
    Waited,
)
from offline_store.chains import digest_of
from offline_store.envelope import GENESIS, Envelope, encode, hash_of
from offline_store.wire import Batch, Have, Item
from tests.kiosk_app.replication.machines import Hub, Now
from tests.kiosk_app.replication.test_link import MORNING

OFFICE, KEY = "kokura-kita", b"k" * 32


class Way:
    """A hub, and central's part by hand."""

    def __init__(
        self,
        in_thread: Callable[[Callable[[], Batch | None], Done], None] | None = None,
        judge: Callable[[f.Fact], str] = lambda fact: "",
    ) -> None:
        self.now = Now(int(MORNING.timestamp() * 1000))
        self.hub = Hub("m1", (), self.now, random.Random(1), [])
        self.hub.boot()
        self.expected = Expected(self.hub.book, OFFICE, KEY)
        more = {} if in_thread is None else {"in_thread": in_thread}
        shelf = CentralShelf(
            self.hub.book,
            "m1",
            OFFICE,
            self.expected,
            lambda: Board(office=OFFICE, as_of_utc_ms=self.now.utc_ms, date=self.now.date),
            lambda: self.hub.book.changed.version,
            judge=judge,
            contacts=self,
            **more,
        )
        self.sync = Sync(shelf)
        self.have: dict[str, int] = {}
        self.looked_at: tuple[str, ...] = ()
        self.contacts: list[tuple[ContactRow, ...]] = []

    def wanted(self) -> tuple[str, ...]:
        return self.looked_at

    def put(self, rows: Sequence[ContactRow]) -> None:
        self.contacts.append(tuple(rows))

    def asked(self) -> Ask | None:
        asked = self.sync.tick(self.now.utc_ms, 0.5)
        if asked is not None:
            assert wire.decode_request(wire.encode(asked.request)) == asked.request
        return asked

    def next(self) -> Ask:
        asked = self.asked()
        assert asked is not None
        return asked

    def answer(self, asked: Ask, reply: wire.Reply) -> None:
        self.sync.answered(self.now.utc_ms, asked.number, wire.decode_reply(wire.encode(reply)), 0.5)

    def turn(self, asked: Ask) -> None:
        """As a central that takes whatever it is given."""
        match asked.request:
            case Hello():
                self.answer(asked, Welcome("s1", "central", asked.request.epoch, 0, Have(dict(self.have))))
            case Push(batch=batch):
                for item in batch.items:
                    self.have["m1"] = max(self.have.get("m1", 0), 1)
                    assert hash_of(item.data) == item.hash
                self.answer(asked, Taken(batch.up_to))
            case Pull():
                self.answer(asked, Given(None, digest_of(self.hub.log.heads())))
            case Show():
                self.answer(asked, Shown())
            case RowsAsked(date=date):
                self.answer(asked, RowsGiven(date, ()))
            case ContactsAsked(bookings=bookings):
                self.answer(asked, ContactsGiven(tuple(ContactRow(booking=one, told="call") for one in bookings)))

    def until_quiet(self) -> list[wire.Request]:
        done: list[wire.Request] = []
        while (asked := self.asked()) is not None:
            done.append(asked.request)
            self.turn(asked)
            assert len(done) < 1_000
        return done


def kinds(requests: list[wire.Request]) -> list[str]:
    return [type(one).__name__ for one in requests]


def test_a_greeting_then_the_board_then_rows_then_facts_both_ways_and_quiet() -> None:
    way = Way()
    assert way.sync.pending() is None
    done = way.until_quiet()
    assert kinds(done) == ["Hello", "Show", "RowsAsked", "Push", "Pull"]
    assert way.sync.linked and way.sync.link.in_step and way.sync.pending() == 0
    way.hub.issue("residence", "i1")
    assert way.sync.pending() > 0  # type: ignore[operator]
    assert kinds(way.until_quiet()) == ["Push"], "what it writes goes at once, and the board a little later"
    assert way.sync.pending() == 0


def test_a_board_goes_when_something_changed_and_else_as_a_sign_of_life() -> None:
    way = Way()
    way.until_quiet()
    way.now.utc_ms += sync.BOARD_MS
    assert kinds(way.until_quiet()) == ["Show"], "rows have come"
    way.now.utc_ms += sync.BOARD_MS
    assert way.until_quiet() == []
    way.hub.issue("residence", "i1")
    assert kinds(way.until_quiet()) == ["Show", "Push"]
    way.hub.issue("residence", "i2")
    assert kinds(way.until_quiet()) == ["Push"], "not more often than every few seconds"
    way.now.utc_ms += sync.BOARD_MS
    assert kinds(way.until_quiet()) == ["Show"]
    way.now.utc_ms += sync.SIGN_OF_LIFE_MS
    assert "Show" in kinds(way.until_quiet())


def test_contacts_are_asked_for_only_while_somebody_looks_and_then_again_and_again() -> None:
    way = Way()
    way.until_quiet()
    assert way.contacts == []
    way.looked_at = ("b1", "b2")
    assert kinds(way.until_quiet()) == ["ContactsAsked"] and len(way.contacts[-1]) == 2
    assert way.until_quiet() == []
    way.looked_at = ("b1",)
    assert kinds(way.until_quiet()) == ["ContactsAsked"], "the list has changed"
    way.now.utc_ms += sync.CONTACTS_MS
    assert "ContactsAsked" in kinds(way.until_quiet()), "whom a mail has reached meanwhile is seen"
    way.looked_at = ()
    assert way.until_quiet() == []
    way.looked_at = ("b1",)
    assert kinds(way.until_quiet()) == ["ContactsAsked"], "nothing was kept"
    way.looked_at = ()
    way.now.utc_ms += sync.CONTACTS_MS
    assert "ContactsAsked" not in kinds(way.until_quiet())


def test_an_answer_about_contacts_that_nobody_asked_for_is_none() -> None:
    way = Way()
    way.turn(way.next())
    shown = way.next()
    assert isinstance(shown.request, Show)
    way.answer(shown, ContactsGiven((ContactRow(booking="b1", told="call"),)))
    assert way.contacts == []


def test_a_lost_answer_is_asked_for_again_and_a_late_one_changes_nothing() -> None:
    way = Way()
    way.turn(way.next())
    shown = way.next()
    assert isinstance(shown.request, Show)
    way.now.utc_ms += ANSWER_MS
    again = way.asked()
    while again is None or not isinstance(again.request, Show):
        if again is not None:
            way.turn(again)
        way.now.utc_ms += RETRY_MS
        again = way.asked()
    assert again.number != shown.number
    way.answer(shown, Shown("a" * 64))
    way.answer(again, Shown())
    assert way.sync.failure == ""


@pytest.mark.parametrize("number_of_failures", [1, 3, 20])
def test_it_backs_off_with_jitter_and_never_for_longer_than_half_a_minute(number_of_failures: int) -> None:
    way = Way()
    waits = []
    for turn in range(number_of_failures):
        asked = way.next()
        way.sync.failed(way.now.utc_ms, asked.number, "away", turn / number_of_failures)
        since = way.now.utc_ms
        while way.sync.tick(way.now.utc_ms, 0.0) is None:
            way.now.utc_ms += 50
        waits.append(way.now.utc_ms - since)
        asked_again = way.sync.link._asked
        assert asked_again is not None
        way.sync.failed(way.now.utc_ms, asked_again.number, "away", 0.0)
        way.now.utc_ms += RETRY_MAX_MS
    assert all(RETRY_MS / 2 <= one <= RETRY_MAX_MS + 50 for one in waits)
    assert not way.sync.linked and way.sync.failure == "away"


def test_an_answer_to_something_else_is_none() -> None:
    way = Way()
    way.turn(way.next())
    shown = way.next()
    way.answer(shown, RowsGiven("2026-04-06", (CheckInRow(booking="b1"),)))
    assert way.expected.row("b1") is None
    following = way.next()
    assert not isinstance(following.request, Show), "facts go on meanwhile"
    way.answer(following, Shown())
    assert not way.sync.linked


def test_a_long_backlog_goes_in_bounded_batches_with_the_board_between_them() -> None:
    way = Way()
    for first in range(0, 2 * FACTS_UP, 500):
        way.hub.book.commit("core", [f.PrinterChanged(printer=f"{first}", status="ready")] * 500)
    sizes: list[int] = []
    seen: list[str] = []
    while (asked := way.asked()) is not None:
        seen.append(type(asked.request).__name__)
        if isinstance(asked.request, Push):
            sizes.append(len(asked.request.batch.items))
            way.now.utc_ms += sync.BOARD_MS
            way.hub.ring("paper_low")
        way.turn(asked)
        if len(sizes) > 4:
            break
    assert max(sizes) == FACTS_UP and sum(sizes) >= 2 * FACTS_UP
    first, last = seen.index("Push"), len(seen) - seen[::-1].index("Push")
    assert "Show" in seen[first:last]


def test_a_batch_that_is_read_elsewhere_is_waited_for_and_nothing_is_taken_for_sent() -> None:
    reading: list[tuple[Callable[[], Batch | None], Done]] = []
    way = Way(lambda job, done: reading.append((job, done)))
    way.turn(way.next())
    while (asked := way.asked()) is not None:
        assert not isinstance(asked.request, Push)
        way.turn(asked)
    assert len(reading) == 1 and not way.sync.link.in_step
    job, done = reading.pop()
    done(job())
    push = way.next()
    assert isinstance(push.request, Push) and len(push.request.batch.items) == way.hub.log.last_position
    way.hub.issue("residence", "i1")
    way.turn(push)
    while (asked := way.asked()) is not None:
        way.turn(asked)
    job, done = reading.pop()
    done(job())
    assert isinstance(way.next().request, Push)


def of_central(kind: str, body: bytes, machine: str = "central", lamport: int = 1) -> Batch:
    data = encode(Envelope(machine, 1, lamport, 0, "central", kind, body), GENESIS)
    return Batch(sender=machine, after=0, up_to=1, items=(Item(hash_of(data), data),))


MADE = (
    b'{"booking":"b1","letter":"A","date":"2026-04-06","lane":1,"start_min":540,"length_min":10,"after_min":0,'
    b'"service":"residence","source":"web"}'
)


def pulled(way: Way, batch: Batch) -> None:
    way.until_quiet()
    way.now.utc_ms += sync.POLL_MS
    while not isinstance((asked := way.next()).request, Pull):
        way.turn(asked)
    way.answer(asked, Given(batch))


def test_a_promise_of_today_comes_down_and_its_row_is_asked_for() -> None:
    way = Way()
    pulled(way, of_central("BookingMade", MADE))
    assert way.hub.log.head("central")[0] == 1
    asked = way.next()
    while not isinstance(asked.request, RowsAsked):
        way.turn(asked)
        asked = way.next()
    way.answer(asked, RowsGiven("2026-04-06", (CheckInRow(booking="b1", name="見本太郎"),)))
    found = way.expected.row("b1")
    assert found is not None and found.name == "見本太郎"


@pytest.mark.parametrize(
    "batch",
    [
        of_central("HubTaken", b'{"machine_code":"m9","epoch":9,"cause":"forced","after":{}}'),
        of_central("DayClosed", b'{"date":"2026-04-06"}'),
        of_central("BookingMade", MADE, "m9"),
        of_central("BookingMade", MADE, "central", 2**52),
        of_central("BookingMade", b'{"booking":7}'),
    ],
)
def test_central_may_say_whom_it_promised_which_time_and_nothing_of_the_office(batch: Batch) -> None:
    way = Way()
    before = way.hub.log.last_position
    pulled(way, batch)
    assert way.hub.log.last_position == before and way.sync.link.trouble == "malformed"


def test_what_cannot_be_true_is_refused_recorded_once_and_shown() -> None:
    """And the office goes on: what came before it is kept, and it is asked for again every minute."""
    way = Way(judge=lambda fact: "day_ahead" if getattr(fact, "date", "") > "2026-12-31" else "")
    far = MADE.replace(b"2026-04-06", b"2126-04-06")
    assert far != MADE
    for _ in range(3):
        pulled(way, of_central("BookingMade", far))
        assert way.hub.log.head("central")[0] == 0 and way.sync.link.trouble == IMPLAUSIBLE
        assert "2126-04-06" not in way.hub.book.state.slots
        way.now.utc_ms += REFUSED_MS
    told = [
        f.decode(e.kind, e.body) for _, e in way.hub.log.read(0, 1_000) if e.kind in ("RecordsRefused", "StaffCalled")
    ]
    assert told[0] == f.RecordsRefused(machine_code="central", cause="day_ahead", machine="central", seq=1)
    assert len(told) == 2 and isinstance(told[1], f.StaffCalled) and told[1].cause == "peer_refused"
    pulled(way, of_central("BookingMade", MADE))
    assert way.hub.log.head("central")[0] == 1, "once it is put right it comes"


def test_what_cannot_be_judged_now_comes_later() -> None:
    doubts = [True]

    def judge(fact: f.Fact) -> str:
        if doubts[0]:
            raise NotNow
        return ""

    way = Way(judge=judge)
    pulled(way, of_central("BookingMade", MADE))
    assert way.hub.log.head("central")[0] == 0 and way.sync.link.trouble == ""
    doubts[0] = False
    way.now.utc_ms += RETRY_MAX_MS
    pulled(way, of_central("BookingMade", MADE))
    assert way.hub.log.head("central")[0] == 1


def test_a_question_that_central_holds_brings_news_at_once_and_its_loss_does_no_harm() -> None:
    way = Way()
    assert way.sync.hold(way.now.utc_ms, 0.5) is None, "not before the greeting"
    way.until_quiet()
    held = way.sync.hold(way.now.utc_ms, 0.5)
    assert held is not None and held.request == Wait("central", 0, "")
    assert way.sync.hold(way.now.utc_ms, 0.5) is None
    way.sync.held(way.now.utc_ms, held.number, Waited(True), 0.5)
    assert kinds(way.until_quiet()) == ["Show", "Pull"]
    way.now.utc_ms += sync.AFTER_NEWS_MS
    lost = way.sync.hold(way.now.utc_ms, 0.5)
    assert lost is not None
    way.now.utc_ms += sync.HELD_MS
    assert way.sync.hold(way.now.utc_ms, 0.5) is None
    assert way.sync.linked, "it says nothing of the others"
    way.now.utc_ms += RETRY_MAX_MS
    while (asked := way.asked()) is not None:
        way.turn(asked)
    assert way.sync.hold(way.now.utc_ms, 0.5) is not None


def test_when_a_held_question_breaks_central_is_asked_at_once_and_nobody_is_told_before() -> None:
    way = Way()
    way.until_quiet()
    held = way.sync.hold(way.now.utc_ms, 0.5)
    assert held is not None and way.until_quiet() == []
    way.sync.held(way.now.utc_ms, held.number, None, 0.5)
    assert way.sync.linked
    asked = way.next()
    assert isinstance(asked.request, Pull)
    way.sync.failed(way.now.utc_ms, asked.number, "away", 0.5)
    assert not way.sync.linked and way.sync.failure == "away"


def test_a_refusal_is_told_and_asked_again_after_a_while() -> None:
    way = Way()
    way.answer(way.next(), No("refused", "token"))
    assert way.sync.link.trouble == "token" and way.asked() is None
    way.now.utc_ms += 60_000
    assert isinstance(way.next().request, Hello)
