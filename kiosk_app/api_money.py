"""What a console shows and does about the money of certificate kiosks: who waits to pay, claims, takings, paper.

Faces import it through kiosk_app/api.py. Its words are Japanese, which staff read; every sum is in yen.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.api_base import IdOrNone, View

MoneyVerb = Literal["confirm_payment", "return_money", "settle_claim", "print_takings", "refilled"]
"""confirm_payment: `payment` and `yen`, the sum that is in the clerk's hand. return_money: `word`. settle_claim:
`claim` and the three sums. print_takings: the act's `day`. refilled: the act's `machine`."""
Yen = Annotated[int, Meta(ge=0, le=10_000_000)]
Day = Annotated[str, Meta(pattern="^(2[0-9]{3}-[0-9]{2}-[0-9]{2})?$")]
TYPED_MAX = 64


class MoneyAct(View, frozen=True, kw_only=True):
    """Field `money` of a StaffAct."""

    payment: IdOrNone = ""
    yen: Yen = 0
    word: IdOrNone = ""
    claim: IdOrNone = ""
    paid_yen: Yen = 0
    """Of a claim: given to the visitor."""
    sold_yen: Yen = 0
    """For certificates that had come after all."""
    given_yen: Yen = 0
    """What the unit had given after all."""


class RefusedRow(View, frozen=True, kw_only=True):
    """Money that is to be given back at once. `number`: K-0012. `why` in one sentence."""

    word: str
    number: str
    machine: str
    yen: int
    since: str
    staff_code: str
    why: str


class MoneySign(View, frozen=True, kw_only=True):
    """Of every console's view: there is a kiosk. `refused`: what this console's own clerk has to give back."""

    refused: tuple[RefusedRow, ...] = ()


class MoneyAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`date`: whose takings; empty is today."""

    date: Day = ""


class SaleRow(View, frozen=True, kw_only=True):
    """Somebody is to pay at the counter. `what`: 住民票の写し 2通."""

    payment: str
    number: str
    machine: str
    what: str
    yen: int


WordState = Literal["waiting", "taken", "refused", "over"]


class WordRow(View, frozen=True, kw_only=True):
    """A sale that staff took the money of. waiting: the kiosk has not answered, the clerk keeps the money in hand.
    over: given back. `what` in one sentence."""

    word: str
    number: str
    machine: str
    yen: int
    since: str
    staff_code: str
    state: WordState
    what: str


class ClaimRow(View, frozen=True, kw_only=True):
    """A 返金引換票. `code`: AB12-CD34. `settled`: by whom and when; empty while it is open. `twice`: two hubs that
    could not see each other both settled it."""

    claim: str
    code: str
    number: str
    machine: str
    date: str
    why: str
    owed_yen: int
    doubt_yen: int
    settled: str = ""
    twice: bool = False


class ClaimsAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number as it is typed, or the code of a slip as it was read."""

    typed: Annotated[str, Meta(min_length=1, max_length=TYPED_MAX)]


class ClaimsFound(View, frozen=True, kw_only=True):
    rows: tuple[ClaimRow, ...] = ()


class KindSold(View, frozen=True, kw_only=True):
    name: str
    copies: int
    yen: int


class TakingsRow(View, frozen=True, kw_only=True):
    """One machine's day, or all of them. `open_yen`: of sales that go on. counter + unit = sold + paid out + claimed +
    open."""

    name: str
    counter_yen: int = 0
    unit_yen: int = 0
    paid_out_yen: int = 0
    sold: tuple[KindSold, ...] = ()
    copies: int = 0
    sold_yen: int = 0
    claimed_yen: int = 0
    open_yen: int = 0
    claims_paid_yen: int = 0
    claims_sold_yen: int = 0
    claims_given_yen: int = 0


class DayTakings(View, frozen=True, kw_only=True):
    """`drawer_yen`: what the day brought into the counters' drawers; `in_units_yen`: into the units, as far as they
    know. `in_hand_yen`: taken by staff, and not answered by a kiosk or not given back yet; it is in no other sum."""

    date: str
    date_text: str
    is_today: bool
    machines: tuple[TakingsRow, ...] = ()
    whole: TakingsRow
    drawer_yen: int = 0
    in_units_yen: int = 0
    in_hand_yen: int = 0
    claims_open: int = 0
    claims_twice: int = 0


class KioskRow(View, frozen=True, kw_only=True):
    """`trouble`: what it rings for, since when; empty while all is well. `stopped`: it sells no certificates until a
    technician says that it may."""

    code: str
    name: str
    trouble: str = ""
    stopped: bool = False


class MoneyView(View, frozen=True, kw_only=True):
    """`note`: why there is nothing, in one sentence. Lists are cut at their limits; the totals count everything."""

    note: str = ""
    sales: tuple[SaleRow, ...] = ()
    words: tuple[WordRow, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    claims_total: int = 0
    claims_yen: int = 0
    takings: DayTakings
    kiosks: tuple[KioskRow, ...] = ()
