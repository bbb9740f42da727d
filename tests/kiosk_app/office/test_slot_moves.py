"""Another time for a booking: the old one or the new one, never neither, never both, and nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.api_slots import SlotAct
from kiosk_app.office import facts as f
from kiosk_app.office import slot_moves, slot_rules
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.slots import Lane, Stretch, overlaps
from tests.depth import examples
from tests.kiosk_app.slot_house import DATE, SlotOffice, day_after

H, NINE = "H", 9 * 60
TOMORROW = day_after(1)


def move(office: SlotOffice, booking: str, start_min: int, day: str = "", lane: int = 0, new: str = "new") -> object:
    """Done at once where it can be."""
    act = SlotAct(booking=booking, date=day, start_min=start_min, lane=lane)
    answer = slot_moves.move(office.hub(), act, new, "intent")
    if isinstance(answer, Decision):
        office.append(*answer.facts)
    return answer


def standing(office: SlotOffice) -> dict[str, tuple[str, int, int]]:
    return {
        booking: (date, one.lane, one.start_min)
        for date, letters in office.state.slots.items()
        for booking, one in letters[H].bookings.items()
        if booking not in letters[H].cancelled
    }


def test_the_old_time_is_given_back_and_the_new_one_taken_in_one_decision() -> None:
    office = SlotOffice()
    old = office.promise("10:00", 2, source="web")
    answer = move(office, old, 11 * 60)
    assert isinstance(answer, Decision)
    gone, made = answer.facts
    assert isinstance(gone, f.BookingCancelled) and isinstance(made, f.BookingMade)
    assert (gone.booking, gone.by, gone.replaced_by) == (old, "staff", "new")
    assert (made.booking, made.replaces, made.start_min, made.service) == ("new", old, 660, "move-in")
    assert answer.message_ja == "H 10:00の予約を4月6日（月） 11:00に変えました。"
    assert standing(office) == {"new": (DATE, made.lane, 660)}
    assert "new" in office.state.day.intents["intent"].ticket


def test_another_day_and_the_lane_that_was_chosen() -> None:
    office = SlotOffice()
    old = office.promise("10:00", 2)
    answer = move(office, old, NINE, TOMORROW, lane=3)
    assert isinstance(answer, Decision) and standing(office) == {"new": (TOMORROW, 3, NINE)}
    assert answer.message_ja == "H 4月6日（月） 10:00の予約を4月7日（火） 9:00に変えました。"


def test_who_cannot_have_the_new_time_keeps_the_old_one() -> None:
    office = SlotOffice()
    old = office.promise("10:00", 1)
    for lane in (1, 2, 3):
        office.promise("11:00", lane)
    before = standing(office)
    taken = move(office, old, 660)
    assert isinstance(taken, Refusal) and taken.message_ja.startswith("その時間は予約できません。近い空きは")
    for start, day in ((5 * 60, ""), (NINE, "2026-04-05"), (NINE, day_after(200))):
        assert isinstance(move(office, old, start, day), Refusal)
    same = move(office, old, 600)
    assert isinstance(same, Refusal) and same.message_ja.startswith("いまと同じ時間")
    assert standing(office) == before


def test_the_new_time_may_lie_over_the_old_one() -> None:
    """After a change of the length a booking of ten minutes can go on by seven."""
    office = SlotOffice()
    seven = tuple(Lane(number=n, stretches=(Stretch(start_min=NINE, until_min=NINE + 21, length_min=7),)) for n in (1,))
    office.append(f.SlotsPlanned(letter=H, date=DATE, epoch=1, number=9, lanes=seven, by="staff"))
    old = office.promise("9:00", 1)
    answer = move(office, old, NINE + 7)
    assert isinstance(answer, Decision) and standing(office) == {"new": (DATE, 1, NINE + 7)}


@pytest.mark.parametrize("what", ["cancelled", "missed", "here", "unknown"])
def test_what_is_no_promise_any_more_is_not_moved(what: str) -> None:
    office = SlotOffice(at="10:05")
    old = office.promise("10:00")
    match what:
        case "cancelled":
            office.append(f.BookingCancelled(booking=old, letter=H, date=DATE, by="visitor"))
        case "missed":
            office.append(f.BookingMissed(booking=old, letter=H, date=DATE))
        case "here":
            office.issue(old)
    answer = move(office, "other" if what == "unknown" else old, 14 * 60)
    assert isinstance(answer, Refusal) and answer.message_ja.endswith("。")
    assert "new" not in standing(office)


def test_of_today_nothing_before_the_last_time_a_walk_in_was_promised() -> None:
    office = SlotOffice()
    old = office.promise("15:00")
    act = SlotAct(booking=old, start_min=NINE)
    assert isinstance(slot_moves.move(office.hub({H: 13 * 60}), act, "new", "i"), Refusal)
    assert isinstance(slot_moves.move(office.hub(), act, "new", "i"), Decision)


def test_a_family_keeps_its_slots_in_a_row() -> None:
    office = SlotOffice()
    old = office.promise("10:00", 1, length_min=30)
    for lane in (1, 2, 3):
        office.promise("11:20", lane)
    assert isinstance(move(office, old, 660), Refusal), "there are two in a row"
    answer = move(office, old, 11 * 60 + 30)
    assert isinstance(answer, Decision)
    made = answer.facts[1]
    assert isinstance(made, f.BookingMade) and made.length_min == 30


def test_one_slot_of_another_length_is_one_slot() -> None:
    office = SlotOffice()
    assert slot_moves.places(office.day(), office.day().bookings[office.promise("10:00", length_min=7)]) == 1
    assert slot_moves.places(office.day(), office.day().bookings[office.promise("14:00", length_min=20)]) == 2


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 47), st.booleans(), st.integers(0, 3)), max_size=25))
@settings(max_examples=examples(60), deadline=None)
def test_however_they_are_moved_everybody_has_one_time_and_no_minute_is_twos(
    moves: list[tuple[int, int, bool, int]],
) -> None:
    office = SlotOffice()
    people = [office.promise(at, lane) for at, lane in (("10:00", 1), ("10:00", 2), ("10:10", 1), ("14:00", 3))]
    for n, (who, at, later, lane) in enumerate(moves):
        day, start_min = TOMORROW if later else "", NINE + 10 * at
        before = standing(office)
        answer = move(office, people[who], start_min, day, lane, f"new{n}")
        if isinstance(answer, Decision):
            people[who] = f"new{n}"
        else:
            assert standing(office) == before
        assert set(standing(office)) == set(people)
        for date in (DATE, TOMORROW):
            assert not overlaps(office.day(day=date).promises())


def test_rules_of_a_booking_hold_for_a_move() -> None:
    """The same sentence for the same cause."""
    office = SlotOffice()
    old = office.promise("10:00")
    refused = slot_rules.book(office.hub(), SlotAct(letter=H, start_min=300), "move-in", "ja", "b", "i")
    moved = move(office, old, 300)
    assert isinstance(refused, Refusal) and isinstance(moved, Refusal) and refused.message_ja == moved.message_ja
