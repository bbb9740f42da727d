"""A synthetic day of three certificate kiosks, as the hub tells it to a console."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk_app.api import (
    Alert,
    ClaimRow,
    DayTakings,
    KindSold,
    KioskRow,
    MoneyAsked,
    MoneySign,
    MoneyView,
    RefusedRow,
    Role,
    SaleRow,
    StaffView,
    TakingsRow,
    WordRow,
)
from tests.ui.small_core import SmallCore
from tests.ui.staff.office_day import LEADER, other

SALES = (
    SaleRow(payment="p12", number="K-0012", machine="2号機", what="住民票の写し 2通", yen=600),
    SaleRow(payment="p7", number="K-0007", machine="3号機", what="印鑑登録証明書 1通", yen=300),
)


def _word(word: str, number: str, yen: int, since: str, state: str, what: str, **more: str) -> WordRow:
    """At 2号機, said by 2041, unless it says otherwise."""
    where = {"machine": "2号機", "staff_code": "2041"} | more
    return WordRow(word=word, number=number, yen=yen, since=since, state=state, what=what, **where)


def _claim(claim: str, code: str, number: str, why: str, owed_yen: int, doubt_yen: int, **more: str) -> ClaimRow:
    """Of 2号機 and today, unless it says otherwise."""
    where = {"machine": "2号機", "date": "4月6日（月）"} | more
    return ClaimRow(claim=claim, code=code, number=number, why=why, owed_yen=owed_yen, doubt_yen=doubt_yen, **where)


CLOSED = "交付機の受付が終わっていました"
KEPT = "交付機から返事がありません。代金は預かったまま、交付機の画面を確かめてください"
WORDS = (
    _word("m1 90", "K-0010", 300, "10:38", "refused", f"{CLOSED}。代金をすぐお返しください"),
    _word("m1 92", "K-0006", 450, "10:41", "waiting", KEPT, machine="3号機", staff_code="2044"),
    _word("m1 80", "K-0011", 600, "10:40", "taken", "印刷しています"),
    _word("m1 70", "K-0009", 300, "10:21", "over", "先に支払われていました。お返ししました"),
)
CLAIMS = (
    _claim("a1", "7QK2-M4XP", "K-0031", "途中で機械が止まりました", 300, 0, date="4月3日（金）"),
    _claim("a2", "H83T-90AB", "K-0004", "紙が出たか分かりません", 300, 600, machine="3号機"),
    _claim("a3", "ZZ10-7RRC", "K-0008", "機械に入った額が分かりません", 0, 0, machine="4号機"),
)
SETTLED = replace(
    CLAIMS[0], claim="a9", code="OLD1-CODE", settled="4月6日（月）に係員2044が精算しました（お返し 300円）"
)
KINDS = (
    KindSold(name="住民票の写し", copies=41, yen=12_300),
    KindSold(name="印鑑登録証明書", copies=12, yen=3_600),
    KindSold(name="戸籍全部事項証明書", copies=3, yen=1_350),
)


def _row(name: str, times: int, kinds: tuple[KindSold, ...]) -> TakingsRow:
    sold = sum(kind.yen for kind in kinds)
    return TakingsRow(
        name=name,
        counter_yen=sold + 600,
        unit_yen=4_000 * times,
        paid_out_yen=3_100 * times,
        sold=kinds,
        copies=sum(kind.copies for kind in kinds),
        sold_yen=sold,
        claimed_yen=900 * times,
        open_yen=600,
        claims_paid_yen=300,
    )


TAKINGS = DayTakings(
    date="2026-04-06",
    date_text="4月6日（月）",
    is_today=True,
    machines=(_row("2号機", 0, KINDS), _row("3号機", 1, KINDS[:2])),
    whole=_row("合計", 1, tuple(replace(kind, copies=kind.copies * 2, yen=kind.yen * 2) for kind in KINDS)),
    drawer_yen=33_150,
    in_units_yen=900,
    in_hand_yen=750,
    claims_open=2,
)
KIOSKS = (
    KioskRow(code="m2", name="2号機"),
    KioskRow(code="m3", name="3号機", trouble="用紙がありません（10:40から）"),
    KioskRow(code="m4", name="4号機", stopped=True),
)
MONEY = MoneyView(
    sales=SALES,
    words=WORDS,
    claims=CLAIMS,
    claims_total=3,
    claims_yen=1_200,
    takings=TAKINGS,
    kiosks=KIOSKS,
)
QUIET = MoneyView(
    takings=DayTakings(date="2026-04-06", date_text="4月6日（月）", is_today=True, whole=TakingsRow(name="合計")),
    kiosks=KIOSKS[:1],
)
FULL = replace(
    MONEY,
    sales=tuple(
        replace(SALES[0], payment=f"p{n}", number=f"K-{n:04d}", machine=f"{n}号機", what="戸籍全部事項証明書 5通")
        for n in range(1, 13)
    ),
    words=tuple(replace(WORDS[n % 4], word=f"m1 {n}") for n in range(40)),
    claims=tuple(replace(CLAIMS[n % 3], claim=f"c{n}") for n in range(40)),
    claims_total=173,
    claims_yen=91_800,
    takings=replace(
        TAKINGS,
        machines=tuple(replace(TAKINGS.machines[0], name=f"{n}号機", sold_yen=1_234_567) for n in range(1, 9)),
        claims_twice=1,
    ),
    kiosks=tuple(replace(KIOSKS[n % 3], code=f"m{n}", name=f"{n}号機") for n in range(1, 13)),
)
REFUSED = RefusedRow(
    why=CLOSED, **{n: getattr(WORDS[0], n) for n in ("word", "number", "machine", "yen", "since", "staff_code")}
)
"""The first of those words, as it rings."""


def day_of(view: MoneyView) -> Any:
    """Another day has other takings and nothing else."""

    def told(asked: MoneyAsked) -> MoneyView:
        if asked.date in ("", view.takings.date):
            return view
        takings = replace(view.takings, date=asked.date, date_text=f"{asked.date[5:]}の日", is_today=False)
        return replace(view, takings=takings)

    return told


def at_the_counter(role: Role = "clerk", **changes: Any) -> StaffView:
    leader = {"leader": LEADER} if role == "leader" else {}
    return other(**({"role": role, "alerts": (), "money": MoneySign()} | leader | changes))


def with_money(core: SmallCore, view: MoneyView = MONEY) -> None:
    core.money = day_of(view)


def bell(cause: str, title: str, accepted_by: str = "2041") -> Alert:
    return Alert(
        id=f"b-{cause}",
        machine="3号機",
        machine_code="m3",
        cause=cause,
        title=f"3号機　{title}",
        note="確かめてください",
        icon="yen",
        since="10:40",
        accepted_by=accepted_by,
    )
