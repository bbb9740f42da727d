"""Pages of 操作履歴: laid beside each other they are the day, whatever is written meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.api import ActionRow
from kiosk_app.office import facts as f
from kiosk_app.office import history, rows
from tests.kiosk_app.office.scenario import Office
from tests.kiosk_app.office.test_folds import moves, played


def all_pages(office: Office, number: str, limit: int, meanwhile: int = 0) -> list[ActionRow]:
    found: list[ActionRow] = []
    before = ""
    while True:
        page = history.page(office.state, number, before, limit)
        assert len(page.rows) <= limit
        found += page.rows
        if not page.more:
            return found
        before = page.more
        for _ in range(meanwhile):
            office.append(f.CounterPaused(counter=2), actor="2042")


@given(moves, st.sampled_from(["", "A-001", "h002", "A-9"]), st.integers(1, 9), st.integers(0, 2))
def test_all_pages_together_are_the_day(
    plan: list[tuple[str, str | int, str]], number: str, limit: int, meanwhile: int
) -> None:
    office = played(plan)
    whole = rows.action_rows(office.state, limit=100_000)
    named = {"h002": "H-002"}.get(number, number)
    expected = [row for row in whole if not number or row.number == named]
    if number != "A-9":
        assert history.page(office.state, number).total == len(expected)
        assert all_pages(office, number, limit, meanwhile) == expected
    else:
        assert all_pages(office, number, limit) == []


@pytest.mark.parametrize("typed", ["A-001", "a1", "Ａ００１", "A 001", "001", "A-00"])
def test_a_number_is_found_whole_or_in_part_however_it_is_typed(typed: str) -> None:
    office = Office().open_day()
    office.issue()
    office.called(1)
    assert [row.number for row in history.page(office.state, typed).rows] == ["A-001"]


@pytest.mark.parametrize("typed", ["-", "B-001", "A-002", "住民票"])
def test_what_is_no_number_finds_nothing(typed: str) -> None:
    office = Office().open_day()
    office.issue()
    office.called(1)
    assert history.page(office.state, typed).rows == ()
