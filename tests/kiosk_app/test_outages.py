"""After a power cut: how long it was, no old call is made again, and each counter is asked about its visitor."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk_app import api, outages, settings
from kiosk_app.clock import OfficeClock
from kiosk_app.office import facts as f
from kiosk_app.runtime import RuntimeFile
from tests.kiosk_app.house import MORNING, SERVICE, House, OpenHouse, machine_toml


async def power_cut(house: House, until: datetime) -> None:
    """The core comes back at that time of the office; until then nobody left a sign of life."""
    house.settings = settings.parse_machine(machine_toml(house.folder, house.printer.port, until), "machine.toml")
    await house.restart()


def told(house: House) -> list[tuple[str, str]]:
    spans = [fact for fact in house.facts(f.OutageEnded) if isinstance(fact, f.OutageEnded)]
    return [(clock(house, one.from_utc_ms), clock(house, one.until_utc_ms)) for one in spans]


def clock(house: House, utc_ms: int) -> str:
    return datetime.fromtimestamp(utc_ms / 1000, house.core.measured.zone).strftime("%H:%M")


async def serving(house: House) -> str:
    await house.take()
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    return token


async def test_the_outage_is_a_fact_and_stands_in_the_figures(house: House) -> None:
    token = await serving(house)
    await power_cut(house, MORNING + timedelta(minutes=32))
    assert told(house) == [("09:02", "09:32")]
    view = await house.staff_view(token)
    assert view.outage == api.Outage(since="9:02", until="9:32", minutes=29), "from the last sign of life on"
    leader = await house.sign_in("3001")
    found = await house.ask("GET", "/v1/statistics", token=leader)
    assert b'"outage_s":' in found.body and b'"outage_s":0' in found.body
    await house.restart()
    assert len(told(house)) == 1, "told once"


@pytest.mark.parametrize(
    ("answer", "says"),
    [("complete", "完了"), ("no_show", "不在"), ("continue_call", "続けます"), ("recall", "もう一度")],
)
async def test_the_counter_is_asked_once_and_nothing_is_in_the_way(
    house: House, answer: api.StaffVerb, says: str
) -> None:
    token = await serving(house)
    await power_cut(house, MORNING + timedelta(minutes=30))
    view = await house.staff_view(token)
    assert view.current is not None and view.current.interrupted
    assert (await house.act(token, "mark", ticket=view.current.ticket, marks=("writing",))).ok
    assert says in (await house.act(token, answer, counter=3)).message
    view = await house.staff_view(token)
    assert view.current is None or not view.current.interrupted
    await power_cut(house, MORNING + timedelta(minutes=30, seconds=40))
    view = await house.staff_view(token)
    assert view.current is None or not view.current.interrupted, "what a short stop means, nobody need say"


async def test_no_old_call_is_made_again_by_voice_or_display(house: House) -> None:
    token = await serving(house)
    await power_cut(house, MORNING + timedelta(minutes=10))
    display = await house.display()
    assert display.newest == () and not any(call.fresh for call in display.recent)
    assert [call.number for call in display.recent] == ["A-001"]
    with house.core.announcements.listening("") as heard:
        await house.pass_s(5)
        await house.act(token, "continue_call", counter=3)
        assert heard.empty(), "nobody is called by it"
        await house.act(token, "recall", counter=3)
        call = heard.get_nowait()
    assert call is not None and (call.number, call.counter) == (1, 3), "only what is called now"


async def test_a_short_stop_and_a_night_are_no_outage(house: House) -> None:
    await serving(house)
    await power_cut(house, MORNING + timedelta(minutes=2, seconds=40))
    await power_cut(house, MORNING.replace(day=7, hour=7))
    assert told(house) == []
    await power_cut(house, MORNING.replace(day=8, hour=9))
    assert told(house) == [("08:30", "09:00")], "who comes late to the morning was missing in it"


async def test_only_what_lies_within_the_offices_hours_counts(open_house: OpenHouse) -> None:
    house = await open_house(datetime(2026, 4, 6, 7, 0))
    await power_cut(house, datetime(2026, 4, 6, 9, 0))
    await house.at("16:50")
    await power_cut(house, datetime(2026, 4, 6, 21, 0))
    (first, opened), (stopped, last) = told(house)
    assert (opened, stopped) == ("09:00", "16:50") and "08:00" <= first <= "08:45" and "17:00" <= last <= "17:30"


async def test_the_pad_of_an_outage_is_registered_before_those_who_came_after_it(house: House) -> None:
    token = await serving(house)
    await power_cut(house, MORNING + timedelta(minutes=30))
    assert await house.take() == "A-003"
    said = await house.act(token, "register_pad", number="A-901", count=3, service=SERVICE, outage=True)
    assert said.message == "手書きの番号札A-901〜A-903の3枚を登録しました。"
    view = await house.staff_view(token)
    assert [row.number for row in view.waiting] == ["A-002", "A-901", "A-902", "A-903", "A-003"]
    await house.act(token, "complete", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "call_next", counter=3)
    view = await house.staff_view(token)
    assert view.current is not None and (view.current.number, view.current.source) == ("A-901", "pad")
    assert [(call.number, call.counter) for call in (await house.display()).newest] == [("A-901", 3)]
    again = await house.act(token, "register_pad", number="A-903", service=SERVICE)
    assert not again.ok and "すでに" in again.message


async def test_training_registers_in_its_own_office(house: House) -> None:
    token = await house.sign_in(training=True)
    before = house.position
    assert (await house.act(token, "register_pad", number="A-901", service=SERVICE)).ok
    assert "A-901" in [row.number for row in (await house.staff_view(token)).waiting]
    assert house.position == before


async def test_a_clock_that_is_in_doubt_at_start_tells_the_outage_when_it_is_right(
    open_house: OpenHouse, tmp_path: Path
) -> None:
    """A dead battery: the wall clock says 1970 until somebody sets it."""
    house = await open_house()
    wall, boot = [0], [5_000]
    start = house.core.clock.now_utc_ms()
    office_clock = OfficeClock(start, boot=lambda: boot[0], wall=lambda: wall[0])
    assert office_clock.doubt is not None
    sign = RuntimeFile(tmp_path / "alive.json")
    sign.save(outages.Alive(start))
    looking = outages.Outages(house.core.book, house.office, office_clock, sign, None, boot_ms=lambda: boot[0])
    looking.tick(True)
    looking.sign()
    assert told(house) == [] and sign.load(outages.Alive) == outages.Alive(start), "the last sign stays"
    boot[0] += 600_000
    wall[0] = start + 3_000_000
    office_clock.look_again()
    looking.tick(True)
    assert told(house) == [("09:00", "09:40")], "it had run for ten minutes already"
    looking.tick(True)
    assert len(told(house)) == 1


def test_a_sign_that_cannot_be_left_stops_nobody(house: House, tmp_path: Path) -> None:
    core = house.core
    sign = RuntimeFile(tmp_path / "gone" / "alive.json")
    looking = outages.Outages(core.book, house.office, core.clock, sign, None)
    looking.tick(True)
    assert not sign.path.exists()
