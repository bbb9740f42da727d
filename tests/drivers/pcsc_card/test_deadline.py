"""An exchange that does not end lets its caller go on; the thread behind it cleans up whenever it is let go."""

from __future__ import annotations

import threading

import pytest

from drivers.pcsc_card.deadline import ABANDONED_MAX, CardThread, Overdue

PATIENCE_S = 30.0


def test_work_is_done_in_order_and_errors_come_back() -> None:
    cleaned = threading.Event()
    thread = CardThread(PATIENCE_S, cleaned.set)
    assert [thread.run(lambda n=n: n * n) for n in range(5)] == [0, 1, 4, 9, 16]
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda: 1 // 0)
    assert thread.run(threading.get_ident) != threading.get_ident()
    assert thread.end(PATIENCE_S) and cleaned.is_set()
    with pytest.raises(Overdue):
        thread.run(lambda: 1)


@pytest.mark.slow
def test_many_exchanges_may_take_longer_than_one() -> None:
    thread = CardThread(3.0, lambda: None)

    def work() -> str:
        for _ in range(4):
            thread.beat()
            threading.Event().wait(1.0)
        return "done"

    assert thread.run(work) == "done"
    thread.end()


def test_who_waits_too_long_goes_on_and_nothing_further_is_sent() -> None:
    let_go, cleaned, sent = threading.Event(), threading.Event(), []
    thread = CardThread(0.05, cleaned.set)

    def work() -> None:
        thread.beat()
        let_go.wait(PATIENCE_S)
        thread.beat()
        sent.append("more")

    with pytest.raises(Overdue):
        thread.run(work)
    assert not cleaned.is_set()
    let_go.set()
    assert cleaned.wait(PATIENCE_S)
    assert sent == []


def test_no_more_cards_are_opened_while_too_many_hang() -> None:
    let_go = threading.Event()
    cleaned = [threading.Event() for _ in range(ABANDONED_MAX)]
    for event in cleaned:
        assert not CardThread.too_many_hang()
        with pytest.raises(Overdue):
            CardThread(0.01, event.set).run(lambda: let_go.wait(PATIENCE_S))
    assert CardThread.too_many_hang()
    let_go.set()
    assert all(event.wait(PATIENCE_S) for event in cleaned)
    for _ in range(3000):
        if not CardThread.too_many_hang():
            break
        threading.Event().wait(0.01)
    assert not CardThread.too_many_hang()
