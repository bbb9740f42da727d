"""A voice hears each call of its floor once, from the moment it listens, and never holds up the core."""

from __future__ import annotations

from kiosk_app.announcements import QUEUE_LIMIT, Announcements, Calls
from kiosk_app.api import Announcement
from tests.kiosk_app.house import SERVICE, House


def call(number: int, zone: str = "1F") -> Announcement:
    return Announcement(
        call_id=f"c{number}",
        zone=zone,
        letter="A",
        number=number,
        counter=3,
        stage="reception",
        called_utc_ms=0,
        now_utc_ms=0,
    )


def heard(calls: Calls) -> list[int]:
    found = []
    while not calls.empty():
        one = calls.get_nowait()
        assert one is not None
        found.append(one.number)
    return found


def test_each_voice_hears_its_floor_and_one_without_a_floor_hears_all() -> None:
    told = Announcements()
    with told.listening("1F") as first, told.listening("2F") as second, told.listening("") as everywhere:
        for number, zone in ((1, "1F"), (2, "2F"), (3, "1F")):
            told.tell(call(number, zone))
        assert [heard(calls) for calls in (first, second, everywhere)] == [[1, 3], [2], [1, 2, 3]]


def test_who_comes_late_hears_nothing_old_and_who_left_is_forgotten() -> None:
    told = Announcements()
    told.tell(call(1))
    with told.listening("1F") as late:
        assert heard(late) == []
        told.tell(call(2))
        assert heard(late) == [2]
        assert told.open == 1
    assert told.open == 0
    told.tell(call(3))
    assert heard(late) == []


def test_a_voice_that_reads_too_slowly_keeps_the_newest() -> None:
    told = Announcements()
    with told.listening("") as slow:
        for number in range(1, QUEUE_LIMIT + 11):
            told.tell(call(number))
        assert heard(slow) == list(range(11, QUEUE_LIMIT + 11))


async def test_a_call_is_announced_once_and_its_repetition_under_the_same_name(house: House) -> None:
    for _ in range(2):
        await house.take()
    token = await house.sign_in()
    with house.core.announcements.listening("1F") as voice, house.core.announcements.listening("2F") as upstairs:
        await house.act(token, "open_counter", counter=3)
        await house.act(token, "call_next", intent="once", counter=3)
        await house.act(token, "call_next", intent="once", counter=3)
        await house.act(token, "recall", counter=3)
        await house.act(token, "call_next", counter=3)
        calls = [voice.get_nowait() for _ in range(voice.qsize())]
        assert upstairs.empty()
    told = [(c.letter, c.number, c.counter, c.stage, c.zone) for c in calls if c is not None]
    assert told == [("A", 1, 3, "reception", "1F")] * 2 + [("A", 2, 3, "reception", "1F")]
    ids = [c.call_id for c in calls if c is not None]
    assert ids[0] == ids[1] != ids[2]
    assert all(c is not None and c.called_utc_ms == c.now_utc_ms for c in calls)


async def test_after_a_restart_no_old_call_is_announced(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.close()
    await house.open()
    with house.core.announcements.listening("") as voice:
        await house.core.tick()
        assert voice.empty()


async def test_a_call_carries_the_language_of_its_ticket_and_the_volume_of_its_floor_and_hour(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    with house.core.announcements.listening("") as calls:
        await house.press("language:en")
        await house.to_confirm(SERVICE)
        await house.press("take")
        await house.until(lambda: house.screen.screen == "take")
        await house.act(token, "call_next", counter=3)
        await house.at("12:30")
        await house.act(token, "recall", counter=3)
        first, again = calls.get_nowait(), calls.get_nowait()
    assert first is not None
    assert again is not None
    assert (first.language, first.volume) == ("en", 100)
    assert (again.language, again.volume) == ("en", 80)


async def test_a_voice_is_of_a_floor_and_never_of_a_display(house: House) -> None:
    answer = await house.ask("GET", "/v1/voice/events?zone=entrance")
    assert (answer.status, answer.error) == (422, "zone: expected one of 1F, 2F, 3F or none, not 'entrance'")
    assert (await house.ask("GET", "/v1/display/view?zone=entrance")).status == 200
