"""What hangs over the counters: who is called now, who was called, who was missed, floor by floor."""

from __future__ import annotations

import re
from datetime import datetime

from kiosk_app import display_view
from kiosk_app.loads import group_loads
from kiosk_app.office import catalogue, folds
from kiosk_app.office import facts as f
from kiosk_app.office.state import OfficeState
from tests.kiosk_app.house import House, the_office


async def counters(house: House, *numbers: int) -> str:
    token = await house.sign_in()
    for number in numbers:
        assert (await house.act(token, "open_counter", counter=number)).ok
    return token


async def test_a_call_is_newest_for_half_a_minute_then_recent(house: House) -> None:
    await house.take()
    token = await counters(house, 3)
    await house.act(token, "call_next", counter=3)
    view = await house.display()
    assert [(c.number, c.counter, c.stage) for c in view.newest] == [("A-001", 3, "受付")]
    assert view.recent == ()
    await house.pass_s(31)
    view = await house.display()
    assert view.newest == ()
    assert [c.number for c in view.recent] == ["A-001"]


async def test_a_repeated_call_is_newest_again_and_stands_only_once(house: House) -> None:
    for _ in range(2):
        await house.take()
    token = await counters(house, 3, 4)
    await house.act(token, "call_next", counter=3)
    await house.pass_s(40)
    await house.act(token, "call_next", counter=4)
    await house.pass_s(40)
    assert (await house.display()).newest == ()
    await house.act(token, "recall", counter=3)
    view = await house.display()
    assert [(c.number, c.counter) for c in view.newest] == [("A-001", 3)]
    assert [(c.number, c.counter) for c in view.recent] == [("A-002", 4)]


async def test_a_number_called_to_another_counter_stands_there_alone(house: House) -> None:
    await house.take()
    token = await counters(house, 3, 4)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "hold", counter=3)
    await house.act(token, "call_number", counter=4, number="A-001")
    view = await house.display()
    assert [(c.number, c.counter) for c in (*view.newest, *view.recent)] == [("A-001", 4)]


async def test_a_call_taken_back_disappears_and_what_was_handed_over_says_so(house: House) -> None:
    two_stage = next(s for s in house.office.services if s.two_stage)
    await house.take(two_stage.id)
    number = next(c.number for c in house.office.counters if two_stage.group in c.groups)
    token = await counters(house, number)
    await house.act(token, "call_next", counter=number)
    await house.act(token, "undo", counter=number)
    view = await house.display()
    assert (view.newest, view.recent) == ((), ())
    await house.act(token, "call_next", counter=number)
    await house.act(token, "ready_for_handover", counter=number)
    await house.act(token, "call_next", counter=number)
    assert [c.stage for c in (await house.display()).newest] == ["お渡し"]


async def test_at_most_six_recent_and_eight_missed_are_shown_latest_first(house: House) -> None:
    token = await counters(house, 3)
    for _ in range(11):
        await house.take()
        await house.act(token, "call_next", counter=3)
        await house.act(token, "no_show", counter=3)
    await house.pass_s(60)
    view = await house.display()
    assert [c.number for c in view.recent] == [f"A-{n:03d}" for n in range(11, 5, -1)]
    assert view.missed == tuple(f"A-{n:03d}" for n in range(11, 3, -1))
    await house.act(token, "resume", number="A-011")
    assert (await house.display()).missed[0] == "A-010"


async def test_a_floor_shows_its_own_counters_and_groups(house: House) -> None:
    await house.take()
    await house.take("health-insurance-change")
    token = await counters(house, 3, 21)
    for counter in (3, 21):
        await house.act(token, "call_next", counter=counter)
    first, second, whole = [await house.display(zone) for zone in ("1F", "2F", "")]
    assert [[c.number for c in (*v.newest, *v.recent)] for v in (first, second)] == [["A-001"], ["R-001"]]
    assert (first.zone, second.zone, whole.zone) == ("1階", "2階", "1階・2階・3階")
    assert {g.letter for g in first.groups} & {g.letter for g in second.groups} == set()
    assert {g.letter for g in (*first.groups, *second.groups)} < {g.letter for g in whole.groups}
    assert len(whole.groups) == len(house.office.groups)
    for counter in (3, 21):
        await house.act(token, "no_show", counter=counter)
    assert [(await house.display(zone)).missed for zone in ("1F", "2F")] == [("A-001",), ("R-001",)]


async def test_groups_say_how_many_wait_and_when_one_who_comes_now_is_called(house: House) -> None:
    for _ in range(2):
        await house.take()
    group = (await house.display("1F")).groups[0]
    assert (group.letter, group.waiting, group.place) == ("A", 2, "3〜6番窓口")
    assert re.fullmatch(r"9:\d\dごろまで", group.estimate), "a range that has begun is told by its end"
    for _ in range(8):
        await house.take()
    group = (await house.display("1F")).groups[0]
    assert re.fullmatch(r"9:\d\d〜9:\d\d", group.estimate)
    await house.at("17:05")
    group = (await house.display("1F")).groups[0]
    assert (group.waiting, group.estimate) == (10, "")


async def test_a_call_that_arrives_before_its_ticket_is_not_shown_without_a_number() -> None:
    state = OfficeState()
    now = 1_775_433_600_000
    facts = [
        f.DayOpened(date="2026-04-06", office="x"),
        f.Called(ticket="unknown", counter=3, call=1),
        f.NoShow(ticket="unknown", counter=3),
    ]
    for seq, fact in enumerate(facts, 1):
        folds.apply(state, "m1", seq, now, "1001", fact)
    view = display_view.display_view(state, the_office(), now, "", group_loads(state, the_office(), now))
    assert (view.newest, view.recent, view.missed) == ((), (), ())


async def test_no_sensitive_name_and_no_ticket_id_reaches_a_display(house: House) -> None:
    await house.take()
    token = await counters(house, 3)
    await house.act(token, "call_next", counter=3)
    shown = house.core.display_view("").decode()
    assert next(iter(house.core.book.state.day.tickets)) not in shown
    hidden = [s.name["ja"] for s in house.office.services if s.public_name is not None]
    assert hidden
    assert not [name for name in hidden if name in shown]


async def test_a_hundred_displays_cost_one_view(house: House) -> None:
    views = [house.core.display_view("1F") for _ in range(100)]
    assert len({id(view) for view in views}) <= 2
    assert len(house.core._views) <= 1 + len(house.core.zones)


async def test_a_call_that_a_newer_one_overtakes_stays_marked_for_its_half_minute(house: House) -> None:
    for _ in range(2):
        await house.take()
    token = await counters(house, 3, 4)
    await house.act(token, "call_next", counter=3)
    await house.pass_s(10)
    await house.act(token, "call_next", counter=4)
    view = await house.display()
    assert [(c.number, c.fresh) for c in (*view.newest, *view.recent)] == [("A-002", True), ("A-001", True)]
    await house.pass_s(22)
    view = await house.display()
    assert [(c.number, c.fresh) for c in (*view.newest, *view.recent)] == [("A-002", True), ("A-001", False)]


def notice(local: datetime, floor: str = "") -> str:
    office = the_office()
    now = int(local.replace(tzinfo=catalogue.zone(office)).timestamp() * 1000)
    state = OfficeState()
    return display_view.display_view(state, office, now, floor, group_loads(state, office, now)).notice


def test_the_notice_says_what_is_special_now() -> None:
    always = "順番が前後することがあります。"
    assert notice(datetime(2026, 4, 6, 11, 59)) == always
    assert notice(datetime(2026, 4, 6, 12, 0)) == "お昼は窓口の数が少なくなります。"
    assert notice(datetime(2026, 4, 6, 13, 0)) == always
    assert notice(datetime(2026, 4, 5, 12, 30)) == always, "nobody is here on a Sunday"
    assert notice(datetime(2026, 3, 29, 9, 30), "1F") == "引っ越しの時期の日曜開庁です。"
    assert notice(datetime(2027, 3, 28, 9, 30), "3F") == always, "the third floor is closed on that Sunday"
