"""A picture of the visitors' screen for whoever helps from afar: only of the first screen, while nobody stands there.

The face makes it, because it alone has the screen; the core asks through the view, and takes no picture that was made
of another screen than the one that stands there now.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk_app import api

if TYPE_CHECKING:
    from kiosk_app.core import Core

ANSWER_S = 3.0
PNG = b"\x89PNG\r\n\x1a\n"
SOMEBODY = "いま使われています。だれもいないときに、もう一度お願いします。"
NO_FACE = "画面のプログラムがつながっていません。"


class ScreenPictures:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._asked = ""
        self._came: asyncio.Future[bytes] | None = None

    def asking(self, view: api.CitizenView) -> api.CitizenView:
        """The view, with the wish for a picture of it where it may be pictured."""
        return replace(view, picture_asked=self._asked) if self._asked and self._core.lobby.is_free else view

    async def take(self) -> api.ScreenPicture:
        """Of one who asks after the other, the first gets it."""
        lobby = self._core.lobby
        if not lobby.is_free:
            return api.ScreenPicture(why=SOMEBODY)
        if not lobby.changed.is_followed or self._came is not None:
            return api.ScreenPicture(why=NO_FACE)
        self._asked, self._came = self._core.clock.new_id(), asyncio.get_running_loop().create_future()
        lobby.changed.bump()
        try:
            async with asyncio.timeout(ANSWER_S):
                return api.ScreenPicture(png=await self._came)
        except TimeoutError:
            return api.ScreenPicture(why=NO_FACE if lobby.is_free else SOMEBODY)
        finally:
            self._asked, self._came = "", None
            lobby.changed.bump()

    def give(self, sent: api.PictureSent) -> api.Reply:
        """One that nobody has asked for, or of a screen that somebody stands before by now, is thrown away."""
        lobby = self._core.lobby
        is_wanted = self._came is not None and sent.asked == self._asked and not self._came.done()
        is_here = lobby.is_free and lobby.view().screen_id == sent.screen_id
        if self._came is None or not is_wanted or not is_here or not sent.png.startswith(PNG):
            return api.Reply(ok=False)
        self._came.set_result(sent.png)
        return api.Reply(ok=True)
