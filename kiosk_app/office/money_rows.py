"""The money of certificate kiosks as staff read it: who is to pay, what the kiosks answered, claims, a day's takings.

Pure. What may be done about it is decided in payment_desk.py; sums are those of takings.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from kiosk_app import api
from kiosk_app.api_money import WordState
from kiosk_app.office import takings
from kiosk_app.office.alert_words import alert_words
from kiosk_app.office.certificates import RULES
from kiosk_app.office.dates import screen_date
from kiosk_app.office.payment_desk import find_claim
from kiosk_app.office.sales import Claim, Confirmation, Sale, Takings, claim_text, is_paid, number_text
from kiosk_app.office.state import OfficeState, open_alerts
from kiosk_app.office.takings import open_claims, open_claims_yen

SALES_MAX, WORDS_MAX, CLAIMS_MAX = 16, 30, 40
"""More rows than anybody reads; what waits for an answer, or is to be given back, comes first."""
SILENT_MS = 60_000
"""A kiosk that has not answered for so long is perhaps cut off."""
CLOSED_CAUSES = ("certificate_paper", "certificate_printer", "cash_unit")
"""Why a kiosk sells nothing until somebody has been there."""
KIOSK_CAUSES = (*CLOSED_CAUSES, "certificate_doubt", "certificate_claim", "certificates_stopped")
WHY: Mapping[str, str] = {
    "not_issued": "紙が出ませんでした",
    "in_doubt": "紙が出たか分かりません",
    "no_change": "お釣りを出せませんでした",
    "unit": "機械に入った額が分かりません",
    "interrupted": "途中で機械が止まりました",
    "abandoned": "途中でおやめになりました",
}
REFUSED: Mapping[str, str] = {
    "paid": "先に支払われていました",
    "over": "交付機の受付が終わっていました",
}
WAITS = "交付機の返事を待っています。代金は預かったままにしてください"
SILENT = "交付機から返事がありません。代金は預かったまま、交付機の画面を確かめてください"
GIVE_BACK = "代金をすぐお返しください"
NameOf = Callable[[str], str]
"""Of a machine's code what stands on it."""
Clock = Callable[[int], str]
"""Of UTC milliseconds 10:42, by the office's clock."""


class Reader(NamedTuple):
    """What turns codes and instants into words here."""

    name_of: NameOf
    clock: Clock
    now_utc_ms: int


def kiosks(state: OfficeState, own: str = "") -> tuple[str, ...]:
    """Codes of the machines that have sold certificates or tried to. `own`: this machine's, if it is a kiosk."""
    found = {own} if own else set()
    found.update(sale.machine_code for sale in state.sales.values())
    found.update(word.machine_code for word in state.confirmations.values())
    found.update(claim.machine_code for claim in state.claims.values() if claim.machine)
    found.update(stop.machine_code for stop in state.certificate_stops.values() if stop.machine)
    found.update(one.machine_code for _, one in open_alerts(state) if one.cause in KIOSK_CAUSES)
    if state.takings:
        found.update(one.machine_code for one in state.takings[max(state.takings)].values())
    return tuple(sorted(found - {""}))


# --- who is to pay -----------------------------------------------------------------------------------------------


def sale_rows(state: OfficeState, reader: Reader) -> tuple[api.SaleRow, ...]:
    """Of today, by machine and number: those whose money nobody has taken yet."""
    told = {word.payment for place, word in state.confirmations.items() if place not in state.answers}
    waiting = [(key, sale) for key, sale in state.sales.items() if key not in told and _is_to_be_paid(state, sale)]
    waiting.sort(key=lambda item: (item[1].machine_code, item[1].number))
    return tuple(
        api.SaleRow(
            payment=key,
            number=number_text(sale.number),
            machine=reader.name_of(sale.machine_code),
            what=_what(sale),
            yen=sale.asked_yen or 0,
        )
        for key, sale in waiting[:SALES_MAX]
    )


def _is_to_be_paid(state: OfficeState, sale: Sale) -> bool:
    asked = sale.means == "counter" and sale.asked_yen is not None
    return asked and not sale.ended and sale.date == state.day.date and not is_paid(sale)


def _what(sale: Sale) -> str:
    """住民票の写し 2通."""
    counts: dict[str, int] = {}
    for copy in sale.copies.values():
        counts[copy.kind_name] = counts.get(copy.kind_name, 0) + 1
    return "・".join(f"{name} {count}通" for name, count in counts.items())


# --- what was taken ----------------------------------------------------------------------------------------------


def word_rows(state: OfficeState, reader: Reader) -> tuple[api.WordRow, ...]:
    """What is to be given back first, then what waits, then the rest, each latest first."""
    rows = [(word.at_utc_ms, _word(state, place, word, reader)) for place, word in state.confirmations.items()]
    order = ("refused", "waiting", "taken", "over")
    rows.sort(key=lambda row: (min(order.index(row[1].state), 2), -row[0], row[1].word))
    return tuple(row for _, row in rows[:WORDS_MAX])


def _word(state: OfficeState, place: str, word: Confirmation, reader: Reader) -> api.WordRow:
    answer, sale = state.answers.get(place), state.sales.get(word.payment)
    stage: WordState
    if answer is None:
        stage, what = "waiting", SILENT if reader.now_utc_ms - word.at_utc_ms >= SILENT_MS else WAITS
    elif answer.refused and place in state.returned:
        stage, what = "over", f"{REFUSED[answer.refused]}。お返ししました"
    elif answer.refused:
        stage, what = "refused", f"{REFUSED[answer.refused]}。{GIVE_BACK}"
    else:
        stage, what = "taken", _became(sale)
    return api.WordRow(
        word=place,
        number=number_text(sale.number) if sale else "",
        machine=reader.name_of(word.machine_code),
        yen=word.yen,
        since=_when(state, word, reader),
        staff_code=word.staff_code,
        state=stage,
        what=what,
    )


def _when(state: OfficeState, word: Confirmation, reader: Reader) -> str:
    """Yesterday's with its day: it was forgotten."""
    clock = reader.clock(word.at_utc_ms)
    return clock if word.date == state.day.date else f"{_day(word.date)} {clock}"


def _became(sale: Sale | None) -> str:
    states = {copy.state for copy in sale.copies.values()} if sale else set()
    if sale is None or not states:
        return "受け取りました"
    if states & {"intended", "started"}:
        return "印刷しています"
    if sale.claimed_yen:
        return "返金引換票になりました"
    return "証明書が出ました" if states == {"issued"} else "証明書が出たか確かめています"


def refused_rows(state: OfficeState, reader: Reader) -> tuple[api.RefusedRow, ...]:
    """All that is to be given back, earliest first."""
    found = [
        (word.at_utc_ms, place, word)
        for place, answer in state.answers.items()
        if answer.refused and place not in state.returned and (word := state.confirmations.get(place)) is not None
    ]
    return tuple(
        api.RefusedRow(
            word=place,
            number=number_text(sale.number) if (sale := state.sales.get(word.payment)) else "",
            machine=reader.name_of(word.machine_code),
            yen=word.yen,
            since=_when(state, word, reader),
            staff_code=word.staff_code,
            why=REFUSED[state.answers[place].refused or "over"],
        )
        for _, place, word in sorted(found)
    )


# --- claims ------------------------------------------------------------------------------------------------------


def claim_rows(state: OfficeState, reader: Reader) -> tuple[api.ClaimRow, ...]:
    return tuple(_claim(key, claim, reader) for key, claim in open_claims(state)[:CLAIMS_MAX])


def found_claims(state: OfficeState, typed: str, reader: Reader) -> tuple[api.ClaimRow, ...]:
    """Also settled ones: who brings a slip again hears when it was settled."""
    return tuple(_claim(key, state.claims[key], reader) for key in find_claim(state, typed)[:CLAIMS_MAX])


def _claim(key: str, claim: Claim, reader: Reader) -> api.ClaimRow:
    first = claim.settled[0] if claim.settled else None
    return api.ClaimRow(
        claim=key,
        code=claim_text(key),
        number=number_text(claim.number),
        machine=reader.name_of(claim.machine_code),
        date=_day(claim.date),
        why=WHY.get(claim.reason, ""),
        owed_yen=claim.owed_yen,
        doubt_yen=claim.doubt_yen,
        settled=f"{_day(first.date)}に係員{first.staff_code}が精算しました（お返し {first.paid_yen:,}円）"
        if first
        else "",
        twice=len(claim.settled) > 1,
    )


def _day(iso_date: str) -> str:
    try:
        return screen_date(date.fromisoformat(iso_date), "ja")
    except ValueError:
        return iso_date


# --- a day's takings ---------------------------------------------------------------------------------------------


def day_takings(state: OfficeState, iso_date: str, reader: Reader) -> api.DayTakings:
    found = takings.day_takings(state, iso_date)
    named = sorted((reader.name_of(code), one) for code, one in found.machines.items())
    in_hand = [
        word.yen for place, word in state.confirmations.items() if word.date == iso_date and _is_in_hand(state, place)
    ]
    return api.DayTakings(
        date=iso_date,
        date_text=_day(iso_date),
        is_today=iso_date == state.day.date,
        machines=tuple(_takings(name, one) for name, one in named),
        whole=_takings("合計", found.whole),
        drawer_yen=found.drawer_yen,
        in_units_yen=found.unit_yen,
        in_hand_yen=sum(in_hand),
        claims_open=len(found.claims_open),
        claims_twice=len(found.claims_twice),
    )


def _is_in_hand(state: OfficeState, place: str) -> bool:
    answer = state.answers.get(place)
    return answer is None or (bool(answer.refused) and place not in state.returned)


def _takings(name: str, one: Takings) -> api.TakingsRow:
    return api.TakingsRow(
        name=name,
        counter_yen=one.counter_yen,
        unit_yen=one.unit_yen,
        paid_out_yen=one.paid_out_yen,
        sold=tuple(_kinds(one)),
        copies=sum(sold.copies for sold in one.sold.values()),
        sold_yen=one.sold_yen,
        claimed_yen=one.claimed_yen,
        open_yen=one.open_yen,
        claims_paid_yen=one.claims_paid_yen,
        claims_sold_yen=one.claims_sold_yen,
        claims_given_yen=one.claims_given_yen,
    )


def _kinds(one: Takings) -> Iterator[api.KindSold]:
    """In the catalogue's order; a kind of a later version by its id."""
    order = [*(kind for kind in RULES if kind in one.sold), *sorted(set(one.sold) - set(RULES))]
    names = {str(kind): rule.name for kind, rule in RULES.items()}
    for kind in order:
        yield api.KindSold(name=names.get(kind, kind), copies=one.sold[kind].copies, yen=one.sold[kind].yen)


# --- the machines, and the whole page ----------------------------------------------------------------------------


def kiosk_rows(state: OfficeState, codes: tuple[str, ...], reader: Reader) -> tuple[api.KioskRow, ...]:
    stopped = {one.machine_code for one in state.certificate_stops.values() if one.machine and not one.resumed}
    rings = {
        one.machine_code: f"{one.detail or alert_words(one.cause, '').title}（{reader.clock(one.since_utc_ms)}から）"
        for _, one in open_alerts(state)
        if one.cause in CLOSED_CAUSES
    }
    return tuple(
        api.KioskRow(code=code, name=reader.name_of(code), trouble=rings.get(code, ""), stopped=code in stopped)
        for code in codes
    )


def money_view(state: OfficeState, codes: tuple[str, ...], iso_date: str, reader: Reader) -> api.MoneyView:
    opened = open_claims(state)
    return api.MoneyView(
        sales=sale_rows(state, reader),
        words=word_rows(state, reader),
        claims=claim_rows(state, reader),
        claims_total=len(opened),
        claims_yen=open_claims_yen(state),
        takings=day_takings(state, iso_date or state.day.date, reader),
        kiosks=kiosk_rows(state, codes, reader),
    )
