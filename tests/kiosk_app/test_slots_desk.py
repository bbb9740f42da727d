"""The timetable at the real core: what consoles read over HTTP, each act once, what stands after a restart."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from kiosk_app import api
from kiosk_app.office import facts as f
from kiosk_app.office import same_day
from kiosk_app.office.booking_code import grouped
from tests.kiosk_app.house import House, OpenHouse, the_office
from tests.kiosk_app.slot_house import DATE, bookable

H = "H"


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(datetime(2026, 4, 6, 8, 45))


async def slots(house: House, token: str, **asked: str) -> api.SlotsView:
    answer = await house.ask("GET", f"/v1/staff/slots?{urlencode(asked)}", token=token)
    assert answer.status == 200, answer
    return answer.of(api.SlotsView)


async def preview(house: House, token: str, **wish: Any) -> api.SlotsPreview:
    asked = api.SlotsPreviewAsked(change=api.SlotChange(letter=H, **wish))
    answer = await house.ask("POST", "/v1/staff/slots/preview", asked, token)
    assert answer.status == 200, answer
    return answer.of(api.SlotsPreview)


async def act(house: House, token: str, verb: api.StaffVerb, intent: str = "", **fields: Any) -> api.Reply:
    more = {name: fields.pop(name) for name in ("service", "language", "reason") if name in fields}
    return await house.act(token, verb, intent, slot=api.SlotAct(**fields), **more)


async def shorten(house: House, token: str, minutes: int = 7) -> api.Reply:
    shown = await preview(house, token, length_min=minutes)
    wish = api.SlotChange(letter=H, length_min=minutes)
    return await act(house, token, "change_slots", change=wish, version=shown.version)


async def book(house: House, token: str, start_min: int = 840, **fields: Any) -> api.Reply:
    return await act(house, token, "book_slot", letter=H, start_min=start_min, service="move-within", **fields)


# --- the plan of the day ---------------------------------------------------------------------------------------------


async def test_the_day_is_planned_at_start_and_once(house: House) -> None:
    token = await house.sign_in()
    view = await slots(house, token)
    assert view.ok and (view.letter, view.date, view.today) == (H, DATE, True)
    assert view.date_text == "4月6日（月）" and view.lanes_open == 3 and view.online == "none" and view.plan_taken
    assert [one.letter for one in view.groups] == [H, "M"]
    count = len(house.facts(f.SlotsPlanned))
    assert count == 38
    await house.restart()
    await house.pass_s(60)
    assert len(house.facts(f.SlotsPlanned)) == count


async def test_the_next_days_are_planned_as_days_pass(house: House) -> None:
    await house.at("09:00", "2026-04-07")
    planned = [(one.letter, one.date) for one in house.facts(f.SlotsPlanned)]
    assert planned[38:] == [(H, "2026-05-07"), ("M", "2026-05-07")]


async def test_a_disk_without_room_is_asked_again(house: House) -> None:
    await house.at("18:00")
    before = len(house.facts(f.SlotsPlanned))
    with house.core.book.together():
        house.core.book.commit("core", [f.DayClosed(date=DATE)])
    house.core.book.closed = True
    await house.pass_s(12 * 3600)
    assert len(house.facts(f.SlotsPlanned)) == before
    house.core.book.closed = False
    await house.pass_s(1)
    assert len(house.facts(f.SlotsPlanned)) == before + 2


async def test_what_may_not_be_read_or_is_not_there(house: House) -> None:
    technician, clerk = await house.sign_in("9001"), await house.sign_in()
    for path in ("slots", "slots/hit", f"slots/days?letter={H}"):
        assert (await house.ask("GET", f"/v1/staff/{path}", token=technician)).status == 403
        assert (await house.ask("GET", f"/v1/staff/{path}")).status == 401
    asked = api.SlotsPreviewAsked(change=api.SlotChange(letter=H, length_min=7))
    assert (await house.ask("POST", "/v1/staff/slots/preview", asked, clerk)).status == 403
    for wrong in ({"letter": "A"}, {"letter": "Z"}, {"date": "2026-04-05"}, {"date": "2026-02-31"}):
        view = await slots(house, clerk, **wrong)
        assert not view.ok and view.message and view.lanes == ()
    assert (await house.ask("GET", "/v1/staff/slots?letter=HH", token=clerk)).status == 422


async def test_days_that_can_be_booked(house: House) -> None:
    token = await house.sign_in()
    answer = await house.ask("GET", f"/v1/staff/slots/days?letter={H}", token=token)
    days = answer.of(api.SlotDays).days
    assert (days[0].date, days[-1].date, len(days)) == (DATE, "2026-05-06", 31)
    closed = {one.date: one.closed for one in days if one.closed}
    assert closed["2026-04-11"] == "休業日です。" and closed["2026-04-29"] == "休業日です。" and DATE not in closed


# --- changing it -----------------------------------------------------------------------------------------------------


async def test_seven_minutes_and_back_with_one_touch_each(house: House) -> None:
    token = await house.sign_in("3001")
    before = await slots(house, token)
    shown = await preview(house, token, length_min=7, after_min=0)
    assert (shown.summary, shown.begins) == ("15分 → 7分、後処理 3分 → 0分", "9:00")
    wish = api.SlotChange(letter=H, length_min=7, after_min=0)
    reply = await act(house, token, "change_slots", change=wish, version=shown.version)
    assert reply.ok and reply.message == "15分 → 7分、後処理 3分 → 0分に変えました。9:00からです。"
    after = await slots(house, token)
    assert after.free == shown.free_after > before.free == shown.free_before
    assert after.length_min == 7 and after.undo.startswith("15分 → 7分、後処理 3分 → 0分（8:45")
    (fact,) = [one for one in house.facts(f.SlotsPlanned) if one.by == "staff"]
    assert fact.reason == shown.summary and fact.before == house.facts(f.SlotsPlanned)[0].lanes
    undone = await act(house, token, "undo_slots", letter=H, version=after.version)
    assert undone.ok, undone
    again = await slots(house, token)
    assert (again.free, again.length_min, again.undo) == (before.free, 15, "")


async def test_the_same_press_changes_once(house: House) -> None:
    token = await house.sign_in("3001")
    shown = await preview(house, token, length_min=7)
    wish = api.SlotChange(letter=H, length_min=7)
    for _ in range(2):
        reply = await act(house, token, "change_slots", "one", change=wish, version=shown.version)
        assert reply.ok
    assert len([one for one in house.facts(f.SlotsPlanned) if one.by == "staff"]) == 1


async def test_what_staff_changed_stands_after_a_restart_and_the_next_day_is_the_catalogues(house: House) -> None:
    token = await house.sign_in("3001")
    assert (await shorten(house, token)).ok
    await house.restart()
    await house.pass_s(1)
    view = await slots(house, token)
    assert view.length_min == 7 and view.undo
    assert (await slots(house, token, date="2026-04-07")).length_min == 15


async def test_the_suggested_length_says_what_it_rests_on(house: House) -> None:
    token = await house.sign_in()
    view = await slots(house, token)
    assert view.suggestion.minutes is None and "測定がまだ0件" in view.suggestion.reason
    for _ in range(12):
        house.core.book.commit("1001", [f.Completed(ticket="none", counter=7, service="move-in", service_s=300)])
    await house.pass_s(61)
    view = await slots(house, token)
    assert view.suggestion.minutes == 5 and "中央値5分" in view.suggestion.reason and 5 in view.lengths


# --- people ----------------------------------------------------------------------------------------------------------


async def test_somebody_at_the_counter_gets_a_time(house: House) -> None:
    token = await house.sign_in()
    reply = await book(house, token, 846 - 12, name="キタキュウ タロウ")
    assert reply.ok and reply.message == "H 4月6日（月） 13:54に予約を入れました。"
    (fact,) = house.facts(f.BookingMade)
    assert (fact.source, fact.start_min, fact.length_min, fact.after_min) == ("counter", 834, 15, 3)
    (slot,) = [one for lane in (await slots(house, token)).lanes for one in lane.slots if one.booking]
    assert (slot.state, slot.start, slot.name, slot.source_name) == (
        "booked",
        "13:54",
        "キタキュウ タロウ",
        "窓口で予約",
    )
    assert slot.may == ("check_in", "move_booking", "cancel_booking")
    assert "キタキュウ" not in "".join(str(one) for one in house.facts(f.BookingMade))
    row = next(one for one in house.core.book.state.day.actions if one.kind == "BookingMade")
    assert (row.reason, row.staff_code) == ("H 4月6日 13:54", "1001")


async def test_a_name_is_gone_when_the_day_closes_and_is_not_kept_for_another_day(house: House) -> None:
    token = await house.sign_in()
    await book(house, token, 834, name="キタキュウ タロウ")
    await book(house, token, 834, date="2026-04-07", name="コクラ ハナコ")
    kept = house.folder / "run" / "counter_names.json"
    assert "キタキュウ" in kept.read_text() and "コクラ" not in kept.read_text()
    await house.at("08:00", "2026-04-07")
    await slots(house, await house.sign_in())
    assert "キタキュウ" not in kept.read_text()


async def test_a_time_is_promised_once(house: House) -> None:
    token = await house.sign_in()
    replies = [await book(house, token, 834) for _ in range(4)]
    assert [one.ok for one in replies] == [True, True, True, False]
    assert replies[3].message == "その時間は予約できません。近い空きは13:18、13:36、14:12です。"
    one = await act(house, token, "book_slot", "same", letter=H, start_min=852, service="move-within")
    two = await act(house, token, "book_slot", "same", letter=H, start_min=852, service="move-within")
    assert one.ok and two.ok and len(house.facts(f.BookingMade)) == 4


async def test_today_nothing_is_sold_before_the_last_time_a_walk_in_was_promised(house: House) -> None:
    token = await house.sign_in()
    state, core = house.core.book.state, house.core
    stop, _ = core.citizen.stop_of("move-in")
    at = core.clock.now_utc_ms()
    for n in range(6):
        told = dict(due_utc_ms=at + 5_400_000, estimate_from_utc_ms=at, estimate_to_utc_ms=at + 5_400_000)
        issued = f.TicketIssued(
            ticket=f"t{n}", intent=f"w{n}", letter=H, number=700 + n, stops=(stop,), language="ja", machine_code="m1",
            waiting_ahead=n, **told,
        )  # fmt: skip
        job = f.PrintStarted(job=f"j{n}", ticket=f"t{n}", attempt=1, printer="p")
        core.book.commit("visitor", [issued, job, f.PrintEnded(job=f"j{n}", ticket=f"t{n}", verdict="issued")])
    assert state.day.live
    view = await slots(house, token)
    sold = [one.start_min for lane in view.lanes for one in lane.slots if one.state == "free" and one.may]
    assert min(sold) >= 8 * 60 + 45 + 90
    refused = await book(house, token, 540)
    assert not refused.ok
    assert (await book(house, token, 540, date="2026-04-07")).ok, "another day has nobody waiting"


async def test_cancelled_and_not_come(house: House) -> None:
    token = await house.sign_in()
    await book(house, token, 834)
    await book(house, token, 852)
    first, second = (one.booking for one in house.facts(f.BookingMade))
    assert not (await act(house, token, "slot_no_show", booking=first)).ok, "its time has not come"
    assert not (await act(house, token, "cancel_booking", booking=first, reason="なんとなく")).ok
    reason = the_office().cancel_reasons[0]
    assert (await act(house, token, "cancel_booking", booking=first, reason=reason)).ok
    await house.at("14:20")
    token = await house.sign_in()
    assert (await act(house, token, "slot_no_show", booking=second)).ok
    assert not (await act(house, token, "slot_no_show", booking=second)).ok
    view = await slots(house, token)
    assert [(one.booking, one.by_name, one.reason) for one in view.cancelled] == [(first, "職員", reason)]
    assert (view.no_show, view.booked) == (1, 0)
    kinds = [one.kind for one in house.core.book.state.day.actions if one.kind.startswith("Booking")]
    assert kinds == ["BookingMade", "BookingMade", "BookingCancelled", "BookingMissed"]


async def test_a_code_is_said_where_the_office_has_a_key(house: House) -> None:
    house.core.booking_key = b"k" * 32
    token = await house.sign_in()
    reply = await book(house, token, 834)
    (slot,) = [one for lane in (await slots(house, token)).lanes for one in lane.slots if one.booking]
    assert reply.message.endswith(f"予約番号は{slot.code}です。") and len(slot.code) == len(grouped("0" * 16))


async def test_a_booking_is_moved_in_one_act_and_in_one_commit(house: House) -> None:
    house.core.booking_key = b"k" * 32
    token = await house.sign_in()
    await book(house, token, 834, name="キタキュウ タロウ")
    old = house.facts(f.BookingMade)[0].booking  # type: ignore[attr-defined]
    commits: list[list[f.Fact]] = []
    house.core.book.told = commits.append  # type: ignore[assignment]
    for _ in range(2):
        reply = await act(house, token, "move_booking", "same", booking=old, start_min=852)
        assert reply.ok, reply
    assert [[type(one) for one in commit] for commit in commits] == [[f.BookingCancelled, f.BookingMade]]
    (slot,) = [one for lane in (await slots(house, token)).lanes for one in lane.slots if one.booking]
    assert (slot.start, slot.name, slot.source_name) == ("14:12", "キタキュウ タロウ", "窓口で予約")
    refused = await act(house, token, "move_booking", booking=old, start_min=870)
    assert not refused.ok and "取り消されています" in refused.message
    guide = await house.sign_in("2001")
    assert not (await act(house, guide, "move_booking", booking=slot.booking, start_min=870)).ok
    moved = await act(house, token, "move_booking", booking=slot.booking, date="2026-04-07", start_min=540)
    assert moved.ok and "予約番号は" in moved.message
    (tomorrow,) = [
        one for lane in (await slots(house, token, date="2026-04-07")).lanes for one in lane.slots if one.booking
    ]
    assert tomorrow.name == "" and tomorrow.code in moved.message


async def test_what_cannot_be_booked_is_told_before_anybody_chooses_it(house: House) -> None:
    view = await slots(house, await house.sign_in())
    known = {one.id: one for one in view.services}
    assert known["move-in"].why == "" and known["move-in"].spans == ((0, 16 * 60 + 30),)
    assert set(known) == {one.id for one in the_office().services if one.group == H}


# --- closures --------------------------------------------------------------------------------------------------------


async def test_a_planned_closure_from_its_preview_to_the_telephone_list_and_its_end(house: House) -> None:
    token = await house.sign_in("3001")
    await book(house, token, 834)
    await book(house, token, 540, date="2026-04-07")
    await book(house, token, 540, date="2026-04-08")
    closing = api.SlotsClosing(starts="2026-04-06T13:30", ends="2026-04-07T12:00")
    answer = await house.ask("POST", "/v1/staff/slots/preview", api.SlotsPreviewAsked(closing=closing), token)
    shown = answer.of(api.SlotsPreview)
    assert [(row.date, row.start) for row in shown.hit] == [(DATE, "13:54"), ("2026-04-07", "9:00")]
    reply = await act(house, token, "close_slots", "storm", closing=closing, version=shown.version, reason="台風・大雨")
    assert reply.ok and "2件の予約を取り消しました" in reply.message
    view = await slots(house, token)
    assert [(one.id, one.start_min) for one in view.closures] == [("storm", 810)]
    assert [one.by_name for one in view.cancelled] == ["休止"] and view.no_show == 0
    assert max(one.start_min for lane in view.lanes for one in lane.slots if one.state == "free") < 810
    hit = (await house.ask("GET", "/v1/staff/slots/hit", token=token)).of(api.SlotsHit)
    assert hit.total == 2 and hit.rows[0].offers
    ended = await house.act(token, "end_suspension", suspension="storm")
    assert ended.ok
    await house.pass_s(1)
    view = await slots(house, token)
    assert view.closures == () and max(one.start_min for lane in view.lanes for one in lane.slots) > 900


async def test_a_closure_of_a_leader_without_the_timetable_closes_the_slots_too(house: House) -> None:
    token = await house.sign_in("3001")
    assert (await house.act(token, "suspend", reason="台風・大雨", minutes=0, groups=(H,))).ok
    await house.pass_s(1)
    assert (await slots(house, token)).free == 0
    assert (await slots(house, token, letter="M")).free > 0


# --- times of today for walk-ins -------------------------------------------------------------------------------------


async def test_a_machine_gets_a_time_of_today_once_and_the_timetable_shows_it(house: House) -> None:
    desk = house.core.slots
    assert isinstance(desk.sell(same_day.Wish(intent="m2-0", service="move-within", start_min=841)), same_day.Offers)
    wish = same_day.Wish(intent="m2-1", service="move-within", start_min=834)
    sold = [desk.sell(wish), desk.sell(wish)]
    assert all(isinstance(one, same_day.Sold) for one in sold)
    (fact,) = house.facts(f.BookingMade)
    assert (fact.source, fact.start_min) == ("machine", 834)
    view = await slots(house, await house.sign_in())
    (slot,) = [one for lane in view.lanes for one in lane.slots if one.booking]
    assert (slot.state, slot.source_name) == ("booked", "発券機で予約")
    for n in range(4):
        last = desk.sell(same_day.Wish(intent=f"m2-{n + 2}", service="move-within", start_min=834))
    assert isinstance(last, same_day.Offers) and len(house.facts(f.BookingMade)) == 3


# --- training --------------------------------------------------------------------------------------------------------


async def test_a_trainee_changes_a_timetable_of_their_own(house: House) -> None:
    token, real = await house.sign_in("3001", training=True), await house.sign_in()
    before = house.position
    assert (await shorten(house, token)).ok
    free = [one for one in (await slots(house, token)).lanes[0].slots if one.may]
    assert (await book(house, token, free[-1].start_min)).ok
    assert (await slots(house, token)).length_min == 7
    assert (await slots(house, real)).length_min == 15 and house.position == before


# --- what is measured ------------------------------------------------------------------------------------------------


async def test_the_office_of_a_console_that_follows_hears_of_each_sale(house: House) -> None:
    token = await house.sign_in()
    version = (await slots(house, token)).version
    await book(house, token, 834)
    assert (await slots(house, token)).version != version


def test_the_sample_for_figures_told_by_heart_is_the_sample_office() -> None:
    assert [one.letter for one in bookable().groups] == [one.letter for one in the_office().groups]
