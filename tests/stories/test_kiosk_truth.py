"""The judge of a day at a certificate kiosk sees what must never happen: a good day, and days that are wrong in one way
each."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.stories.kiosk_paper import folded, likeness
from tests.stories.kiosk_people import RESIDENTS, born
from tests.stories.kiosk_truth import RULES, Asked, KioskEvidence, Row, Sheet, Stored, Visit, judged

SENTENCE = "この機械では発行できません。"
CLAIM = "ab12cd34ef"


def fact(kind: str, /, **body: Any) -> Stored:
    return {"kind": kind, "body": body}


def sold(payment: str, job: str, serial: str, sheets: int = 1, yen: int = 200) -> list[Stored]:
    """A certificate of so many sheets, asked for, paid and printed."""
    copy = {"payment": payment, "job": job, "yen": yen, "kind": "resident-record"}
    of_sheets = [{"payment": payment, "job": job, "sheet": at, "sheets": sheets} for at in range(sheets)]
    return [
        fact("CertificateIntended", **copy, serial=serial, issuance=f"i-{job}"),
        fact("PaymentAsked", payment=payment, yen=yen),
        fact("MoneyTaken", payment=payment, yen=yen),
        *(fact(kind, **one, verdict="issued") for one in of_sheets for kind in ("SheetStarted", "SheetEnded")),
        fact("CertificateEnded", **copy, verdict="issued"),
    ]


def sheet(name: str, who: str, serial: str = "", others: Mapping[str, float] | None = None) -> Sheet:
    one = RESIDENTS[who]
    code = Asked("genuine", serial, "not ours") if serial else None
    names = {"misaki": 0.1, "ichiro": 0.1} | {who: 0.9} | dict(others or {})
    return Sheet(name, folded(f"氏名 {one.name} 生年月日 {born(one)} 住所 {one.address}"), names, {who: 0.7}, code)


def row(number: int, job: str, **more: Any) -> Row:
    return Row(number, f"i-{job}", "resident-record", "issued", 200, "", "", False)._replace(**more)


GOOD = KioskEvidence(
    log=[*sold("p1", "j1", "01-00000001-1"), *sold("p2", "j2", "01-00000003-3", sheets=2)],
    visits=[
        Visit("misaki", put_in_yen=500, back_yen=300, sheets=[sheet("001", "misaki", "01-00000001-1")]),
        Visit("mayumi", refused=SENTENCE),
        Visit("kazuko", refused=SENTENCE),
        Visit(
            "ichiro",
            put_in_yen=200,
            sheets=[sheet("002", "ichiro"), sheet("003", "ichiro", "01-00000003-3")],
        ),
    ],
    rows=[row(1, "j1"), row(2, "?", state="void", fee_yen=None), row(3, "j2")],
    kept_yen=400,
    neutral=("mayumi", "kazuko"),
    persons=("髙﨑　美咲",),
    written={"log.txt": "ready"},
)


def broken(evidence: KioskEvidence) -> set[object]:
    return {one["what"] for one in judged(evidence) if not one["holds"]}


def changed(number: int, **of_visit: Any) -> KioskEvidence:
    visits = deepcopy(list(GOOD.visits))
    visits[number] = replace(visits[number], **of_visit)
    return replace(GOOD, visits=visits)


def without(kind: str) -> KioskEvidence:
    return replace(GOOD, log=[one for one in GOOD.log if one["kind"] != kind])


def in_the_log(kind: str, **body: Any) -> list[Stored]:
    """With these values in the first fact of that kind."""
    log = deepcopy(list(GOOD.log))
    next(one for one in log if one["kind"] == kind)["body"].update(body)
    return log


OF_THE_CARD = "each sheet has the name of the card that lay in the kiosk, in its own characters"
READS = "each sheet reads as of the card that lay in the kiosk"
CODE = "each code opens the page that says genuine, and with a changed letter the one that says not"
AGREE = "central and the kiosk agree to the yen"
ONE_SENTENCE = "what the register refuses looks the same, whatever its cause"
WRONG: dict[str, tuple[KioskEvidence, str]] = {
    "another's": (changed(0, sheets=[sheet("001", "ichiro", "01-00000001-1")]), OF_THE_CARD),
    "another's as well": (
        changed(0, sheets=[sheet("001", "misaki", "01-00000001-1", {"ichiro": 0.95})]),
        OF_THE_CARD,
    ),
    "in other characters": (
        changed(0, sheets=[replace(sheet("001", "misaki", "01-00000001-1"), common={"misaki": 0.95})]),
        OF_THE_CARD,
    ),
    "reads as another's": (
        changed(0, sheets=[replace(sheet("001", "misaki", "01-00000001-1"), text=folded("氏名 𠮷野一郎"))]),
        READS,
    ),
    "cannot be read": (replace(GOOD, cannot_read="tesseract is not installed"), READS),
    "twice": (
        changed(0, sheets=[*GOOD.visits[0].sheets, sheet("004", "misaki", "01-00000001-1")]),
        "no sheet comes twice",
    ),
    "twice by the facts": (
        replace(GOOD, log=[*GOOD.log, fact("SheetEnded", payment="p1", job="j1", sheet=0, verdict="issued")]),
        "no sheet comes twice",
    ),
    "before the money": (
        replace(GOOD, log=sorted(GOOD.log, key=lambda one: one["kind"] == "MoneyTaken")),
        "nothing is printed that is not paid",
    ),
    "for less": (changed(3, put_in_yen=100), "nothing is printed that is not paid"),
    "kept": (changed(0, back_yen=200), "nothing is paid and lost without a claim slip"),
    "lost": (changed(3, sheets=GOOD.visits[3].sheets[:1]), "nothing is paid and lost without a claim slip"),
    "without a slip": (
        replace(GOOD, log=[*GOOD.log, fact("ClaimOpened", payment="p0", claim=CLAIM, owed_yen=0, doubt_yen=0)]),
        "nothing is paid and lost without a claim slip",
    ),
    "the unit has less": (replace(GOOD, kept_yen=300), "the unit holds what was sold"),
    "another fee": (replace(GOOD, rows=[row(1, "j1", fee_yen=300), *GOOD.rows[1:]]), AGREE),
    "not issued at central": (replace(GOOD, rows=[row(1, "j1", state="unknown"), *GOOD.rows[1:]]), AGREE),
    "issued at central alone": (replace(GOOD, rows=[*GOOD.rows, row(4, "j9")]), AGREE),
    "in doubt here": (replace(GOOD, log=in_the_log("CertificateEnded", verdict="unknown")), AGREE),
    "a gap": (replace(GOOD, rows=[GOOD.rows[0], GOOD.rows[2]]), "no number is missing"),
    "void": (
        changed(0, sheets=[replace(GOOD.visits[0].sheets[0], code=Asked("void", "01-00000001-1", "not ours"))]),
        CODE,
    ),
    "forged": (
        changed(0, sheets=[replace(GOOD.visits[0].sheets[0], code=Asked("genuine", "01-00000001-1", "genuine"))]),
        CODE,
    ),
    "no code": (changed(0, sheets=[replace(GOOD.visits[0].sheets[0], code=None)]), CODE),
    "another number": (
        changed(0, sheets=[replace(GOOD.visits[0].sheets[0], code=Asked("genuine", "01-00000009-9", "not ours"))]),
        CODE,
    ),
    "another sentence": (changed(1, refused="職員にご相談ください。"), ONE_SENTENCE),
    "not refused": (replace(GOOD, visits=[GOOD.visits[0], *GOOD.visits[2:]]), ONE_SENTENCE),
    "refused and paid": (changed(1, put_in_yen=200), "who is refused pays nothing and gets nothing"),
    "written down as bytes": (
        replace(GOOD, written={"a table": f"(1,\\\\x{'髙﨑　美咲'.encode().hex()})"}),
        "nobody's name, address or PIN is written down",
    ),
    "written down": (
        replace(GOOD, written={"log.txt": "for 髙﨑　美咲"}),
        "nobody's name, address or PIN is written down",
    ),
}


def test_a_good_day_breaks_no_rule() -> None:
    assert [one for one in judged(GOOD) if not one["holds"]] == []


@pytest.mark.parametrize("name", WRONG)
def test_the_judge_sees(name: str) -> None:
    evidence, rule = WRONG[name]
    assert rule in broken(evidence)


def test_each_rule_can_be_broken() -> None:
    assert {rule for _, rule in WRONG.values()} == {rule.what for rule in RULES}


def test_a_reader_of_print_that_nobody_promised_may_be_missing() -> None:
    assert broken(replace(GOOD, cannot_read="tesseract is not installed", reader_was_promised=False)) == set()


def test_a_claim_with_its_slip_is_money_that_is_not_lost() -> None:
    """Paid, and not a sheet of it came."""
    paid = [one for one in sold("p1", "j1", "01-00000001-1") if not one["kind"].startswith("Sheet")]
    paid[-1]["body"]["verdict"] = "not_issued"
    claim = fact("ClaimOpened", payment="p1", claim=CLAIM, owed_yen=200, doubt_yen=0)
    visit = Visit("misaki", put_in_yen=200, receipts=["返金引換票 AB12-CD34"])
    day = KioskEvidence([*paid, claim], [visit], [row(1, "j1", state="not_issued")], kept_yen=200)
    assert broken(day) == set()
    assert broken(replace(day, visits=[replace(visit, receipts=[])])) == {
        "nothing is paid and lost without a claim slip"
    }


def test_what_a_reader_of_print_takes_for_the_same_is_the_same_to_the_judge() -> None:
    assert folded("𠮷野　一郎") == folded("吉野 一郎")
    assert folded(RESIDENTS["osamu"].name) == "辻修"
    assert likeness(folded("氏名 髙﨑 美咲"), "髙﨑　美咲") == 1.0
    assert 0.6 < likeness(folded("氏名 高崎 美映"), "髙﨑　美咲") < 1.0
    assert likeness(folded("住所"), "髙﨑　美咲") < 0.5
