"""Pictures of screens for whoever helps from afar: the visitors' first screen while nobody stands there, and displays.

The face makes it, because it alone has the screen; the core asks through the view, and takes no picture that was made
of another screen than the one that stands there now. Consoles are not pictured: they show what staff know of visitors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk_app import api

if TYPE_CHECKING:
    from kiosk_app.core import Core

ANSWER_S = 3.0
PNG = b"\x89PNG\r\n\x1a\n"
CITIZEN = "citizen"
SOMEBODY = "いま使われています。だれもいないときに、もう一度お願いします。"
TWICE = "画面の写真を、もう一つのプログラムが待っています。"
NO_FACE = "画面のプログラムがつながっていません。"


@dataclass(frozen=True)
class Wish:
    """For one picture of one screen."""

    asked: str
    came: asyncio.Future[bytes]


def display(zone: str) -> str:
    return f"display-{zone}" if zone else "display"


class ScreenPictures:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._wishes: dict[str, Wish] = {}
        """By the screen."""

    def of_citizen(self, view: api.CitizenView) -> api.CitizenView:
        """The view, with the wish for a picture of it where it may be pictured."""
        wish = self._wishes.get(CITIZEN)
        return replace(view, picture_asked=wish.asked) if wish is not None and self._core.lobby.is_free else view

    def of_display(self, zone: str, view: api.DisplayView) -> api.DisplayView:
        wish = self._wishes.get(display(zone))
        return replace(view, picture_asked=wish.asked) if wish is not None else view

    async def take(self) -> api.ScreenPictures:
        """Of the first screen one, or why there is none; of each zone the first display's that answers, if any."""
        if self._wishes:
            return _only(TWICE)
        core = self._core
        boards = [display(zone) for zone in sorted(core.zones)]
        of_citizen = self._take(CITIZEN, core.lobby.changed.bump) if core.lobby.is_free else _nothing()
        first, *found = await asyncio.gather(of_citizen, *(self._take(board, core.changed.bump) for board in boards))
        of_boards = zip(boards, found, strict=True)
        return api.ScreenPictures(
            pictures=(
                api.ScreenPicture(screen=CITIZEN, png=first, why="" if first else self._why()),
                *(api.ScreenPicture(screen=board, png=png) for board, png in of_boards if png),
            )
        )

    def is_asked(self, screen: str) -> bool:
        return screen in self._wishes

    def give(self, sent: api.PictureSent) -> api.Reply:
        """One that nobody has asked for, or of a screen that somebody stands before by now, is thrown away."""
        lobby = self._core.lobby
        if (wish := self._wish(CITIZEN, sent.asked)) is None:
            return api.Reply(ok=False)
        if not lobby.is_free:
            wish.came.set_result(b"")
            return api.Reply(ok=False)
        return self._took(wish, sent.png, lobby.view().screen_id == sent.screen_id)

    def give_of_display(self, zone: str, sent: api.PictureSent) -> api.Reply:
        wish = self._wish(display(zone), sent.asked)
        return api.Reply(ok=False) if wish is None else self._took(wish, sent.png, True)

    def _wish(self, screen: str, asked: str) -> Wish | None:
        wish = self._wishes.get(screen)
        return wish if wish is not None and wish.asked == asked and not wish.came.done() else None

    def _took(self, wish: Wish, png: bytes, is_it: bool) -> api.Reply:
        if not is_it or not png.startswith(PNG):
            return api.Reply(ok=False)
        wish.came.set_result(png)
        return api.Reply(ok=True)

    async def _take(self, screen: str, changed: Callable[[], None]) -> bytes:
        """Nothing where no face answers in time."""
        wish = Wish(self._core.clock.new_id(), asyncio.get_running_loop().create_future())
        self._wishes[screen] = wish
        changed()
        try:
            async with asyncio.timeout(ANSWER_S):
                return await wish.came
        except TimeoutError:
            return b""
        finally:
            del self._wishes[screen]
            changed()

    def _why(self) -> str:
        return NO_FACE if self._core.lobby.is_free else SOMEBODY


async def _nothing() -> bytes:
    return b""


def _only(why: str) -> api.ScreenPictures:
    return api.ScreenPictures(pictures=(api.ScreenPicture(screen=CITIZEN, why=why),))
