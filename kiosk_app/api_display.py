"""What displays show and the voice says. Import from api.py."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.api_base import Language, View


class DisplayCall(View, frozen=True, kw_only=True):
    number: str
    counter: int
    stage: str
    """受付 or お渡し."""
    fresh: bool = False
    times: int = 1
    """How often it was announced."""


class DisplayGroup(View, frozen=True, kw_only=True):
    letter: str
    name: str
    place: str
    waiting: int
    estimate: str


class DisplayNotice(View, frozen=True, kw_only=True):
    """`now`: of this day or hour; `office`: what holds for a time; `city`: a message of the city."""

    kind: Literal["now", "office", "city"]
    heading: dict[Language, str]
    """Of the city's messages only: whose they are."""
    text: dict[Language, str]
    """Japanese always; furigana are marked in `easy`."""


class DisplayView(View, frozen=True, kw_only=True):
    office: str
    zone: str
    date: str
    time: str
    newest: tuple[DisplayCall, ...]
    """The call of the last 30 s (at most one now); others as young are `fresh` in `recent`."""
    recent: tuple[DisplayCall, ...]
    groups: tuple[DisplayGroup, ...]
    missed: tuple[str, ...]
    """Called as often as the office calls, and not come."""
    notices: tuple[DisplayNotice, ...] = ()
    """Shown in turns, page by page."""
    silent: bool = False
    """Nothing is spoken here now."""
    picture_asked: str = ""
    """A display sends a picture of itself, under this id (PictureSent)."""


class Announcement(View, frozen=True, kw_only=True):
    """One call to speak. `call_id` is the same when the same call is announced again."""

    call_id: str
    zone: str
    letter: str
    number: int
    counter: int
    stage: Literal["reception", "handover"]
    language: Language = "ja"
    """In which the ticket was taken."""
    volume: Annotated[int, Meta(ge=0, le=100)] = 100
    """Percent, of this floor at this hour; 0: not spoken."""
    called_utc_ms: int
    now_utc_ms: int
