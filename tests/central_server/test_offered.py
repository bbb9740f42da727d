"""What the JSON API remembers of free slots is what it would make anew, whatever changed and whatever time it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from central_server import api_types as t
from central_server import window
from central_server.days import Shown
from central_server.offered import Offered, slots
from kiosk_app.office.slots import Start
from tests.central_server.house import LETTER, NOW, OFFICE, SERVICE, TODAY, here

OFFICE_HERE = here()[OFFICE].office
DAYS = [TODAY + timedelta(days=n) for n in range(3)]

starts = st.lists(
    st.builds(Start, st.integers(9, 16).map(lambda hour: hour * 60), st.integers(1, 3), st.just(10), st.just(0)),
    max_size=6,
).map(lambda found: tuple(sorted(found)))
closed = st.just(Shown(True, (), 1))
seen = st.fixed_dictionaries({day: closed | st.builds(Shown, st.just(False), starts, st.just(1)) for day in DAYS})
seconds = st.integers(0, 36 * 3600) | st.integers(0, 36 * 60).map(lambda minute: minute * 60)


def anew(letter: str, service: str, shown: dict[date, Shown], now: datetime) -> bytes:
    free = {day: one.free for day, one in shown.items()}
    found = window.open_starts(OFFICE_HERE, letter, service, free, now)
    return msgspec.json.encode(
        t.Slots(days=tuple(t.DaySlots(day=day.isoformat(), slots=slots(one)) for day, one in found.items()))
    )


@given(
    st.lists(
        st.tuples(
            seen, st.none() | st.sampled_from(DAYS), seconds, st.sampled_from([SERVICE, "move-in"]),
            st.sampled_from([LETTER, "A"]),
        ),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_it_is_what_would_be_made_anew(
    looks: list[tuple[dict[date, Shown], date | None, int, str, str]],
) -> None:
    offered = Offered()
    before: dict[date, Shown] = {}
    for shown, only, later_s, service, letter in looks:
        # As Availability does: of a day that has not changed it is the same tuple.
        shown = {**before, only: shown[only]} if before and only is not None else shown
        now = NOW - timedelta(hours=4) + timedelta(seconds=later_s)
        for _ in range(2):
            got = offered.encoded(OFFICE_HERE, letter, service, shown, now)
            assert got == anew(letter, service, shown, now)
        before = shown


def test_a_day_that_has_not_changed_is_not_made_again() -> None:
    offered = Offered()
    shown = {day: Shown(False, (Start(600, 1, 10, 0),), 1) for day in DAYS}
    offered.encoded(OFFICE_HERE, LETTER, SERVICE, shown, NOW)
    made = {key: one.day for key, one in offered._made.items()}
    shown[DAYS[1]] = Shown(False, (Start(610, 1, 10, 0),), 2)
    offered.encoded(OFFICE_HERE, LETTER, SERVICE, shown, NOW)
    again = {key[-1]: one.day is made[key] for key, one in offered._made.items()}
    assert again == {DAYS[0]: True, DAYS[1]: False, DAYS[2]: True}


def test_nothing_is_remembered_of_names_that_are_made_up() -> None:
    offered = Offered()
    shown = {day: Shown(False, (Start(600, 1, 10, 0),), 1) for day in DAYS}
    for number in range(10):
        offered.encoded(OFFICE_HERE, LETTER, f"no-such-service-{number}", shown, NOW)
    assert not offered._made
