"""What is news is told once, and what is none is not told."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.api_tools import Congestion, Counts, GroupLoad
from kiosk_app.office.news import CONGESTION_EVERY_MS, PrinterNews, Told, congestion_news, counts_news, printer_news

FINE = frozenset({"ready", "near_end"})
STATES = ["ready", "near_end", "paper_out", "cover_open", "silent", "unknown"]
COUNTS = Counts(
    office="o", date="d", at="", over=True, issued=1, waiting=0, completed=1, no_shows=0, cancelled=0, services=()
)


def congestion(waiting: int, at: str = "") -> Congestion:
    group = GroupLoad(letter="A", name="住民票", waiting=waiting, open=True, counters_open=1)
    return Congestion(office="o", date="2026-04-06", at=at, waiting=waiting, groups=(group,))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 90_000)), max_size=60))
def test_congestion_is_told_when_it_differs_and_once_a_minute_at_most(steps: list[tuple[int, int]]) -> None:
    told, now, asked = Told(), 10**12, 0
    heard: list[tuple[int, int]] = []
    for waiting, pause_ms in steps:
        now += pause_ms
        found, news = congestion_news(told, now, lambda waiting=waiting: congestion(waiting, f"at {waiting}"))
        if news:
            heard.append((now, waiting))
        elif now - told.congestion_utc_ms >= CONGESTION_EVERY_MS:
            assert heard and heard[-1][1] == waiting, "nothing new is kept back"
        told = found
        asked += 1
    assert all(later[0] - earlier[0] >= CONGESTION_EVERY_MS for earlier, later in itertools.pairwise(heard))
    assert all(later[1] != earlier[1] for earlier, later in itertools.pairwise(heard))
    assert asked == len(steps) and (heard or not steps)


@given(st.lists(st.dictionaries(st.sampled_from(["printer", "printer_2"]), st.sampled_from(STATES)), max_size=20))
def test_a_printer_in_trouble_is_told_once_and_so_is_its_end(seen: list[dict[str, str]]) -> None:
    told, believed = Told(), {"printer": False, "printer_2": False}
    for printers in seen:
        told, found = printer_news(told, printers, FINE)
        for one in found:
            assert isinstance(one.data, PrinterNews)
            assert one.data.trouble or believed[one.data.printer], "no end of what never began"
            believed[one.data.printer] = one.data.trouble
        for name, status in printers.items():
            assert status == "unknown" or believed[name] == (status not in FINE)
        assert printer_news(told, printers, FINE)[1] == []


def test_each_day_is_told_once_and_under_a_name_that_tells_a_repeat() -> None:
    told, first = counts_news(Told(), "2026-04-06", "m1", lambda: COUNTS)
    assert [one.id for one in first] == ["counts.m1.2026-04-06"]
    assert counts_news(told, "2026-04-06", "m1", lambda: COUNTS)[1] == []
    assert counts_news(told, "2026-04-03", "m1", lambda: COUNTS)[1] == []
    assert counts_news(told, "", "m1", lambda: COUNTS)[1] == []
    assert counts_news(Told(), "2026-04-06", "m1", lambda: COUNTS)[1][0].id == first[0].id
