"""What hangs over the counters: who is called now, who was called, who was missed, floor by floor."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec.structs import replace

from kiosk_app import api, display_view, words
from kiosk_app.loads import group_loads
from kiosk_app.office import catalogue, folds
from kiosk_app.office import facts as f
from kiosk_app.office.state import OfficeState
from tests.kiosk_app.house import House, the_office

WORDS = words.load()


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
    view = display_view.display_view(state, the_office(), now, "", group_loads(state, the_office(), now), WORDS)
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


def told(local: datetime, zone: str = "", office: catalogue.Office | None = None) -> api.DisplayView:
    office = office or the_office()
    now = int(local.replace(tzinfo=catalogue.zone(office)).timestamp() * 1000)
    state = OfficeState()
    return display_view.display_view(state, office, now, zone, group_loads(state, office, now), WORDS)


def notice(local: datetime, zone: str = "") -> str:
    return told(local, zone).notices[0].text["ja"]


def test_the_notice_says_what_is_special_now() -> None:
    always = "順番が前後することがあります。"
    assert notice(datetime(2026, 4, 6, 11, 59)) == always
    assert notice(datetime(2026, 4, 6, 12, 0)) == "お昼は窓口の数が少なくなります。"
    assert notice(datetime(2026, 4, 6, 13, 0)) == always
    assert notice(datetime(2026, 4, 5, 12, 30)) == always, "nobody is here on a Sunday"
    assert notice(datetime(2026, 3, 29, 9, 30), "1F") == "引っ越しの時期の日曜開庁です。"
    assert notice(datetime(2027, 3, 28, 9, 30), "3F") == always, "the third floor is closed on that Sunday"


def test_the_citys_messages_come_last_on_their_days_and_floors_and_say_whose_they_are() -> None:
    noon = datetime(2026, 4, 6, 12, 0)
    assert [n.kind for n in told(noon, "3F").notices] == ["now", "office", "city"]
    city = told(noon).notices[-1]
    assert city.heading["ja"] == "市からのお知らせ"
    assert set(city.heading) == set(city.text) == set(api.LANGUAGES)
    assert [n.kind for n in told(datetime(2027, 4, 1, 10, 0)).notices] == ["office"], "its last day was yesterday"
    office = the_office()
    upstairs = replace(office, notices=(replace(office.notices[-1], floors=("2F",)),))
    at_ten = datetime(2026, 4, 6, 10, 0)
    assert [len(told(at_ten, zone, upstairs).notices) for zone in ("", "1F", "2F", "entrance", "residents")] == [
        1, 0, 1, 1, 0,
    ]  # fmt: skip


def test_a_group_that_is_closed_while_others_are_open_says_why() -> None:
    noon = datetime(2026, 4, 6, 12, 10)
    said = [n.text for n in told(noon, "entrance").notices if n.kind == "now"]
    assert [text["ja"] for text in said] == [
        "お昼は窓口の数が少なくなります。",
        "マイナンバーカード：12:00〜13:00は昼休みです。",
    ]
    assert said[1]["en"] == "My Number Card: Lunch break 12:00–13:00."
    assert len(told(datetime(2026, 4, 6, 13, 0), "entrance").notices) == 2
    office = the_office()
    storm = catalogue.Closure(
        start=datetime(2026, 4, 6, 10, 0), until=datetime(2026, 4, 7, 0, 0), reason={"ja": "台風です。", "en": "Storm."}
    )
    closed = replace(office, calendar=replace(office.calendar, closures=(storm,)))
    assert [n.text["ja"] for n in told(noon, "entrance", closed).notices if n.kind == "now"] == ["台風です。"]


async def test_a_display_of_some_groups_shows_them_in_its_order_and_the_calls_of_their_counters(house: House) -> None:
    await house.take()
    await house.take("health-insurance-change")
    token = await counters(house, 3, 21)
    for counter in (3, 21):
        await house.act(token, "call_next", counter=counter)
    seen = {zone: await house.display(zone) for zone in ("certificates", "residents", "entrance")}
    assert {zone: "".join(g.letter for g in view.groups) for zone, view in seen.items()} == {
        "certificates": "A", "residents": "AH", "entrance": "AHMR",
    }  # fmt: skip
    assert [c.number for c in (*seen["residents"].newest, *seen["residents"].recent)] == ["A-001"]
    entrance = seen["entrance"]
    assert {c.number for c in (*entrance.newest, *entrance.recent)} == {"A-001", "R-001"}
    assert (seen["certificates"].zone, entrance.zone) == ("1階", "1階・2階")


async def test_a_call_says_how_often_it_was_announced(house: House) -> None:
    await house.take()
    token = await counters(house, 3)
    await house.act(token, "call_next", counter=3)
    assert (await house.display()).newest[0].times == 1
    await house.pass_s(10)
    await house.act(token, "recall", counter=3)
    assert (await house.display()).newest[0].times == 2


def test_a_display_is_silent_when_every_floor_that_it_shows_is() -> None:
    office = the_office()
    hush = catalogue.VolumeHours(floors=("1F",), start="15:00", until="16:00", volume=0)
    quiet = replace(office, volume_hours=(hush,))
    at_three, at_four = datetime(2026, 4, 6, 15, 0), datetime(2026, 4, 6, 16, 0)
    assert [told(at_three, zone, quiet).silent for zone in ("1F", "residents", "2F", "entrance", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert not told(at_four, "1F", quiet).silent
