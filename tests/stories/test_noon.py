"""A day with time slots, played whole behind --long; in the suite, that its judge sees what must never happen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.stories.morning_truth import RULES as OF_EVERY_MORNING
from tests.stories.morning_truth import Evidence, Stored
from tests.stories.noon_truth import ONLINE, RULES, ByPhone, CityEvidence, Promise, judged
from tests.stories.player import STORIES
from tests.stories.script import read
from tests.stories.test_mornings import WITHIN_S, played

DAY, AT_MS = "2026-04-06", 1_775_433_600_000
CENTRAL, OFFICE = "central", "office"


@pytest.mark.long
@pytest.mark.timeout(WITHIN_S)
def test_slots_change_at_noon_and_back_again(tmp_path: Path) -> None:
    report = played("slots_change_at_noon", tmp_path)
    assert report["untrue"] == ""
    rules = [rule.what for rule in (*OF_EVERY_MORNING, *RULES)]
    assert [(one["what"], one["holds"]) for one in report["invariants"]] == [(what, True) for what in rules]
    assert report["booked"] == 40
    assert report["unheard"] > 0 and report["times-of-today"] > 3 and report["checked-in"] == 42
    assert report["booked-by-telephone"] == 2
    assert report["changed-plans"] == 2
    shown = {file.stem.split("-", 2)[2] for file in (tmp_path / "screens").iterdir()}
    assert {"phone-times", "phone-chosen", "phone-held", "phone-booked", "phone-home", "phone-now"} <= shown
    assert {"citizen-check_in_pad-unknown", "citizen-check_in_which-digits"} <= shown
    assert {"citizen-times", "citizen-take-with-time", "leader-tries", "leader-changes", "leader-takes-back"} <= shown


def test_the_story_has_a_city() -> None:
    floor = read(STORIES / "slots_change_at_noon.story").floor
    assert floor is not None and floor.central
    assert not (read(STORIES / "busy_morning.story").floor or floor).central


# --- a day of three bookings, and what is wrong with it ---------------------------------------------------------------


def fact(seq: int, kind: str, machine: str = "h3", at_min: int = 0, **body: Any) -> Stored:
    return {"machine": machine, "seq": seq, "at_utc_ms": AT_MS + at_min * 60_000, "kind": kind, "body": body}


def made(seq: int, booking: str, start_min: int, lane: int = 1, source: str = "web", **more: Any) -> Stored:
    of = {"letter": "M", "date": DAY, "length_min": 10, "after_min": 0, "service": "card-application"}
    by = CENTRAL if source in ONLINE else "h3"
    return fact(seq, "BookingMade", by, booking=booking, start_min=start_min, lane=lane, source=source, **(of | more))


def lane(number: int, owner: str) -> Stored:
    return {"number": number, "stretches": [{"start_min": 540, "until_min": 720, "length_min": 10, "owner": owner}]}


def ticket(seq: int, name: str, due_min: int, promise: str = "walk_in", **more: Any) -> list[Stored]:
    body = {"ticket": name, "letter": "M", "number": seq, "machine_code": "m1", "stops": [{"group": "M"}]}
    issued = fact(seq, "TicketIssued", "m1", **body, due_utc_ms=AT_MS + due_min * 60_000, promise=promise, **more)
    return [issued, fact(seq + 1, "PrintEnded", "m1", ticket=name, verdict="issued")]


PLAN = fact(1, "SlotsPlanned", letter="M", date=DAY, lanes=[lane(1, CENTRAL), lane(2, OFFICE)])
LOG = [
    PLAN,
    made(1, "b1", 540),
    made(2, "b2", 550),
    made(2, "b3", 550, 2, "counter"),
    made(3, "b4", 570, source="phone"),
    *ticket(1, "t1", 0),
    *ticket(3, "t2", 5, "reservation", booking="b1", start_min=540, lane=1),
    *ticket(5, "t3", 6, "reservation", booking="unheard-1", start_min=550, lane=1),
    *ticket(11, "t9", 30, "reservation", booking="b4", start_min=570, lane=1),
    *(fact(3 + n, "Called", ticket=f"t{n + 1}", counter=11 + n, at_min=7) for n in range(3)),
]
GOOD = CityEvidence(
    day=DAY,
    office=Evidence(hub="h3", logs={"h3": LOG}, papers=()),
    promised=(Promise("M", 540, 1), Promise("M", 550, 1), Promise("M", 570, 1)),
    unheard=(Promise("M", 550, 1),),
    rows=(("M", 540, 1, 10, 0), ("M", 550, 1, 10, 0), ("M", 550, 2, 10, 0), ("M", 570, 1, 10, 0)),
    facts=frozenset((one["machine"], one["seq"]) for one in LOG),
    by_phone=(ByPhone(Promise("M", 570, 1), "M-011"),),
    persons=("ミホンデンワ", "090-0000-0001"),
    written={"log.txt": "ready"},
)


def with_log(*more: Stored, without: tuple[str, ...] = ()) -> CityEvidence:
    log = [one for one in LOG if one["body"].get("booking") not in without or one["kind"] != "BookingMade"]
    office = replace(GOOD.office, logs={"h3": [*log, *more]})
    facts = frozenset((one["machine"], one["seq"]) for one in office.logs["h3"])
    return replace(GOOD, office=office, facts=facts)


def broken(evidence: CityEvidence) -> set[str]:
    return {str(row["what"]) for row in judged(evidence) if not row["holds"]}


CALLED_TOO_EARLY = [
    *ticket(7, "t4", 20, "reservation", booking="b3", start_min=550, lane=2),
    *ticket(9, "t5", 10),
    fact(9, "Called", ticket="t4", counter=14, at_min=8),
]
KNOWN = "every booking that a page or the telephone acknowledged is known at the hub, and no other"
WRONG: dict[str, tuple[CityEvidence, str]] = {
    "overlapping": (with_log(made(4, "b9", 545)), "no minute of a lane is promised twice"),
    "moved": (with_log(made(4, "b1", 580)), "no promise is moved"),
    "lost": (with_log(without=("b2",)), KNOWN),
    "a call lost": (with_log(without=("b4",)), KNOWN),
    "of nobody": (with_log(made(4, "b9", 600)), KNOWN),
    "digits of somebody else": (
        replace(GOOD, by_phone=(ByPhone(Promise("M", 570, 1), "M-003"),)),
        "a telephone's last digits give the number of its own booking",
    ),
    "a caller who never came": (
        replace(GOOD, by_phone=()),
        "a telephone's last digits give the number of its own booking",
    ),
    "written down": (
        replace(GOOD, written={"log.txt": '{"name":"ミホンデンワ"}'}),
        "nobody's name or telephone number is written down",
    ),
    "forgotten": (replace(GOOD, rows=GOOD.rows[1:]), "central lost none of them"),
    "sold by others": (with_log(made(9, "b9", 600, 1, "counter")), "each time was sold by who owned it"),
    "unsettled": (with_log(without=("b2",)), "every code that was checked in unheard of is settled"),
    "not in the city": (replace(GOOD, facts=frozenset()), "central and the hub have the same facts"),
    "overtaken": (with_log(*CALLED_TOO_EARLY), "nobody is called before an earlier promise"),
}


def test_a_good_day_breaks_no_rule() -> None:
    assert broken(GOOD) == set()


@pytest.mark.parametrize("name", WRONG)
def test_the_judge_sees(name: str) -> None:
    evidence, rule = WRONG[name]
    assert rule in broken(evidence)


def test_each_rule_can_be_broken() -> None:
    assert {rule for _, rule in WRONG.values()} == {rule.what for rule in RULES}
