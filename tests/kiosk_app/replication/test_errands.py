"""What a machine asks its hub for a visitor: before everything else, once, and answered or known to be unanswered."""

from __future__ import annotations

from kiosk_app import hub_link
from kiosk_app.office import same_day
from kiosk_app.office.slots import Start
from kiosk_app.replication import Find, Found, Reply, Request, Sell, Sold
from tests.kiosk_app.replication.test_link import Pair


def find(session: str) -> Request:
    return Find(session, "0001")


def sell(session: str) -> Request:
    return Sell(session, "sale-1", "move-in", 600, "ja")


class Shop:
    """Sells everything, and counts."""

    def __init__(self, pair: Pair) -> None:
        self.wishes: list[same_day.Wish] = []
        pair.hub.door.shop.sold = self.sell
        pair.hub.door.shop.find_phones = lambda digits: ("b1", "b2") if digits == "0001" else ()

    def sell(self, wish: same_day.Wish) -> same_day.Sold | same_day.Offers:
        self.wishes.append(wish)
        if wish.start_min != 600:
            return same_day.Offers(why="none")
        return same_day.Sold("b9", Start(600, 2, 10, 0), None)


def linked() -> Pair:
    pair = Pair()
    pair.until_quiet()
    return pair


def test_a_question_goes_before_the_facts_and_is_answered_once() -> None:
    pair = linked()
    shop, heard = Shop(pair), list[Reply | None]()
    pair.machine.ring("visitor")
    pair.machine.link.send(find, heard.append, pair.now.utc_ms)
    pair.machine.link.send(sell, heard.append, pair.now.utc_ms)
    asked = [type(ask.request) for ask, _ in pair.until_quiet()]
    assert asked[:2] == [Find, Sell]
    assert heard == [Found(("b1", "b2")), Sold("b9", "H", 2, 600, 10)]
    assert [wish.intent for wish in shop.wishes] == ["m2 sale-1"], "two machines' sales are never one"


def test_what_is_not_sold_says_so() -> None:
    pair = linked()
    Shop(pair)
    heard = list[Reply | None]()
    pair.machine.link.send(lambda session: Sell(session, "s", "move-in", 610, "ja"), heard.append, pair.now.utc_ms)
    pair.until_quiet()
    assert heard == [Sold(cause="time_gone")]


def test_a_lost_answer_is_told_as_such_and_the_same_may_be_asked_again() -> None:
    pair = linked()
    Shop(pair)
    heard = list[Reply | None]()
    pair.machine.link.send(sell, heard.append, pair.now.utc_ms)
    ask = pair.asked()
    assert ask is not None
    pair.answer(ask)
    pair.pass_ms(hub_link.ANSWER_MS)
    pair.asked()
    assert heard == [None]
    late = pair.answer(ask)
    pair.machine.link.answered(pair.now.utc_ms, ask.number, late, 0.5)
    assert heard == [None], "an answer that comes late is for nobody"
    pair.pass_ms(hub_link.RETRY_MAX_MS)
    pair.until_quiet()
    pair.machine.link.send(sell, heard.append, pair.now.utc_ms)
    pair.until_quiet()
    assert heard[1:] == [Sold("b9", "H", 2, 600, 10)]


def test_nothing_waits_for_a_hub_that_is_away_and_not_too_many_for_one_that_is_slow() -> None:
    pair = linked()
    Shop(pair)
    heard = list[Reply | None]()
    for _ in range(hub_link.ERRANDS_MAX + 1):
        pair.machine.link.send(find, heard.append, pair.now.utc_ms)
    assert heard == [None], "one too many"
    ask = pair.asked()
    assert ask is not None
    pair.pass_ms(hub_link.ERRAND_MS)
    pair.asked()
    assert heard == [None] * hub_link.ERRANDS_MAX, "those that were not even asked in time"
    pair.machine.link.failed(pair.now.utc_ms, ask.number, 0.5)
    assert heard == [None] * (hub_link.ERRANDS_MAX + 1)
    pair.machine.link.send(find, heard.append, pair.now.utc_ms)
    assert len(heard) == hub_link.ERRANDS_MAX + 2, "it is away: answered at once"


def test_a_stranger_and_a_closed_hub_sell_nothing() -> None:
    pair = linked()
    shop, heard = Shop(pair), list[Reply | None]()
    pair.hub.boot()
    pair.machine.link.send(sell, heard.append, pair.now.utc_ms)
    pair.turn()
    assert heard == [None], "a hub that began again greets first"
    assert not shop.wishes
