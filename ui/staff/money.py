"""Taking the money of certificates at a counter, settling claims, and what staff say of a kiosk's paper.

Pure parts of the desk's step. Every sum is shown before it is sent, and what was shown is what is sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ui.staff.desk import Command, Desk, Dialog
from ui.staff.history import today
from ui.staff.money_desk import AskClaims, ClaimsTold, MoneyArrived, Part, has_page

if TYPE_CHECKING:
    from kiosk_app.api import ClaimRow, MoneyView, StaffVerb

SIGNS_MAX = {"money_find": 64, "money_paid": 9, "money_sold": 9}
YEN_MAX = 10_000_000
YES, PAID, SOLD, GIVEN, TYPED = "yes", "paid", "sold", "given", "typed"
NOT_FOUND = "この番号の返金引換票はありません。番号を確かめてください。"
SEVERAL = "同じ番号の返金引換票がほかにもあります。二次元コードを読み取ってください。"
NOT_YEN = "額を数字で入れてください。"


class Act(NamedTuple):
    """What is sent. `control` waits for the answer."""

    verb: StaffVerb
    control: str
    fields: dict[str, Any]


def shown(desk: Desk) -> MoneyView | None:
    return desk.money.view


def yen(amount: int) -> str:
    return f"{amount:,}円"


# --- looking -----------------------------------------------------------------------------------------------------


def part(desk: Desk, which: str) -> Desk:
    return replace(desk, money=replace(desk.money, part=cast(Part, which)), message="") if has_page(desk) else desk


def day(desk: Desk, where: str) -> Desk:
    """The day before, the next or today; never one that has not come."""
    now = today(desk)
    if not now or not has_page(desk):
        return desk
    there = date.fromisoformat(desk.money.date or now)
    moved = {"previous": there - timedelta(days=1), "next": there + timedelta(days=1)}.get(where)
    found = min(moved.isoformat(), now) if moved else now
    return replace(desk, money=replace(desk.money, date="" if found == now else found), message="")


def arrived(desk: Desk, event: MoneyArrived) -> Desk:
    if event.watched != desk.money.watched:
        return desk
    return replace(desk, money=replace(desk.money, view=event.view))


# --- asking ------------------------------------------------------------------------------------------------------


def ask_payment(desk: Desk, payment: str) -> Desk:
    """What was shown stands in the question, whatever else comes while it is open."""
    view = shown(desk)
    one = next((one for one in view.sales if one.payment == payment), None) if view else None
    if one is None:
        return desk
    number = f"{one.machine}の{one.number}　{one.what}".rstrip("　")
    return replace(desk, dialog=Dialog("money_taken", "confirm_payment", payment, number, yen=one.yen), message="")


def ask_find(desk: Desk) -> Desk:
    return replace(desk, dialog=Dialog("money_find"), typed="", message="") if has_page(desk) else desk


def ask_claim(desk: Desk, claim: str) -> Desk:
    view = shown(desk)
    one = next((one for one in view.claims if one.claim == claim), None) if view else None
    return _about(desk, one) if one else desk


def _about(desk: Desk, one: ClaimRow) -> Desk:
    money = replace(desk.money, claim=one, asked=None, paid_yen=0)
    return replace(desk, dialog=Dialog("money_claim", "settle_claim", number=one.code), money=money, message="")


def told(desk: Desk, event: ClaimsTold) -> Desk:
    """An answer that comes after the question was closed opens nothing."""
    if desk.money.asked != event.ask:
        return desk
    desk = replace(desk, money=replace(desk.money, asked=None))
    if desk.dialog.kind != "money_find":
        return desk
    if event.found is None:
        return replace(desk, message=event.cause)
    if len(event.found.rows) != 1:
        return replace(desk, message=SEVERAL if event.found.rows else NOT_FOUND)
    return _about(desk, event.found.rows[0])


def options_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    """What the open dialog offers: (what it means, what it says)."""
    claim = desk.money.claim
    if desk.dialog.kind == "money_taken":
        return ((YES, f"{yen(desk.dialog.yen)}を受け取りました"),)
    if desk.dialog.kind == "money_claim" and claim is not None and not claim.settled:
        return _ways(claim)
    if desk.dialog.kind == "money_rest" and claim is not None:
        rest = yen(whole(claim) - desk.money.paid_yen)
        return (
            (SOLD, f"残りの{rest}は、証明書が出ていました"),
            (GIVEN, f"残りの{rest}は、機械が返していました"),
            (TYPED, "どちらもあります（額を入れる）"),
        )
    return ()


def whole(claim: ClaimRow) -> int:
    return claim.owed_yen + claim.doubt_yen


def _ways(claim: ClaimRow) -> tuple[tuple[str, str], ...]:
    """A sum that is certain is given back whole; of one in doubt staff say what they have found."""
    if whole(claim) == 0:
        return ((PAID, "機械の中を確かめました（お返しする額はありません）"),)
    all_of_it = (PAID, f"{yen(whole(claim))}をお返ししました")
    if not claim.doubt_yen:
        return (all_of_it,)
    rest = f"。{yen(claim.owed_yen)}をお返ししました" if claim.owed_yen else "（お返しなし）"
    return (
        all_of_it,
        (SOLD, f"{yen(claim.doubt_yen)}の証明書は出ていました{rest}"),
        (GIVEN, f"{yen(claim.doubt_yen)}は機械が返していました{rest}"),
        (TYPED, "お返しした額を入れる"),
    )


# --- answers -----------------------------------------------------------------------------------------------------


def chosen(desk: Desk, key: str) -> Desk | Act:
    """After `key` was chosen in the open dialog: the next question, or what is sent."""
    asked, claim = desk.dialog, desk.money.claim
    if asked.kind == "money_taken":
        fields = {"payment": asked.ticket, "yen": asked.yen}
        return Act("confirm_payment", f"pay:{asked.ticket}", fields)
    if claim is None:
        return desk
    if asked.kind == "money_claim":
        if key == TYPED:
            return replace(desk, dialog=replace(asked, kind="money_paid"), typed="", message="")
        paid = whole(claim) if key == PAID else claim.owed_yen
        return _settled(claim, paid, claim.doubt_yen if key == SOLD else 0)
    if key == TYPED:
        return replace(desk, dialog=replace(asked, kind="money_sold"), typed="", message="")
    paid = desk.money.paid_yen
    return _settled(claim, paid, whole(claim) - paid if key == SOLD else 0)


def _settled(claim: ClaimRow, paid_yen: int, sold_yen: int) -> Act:
    fields = {
        "claim": claim.claim,
        "paid_yen": paid_yen,
        "sold_yen": sold_yen,
        "given_yen": whole(claim) - paid_yen - sold_yen,
    }
    return Act("settle_claim", f"claim:{claim.claim}", fields)


def typed(desk: Desk) -> tuple[Desk, tuple[Command, ...]] | Act:
    """Enter in the field of the open dialog."""
    text, claim = unicodedata.normalize("NFKC", desk.typed).strip(), desk.money.claim
    if desk.dialog.kind == "money_find":
        if not text:
            return replace(desk, message="返金引換票の番号を入れてください。"), ()
        if desk.money.asked is not None:
            return desk, ()
        ask = AskClaims(text)
        return replace(desk, money=replace(desk.money, asked=ask), message=""), (ask,)
    if claim is None:
        return desk, ()
    amount = _yen_of(text)
    if amount is None:
        return replace(desk, message=NOT_YEN), ()
    if desk.dialog.kind == "money_sold":
        rest = whole(claim) - desk.money.paid_yen
        if amount > rest:
            return replace(desk, message=f"{yen(rest)}までの額を入れてください。"), ()
        return _settled(claim, desk.money.paid_yen, amount)
    if not claim.owed_yen <= amount <= whole(claim):
        message = f"{yen(claim.owed_yen)}から{yen(whole(claim))}までの額を入れてください。"
        return replace(desk, message=message), ()
    if amount == whole(claim):
        return _settled(claim, amount, 0)
    money = replace(desk.money, paid_yen=amount)
    return replace(desk, dialog=replace(desk.dialog, kind="money_rest"), money=money, typed="", message=""), ()


def _yen_of(text: str) -> int | None:
    """300, 1,200円; None where it is no sum."""
    plain = text.removesuffix("円").replace(",", "").strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 8:
        return None
    return int(plain)


def returned(desk: Desk, word: str) -> Act | None:
    """Of the band over every page, or of a row of this one."""
    shown_there = {one.word for one in (desk.view.money.refused if desk.view and desk.view.money else ())}
    view = shown(desk)
    listed = {one.word for one in (view.words if view else ()) if one.state == "refused"}
    return Act("return_money", f"return_money:{word}", {"word": word}) if word in shown_there | listed else None


def takings_day(desk: Desk) -> str:
    return desk.money.date or today(desk)


def keys(desk: Desk, key: str) -> str:
    """The digits are for those who wait to pay, in their order."""
    view = shown(desk)
    if desk.money.part == "pay" and key in "123456789" and view and int(key) <= len(view.sales):
        return f"pay:{view.sales[int(key) - 1].payment}"
    return AT_THE_MONEY.get(key, "") or (AT_THE_DAY.get(key, "") if desk.money.part == "day" else "")


AT_THE_MONEY = {"C": "money_part:pay", "D": "money_part:day", "M": "money_part:kiosks", "/": "money_find"}
AT_THE_DAY = {"F5": "print_takings", "F6": "money_day:previous", "F7": "money_day:next"}
LOOKING: dict[str, Callable[[Desk, str], Desk]] = {
    "money_part": part,
    "money_day": day,
    "money_find": lambda desk, _: ask_find(desk),
    "claim": ask_claim,
    "pay": ask_payment,
}
"""What nothing is sent by, named as the controls are."""
