"""A picture of the visitors' screen is given only of the first screen, and never while somebody stands there."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from kiosk_app import api, screen_pictures
from kiosk_app.screen_pictures import NO_FACE, PNG, SOMEBODY
from tests.kiosk_app.house import House

PICTURE = PNG + b"of the first screen"


async def asked(house: House) -> asyncio.Task[api.ScreenPicture]:
    """By a support file, while a face follows the screen."""

    async def ask() -> api.ScreenPicture:
        return (await house.ask("GET", "/v1/diagnosis/picture")).of(api.ScreenPicture)

    follow = asyncio.ensure_future(house.core.lobby.changed.wait(house.core.lobby.changed.version, 60.0))
    await house.until(lambda: house.core.lobby.changed.is_followed)
    task = asyncio.ensure_future(ask())
    await house.until(lambda: shown(house).picture_asked or task.done())
    follow.cancel()
    return task


def shown(house: House) -> api.CitizenView:
    return msgspec.json.decode(house.core.citizen_view(), type=api.CitizenView)


async def give(house: House, asked: str, screen_id: str, png: bytes = PICTURE) -> bool:
    sent = api.PictureSent(asked=asked, screen_id=screen_id, png=png)
    return (await house.ask("POST", "/v1/citizen/picture", sent)).of(api.Reply).ok


async def test_the_first_screen_is_pictured_when_somebody_asks_and_only_then(house: House) -> None:
    assert shown(house).picture_asked == ""
    task = await asked(house)
    view = shown(house)
    assert not await give(house, "another", view.screen_id)
    assert not await give(house, view.picture_asked, "another screen")
    assert not await give(house, view.picture_asked, view.screen_id, b"no picture")
    assert await give(house, view.picture_asked, view.screen_id)
    assert await task == api.ScreenPicture(png=PICTURE)
    assert shown(house).picture_asked == ""
    assert not await give(house, view.picture_asked, view.screen_id), "nobody asks any more"


@pytest.mark.slow
async def test_a_picture_of_somebodys_screen_is_thrown_away(house: House) -> None:
    task = await asked(house)
    view = shown(house)
    await house.press("ticket")
    assert shown(house).picture_asked == "", "nobody pictures a visit"
    assert not await give(house, view.picture_asked, view.screen_id)
    assert not await give(house, view.picture_asked, shown(house).screen_id)
    assert (await task).why == SOMEBODY


async def test_while_somebody_stands_there_or_no_face_follows_it_is_said_at_once(house: House) -> None:
    assert (await house.core.pictures.take()).why == NO_FACE
    await house.press("ticket")
    assert (await house.core.pictures.take()).why == SOMEBODY
    await house.press("back")
    await house.press("staff_door")
    assert (await house.core.pictures.take()).why == SOMEBODY


async def test_a_face_that_sends_none_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_pictures, "ANSWER_S", 0.05)
    task = await asked(house)
    assert (await task).why == NO_FACE
