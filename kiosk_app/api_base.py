"""What the requests, replies and views of every face are made of; faces import it through kiosk_app/api.py."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Language = Literal["ja", "easy", "en", "zh", "ko", "vi"]
LANGUAGES: tuple[Language, ...] = ("ja", "easy", "en", "zh", "ko", "vi")
"""日本語, やさしい日本語, English, 简体中文, 한국어, Tiếng Việt."""


def language_of(code: str) -> Language:
    """Of a code that an older or newer log may hold; Japanese where it is not one of ours."""
    return next((known for known in LANGUAGES if known == code), "ja")


Id = Annotated[str, Meta(min_length=1, max_length=64)]
"""Made by a face; what is sent has limits, because it is kept for years."""
IdOrNone = Annotated[str, Meta(max_length=64)]
Letter = Annotated[str, Meta(pattern="^[A-Z]$")]
LAST_UTC_MS = 4_102_444_800_000
"""2100-01-01."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that a face shows or sends."""


class Control(View, frozen=True, kw_only=True):
    """Something that can be pressed (or, when closed, that explains itself when pressed)."""

    id: str
    label: str
    note: str = ""
    icon: str = ""
    state: Literal["open", "go", "closed", "off", "busy", "selected"] = "open"
    tag: str = ""
    why: str = ""
    """For a closed control: when it opens and why."""


Needs = Literal["", "service"]


class Reply(View, frozen=True, kw_only=True):
    """`ok` false is an expected refusal; `message` is one clear sentence for the person.

    `needs`: what the same act must also say to be done, so that a console asks for it.
    """

    ok: bool
    message: str = ""
    needs: Needs = ""
