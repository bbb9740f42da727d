"""Pictures are given of the first screen while nobody stands there, and of displays; of nothing else."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from kiosk_app import api, screen_pictures
from kiosk_app.screen_pictures import NO_FACE, PNG, SOMEBODY, TWICE
from tests.kiosk_app.house import PATIENCE_S, House

PICTURE = PNG + b"of the first screen"
BOARD = PNG + b"of a display"
CITIZEN, DISPLAY = "/v1/citizen/picture", "/v1/display/picture"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_pictures, "ANSWER_S", 4 * PATIENCE_S)


async def asked(house: House) -> asyncio.Task[dict[str, api.ScreenPicture]]:
    """By a support file; the wish stands in the view. All displays answer."""

    async def ask() -> dict[str, api.ScreenPicture]:
        told = (await house.ask("GET", "/v1/diagnosis/pictures")).of(api.ScreenPictures)
        return {one.screen: one for one in told.pictures}

    task = asyncio.ensure_future(ask())
    await house.until(lambda: shown(house).picture_asked or task.done())
    for zone in house.core.zones:
        wish = (await house.display(zone)).picture_asked
        assert await give(house, wish, "display", BOARD, f"{DISPLAY}?zone={zone}" if zone else DISPLAY)
    return task


def shown(house: House) -> api.CitizenView:
    return msgspec.json.decode(house.core.citizen_view(), type=api.CitizenView)


async def give(house: House, asked: str, screen_id: str, png: bytes = PICTURE, path: str = CITIZEN) -> bool:
    sent = api.PictureSent(asked=asked, screen_id=screen_id, png=png)
    return (await house.ask("POST", path, sent)).of(api.Reply).ok


async def test_the_first_screen_is_pictured_when_somebody_asks_and_only_then(house: House) -> None:
    assert shown(house).picture_asked == ""
    task = await asked(house)
    view = shown(house)
    assert not await give(house, "another", view.screen_id)
    assert not await give(house, view.picture_asked, "another screen")
    assert not await give(house, view.picture_asked, view.screen_id, b"no picture")
    assert await give(house, view.picture_asked, view.screen_id)
    assert (await task)["citizen"] == api.ScreenPicture(screen="citizen", png=PICTURE)
    assert shown(house).picture_asked == ""
    assert not await give(house, view.picture_asked, view.screen_id), "nobody asks any more"


async def test_a_display_of_each_zone_is_pictured_and_the_second_of_a_zone_is_not_asked(house: House) -> None:
    assert (await house.display("1F")).picture_asked == ""
    assert not await give(house, "nobody asked", "display", BOARD, f"{DISPLAY}?zone=1F")
    task = await asked(house)
    await house.until(lambda: not house.core.pictures.is_asked("display-1F"))
    assert (await house.display("1F")).picture_asked == "", "the first of it has answered"
    view = shown(house)
    assert await give(house, view.picture_asked, view.screen_id)
    assert {name: one.png for name, one in (await task).items()} == {
        "citizen": PICTURE,
        **{f"display-{zone}" if zone else "display": BOARD for zone in house.core.zones},
    }


async def test_a_picture_of_somebodys_screen_is_thrown_away(house: House) -> None:
    task = await asked(house)
    view = shown(house)
    await house.press("ticket")
    assert shown(house).picture_asked == "", "nobody pictures a visit"
    assert not await give(house, view.picture_asked, view.screen_id)
    await house.until(task.done)
    assert task.result()["citizen"] == api.ScreenPicture(screen="citizen", why=SOMEBODY)
    assert not await give(house, view.picture_asked, shown(house).screen_id)


async def test_while_somebody_stands_there_or_no_face_answers_it_is_said(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_pictures, "ANSWER_S", 0.05)
    nothing = lambda why: api.ScreenPictures(pictures=(api.ScreenPicture(screen="citizen", why=why),))  # noqa: E731
    assert await house.core.pictures.take() == nothing(NO_FACE)
    assert shown(house).picture_asked == ""
    await house.press("ticket")
    assert await house.core.pictures.take() == nothing(SOMEBODY)
    await house.press("back")
    await house.press("staff_door")
    assert await house.core.pictures.take() == nothing(SOMEBODY)


async def test_two_who_ask_at_once_do_not_take_each_others_picture(house: House) -> None:
    task = await asked(house)
    assert (await house.core.pictures.take()).pictures == (api.ScreenPicture(screen="citizen", why=TWICE),)
    view = shown(house)
    assert await give(house, view.picture_asked, view.screen_id)
    assert (await task)["citizen"].png == PICTURE
