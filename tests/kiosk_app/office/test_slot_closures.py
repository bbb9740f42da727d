"""What a closure of staff hits: whom it shows, exactly whom it takes, and who is rung up."""

from __future__ import annotations

import pytest

from kiosk_app import api_slots as api
from kiosk_app.office import slot_previews, slot_rules
from kiosk_app.office.decision import Decision, Refusal
from tests.kiosk_app.slot_house import DATE, REASONS, SlotOffice, free

H = "H"


def close(office: SlotOffice, **wish: object) -> Decision | Refusal:
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(**wish), {})  # type: ignore[arg-type]
    act = api.SlotAct(closing=api.SlotsClosing(**wish), version=shown.version)  # type: ignore[arg-type]
    answer = slot_rules.close(office.hub(), act, "計画運休", REASONS, {}, "close-1")
    if isinstance(answer, Decision):
        office.append(*answer.facts)
        office.plan()
    return answer


def test_a_closure_shows_whom_it_hits_and_takes_exactly_those() -> None:
    office = SlotOffice(at="9:00")
    kept = office.promise("13:50"), office.promise("9:00", day="2026-04-08")
    hit = (
        office.promise("13:55", 2),
        office.promise("15:00", letter="M"),
        office.promise("9:00", day="2026-04-07", source="counter"),
    )
    wish: dict[str, object] = {"starts": "2026-04-06T14:00", "ends": "2026-04-07T10:00"}
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(**wish), {})  # type: ignore[arg-type]
    assert [row.booking for row in shown.hit] == list(hit) and shown.hit_total == 3
    assert [row.told for row in shown.hit] == [True, True, False], "only central can write to somebody"
    assert shown.free_after < shown.free_before
    assert isinstance(close(office, **wish), Decision)
    state = office.state
    assert [s.from_utc_ms for s in state.suspensions.values()] == [office.hub().now_utc_ms + 5 * 3_600_000]
    gone = {key: how.by for days in state.slots.values() for day in days.values() for key, how in day.cancelled.items()}
    assert gone == dict.fromkeys(hit, "closure") and not set(kept) & set(gone)
    assert not any(day.missed for days in state.slots.values() for day in days.values())
    assert free(office)[-1] == "13:40", "13:50 is promised, at 14:00 it closes"


def test_the_telephone_list_offers_other_times_and_is_ticked_off() -> None:
    office = SlotOffice(at="9:00")
    hit = office.promise("15:00")
    assert isinstance(close(office, groups=(H,), starts="2026-04-06T14:00", ends="2026-04-06T23:00"), Decision)
    (row,) = slot_previews.hit(office.hub(), {}).rows
    assert row.booking == hit and not row.rebooked
    assert [(one.date, one.start) for one in row.offers] == [(DATE, "13:30"), (DATE, "13:40"), (DATE, "13:50")]
    act = api.SlotAct(letter=H, date="2026-04-07", start_min=540, replaces=hit)
    answer = slot_rules.book(office.hub(), act, "move-in", "ja", "new", "book-1")
    assert isinstance(answer, Decision)
    office.append(*answer.facts)
    (row,) = slot_previews.hit(office.hub(), {}).rows
    assert row.rebooked and row.offers == ()


def test_who_has_come_is_not_hit() -> None:
    office = SlotOffice(at="9:00")
    office.issue(office.promise("9:10"))
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(ends="2026-04-06T17:00"), {})
    assert shown.ok and shown.hit_total == 0


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"ends": "2026-04-06T08:00"},
        {"starts": "2026-04-06T15:00", "ends": "2026-04-06T14:00"},
        {"ends": "2026-02-31T14:00"},
        {"ends": "2026-04-06T25:00"},
        {"ends": "2026-04-06T17:00", "groups": ("Z",)},
        {"ends": "2026-07-06T17:00"},
        {"starts": "2027-04-06T10:00", "ends": "2027-04-06T17:00"},
    ],
)
def test_a_closure_that_makes_no_sense_says_why(wish: dict[str, object]) -> None:
    office = SlotOffice(at="9:00")
    shown = slot_previews.preview_closing(office.hub(), api.SlotsClosing(**wish), {})  # type: ignore[arg-type]
    assert not shown.ok and shown.message.endswith("ください。")
    assert isinstance(close(office, **wish), Refusal)


def test_a_booking_that_came_in_between_is_never_cancelled_unseen() -> None:
    office = SlotOffice(at="9:00")
    wish = api.SlotsClosing(ends="2026-04-06T17:00")
    shown = slot_previews.preview_closing(office.hub(), wish, {})
    office.promise("15:00")
    act = api.SlotAct(closing=wish, version=shown.version)
    assert isinstance(slot_rules.close(office.hub(), act, "計画運休", REASONS, {}, "i"), Refusal)
