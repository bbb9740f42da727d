"""What the page of certificate kiosks' money remembers, asks and hears. Values, and when its line is opened and left;
the rest is loaded with the page (money.py, money_page.py)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kiosk_app.api import ClaimRow, ClaimsFound, MoneyView, Role
    from ui.staff.desk import Desk

READERS: tuple[Role, ...] = ("clerk", "leader")
"""As kiosk_app/office/permissions.py says; the core refuses all others."""
Part = Literal["pay", "day", "kiosks"]


@dataclass(frozen=True)
class WatchMoney:
    """Follow the page; `date` says whose takings, empty is today."""

    date: str


@dataclass(frozen=True)
class LeaveMoney:
    """Nobody looks at it any more."""


@dataclass(frozen=True)
class AskClaims:
    """By the number or the code of a slip."""

    typed: str


@dataclass(frozen=True)
class MoneyArrived:
    """`watched` tells a day that is no longer looked at from the one that is."""

    watched: WatchMoney
    view: MoneyView


@dataclass(frozen=True)
class ClaimsTold:
    """`found` None: there was no answer, and `cause` says why in one sentence."""

    ask: AskClaims
    found: ClaimsFound | None = None
    cause: str = ""


@dataclass(frozen=True)
class Money:
    part: Part = "pay"
    date: str = ""
    """Of the takings that are looked at; empty is today."""
    watched: WatchMoney | None = None
    view: MoneyView | None = None
    asked: AskClaims | None = None
    claim: ClaimRow | None = None
    """What the open question is about, as it stood when it was opened."""
    paid_yen: int = 0
    """Typed as an answer to it."""


def has_page(desk: Desk) -> bool:
    return desk.role in READERS and desk.view is not None and desk.view.money is not None


def asked(desk: Desk, commands: tuple[Any, ...]) -> tuple[Desk, tuple[Any, ...]]:
    """Follows what is looked at."""
    if not desk.token:
        return desk, commands
    money = desk.money
    looking = desk.tab == "money" and desk.page == "work" and has_page(desk)
    wanted = WatchMoney(money.date) if looking else None
    if wanted == money.watched:
        return desk, commands
    # While another day is on its way, what is the same for all days stays.
    money = replace(money, watched=wanted, view=money.view if wanted else None)
    return replace(desk, money=money), (*commands, wanted or LeaveMoney())
