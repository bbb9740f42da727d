"""The page of certificate kiosks' money as it is drawn, and its questions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.staff import away, money
from ui.staff.desk import Desk
from ui.staff.first import Map, control

if TYPE_CHECKING:
    from kiosk_app.api import ClaimRow, DayTakings, KioskRow, MoneyView, SaleRow, TakingsRow, WordRow

PARTS = (("pay", "代金と返金", "C"), ("day", "日計", "D"), ("kiosks", "交付機", "M"))
LOOKING = "調べています…"
NOBODY_PAYS = "お支払いを待っている方はいません。番号が出ないときは、交付機の画面を確かめてください。"
NOTHING_TAKEN = "今日受け取った代金はありません。"
NO_CLAIMS = "精算していない返金引換票はありません。"
WELL = "知らせはありません"
STOPPED = "証明書の交付を止めています。技術員を呼んでください"
TITLES = {
    "money_taken": "{number}\n代金を受け取りましたか。",
    "money_find": "返金引換票の番号を入れてください。\n二次元コードを読み取っても入ります。",
    "money_claim": "返金引換票 {number}",
    "money_paid": "返金引換票 {number}\nお返しした額を入れてください。",
    "money_rest": "返金引換票 {number}\n残りの額はどうなっていましたか。",
    "money_sold": "返金引換票 {number}\n証明書が出ていた額を入れてください。残りは機械が返していた額です。",
}
LABELS = {
    "money_find": "返金引換票の番号",
    "money_paid": "お返しした額（円）",
    "money_sold": "証明書が出ていた額（円）",
}


def page(desk: Desk) -> Map:
    view, busy = desk.money.view, away.busy(desk)
    parts = [control(f"money_part:{which}", label, key, picked=desk.money.part == which) for which, label, key in PARTS]
    found: Map = {"parts": parts, "part": desk.money.part, "note": view.note if view else LOOKING}
    if view is None or view.note:
        return found | {"part": ""}
    match desk.money.part:
        case "pay":
            return found | _pay(view, busy)
        case "day":
            return found | {"day": _day(desk, view.takings, busy)}
        case "kiosks":
            return found | {"kiosks": [_kiosk(one, busy) for one in view.kiosks]}


# --- who is to pay, what was taken, claims -----------------------------------------------------------------------


def _pay(view: MoneyView, busy: str) -> Map:
    claims = f"{view.claims_total}枚　{money.yen(view.claims_yen)}" if view.claims_total else ""
    return {
        "sales": [_sale(n, one, busy) for n, one in enumerate(view.sales, 1)],
        "sales_count": f"{len(view.sales)}件" if view.sales else "",
        "sales_note": "" if view.sales else NOBODY_PAYS,
        "words": [_word(one, busy) for one in view.words],
        "words_note": "" if view.words else NOTHING_TAKEN,
        "claims": [_claim(one, busy) for one in view.claims],
        "claims_count": claims,
        "claims_note": "" if view.claims else NO_CLAIMS,
        "find": control("money_find", "番号で探す", "/", busy="", spoken="返金引換票を番号で探す"),
    }


def _sale(place: int, one: SaleRow, busy: str) -> Map:
    key = str(place) if place < 10 else ""
    spoken = f"{one.machine}の{one.number}　{one.what}　{money.yen(one.yen)}"
    return {
        "first": one.number,
        "second": f"{one.machine}\n{one.what}",
        "third": money.yen(one.yen),
        "spoken": spoken,
        "plate": control(
            f"pay:{one.payment}", "代金を受け取りました", key, busy=busy, spoken=f"{spoken}の代金を受け取りました"
        ),
    }


def _word(one: WordRow, busy: str) -> Map:
    who, amount = f"{one.machine} {one.number}".rstrip(), money.yen(one.yen)
    back = control(f"return_money:{one.word}", "お返しした", busy=busy, spoken=f"{who}　{amount}をお返しした")
    return {
        "first": f"{one.since}\n係員 {one.staff_code}",
        "second": f"{who}\n{amount}",
        "third": one.what,
        "state": one.state,
        "spoken": "　".join((one.since, who, amount, f"係員{one.staff_code}", one.what)),
        "plate": back if one.state == "refused" else None,
    }


def _claim(one: ClaimRow, busy: str) -> Map:
    who = f"{one.machine} {one.number}　{one.date}"
    return {
        "first": one.code,
        "second": f"{who}\n{one.why}",
        "third": _owed(one),
        "spoken": f"{who}　{one.why}　{_owed(one)}",
        "settle": control(f"claim:{one.claim}", "精算", busy=busy, spoken=f"返金引換票 {one.code}を精算する"),
    }


def _owed(one: ClaimRow) -> str:
    """What is certain, and what it may become."""
    most = money.whole(one)
    if most == 0:
        return "額は不明"
    return money.yen(most) if not one.doubt_yen else f"{one.owed_yen:,}〜{money.yen(most)}"


# --- a day's takings ---------------------------------------------------------------------------------------------


def _day(desk: Desk, takings: DayTakings, busy: str) -> Map:
    wanted = money.takings_day(desk)
    here = takings.date == wanted
    rows = [row for one in takings.machines for row in _takings(one)] if here else []
    if here and len(takings.machines) != 1:
        rows += _takings(takings.whole)
    return {
        "title": takings.date_text + ("　今日" if takings.is_today else "") if here else LOOKING,
        "previous": control("money_day:previous", "前の日", "F6", on=desk.reachable),
        "next": control("money_day:next", "次の日", "F7", on=bool(desk.money.date) and desk.reachable),
        "today": control("money_day:today", "今日", on=bool(desk.money.date)),
        "print": control("print_takings", "日計表を印刷", "F5", on=here, busy=busy),
        "figures": _figures(takings) if here else [],
        "rows": rows,
    }


def _figures(takings: DayTakings) -> list[Map]:
    shown = [
        ("売上", takings.whole.sold_yen, "円"),
        ("窓口の現金", takings.drawer_yen, "円"),
        ("機械の現金", takings.in_units_yen, "円"),
        ("預かり中", takings.in_hand_yen, "円"),
        ("未精算の返金引換票", takings.claims_open, "枚"),
    ]
    twice = [("2か所で精算した返金引換票", takings.claims_twice, "枚")] if takings.claims_twice else []
    return [{"name": name, "value": f"{value:,}", "unit": unit} for name, value, unit in (*shown, *twice)]


def _takings(one: TakingsRow) -> list[Map]:
    """A machine, and under it what of each kind it sold."""
    first = [
        one.name,
        f"{one.copies}通",
        *(
            f"{amount:,}"
            for amount in (
                one.sold_yen,
                one.counter_yen,
                one.unit_yen,
                one.paid_out_yen,
                one.claimed_yen,
                one.open_yen,
                one.claims_paid_yen,
            )
        ),
    ]
    kinds = [[f"　{kind.name}", f"{kind.copies}通", f"{kind.yen:,}", ""] for kind in one.sold]
    return [{"cells": first, "whole": True}, *({"cells": cells, "whole": False} for cells in kinds)]


# --- the machines ------------------------------------------------------------------------------------------------


def _kiosk(one: KioskRow, busy: str) -> Map:
    told = [STOPPED] if one.stopped else []
    told += [one.trouble] if one.trouble else []
    return {
        "first": "",
        "second": one.name,
        "third": "\n".join(told) or WELL,
        "state": "waiting" if told else "",
        "spoken": "　".join((one.name, *(told or [WELL]))),
        "plate": control(
            f"refilled:{one.code}", "補充しました", busy=busy, spoken=f"{one.name}の書類の用紙を補充しました"
        ),
    }


# --- questions ---------------------------------------------------------------------------------------------------


def dialog(desk: Desk) -> Map:
    asked = desk.dialog
    options = [
        control(f"choose:{n}", label, str(n + 1), on=not away.held(desk))
        for n, (_, label) in enumerate(money.options_of(desk))
    ]
    field = LABELS.get(asked.kind, "")
    looking = desk.money.asked is not None
    submit = control("submit", "探す" if asked.kind == "money_find" else "次へ", "Enter", on=not looking)
    return {
        "kind": asked.kind,
        "title": TITLES[asked.kind].format(number=asked.number),
        "large": money.yen(asked.yen) if asked.kind == "money_taken" else "",
        "field": field,
        "signs": money.SIGNS_MAX.get(asked.kind, 0),
        "options": options,
        "lines": _lines(desk),
        "pictures": [],
        "submit": submit if field else None,
        "other": None,
        "close": control("close", "やめる" if options or field else "閉じる", "Esc"),
    }


def _lines(desk: Desk) -> list[Map]:
    claim = desk.money.claim
    if claim is None or desk.dialog.kind not in ("money_claim", "money_paid", "money_rest", "money_sold"):
        return []
    lines = [f"{claim.machine}の{claim.number}　{claim.date}　{claim.why}"]
    if claim.settled:
        lines.append(f"{claim.settled}。")
        lines += ["2か所で精算されています。リーダーに知らせてください。"] if claim.twice else []
    else:
        lines += [f"お返しする額　{money.yen(claim.owed_yen)}"] if claim.owed_yen or not claim.doubt_yen else []
        lines += [f"確かめてからお返しする額　{money.yen(claim.doubt_yen)}"] if claim.doubt_yen else []
        if desk.dialog.kind in ("money_rest", "money_sold"):
            lines.append(f"お返しした額　{money.yen(desk.money.paid_yen)}")
    return [{"key": "", "text": line} for line in lines]
